//! Which paths a reply may touch: the same answer while it streams and when a killed one is taken up.

use crate::context::{IgnoredBy, Project};
use crate::plan::{FileMode, OperationKind, Plan, RepoPath};
use crate::store::Store;

use super::Error;
use super::content;
use super::listener::APPLY_SCRIPT;

/// A path that may be touched, or why it may not.
pub type Target = Result<RepoPath, Refused>;

/// Why a path is left alone.
#[derive(Debug)]
pub struct Refused {
    /// The path, if the text is one at all.
    pub path: Option<RepoPath>,
    /// Why, naming it.
    pub message: String,
}

/// The user's files and the plan, to check paths against.
#[derive(Clone, Copy)]
pub struct Targets<'a> {
    /// The plans and the user's files.
    pub store: &'a Store,
    /// The plan.
    pub plan: &'a Plan,
    /// The files that models may know of.
    pub project: &'a Project<'a>,
}

impl Targets<'_> {
    /// The path that an operation on `text` is about.
    ///
    /// Text for a symbolic link goes to its target, if that is a file of the repository; what moves or removes a link means the link.
    /// `shown` says whether the model has been shown the file, which a person may have wished although it is ignored.
    pub fn target(&self, kind: OperationKind, text: &str, shown: impl Fn(&RepoPath) -> bool) -> Result<Target, Error> {
        let path = match text.parse::<RepoPath>() {
            Ok(path) => path,
            Err(error) => return Ok(refused(None, format!("the reply names a path that is refused: {error}"))),
        };
        if let Some(message) = script_fault(kind, &path).filter(|_| is_script(&path) || !self.project.has(&path)) {
            return Ok(refused(Some(path), message));
        }
        if let Some(dir) = self.project.excluding(&path).filter(|_| !is_script(&path)) {
            let message = format!("'{path}' is outside of '{dir}', which the work is limited to, so the plan leaves it alone");
            return Ok(refused(Some(path), message));
        }
        if content::is_touched(self.plan, &path) || is_script(&path) {
            return Ok(Ok(path));
        }
        if let Some(message) = self.obstacle(&path)? {
            return Ok(refused(Some(path), message));
        }
        // Before anything of the file is read: what is ignored is never stored at a model's request.
        if let Some(by) = self.ignored(&path)?.filter(|_| !shown(&path)) {
            let message = format!("'{path}' is ignored by {by}, so the plan leaves it alone");
            return Ok(refused(Some(path), message));
        }
        match self.store.file_mode(&path) {
            Ok(Some(FileMode::Symlink)) if kind == OperationKind::File => self.link_target(path),
            Ok(_) => Ok(Ok(path)),
            Err(error) if error.is_obstacle() => Ok(refused(Some(path), format!("the reply names a path that is refused: {error}"))),
            Err(error) => Err(error.into()),
        }
    }

    fn obstacle(&self, path: &RepoPath) -> Result<Option<String>, Error> {
        let repo = self.store.repo();
        if repo.work_dir().is_none() {
            return Ok(None);
        }
        let found = repo.disk()?.obstacle_above(path.as_bytes())?;
        Ok(found.map(|error| format!("the reply names a path that is refused: {error}")))
    }

    fn ignored(&self, path: &RepoPath) -> Result<Option<IgnoredBy>, Error> {
        let by = self.project.ignored(std::slice::from_ref(path))?.pop().flatten();
        // Directories that are merely not offered, such as `node_modules`, may be written to when they are tracked.
        Ok(by.filter(|by| *by != IgnoredBy::Directory))
    }

    fn link_target(&self, path: RepoPath) -> Result<Target, Error> {
        let link = content::read(self.store, &path)?.map(|link| link.bytes);
        Ok(match link.and_then(|bytes| resolve_link(&path, &bytes)).filter(|target| self.project.has(target)) {
            Some(target) => Ok(target),
            None => {
                let message = format!("'{path}' is a symbolic link to something that is not a file of the repository");
                refused(Some(path), message)
            }
        })
    }
}

/// Why an operation is not one that the plan's script, or what a file system may take for it, can have.
///
/// The script is never written to the tree: a file that is moved to its path would be gone.
pub fn script_fault(kind: OperationKind, path: &RepoPath) -> Option<String> {
    let alike = path.as_bytes().eq_ignore_ascii_case(APPLY_SCRIPT.as_bytes());
    (alike && (kind == OperationKind::Move || !is_script(path)))
        .then(|| format!("'{path}' is kept for the plan's script, which is no file of the tree"))
}

fn is_script(path: &RepoPath) -> bool {
    path.as_str() == Some(APPLY_SCRIPT)
}

fn refused(path: Option<RepoPath>, message: String) -> Target {
    Err(Refused { path, message })
}

/// Follows a relative link within the repository; `None` when it leaves it.
pub fn resolve_link(path: &RepoPath, target: &[u8]) -> Option<RepoPath> {
    let mut parts: Vec<&[u8]> = path.as_bytes().split(|b| *b == b'/').collect();
    parts.pop();
    if target.first() == Some(&b'/') {
        return None;
    }
    for part in target.split(|b| *b == b'/') {
        match part {
            b"" | b"." => {}
            b".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    RepoPath::from_bytes(&parts.join(&b'/')).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_followed_inside_only() {
        let link: RepoPath = "a/b/link".parse().expect("valid");
        let follow = |target: &str| resolve_link(&link, target.as_bytes()).map(|path| path.to_string());
        assert_eq!(follow("../c"), Some("a/c".into()));
        assert_eq!(follow("./d"), Some("a/b/d".into()));
        assert_eq!(follow("../../../etc/passwd"), None);
        assert_eq!(follow("/etc/passwd"), None);
        assert_eq!(follow("../../.git/config"), None);
    }
}
