//! What is on disk at a path of the working tree, never through a symbolic link or into another repository.

use std::fmt;
use std::fs::{self, Metadata};
use std::io::ErrorKind;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use gix::objs::Kind;

use super::filters::Rules;
use super::{Error, Index, Oid, RefStorage, Repo, Scratch, TreeMode};

/// A file as it is on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiskFile {
    /// A regular file, an executable one or a symbolic link.
    pub mode: TreeMode,
    /// The raw bytes; a symbolic link's target.
    pub bytes: Vec<u8>,
    /// The permission bits of a regular file.
    pub permissions: u32,
}

/// Why a path of the working tree is not ours to read or write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    /// It is a submodule or inside one.
    Submodule,
    /// It is inside another repository, or is one.
    NestedRepository,
    /// A directory above it is a symbolic link.
    BehindSymlink,
    /// A sparse checkout leaves it out.
    Sparse,
    /// It is a directory.
    Directory,
    /// It is neither a file nor a symbolic link nor a directory.
    Special,
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Submodule => "belongs to the submodule",
            Self::NestedRepository => "belongs to the nested repository",
            Self::BehindSymlink => "is behind the symbolic link",
            Self::Sparse => "is left out by the sparse checkout:",
            Self::Directory => "is a directory:",
            Self::Special => "is not a regular file:",
        })
    }
}

/// What there is at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Look {
    /// Nothing.
    Absent,
    /// A file or a symbolic link.
    File(DiskFile),
    /// A directory.
    Directory,
    /// Nothing, because the path above it, given here, is a file.
    Below(Vec<u8>),
    /// Something that is not ours; where it begins.
    Obstacle(Obstacle, Vec<u8>),
}

/// The working tree and the index beside it, for a series of looks.
pub struct Disk<'r> {
    repo: &'r Repo,
    root: PathBuf,
    index: Index,
    file_mode: bool,
    symlinks: bool,
}

impl Repo {
    /// Opens the working tree for reading.
    pub fn disk(&self) -> Result<Disk<'_>, Error> {
        let root = self.require_work_dir()?.to_owned();
        let config = self.gix.config_snapshot();
        let on = |key: &str| config.boolean(key) != Some(false);
        Ok(Disk { repo: self, root, index: self.index()?, file_mode: on("core.fileMode"), symlinks: on("core.symlinks") })
    }

    /// The id that a blob of these bytes has.
    pub fn blob_id(&self, bytes: &[u8]) -> Result<Oid, Error> {
        self.hash_object(Kind::Blob, bytes)
    }

    /// The branch that `HEAD` names, in full; `None` when it is detached.
    pub fn head_ref(&self) -> Option<String> {
        if self.ref_storage() == RefStorage::Files {
            return self.gix.head_name().ok().flatten().map(|name| name.to_string());
        }
        let name = self.git("symbolic-ref").args(["--quiet", "HEAD"]).line().ok()?;
        (!name.is_empty()).then_some(name)
    }

    /// Whether the file system takes names that differ only in case for the same.
    pub fn ignores_case(&self) -> bool {
        self.gix.config_snapshot().boolean("core.ignoreCase") == Some(true)
    }

    /// Reads a file of the working tree as it is on disk; `None` when there is none.
    ///
    /// Fails with [`Error::Obstacle`] when the path is not an ordinary file of this repository.
    pub fn read_worktree(&self, path: &[u8]) -> Result<Option<DiskFile>, Error> {
        self.disk()?.file(path)
    }

    /// Writes to the object database what `git add` would store of the file, and returns its mode and blob; the index stays.
    ///
    /// In a bare repository the answer comes from `HEAD`.
    pub fn store_worktree_file(&self, path: &[u8]) -> Result<Option<(TreeMode, Oid)>, Error> {
        Ok(self.store_worktree_files(&[path])?.pop().flatten())
    }

    /// [`Repo::store_worktree_file`] for several paths in one go.
    pub fn store_worktree_files(&self, paths: &[&[u8]]) -> Result<Vec<Option<(TreeMode, Oid)>>, Error> {
        if self.work_dir().is_none() {
            return self.stored_in_head(paths);
        }
        let disk = self.disk()?;
        let files = paths.iter().map(|path| disk.file(path)).collect::<Result<Vec<_>, _>>()?;
        let present: Vec<_> = paths.iter().zip(&files).filter_map(|(path, file)| file.as_ref().map(|file| (*path, file))).collect();
        let mut stored = disk.store(&present, None)?.into_iter();
        Ok(files.iter().map(|file| file.as_ref().and_then(|file| Some((file.mode, stored.next()?)))).collect())
    }

    fn stored_in_head(&self, paths: &[&[u8]]) -> Result<Vec<Option<(TreeMode, Oid)>>, Error> {
        let Some(head) = self.head_commit()? else { return Ok(vec![None; paths.len()]) };
        let file = |mode| matches!(mode, TreeMode::Regular | TreeMode::Executable | TreeMode::Symlink);
        paths
            .iter()
            .map(|path| Ok(self.entry_at(&head, path)?.filter(|entry| file(entry.mode)).map(|entry| (entry.mode, entry.oid))))
            .collect()
    }
}

