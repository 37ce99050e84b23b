//! Maps of one file of each language, and of files that no person wrote.
//!
//! `INSTA_UPDATE=always cargo test --test syntax_maps` writes the expected maps anew; look at each as a reader who searches for a file.

use std::fs;
use std::path::{Path, PathBuf};

use git_plandex::syntax::{Block, Language, Symbol, errors, inner_lines, map, map_text, outline, parse};

fn samples() -> Vec<(PathBuf, Language, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/syntax_maps");
    let paths = fs::read_dir(folder).expect("samples are there").map(|entry| entry.expect("a sample").path());
    let mut paths: Vec<PathBuf> = paths.filter(|path| path.is_file()).collect();
    paths.sort();
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).expect("samples are UTF-8");
        let first = text.lines().next().unwrap_or_default().to_owned();
        let language = Language::detect(path.to_str().expect("a UTF-8 path"), &first).unwrap_or_else(|| panic!("{}", path.display()));
        (path, language, text)
    };
    paths.into_iter().map(read).collect()
}

#[test]
fn every_language_has_a_sample_and_its_map() {
    let samples = samples();
    for language in Language::all() {
        assert!(samples.iter().any(|(_, of, _)| *of == language), "{} has no sample", language.name());
    }
    for (path, language, text) in samples {
        let symbols = map(language, &text);
        assert!(!symbols.is_empty(), "{}", path.display());
        insta::with_settings!({ prepend_module_to_snapshot => false, snapshot_path => "syntax_maps/expected", omit_expression => true }, {
            insta::assert_snapshot!(language.name(), map_text(&symbols));
        });
    }
}

/// Each block lies inside the one around it, and its parts follow each other.
fn check_blocks(blocks: &[Block], lines: usize, path: &Path) {
    for block in blocks {
        let order = [block.lead, block.header.start, block.header.end, block.body.start, block.body.end, block.end];
        assert!(order.is_sorted() && block.end <= lines && block.header.start < block.header.end, "{}: {block:?}", path.display());
        assert!(!block.name.is_empty(), "{}: {block:?}", path.display());
        for child in &block.children {
            let around = block.lead.min(block.header.start)..block.end;
            assert!(around.contains(&child.header.start) && child.end <= around.end, "{}: {child:?} in {around:?}", path.display());
        }
        check_blocks(&block.children, lines, path);
    }
}

#[test]
fn blocks_of_every_sample_lie_inside_each_other() {
    for (path, language, text) in samples() {
        let blocks = outline(language, &text);
        assert!(!blocks.is_empty(), "{}", path.display());
        check_blocks(&blocks, text.lines().count() + 1, &path);
    }
}

fn count(symbols: &[Symbol]) -> usize {
    symbols.iter().map(|symbol| 1 + count(&symbol.children)).sum()
}

#[test]
fn maps_tell_no_more_than_the_file() {
    for (path, language, text) in samples() {
        let symbols = map(language, &text);
        assert!(count(&symbols) <= text.lines().count() * 2, "{}", path.display());
        assert!(map_text(&symbols).len() <= 2 * text.len(), "{}: a map that is longer than two of its file", path.display());
    }
}

#[test]
fn samples_have_no_syntax_errors() {
    for (path, language, text) in samples() {
        let found = errors(language, &text);
        assert!(found.is_empty(), "{}: {found:?}", path.display());
    }
}

/// A text without meaning that begins like the sample.
fn hostile(sample: &str) -> Vec<String> {
    let half = sample.floor_char_boundary(sample.len() / 2);
    let mut texts = vec![String::new(), "\u{feff}".to_owned(), "\0\0\0".to_owned(), sample[..half].to_owned(), sample[half..].to_owned()];
    texts.push(sample.replace('\n', "\r\n"));
    texts.push(sample.replace(['}', ')', ']'], ""));
    texts.push(sample.replace(['{', '(', '['], ""));
    texts.push(sample.replace(['"', '\''], ""));
    texts.push(sample.replace(' ', "\u{fffd}"));
    texts.push(sample.lines().map(|line| format!("{line} é🦀\n")).collect());
    texts.extend(
        ["(", "[", "{", "{{", "<", "<a>", "\"", "\\\n", "- ", "if ", "#", "/*", "`", "$", "@", "=", "a.", "a:\n "]
            .map(|part| part.repeat(800)),
    );
    texts
}

#[test]
fn hostile_texts_end_and_stay_in_bounds() {
    for (path, language, text) in samples() {
        for hostile in hostile(&text) {
            let symbols = map(language, &hostile);
            assert!(count(&symbols) <= 20_000, "{}", path.display());
            check_blocks(&outline(language, &hostile), hostile.lines().count() + 1, &path);
            errors(language, &hostile);
            inner_lines(language, &hostile);
        }
    }
}

#[test]
fn deep_brackets_end_in_every_language() {
    for language in Language::all() {
        for bracket in ["(", "[", "{"] {
            let open = bracket.repeat(100_000);
            assert!(count(&map(language, &open)) <= 20_000, "{}", language.name());
            assert!(map(language, &format!("{}\n{open}", "x\n".repeat(1_000))).len() <= 20_000, "{}", language.name());
        }
    }
}

#[test]
fn blocks_of_yaml_deeper_than_its_scanner_keeps_end_no_process() {
    let stairs: String = (0..600).map(|at| format!("{}a:\n", " ".repeat(at))).collect();
    for text in [stairs, "- ".repeat(1_000), "a:\n - ".repeat(1_000), "? ".repeat(1_000)] {
        assert!(count(&map(Language::Yaml, &text)) <= 20_000);
    }
}

#[test]
fn ten_megabytes_on_one_line_have_no_symbols() {
    for language in Language::all() {
        let text = "a = 1; ".repeat(10 << 17);
        assert!(map(language, &text).is_empty(), "{}", language.name());
        assert!(parse(language, &text).is_none(), "{}", language.name());
    }
}

#[test]
fn bytes_that_are_no_utf8_are_read_as_replaced() {
    let text = String::from_utf8_lossy(b"fn a() {}\nfn \xff\xfe() {}\nfn b() {}\n").into_owned();
    let names: Vec<String> = map(Language::Rust, &text).into_iter().map(|symbol| symbol.name).collect();
    assert!(names.contains(&"a".to_owned()) && names.contains(&"b".to_owned()), "{names:?}");
}
