//! JavaScript with JSX.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;
use crate::syntax::languages::ecmascript;
use crate::syntax::rule::{Name, value};

pub(super) const JAVASCRIPT: Entry = Entry {
    language: Language::JavaScript,
    name: "javascript",
    grammar: Some(|| tree_sitter_javascript::LANGUAGE.into()),
    comments: &["//", "/*"],
    extensions: &["js", "jsx", "mjs", "cjs", "es6", "jsm"],
    files: &["Jakefile"],
    interpreters: &["node", "nodejs", "bun"],
    rules: &[
        ecmascript::CLASS,
        ecmascript::CLASS_EXPRESSION,
        ecmascript::DEFAULT_CLASS,
        ecmascript::FUNCTION,
        ecmascript::GENERATOR,
        ecmascript::METHOD,
        value("field_definition", "field").name(Name::Field("property")),
        ecmascript::FUNCTION_VARIABLE,
        ecmascript::CLASS_VARIABLE,
        ecmascript::OBJECT_VARIABLE,
        ecmascript::REQUIRED,
        ecmascript::VARIABLE,
        ecmascript::FUNCTION_PROPERTY,
        ecmascript::CLASS_PROPERTY,
        ecmascript::OBJECT_PROPERTY,
        ecmascript::PROPERTY,
        ecmascript::METHOD_PAIR,
        ecmascript::OBJECT_PAIR,
        ecmascript::PAIR,
    ],
    wraps: ecmascript::WRAPS,
    skips: ecmascript::SKIPS,
    attributes: &["decorator"],
    ..Entry::NEW
};