impl Disk<'_> {
    /// The index beside the working tree.
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// The repository.
    pub fn repo(&self) -> &Repo {
        self.repo
    }

    /// The root of the working tree.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The place of `path` in the file system.
    pub fn absolute(&self, path: &[u8]) -> PathBuf {
        self.root.join(std::ffi::OsStr::from_bytes(path))
    }

    /// Says what there is at `path`.
    pub fn look(&self, path: &[u8]) -> Result<Look, Error> {
        for (at, _) in path.iter().enumerate().filter(|(_, b)| **b == b'/') {
            match self.look_above(&path[..at])? {
                Above::Enter => {}
                Above::Stop(look) => return Ok(self.unless_sparse(path, look)),
            }
        }
        let entry = self.index.get(path);
        if entry.is_some_and(|entry| entry.mode == TreeMode::Gitlink) {
            return Ok(Look::Obstacle(Obstacle::Submodule, path.to_vec()));
        }
        let place = self.absolute(path);
        let Some(meta) = lstat(&place)? else { return Ok(self.unless_sparse(path, Look::Absent)) };
        self.look_here(path, &place, &meta)
    }

    /// What keeps everything below a directory above `path` from being ours; nothing is read.
    pub fn obstacle_above(&self, path: &[u8]) -> Result<Option<Error>, Error> {
        for (at, _) in path.iter().enumerate().filter(|(_, b)| **b == b'/') {
            match self.look_above(&path[..at])? {
                Above::Enter => {}
                Above::Stop(Look::Obstacle(obstacle, at)) => return Ok(Some(Error::obstacle(path, &at, obstacle))),
                Above::Stop(_) => return Ok(None),
            }
        }
        Ok(None)
    }

    /// The file that stands where a directory above `path` would have to be.
    pub fn file_above(&self, path: &[u8]) -> Result<Option<Vec<u8>>, Error> {
        for (at, _) in path.iter().enumerate().filter(|(_, b)| **b == b'/') {
            match self.look_above(&path[..at])? {
                Above::Enter => {}
                Above::Stop(Look::Below(file)) => return Ok(Some(file)),
                Above::Stop(_) => return Ok(None),
            }
        }
        Ok(None)
    }

    /// The file at `path`, or why it is none that may be read.
    pub fn file(&self, path: &[u8]) -> Result<Option<DiskFile>, Error> {
        match self.look(path)? {
            Look::File(file) => Ok(Some(file)),
            Look::Absent | Look::Below(_) => Ok(None),
            Look::Directory => Err(Error::obstacle(path, path, Obstacle::Directory)),
            Look::Obstacle(obstacle, at) => Err(Error::obstacle(path, &at, obstacle)),
        }
    }

    /// The ids of what `git add` would store of files that were read.
    ///
    /// Without `scratch` the blobs are written to the repository. With it, blobs equal to the bytes on disk are only
    /// named, and what filters made is written there.
    pub fn store(&self, files: &[(&[u8], &DiskFile)], scratch: Option<&Scratch>) -> Result<Vec<Oid>, Error> {
        let mut rules = Rules::new(self.repo, &self.index)?;
        let mut oids = Vec::with_capacity(files.len());
        let mut by_git = Vec::new();
        for (path, file) in files {
            let as_is = file.mode == TreeMode::Symlink || rules.stored_as_is(path, &file.bytes)?;
            oids.push(match scratch {
                _ if !as_is => None,
                Some(_) => Some(self.repo.hash_object(Kind::Blob, &file.bytes)?),
                None => Some(self.repo.write_blob(&file.bytes)?),
            });
            by_git.extend((!as_is).then_some(*path));
        }
        let mut stored = self.add_by_git(&by_git, scratch)?.into_iter();
        Ok(oids.into_iter().filter_map(|oid| oid.or_else(|| stored.next())).collect())
    }

    /// The mode that a file read elsewhere has when it stands at `path`.
    pub fn mode_as(&self, path: &[u8], file: &DiskFile) -> TreeMode {
        if file.mode == TreeMode::Symlink { TreeMode::Symlink } else { self.mode_of(path, file.permissions) }
    }

    fn look_above(&self, dir: &[u8]) -> Result<Above, Error> {
        if self.index.get(dir).is_some_and(|entry| entry.mode == TreeMode::Gitlink) {
            return Ok(Above::Stop(Look::Obstacle(Obstacle::Submodule, dir.to_vec())));
        }
        let place = self.absolute(dir);
        let Some(meta) = lstat(&place)? else { return Ok(Above::Stop(Look::Absent)) };
        if meta.is_symlink() {
            return Ok(Above::Stop(Look::Obstacle(Obstacle::BehindSymlink, dir.to_vec())));
        }
        if !meta.is_dir() {
            return Ok(Above::Stop(Look::Below(dir.to_vec())));
        }
        let nested = lstat(&place.join(".git"))?.is_some();
        Ok(if nested { Above::Stop(Look::Obstacle(Obstacle::NestedRepository, dir.to_vec())) } else { Above::Enter })
    }

    fn look_here(&self, path: &[u8], place: &Path, meta: &Metadata) -> Result<Look, Error> {
        if meta.is_symlink() {
            let target = fs::read_link(place).map_err(|source| Error::io("read", place, source))?;
            let bytes = target.into_os_string().into_vec();
            return Ok(Look::File(DiskFile { mode: TreeMode::Symlink, bytes, permissions: 0 }));
        }
        if meta.is_dir() {
            let nested = lstat(&place.join(".git"))?.is_some();
            return Ok(if nested { Look::Obstacle(Obstacle::NestedRepository, path.to_vec()) } else { Look::Directory });
        }
        if !meta.is_file() {
            return Ok(Look::Obstacle(Obstacle::Special, path.to_vec()));
        }
        let bytes = fs::read(place).map_err(|source| Error::io("read", place, source))?;
        let permissions = meta.permissions().mode() & 0o7777;
        Ok(Look::File(DiskFile { mode: self.mode_of(path, permissions), bytes, permissions }))
    }

    /// The mode that git would record (`ce_mode_from_stat` of its `read-cache.h`).
    fn mode_of(&self, path: &[u8], permissions: u32) -> TreeMode {
        let staged = self.index.get(path).map(|entry| entry.mode);
        match staged {
            Some(TreeMode::Symlink) if !self.symlinks => TreeMode::Symlink,
            Some(mode @ (TreeMode::Regular | TreeMode::Executable)) if !self.file_mode => mode,
            _ if self.file_mode && permissions & 0o100 != 0 => TreeMode::Executable,
            _ => TreeMode::Regular,
        }
    }

    /// Nothing on disk means something else where a sparse checkout left a file out.
    fn unless_sparse(&self, path: &[u8], look: Look) -> Look {
        if look != Look::Absent {
            return look;
        }
        let folded =
            path.iter().enumerate().filter(|(_, b)| **b == b'/').map(|(at, _)| &path[..at]).find(|dir| self.index.is_sparse_dir(dir));
        match folded {
            Some(dir) => Look::Obstacle(Obstacle::Sparse, dir.to_vec()),
            None if self.index.get(path).is_some_and(|entry| entry.skip_worktree) => Look::Obstacle(Obstacle::Sparse, path.to_vec()),
            None => look,
        }
    }

    /// Lets git itself add the files to a copy of the index, and reads the ids from there.
    ///
    /// Their entries are put in anew, without what git knows of the file's times, so that each is read from disk.
    fn add_by_git(&self, paths: &[&[u8]], scratch: Option<&Scratch>) -> Result<Vec<Oid>, Error> {
        if paths.is_empty() {
            return Ok(Vec::new());
        }
        let copy = self.repo.copy_index()?;
        let begin = |command: &str| match scratch {
            Some(scratch) => scratch.git(command),
            None => Ok(self.repo.git(command)),
        };
        let call = |command: &str| Ok::<_, Error>(begin(command)?.env("GIT_INDEX_FILE", copy.path()));
        let known =
            paths.iter().filter_map(|path| Some((*path, self.index.get(path)?))).map(|(path, entry)| (path, Some((entry.mode, entry.oid))));
        call("update-index")?.args(["-z", "--index-info"]).input(self.repo.index_info(known)).run()?;
        let list = paths.iter().flat_map(|path| [path, &b"\0"[..]].concat()).collect::<Vec<u8>>();
        // The file's form on disk is the user's choice; what matters is what git would store.
        call("update-index")?.config("core.safecrlf=false").args(["--add", "--remove", "--replace", "-z", "--stdin"]).input(list).run()?;
        let added = self.repo.index_at(copy.path())?;
        paths.iter().map(|path| added.get(path).map(|entry| entry.oid).ok_or_else(|| Error::Vanished(display(path)))).collect()
    }
}

/// A path for a message.
pub(super) fn display(path: &[u8]) -> String {
    String::from_utf8_lossy(path).escape_debug().to_string()
}

enum Above {
    Enter,
    Stop(Look),
}

fn lstat(place: &Path) -> Result<Option<Metadata>, Error> {
    match fs::symlink_metadata(place) {
        Ok(meta) => Ok(Some(meta)),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::InvalidFilename) => Ok(None),
        Err(source) => Err(Error::io("look at", place, source)),
    }
}
