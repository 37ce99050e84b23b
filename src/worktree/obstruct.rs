//! What stands in the way of files that are to be written.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::ffi::OsStrExt;

use crate::git::{Disk, Look, Repo};
use crate::plan::RepoPath;

use super::Error;
use super::change::repo_path;
use super::survey::{RefusedReason, Survey};

/// Refuses the steps that would lose a file, or that the file system would confuse with another.
pub(super) fn check(repo: &Repo, disk: &Disk<'_>, survey: &mut Survey) -> Result<(), Error> {
    let removed: BTreeSet<Vec<u8>> =
        survey.steps.iter().filter(|step| step.after.is_none()).map(|step| step.path.as_bytes().to_vec()).collect();
    let written: Vec<RepoPath> = survey.steps.iter().filter(|step| step.after.is_some()).map(|step| step.path.clone()).collect();
    for path in &written {
        let look = survey.looked.iter().find(|looked| looked.path == *path).map(|looked| looked.look.clone());
        match look {
            Some(Look::Directory) if files_below(disk, path.as_bytes()).iter().any(|file| !removed.contains(file)) => {
                survey.refuse(path, RefusedReason::DirectoryInTheWay);
            }
            Some(Look::Below(at)) if !removed.contains(&at) => {
                survey.refuse(path, RefusedReason::FileInTheWay(repo_path(&at)?.to_string()));
            }
            _ => {}
        }
    }
    if repo.ignores_case() {
        check_case(disk, survey, &written, &removed)?;
    }
    Ok(())
}

/// Refuses names that differ from one on disk, or from one another, only in case.
fn check_case(disk: &Disk<'_>, survey: &mut Survey, written: &[RepoPath], removed: &BTreeSet<Vec<u8>>) -> Result<(), Error> {
    for path in written {
        let rival = written.iter().find(|other| *other != path && fold(other.as_bytes()) == fold(path.as_bytes()));
        let rival = rival.map(|other| other.as_bytes().to_vec()).or_else(|| double(disk, path));
        match rival {
            // The other name goes away first, so there is nothing to merge with.
            Some(other) if removed.contains(&other) => forget(survey, path),
            Some(other) => survey.refuse(path, RefusedReason::CaseCollision(repo_path(&other)?.to_string())),
            None => {}
        }
    }
    Ok(())
}

fn forget(survey: &mut Survey, path: &RepoPath) {
    for step in survey.steps.iter_mut().filter(|step| step.path == *path) {
        step.before = None;
        step.before_id = None;
    }
    survey.looked.retain(|looked| looked.path != *path);
}

/// A name on disk that is the path's, or that of a directory above it, but for case.
fn double(disk: &Disk<'_>, path: &RepoPath) -> Option<Vec<u8>> {
    let mut names: Vec<RepoPath> = path.ancestors().collect();
    names.insert(0, path.clone());
    names.iter().rev().find_map(|name| {
        let dir = name.ancestors().next().map(|dir| dir.as_bytes().to_vec()).unwrap_or_default();
        let entries = fs::read_dir(disk.absolute(&dir)).ok()?;
        let found: Vec<Vec<u8>> = entries.flatten().map(|entry| entry.file_name().as_bytes().to_vec()).collect();
        let exact = found.iter().any(|entry| entry == name.file_name());
        let other = found.into_iter().find(|entry| fold(entry) == fold(name.file_name()) && !exact)?;
        Some(if dir.is_empty() { other } else { [&dir, &b"/"[..], &other].concat() })
    })
}

fn fold(name: &[u8]) -> String {
    String::from_utf8_lossy(name).to_lowercase()
}

/// All files below a directory of the working tree, not following links; empty directories do not count.
pub(super) fn files_below(disk: &Disk<'_>, dir: &[u8]) -> Vec<Vec<u8>> {
    let mut files = Vec::new();
    let mut open = vec![dir.to_vec()];
    while let Some(dir) = open.pop() {
        let Ok(entries) = fs::read_dir(disk.absolute(&dir)) else { continue };
        for entry in entries.flatten() {
            let path = [&dir, &b"/"[..], entry.file_name().as_bytes()].concat();
            let is_dir = entry.file_type().is_ok_and(|kind| kind.is_dir());
            if is_dir { open.push(path) } else { files.push(path) }
        }
    }
    files
}
