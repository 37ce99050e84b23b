//! The user's hooks around a commit, run as `git commit` runs them.

use std::fs;
use std::path::Path;

use crate::git::{Git, Repo};

use super::Error;
use super::commit::CommitRequest;

/// Runs hooks without the variables that they must not see.
pub(super) struct Hooks<'a> {
    repo: &'a Repo,
    hidden: &'a [String],
}

impl<'a> Hooks<'a> {
    pub(super) fn new(repo: &'a Repo, hidden: &'a [String]) -> Self {
        Self { repo, hidden }
    }

    /// Runs a hook that may refuse; nothing happens when there is none.
    pub(super) fn run(&self, hook: &'static str, args: &[&str]) -> Result<(), Error> {
        finish(hook, self.call(hook, args))
    }

    /// [`Hooks::run`] with the index that is about to be committed.
    pub(super) fn run_with_index(&self, hook: &'static str, args: &[&str], index: &Path) -> Result<(), Error> {
        finish(hook, self.call(hook, args).env("GIT_INDEX_FILE", index))
    }

    /// Runs a hook whose outcome does not matter.
    pub(super) fn run_and_forget(&self, hook: &'static str) {
        drop(self.call(hook, &[]).output());
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
    let text = fs::read(&file).map_err(Error::io("read", &file))?;
    let text = repo.git("stripspace").input(text).run()?;
    match String::from_utf8_lossy(&text).into_owned() {
        text if text.trim().is_empty() => Err(Error::EmptyMessage),
        text => Ok(text),
    }
}
