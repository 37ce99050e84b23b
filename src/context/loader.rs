//! Reads what is to join the context, stores it, and makes its items.

use super::item::{Text, directory_item, file_item, image_item, note_item, piped_item, url_item};
use super::read::{body, object_id};
use super::{Body, ContextError, FileContent, Loaded, Page, Project, Secret, TokenCounts, map_text, tree_text};
use crate::git::Error;
use crate::plan::{ContextItem, ContextKind, ImageDetail, ObjectId, RepoPath};

/// Makes context items of what is in a project and elsewhere; items get their ids when they join a plan.
pub struct Loader<'p> {
    project: &'p Project<'p>,
    counts: TokenCounts,
    loaded: Loaded,
    secret: Secret<'p>,
}

/// An item, or why it cannot be one.
pub type Made = Result<ContextItem, ContextError>;

impl<'p> Loader<'p> {
    /// A loader for one event; files in which `secret` finds a key are refused.
    pub fn new(project: &'p Project<'p>, loaded: Loaded, secret: Secret<'p>) -> Self {
        Self { project, counts: TokenCounts::open(project.repo()), loaded, secret }
    }

    /// Files and pictures, each with its own answer, in the order of `paths`; ignored ones only when `forced`.
    pub fn files(&self, paths: &[RepoPath], forced: bool, detail: ImageDetail) -> Result<Vec<Made>, Error> {
        let ignored = self.project.ignored(paths)?;
        let read = self.project.read(paths, forced, self.secret)?;
        let item = |(content, ignored): (Result<FileContent, ContextError>, Option<_>)| {
            let loaded = Loaded { forced: ignored.is_some(), ..self.loaded.clone() };
            self.file(content?, detail, &loaded)
        };
        Ok(read.into_iter().zip(ignored).map(item).collect())
    }

    /// A file as a plan has it, which may be another than on disk.
    pub fn pending(&self, path: &RepoPath, oid: ObjectId, bytes: &[u8]) -> Made {
        let body = body(path, bytes, self.secret)?;
        self.file(FileContent { path: path.clone(), oid, body }, ImageDetail::High, &self.loaded)
    }

    fn file(&self, content: FileContent, detail: ImageDetail, loaded: &Loaded) -> Made {
        match content.body {
            Body::Text(text) => file_item(&content.path, self.text(&content.oid, &text), loaded),
            Body::Picture(picture, bytes) => Ok(image_item(&content.path, content.oid, bytes, &picture, detail, loaded)),
        }
    }

    /// A text that the user wrote.
    pub fn note(&self, text: &str) -> Result<Made, Error> {
        let oid = self.store(text)?;
        Ok(note_item(self.text(&oid, text), &self.loaded))
    }

    /// What was piped in.
    pub fn piped(&self, text: &str) -> Result<Made, Error> {
        let oid = self.store(text)?;
        Ok(piped_item(self.text(&oid, text), &self.loaded))
    }

    /// A page of the web.
    pub fn page(&self, page: &Page) -> Result<Made, Error> {
        let oid = self.store(&page.text)?;
        Ok(url_item(page, self.text(&oid, &page.text), &self.loaded))
    }

    /// A tree or a map of a directory, of the whole project without one.
    pub fn directory(&self, kind: ContextKind, directory: Option<&RepoPath>) -> Result<Made, Error> {
        let text = directory_text(self.project, kind, directory)?;
        if text.is_empty() {
            return Ok(Err(ContextError::EmptyDirectory(directory.map_or_else(|| "./".to_owned(), ToString::to_string))));
        }
        let oid = self.store(&text)?;
        Ok(directory_item(kind, directory, self.text(&oid, &text), &self.loaded))
    }

    fn text<'a>(&'a self, oid: &'a ObjectId, text: &'a str) -> Text<'a> {
        Text { oid, text, counts: &self.counts }
    }

    fn store(&self, text: &str) -> Result<ObjectId, Error> {
        let oid = self.project.repo().write_blob(text.as_bytes())?;
        Ok(object_id(&oid).expect("git's ids are ids"))
    }
}

/// The text of a tree or a map as it is now; empty without files.
pub(super) fn directory_text(project: &Project<'_>, kind: ContextKind, directory: Option<&RepoPath>) -> Result<String, Error> {
    match kind {
        ContextKind::Map => map_text(project, directory),
        _ => Ok(tree_text(project, directory)),
    }
}
