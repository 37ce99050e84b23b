//! Context items made from what was read.

use super::{ContextError, check_text, estimate_tokens};
use crate::plan::{ContextItem, ContextKind, EntityId, ObjectId, RepoPath};

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

/// Makes the item of a file; `oid` is what `git add` would store, `content` what the file holds.
pub fn file_item(id: EntityId, path: &RepoPath, oid: ObjectId, content: &[u8], loaded: &Loaded) -> Result<ContextItem, ContextError> {
    let name = path.to_string();
    let text = check_text(&name, content)?;
    let item = item(id, ContextKind::File, oid, text, loaded);
    Ok(ContextItem { name, path: Some(path.clone()), ..item })
}

/// Makes the item of a note; `oid` is its text as a blob.
pub fn note_item(id: EntityId, oid: ObjectId, text: &str, loaded: &Loaded) -> Result<ContextItem, ContextError> {
    let name = note_name(text);
    if name.is_empty() {
        return Err(ContextError::EmptyNote);
    }
    check_text(&name, text.as_bytes())?;
    Ok(ContextItem { name, ..item(id, ContextKind::Note, oid, text, loaded) })
}

/// The same item with the content that the file has now.
pub fn refreshed(item: &ContextItem, oid: ObjectId, content: &[u8], now: &str) -> Result<ContextItem, ContextError> {
    let text = check_text(&item.name, content)?;
    let tokens = estimate_tokens(text);
    Ok(ContextItem { oid, bytes: content.len() as u64, tokens, updated: Some(now.to_owned()), ..item.clone() })
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

fn item(id: EntityId, kind: ContextKind, oid: ObjectId, text: &str, loaded: &Loaded) -> ContextItem {
    ContextItem {
        id,
        kind,
        name: String::new(),
        path: None,
        oid,
        bytes: text.len() as u64,
        tokens: estimate_tokens(text),
        auto_loaded: loaded.auto,
        forced: loaded.forced,
        added: Some(loaded.now.clone()),
        updated: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::IdSource;

    fn oid(digit: &str) -> ObjectId {
        ObjectId::from_hex(&digit.repeat(40)).expect("forty digits")
    }

    #[test]
    fn a_file_keeps_its_path_and_size() {
        let id = IdSource::after(None).next(1, 1);
        let loaded = Loaded { auto: true, forced: false, now: "2026-01-02T03:04:05Z".into() };
        let path: RepoPath = "src/a.rs".parse().expect("valid");
        let item = file_item(id, &path, oid("a"), b"fn a() {}\n", &loaded).expect("text");
        assert_eq!((item.name.as_str(), item.bytes, item.tokens, item.auto_loaded), ("src/a.rs", 10, 3, true));
        let newer = refreshed(&item, oid("b"), b"", "2027-01-02T03:04:05Z").expect("text");
        assert_eq!((newer.id, newer.bytes, newer.oid, newer.added), (id, 0, oid("b"), item.added));
        assert_eq!(newer.updated.as_deref(), Some("2027-01-02T03:04:05Z"));
    }

    #[test]
    fn a_note_is_named_by_its_first_words() {
        assert_eq!(note_name("\n  use\tthe  old API\n"), "use the old API");
        assert_eq!(note_name("Keep the names of the public functions as they are now"), "Keep the names of the public functions…");
        assert_eq!(note_name(&"x".repeat(50)), "x".repeat(40) + "…");
        let id = IdSource::after(None).next(1, 1);
        assert_eq!(note_item(id, oid("a"), " \n", &Loaded::default()), Err(ContextError::EmptyNote));
    }
}
