//! Paths that never reach a model by themselves.

use crate::git::IgnorePatterns;
use crate::plan::RepoPath;

/// The name of our own ignore file; any directory may have one, in the syntax of `.gitignore`.
pub const IGNORE_FILE: &str = ".plandexignore";

/// Directories that hold what tools made or downloaded, wherever they stand and even when they are tracked.
///
/// Only names that mean nothing else: `build`, `target`, `bin` and `env` are left to the ignore files.
const SKIPPED: &[&str] = &[
    ".git",
    ".hg",
    ".svn",
    ".jj",
    ".bzr",
    "CVS", // other systems' stores
    "node_modules",
    "bower_components",
    "jspm_packages",
    "vendor",
    "Pods",
    "Carthage",
    "elm-stuff", // downloaded packages
    ".venv",
    "venv",
    "virtualenv",
    "site-packages",
    ".eggs",
    ".tox",
    ".nox", // Python's environments
    "__pycache__",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".ipynb_checkpoints",
    ".cache",
    ".parcel-cache",
    ".turbo", // caches
    ".sass-cache",
    ".nyc_output",
    ".terraform",
    ".serverless",
    ".dart_tool",
    ".pub-cache",
    ".gradle",
    ".m2",
    ".ivy2",
    ".bundle",
    ".next",
    ".nuxt",
    ".svelte-kit",
    ".angular",
    ".docusaurus",
    ".output",
    "_build",
    ".build",
    ".stack-work",
    ".bloop",
    ".metals", // built
    ".rbenv",
    ".nvm",
    ".pyenv",
    ".rustup",
    ".idea",
    ".vscode-test",
    ".direnv", // tools
];

/// Whether `path` lies in a directory that is always skipped.
pub fn is_always_skipped(path: &RepoPath) -> bool {
    path.ancestors().any(|dir| SKIPPED.iter().any(|name| name.as_bytes() == dir.file_name()))
}

/// The `.plandexignore` files of a working tree; they count for tracked files too.
pub struct PlandexIgnore(IgnorePatterns);

impl PlandexIgnore {
    /// Takes the files as pairs of path and content; other paths are passed over.
    pub fn new<'a>(files: impl IntoIterator<Item = (&'a RepoPath, &'a [u8])>) -> Self {
        let ours = files.into_iter().filter(|(path, _)| Self::is_one(path));
        let in_dir = |path: &'a RepoPath| {
            let end = path.as_bytes().len() - path.file_name().len();
            &path.as_bytes()[..end.saturating_sub(1)]
        };
        Self(IgnorePatterns::new(ours.map(|(path, content)| (in_dir(path), content))))
    }

    /// Whether `path` is such a file.
    pub fn is_one(path: &RepoPath) -> bool {
        path.file_name() == IGNORE_FILE.as_bytes()
    }

    /// Whether the file `path` is ignored.
    pub fn is_ignored(&self, path: &RepoPath) -> bool {
        self.0.is_ignored(path.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> RepoPath {
        text.parse().expect("valid")
    }

    #[test]
    fn directories_of_tools_are_skipped_at_every_depth() {
        for skipped in ["node_modules/x/index.js", "a/b/__pycache__/c.pyc", "go/vendor/x.go"] {
            assert!(is_always_skipped(&path(skipped)), "{skipped}");
        }
        for kept in ["src/vendor.rs", "node_modules", "target/notes.md", ".github/workflows/ci.yml"] {
            assert!(!is_always_skipped(&path(kept)), "{kept}");
        }
    }

    #[test]
    fn an_ignore_file_counts_in_every_directory_and_not_only_in_the_root() {
        let (root, nested, deep) = (path(".plandexignore"), path("web/.plandexignore"), path("web/gen/.plandexignore"));
        let ignore = PlandexIgnore::new([
            (&deep, b"!keep.js\n".as_slice()),
            (&root, b"*.min.js\n/secret/\n# comment\n"),
            (&nested, b"/gen/*.js\n!app.min.js\n"),
            (&path(".gitignore"), b"*\n"),
        ]);
        for ignored in ["a.min.js", "lib/a.min.js", "secret/plain.txt", "web/gen/x.js", "web/b.min.js"] {
            assert!(ignore.is_ignored(&path(ignored)), "{ignored}");
        }
        for kept in ["web/app.min.js", "web/gen/keep.js", "web/gen/sub/x.js", "lib/secret/plain.txt", "gen/x.js"] {
            assert!(!ignore.is_ignored(&path(kept)), "{kept}");
        }
    }

    #[test]
    fn nothing_below_an_ignored_directory_can_be_taken_back() {
        let root = path(".plandexignore");
        let ignore = PlandexIgnore::new([(&root, b"data/\n!data/x\n".as_slice())]);
        assert!(ignore.is_ignored(&path("data/x")));
    }
}
