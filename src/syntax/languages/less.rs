//! Less.

use crate::syntax::language::Language;
use crate::syntax::languages::{Entry, stylesheet_scan};

pub(super) const LESS: Entry = Entry {
    language: Language::Less,
    name: "less",
    comments: &["//", "/*"],
    extensions: &["less"],
    scanner: Some(stylesheet_scan::scan),
    ..Entry::NEW
};
