//! Runs the `git` binary, one way.

use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::Error;

/// Overrides for every call, each with its reason.
const OVERRIDES: &[&str] = &[
    // A prompt's text must not start a pager or a colour.
    "color.ui=false",
    // Paths are read with -z; where they are not, they must not be quoted.
    "core.quotePath=false",
    // A file system monitor is not started by a tool in passing.
    "core.fsmonitor=false",
];

/// Overrides that keep git from tidying up: a background gc would outlive the command and race with it.
const NO_MAINTENANCE: &[&str] = &["gc.auto=0", "maintenance.auto=false"];

/// What a call printed.
#[derive(Debug, Clone)]
pub struct Output {
    /// Standard output, byte for byte.
    pub stdout: Vec<u8>,
    /// Standard error as text.
    pub stderr: String,
    /// The exit code; -1 when killed by a signal.
    pub code: i32,
}

/// A call of the `git` binary being put together.
///
/// Standard input is closed unless given; terminal prompts are off; the locale is C.
#[derive(Debug)]
pub struct Git {
    command: String,
    args: Vec<OsString>,
    dir: PathBuf,
    envs: Vec<(OsString, OsString)>,
    hidden: Vec<OsString>,
    settings: Vec<OsString>,
    input: Option<Vec<u8>>,
    maintenance: bool,
}

impl Git {
    /// Begins the call of `git <command>` in `dir`.
    pub fn new(dir: &Path, command: &str) -> Self {
        Self {
            command: command.to_owned(),
            args: Vec::new(),
            dir: dir.to_owned(),
            envs: Vec::new(),
            hidden: Vec::new(),
            settings: Vec::new(),
            input: None,
            maintenance: false,
        }
    }

    /// Adds an argument.
    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.args.push(arg.as_ref().to_owned());
        self
    }

    /// Adds arguments.
    pub fn args<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(mut self, args: I) -> Self {
        self.args.extend(args.into_iter().map(|arg| arg.as_ref().to_owned()));
        self
    }

    /// Sets an environment variable, `GIT_INDEX_FILE` for example.
    pub fn env(mut self, key: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.envs.push((key.as_ref().to_owned(), value.as_ref().to_owned()));
        self
    }

    /// Takes environment variables away from git and from what it starts.
    pub fn hide_env<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(mut self, keys: I) -> Self {
        self.hidden.extend(keys.into_iter().map(|key| key.as_ref().to_owned()));
        self
    }

    /// Overrides one setting, `key=value`, for this call.
    pub fn config(mut self, setting: &str) -> Self {
        self.settings.push(setting.into());
        self
    }

    /// Gives standard input.
    pub fn input(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.input = Some(bytes.into());
        self
    }

    /// Lets git decide by its configuration whether to tidy up.
    pub fn with_maintenance(mut self) -> Self {
        self.maintenance = true;
        self
    }

    /// Runs and returns whatever came out; fails only when git cannot be started.
    pub fn output(self) -> Result<Output, Error> {
        let mut command = Command::new("git");
        let quiet: &[&str] = if self.maintenance { &[] } else { NO_MAINTENANCE };
        for setting in OVERRIDES.iter().chain(quiet) {
            command.arg("-c").arg(setting);
        }
        for setting in &self.settings {
            command.arg("-c").arg(setting);
        }
        command.arg(&self.command).args(&self.args).current_dir(&self.dir);
        command.env("LC_ALL", "C").env("GIT_TERMINAL_PROMPT", "0").env("GIT_OPTIONAL_LOCKS", "0");
        for key in &self.hidden {
            command.env_remove(key);
        }
        command.envs(self.envs);
        command.stdin(if self.input.is_some() { Stdio::piped() } else { Stdio::null() });
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(Error::Start)?;
        let feeder = self.input.zip(child.stdin.take()).map(|(bytes, mut stdin)| {
            // A child that closes its input early is not our failure; its exit code tells.
            std::thread::spawn(move || drop(stdin.write_all(&bytes)))
        });
        let out = child.wait_with_output().map_err(Error::Start)?;
        if let Some(feeder) = feeder {
            drop(feeder.join());
        }
        let stderr = String::from_utf8_lossy(&out.stderr).trim_end().to_owned();
        Ok(Output { stdout: out.stdout, stderr, code: out.status.code().unwrap_or(-1) })
    }

    /// Runs and returns standard output; a non-zero exit is an error with git's words.
    pub fn run(self) -> Result<Vec<u8>, Error> {
        let command = self.command.clone();
        let out = self.output()?;
        match out.code {
            0 => Ok(out.stdout),
            code => Err(Error::Failed { command, stderr: out.stderr, code: (code >= 0).then_some(code) }),
        }
    }

    /// Runs and returns standard output as text without the trailing newline.
    pub fn line(self) -> Result<String, Error> {
        let out = self.run()?;
        Ok(String::from_utf8_lossy(&out).trim_end_matches('\n').to_owned())
    }
}
