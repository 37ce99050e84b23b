//! Patterns in the syntax of `.gitignore`, matched without a repository.

use std::path::Path;

use gix::bstr::ByteSlice;
use gix::glob::pattern::Case;
use gix::glob::wildmatch;
use gix::glob::wildmatch::Mode;

/// Files in the syntax of `.gitignore`, each in force from its own directory down.
pub struct IgnorePatterns(gix::ignore::Search);

impl IgnorePatterns {
    /// Reads files as pairs of their directory, empty for the root, and content.
    pub fn new<'a>(files: impl IntoIterator<Item = (&'a [u8], &'a [u8])>) -> Self {
        let mut files: Vec<_> = files.into_iter().collect();
        // A deeper file decides over the ones above it; the search asks the last one first.
        files.sort_by_key(|(dir, _)| (!dir.is_empty(), dir.iter().filter(|b| **b == b'/').count()));
        let mut search = gix::ignore::Search::default();
        for (dir, content) in files {
            let Ok(dir) = dir.to_path() else { continue };
            search
                .add_patterns_buffer(content, dir.join("patterns"), Some(Path::new("")), gix::ignore::search::Ignore::default())
                .expect("the source has a parent directory");
        }
        Self(search)
    }

    /// Whether the file `path` or a directory above it is ignored; what lies below an ignored directory cannot be taken back.
    pub fn is_ignored(&self, path: &[u8]) -> bool {
        let parents = path.iter().enumerate().filter(|(_, byte)| **byte == b'/').map(|(end, _)| &path[..end]);
        parents.map(|dir| (dir, true)).chain([(path, false)]).any(|(path, is_dir)| self.decides(path, is_dir))
    }

    fn decides(&self, path: &[u8], is_dir: bool) -> bool {
        let found = self.0.pattern_matching_relative_path(path.as_bstr(), Some(is_dir), Case::Sensitive);
        found.is_some_and(|found| !found.pattern.is_negative())
    }
}

/// Whether `text` matches the shell pattern `glob`; with `slashes`, `*` stops at a slash and `**` does not.
pub fn glob_matches(glob: &str, text: &[u8], slashes: bool) -> bool {
    let mode = if slashes { Mode::NO_MATCH_SLASH_LITERAL } else { Mode::empty() };
    wildmatch(glob.into(), text.as_bstr(), mode)
}
