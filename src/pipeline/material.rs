//! Gathers what a request shows: files within the budget, notes, the listing.

use std::collections::BTreeSet;

use crate::config::{Key, Model, Role};
use crate::context::{Instruction, TokenCounts, count_tokens, excerpt, instructions, unpadded_tokens};
use crate::plan::{ChatImage, ContextItem, ContextKind, EntityId, Entry, FileMode, Plan, RepoPath, Stage};

use super::Error;
use super::content;
use super::conversation::Talk;
use super::run::Run;
use super::scene::{Material, NoteText, Shown, used_paths};
use super::step::in_chat;

/// Tokens that a request of the planning may read, at most.
const PLANNING_BUDGET: u64 = 400_000;
/// Tokens that a request of the implementation may read, at most.
const IMPLEMENTATION_BUDGET: u64 = 200_000;

/// The role that answers a stage.
pub fn role_of(stage: Stage) -> Role {
    match stage {
        Stage::Context => Role::Architect,
        Stage::Implementation => Role::Coder,
        _ => Role::Planner,
    }
}

/// How many tokens of files that the program chose a request of `stage` to `model` may hold, as OpenAI's models count them.
pub fn budget(stage: Stage, model: &Model) -> u64 {
    let most = if stage == Stage::Implementation { IMPLEMENTATION_BUDGET } else { PLANNING_BUDGET };
    most.min(window(model))
}

/// How many tokens of material a request to `model` may hold in all.
pub fn window(model: &Model) -> u64 {
    unpadded_tokens(super::asked::largest_input(model) / 100 * 95, &model.model)
}

/// What is left for material.
#[derive(Debug, Clone, Copy)]
pub(super) struct Left {
    /// In the model's window.
    window: u64,
    /// For what the program chose; what the user loaded is the user's choice, up to the window.
    chosen: u64,
}

impl Left {
    fn of(stage: Stage, model: &Model) -> Self {
        Self { window: window(model), chosen: budget(stage, model) }
    }

    fn room(&self, chosen: bool) -> u64 {
        if chosen { self.window.min(self.chosen) } else { self.window }
    }

    fn take(&mut self, tokens: u64, chosen: bool) {
        self.window = self.window.saturating_sub(tokens);
        self.chosen = self.chosen.saturating_sub(if chosen { tokens } else { 0 });
    }
}

