//! The files that a model may know of.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use super::{IGNORE_FILE, IgnoredBy, ListedPath, PlandexIgnore, is_always_skipped};
use crate::git::{Error, ListedFile, Look, Repo, TreeMode};
use crate::plan::{ObjectId, RepoPath};

/// The user's files without ignored ones, as they are on disk; in a bare repository, as they are in `HEAD`.
pub struct Project<'r> {
    pub(super) repo: &'r Repo,
    paths: Vec<ListedPath>,
    ignore: PlandexIgnore,
    /// The directory that it is limited to.
    within: Option<RepoPath>,
}

impl<'r> Project<'r> {
    /// Lists the files: tracked ones, and untracked ones that nothing ignores; no symbolic links.
    pub fn survey(repo: &'r Repo) -> Result<Self, Error> {
        // A path that cannot be a path of a plan cannot be loaded, so it is not offered either.
        let all: Vec<Known> = repo.listed_files()?.into_iter().filter_map(known).collect();
        let ignore = ignore_files(repo, &all)?;
        let kept = all.into_iter().filter(|(path, _)| !is_always_skipped(path) && !ignore.is_ignored(path));
        let paths = match repo.work_dir() {
            Some(root) => {
                let mut real = RealDirectories::new(root);
                kept.filter_map(|known| on_disk(root, known, &mut real)).collect()
            }
            None => in_head(repo, kept.collect())?,
        };
        Ok(Self { repo, paths, ignore, within: None })
    }

    /// A project of which nothing is known, for what needs no files.
    pub fn empty(repo: &'r Repo) -> Self {
        Self { repo, paths: Vec::new(), ignore: PlandexIgnore::new([]), within: None }
    }

    /// The same limited to a directory, if one is given; what ignore files above it say still counts.
    #[must_use]
    pub fn within(mut self, dir: Option<RepoPath>) -> Self {
        if let Some(dir) = &dir {
            self.paths.retain(|listed| is_below(&listed.path, dir));
        }
        self.within = dir;
        self
    }

    /// The directory that it is limited to, if `path` lies outside of that.
    pub fn excluding(&self, path: &RepoPath) -> Option<&RepoPath> {
        self.within.as_ref().filter(|dir| !is_below(path, dir))
    }

    /// The directory that it is limited to.
    pub fn limit(&self) -> Option<&RepoPath> {
        self.within.as_ref()
    }

    /// The repository.
    pub fn repo(&self) -> &'r Repo {
        self.repo
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
        self.below_or_all(Some(dir)).map(|listed| &listed.path)
    }

    /// The files below a directory, or all without one.
    pub fn below_or_all<'a>(&'a self, dir: Option<&'a RepoPath>) -> impl Iterator<Item = &'a ListedPath> {
        self.paths.iter().filter(move |listed| dir.is_none_or(|dir| is_below(&listed.path, dir)))
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

fn is_below(path: &RepoPath, dir: &RepoPath) -> bool {
    path.as_bytes().strip_prefix(dir.as_bytes()).is_some_and(|rest| rest.starts_with(b"/"))
}

/// A path with its blob, if git knows that without reading the file.
type Known = (RepoPath, Option<ObjectId>);

fn known(file: ListedFile) -> Option<Known> {
    let path = RepoPath::from_bytes(&file.path).ok()?;
    Some((path, file.oid.and_then(|oid| ObjectId::from_hex(&oid.to_string()))))
}

/// Reads every `.plandexignore`; one counts even when git does not know it.
fn ignore_files(repo: &Repo, all: &[Known]) -> Result<PlandexIgnore, Error> {
    let listed = all.iter().map(|(path, _)| path).filter(|path| PlandexIgnore::is_one(path)).cloned();
    let mut paths: BTreeSet<RepoPath> = listed.chain(repo.work_dir().into_iter().flat_map(|root| unlisted(root, all))).collect();
    paths.extend(RepoPath::from_bytes(IGNORE_FILE.as_bytes()));
    let mut files = Vec::new();
    for path in paths {
        if let Some(content) = content_of(repo, &path)? {
            files.push((path, content));
        }
    }
    Ok(PlandexIgnore::new(files.iter().map(|(path, content)| (path, content.as_slice()))))
}

/// The ignore files that stand beside the project's files, listed by git or not.
fn unlisted(root: &Path, all: &[Known]) -> Vec<RepoPath> {
    let mut dirs: Vec<&[u8]> = Vec::new();
    for (path, _) in all {
        let bytes = path.as_bytes();
        let ends = bytes.iter().enumerate().filter(|(_, b)| **b == b'/').map(|(at, _)| at);
        let new: Vec<&[u8]> = ends.map(|end| &bytes[..end]).filter(|dir| !dirs.last().is_some_and(|last| is_within(last, dir))).collect();
        dirs.extend(new);
    }
    dirs.sort_unstable();
    dirs.dedup();
    let candidates = dirs.into_iter().filter_map(|dir| RepoPath::from_bytes(&[dir, b"/", IGNORE_FILE.as_bytes()].concat()).ok());
    candidates.filter(|path| root.join(path.to_path_buf()).symlink_metadata().is_ok()).collect()
}

/// Whether `dir` is `inner` or one of the directories above it.
fn is_within(inner: &[u8], dir: &[u8]) -> bool {
    inner.strip_prefix(dir).is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/"))
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

/// Directories that are no symbolic links, each looked at once: git goes on listing what it tracked behind one.
struct RealDirectories<'r> {
    root: &'r Path,
    known: HashMap<RepoPath, bool>,
}

impl<'r> RealDirectories<'r> {
    fn new(root: &'r Path) -> Self {
        Self { root, known: HashMap::new() }
    }

    /// Whether all directories above `path` are real ones.
    fn hold(&mut self, path: &RepoPath) -> bool {
        let Some(dir) = path.ancestors().next() else { return true };
        if let Some(known) = self.known.get(&dir) {
            return *known;
        }
        let is_dir = self.root.join(dir.to_path_buf()).symlink_metadata().is_ok_and(|meta| meta.is_dir());
        let real = is_dir && self.hold(&dir);
        self.known.insert(dir, real);
        real
    }
}

fn on_disk(root: &Path, (path, oid): Known, real: &mut RealDirectories<'_>) -> Option<ListedPath> {
    if !real.hold(&path) {
        return None;
    }
    let meta = root.join(path.to_path_buf()).symlink_metadata().ok()?;
    meta.is_file().then_some(ListedPath { path, bytes: meta.len(), oid })
}

/// The sizes of files in `HEAD`, from git, which reads them without the contents.
fn in_head(repo: &Repo, files: Vec<Known>) -> Result<Vec<ListedPath>, Error> {
    let out = repo.git("ls-tree").args(["-r", "-l", "-z", "HEAD"]).output()?;
    let sizes: HashMap<&[u8], u64> = out.stdout.split(|b| *b == 0).filter_map(size_line).collect();
    let sized = |(path, oid): Known| sizes.get(path.as_bytes()).map(|bytes| ListedPath { bytes: *bytes, path, oid });
    Ok(files.into_iter().filter_map(sized).collect())
}

/// Reads `<mode> blob <id> <size>TAB<path>`; symbolic links are passed over.
fn size_line(line: &[u8]) -> Option<(&[u8], u64)> {
    let tab = line.iter().position(|b| *b == b'\t')?;
    let facts = std::str::from_utf8(&line[..tab]).ok().filter(|facts| !facts.starts_with("120000"))?;
    Some((&line[tab + 1..], facts.split_whitespace().nth(3)?.parse().ok()?))
}
