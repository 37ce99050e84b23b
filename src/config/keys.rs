//! The table of settings: name, type, default and meaning of each key.

use std::fmt;

/// A setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Key {
    AutoMode,
    AutoContinue,
    AutoBuild,
    AutoUpdateContext,
    AutoLoadContext,
    SmartContext,
    AutoApply,
    AutoCommit,
    SkipCommit,
    CanExec,
    AutoExec,
    AutoDebug,
    ProjectInstructions,
    ContextDir,
    PrivateUrls,
    Missing,
    LostApply,
    ModelPack,
    MaxReplies,
    MaxCost,
    Editor,
}

/// The type of a setting with its default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// On or off, the same default at every autonomy level.
    Switch(bool),
    /// On or off, by autonomy level in the order of [`super::Level::ALL`].
    ByLevel([bool; 5]),
    /// One of some words; the first number is the default's place.
    Choice(usize, &'static [&'static str]),
    /// A whole number: default, least, most.
    Number(u64, u64, u64),
    /// An amount in dollars, none by default.
    Money,
    /// Free text, nothing by default.
    Text,
}

/// What is known of a setting.
#[derive(Debug)]
pub struct KeyInfo {
    /// The key.
    pub key: Key,
    /// Its name in commands, with dashes.
    pub name: &'static str,
    /// Its name in git config, below `plandex.`.
    pub git: &'static str,
    /// Its type and default.
    pub kind: Kind,
    /// Whether it consents to something being done to the user's files or run; such a key never travels with a plan.
    pub consent: bool,
    /// Whether it can be set in this version.
    pub offered: bool,
    /// What it does, for listings.
    pub meaning: &'static str,
}

const NO: bool = false;
const YES: bool = true;

/// Every setting, in the order of listings.
#[rustfmt::skip]
pub static KEYS: &[KeyInfo] = &[
    row(Key::AutoMode, "auto-mode", "autoMode", Kind::Choice(3, &["none", "basic", "plus", "semi", "full"]), "autonomy level; sets the defaults of the auto keys"),
    row(Key::AutoContinue, "auto-continue", "autoContinue", Kind::ByLevel([NO, YES, YES, YES, YES]), "go on with the next task until the plan is done"),
    row(Key::AutoBuild, "auto-build", "autoBuild", Kind::ByLevel([NO, YES, YES, YES, YES]), "build proposed changes into files while the reply streams"),
    row(Key::AutoUpdateContext, "auto-update-context", "autoUpdateContext", Kind::ByLevel([NO, NO, YES, YES, YES]), "refresh context that has changed on disk without asking"),
    row(Key::AutoLoadContext, "auto-load-context", "autoLoadContext", Kind::ByLevel([NO, NO, NO, YES, YES]), "let the model choose and load the files that it needs"),
    row(Key::SmartContext, "smart-context", "smartContext", Kind::ByLevel([NO, NO, YES, YES, YES]), "send only the files that the current task uses"),
    consent(Key::AutoApply, "auto-apply", "autoApply", Kind::ByLevel([NO, NO, NO, NO, YES]), "apply the changes when the plan is done"),
    consent(Key::AutoCommit, "auto-commit", "autoCommit", Kind::ByLevel([NO, NO, YES, YES, YES]), "commit the changes after they were applied"),
    row(Key::SkipCommit, "skip-commit", "skipCommit", Kind::Switch(NO), "never commit after an apply, and never ask"),
    later(Key::CanExec, "can-exec", "canExec", "let the model propose commands"),
    later(Key::AutoExec, "auto-exec", "autoExec", "run proposed commands without asking"),
    later(Key::AutoDebug, "auto-debug", "autoDebug", "feed a failed command back to the model and try again"),
    row(Key::ProjectInstructions, "project-instructions", "projectInstructions", Kind::Switch(YES), "show models the project's AGENTS.md, or CLAUDE.md"),
    row(Key::ContextDir, "context-dir", "contextDir", Kind::Text, "the directory that models choose and change files of; all of the project when unset"),
    consent(Key::PrivateUrls, "private-urls", "privateUrls", Kind::Switch(NO), "let load ask addresses of this machine and of private networks"),
    row(Key::Missing, "missing", "missing", Kind::Choice(0, &["ask", "load", "skip", "overwrite"]), "what to do when a reply writes to a file that it has not seen"),
    row(Key::LostApply, "lost-apply", "lostApply", Kind::Choice(0, &["ask", "restore", "rebase", "warn"]), "what to do before a run when applied files are no longer in the working tree"),
    row(Key::ModelPack, "model-pack", "modelPack", Kind::Text, "the model pack in force"),
    row(Key::MaxReplies, "max-replies", "maxReplies", Kind::Number(200, 1, 200), "replies of one run before it stops"),
    row(Key::MaxCost, "max-cost", "maxCost", Kind::Money, "dollars that one run may cost before it stops"),
    consent(Key::Editor, "editor", "editor", Kind::Text, "the editor for prompts; git's own choice when unset"),
];

