//! Checks that modules import only what the layer table allows.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Each module with the modules it may import, lowest layer first.
/// A module may list only modules that stand above it in this table, so the table cannot hold a cycle.
const LAYERS: &[(&str, &[&str])] = &[
    // base
    ("plan", &[]),
    ("git", &[]),
    ("syntax", &[]),
    ("config", &["plan", "git"]),
    // parts: none imports another
    ("store", &["plan", "git"]),
    ("context", &["plan", "git", "syntax"]),
    ("prompt", &["plan"]),
    ("llm", &["plan", "config"]),
    ("reply", &["plan"]),
    ("edit", &["plan", "syntax"]),
    ("worktree", &["plan", "git"]),
    // hub
    ("pipeline", &["plan", "config", "store", "context", "prompt", "llm", "reply", "edit", "worktree"]),
    // entry
    ("ui", &["plan", "config"]),
    ("cli", &["plan", "config", "store", "context", "reply", "edit", "pipeline", "ui"]),
];

/// Returns `source` with comments and string literals blanked out, newlines kept.
fn strip(source: &str) -> String {
    let bytes = source.as_bytes();
    let mut out = bytes.to_vec();
    let mut i = 0;
    while i < bytes.len() {
        let rest = &source[i..];
        let len = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |n| n + 2)
        } else if rest.starts_with("r#\"") {
            rest.find("\"#").map_or(rest.len(), |n| n + 2)
        } else if rest.starts_with('"') {
            let mut n = 1;
            while n < rest.len() && bytes[i + n] != b'"' {
                n += if bytes[i + n] == b'\\' { 2 } else { 1 };
            }
            (n + 1).min(rest.len())
        } else if rest.starts_with("'\"'") {
            3
        } else {
            i += rest.chars().next().map_or(1, char::len_utf8);
            continue;
        };
        for byte in &mut out[i..i + len] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
        i += len;
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Returns the first path segments that follow `crate::`, with their line numbers.
fn imports(source: &str) -> Vec<(usize, String)> {
    let text = strip(source);
    let mut found = Vec::new();
    for (at, _) in text.match_indices("crate::") {
        let line = text[..at].matches('\n').count() + 1;
        let rest = &text[at + "crate::".len()..];
        let names: Vec<&str> = if let Some(group) = rest.strip_prefix('{') {
            let mut depth = 0;
            group
                .split(|c: char| {
                    match c {
                        '{' => depth += 1,
                        '}' => depth -= 1,
                        _ => {}
                    }
                    depth < 0 || (depth == 0 && c == ',')
                })
                .take_while(|part| !part.contains(';'))
                .collect()
        } else {
            vec![rest]
        };
        for name in names {
            let name: String = name.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            if !name.is_empty() {
                found.push((line, name));
            }
        }
    }
    found
}

fn rust_files(dir: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).expect("src is readable") {
        let path = entry.expect("directory entry").path();
        if path.is_dir() {
            rust_files(&path, into);
        } else if path.extension().is_some_and(|ext| ext == "rs") {
            into.push(path);
        }
    }
}

#[test]
fn modules_import_only_lower_layers() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for (at, (module, allowed)) in LAYERS.iter().enumerate() {
        for name in *allowed {
            assert!(LAYERS[..at].iter().any(|(lower, _)| lower == name), "`{module}` lists `{name}`, which is not below it");
        }
    }
    let mut files = Vec::new();
    rust_files(&src, &mut files);
    let mut seen = BTreeSet::new();
    let mut broken = Vec::new();
    for file in files {
        let relative = file.strip_prefix(&src).expect("file is under src");
        let module = relative.iter().next().and_then(|s| s.to_str()).expect("UTF-8 path").trim_end_matches(".rs").to_owned();
        if module == "main" || module == "lib" {
            continue;
        }
        let Some((_, allowed)) = LAYERS.iter().find(|(name, _)| *name == module) else {
            panic!("module `{module}` has no line in LAYERS");
        };
        let source = fs::read_to_string(&file).expect("source is UTF-8");
        if strip(&source).contains("super::super") {
            broken.push(format!("{}: `super::super` hides the layer; name the module from `crate::`", relative.display()));
        }
        for (line, name) in imports(&source) {
            if name != module && !allowed.contains(&name.as_str()) {
                broken.push(format!("{}:{line}: `{module}` may not import `{name}`", relative.display()));
            }
        }
        seen.insert(module);
    }
    for (module, _) in LAYERS {
        assert!(seen.contains(*module), "LAYERS names `{module}`, which src does not have");
    }
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}
