//! Writing the undo record down: bytes first, then the record, then the name that makes it count.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use crate::git::{Disk, DiskFile, Look, Oid, Repo, Scratch, TreeMode};
use crate::plan::RepoPath;

use super::change::object_id;
use super::record::{self, ChangeRecord, FileRecord, Kind, OnDisk, Record, Stored, done_dir, next_dir, pending_dir, sync_dir};
use super::survey::{Replacement, Survey};
use super::{Action, Error, Request};

/// A record that has been written down and is to be carried out.
pub(super) struct Journal {
    pub(super) dir: PathBuf,
    pub(super) record: Record,
}

/// What a record is of.
pub(super) struct Heading {
    pub(super) kind: Kind,
    /// The plan's paths.
    pub(super) paths: Vec<RepoPath>,
    /// The directories that may go when they are emptied; nothing means any.
    pub(super) prunable: Option<Vec<RepoPath>>,
}

impl Journal {
    /// Writes down what the survey's steps do; a failure leaves nothing behind.
    pub(super) fn begin(repo: &Repo, survey: &Survey, heading: &Heading, request: &Request) -> Result<Self, Error> {
        let dir = next_dir(repo);
        record::remove_dir(&dir)?;
        Self::write_down(repo, survey, heading, request).inspect_err(|_| drop(fs::remove_dir_all(&dir)))
    }

    fn write_down(repo: &Repo, survey: &Survey, heading: &Heading, request: &Request) -> Result<Self, Error> {
        let dir = next_dir(repo);
        for part in ["before", "after"] {
            let part = dir.join(part);
            fs::create_dir_all(&part).map_err(Error::io("create", &part))?;
        }
        let disk = repo.disk()?;
        let steps = ordered(&survey.steps);
        let written = after_files(&disk, &survey.scratch, &steps)?;
        let mut record = Record::new(heading.kind, request);
        record.paths = heading.paths.clone();
        record.prunable = heading.prunable.clone();
        let head = repo.head_commit()?;
        record.head = head.as_ref().map(object_id);
        record.head_ref = repo.head_ref();
        record.changes = survey.changes.iter().filter(|change| is_carried_out(survey, &change.path)).map(ChangeRecord::of).collect();
        record.made_dirs = missing_dirs(&disk, &steps);
        let conflicts = survey.findings.iter().filter(|finding| matches!(finding.action, Action::Conflict { .. }));
        record.conflicts = conflicts.map(|finding| finding.path.clone()).collect();
        let kept = Scratch::kept(repo, &dir.join("objects"))?;
        for (at, (step, after)) in steps.iter().zip(&written).enumerate() {
            stage(&dir, at, step, after.as_ref())?;
            // An undo is never taken back itself, so nobody merges with its blobs.
            if heading.kind == Kind::Apply {
                keep_blobs(&kept, &survey.scratch, step)?;
            }
            record.files.push(file_record(repo, &disk, head.as_ref(), step, after.as_ref())?);
        }
        flush(&dir.join("before"))?;
        request.steps.reach("staged");
        record.save(&dir)?;
        let pending = pending_dir(repo);
        fs::rename(&dir, &pending).map_err(Error::io("name", &pending))?;
        sync_dir(&super::lock::apply_dir(repo))?;
        request.steps.reach("recorded");
        Ok(Self { dir: pending, record })
    }

    /// The record that an interrupted process was carrying out.
    pub(super) fn pending(repo: &Repo) -> Result<Option<Self>, Error> {
        let dir = pending_dir(repo);
        Ok(Record::load(&dir)?.map(|record| Self { dir, record }))
    }

    /// The record that an interrupted process had carried out, but perhaps not told the plan of.
    pub(super) fn done(repo: &Repo) -> Result<Option<Self>, Error> {
        let dir = done_dir(repo);
        Ok(Record::load(&dir)?.map(|record| Self { dir, record }))
    }

    /// Notes that every file is in its place, so that what the user edits from now on is a later edit.
    pub(super) fn note_done(&mut self, repo: &Repo) -> Result<(), Error> {
        // A rename needs no space on a full disk.
        let done = done_dir(repo);
        fs::rename(&self.dir, &done).map_err(Error::io("name", &done))?;
        self.dir = done;
        Ok(())
    }

    /// The bytes that a file had, kept for taking it back.
    pub(super) fn before(&self, at: usize) -> PathBuf {
        self.dir.join("before").join(at.to_string())
    }

    /// The bytes that a file gets.
    pub(super) fn after(&self, at: usize) -> PathBuf {
        self.dir.join("after").join(at.to_string())
    }
}

/// Removals before writes, so that a file can become a directory and the other way round.
fn ordered(steps: &[Replacement]) -> Vec<&Replacement> {
    let (removed, written): (Vec<_>, Vec<_>) = steps.iter().partition(|step| step.after.is_none());
    removed.into_iter().chain(written).collect()
}

/// What a checkout writes for each step; nothing for removals.
fn after_files(disk: &Disk<'_>, scratch: &Scratch, steps: &[&Replacement]) -> Result<Vec<Option<DiskFile>>, Error> {
    let smudged: Vec<_> = steps
        .iter()
        .filter(|step| step.exact.is_none())
        .filter_map(|step| step.after.map(|(mode, oid)| (step.path.as_bytes(), mode, oid)))
        .collect();
    let mut bytes = disk.smudge(scratch, &smudged)?.into_iter();
    let file = |step: &&Replacement| match (&step.exact, step.after) {
        (Some(exact), Some(_)) => Some(exact.clone()),
        (_, after) => after.and_then(|(mode, _)| {
            let permissions = permissions(step.before.as_ref(), mode);
            Some(DiskFile { mode, bytes: bytes.next()?, permissions })
        }),
    };
    Ok(steps.iter().map(file).collect())
}

