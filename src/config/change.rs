//! Changing settings: what is to be written where.

use crate::git::{self, ConfigScope};
use crate::plan::PlanMeta;

use super::autonomy::Level;
use super::keys::{KEYS, Key};
use super::layers::invalid;
use super::{SettingsError, notice, values};

/// Where a setting is to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The repository's git config.
    Repository,
    /// The user's git config.
    User,
    /// The plan: `plan.yml`, and for keys that give consent the repository's git config under the plan's id.
    Plan {
        /// The `id` of `plan.yml`.
        id: String,
    },
}

/// A write to git config.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GitEdit {
    /// The file.
    pub scope: ConfigScope,
    /// The full name.
    pub name: String,
    /// The value; `None` takes it away.
    pub value: Option<String>,
}

/// Everything that one change of settings writes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Edit {
    /// To git config.
    pub git: Vec<GitEdit>,
    /// To `plan.yml`, by dashed key; `None` takes the key away.
    pub plan: Vec<(String, Option<String>)>,
}

/// Works out how to set the setting called `name`, by any of its names; `None` for the value takes it away.
pub fn edit_setting(name: &str, value: Option<&str>, place: &Place) -> Result<Edit, SettingsError> {
    let key = Key::from_name(name).ok_or_else(|| SettingsError::UnknownKey { name: name.into(), near: notice::nearest(name) })?;
    if !key.info().offered {
        return Err(SettingsError::NotOffered { name: key.name() });
    }
    let value = value.map(|text| checked(key, text)).transpose()?;
    if let (Key::AutoMode, Some(level)) = (key, value.as_deref().and_then(Level::from_word)) {
        return Ok(edit_level(level, place));
    }
    let mut edit = Edit::default();
    edit.set(key, value, place);
    Ok(edit)
}

/// Works out how to set the autonomy level: the keys that depend on it are taken away there, so that it holds.
pub fn edit_level(level: Level, place: &Place) -> Edit {
    let mut edit = Edit::default();
    edit.set(Key::AutoMode, Some(level.to_string()), place);
    for info in KEYS.iter().filter(|info| level.switch(info.key).is_some()) {
        edit.set(info.key, None, place);
    }
    edit
}

fn checked(key: Key, text: &str) -> Result<String, SettingsError> {
    values::parse(key, Some(text)).map(|value| value.to_text()).ok_or_else(|| invalid(key, Some(text), key.name(), None))
}

impl Edit {
    fn set(&mut self, key: Key, value: Option<String>, place: &Place) {
        let mut git = |scope, name| self.git.push(GitEdit { scope, name, value: value.clone() });
        match place {
            Place::Repository => git(ConfigScope::Local, key.git_name()),
            Place::User => git(ConfigScope::Global, key.git_name()),
            Place::Plan { id } => {
                // The level gives consent too, so this clone keeps its own copy of it.
                if key.info().consent || key == Key::AutoMode {
                    git(ConfigScope::Local, format!("plandex.{id}.{}", key.info().git));
                }
                if !key.info().consent {
                    self.plan.push((key.name().to_owned(), value));
                }
            }
        }
    }

    /// Writes the part for git config; `dir` is any directory of the repository.
    pub fn write_git(&self, dir: &std::path::Path) -> Result<(), git::Error> {
        self.git.iter().try_for_each(|edit| git::set_config(dir, edit.scope, &edit.name, edit.value.as_deref()))
    }

    /// Does the part for `plan.yml`.
    pub fn change_meta(&self, meta: &mut PlanMeta) {
        for (name, value) in &self.plan {
            // The pack stands with the models, which `set-model` writes.
            let (map, name) = if name == Key::ModelPack.name() { (&mut meta.models, "pack") } else { (&mut meta.config, name.as_str()) };
            match value {
                Some(value) => drop(map.insert(name.to_owned(), value.clone())),
                None => drop(map.remove(name)),
            }
        }
    }
}
