//! The files of a directory that is in no repository.

use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use crate::context::{IGNORE_FILE, ListedPath, is_always_skipped};
use crate::git::IgnorePatterns;
use crate::plan::RepoPath;

/// The files that say what is ignored.
const IGNORE_FILES: [&str; 2] = [".gitignore", IGNORE_FILE];

/// How deep directories may lie.
const MAX_DEPTH: usize = 64;

/// The files below `root`, sorted by path, without ignored ones and without what lies behind symbolic links.
pub fn walk(root: &Path) -> Vec<ListedPath> {
    let mut found = Vec::new();
    descend(root, "", &mut Vec::new(), &mut found);
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// The directory of an ignore file with what it says.
type Rules = Vec<(Vec<u8>, Vec<u8>)>;

fn descend(root: &Path, dir: &str, rules: &mut Rules, found: &mut Vec<ListedPath>) {
    let place = root.join(dir);
    let own = rules.len();
    let files = IGNORE_FILES.iter().filter_map(|name| std::fs::read(place.join(name)).ok());
    rules.extend(files.map(|content| (dir.as_bytes().to_vec(), content)));
    let ignored = IgnorePatterns::new(rules.iter().map(|(dir, content)| (dir.as_slice(), content.as_slice())));
    for entry in std::fs::read_dir(&place).into_iter().flatten().flatten() {
        let Ok(kind) = entry.file_type() else { continue };
        let name = if dir.is_empty() {
            entry.file_name().as_bytes().to_vec()
        } else {
            [dir.as_bytes(), b"/", entry.file_name().as_bytes()].concat()
        };
        let Ok(path) = RepoPath::from_bytes(&name) else { continue };
        if kind.is_dir() {
            // A file in it is ignored when the directory is.
            let inside = RepoPath::from_bytes(&[name.as_slice(), b"/x"].concat());
            let skipped =
                inside.is_ok_and(|inside| is_always_skipped(&inside) || ignored.is_ignored(inside.as_bytes()) && ignored.is_ignored(&name));
            if let (false, Some(dir)) = (skipped || dir.matches('/').count() > MAX_DEPTH, path.as_str()) {
                descend(root, dir, rules, found);
            }
        } else if kind.is_file() && !ignored.is_ignored(path.as_bytes()) {
            found.push(ListedPath { bytes: entry.metadata().map_or(0, |meta| meta.len()), path, oid: None });
        }
    }
    rules.truncate(own);
}
