//! Paths inside the repository, validated before anything is done with them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A path relative to the repository's root, with `/` between its parts, that git would accept in a tree.
///
/// It never leaves the root and never names `.git` in any spelling that a file system folds to it
/// (`verify_path` of git's `read-cache.c`, with `core.protectNTFS` and `core.protectHFS` on).
/// Bytes that are not UTF-8 are kept; its text form is then C-quoted as git prints it.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RepoPath(Vec<u8>);

/// Why a path is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{path}' {reason}")]
pub struct InvalidPath {
    /// The path as it was given, with control characters escaped.
    pub path: String,
    /// What is wrong with it.
    pub reason: &'static str,
}

/// The longest name and the longest path that file systems take (`NAME_MAX`; `PATH_MAX`, with room for the root).
const LONGEST_NAME: usize = 255;
const LONGEST_PATH: usize = 3000;

/// Of a path that is too long so many bytes are shown.
const SHOWN: usize = 60;

/// The longest name that `git fsck` lets pass (`fsck.largePathname`).
const MAX_NAME: usize = 4096;

impl RepoPath {
    /// Checks `bytes` as a path.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, InvalidPath> {
        match fault(bytes) {
            Some(reason) => Err(InvalidPath { path: quote(bytes), reason }),
            None => Ok(Self(bytes.to_vec())),
        }
    }

    /// The bytes as git stores them.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The path as text, when it is UTF-8.
    pub fn as_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }

    /// The last part.
    pub fn file_name(&self) -> &[u8] {
        self.0.rsplit(|b| *b == b'/').next().unwrap_or(&self.0)
    }

    /// The directories above the path, nearest first, without the root.
    pub fn ancestors(&self) -> impl Iterator<Item = RepoPath> + '_ {
        let ends: Vec<usize> = self.0.iter().enumerate().filter(|(_, b)| **b == b'/').map(|(at, _)| at).collect();
        ends.into_iter().rev().map(|end| RepoPath(self.0[..end].to_vec()))
    }

    /// The path as the operating system takes it.
    pub fn to_path_buf(&self) -> std::path::PathBuf {
        use std::os::unix::ffi::OsStrExt;
        std::path::PathBuf::from(std::ffi::OsStr::from_bytes(&self.0))
    }
}

impl FromStr for RepoPath {
    type Err = InvalidPath;

    /// Reads the text form, C-quoted or not.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes = unquote(text).unwrap_or_else(|| text.as_bytes().to_vec());
        match too_long(&bytes) {
            // So long a path is no help in a message either.
            Some(reason) => Err(InvalidPath { path: quote(&bytes[..SHOWN]) + "…", reason }),
            None => Self::from_bytes(&bytes),
        }
    }
}

impl fmt::Display for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&quote(&self.0))
    }
}

impl fmt::Debug for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&quote(&self.0))
    }
}

impl Serialize for RepoPath {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for RepoPath {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// Whether no file can have the path; what git holds may have it all the same.
fn too_long(bytes: &[u8]) -> Option<&'static str> {
    if bytes.len() > LONGEST_PATH {
        return Some("has more than 3,000 bytes");
    }
    bytes.split(|b| *b == b'/').any(|part| part.len() > LONGEST_NAME).then_some("has a name of more than 255 bytes")
}

fn fault(bytes: &[u8]) -> Option<&'static str> {
    if bytes.is_empty() {
        return Some("is empty");
    }
    if bytes.contains(&0) {
        return Some("holds a NUL");
    }
    if bytes[0] == b'/' || bytes[0] == b'~' && bytes.get(1) == Some(&b'/') {
        return Some("is not relative to the repository");
    }
    if bytes.len() > 1 && bytes[1] == b':' && bytes[0].is_ascii_alphabetic() {
        return Some("names a drive");
    }
    bytes.split(|b| *b == b'/').find_map(part_fault)
}

fn part_fault(part: &[u8]) -> Option<&'static str> {
    match part {
        b"" => Some("has an empty part"),
        b"." => Some("has a part '.'"),
        b".." => Some("leaves the repository"),
        _ if part.len() > MAX_NAME => Some("has a name of more than 4,096 bytes"),
        _ if part.split(|b| *b == b'\\').any(is_dot_git) => Some("enters .git"),
        _ if part.split(|b| *b == b'\\').any(|piece| piece == b"..") => Some("leaves the repository"),
        _ => None,
    }
}

