//! Context items made from what was read.

use super::{ContextError, Page, Picture, TokenCounts, check_text, count_tokens, excerpt};
use crate::plan::{ContextItem, ContextKind, ImageDetail, ObjectId, RepoPath};

/// A name that no definition has.
const HEADERS: &str = "*";

/// The circumstances of a load.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Loaded {
    /// Whether the program loaded it rather than the user.
    pub auto: bool,
    /// Whether it was loaded although git ignores it.
    pub forced: bool,
    /// The time, in RFC 3339 UTC.
    pub now: String,
}

/// A text that joins the context: its blob and its tokens.
#[derive(Clone, Copy)]
pub struct Text<'a> {
    /// The text as a blob.
    pub oid: &'a ObjectId,
    /// What it says.
    pub text: &'a str,
    /// Where its tokens are counted.
    pub counts: &'a TokenCounts,
}

impl Text<'_> {
    fn item(&self, kind: ContextKind, name: String, loaded: &Loaded) -> Result<ContextItem, ContextError> {
        check_text(&name, self.text.as_bytes())?;
        let item = ContextItem::new(kind, name, self.oid.clone());
        Ok(ContextItem {
            bytes: self.text.len() as u64,
            tokens: self.counts.of(self.oid, self.text),
            auto_loaded: loaded.auto,
            forced: loaded.forced,
            added: Some(loaded.now.clone()),
            ..item
        })
    }
}

/// The item of a file; the text's id is what `git add` would store.
pub fn file_item(path: &RepoPath, text: Text<'_>, loaded: &Loaded) -> Result<ContextItem, ContextError> {
    Ok(ContextItem { path: Some(path.clone()), ..text.item(ContextKind::File, path.to_string(), loaded)? })
}

/// The item of a note.
pub fn note_item(text: Text<'_>, loaded: &Loaded) -> Result<ContextItem, ContextError> {
    match note_name(text.text) {
        name if name.is_empty() => Err(ContextError::EmptyNote),
        name => text.item(ContextKind::Note, name, loaded),
    }
}

/// The item of what was piped in.
pub fn piped_item(text: Text<'_>, loaded: &Loaded) -> Result<ContextItem, ContextError> {
    match note_name(text.text) {
        name if name.is_empty() => Err(ContextError::EmptyPipe),
        name => text.item(ContextKind::Piped, name, loaded),
    }
}

/// The item of a page.
pub fn url_item(page: &Page, text: Text<'_>, loaded: &Loaded) -> Result<ContextItem, ContextError> {
    Ok(ContextItem { url: Some(page.url.clone()), ..text.item(ContextKind::Url, page.url.clone(), loaded)? })
}

/// The item of a tree or a map of `directory`, of the whole project without one.
pub fn directory_item(
    kind: ContextKind,
    directory: Option<&RepoPath>,
    text: Text<'_>,
    loaded: &Loaded,
) -> Result<ContextItem, ContextError> {
    let name = directory.map_or_else(|| "./".to_owned(), |dir| format!("{dir}/"));
    Ok(ContextItem { directory: directory.cloned(), ..text.item(kind, name, loaded)? })
}

/// The item of a picture of this many bytes.
pub fn image_item(path: &RepoPath, oid: ObjectId, bytes: u64, picture: &Picture, detail: ImageDetail, loaded: &Loaded) -> ContextItem {
    ContextItem {
        path: Some(path.clone()),
        media_type: Some(picture.media_type.to_owned()),
        detail: Some(detail),
        bytes,
        tokens: picture.tokens(detail),
        auto_loaded: loaded.auto,
        forced: loaded.forced,
        added: Some(loaded.now.clone()),
        ..ContextItem::new(ContextKind::Image, path.to_string(), oid)
    }
}

/// The item of a file of which only the definitions called `symbols` are shown; nothing where they cannot be told from the rest.
pub fn part_of(item: &ContextItem, text: &str, symbols: &[String]) -> Option<ContextItem> {
    let part = excerpt(&item.name, text, symbols)?;
    // An item without symbols is shown whole, so headers alone are asked for by a name that nothing has.
    let symbols = if symbols.is_empty() { vec![HEADERS.to_owned()] } else { symbols.to_vec() };
    Some(ContextItem { tokens: count_tokens(&part), symbols, ..item.clone() })
}

/// What `fresh` shows now, in the place of `item`.
pub fn refreshed(item: &ContextItem, fresh: ContextItem, now: &str) -> ContextItem {
    ContextItem {
        id: item.id,
        auto_loaded: item.auto_loaded,
        forced: item.forced,
        added: item.added.clone(),
        updated: Some(now.to_owned()),
        ..fresh
    }
}

/// The most characters of a note's name.
const NAME_CHARS: usize = 40;

/// Names a note by its first words.
pub fn note_name(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let mut name = String::new();
    for word in plain.split_whitespace() {
        let longer = name.chars().count() + usize::from(!name.is_empty()) + word.chars().count();
        if longer > NAME_CHARS {
            let cut: String = if name.is_empty() { word.chars().take(NAME_CHARS).collect() } else { name };
            return cut + "…";
        }
        if !name.is_empty() {
            name.push(' ');
        }
        name.push_str(word);
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    fn oid(digit: &str) -> ObjectId {
        ObjectId::from_hex(&digit.repeat(40)).expect("forty digits")
    }

    #[test]
    fn a_file_keeps_its_path_and_size_and_a_newer_one_its_place() {
        let counts = TokenCounts::none();
        let loaded = Loaded { auto: true, forced: false, now: "2026-01-02T03:04:05Z".into() };
        let path: RepoPath = "src/a.rs".parse().expect("valid");
        let make = |digit: &str, text: &str| file_item(&path, Text { oid: &oid(digit), text, counts: &counts }, &loaded).expect("text");
        let item = make("a", "fn a() {}\n");
        assert_eq!((item.name.as_str(), item.bytes, item.tokens, item.auto_loaded), ("src/a.rs", 10, 4, true));
        let newer = refreshed(&item, make("b", ""), "2027-01-02T03:04:05Z");
        assert_eq!((newer.id, newer.bytes, newer.oid, newer.added), (item.id, 0, oid("b"), item.added));
        assert_eq!(newer.updated.as_deref(), Some("2027-01-02T03:04:05Z"));
    }

    #[test]
    fn a_note_is_named_by_its_first_words() {
        assert_eq!(note_name("\n  use\tthe  old API\n"), "use the old API");
        assert_eq!(note_name("Keep the names of the public functions as they are now"), "Keep the names of the public functions…");
        assert_eq!(note_name(&"x".repeat(50)), "x".repeat(40) + "…");
        let (oid, counts) = (oid("a"), TokenCounts::none());
        let text = Text { oid: &oid, text: " \n", counts: &counts };
        assert_eq!(note_item(text, &Loaded::default()), Err(ContextError::EmptyNote));
        assert_eq!(piped_item(text, &Loaded::default()), Err(ContextError::EmptyPipe));
    }
}
