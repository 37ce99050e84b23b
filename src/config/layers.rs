//! The layers of settings: what each of them says, before one wins.

use crate::git::{ConfigEntry, ConfigScope};
use crate::plan::PlanMeta;

use super::keys::{KEYS, Key};
use super::source::{Layer, Source, Via};
use super::values::{self, Value};
use super::{Notice, SettingsError};

/// A setting given by a flag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlagValue {
    /// The setting.
    pub key: Key,
    /// The value that the flag means.
    pub value: String,
    /// The flag as typed, `--no-build` for example.
    pub flag: &'static str,
}

/// Everything that settings are read from.
#[derive(Clone, Copy)]
pub struct Layers<'a> {
    /// The `plandex` section of git config, weakest first.
    pub git: &'a [ConfigEntry],
    /// The plan at work, if any.
    pub plan: Option<&'a PlanMeta>,
    /// Reads an environment variable.
    pub env: &'a dyn Fn(&str) -> Option<String>,
    /// The flags of the command line.
    pub flags: &'a [FlagValue],
}

/// A value that a layer gives.
#[derive(Debug, Clone)]
pub(super) struct Given {
    pub(super) key: Key,
    pub(super) value: Value,
    pub(super) source: Source,
}

/// All given values, with what is to be told about them.
#[derive(Default)]
pub(super) struct Collected {
    pub(super) given: Vec<Given>,
    pub(super) notices: Vec<Notice>,
}

/// Reads every layer.
pub(super) fn collect(layers: &Layers<'_>) -> Result<Collected, SettingsError> {
    let mut collected = Collected::default();
    for entry in layers.git {
        collected.git(entry, layers.plan)?;
    }
    if let Some(plan) = layers.plan {
        collected.plan(plan)?;
    }
    for info in KEYS {
        let variable = info.key.variable();
        if let Some(value) = (layers.env)(&variable).filter(|value| !value.is_empty()) {
            collected.give(info.key, Some(&value), Layer::Environment, &variable, &variable)?;
        }
    }
    for flag in layers.flags {
        collected.give(flag.key, Some(&flag.value), Layer::Flag, flag.flag, flag.flag)?;
    }
    Ok(collected)
}

impl Collected {
    fn git(&mut self, entry: &ConfigEntry, plan: Option<&PlanMeta>) -> Result<(), SettingsError> {
        let Some(rest) = entry.name.strip_prefix("plandex.") else { return Ok(()) };
        let (subsection, name) = rest.rsplit_once('.').map_or((None, rest), |(sub, name)| (Some(sub), name));
        let layer = match (subsection, plan) {
            (None, _) => layer_of(entry.scope),
            // Only what this clone says: a value for a plan in a file that is shared between repositories would reach every clone of it.
            (Some(id), Some(plan)) if id == plan.id && entry.scope >= ConfigScope::Local => Layer::PlanLocal,
            (Some(_), _) => return Ok(()),
        };
        match KEYS.iter().find(|info| info.git.eq_ignore_ascii_case(name)) {
            Some(info) => {
                let written = entry.name.replace(name, info.git);
                self.give(info.key, entry.value.as_deref(), layer, &entry.origin, &written)?;
            }
            None => self.notices.push(Notice::unread(&entry.name, name, &entry.origin)),
        }
        Ok(())
    }

    fn plan(&mut self, plan: &PlanMeta) -> Result<(), SettingsError> {
        for (name, value) in &plan.config {
            match Key::from_name(name) {
                Some(key) if key.info().consent => self.notices.push(Notice::Consent { key }),
                Some(key) => self.give(key, Some(value), Layer::Plan, "", key.name())?,
                // A newer version may have written it.
                None => {}
            }
        }
        match plan.models.get("pack") {
            Some(pack) => self.give(Key::ModelPack, Some(pack), Layer::Plan, "", "model-pack"),
            None => Ok(()),
        }
    }

    fn give(&mut self, key: Key, text: Option<&str>, layer: Layer, detail: &str, written: &str) -> Result<(), SettingsError> {
        if !key.info().offered {
            self.notices.push(Notice::NotOffered { name: written.to_owned(), origin: detail.to_owned() });
            return Ok(());
        }
        let source = Source { layer, detail: detail.to_owned(), via: Via::Itself };
        let Some(value) = values::parse(key, text) else { return Err(invalid(key, text, written, Some(&source))) };
        self.given.push(Given { key, value, source });
        Ok(())
    }
}

pub(super) fn invalid(key: Key, text: Option<&str>, written: &str, source: Option<&Source>) -> SettingsError {
    SettingsError::InvalidValue {
        name: written.to_owned(),
        value: text.unwrap_or_default().to_owned(),
        origin: source.map(ToString::to_string),
        allowed: key.info().kind.allowed(),
    }
}

fn layer_of(scope: ConfigScope) -> Layer {
    match scope {
        ConfigScope::System => Layer::System,
        ConfigScope::Global => Layer::User,
        ConfigScope::Local => Layer::Repository,
        ConfigScope::Worktree => Layer::Worktree,
        ConfigScope::Command => Layer::Command,
    }
}
