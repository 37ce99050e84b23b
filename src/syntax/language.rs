//! The languages that are known, and how a file's language is found.

use tree_sitter_language::LanguageFn;

/// A language with a grammar.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs, reason = "each variant is the name of a language")]
pub enum Language {
    Go,
    JavaScript,
    Json,
    Python,
    Rust,
    Tsx,
    TypeScript,
}

/// What is known of one language.
struct Row {
    language: Language,
    name: &'static str,
    extensions: &'static [&'static str],
    /// Whole file names; one that ends in `.*` stands for every name with that stem.
    files: &'static [&'static str],
    interpreters: &'static [&'static str],
    grammar: LanguageFn,
}

/// Every language, in the order of the variants.
const ROWS: &[Row] = &[
    row(Language::Go, "go", &["go"], &[], &[], tree_sitter_go::LANGUAGE),
    row(Language::JavaScript, "javascript", &["js", "jsx", "mjs", "cjs"], &[], &["node", "bun"], tree_sitter_javascript::LANGUAGE),
    row(Language::Json, "json", &["json", "jsonl", "webmanifest", "geojson"], &[".babelrc"], &[], tree_sitter_json::LANGUAGE),
    row(Language::Python, "python", &["py", "pyi", "pyw"], &["SConstruct", "SConscript"], &["python"], tree_sitter_python::LANGUAGE),
    row(Language::Rust, "rust", &["rs"], &[], &["rust-script"], tree_sitter_rust::LANGUAGE),
    row(Language::Tsx, "tsx", &["tsx"], &[], &[], tree_sitter_typescript::LANGUAGE_TSX),
    row(
        Language::TypeScript,
        "typescript",
        &["ts", "mts", "cts"],
        &[],
        &["deno", "ts-node", "tsx"],
        tree_sitter_typescript::LANGUAGE_TYPESCRIPT,
    ),
];

const fn row(
    language: Language,
    name: &'static str,
    extensions: &'static [&'static str],
    files: &'static [&'static str],
    interpreters: &'static [&'static str],
    grammar: LanguageFn,
) -> Row {
    Row { language, name, extensions, files, interpreters, grammar }
}

impl Row {
    fn has_file(&self, name: &str) -> bool {
        self.files.iter().any(|file| match file.strip_suffix(".*") {
            Some(stem) => name.strip_prefix(stem).is_some_and(|rest| rest.starts_with('.')),
            None => *file == name,
        })
    }
}

impl Language {
    /// Finds the language of a file by its name, then its extension, then its `#!` line.
    pub fn detect(path: &str, first_line: &str) -> Option<Self> {
        let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension).to_ascii_lowercase();
        let interpreter = interpreter(first_line);
        let find = |is: &dyn Fn(&Row) -> bool| ROWS.iter().find(|row| is(row)).map(|row| row.language);
        find(&|row| row.has_file(name))
            .or_else(|| find(&|row| row.extensions.contains(&extension.as_str())))
            .or_else(|| find(&|row| row.interpreters.contains(&interpreter)))
    }

    /// The language's name in lower case.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// The tree-sitter grammar.
    pub fn grammar(self) -> tree_sitter::Language {
        self.row().grammar.into()
    }

    /// Every language.
    pub fn all() -> impl Iterator<Item = Self> {
        ROWS.iter().map(|row| row.language)
    }

    fn row(self) -> &'static Row {
        &ROWS[self as usize]
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
    fn rows_stand_in_the_order_of_the_variants() {
        for (at, row) in ROWS.iter().enumerate() {
            assert_eq!(row.language as usize, at, "{}", row.name);
        }
    }

    #[test]
    fn every_grammar_loads() {
        for language in Language::all() {
            tree_sitter::Parser::new().set_language(&language.grammar()).unwrap_or_else(|error| panic!("{}: {error}", language.name()));
        }
    }

    #[test]
    fn a_language_is_found_by_name_extension_and_interpreter() {
        assert_eq!(Language::detect("src/a.RS", ""), Some(Language::Rust));
        assert_eq!(Language::detect("lib/x.mjs", ""), Some(Language::JavaScript));
        assert_eq!(Language::detect("tools/run", "#!/usr/bin/env -S python3.12 -u"), Some(Language::Python));
        assert_eq!(Language::detect("notes", "plain text"), None);
    }
}
