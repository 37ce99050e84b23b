//! The files that the context phase chooses.

use super::line::{bullet, fence, unbold, without_bullet};
use super::value::FileChoice;

/// An open list of categories.
#[derive(Debug, Default)]
pub(super) struct Categories {
    names: Vec<String>,
}

impl Categories {
    pub(super) fn feed(&mut self, line: &str) {
        let Some(item) = bullet(line).or_else(|| super::line::numbered(line)) else { return };
        let name = unbold(item).trim_end_matches(':').trim();
        if !name.is_empty() {
            self.names.push(name.to_owned());
        }
    }

    pub(super) fn close(self) -> Vec<String> {
        self.names
    }
}

/// An open list of files.
#[derive(Debug, Default)]
pub(super) struct Files {
    chosen: Vec<FileChoice>,
    category: Option<String>,
}

impl Files {
    /// Reads a line; `categories` are the names that may stand as headings of their own.
    pub(super) fn feed(&mut self, line: &str, categories: &[String]) {
        let text = line.trim();
        if text.is_empty() || fence(text).is_some() {
            return;
        }
        match choice(text) {
            Some(choice) => self.chosen.push(FileChoice { category: self.category.clone(), ..choice }),
            None => self.feed_heading(text, categories),
        }
    }

    /// Reads a line that may be the heading of a category.
    pub(super) fn feed_heading(&mut self, text: &str, categories: &[String]) {
        let item = without_bullet(text.trim_start_matches('#'));
        let name = unbold(item.trim_end_matches(':')).trim_end_matches(':').trim();
        let marked = item.ends_with(':') || item.ends_with("**") || text.starts_with('#');
        if !name.is_empty() && (marked && !name.contains('`') || categories.iter().any(|known| known == name)) {
            self.category = Some(name.to_owned());
        }
    }

    pub(super) fn close(self) -> Vec<FileChoice> {
        self.chosen
    }
}

fn choice(text: &str) -> Option<FileChoice> {
    let text = bullet(text).or_else(|| super::line::numbered(text)).unwrap_or(text);
    let (path, rest) = path(text)?;
    let rest = rest.trim();
    let detail = rest.trim_start_matches(['-', '–', '—', ':', ',', ' ']);
    if !rest.is_empty() && detail.len() == rest.len() && !rest.starts_with('(') {
        return None;
    }
    let (symbols, note) = symbols_and_note(detail);
    Some(FileChoice { category: None, path: path.to_owned(), symbols, note })
}

/// The path at the beginning of `text`, in back-ticks or a word that looks like one, and the rest.
fn path(text: &str) -> Option<(&str, &str)> {
    let text = text.strip_prefix("**").unwrap_or(text);
    if let Some(inner) = text.strip_prefix('`') {
        let (path, rest) = inner.split_once('`')?;
        let path = path.trim();
        return (!path.is_empty()).then(|| (path, rest.strip_prefix("**").unwrap_or(rest)));
    }
    let (word, rest) = text.split_at(text.find(char::is_whitespace).unwrap_or(text.len()));
    let name = word.trim_end_matches([':', ',']);
    let heading = name.len() < word.len() && rest.trim().is_empty();
    let like_path = name.contains('/') || name.trim_start_matches('.').contains('.') && !name.ends_with('.');
    (like_path && !heading).then(|| (name, &text[name.len()..]))
}

/// Tells `Symbol, other() (note)` from a remark in plain words.
fn symbols_and_note(detail: &str) -> (Vec<String>, Option<String>) {
    let (list, remark) = match detail.strip_suffix(')').and_then(|rest| rest.rsplit_once('(')) {
        Some((list, remark)) if list.is_empty() || list.ends_with(char::is_whitespace) => (list.trim(), Some(remark.trim())),
        _ => (detail.trim(), None),
    };
    let list = list.trim_end_matches(['-', '–', '—', ':', ' ']);
    let symbols: Option<Vec<String>> = list.split(',').map(str::trim).filter(|item| !item.is_empty()).map(symbol).collect();
    match symbols {
        Some(symbols) => (symbols, remark.filter(|remark| !remark.is_empty()).map(str::to_owned)),
        None => (Vec::new(), Some(detail.trim().to_owned())),
    }
}

const KINDS: &[&str] = &[
    "class",
    "const",
    "constant",
    "enum",
    "fn",
    "func",
    "function",
    "impl",
    "interface",
    "macro",
    "method",
    "mod",
    "module",
    "struct",
    "trait",
    "type",
];

/// A symbol's name; nothing when the words are prose.
fn symbol(text: &str) -> Option<String> {
    let quoted = text.strip_prefix('`').and_then(|rest| rest.strip_suffix('`')).filter(|inner| !inner.contains('`'));
    if let Some(inner) = quoted {
        return Some(inner.trim().to_owned());
    }
    let kind = |word: &&str| KINDS.iter().any(|kind| word.eq_ignore_ascii_case(kind));
    let words: Vec<&str> = text.split_whitespace().filter(|word| !kind(word)).map(|word| word.trim_matches('`')).collect();
    let [name] = words[..] else { return None };
    let plain = name.chars().all(|c| c.is_alphanumeric() || "_$.:#<>()&*!?-/[]@".contains(c));
    (plain && name.contains(|c: char| c.is_alphanumeric() || c == '_')).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Option<(String, Vec<String>, Option<String>)> {
        choice(line).map(|choice| (choice.path, choice.symbols, choice.note))
    }

    #[test]
    fn a_file_has_symbols_and_a_note() {
        let symbols = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        for (line, path, names, note) in [
            ("`src/a.go` - Auth, AuthManager (main)", "src/a.go", &["Auth", "AuthManager"][..], Some("main")),
            ("- `src/a.go` — `Auth`, `fn new()`", "src/a.go", &["Auth", "fn new()"], None),
            ("- `src/a.go`", "src/a.go", &[], None),
            ("- `src/a.go` (the router)", "src/a.go", &[], Some("the router")),
            ("- `src/a.go`: holds the router, and more", "src/a.go", &[], Some("holds the router, and more")),
            ("`m/user.go` - User struct", "m/user.go", &["User"], None),
            ("- **`src/a.go`** - Auth.check", "src/a.go", &["Auth.check"], None),
            ("1. src/a.go - Auth", "src/a.go", &["Auth"], None),
            ("- Makefile.am, - x", "Makefile.am", &["x"], None),
        ] {
            assert_eq!(read(line), Some((path.to_owned(), symbols(names), note.map(str::to_owned))), "{line:?}");
        }
    }

    #[test]
    fn prose_about_a_file_does_not_choose_it() {
        for line in ["`src/a.go` is not needed.", "Nothing else is needed.", "- see the docs", "`", "` `", "etc.", "Node.js:"] {
            assert_eq!(read(line), None, "{line:?}");
        }
    }

    #[test]
    fn categories_are_headings_of_files() {
        let mut files = Files::default();
        let known = ["Known".to_owned()];
        for line in ["`z`", "Auth:", "- `a`", "**Bold**", "`b`", "Known", "`c`", "Unknown", "`d`", "#### Deep", "`e`"] {
            files.feed(line, &known);
        }
        let found: Vec<(Option<String>, String)> = files.close().into_iter().map(|choice| (choice.category, choice.path)).collect();
        let expected =
            [(None, "z"), (Some("Auth"), "a"), (Some("Bold"), "b"), (Some("Known"), "c"), (Some("Known"), "d"), (Some("Deep"), "e")];
        assert_eq!(found, expected.map(|(category, path)| (category.map(str::to_owned), path.to_owned())));
    }
}
