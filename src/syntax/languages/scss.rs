//! SCSS.

use crate::syntax::language::Language;
use crate::syntax::languages::{Entry, stylesheet_scan};

pub(super) const SCSS: Entry = Entry {
    language: Language::Scss,
    name: "scss",
    comments: &["//", "/*"],
    extensions: &["scss"],
    scanner: Some(stylesheet_scan::scan),
    ..Entry::NEW
};
