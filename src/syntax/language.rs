//! The languages that are known, and how a file's language is found.

use crate::syntax::languages::{ENTRIES, Entry};

/// A language whose files are understood.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[allow(missing_docs, reason = "each variant is the name of a language")]
pub enum Language {
    Bash,
    C,
    Clojure,
    Cmake,
    Cpp,
    CSharp,
    Css,
    Cue,
    Dart,
    Dockerfile,
    Elixir,
    Elm,
    Erlang,
    Go,
    Graphql,
    Groovy,
    Haskell,
    Hcl,
    Html,
    Java,
    JavaScript,
    Json,
    Kotlin,
    Less,
    Lua,
    Make,
    Markdown,
    Nix,
    Ocaml,
    OcamlInterface,
    Php,
    PowerShell,
    Protobuf,
    Python,
    R,
    Ruby,
    Rust,
    Scala,
    Scss,
    Sql,
    Svelte,
    Swift,
    Toml,
    Tsx,
    TypeScript,
    Vue,
    Xml,
    Yaml,
    Zig,
}

impl Language {
    /// Finds the language of a file by its name, then its extension, then the stem of its name (`Dockerfile.dev`), then its `#!` line.
    pub fn detect(path: &str, first_line: &str) -> Option<Self> {
        let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension).to_ascii_lowercase();
        let interpreter = interpreter(first_line);
        let find = |is: &dyn Fn(&Entry) -> bool| ENTRIES.iter().find(|entry| is(entry)).map(|entry| entry.language);
        find(&|entry| entry.files.contains(&name))
            .or_else(|| find(&|entry| entry.extensions.contains(&extension.as_str())))
            .or_else(|| find(&|entry| entry.has_stem(name)))
            .or_else(|| find(&|entry| entry.interpreters.contains(&interpreter)))
    }

    /// The language's name in lower case.
    pub fn name(self) -> &'static str {
        self.entry().name
    }

    /// The tree-sitter grammar, where the language has one.
    pub fn grammar(self) -> Option<tree_sitter::Language> {
        self.entry().grammar.map(|grammar| grammar())
    }

    /// The signs that begin a comment.
    pub fn comments(self) -> &'static [&'static str] {
        self.entry().comments
    }

    /// Every language.
    pub fn all() -> impl Iterator<Item = Self> {
        ENTRIES.iter().map(|entry| entry.language)
    }

    pub(super) fn entry(self) -> &'static Entry {
        &ENTRIES[self as usize]
    }
}

/// The program of a `#!` line without its folder and version: `python` for `#!/usr/bin/env python3.12`.
fn interpreter(first_line: &str) -> &str {
    let Some(command) = first_line.strip_prefix("#!") else { return "" };
    let mut words = command.split_whitespace().filter(|word| !word.starts_with('-') && !word.contains('='));
    let Some(program) = words.next() else { return "" };
    let program = if program.ends_with("/env") { words.next().unwrap_or("") } else { program };
    let name = program.rsplit('/').next().unwrap_or(program);
    name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_stand_in_the_order_of_the_variants() {
        for (at, entry) in ENTRIES.iter().enumerate() {
            assert_eq!(entry.language as usize, at, "{}", entry.name);
        }
    }

    #[test]
    fn every_grammar_loads() {
        for language in Language::all() {
            let Some(grammar) = language.grammar() else { continue };
            tree_sitter::Parser::new().set_language(&grammar).unwrap_or_else(|error| panic!("{}: {error}", language.name()));
        }
    }

    #[test]
    fn no_name_or_extension_stands_for_two_languages() {
        for words in [|entry: &Entry| entry.extensions, |entry: &Entry| entry.files, |entry: &Entry| entry.interpreters] {
            let mut all: Vec<_> = ENTRIES.iter().flat_map(words).collect();
            all.sort_unstable();
            assert!(all.windows(2).all(|pair| pair[0] != pair[1]), "{all:?}");
        }
        assert!(ENTRIES.iter().all(|entry| entry.extensions.iter().all(|word| *word == word.to_ascii_lowercase())));
    }

    #[test]
    fn a_language_is_found_by_name_extension_and_interpreter() {
        for (path, first_line, name) in [
            ("src/a.RS", "", "rust"),
            ("lib/x.mjs", "", "javascript"),
            ("lib/x.cjs", "", "javascript"),
            ("lib/x.mts", "", "typescript"),
            ("lib/x.d.cts", "", "typescript"),
            ("include/a.hpp", "", "cpp"),
            ("include/a.h", "", "cpp"),
            ("src/a.cxx", "", "cpp"),
            ("src/a.c", "", "c"),
            ("build.gradle.kts", "", "kotlin"),
            ("build.gradle", "", "groovy"),
            ("Jenkinsfile", "", "groovy"),
            ("infra/main.tf", "", "hcl"),
            ("infra/prod.tfvars", "", "hcl"),
            ("Dockerfile.dev", "", "dockerfile"),
            ("docker/api.Dockerfile", "", "dockerfile"),
            ("Containerfile", "", "dockerfile"),
            ("GNUmakefile", "", "make"),
            ("Makefile.am", "", "make"),
            ("Makefile.toml", "", "toml"),
            ("sub/CMakeLists.txt", "", "cmake"),
            ("Gemfile", "", "ruby"),
            ("Rakefile", "", "ruby"),
            ("BUILD", "", "python"),
            ("pkg/BUILD.bazel", "", "python"),
            ("home/.bashrc", "", "bash"),
            ("home/.zshrc", "", "bash"),
            ("Cargo.lock", "", "toml"),
            ("composer.lock", "", "json"),
            ("app/Page.vue", "", "vue"),
            ("tools/run", "#!/usr/bin/env -S python3.12 -u", "python"),
            ("tools/run", "#!/bin/sh", "bash"),
            ("tools/run", "#!/usr/bin/env node", "javascript"),
            ("tools/run", "#!/usr/bin/Rscript --vanilla", "r"),
        ] {
            assert_eq!(Language::detect(path, first_line).map(Language::name), Some(name), "{path} {first_line}");
        }
        assert_eq!(Language::detect("notes", "plain text"), None);
        assert_eq!(Language::detect("notes.txt", ""), None);
    }
}
