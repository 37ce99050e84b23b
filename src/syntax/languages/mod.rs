//! What is known of each language, one file each.

mod bash;
mod c;
mod c_family;
mod clojure;
mod cmake;
mod cpp;
mod csharp;
mod css;
mod cue;
mod dart;
mod declarators;
mod dockerfile;
mod ecmascript;
mod elixir;
mod elm;
mod erlang;
mod go;
mod graphql;
mod groovy;
mod haskell;
mod hcl;
mod html;
mod java;
mod javascript;
mod json;
mod kotlin;
mod less;
mod lua;
mod make;
mod markdown;
mod markup;
mod nix;
mod ocaml;
mod ocaml_interface;
mod ocaml_rules;
mod php;
mod powershell;
mod protobuf;
mod python;
mod r;
mod ruby;
mod rust;
mod scala;
mod scss;
mod sql;
mod stylesheet_scan;
mod svelte;
mod swift;
mod toml;
mod tsx;
mod typescript;
mod typescript_rules;
mod vue;
mod xml;
mod yaml;
mod zig;

use std::ops::Range;

use tree_sitter::Node;

use crate::syntax::language::Language;
use crate::syntax::rule::Rule;
use crate::syntax::walk::Found;

/// Every language, in the order of the variants.
pub(super) static ENTRIES: &[Entry] = &[
    bash::BASH,
    c::C,
    clojure::CLOJURE,
    cmake::CMAKE,
    cpp::CPP,
    csharp::CSHARP,
    css::CSS,
    cue::CUE,
    dart::DART,
    dockerfile::DOCKERFILE,
    elixir::ELIXIR,
    elm::ELM,
    erlang::ERLANG,
    go::GO,
    graphql::GRAPHQL,
    groovy::GROOVY,
    haskell::HASKELL,
    hcl::HCL,
    html::HTML,
    java::JAVA,
    javascript::JAVASCRIPT,
    json::JSON,
    kotlin::KOTLIN,
    less::LESS,
    lua::LUA,
    make::MAKE,
    markdown::MARKDOWN,
    nix::NIX,
    ocaml::OCAML,
    ocaml_interface::OCAML_INTERFACE,
    php::PHP,
    powershell::POWERSHELL,
    protobuf::PROTOBUF,
    python::PYTHON,
    r::R,
    ruby::RUBY,
    rust::RUST,
    scala::SCALA,
    scss::SCSS,
    sql::SQL,
    svelte::SVELTE,
    swift::SWIFT,
    toml::TOML,
    tsx::TSX,
    typescript::TYPESCRIPT,
    vue::VUE,
    xml::XML,
    yaml::YAML,
    zig::ZIG,
];

/// Finds in a definition's body the bytes that describe it.
pub(super) type FindDoc = fn(Node<'_>, &str) -> Option<Range<usize>>;

/// Finds in a definition the bytes of code in another language.
pub(super) type FindCode = fn(Node<'_>, &str) -> Option<(Language, Range<usize>)>;

/// What is known of one language.
pub(super) struct Entry {
    pub language: Language,
    pub name: &'static str,
    /// Nothing where a scanner of ours does the work.
    pub grammar: Option<fn() -> tree_sitter::Language>,
    /// The signs that begin a comment.
    pub comments: &'static [&'static str],
    /// File name extensions in lower case.
    pub extensions: &'static [&'static str],
    /// Whole file names; one that ends in `.*` stands for every name with that stem.
    pub files: &'static [&'static str],
    /// Programs of a `#!` line, without a version.
    pub interpreters: &'static [&'static str],
    /// Whether right files have no error nodes, so that an error node tells of a mistake: true where 95 % of real files have none.
    pub trusted_errors: bool,
    /// The nodes that are definitions; those of one kind stand together.
    pub rules: &'static [Rule],
    /// Nodes whose first words belong to the definitions inside, such as `export`.
    pub wraps: &'static [&'static str],
    /// Nodes without definitions that a map or outline has.
    pub skips: &'static [&'static str],
    /// Blocks of statements, in which values are local even if no function is around them.
    pub blocks: &'static [&'static str],
    /// Nodes that belong to the definition after them.
    pub attributes: &'static [&'static str],
    /// Nodes that hold definitions for an outline but too many for a map.
    pub deep: &'static [&'static str],
    /// Nodes inside a signature that only describe.
    pub descriptions: &'static [&'static str],
    /// How deep the definitions of a map nest.
    pub map_depth: u8,
    /// Whether a function may be defined by several equations, one after the other.
    pub equations: bool,
    /// Whether a map has the functions inside functions.
    pub nested: bool,
    pub inner_doc: Option<FindDoc>,
    pub embedded: Option<FindCode>,
    /// Whether a text is safe for the grammar's scanner, which would end the process on others.
    pub is_safe: Option<fn(&str) -> bool>,
    /// Finds the definitions of a language without a grammar.
    pub scanner: Option<fn(&str) -> Vec<Found>>,
}

impl Entry {
    const NEW: Self = Self {
        language: Language::Bash,
        name: "",
        grammar: None,
        comments: &[],
        extensions: &[],
        files: &[],
        interpreters: &[],
        trusted_errors: true,
        rules: &[],
        wraps: &[],
        skips: &[],
        blocks: &[],
        attributes: &[],
        deep: &[],
        descriptions: &[],
        map_depth: 8,
        equations: false,
        nested: false,
        inner_doc: None,
        embedded: None,
        is_safe: None,
        scanner: None,
    };

    /// Whether one of the names that end in `.*` fits.
    pub fn has_stem(&self, name: &str) -> bool {
        let mut stems = self.files.iter().filter_map(|file| file.strip_suffix(".*"));
        stems.any(|stem| name.strip_prefix(stem).is_some_and(|rest| rest.starts_with('.')))
    }
}
