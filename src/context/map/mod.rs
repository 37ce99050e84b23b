//! Maps: the files of a project with what they define.
//!
//! What a blob defines is found once and kept by blob id, so that a further map parses only what has changed.

mod finding;
mod rank;
mod render;
mod scan;
mod walk;

use std::cell::OnceCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::cache::BlobCache;
use super::{ListedPath, Project};
use crate::git::{Error, Repo};
use crate::plan::RepoPath;

pub use render::View;
use scan::Scan;
pub use walk::walk;

/// The most tokens of a map that joins the context.
const ITEM_BUDGET: u64 = 200_000;

/// The most bytes of findings that are kept: what files define, and what they use.
const KEPT_SYMBOLS: usize = 256 << 20;
const KEPT_USES: usize = 128 << 20;

/// The form of the findings; another one is kept apart.
const SYMBOLS: &str = "symbols-1";
const USES: &str = "uses-1";

/// A file of a map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MappedFile {
    /// The file.
    pub listed: ListedPath,
    /// What it defines, a line each, members further in; empty when nothing is known.
    pub symbols: Arc<str>,
}

/// The files of a project with what they define, sorted by path.
pub struct ProjectMap {
    /// The files.
    pub files: Vec<MappedFile>,
    /// Where what files use is kept, for their importance; nowhere outside of a repository.
    repo: Option<Repo>,
    /// What the files use as far as this scan found it out.
    uses: scan::Uses,
    /// The places of the files by importance, found when it is first asked for.
    ranking: OnceCell<Vec<usize>>,
}

/// Hears how many of the files to be parsed are done.
pub type Progress<'a> = &'a mut dyn FnMut(usize, usize);

impl ProjectMap {
    /// Maps these files of a repository; with `keep`, what is found is kept for later, and what was kept is used.
    pub fn of_repo(repo: &Repo, files: Vec<ListedPath>, keep: bool, progress: Progress<'_>) -> Result<Self, Error> {
        let kept = |kind: &str, limit| if keep { BlobCache::open(repo, kind, limit) } else { BlobCache::none() };
        let scan = Scan {
            repo: Some(repo),
            root: repo.work_dir().map(Path::to_owned),
            symbols: kept(SYMBOLS, KEPT_SYMBOLS),
            uses: kept(USES, KEPT_USES),
        };
        let (files, uses) = scan.run(files, progress)?;
        Ok(Self { files, repo: keep.then(|| repo.clone()), uses, ranking: OnceCell::new() })
    }

    /// Maps files below a directory that is in no repository.
    pub fn of_directory(root: PathBuf, files: Vec<ListedPath>, progress: Progress<'_>) -> Result<Self, Error> {
        let scan = Scan { repo: None, root: Some(root), symbols: BlobCache::none(), uses: BlobCache::none() };
        let (files, uses) = scan.run(files, progress)?;
        Ok(Self { files, repo: None, uses, ranking: OnceCell::new() })
    }

    /// Maps a directory of a project, all of it without one.
    pub fn of(project: &Project<'_>, directory: Option<&RepoPath>, progress: Progress<'_>) -> Result<Self, Error> {
        Self::of_repo(project.repo(), project.below_or_all(directory).cloned().collect(), true, progress)
    }
}

/// The map of a directory, of the whole project without one; empty without files.
pub(super) fn map_text(project: &Project<'_>, directory: Option<&RepoPath>) -> Result<String, Error> {
    let map = ProjectMap::of(project, directory, &mut |_, _| ())?;
    Ok(map.render(&View { budget: ITEM_BUDGET, opened: &[] }).text)
}
