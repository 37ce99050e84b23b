//! The jobs that a model can be chosen for.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::ModelsError;

/// A job that a model does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Replies, and writes the task list.
    Planner,
    /// Chooses files from the project's map.
    Architect,
    /// Does one task per reply.
    Coder,
    /// Shortens long conversations.
    Summarizer,
    /// Checks and repairs edits.
    Builder,
    /// Writes a whole file when an edit cannot be made.
    WholeFileBuilder,
    /// Names plans.
    Names,
    /// Writes commit messages.
    CommitMessages,
    /// Says whether a task is finished.
    AutoContinue,
}

/// One role's facts.
struct Row {
    role: Role,
    word: &'static str,
    falls_back_to: Option<Role>,
    /// Sampling settings for models that take them; low where precision matters, higher where variety does.
    temperature: f64,
    top_p: f64,
}

const fn row(role: Role, word: &'static str, falls_back_to: Option<Role>, temperature: f64, top_p: f64) -> Row {
    Row { role, word, falls_back_to, temperature, top_p }
}

const ROWS: [Row; 9] = [
    row(Role::Planner, "planner", None, 0.3, 0.3),
    row(Role::Architect, "architect", Some(Role::Planner), 0.3, 0.3),
    row(Role::Coder, "coder", Some(Role::Planner), 0.3, 0.3),
    row(Role::Summarizer, "summarizer", None, 0.2, 0.2),
    row(Role::Builder, "builder", None, 0.1, 0.1),
    row(Role::WholeFileBuilder, "whole-file-builder", Some(Role::Builder), 0.1, 0.1),
    row(Role::Names, "names", None, 0.8, 0.5),
    row(Role::CommitMessages, "commit-messages", None, 0.8, 0.5),
    row(Role::AutoContinue, "auto-continue", None, 0.1, 0.1),
];

impl Role {
    /// Every role, in the order of listings.
    pub const ALL: [Role; 9] = {
        let mut all = [Role::Planner; 9];
        let mut at = 0;
        while at < ROWS.len() {
            all[at] = ROWS[at].role;
            at += 1;
        }
        all
    };

    fn row(self) -> &'static Row {
        &ROWS[self as usize]
    }

    /// The word in `models.yml` and in commands.
    pub fn as_str(self) -> &'static str {
        self.row().word
    }

    /// The role whose model does this job when a pack names none for it.
    pub fn falls_back_to(self) -> Option<Role> {
        self.row().falls_back_to
    }

    /// The temperature for models that take one.
    pub fn temperature(self) -> f64 {
        self.row().temperature
    }

    /// The nucleus sampling limit for models that take one.
    pub fn top_p(self) -> f64 {
        self.row().top_p
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = ModelsError;

    fn from_str(word: &str) -> Result<Self, ModelsError> {
        let found = ROWS.iter().find(|row| row.word == word);
        found.map(|row| row.role).ok_or_else(|| ModelsError::UnknownRole { role: word.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::{ROWS, Role};

    #[test]
    fn the_table_is_in_the_order_of_the_roles_and_words_round_trip() {
        for (at, row) in ROWS.iter().enumerate() {
            assert_eq!(row.role as usize, at);
            assert_eq!(row.word.parse::<Role>().expect("a role's word"), row.role);
            assert_eq!(serde_json::to_value(row.role).expect("a word"), row.word);
        }
        assert_eq!("editor".parse::<Role>().expect_err("no role").to_string(), "no role is named 'editor'");
    }
}