/// The permission bits of a file that replaces another: the same, but for the executable bit; 0 leaves them to the umask.
fn permissions(before: Option<&DiskFile>, mode: TreeMode) -> u32 {
    let kept = before.filter(|file| file.mode != TreeMode::Symlink).map_or(0, |file| file.permissions);
    match mode {
        _ if kept == 0 => 0,
        TreeMode::Executable => kept | (kept & 0o444) >> 2,
        _ if before.is_some_and(|file| file.mode == mode) => kept,
        _ => kept & !0o111,
    }
}

fn stage(dir: &Path, at: usize, step: &Replacement, after: Option<&DiskFile>) -> Result<(), Error> {
    if let Some(file) = &step.before {
        let place = dir.join("before").join(at.to_string());
        create(&place, file)?;
    }
    match after {
        Some(file) => create(&dir.join("after").join(at.to_string()), file),
        None => Ok(()),
    }
}

/// Above so many files, the file system as a whole is flushed at once.
const FLUSHED_ONE_BY_ONE: usize = 16;

/// Makes the bytes in a directory durable: a thousand flushes one after the other take seconds on a disk.
fn flush(dir: &Path) -> Result<(), Error> {
    let entries = fs::read_dir(dir).and_then(Iterator::collect::<Result<Vec<_>, _>>).map_err(Error::io("read", dir))?;
    if entries.len() > FLUSHED_ONE_BY_ONE && flush_file_system(dir).is_ok() {
        return Ok(());
    }
    for entry in entries.iter().filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file())) {
        let place = entry.path();
        File::open(&place).and_then(|file| file.sync_all()).map_err(Error::io("flush", &place))?;
    }
    Ok(())
}

#[cfg(target_os = "linux")]
fn flush_file_system(dir: &Path) -> std::io::Result<()> {
    Ok(rustix::fs::syncfs(File::open(dir)?)?)
}

#[cfg(not(target_os = "linux"))]
fn flush_file_system(_: &Path) -> std::io::Result<()> {
    Err(std::io::ErrorKind::Unsupported.into())
}

/// Makes a file with the bytes, mode and permissions given.
pub(super) fn create(place: &Path, file: &DiskFile) -> Result<(), Error> {
    if file.mode == TreeMode::Symlink {
        return symlink(std::ffi::OsStr::from_bytes(&file.bytes), place).map_err(Error::io("create", place));
    }
    let mode = if file.mode == TreeMode::Executable { 0o777 } else { 0o666 };
    let mut made = OpenOptions::new().write(true).create_new(true).mode(mode).open(place).map_err(Error::io("create", place))?;
    made.write_all(&file.bytes).map_err(Error::io("write", place))?;
    match file.permissions {
        0 => Ok(()),
        bits => made.set_permissions(Permissions::from_mode(bits)).map_err(Error::io("set the mode of", place)),
    }
}

/// Keeps the blobs of both sides with the record, so that an undo can merge long after git has pruned them.
fn keep_blobs(kept: &Scratch, scratch: &Scratch, step: &Replacement) -> Result<(), Error> {
    let repo = kept.repo()?;
    if let Some(file) = &step.before
        && step.before_id == Some(repo.write_blob(&file.bytes)?)
    {
        return keep_after(kept, scratch, step);
    }
    if let Some(oid) = &step.before_id {
        repo.write_blob(&scratch.read_blob(oid)?)?;
    }
    keep_after(kept, scratch, step)
}

fn keep_after(kept: &Scratch, scratch: &Scratch, step: &Replacement) -> Result<(), Error> {
    if let Some((_, oid)) = &step.after {
        kept.repo()?.write_blob(&scratch.read_blob(oid)?)?;
    }
    Ok(())
}

fn file_record(
    repo: &Repo,
    disk: &Disk<'_>,
    head: Option<&Oid>,
    step: &Replacement,
    after: Option<&DiskFile>,
) -> Result<FileRecord, Error> {
    let on_disk = |file: Option<&DiskFile>, oid: Option<Oid>| file.zip(oid).map(|(file, oid)| OnDisk::of(repo, file, &oid)).transpose();
    let path = step.path.as_bytes();
    let staged = disk.index().get(path).map(|entry| (entry.mode, entry.oid));
    let in_head = head.map(|head| repo.entry_at(head, path)).transpose()?.flatten().map(|entry| (entry.mode, entry.oid));
    Ok(FileRecord {
        path: step.path.clone(),
        before: on_disk(step.before.as_ref(), step.before_id)?,
        after: on_disk(after, step.after.map(|(_, oid)| oid))?,
        index: Stored::of(staged),
        in_head: Stored::of(in_head),
    })
}

/// Whether the change does something that a second merge would do again: at its own path, or where the user moved the file.
fn is_carried_out(survey: &Survey, path: &RepoPath) -> bool {
    let moved = |look: &Look| !matches!(look, Look::File(_));
    survey.steps.iter().any(|step| step.path == *path) || survey.looked.iter().any(|looked| looked.path == *path && moved(&looked.look))
}

/// The directories that have to be made, outermost first.
fn missing_dirs(disk: &Disk<'_>, steps: &[&Replacement]) -> Vec<RepoPath> {
    let written = steps.iter().filter(|step| step.after.is_some());
    let mut dirs: Vec<RepoPath> = written.flat_map(|step| step.path.ancestors().collect::<Vec<_>>()).collect();
    dirs.sort();
    dirs.dedup();
    dirs.retain(|dir| !disk.absolute(dir.as_bytes()).is_dir());
    dirs
}
