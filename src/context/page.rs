//! What a page of the web is, by what its server says and by its content.

use encoding_rs::{Encoding, UTF_8};

/// How a page is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// As HTML.
    Html,
    /// As it is.
    Text,
    /// Not at all; its type.
    Binary(String),
}

/// Types that are text although they are not called so.
const TEXTS: &[&str] =
    &["json", "xml", "javascript", "ecmascript", "yaml", "toml", "sql", "graphql", "x-sh", "x-ndjson", "rtf", "x-httpd-php"];

/// How far a page is looked into for its own declaration of an encoding, as browsers do.
const HEAD_BYTES: usize = 1024;

/// Tells how a page is read from its `Content-Type` and from what is known of its content.
pub(super) fn kind_of(declared: &str, bytes: &[u8]) -> Kind {
    let essence = declared.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if encoding_of(declared).is_none_or(|encoding| encoding.is_ascii_compatible())
        && Encoding::for_bom(bytes).is_none()
        && bytes.iter().take(8000).any(|b| *b == 0)
    {
        let name = if essence.is_empty() { "of no declared type".to_owned() } else { essence };
        return Kind::Binary(name);
    }
    let (family, kind) = essence.split_once('/').unwrap_or((&essence, ""));
    let text = |kind: &str| TEXTS.iter().any(|known| kind == *known || kind.ends_with(&format!("+{known}")));
    match (family, kind) {
        (_, "html" | "xhtml+xml") => Kind::Html,
        ("", _) if looks_like_html(bytes) => Kind::Html,
        ("text" | "", _) => Kind::Text,
        ("application", kind) if text(kind) => Kind::Text,
        ("image", "svg+xml") => Kind::Text,
        _ => Kind::Binary(essence),
    }
}

fn looks_like_html(bytes: &[u8]) -> bool {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD_BYTES)]).to_ascii_lowercase();
    ["<!doctype html", "<html", "<head", "<body"].iter().any(|tag| head.contains(tag))
}

/// The text of a page in the encoding that its first bytes, its server or, for HTML, itself declares.
pub(super) fn decode(declared: &str, bytes: &[u8], html: bool) -> String {
    let own = || html.then(|| own_encoding(bytes)).flatten();
    let encoding = encoding_of(declared).or_else(own).unwrap_or(UTF_8);
    encoding.decode(bytes).0.into_owned()
}

fn encoding_of(declared: &str) -> Option<&'static Encoding> {
    let labels = declared.split(';').skip(1).filter_map(|parameter| parameter.split_once('='));
    let label = labels.into_iter().find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))?.1;
    Encoding::for_label(label.trim().trim_matches('"').as_bytes())
}

/// `<meta charset=x>` or the longer form with `content="text/html; charset=x"`.
fn own_encoding(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD_BYTES)]).to_ascii_lowercase();
    let meta =
        head.match_indices("<meta").find_map(|(at, _)| head[at..].split('>').next()?.split_once("charset=").map(|(_, rest)| rest))?;
    let label = meta.trim_start_matches(['"', '\'']);
    let end = label.find(|c: char| !(c.is_ascii_alphanumeric() || "-_:.".contains(c))).unwrap_or(label.len());
    Encoding::for_label(&label.as_bytes()[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_told_from_what_is_not() {
        let binary = |name: &str| Kind::Binary(name.into());
        let cases: &[(&str, &[u8], Kind)] = &[
            ("text/html; charset=utf-8", b"", Kind::Html),
            ("application/xhtml+xml", b"", Kind::Html),
            ("text/markdown", b"# x", Kind::Text),
            ("application/vnd.api+json", b"{}", Kind::Text),
            ("Application/JSON", b"{}", Kind::Text),
            ("application/pdf", b"", binary("application/pdf")),
            ("image/png", b"", binary("image/png")),
            ("application/octet-stream", b"x", binary("application/octet-stream")),
            ("text/plain", b"a\0b", binary("text/plain")),
            ("text/plain; charset=utf-16le", b"a\0b\0", Kind::Text),
            ("", b"<!DOCTYPE html><p>x", Kind::Html),
            ("", b"plain", Kind::Text),
            ("", b"\0", binary("of no declared type")),
        ];
        for (declared, bytes, kind) in cases {
            assert_eq!(kind_of(declared, bytes), *kind, "{declared}");
        }
    }

    #[test]
    fn the_encoding_is_the_servers_then_the_pages_own() {
        assert_eq!(decode("text/html; charset=\"ISO-8859-1\"", b"caf\xe9", true), "café");
        assert_eq!(decode("text/html", b"<meta charset='windows-1251'>\xcf", true), "<meta charset='windows-1251'>П");
        let long = b"<meta http-equiv=x content=\"text/html; charset=shift_jis\">\x93\xfa";
        assert!(decode("", long, true).ends_with('日'));
        assert_eq!(decode("text/plain; charset=latin1", "\u{feff}é".as_bytes(), false), "é", "a byte order mark decides");
        assert_eq!(decode("text/plain", b"a\xff", false), "a\u{fffd}");
    }
}
