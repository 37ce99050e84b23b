//! Reading files into the context.

use super::{ContextError, MAX_BODY_BYTES, Picture, Project, check_image, check_text};
use crate::git::{Disk, DiskFile, Error, Look, Oid, Repo, Scratch, TreeMode};
use crate::plan::{ObjectId, RepoPath};

/// A file as it joins the context; its blob stands in the object database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileContent {
    /// The path.
    pub path: RepoPath,
    /// The blob that `git add` would store.
    pub oid: ObjectId,
    /// Its text or picture.
    pub body: Body,
}

impl FileContent {
    /// Its text; `None` for a picture.
    pub fn text(&self) -> Option<&str> {
        match &self.body {
            Body::Text(text) => Some(text),
            Body::Picture(..) => None,
        }
    }
}

/// What a file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// Text.
    Text(String),
    /// A picture, with its size in bytes.
    Picture(Picture, u64),
}

/// Names the key of the user that some bytes hold, if any.
pub type Secret<'a> = &'a dyn Fn(&[u8]) -> Option<String>;

/// What became of each path.
type Answers<T> = Vec<Result<T, ContextError>>;

impl Project<'_> {
    /// Reads `paths` and stores what they hold, each with its own answer, in their order.
    ///
    /// Ignored files are neither read nor stored unless `forced`, which only a person's own word is.
    /// A file in which `secret` finds a key is refused like a binary one.
    pub fn read(&self, paths: &[RepoPath], forced: bool, secret: Secret<'_>) -> Result<Answers<FileContent>, Error> {
        let ignored = if forced { vec![None; paths.len()] } else { self.ignored(paths)? };
        let allowed = |(path, by): (&RepoPath, Option<_>)| match by {
            Some(by) => Err(ContextError::Ignored { path: path.clone(), by }),
            None => Ok(path.clone()),
        };
        let answers = paths.iter().zip(ignored).map(allowed).collect();
        match self.repo.work_dir() {
            Some(_) => read_disk(&self.repo.disk()?, answers, secret),
            None => answers.into_iter().map(|path| read_head(self.repo, path, secret)).collect(),
        }
    }
}

/// What `git add` would store now for each of `paths`, `None` for a file that is gone; nothing is written.
pub fn current_ids(repo: &Repo, paths: &[RepoPath]) -> Result<Vec<Option<ObjectId>>, Error> {
    if repo.work_dir().is_none() {
        let raw: Vec<&[u8]> = paths.iter().map(RepoPath::as_bytes).collect();
        return Ok(repo.store_worktree_files(&raw)?.into_iter().map(|found| found.and_then(|(_, oid)| object_id(&oid))).collect());
    }
    let disk = repo.disk()?;
    let found: Vec<Option<DiskFile>> = paths.iter().map(|path| Ok(file_at(&disk, path)?.ok())).collect::<Result<_, Error>>()?;
    let files: Vec<(&[u8], &DiskFile)> =
        paths.iter().zip(&found).filter_map(|(path, file)| Some((path.as_bytes(), file.as_ref()?))).collect();
    let mut ids = disk.store(&files, Some(&Scratch::new(repo)))?.into_iter();
    Ok(found.iter().map(|file| file.as_ref().and_then(|_| object_id(&ids.next()?))).collect())
}

/// Looks at everything first, and stores only what turned out to be a text or a picture.
fn read_disk(disk: &Disk<'_>, answers: Answers<RepoPath>, secret: Secret<'_>) -> Result<Answers<FileContent>, Error> {
    let scratch = Scratch::new(disk.repo());
    let mut bodies: Answers<(RepoPath, DiskFile, Body)> = Vec::with_capacity(answers.len());
    for answer in answers {
        bodies.push(match answer {
            Ok(path) => body_at(disk, &scratch, path, secret)?,
            Err(error) => Err(error),
        });
    }
    let files: Vec<(&[u8], &DiskFile)> = bodies.iter().flatten().map(|(path, file, _)| (path.as_bytes(), file)).collect();
    let mut ids = disk.store(&files, None)?.into_iter();
    let mut stored = |(path, _, body): (RepoPath, DiskFile, Body)| {
        let oid = ids.next().as_ref().and_then(object_id).ok_or_else(|| ContextError::Missing(path.clone()))?;
        Ok(FileContent { path, oid, body })
    };
    Ok(bodies.into_iter().map(|body| body.and_then(&mut stored)).collect())
}

/// What a file holds as it would be stored: filters and encodings of `.gitattributes` come first.
fn body_at(
    disk: &Disk<'_>,
    scratch: &Scratch,
    path: RepoPath,
    secret: Secret<'_>,
) -> Result<Result<(RepoPath, DiskFile, Body), ContextError>, Error> {
    let file = match file_at(disk, &path)? {
        Ok(file) => file,
        Err(error) => return Ok(Err(error)),
    };
    let oid = disk.store(&[(path.as_bytes(), &file)], Some(scratch))?.pop();
    let content = match oid {
        Some(oid) if oid != disk.repo().blob_id(&file.bytes)? => scratch.read_blob(&oid)?,
        _ => file.bytes.clone(),
    };
    Ok(body(&path, &content, secret).map(|body| (path, file, body)))
}

/// What `content` is to the context: text within the limits, or a picture.
pub(super) fn body(path: &RepoPath, content: &[u8], secret: Secret<'_>) -> Result<Body, ContextError> {
    if let Some(key) = secret(content) {
        return Err(ContextError::HoldsKey { path: path.clone(), key });
    }
    let name = path.to_string();
    if Picture::media_type(content).is_some() {
        return check_image(&name, content).map(|picture| Body::Picture(picture, content.len() as u64));
    }
    check_text(&name, content).map(|text| Body::Text(text.to_owned()))
}

fn file_at(disk: &Disk<'_>, path: &RepoPath) -> Result<Result<DiskFile, ContextError>, Error> {
    // Asked before a byte of it is read.
    let size = disk.absolute(path.as_bytes()).symlink_metadata().map_or(0, |meta| meta.len());
    if size > MAX_BODY_BYTES {
        return Ok(Err(ContextError::TooLarge { name: path.to_string(), bytes: size, limit: MAX_BODY_BYTES }));
    }
    Ok(match disk.look(path.as_bytes())? {
        Look::File(file) if file.mode == TreeMode::Symlink => Err(ContextError::Symlink(path.clone())),
        Look::File(file) => Ok(file),
        Look::Absent | Look::Below(_) => Err(ContextError::Missing(path.clone())),
        Look::Directory => Err(ContextError::Directory(path.clone())),
        Look::Obstacle(obstacle, at) => Err(ContextError::NotOurs(format!("'{path}' {obstacle} '{}'", String::from_utf8_lossy(&at)))),
    })
}

fn read_head(repo: &Repo, path: Result<RepoPath, ContextError>, secret: Secret<'_>) -> Result<Result<FileContent, ContextError>, Error> {
    let path = match path {
        Ok(path) => path,
        Err(error) => return Ok(Err(error)),
    };
    let Some((mode, oid)) = repo.store_worktree_file(path.as_bytes())? else { return Ok(Err(ContextError::Missing(path))) };
    if mode == TreeMode::Symlink {
        return Ok(Err(ContextError::Symlink(path)));
    }
    let content = repo.read_blob(&oid)?;
    Ok(body(&path, &content, secret).and_then(|body| {
        let oid = object_id(&oid).ok_or_else(|| ContextError::Missing(path.clone()))?;
        Ok(FileContent { path, oid, body })
    }))
}

pub(super) fn object_id(oid: &Oid) -> Option<ObjectId> {
    ObjectId::from_hex(&oid.to_string())
}
