//! What is known of each language, one file each.

mod bash;
mod c;
mod clojure;
mod cmake;
mod cpp;
mod csharp;
mod css;
mod cue;
mod dart;
mod dockerfile;
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
mod nix;
mod ocaml;
mod ocaml_interface;
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
mod svelte;
mod swift;
mod toml;
mod tsx;
mod typescript;
mod vue;
mod xml;
mod yaml;
mod zig;

use crate::syntax::language::Language;

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
    /// Whether right files have no error nodes, so that an error node tells of a mistake.
    pub trusted_errors: bool,
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
    };

    pub fn has_file(&self, name: &str) -> bool {
        self.files.iter().any(|file| match file.strip_suffix(".*") {
            Some(stem) => name.strip_prefix(stem).is_some_and(|rest| rest.starts_with('.')),
            None => *file == name,
        })
    }
}
