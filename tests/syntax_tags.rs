//! What a grammar's own tags query calls a definition, the map has too.
//!
//! Maps come from tables and not from these queries: a query takes up to 0.8 s to compile, visits every reference as well, and knows
//! neither signatures nor members nor bodies. They are the measure instead.

use std::fs;
use std::path::Path;

use git_plandex::syntax::{Block, Language, map, map_text, outline, parse};
use tree_sitter::{Query, QueryCursor, StreamingIterator as _};

/// Each language whose grammar ships a tags query, with its sample.
fn queries() -> Vec<(Language, &'static str, String)> {
    let typescript = [tree_sitter_javascript::TAGS_QUERY, tree_sitter_typescript::TAGS_QUERY].concat();
    let all = [
        (Language::C, "c", tree_sitter_c::TAGS_QUERY),
        (Language::Cpp, "cpp", tree_sitter_cpp::TAGS_QUERY),
        (Language::CSharp, "cs", tree_sitter_c_sharp::TAGS_QUERY),
        (Language::Dart, "dart", tree_sitter_dart::TAGS_QUERY),
        (Language::Elixir, "ex", tree_sitter_elixir::TAGS_QUERY),
        (Language::Elm, "elm", tree_sitter_elm::TAGS_QUERY),
        (Language::Go, "go", tree_sitter_go::TAGS_QUERY),
        (Language::Java, "java", tree_sitter_java::TAGS_QUERY),
        (Language::JavaScript, "js", tree_sitter_javascript::TAGS_QUERY),
        (Language::Lua, "lua", tree_sitter_lua::TAGS_QUERY),
        (Language::Ocaml, "ml", tree_sitter_ocaml::TAGS_QUERY),
        (Language::Php, "php", tree_sitter_php::TAGS_QUERY),
        (Language::Python, "py", tree_sitter_python::TAGS_QUERY),
        (Language::R, "R", tree_sitter_r::TAGS_QUERY),
        (Language::Ruby, "rb", tree_sitter_ruby::TAGS_QUERY),
        (Language::Rust, "rs", tree_sitter_rust::TAGS_QUERY),
        (Language::Swift, "swift", tree_sitter_swift::TAGS_QUERY),
        (Language::TypeScript, "ts", typescript.as_str()),
    ];
    all.into_iter().map(|(language, extension, query)| (language, extension, query.to_owned())).collect()
}

/// The names of the definitions that a query finds, with their rows.
fn definitions(language: Language, query: &str, text: &str) -> Vec<(String, usize)> {
    let tree = parse(language, text).expect("the sample parses");
    let grammar = language.grammar().expect("a grammar with a query");
    let query = Query::new(&grammar, query).unwrap_or_else(|error| panic!("{}: {error}", language.name()));
    let kinds = query.capture_names();
    let mut cursor = QueryCursor::new();
    let mut matches = cursor.matches(&query, tree.root_node(), text.as_bytes());
    let mut found = Vec::new();
    while let Some(one) = matches.next() {
        let kind = |index: u32| kinds[index as usize];
        let defines = one.captures().iter().any(|capture| kind(capture.index).starts_with("definition"));
        for name in one.captures().iter().filter(|capture| defines && kind(capture.index) == "name") {
            found.push((text[name.node.byte_range()].to_owned(), name.node.start_position().row));
        }
    }
    found
}

/// Whether a row is inside a function, where a map looks for nothing.
fn is_local(blocks: &[Block], row: usize) -> bool {
    blocks.iter().any(|block| {
        let function = matches!(block.kind, "function" | "method" | "constructor" | "init" | "macro");
        function && block.body.contains(&row) || is_local(&block.children, row)
    })
}

#[test]
fn maps_have_what_the_grammars_call_definitions() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/syntax_maps");
    let mut missing = Vec::new();
    for (language, extension, query) in queries() {
        let text = fs::read_to_string(folder.join(format!("sample.{extension}"))).expect("the sample is there");
        let (shown, blocks) = (map_text(&map(language, &text)), outline(language, &text));
        let found = definitions(language, &query, &text);
        assert!(!found.is_empty(), "{}", language.name());
        let lost = found.into_iter().filter(|(name, row)| !is_local(&blocks, *row) && !shown.contains(name.trim_matches(['"', '\''])));
        missing.extend(lost.map(|(name, row)| format!("{} {name} line {}", language.name(), row + 1)));
    }
    assert!(missing.is_empty(), "{missing:#?}");
}
