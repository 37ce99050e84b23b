//! The tags, each alone on its line.

/// A tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Tag {
    /// Opens a block.
    Open(Head),
    /// Opens and closes a block on one line: an empty file.
    Empty(Head),
    /// Closes a block.
    Close,
    /// Ends the reply.
    Finish,
    /// Ends a section of file operations.
    EndOperations,
}

/// The attributes of an opening tag.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) path: Option<String>,
    pub(super) lang: Option<String>,
}

const BLOCK: &str = "PlandexBlock";

/// The tag that `line` consists of, whatever white space is around it.
pub(super) fn read(line: &str) -> Option<Tag> {
    let text = line.trim();
    if let Some(quoted) = text.strip_prefix('`').and_then(|rest| rest.strip_suffix('`')) {
        return read(quoted).filter(|tag| matches!(tag, Tag::Finish | Tag::EndOperations));
    }
    let inner = text.strip_prefix('<')?.strip_suffix('>')?.trim_end();
    if let Some(name) = inner.strip_prefix('/') {
        return closing(name.trim());
    }
    if let Some(head) = strip_suffix(text, "</PlandexBlock>") {
        let inner = head.trim_end().strip_prefix('<')?.strip_suffix('>')?;
        return opening(inner).map(Tag::Empty);
    }
    let open = inner.strip_suffix('/').unwrap_or(inner).trim_end();
    match open {
        _ if open.eq_ignore_ascii_case("PlandexFinish") => Some(Tag::Finish),
        _ if open.eq_ignore_ascii_case("EndPlandexFileOps") => Some(Tag::EndOperations),
        _ if open.len() < inner.len() => opening(open).map(Tag::Empty),
        _ => opening(inner).map(Tag::Open),
    }
}

fn closing(name: &str) -> Option<Tag> {
    match name {
        _ if name.eq_ignore_ascii_case(BLOCK) => Some(Tag::Close),
        _ if name.eq_ignore_ascii_case("PlandexFinish") => Some(Tag::Finish),
        _ if name.eq_ignore_ascii_case("EndPlandexFileOps") => Some(Tag::EndOperations),
        _ => None,
    }
}

fn strip_suffix<'a>(text: &'a str, suffix: &str) -> Option<&'a str> {
    let at = text.len().checked_sub(suffix.len())?;
    text.get(at..)?.eq_ignore_ascii_case(suffix).then(|| &text[..at])
}

fn opening(inner: &str) -> Option<Head> {
    let name = inner.get(..BLOCK.len())?;
    let rest = &inner[BLOCK.len()..];
    let separate = rest.is_empty() || rest.starts_with(char::is_whitespace);
    if !separate || !name.eq_ignore_ascii_case(BLOCK) {
        return None;
    }
    attributes(rest)
}

fn attributes(mut rest: &str) -> Option<Head> {
    let mut head = Head::default();
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            return Some(head);
        }
        let (name, after) = rest.split_once('=')?;
        let (value, after) = value(after.trim_start())?;
        let slot = match name.trim().to_ascii_lowercase().as_str() {
            "path" | "file" | "filename" => &mut head.path,
            "lang" | "language" => &mut head.lang,
            name if !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') => {
                rest = after;
                continue;
            }
            _ => return None,
        };
        let value = value.trim();
        if slot.is_none() && !value.is_empty() {
            *slot = Some(value.to_owned());
        }
        rest = after;
    }
}

/// An attribute's value, quoted or bare, and what comes after it.
fn value(text: &str) -> Option<(&str, &str)> {
    match text.chars().next()? {
        quote @ ('"' | '\'') => text[1..].split_once(quote),
        _ => Some(text.split_at(text.find(char::is_whitespace).unwrap_or(text.len()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(path: &str, lang: &str) -> Head {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Head { path: some(path), lang: some(lang) }
    }

    #[test]
    fn tags_are_read_in_any_order_quotes_and_case() {
        let open = [
            r#"<PlandexBlock lang="rust" path="src/a.rs">"#,
            r#"<PlandexBlock path="src/a.rs" lang="rust">"#,
            "<PlandexBlock lang='rust' path='src/a.rs'>\r\n",
            "  <plandexblock LANG=rust PATH=src/a.rs >\n",
            r#"<PlandexBlock lang = "rust"  path = " src/a.rs "	>"#,
            r#"<PlandexBlock lang="rust" file="src/a.rs" mode="full">"#,
        ];
        for line in open {
            assert_eq!(read(line), Some(Tag::Open(head("src/a.rs", "rust"))), "{line:?}");
        }
        assert_eq!(read("<PlandexBlock>"), Some(Tag::Open(Head::default())));
        assert_eq!(read(r#"<PlandexBlock lang="" path="a b>c">"#), Some(Tag::Open(head("a b>c", ""))));
        for line in [r#"<PlandexBlock path="x"></PlandexBlock>"#, r#"<PlandexBlock path="x"/>"#, "<PlandexBlock path=x />"] {
            assert_eq!(read(line), Some(Tag::Empty(head("x", ""))), "{line:?}");
        }
    }

    #[test]
    fn other_tags_are_read_and_everything_else_is_not_a_tag() {
        for line in ["<PlandexFinish/>", "<PlandexFinish />", "\t<plandexfinish>\r\n", "</PlandexFinish>", "`<PlandexFinish/>`"] {
            assert_eq!(read(line), Some(Tag::Finish), "{line:?}");
        }
        assert_eq!(read("<EndPlandexFileOps/>"), Some(Tag::EndOperations));
        assert_eq!(read(" </PlandexBlock> "), Some(Tag::Close));
        let other = [
            "",
            "<",
            "<>",
            "</>",
            "x </PlandexBlock>",
            "</PlandexBlock> x",
            "`</PlandexBlock>`",
            "`",
            "<PlandexBlocks>",
            r#"<PlandexBlock path="x>"#,
            "<PlandexBlock path>",
            "<div>",
            "<PlandexBlöck>",
            r#"let s = "<PlandexFinish/>""#,
        ];
        for line in other {
            assert_eq!(read(line), None, "{line:?}");
        }
    }
}
