//! C#.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;

pub(super) const CSHARP: Entry = Entry {
    language: Language::CSharp,
    name: "csharp",
    grammar: Some(|| tree_sitter_c_sharp::LANGUAGE.into()),
    comments: &["//", "/*"],
    extensions: &["cs", "csx", "cake"],
    interpreters: &["dotnet-script"],
    ..Entry::NEW
};
