//! The files that a model may know of.

use std::path::Path;

use super::{IGNORE_FILE, IgnoredBy, ListedPath, PlandexIgnore, is_always_skipped};
use crate::git::{Error, Look, Repo, TreeMode};
use crate::plan::RepoPath;

/// The user's files without ignored ones, as they are on disk; in a bare repository, as they are in `HEAD`.
pub struct Project<'r> {
    pub(super) repo: &'r Repo,
    paths: Vec<ListedPath>,
    ignore: PlandexIgnore,
}

impl<'r> Project<'r> {
    /// Lists the files: tracked ones, and untracked ones that nothing ignores; no symbolic links.
    pub fn survey(repo: &'r Repo) -> Result<Self, Error> {
        // A path that cannot be a path of a plan cannot be loaded, so it is not offered either.
        let all: Vec<RepoPath> = repo.tracked_files()?.iter().filter_map(|path| RepoPath::from_bytes(path).ok()).collect();
        let ignore = ignore_files(repo, &all)?;
        let kept = all.into_iter().filter(|path| !is_always_skipped(path) && !ignore.is_ignored(path));
        let paths = match repo.work_dir() {
            Some(root) => kept.filter_map(|path| on_disk(root, path)).collect(),
            None => in_head(repo, kept.collect())?,
        };
        Ok(Self { repo, paths, ignore })
    }

    /// All files, sorted by path.
    pub fn paths(&self) -> &[ListedPath] {
        &self.paths
    }

    /// Whether the file is one of them.
    pub fn has(&self, path: &RepoPath) -> bool {
        self.paths.binary_search_by(|listed| listed.path.cmp(path)).is_ok()
    }

    /// The files below a directory.
    pub fn below<'a>(&'a self, dir: &'a RepoPath) -> impl Iterator<Item = &'a RepoPath> {
        let inside = |path: &RepoPath| path.as_bytes().strip_prefix(dir.as_bytes()).is_some_and(|rest| rest.starts_with(b"/"));
        self.paths.iter().map(|listed| &listed.path).filter(move |path| inside(path))
    }

    /// What keeps each of `paths` from models, if anything.
    pub fn ignored(&self, paths: &[RepoPath]) -> Result<Vec<Option<IgnoredBy>>, Error> {
        let others: Vec<&[u8]> = paths.iter().filter(|path| !self.has(path)).map(RepoPath::as_bytes).collect();
        let mut by_git = self.repo.is_ignored(&others)?.into_iter();
        let mut verdict = |path: &RepoPath| {
            if self.has(path) {
                return None;
            }
            let by_git = by_git.next() == Some(true);
            let rules = [
                (by_git, IgnoredBy::Git),
                (self.ignore.is_ignored(path), IgnoredBy::Ours),
                (is_always_skipped(path), IgnoredBy::Directory),
            ];
            rules.into_iter().find(|(holds, _)| *holds).map(|(_, by)| by)
        };
        Ok(paths.iter().map(&mut verdict).collect())
    }
}

/// Reads every `.plandexignore`; the one of the root counts even when git does not know it.
fn ignore_files(repo: &Repo, all: &[RepoPath]) -> Result<PlandexIgnore, Error> {
    let root = RepoPath::from_bytes(IGNORE_FILE.as_bytes()).ok();
    let mut paths: Vec<&RepoPath> = all.iter().filter(|path| PlandexIgnore::is_one(path)).chain(&root).collect();
    paths.sort();
    paths.dedup();
    let mut files = Vec::new();
    for path in paths {
        if let Some(content) = content_of(repo, path)? {
            files.push((path, content));
        }
    }
    Ok(PlandexIgnore::new(files.iter().map(|(path, content)| (*path, content.as_slice()))))
}

fn content_of(repo: &Repo, path: &RepoPath) -> Result<Option<Vec<u8>>, Error> {
    if repo.work_dir().is_some() {
        return match repo.disk()?.look(path.as_bytes())? {
            Look::File(file) if file.mode != TreeMode::Symlink => Ok(Some(file.bytes)),
            _ => Ok(None),
        };
    }
    match repo.store_worktree_file(path.as_bytes())? {
        Some((mode, oid)) if mode != TreeMode::Symlink => repo.read_blob(&oid).map(Some),
        _ => Ok(None),
    }
}

fn on_disk(root: &Path, path: RepoPath) -> Option<ListedPath> {
    let meta = root.join(path.to_path_buf()).symlink_metadata().ok()?;
    meta.is_file().then_some(ListedPath { path, bytes: meta.len() })
}

/// The sizes of files in `HEAD`, from git, which reads them without the contents.
fn in_head(repo: &Repo, paths: Vec<RepoPath>) -> Result<Vec<ListedPath>, Error> {
    let out = repo.git("ls-tree").args(["-r", "-l", "-z", "HEAD"]).output()?;
    let sizes: std::collections::HashMap<&[u8], u64> = out.stdout.split(|b| *b == 0).filter_map(size_line).collect();
    Ok(paths
        .into_iter()
        .filter_map(|path| sizes.get(path.as_bytes()).map(|bytes| ListedPath { bytes: *bytes, path: path.clone() }))
        .collect())
}

/// Reads `<mode> blob <id> <size>TAB<path>`; symbolic links are passed over.
fn size_line(line: &[u8]) -> Option<(&[u8], u64)> {
    let tab = line.iter().position(|b| *b == b'\t')?;
    let facts = std::str::from_utf8(&line[..tab]).ok().filter(|facts| !facts.starts_with("120000"))?;
    Some((&line[tab + 1..], facts.split_whitespace().nth(3)?.parse().ok()?))
}
