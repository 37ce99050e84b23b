//! The user's hooks around a commit, run as `git commit` runs them.

use std::fs;
use std::path::{Path, PathBuf};

use crate::git::{Git, Repo};

use super::Error;
use super::commit::CommitRequest;

/// Runs hooks without the variables that they must not see.
pub(super) struct Hooks<'a> {
    repo: &'a Repo,
    hidden: &'a [String],
    /// Where hooks stand; unknown where only git can tell, from settings of its own or a path in somebody's home.
    dir: Option<PathBuf>,
    signs: bool,
}

impl<'a> Hooks<'a> {
    /// Reads the settings about hooks and signatures.
    pub(super) fn new(repo: &'a Repo, hidden: &'a [String]) -> Result<Self, Error> {
        let out = repo.git("config").args(["-z", "--get-regexp", r"^(core\.hookspath|commit\.gpgsign|hook\..*)$"]).output()?;
        let mut hooks = Self { repo, hidden, dir: Some(repo.common_dir().join("hooks")), signs: false };
        for setting in out.stdout.split(|b| *b == 0).filter(|setting| !setting.is_empty()) {
            let text = String::from_utf8_lossy(setting);
            match text.split_once('\n').unwrap_or((&text, "true")) {
                ("commit.gpgsign", value) => hooks.signs = matches!(value.to_ascii_lowercase().as_str(), "true" | "yes" | "on" | "1"),
                ("core.hookspath", path) if !path.starts_with(['~', '%']) => hooks.dir = repo.work_dir().map(|root| root.join(path)),
                _ => hooks.dir = None,
            }
        }
        Ok(hooks)
    }

    /// Whether commits are to be signed.
    pub(super) fn signs(&self) -> bool {
        self.signs
    }

    /// Whether there may be a hook of this name.
    pub(super) fn has(&self, hook: &str) -> bool {
        self.dir.as_ref().is_none_or(|dir| dir.join(hook).exists())
    }

    /// Runs a hook that may refuse; nothing happens when there is none.
    pub(super) fn run(&self, hook: &'static str, args: &[&str]) -> Result<(), Error> {
        if self.has(hook) { finish(hook, self.call(hook, args)) } else { Ok(()) }
    }

    /// [`Hooks::run`] with the index that is about to be committed.
    pub(super) fn run_with_index(&self, hook: &'static str, args: &[&str], index: &Path) -> Result<(), Error> {
        finish(hook, self.call(hook, args).env("GIT_INDEX_FILE", index))
    }

    /// Runs a hook whose outcome does not matter.
    pub(super) fn run_and_forget(&self, hook: &'static str) {
        if self.has(hook) {
            drop(self.call(hook, &[]).output());
        }
    }

    fn call(&self, hook: &str, args: &[&str]) -> Git {
        let call = self.repo.git("hook").args(["run", "--ignore-missing", hook, "--"]).args(args);
        // As git does where no editor is started (`prepare_to_commit` of its `builtin/commit.c`).
        call.hide_env(self.hidden).env("GIT_EDITOR", ":")
    }
}

fn finish(hook: &'static str, call: Git) -> Result<(), Error> {
    let out = call.output()?;
    match out.code {
        0 => Ok(()),
        _ => Err(Error::Hook { hook, output: out.stderr }),
    }
}

/// The commit message with its trailer, after the hooks that may change it.
pub(super) fn message(repo: &Repo, hooks: &Hooks<'_>, request: &CommitRequest<'_>) -> Result<String, Error> {
    let call = repo.git("interpret-trailers").args(["--no-divider", "--if-exists=addIfDifferent"]);
    let trailer = format!("Plandex-Plan: {}", request.trailer);
    let text = call.arg("--trailer").arg(trailer).input(format!("{}\n", request.message.trim())).run()?;
    if request.message.trim().is_empty() {
        return Err(Error::EmptyMessage);
    }
    let file = repo.git_dir().join("COMMIT_EDITMSG");
    fs::write(&file, text).map_err(Error::io("write", &file))?;
    let name = file.to_string_lossy().into_owned();
    hooks.run("prepare-commit-msg", &[&name, "message"])?;
    hooks.run("commit-msg", &[&name])?;
    let text = fs::read_to_string(&file).map_err(Error::io("read", &file))?;
    match strip_space(&text) {
        text if text.is_empty() => Err(Error::EmptyMessage),
        text => Ok(text),
    }
}

/// Cleans a message up as `git stripspace` does: no blanks at line ends, no empty lines around it, never two in a row.
fn strip_space(text: &str) -> String {
    let mut out = String::new();
    let mut gap = false;
    for line in text.lines().map(str::trim_end) {
        if line.is_empty() {
            gap = !out.is_empty();
            continue;
        }
        if std::mem::take(&mut gap) {
            out.push('\n');
        }
        out.push_str(line);
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::strip_space;

    #[test]
    fn messages_are_cleaned_up_as_git_does() {
        assert_eq!(strip_space("\n\nsubject  \n\n\n\nbody\t\n# kept\n\n"), "subject\n\nbody\n# kept\n");
        assert_eq!(strip_space(" \n\t\n"), "");
    }
}
