//! Files that git or the shell run by themselves once they are written.

use crate::plan::{FileMode, Plan, RepoPath};
use crate::worktree::FileChange;

use super::Error;
use super::content;
use super::target::resolve_link;
use super::workspace::Workspace;

/// A changed file that runs something by itself, or that leads out of the repository.
#[derive(Debug)]
pub struct RunsByItself {
    /// The file.
    pub path: RepoPath,
    /// What happens, to follow the path in a sentence.
    pub why: &'static str,
    /// The proposed content.
    pub text: String,
}

/// Files by name, or by the directory that holds them, with what they do.
const BY_NAME: &[(&str, &str)] = &[
    (".gitmodules", "tells git where to fetch submodules from"),
    (".gitattributes", "can name filters and drivers that git runs"),
    (".envrc", "is run by direnv when a shell enters the directory"),
    (".husky", "holds hooks that git runs"),
    (".githooks", "holds hooks that git may run"),
    (".lefthook.yml", "configures hooks that git runs"),
    ("lefthook.yml", "configures hooks that git runs"),
    (".pre-commit-config.yaml", "configures hooks that git runs"),
    (".lefthook.yaml", "configures hooks that git runs"),
    ("lefthook.yaml", "configures hooks that git runs"),
    ("lefthook.toml", "configures hooks that git runs"),
    ("lefthook.json", "configures hooks that git runs"),
    (".overcommit.yml", "configures hooks that git runs"),
    (".simple-git-hooks.json", "configures hooks that git runs"),
    // Read where the repository is somebody's home directory or its dot files.
    (".gitconfig", "can tell git what to run"),
    (".profile", "is run by shells that start"),
    (".bashrc", "is run by shells that start"),
    (".bash_profile", "is run by shells that start"),
    (".bash_login", "is run by shells that start"),
    (".zshenv", "is run by shells that start"),
    (".zshrc", "is run by shells that start"),
    (".zprofile", "is run by shells that start"),
    (".zlogin", "is run by shells that start"),
];

/// The changes that make git or the shell run something, and links that lead out of the repository.
pub fn runs_by_itself(ws: &Workspace, plan: &Plan, changes: &[FileChange]) -> Result<Vec<RunsByItself>, Error> {
    let hooks = ws.store.hooks_path();
    let mut found = Vec::new();
    for change in changes {
        let Some(entry) = plan.result.get(&change.path) else { continue };
        let is_link = entry.mode == FileMode::Symlink && plan.base.get(&change.path) != Some(entry);
        let why = why(&change.path, hooks.as_ref());
        if why.is_none() && !is_link {
            continue;
        }
        let bytes = content::content(&ws.store, entry)?.bytes;
        let leaves = is_link && resolve_link(&change.path, &bytes).is_none();
        let Some(why) = leaves.then_some("is a symbolic link to a place outside of the repository").or(why) else { continue };
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let harmless = !leaves && change.path.file_name() == b".gitattributes" && !names_a_driver(&text);
        if !harmless {
            found.push(RunsByItself { path: change.path.clone(), why, text });
        }
    }
    Ok(found)
}

fn why(path: &RepoPath, hooks: Option<&RepoPath>) -> Option<&'static str> {
    if hooks.is_some_and(|dir| path.ancestors().any(|above| above == *dir)) {
        return Some("is in the directory of hooks that git runs");
    }
    let parts = || path.as_bytes().split(|b| *b == b'/');
    BY_NAME.iter().find(|(name, _)| parts().any(|part| part.eq_ignore_ascii_case(name.as_bytes()))).map(|(_, why)| *why)
}

/// Whether attributes name a filter, a merge driver or a diff driver (gitattributes(5)).
fn names_a_driver(text: &str) -> bool {
    let words = text.lines().filter(|line| !line.trim_start().starts_with('#')).flat_map(str::split_whitespace);
    words.filter_map(|word| word.split_once('=')).any(|(name, _)| matches!(name, "filter" | "merge" | "diff"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_run_by_themselves_are_known() {
        let hooks: RepoPath = "tools/hooks".parse().expect("valid");
        let why = |path: &str| why(&path.parse().expect("valid"), Some(&hooks));
        for path in
            [".husky/pre-commit", "a/.envrc", ".gitmodules", "tools/hooks/post-checkout", ".Husky/x", "sub/.gitattributes", ".bashrc"]
        {
            assert!(why(path).is_some(), "{path}");
        }
        for path in ["src/main.rs", "tools/hooks.md", "husky/x", "envrc"] {
            assert!(why(path).is_none(), "{path}");
        }
    }

    #[test]
    fn only_attributes_with_drivers_run_something() {
        assert!(names_a_driver("*.c filter=indent\n"));
        assert!(!names_a_driver("* text=auto\n# filter=x\n*.png binary\n"));
    }
}
