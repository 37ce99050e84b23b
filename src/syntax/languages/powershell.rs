//! PowerShell.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;

pub(super) const POWERSHELL: Entry = Entry {
    language: Language::PowerShell,
    name: "powershell",
    grammar: Some(|| tree_sitter_powershell::LANGUAGE.into()),
    comments: &["#", "<#"],
    extensions: &["ps1", "psm1", "psd1"],
    interpreters: &["pwsh", "powershell"],
    ..Entry::NEW
};
