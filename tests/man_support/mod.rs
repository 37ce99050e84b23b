//! The pages of `man/`, and their words without markup.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::fs;
use std::path::PathBuf;

/// The directory of the pages.
pub fn man_dir() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("man")
}

/// A file of the repository as text.
pub fn repository_file(path: &str) -> String {
    fs::read_to_string(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)).expect("the file is there")
}

/// Every page: its file name and its source.
pub fn pages() -> Vec<(String, String)> {
    let files = fs::read_dir(man_dir()).expect("the pages are there").flatten().filter(|entry| entry.path().is_file());
    let mut pages: Vec<_> = files
        .map(|entry| (entry.file_name().to_string_lossy().into_owned(), fs::read_to_string(entry.path()).expect("a page is text")))
        .collect();
    pages.sort();
    pages
}

/// The source of one page.
pub fn page(file: &str) -> String {
    fs::read_to_string(man_dir().join(file)).expect("the page is there")
}

/// The words of a page without roff's escapes.
pub fn plain(source: &str) -> String {
    let mut out = source.to_owned();
    for (escape, text) in [("\\fB", ""), ("\\fI", ""), ("\\fR", ""), ("\\fP", ""), ("\\&", ""), ("\\-", "-"), ("\\(aq", "'"), ("\\(dq", "\""), ("\\e", "\\")] {
        out = out.replace(escape, text);
    }
    out
}

/// The items of a section of an mdoc page: the words after `.It` and a macro, up to the next section.
pub fn items(source: &str, section: &str) -> Vec<String> {
    let mut inside = false;
    let mut found = Vec::new();
    for line in source.lines() {
        if let Some(name) = line.strip_prefix(".Sh ").or_else(|| line.strip_prefix(".Ss ")) {
            inside = name.trim_matches('"') == section;
        } else if let (true, Some(item)) = (inside, line.strip_prefix(".It ")) {
            found.push(plain(item));
        }
    }
    found
}
