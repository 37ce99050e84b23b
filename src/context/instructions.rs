//! The project's own instructions for agents, read from disk at each run.

use std::path::Path;

use super::TokenCounts;
use super::read::object_id;
use crate::git::{Disk, Error, Look, Repo, TreeMode};
use crate::plan::RepoPath;

/// The files that hold them; in each directory the first that is there counts.
const NAMES: &[&str] = &["AGENTS.md", "CLAUDE.md"];

/// The most bytes of one file that are read: 64 KB.
const MAX_BYTES: usize = 64 * 1024;

/// Instructions of one directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instruction {
    /// The file.
    pub path: RepoPath,
    /// What it says, cut to the limit.
    pub text: String,
    /// The size of the text in tokens.
    pub tokens: u64,
    /// Whether the file is longer than what is read of it.
    pub cut: bool,
}

/// Reads the instructions that count in `folder`: those of the root first, then down to the folder's own.
///
/// A symbolic link is followed to a file of the working tree and nowhere else.
pub fn instructions(repo: &Repo, folder: Option<&RepoPath>) -> Result<Vec<Instruction>, Error> {
    let mut folders: Vec<String> =
        folder.into_iter().flat_map(|folder| folder.ancestors().chain([folder.clone()])).map(with_slash).collect();
    folders.push(String::new());
    folders.sort_by_key(|folder| folder.len());
    let disk = repo.work_dir().map(|_| repo.disk()).transpose()?;
    let counts = TokenCounts::open(repo);
    let mut found = Vec::new();
    for folder in folders {
        for name in NAMES {
            let Ok(path) = format!("{folder}{name}").parse::<RepoPath>() else { continue };
            if let Some(bytes) = content(repo, disk.as_ref(), &path)?.filter(|bytes| !bytes.trim_ascii().is_empty()) {
                found.push(instruction(repo, &counts, path, &bytes)?);
                break;
            }
        }
    }
    Ok(found)
}

impl Instruction {
    /// All of them as a prompt shows them; `None` when there are none.
    pub fn text_of(all: &[Self]) -> Option<String> {
        let parts: Vec<String> = all.iter().map(|one| format!("## {}\n\n{}", one.path, one.text.trim())).collect();
        (!parts.is_empty()).then(|| parts.join("\n\n"))
    }
}

fn with_slash(folder: RepoPath) -> String {
    format!("{}/", String::from_utf8_lossy(folder.as_bytes()))
}

fn instruction(repo: &Repo, counts: &TokenCounts, path: RepoPath, bytes: &[u8]) -> Result<Instruction, Error> {
    let cut = bytes.len() > MAX_BYTES;
    let mut text = String::from_utf8_lossy(&bytes[..bytes.len().min(MAX_BYTES)]).into_owned();
    if cut {
        text.truncate(text.rfind('\n').unwrap_or(text.len()));
        text.push_str(&format!("\n[the rest of {} bytes is left out]\n", bytes.len()));
    }
    let oid = object_id(&repo.blob_id(text.as_bytes())?).expect("git's ids are ids");
    Ok(Instruction { path, tokens: counts.of(&oid, &text), text, cut })
}

fn content(repo: &Repo, disk: Option<&Disk<'_>>, path: &RepoPath) -> Result<Option<Vec<u8>>, Error> {
    let Some(disk) = disk else {
        let stored = repo.store_worktree_file(path.as_bytes())?;
        return stored.filter(|(mode, _)| *mode != TreeMode::Symlink).map(|(_, oid)| repo.read_blob(&oid)).transpose();
    };
    match disk.look(path.as_bytes()) {
        Ok(Look::File(file)) if file.mode == TreeMode::Symlink => Ok(linked(disk.root(), &disk.absolute(path.as_bytes()))),
        Ok(Look::File(file)) => Ok(Some(file.bytes)),
        // What cannot be read instructs nobody.
        Ok(_) | Err(_) => Ok(None),
    }
}

/// The file that a link leads to, if it is an ordinary one of the working tree.
fn linked(root: &Path, link: &Path) -> Option<Vec<u8>> {
    let target = link.canonicalize().ok()?;
    let inside = target.strip_prefix(root).ok()?;
    RepoPath::from_bytes(std::os::unix::ffi::OsStrExt::as_bytes(inside.as_os_str())).ok()?;
    target.is_file().then(|| std::fs::read(&target).ok()).flatten()
}