/// Whether some file system takes `part` for `.git`.
fn is_dot_git(part: &[u8]) -> bool {
    let plain = strip_hfs_ignorable(part);
    let stream = plain.split(|b| *b == b':').next().unwrap_or(&plain);
    let end = stream.iter().rposition(|b| *b != b'.' && *b != b' ').map_or(0, |at| at + 1);
    matches!(stream[..end].to_ascii_lowercase().as_slice(), b".git" | b"git~1")
}

/// Removes the code points that HFS+ ignores in names (git's `utf8.c`, `next_hfs_char`).
fn strip_hfs_ignorable(part: &[u8]) -> Vec<u8> {
    let Ok(text) = std::str::from_utf8(part) else { return part.to_vec() };
    let ignored = |c: char| matches!(u32::from(c), 0x200c..=0x200f | 0x202a..=0x202e | 0x206a..=0x206f | 0xfeff);
    text.chars().filter(|c| !ignored(*c)).collect::<String>().into_bytes()
}

/// Quotes bytes as git's `core.quotePath=false` does: only what would be ambiguous, and what is not UTF-8.
fn quote(bytes: &[u8]) -> String {
    let plain = |b: u8| b >= 0x20 && b != b'"' && b != b'\\' && b != 0x7f;
    if let Ok(text) = std::str::from_utf8(bytes) {
        let hidden = text.chars().any(|c| c.is_control());
        if !hidden && bytes.iter().all(|b| plain(*b)) {
            return text.to_owned();
        }
    }
    let mut out = String::from("\"");
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            quote_char(c, &mut out);
        }
        for byte in chunk.invalid() {
            out.push_str(&format!("\\{byte:03o}"));
        }
    }
    out.push('"');
    out
}

fn quote_char(c: char, out: &mut String) {
    match c {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\n' => out.push_str("\\n"),
        '\t' => out.push_str("\\t"),
        '\r' => out.push_str("\\r"),
        c if c.is_control() => {
            let mut buffer = [0; 4];
            for byte in c.encode_utf8(&mut buffer).bytes() {
                out.push_str(&format!("\\{byte:03o}"));
            }
        }
        c => out.push(c),
    }
}

/// Undoes [`quote`]; `None` when `text` is not quoted.
fn unquote(text: &str) -> Option<Vec<u8>> {
    let inner = text.strip_prefix('"')?.strip_suffix('"')?.as_bytes();
    let mut out = Vec::with_capacity(inner.len());
    let mut at = 0;
    while at < inner.len() {
        if inner[at] != b'\\' {
            out.push(inner[at]);
            at += 1;
            continue;
        }
        let code = *inner.get(at + 1)?;
        at += 2;
        match code {
            b'n' => out.push(b'\n'),
            b't' => out.push(b'\t'),
            b'r' => out.push(b'\r'),
            b'"' | b'\\' => out.push(code),
            b'0'..=b'3' => {
                let digits = inner.get(at - 1..at + 2)?;
                out.push(u8::from_str_radix(std::str::from_utf8(digits).ok()?, 8).ok()?);
                at += 2;
            }
            _ => return None,
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_leave_the_root_or_enter_dot_git_are_refused() {
        let bad = [
            "",
            "/etc/passwd",
            "../x",
            "a/../../x",
            "a//b",
            "./a",
            ".git/config",
            ".GIT/hooks/x",
            "a/.git/x",
            ".git./x",
            ".git /x",
            "git~1/x",
            "GIT~1",
            ".git::$INDEX_ALLOCATION/x",
            ".g\u{200c}it/config",
            "a\\.git\\x",
            "..\\x",
            "C:/x",
            "c:x",
            "~/x",
            "a/",
        ];
        for path in bad {
            assert!(RepoPath::from_bytes(path.as_bytes()).is_err(), "{path:?} was accepted");
        }
        for path in [".gitignore", "a/.github/x", "git", ".gitattributes", "a b/c", "ü/ß", "a~b", "...", "a\\b"] {
            assert!(RepoPath::from_bytes(path.as_bytes()).is_ok(), "{path:?} was refused");
        }
    }

    #[test]
    fn quoting_round_trips() {
        for bytes in [&b"plain/path"[..], b"new\nline", b"\xff\xfe", "ü".as_bytes(), b"quo\"te", b"back\\slash", "\u{85}x".as_bytes()] {
            let path = RepoPath::from_bytes(bytes).expect("valid");
            assert_eq!(path.to_string().parse::<RepoPath>(), Ok(path));
        }
    }
}
