//! Git config: values with their scope and origin, setting, unsetting.
//!
//! Read through the `git` binary, because the values of `git -c` travel in `GIT_CONFIG_PARAMETERS`, which gix does not read.

use std::path::Path;

use super::{Error, Git, Repo};

/// The layer of git's configuration that a value stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ConfigScope {
    /// The machine's file.
    System,
    /// The user's file.
    Global,
    /// The repository's file.
    Local,
    /// The worktree's own file (`extensions.worktreeConfig`).
    Worktree,
    /// `git -c`, or `GIT_CONFIG_COUNT` in the environment.
    Command,
}

/// One value of git's configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigEntry {
    /// The name as `git config` prints it: section and key in lower case, the subsection as written.
    pub name: String,
    /// The value; `None` for a key without `=`, which git takes for true.
    pub value: Option<String>,
    /// The layer.
    pub scope: ConfigScope,
    /// Where it was read from, `file:.git/config` for example.
    pub origin: String,
}

/// The words of `git config --show-scope`.
const SCOPES: &[(&str, ConfigScope)] = &[
    ("system", ConfigScope::System),
    ("global", ConfigScope::Global),
    ("local", ConfigScope::Local),
    ("worktree", ConfigScope::Worktree),
    ("command", ConfigScope::Command),
];

/// Reads all values of `section` that are in force in `dir`, weakest first; works outside a repository too.
pub fn config_entries(dir: &Path, section: &str) -> Result<Vec<ConfigEntry>, Error> {
    let pattern = format!("^{section}\\.");
    let args = ["--null", "--show-scope", "--show-origin", "--get-regexp", &pattern];
    let out = Git::new(dir, "config").args(args).output()?;
    match out.code {
        0 => Ok(parse(&out.stdout)),
        // `git config` says so when nothing matches.
        1 => Ok(Vec::new()),
        code => Err(Error::Failed { command: "config".into(), stderr: out.stderr, code: Some(code) }),
    }
}

/// Sets `name` in the file of `scope`, replacing all its values; `None` takes it away.
pub fn set_config(dir: &Path, scope: ConfigScope, name: &str, value: Option<&str>) -> Result<(), Error> {
    let file = match scope {
        ConfigScope::System => "--system",
        ConfigScope::Global => "--global",
        ConfigScope::Worktree => "--worktree",
        ConfigScope::Local | ConfigScope::Command => "--local",
    };
    let call = Git::new(dir, "config").arg(file);
    let Some(value) = value else {
        let out = call.arg("--unset-all").arg(name).output()?;
        // Exit 5: the name was not set.
        return if matches!(out.code, 0 | 5) { Ok(()) } else { Err(failed(out)) };
    };
    let out = call.args(["--replace-all", name, value]).output()?;
    if out.code == 0 { Ok(()) } else { Err(failed(out)) }
}

impl Repo {
    /// Reads all values of `section` that are in force here, weakest first.
    pub fn config_entries(&self, section: &str) -> Result<Vec<ConfigEntry>, Error> {
        config_entries(self.work_dir().unwrap_or(self.git_dir()), section)
    }

    /// The pager that git would use, by its own rules; `None` for `cat` and for none.
    pub fn pager(&self) -> Option<String> {
        self.git("var").arg("GIT_PAGER").line().ok().filter(|pager| !pager.is_empty() && pager != "cat")
    }

    /// The editor that git would use, by its own rules.
    pub fn editor(&self) -> Option<String> {
        self.git("var").arg("GIT_EDITOR").line().ok().filter(|editor| !editor.is_empty())
    }
}

fn failed(out: super::Output) -> Error {
    Error::Failed { command: "config".into(), stderr: out.stderr, code: Some(out.code) }
}

/// Reads records of three NUL-ended fields: scope, origin, and `name LF value`.
fn parse(bytes: &[u8]) -> Vec<ConfigEntry> {
    let text = String::from_utf8_lossy(bytes);
    let fields: Vec<&str> = text.split('\0').collect();
    fields.chunks_exact(3).filter_map(|record| entry(record[0], record[1], record[2])).collect()
}

fn entry(scope: &str, origin: &str, pair: &str) -> Option<ConfigEntry> {
    let (_, scope) = SCOPES.iter().find(|(word, _)| *word == scope)?;
    let (name, value) = match pair.split_once('\n') {
        Some((name, value)) => (name, Some(value.to_owned())),
        None => (pair, None),
    };
    Some(ConfigEntry { name: name.to_owned(), value, scope: *scope, origin: origin.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_read_with_values_of_several_lines_and_keys_without_a_value() {
        let entries = parse(b"local\0file:.git/config\0plandex.a\nx\ny\0command\0command line:\0plandex.P-1.b\0");
        let read: Vec<_> = entries.iter().map(|e| (e.name.as_str(), e.value.as_deref(), e.scope)).collect();
        assert_eq!(read, [("plandex.a", Some("x\ny"), ConfigScope::Local), ("plandex.P-1.b", None, ConfigScope::Command)]);
    }
}