impl Run<'_> {
    /// Gathers the material of a request.
    pub(super) fn material(&mut self, stage: Stage, task: Option<EntityId>, until: Option<EntityId>) -> Result<Material, Error> {
        let model = self.models.for_role(role_of(stage));
        let mut left = Left::of(stage, model);
        left.take(self.conversation_tokens(stage, until), false);
        let choosing = stage == Stage::Context;
        let overview = choosing.then(|| self.overview(left.room(true) / 2)).transpose()?;
        let overview = overview.map(|(overview, tokens)| {
            left.take(tokens, true);
            overview
        });
        let instructions = self.instructions(&mut left)?;
        let notes = self.notes(stage, &mut left)?;
        let images = self.images(&mut left)?;
        let wanted = self.wanted(stage, task);
        let files = self.show(stage, &wanted, &mut left)?;
        let plan = &self.snapshot.plan;
        let shown: BTreeSet<_> = files.iter().map(|file| &file.path).collect();
        let pending = plan.changed_paths().into_iter().filter(|path| !shown.contains(path)).map(ToString::to_string).collect();
        let next_phase = choosing.then(|| budget(Stage::Tasks, self.models.for_role(Role::Planner)));
        Ok(Material {
            stage,
            chat: in_chat(plan),
            auto_context: self.can_choose(),
            limit: self.project.limit().map(ToString::to_string),
            overview,
            pending,
            notes,
            images,
            instructions,
            task,
            unknown: self.unknown(),
            skipped: self.skipped.iter().map(ToString::to_string).collect(),
            budget: next_phase,
            now: self.ws.clock.now(),
            os: std::env::consts::OS.to_owned(),
            files,
        })
    }

    /// The paths that a request of `stage` shows, most wanted first, with whether the program chose them.
    pub(super) fn wanted(&self, stage: Stage, task: Option<EntityId>) -> Vec<(RepoPath, bool)> {
        let plan = &self.snapshot.plan;
        let items = plan.context.iter().filter(|item| stage != Stage::Context || !item.auto_loaded);
        let mut loaded: Vec<_> = items.filter_map(|item| item.path.clone().map(|path| (path, item.auto_loaded))).collect();
        let chosen = last_context(plan).map(|m| m.activated_paths.as_slice()).unwrap_or_default();
        let place = |path: &RepoPath| chosen.iter().position(|known| known == path).unwrap_or(usize::MAX);
        // What the user loaded comes first, then what was chosen, in the order in which it was.
        loaded.sort_by_key(|(path, auto_loaded)| (*auto_loaded, if *auto_loaded { place(path) } else { 0 }));
        let Some(task) = task else { return loaded };
        let mut uses: Vec<_> = used_paths(plan, task).into_iter().filter(|path| self.may_show(path)).map(|path| (path, true)).collect();
        // What the plan has changed is what the task builds on.
        uses.sort_by_key(|(path, _)| !content::is_touched(plan, path));
        if !self.settings.bool(Key::SmartContext) {
            uses.extend(loaded);
        }
        uses
    }

    /// Whether `path` may be shown although nobody loaded it: it is the plan's own, or auto-context may read it.
    fn may_show(&self, path: &RepoPath) -> bool {
        let plan = &self.snapshot.plan;
        let loaded = plan.context.iter().any(|item| item.path.as_ref() == Some(path));
        loaded || content::is_touched(plan, path) || self.settings.bool(Key::AutoLoadContext) && self.project.has(path)
    }

    /// Whether a request for `task` would show `path` beside everything else.
    pub(super) fn shows(&self, task: Option<EntityId>, path: &RepoPath) -> Result<bool, Error> {
        let stage = Stage::Implementation;
        let mut left = Left::of(stage, self.models.for_role(role_of(stage)));
        left.take(self.conversation_tokens(stage, None), false);
        self.instructions(&mut left)?;
        self.notes(stage, &mut left)?;
        self.images(&mut left)?;
        let (files, _) = self.fit(stage, &self.wanted(stage, task), &mut left)?;
        Ok(files.iter().any(|file| file.path == *path))
    }

    /// The tokens of the conversation that a request of `stage` tells.
    fn conversation_tokens(&self, stage: Stage, until: Option<EntityId>) -> u64 {
        let limit = self.conversation_limit(stage);
        Talk { plan: &self.snapshot.plan, stage, until, limit }.told().tokens()
    }

    fn show(&mut self, stage: Stage, wanted: &[(RepoPath, bool)], left: &mut Left) -> Result<Vec<Shown>, Error> {
        let (shown, left_out) = self.fit(stage, wanted, left)?;
        self.left_out(&left_out);
        Ok(shown)
    }

    /// Reads files as far as they fit into what is `left`, with the names of the others; one that does not fit leaves its
    /// room to those after it.
    fn fit(&self, stage: Stage, wanted: &[(RepoPath, bool)], left: &mut Left) -> Result<(Vec<Shown>, Vec<String>), Error> {
        let mut shown: Vec<Shown> = Vec::new();
        let mut left_out = Vec::new();
        let counts = TokenCounts::open(self.ws.store.repo());
        for (path, auto_loaded) in wanted {
            if shown.iter().any(|file| file.path == *path) {
                continue;
            }
            let Some((entry, pending)) = self.entry_for(path)? else { continue };
            let bytes = self.ws.store.read_blob(&entry.oid)?;
            let Ok(text) = String::from_utf8(bytes) else { continue };
            let text = self.models.mask().text(&text).into_owned();
            let tokens = counts.of(&entry.oid, &text);
            // The coder edits what it sees, so it gets whole files alone.
            let room = left.room(*auto_loaded);
            let whole = stage == Stage::Implementation || tokens <= room && self.symbols(path).is_empty();
            let part = if whole { None } else { self.part(path, &text).filter(|(_, tokens)| *tokens <= room) };
            let (text, tokens, part) = match part {
                Some((part, tokens)) => (part, tokens, true),
                None => (text, tokens, false),
            };
            if tokens > room {
                left_out.push(path.to_string());
                continue;
            }
            left.take(tokens, *auto_loaded);
            shown.push(Shown { path: path.clone(), entry, text, part, pending, auto_loaded: *auto_loaded });
        }
        Ok((shown, left_out))
    }

    /// The definitions that are wanted of a file that is too large to be shown whole.
    fn symbols(&self, path: &RepoPath) -> &[String] {
        let item = self.snapshot.plan.context.iter().find(|item| item.path.as_ref() == Some(path));
        item.map(|item| item.symbols.as_slice()).unwrap_or_default()
    }

    fn part(&self, path: &RepoPath, text: &str) -> Option<(String, u64)> {
        let symbols = self.symbols(path);
        let part = excerpt(path.as_str()?, text, symbols).filter(|_| !symbols.is_empty())?;
        let tokens = count_tokens(&part);
        Some((part, tokens))
    }

    fn left_out(&mut self, names: &[String]) {
        if names.is_empty() {
            return;
        }
        let message = format!("the model's window is full; left out: {}", names.join(", "));
        let hint = Some("git plandex rm PATH takes files out of the context".to_owned());
        self.emit(crate::plan::RunEvent::Error { message, hint });
    }

    /// The content that a model is shown for `path`, and whether it is the plan's own.
    fn entry_for(&self, path: &RepoPath) -> Result<Option<(Entry, bool)>, Error> {
        let plan = &self.snapshot.plan;
        if content::is_touched(plan, path) {
            return Ok(plan.result.get(path).map(|entry| (entry.clone(), true)));
        }
        let loaded = plan.context.iter().find(|item| item.path.as_ref() == Some(path));
        let oid = match loaded {
            Some(item) => Some(item.oid.clone()),
            // A path that the user's files do not offer as text (a directory, a picture) is simply not shown.
            None => self.project.read(std::slice::from_ref(path), false, &|_| None)?.pop().and_then(Result::ok).map(|file| file.oid),
        };
        let Some(oid) = oid else { return Ok(None) };
        let mode = content::mode(&self.ws.store, path)?.unwrap_or(FileMode::Regular);
        Ok(Some((Entry { mode, oid }, false)))
    }

    /// What the project itself says to agents, from the root down to the directory at hand.
    fn instructions(&self, left: &mut Left) -> Result<Option<String>, Error> {
        if !self.settings.bool(Key::ProjectInstructions) {
            return Ok(None);
        }
        // Where the work is limited to a directory, that is the one at hand, unless the user stands below it.
        let limit = self.project.limit().cloned();
        let folder = self.ws.folder().filter(|folder| self.project.excluding(folder).is_none()).or(limit);
        let found = instructions(self.ws.store.repo(), folder.as_ref())?;
        left.take(found.iter().map(|one| one.tokens).sum(), false);
        Ok(Instruction::text_of(&found))
    }

    /// Notes, pages, trees and the like; maps are for planning alone.
    fn notes(&self, stage: Stage, left: &mut Left) -> Result<Vec<NoteText>, Error> {
        let is_shown = |kind: ContextKind| match kind {
            ContextKind::File | ContextKind::Image => false,
            ContextKind::Map => stage != Stage::Implementation,
            _ => true,
        };
        let notes = self.snapshot.plan.context.iter().filter(|item| is_shown(item.kind));
        let read = |item: &std::sync::Arc<ContextItem>| -> Result<NoteText, Error> {
            let text = String::from_utf8_lossy(&self.ws.store.read_blob(&item.oid)?).into_owned();
            left.take(item.tokens, false);
            Ok(NoteText { kind: item.kind, name: item.name.clone(), text })
        };
        notes.map(read).collect()
    }

    fn images(&self, left: &mut Left) -> Result<Vec<(String, ChatImage)>, Error> {
        let images = self.snapshot.plan.context.iter().filter(|item| item.kind == ContextKind::Image);
        let read = |item: &std::sync::Arc<ContextItem>| -> Result<(String, ChatImage), Error> {
            let data = self.ws.store.read_blob(&item.oid)?.into();
            left.take(item.tokens, false);
            let media_type = item.media_type.clone().unwrap_or_default();
            Ok((item.name.clone(), ChatImage { media_type, data, detail: item.detail.unwrap_or_default() }))
        };
        images.map(read).collect()
    }

    fn unknown(&self) -> Vec<String> {
        last_context(&self.snapshot.plan).map(|m| m.unknown_paths.clone()).unwrap_or_default()
    }
}

fn last_context(plan: &Plan) -> Option<&crate::plan::Message> {
    plan.messages.iter().rev().find(|m| m.was_context_stage).map(|m| &**m)
}
