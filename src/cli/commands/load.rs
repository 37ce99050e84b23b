//! `git plandex load`.

use clap::ValueEnum;

use crate::context::Place;
use crate::pipeline::{Loaded, Wish, Workspace, fetch_options, load_note, load_piped, load_words, new_plan};
use crate::plan::{ContextItem, ImageDetail};
use crate::store::{Naming, Snapshot};

use crate::cli::{CliError, session::Session};

use super::item_row::{ItemRow, said_of};
use super::running::{is_fed, piped};

/// How many things that were not loaded are named; more are counted.
const MOST_NAMED: usize = 20;

/// Load files, directories, pages, notes and pipes for the model to see
///
/// What is loaded already is brought up to date. Text, and pictures as PNG, JPEG, GIF or WebP, can be loaded:
/// 25 MB each (5 MB for a picture), 1000 items and 1 GB in all.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Files, directories, globs, or URLs; `-` or nothing reads standard input
    paths: Vec<String>,
    /// A text to load
    #[arg(short, long, value_name = "TEXT")]
    note: Option<String>,
    /// Load the files of directories
    #[arg(short, long)]
    recursive: bool,
    /// Load the names of the files of directories
    #[arg(long)]
    tree: bool,
    /// Load maps of directories: their files with what they define
    #[arg(long)]
    map: bool,
    /// Load files although git or .plandexignore ignores them
    #[arg(short, long)]
    force: bool,
    /// How closely a picture is looked at
    #[arg(short, long, value_enum, default_value_t = Detail::High)]
    detail: Detail,
    /// Print what was loaded as an array of objects
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Detail {
    High,
    Low,
}

/// Loads them; makes a plan when none is current.
pub fn run(session: &Session, args: &Args) -> Result<u8, CliError> {
    let input = input(args)?;
    let ws = session.writing(Vec::new())?;
    let mut snapshot = plan(session, &ws)?;
    let mut all = Loaded::default();
    let mut take = |loaded: Loaded| {
        all.items.extend(loaded.items);
        all.skipped.extend(loaded.skipped);
    };
    let words: Vec<String> = args.paths.iter().filter(|word| *word != "-").cloned().collect();
    if !words.is_empty() {
        let wish = wish(session, &ws, &snapshot, args, &words)?;
        take(load_words(&ws, &mut snapshot, &wish)?);
    }
    if let Some(text) = &input {
        take(load_piped(&ws, &mut snapshot, text)?);
    }
    if let Some(text) = &args.note {
        take(load_note(&ws, &mut snapshot, text)?);
    }
    if args.json {
        let index = |item: &ContextItem| snapshot.plan.context.iter().position(|known| known.id == item.id).map(|at| at + 1);
        session.ui.json_pretty(&all.items.iter().map(|item| ItemRow::of(index(item), item, None)).collect::<Vec<_>>())?;
        all.items.clear();
    }
    tell(session, &snapshot, &all);
    Ok(u8::from(all.skipped.iter().any(|skipped| skipped.named)))
}

/// What is piped in: asked for with `-`, or by naming nothing else.
fn input(args: &Args) -> Result<Option<String>, CliError> {
    let asked = args.paths.iter().any(|word| word == "-");
    let only = args.paths.is_empty() && args.note.is_none();
    if !asked && !(only && is_fed()) {
        return if only {
            Err(CliError::usage("nothing to load").with_hint("git plandex load PATH, --note TEXT, or a pipe"))
        } else {
            Ok(None)
        };
    }
    piped()
}

fn plan(session: &Session, ws: &Workspace) -> Result<Snapshot, CliError> {
    if let Some(at) = session.at_if_any(ws)? {
        return Ok(ws.store.load(&at)?);
    }
    let snapshot = new_plan(ws, Naming::Numbered("plan".parse()?), String::new())?;
    ws.store.set_current(&snapshot.at)?;
    session.ui.note(format!("new plan: {}", snapshot.at.plan));
    Ok(snapshot)
}

fn wish<'a>(session: &'a Session, ws: &'a Workspace, snapshot: &Snapshot, args: &Args, words: &'a [String]) -> Result<Wish<'a>, CliError> {
    let root = ws.store.repo().work_dir().unwrap_or(&session.cwd);
    let detail = if args.detail == Detail::Low { ImageDetail::Low } else { ImageDetail::High };
    let fetch = fetch_options(ws, &ws.settings(Some(&snapshot.plan.meta))?);
    let Args { recursive, tree, map, force, .. } = *args;
    Ok(Wish { recursive, tree, map, force, detail, fetch, ..Wish::of(words, Place { root, cwd: &session.cwd }) })
}

/// Says what was loaded and what was not.
pub fn tell(session: &Session, snapshot: &Snapshot, loaded: &Loaded) {
    for item in &loaded.items {
        session.ui.note(said_of("loaded", item).text(format!(" ({} tokens)", item.tokens)));
    }
    for skipped in loaded.skipped.iter().take(MOST_NAMED) {
        session.ui.error(&format!("not loaded: {}", skipped.reason), skipped.reason.hint().as_deref());
    }
    if loaded.skipped.len() > MOST_NAMED {
        session.ui.error(&format!("{} more were not loaded", loaded.skipped.len() - MOST_NAMED), None);
    }
    if !loaded.items.is_empty() {
        let total: u64 = snapshot.plan.context.iter().map(|item| item.tokens).sum();
        session.ui.note(format!("{} items, {total} tokens in all", snapshot.plan.context.len()));
    }
}