const fn row(key: Key, name: &'static str, git: &'static str, kind: Kind, meaning: &'static str) -> KeyInfo {
    KeyInfo { key, name, git, kind, consent: false, offered: true, meaning }
}

const fn consent(key: Key, name: &'static str, git: &'static str, kind: Kind, meaning: &'static str) -> KeyInfo {
    KeyInfo { consent: true, ..row(key, name, git, kind, meaning) }
}

/// A consent key without a use yet: always off.
const fn later(key: Key, name: &'static str, git: &'static str, meaning: &'static str) -> KeyInfo {
    KeyInfo { offered: false, ..consent(key, name, git, Kind::Switch(NO), meaning) }
}

impl Key {
    /// The row of the table.
    pub fn info(self) -> &'static KeyInfo {
        &KEYS[self as usize]
    }

    /// The name in commands, `auto-continue` for example.
    pub fn name(self) -> &'static str {
        self.info().name
    }

    /// The full name in git config, `plandex.autoContinue` for example.
    pub fn git_name(self) -> String {
        format!("plandex.{}", self.info().git)
    }

    /// The environment variable, `PLANDEX_AUTO_CONTINUE` for example.
    pub fn variable(self) -> String {
        format!("PLANDEX_{}", self.name().to_ascii_uppercase().replace('-', "_"))
    }

    /// Finds a setting by any of its names: dashed, git's, with `plandex.` or without, in any case.
    pub fn from_name(name: &str) -> Option<Self> {
        let bare = |text: &str| text.to_ascii_lowercase().replace(['-', '_'], "");
        let name = bare(name);
        let name = name.strip_prefix("plandex.").unwrap_or(&name);
        KEYS.iter().find(|info| bare(info.name) == name).map(|info| info.key)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Kind {
    /// The values that may be given, for messages.
    pub fn allowed(self) -> String {
        match self {
            Self::Switch(_) | Self::ByLevel(_) => "true or false".into(),
            Self::Choice(_, words) => words.join(", "),
            Self::Number(_, least, most) => format!("a whole number from {least} to {most}"),
            Self::Money => "an amount in dollars, 2.50 for example".into(),
            Self::Text => "a text of one line".into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_keys_and_its_names_agree() {
        for (at, info) in KEYS.iter().enumerate() {
            assert_eq!(info.key as usize, at, "{}", info.name);
            assert_eq!(info.git.to_ascii_lowercase(), info.name.replace('-', ""));
            assert!(!info.git.contains('-'), "{}", info.git);
            for name in [info.name, info.git, &info.key.git_name(), &info.key.git_name().to_lowercase(), &info.name.to_uppercase()] {
                assert_eq!(Key::from_name(name), Some(info.key), "{name}");
            }
        }
        assert_eq!(Key::from_name("auto"), None);
        assert_eq!(Key::AutoContinue.variable(), "PLANDEX_AUTO_CONTINUE");
    }

    #[test]
    fn what_may_be_done_without_asking_never_travels_with_a_plan() {
        let consent: Vec<_> = KEYS.iter().filter(|info| info.consent).map(|info| info.name).collect();
        assert_eq!(consent, ["auto-apply", "auto-commit", "can-exec", "auto-exec", "auto-debug", "private-urls", "editor"]);
    }
}
