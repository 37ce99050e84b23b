//! What `git fsck` would refuse is refused when it is proposed.

use crate::git::Repo;
use crate::plan::{Entry, FileMode, Refusal, RepoPath};

use super::Error;
use super::read::oid;

/// The longest line of `.gitattributes` that git takes (`ATTR_MAX_LINE_LENGTH`).
const ATTRIBUTES_LINE: usize = 2048;

/// The largest `.gitattributes` that git takes (`ATTR_MAX_FILE_SIZE`).
const ATTRIBUTES_FILE: usize = 100 * 1024 * 1024;

/// Checks a file of an overlay, in the words of `git fsck`.
pub(super) fn check(repo: &Repo, path: &RepoPath, entry: &Entry) -> Result<(), Error> {
    let name = path.file_name().to_ascii_lowercase();
    let fault = match (name.as_slice(), entry.mode) {
        (b".gitmodules", FileMode::Symlink) => Some("gitmodulesSymlink: .gitmodules is a symbolic link"),
        (b".gitmodules", _) => modules_fault(&repo.read_blob(&oid(&entry.oid))?),
        (b".gitattributes", FileMode::Symlink) => Some("gitattributesSymlink: .gitattributes is a symlink"),
        (b".gitattributes", _) => attributes_fault(&repo.read_blob(&oid(&entry.oid))?),
        _ => None,
    };
    fault.map_or(Ok(()), |words| Err(Refusal(format!("'{path}': {words}")).into()))
}

fn attributes_fault(bytes: &[u8]) -> Option<&'static str> {
    if bytes.len() > ATTRIBUTES_FILE {
        return Some("gitattributesLarge: .gitattributes too large to parse");
    }
    let long = bytes.split(|b| *b == b'\n').any(|line| line.len() >= ATTRIBUTES_LINE);
    long.then_some("gitattributesLineLength: .gitattributes has too long lines to parse")
}

/// The rules of git's `fsck_gitmodules_fn`, line by line.
fn modules_fault(bytes: &[u8]) -> Option<&'static str> {
    let text = String::from_utf8_lossy(bytes);
    text.lines().find_map(|line| {
        let line = line.trim();
        if let Some(header) = line.strip_prefix('[') {
            return name_fault(header);
        }
        let (key, value) = line.split_once('=')?;
        let value = value.trim().trim_matches('"');
        match key.trim().to_ascii_lowercase().as_str() {
            "url" if is_hostile_url(value) => Some("gitmodulesUrl: disallowed submodule url"),
            "path" if value.starts_with('-') => Some("gitmodulesPath: disallowed submodule path"),
            "update" if value.starts_with('!') => Some("gitmodulesUpdate: disallowed submodule update setting"),
            _ => None,
        }
    })
}

fn name_fault(header: &str) -> Option<&'static str> {
    let name = header.split('"').nth(1)?;
    let climbs = name.split(['/', '\\']).any(|part| part == "..");
    (climbs || name.is_empty()).then_some("gitmodulesName: disallowed submodule name")
}

/// Options in disguise, and line breaks smuggled past a credential helper.
fn is_hostile_url(url: &str) -> bool {
    let lower = url.to_ascii_lowercase();
    url.starts_with('-') || lower.contains("%0a") || url.contains("\\n") || lower.starts_with("ext::") || lower.contains("::-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_git_refuses_in_its_own_files_is_refused() {
        assert!(attributes_fault(&b"x".repeat(2048)).is_some());
        assert!(attributes_fault(b"*.rs text\n").is_none());
        let good = "[submodule \"a\"]\n\tpath = a\n\turl = https://example.org/a.git\n";
        assert_eq!(modules_fault(good.as_bytes()), None);
        for bad in [
            "[submodule \"../x\"]\n\tpath = a\n",
            "[submodule \"a\"]\n\turl = -upload-pack=touch x\n",
            "[submodule \"a\"]\n\turl = https://h/%0ahost=evil\n",
            "[submodule \"a\"]\n\tpath = -x\n",
            "[submodule \"a\"]\n\tupdate = !sh\n",
        ] {
            assert!(modules_fault(bad.as_bytes()).is_some(), "{bad}");
        }
    }
}
