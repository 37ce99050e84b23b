//! Paths as a person types them.

use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};

use super::ContextError;
use crate::plan::RepoPath;

/// Turns `arg`, typed in `cwd`, into a path of the repository at `root`; both directories are canonical.
///
/// Only the spelling is looked at, as git does; a symbolic link on the way is found when the file is read.
pub fn resolve_argument(root: &Path, cwd: &Path, arg: &str) -> Result<RepoPath, ContextError> {
    let full = fold(&cwd.join(arg));
    let relative = inside(root, &full).ok_or_else(|| ContextError::Outside(arg.to_owned()))?;
    if relative.as_os_str().is_empty() {
        return Err(ContextError::Root(arg.to_owned()));
    }
    Ok(RepoPath::from_bytes(relative.as_os_str().as_bytes())?)
}

/// Takes `.` and `..` out of an absolute path.
fn fold(path: &Path) -> PathBuf {
    let mut folded = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(folded.pop()),
            other => folded.push(other),
        }
    }
    folded
}

/// The part of `full` below `root`; an absolute path may name the root through a symbolic link.
fn inside(root: &Path, full: &Path) -> Option<PathBuf> {
    if let Ok(relative) = full.strip_prefix(root) {
        return Some(relative.to_owned());
    }
    let linked = full.ancestors().find(|above| above.canonicalize().is_ok_and(|real| real == root))?;
    full.strip_prefix(linked).ok().map(Path::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_taken_from_where_they_are_typed() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let root = dir.path().canonicalize().expect("it exists").join("repo");
        std::fs::create_dir_all(root.join("src")).expect("made");
        std::os::unix::fs::symlink(&root, root.with_file_name("link")).expect("made");
        let link = root.with_file_name("link/src/a.rs").display().to_string();
        let full = root.join("src/a.rs").display().to_string();
        let resolve = |cwd: &str, arg: &str| {
            resolve_argument(&root, &root.join(cwd), arg).map(|path| path.to_string()).map_err(|error| error.to_string())
        };
        for (cwd, arg) in [("", "src/a.rs"), ("src", "a.rs"), ("src", "./../src//a.rs"), ("", full.as_str()), ("", link.as_str())] {
            assert_eq!(resolve(cwd, arg), Ok("src/a.rs".into()), "{cwd} {arg}");
        }
        assert_eq!(resolve("src", "../../x"), Err("'../../x' is outside the repository".into()));
        assert_eq!(resolve("src", "/etc/passwd"), Err("'/etc/passwd' is outside the repository".into()));
        assert_eq!(resolve("src", ".."), Err("'..' is the whole project".into()));
        assert_eq!(resolve("", ".git/config"), Err("'.git/config' enters .git".into()));
    }
}
