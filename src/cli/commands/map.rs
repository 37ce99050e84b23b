//! `git plandex map`.

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::context::{ContextError, Place};
use crate::context::{ListedPath, Project, ProjectMap, Target, View, estimate_tokens_for_bytes, target, walk};
use crate::plan::RepoPath;
use crate::store::{GitError, Store};
use crate::ui::Part;

use crate::cli::{CliError, session::Session};

/// Print the project's files with what they define
///
/// This is the map that models choose files from: every file with its size in tokens, and its definitions below it.
/// Works outside of a repository too.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Files, directories or globs; everything when none is named
    paths: Vec<String>,
    /// Print an array of objects
    #[arg(long)]
    json: bool,
    /// Look into every file anew, and keep nothing
    #[arg(long)]
    no_cache: bool,
    /// Cut the map to this many tokens, as for a model
    #[arg(long, value_name = "N")]
    tokens: Option<u64>,
    /// A directory to show before all others when the map is cut
    #[arg(long, value_name = "DIRECTORY", requires = "tokens")]
    open: Vec<String>,
}

#[derive(Serialize)]
struct Row {
    path: String,
    bytes: u64,
    tokens: u64,
    symbols: Vec<String>,
}

/// Prints it.
pub fn run(session: &Session, args: &Args) -> Result<u8, CliError> {
    let map = match Store::discover(&session.cwd) {
        Ok(store) => of_project(session, &store, args)?,
        Err(crate::store::Error::Git(GitError::NotARepository(_))) => of_directory(session, args)?,
        Err(error) => return Err(error.into()),
    };
    if args.json {
        session.ui.json_pretty(&map.files.iter().map(row).collect::<Vec<_>>())?;
        return Ok(0);
    }
    let opened: Vec<RepoPath> = args.open.iter().filter_map(|dir| dir.trim_end_matches('/').parse().ok()).collect();
    let text = match args.tokens {
        Some(budget) => map.render(&View { budget, opened: &opened }).text,
        None => map.whole(),
    };
    session.ui.bytes(text.as_bytes())?;
    Ok(0)
}

fn row(file: &crate::context::MappedFile) -> Row {
    let ListedPath { path, bytes, .. } = &file.listed;
    Row {
        path: path.to_string(),
        bytes: *bytes,
        tokens: estimate_tokens_for_bytes(*bytes),
        symbols: file.symbols.lines().map(str::to_owned).collect(),
    }
}

fn of_project(session: &Session, store: &Store, args: &Args) -> Result<ProjectMap, CliError> {
    let project = Project::survey(store.repo())?;
    let root = store.repo().work_dir().unwrap_or(&session.cwd);
    let place = Place { root, cwd: &session.cwd };
    let mut wanted = Vec::new();
    for word in &args.paths {
        match target(&project, place, word, false)?? {
            Target::Directory(dir) => wanted.extend(project.below_or_all(dir.as_ref()).cloned()),
            Target::File(path) => wanted.push(listed(&project, path)?),
            Target::Files(paths) => wanted.extend(project.paths().iter().filter(|file| paths.contains(&file.path)).cloned()),
            Target::Url(url) => return Err(CliError::usage(format!("'{url}' is no path"))),
        }
    }
    let files = if args.paths.is_empty() { project.paths().to_vec() } else { in_order(wanted) };
    with_progress(session, |progress| Ok(ProjectMap::of_repo(store.repo(), files, !args.no_cache, progress)?))
}

/// A file of the project; one that is ignored is a file like any other when it is named.
fn listed(project: &Project<'_>, path: RepoPath) -> Result<ListedPath, CliError> {
    if let Some(known) = project.paths().iter().find(|file| file.path == path) {
        return Ok(known.clone());
    }
    let root = project.repo().work_dir().ok_or_else(|| ContextError::Missing(path.clone()))?;
    file_of(root, path)
}

fn file_of(root: &Path, path: RepoPath) -> Result<ListedPath, CliError> {
    match root.join(path.to_path_buf()).symlink_metadata() {
        Ok(meta) if meta.is_file() => Ok(ListedPath { path, bytes: meta.len(), oid: None }),
        Ok(_) => Err(ContextError::Symlink(path).into()),
        Err(_) => Err(ContextError::Missing(path).into()),
    }
}

/// Without a repository, the directory at hand is the root of everything.
fn of_directory(session: &Session, args: &Args) -> Result<ProjectMap, CliError> {
    let root: PathBuf = session.cwd.clone();
    let mut wanted = Vec::new();
    let all = walk(&root);
    for word in &args.paths {
        match crate::context::resolve_argument(&root, &root, word) {
            Ok(path) if root.join(path.to_path_buf()).is_dir() => {
                let below = |file: &&ListedPath| file.path.ancestors().any(|above| above == path);
                wanted.extend(all.iter().filter(below).cloned());
            }
            Ok(path) => wanted.push(file_of(&root, path)?),
            Err(ContextError::Root(_)) => wanted.extend(all.iter().cloned()),
            Err(error) => return Err(error.into()),
        }
    }
    let files = if args.paths.is_empty() { all } else { in_order(wanted) };
    with_progress(session, |progress| Ok(ProjectMap::of_directory(root, files, progress)?))
}

fn in_order(mut files: Vec<ListedPath>) -> Vec<ListedPath> {
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files.dedup_by(|a, b| a.path == b.path);
    files
}

fn with_progress<T>(session: &Session, work: impl FnOnce(&mut dyn FnMut(usize, usize)) -> Result<T, CliError>) -> Result<T, CliError> {
    let what = "reading what files define";
    let progress = session.ui.progress(what);
    work(&mut |done, all| {
        if done % 16 == 0 {
            progress.set_part(Part { what, done, all });
        }
    })
}
