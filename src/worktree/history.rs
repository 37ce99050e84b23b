//! The records of earlier applies, so that one after the other can be taken back.

use std::fs;
use std::path::PathBuf;

use crate::git::Repo;

use super::Error;
use super::lock::apply_dir;
use super::record::{last_dir, remove_dir};

/// How many earlier applies can be taken back.
const KEPT: usize = 20;

/// Makes the last record an earlier one.
pub(super) fn push(repo: &Repo) -> Result<(), Error> {
    let last = last_dir(repo);
    if !last.exists() {
        return Ok(());
    }
    let numbers = numbers(repo);
    let next = numbers.last().map_or(1, |newest| newest + 1);
    let dir = dir(repo);
    fs::create_dir_all(&dir).map_err(Error::io("create", &dir))?;
    let place = dir.join(next.to_string());
    fs::rename(&last, &place).map_err(Error::io("name", &place))?;
    let surplus = (numbers.len() + 1).saturating_sub(KEPT);
    numbers.iter().take(surplus).try_for_each(|number| remove_dir(&dir.join(number.to_string())))
}

/// Forgets the last record, at once.
pub(super) fn drop_last(repo: &Repo) -> Result<(), Error> {
    let (last, old) = (last_dir(repo), apply_dir(repo).join("old"));
    remove_dir(&old)?;
    if last.exists() {
        fs::rename(&last, &old).map_err(Error::io("name", &old))?;
    }
    remove_dir(&old)
}

/// Makes the newest earlier record the last one, if there is none.
pub(super) fn pop(repo: &Repo) -> Result<(), Error> {
    let last = last_dir(repo);
    match numbers(repo).last() {
        Some(newest) if !last.exists() => fs::rename(dir(repo).join(newest.to_string()), &last).map_err(Error::io("name", &last)),
        _ => Ok(()),
    }
}

/// The directories of the earlier records, the newest first.
pub(super) fn earlier(repo: &Repo) -> Vec<PathBuf> {
    numbers(repo).iter().rev().map(|number| dir(repo).join(number.to_string())).collect()
}

fn dir(repo: &Repo) -> PathBuf {
    apply_dir(repo).join("earlier")
}

/// The numbers of the earlier records, oldest first.
fn numbers(repo: &Repo) -> Vec<u64> {
    let entries = fs::read_dir(dir(repo)).into_iter().flatten().flatten();
    let mut numbers: Vec<u64> = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect();
    numbers.sort_unstable();
    numbers
}
