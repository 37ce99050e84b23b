//! PHP.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;

pub(super) const PHP: Entry = Entry {
    language: Language::Php,
    name: "php",
    grammar: Some(|| tree_sitter_php::LANGUAGE_PHP.into()),
    comments: &["//", "#", "/*"],
    extensions: &["php", "phtml", "php5", "php7", "php8", "phps"],
    interpreters: &["php"],
    ..Entry::NEW
};
