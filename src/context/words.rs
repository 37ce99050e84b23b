//! What a person types to be loaded: URLs, files, directories, patterns.

use std::collections::BTreeSet;
use std::path::Path;

use super::{ContextError, Project, is_url, resolve_argument};
use crate::git::{Error, glob_matches};
use crate::plan::RepoPath;

/// Where words are typed; both directories are canonical.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The root of the working tree.
    pub root: &'a Path,
    /// The directory at hand.
    pub cwd: &'a Path,
}

/// What a word stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A page of the web.
    Url(String),
    /// A file, or what is not there.
    File(RepoPath),
    /// The files that a pattern matches, at least one.
    Files(Vec<RepoPath>),
    /// A directory, the whole project without a path.
    Directory(Option<RepoPath>),
}

/// Finds what `word` stands for; a pattern counts only where no file is called so, and matches ignored files when `forced`.
pub fn target(project: &Project<'_>, place: Place<'_>, word: &str, forced: bool) -> Result<Result<Target, ContextError>, Error> {
    if is_url(word) {
        return Ok(Ok(Target::Url(word.to_owned())));
    }
    let path = match resolve_argument(place.root, place.cwd, word) {
        Ok(path) => path,
        Err(ContextError::Root(_)) => return Ok(Ok(Target::Directory(None))),
        Err(error) => return Ok(Err(error)),
    };
    if project.is_directory(&path) {
        return Ok(Ok(Target::Directory(Some(path))));
    }
    if project.is_there(&path) || !word.contains(['*', '?', '[']) {
        return Ok(Ok(Target::File(path)));
    }
    let files = matching(project, &path, forced)?;
    Ok(if files.is_empty() { Err(ContextError::NoFile(word.to_owned())) } else { Ok(Target::Files(files)) })
}

fn matching(project: &Project<'_>, pattern: &RepoPath, forced: bool) -> Result<Vec<RepoPath>, Error> {
    let Some(pattern) = pattern.as_str() else { return Ok(Vec::new()) };
    let matches = |path: &&RepoPath| glob_matches(pattern, path.as_bytes(), true);
    Ok(project.files(forced)?.iter().filter(matches).cloned().collect())
}

impl Project<'_> {
    /// The paths of all files; with ignored ones when `forced`.
    pub fn files(&self, forced: bool) -> Result<Vec<RepoPath>, Error> {
        let mut paths: BTreeSet<RepoPath> = self.paths().iter().map(|listed| listed.path.clone()).collect();
        if forced {
            let all = self.repo().files_with_ignored()?;
            paths.extend(all.iter().filter_map(|path| RepoPath::from_bytes(path).ok()).filter(|path| self.is_there(path)));
        }
        Ok(paths.into_iter().collect())
    }

    /// The paths of the files below a directory, of all without one; with ignored ones when `forced`.
    pub fn files_below(&self, dir: Option<&RepoPath>, forced: bool) -> Result<Vec<RepoPath>, Error> {
        let mut paths = self.files(forced)?;
        let is_below = |path: &RepoPath, dir: &RepoPath| path.ancestors().any(|above| above == *dir);
        paths.retain(|path| dir.is_none_or(|dir| is_below(path, dir)));
        Ok(paths)
    }

    /// Whether there is anything at `path`, ignored or not.
    pub fn is_there(&self, path: &RepoPath) -> bool {
        let on_disk = |root: &Path| root.join(path.to_path_buf()).symlink_metadata().is_ok();
        self.has(path) || self.repo().work_dir().is_some_and(on_disk)
    }

    /// Whether `path` is a directory.
    pub fn is_directory(&self, path: &RepoPath) -> bool {
        match self.repo().work_dir() {
            Some(root) => root.join(path.to_path_buf()).symlink_metadata().is_ok_and(|meta| meta.is_dir()),
            None => self.below(path).next().is_some(),
        }
    }
}
