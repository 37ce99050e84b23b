//! A program that answers: started in a process group of its own, in an empty directory, without keys of providers.

use std::process::Stdio;
use std::sync::{Arc, Mutex};

use rustix::process::{Pid, Signal, kill_process_group};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStderr, ChildStdout, Command};
use tokio::task::JoinHandle;

use super::ErrorKind;
use super::refusal::Refusal;
use super::wire::{Call, Fault};
use crate::config::CommandAccess;

/// How much of what a program complains about is kept: the end of it.
const LONGEST_COMPLAINT: usize = 16 << 10;
/// How much is read at once.
const CHUNK: usize = 64 << 10;

/// A program that is answering; dropping it ends it and everything that it has started.
pub(super) struct Program {
    child: Child,
    output: ChildStdout,
    complaints: Arc<Mutex<Vec<u8>>>,
    listener: Option<JoinHandle<()>>,
    /// The empty directory that it works in.
    _directory: TempDir,
}

impl Program {
    /// Starts the program and gives it the request.
    pub(super) fn start(access: &CommandAccess, call: &Call) -> Result<Self, Fault> {
        let Some((name, arguments)) = access.argv.split_first() else {
            return Err(Fault::Failed(ErrorKind::Program, "`command` names no program".to_owned()));
        };
        let unable = |error: std::io::Error| Fault::Failed(ErrorKind::Program, format!("cannot start `{name}`: {error}"));
        let directory = tempfile::Builder::new().prefix("git-plandex-").tempdir().map_err(unable)?;
        let mut command = Command::new(name);
        command.args(arguments).args(&call.arguments).current_dir(directory.path());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
        for variable in &access.hidden {
            command.env_remove(variable);
        }
        let mut child = command.spawn().map_err(unable)?;
        let (Some(mut input), Some(output), Some(errors)) = (child.stdin.take(), child.stdout.take(), child.stderr.take()) else {
            return Err(Fault::Failed(ErrorKind::Program, format!("`{name}` has no standard streams")));
        };
        let request = bytes(call);
        // A program may answer, or end, without having read it all.
        tokio::spawn(async move { drop(input.write_all(&request).await) });
        let complaints = Arc::<Mutex<Vec<u8>>>::default();
        let listener = Some(tokio::spawn(listen(errors, complaints.clone())));
        Ok(Self { child, output, complaints, listener, _directory: directory })
    }

    /// What it prints next; `None` when it has ended well. Cancel safe.
    pub(super) async fn chunk(&mut self) -> Result<Option<Vec<u8>>, Fault> {
        let mut chunk = Vec::with_capacity(CHUNK);
        let lost = |error: std::io::Error| Fault::Failed(ErrorKind::Disconnected, error.to_string());
        if self.output.read_buf(&mut chunk).await.map_err(lost)? > 0 {
            return Ok(Some(chunk));
        }
        let status = self.child.wait().await.map_err(lost)?;
        if let Some(listener) = &mut self.listener {
            // Something that it started may hold on to the stream.
            drop(tokio::time::timeout(std::time::Duration::from_secs(1), listener).await);
            self.listener = None;
        }
        if status.success() {
            return Ok(None);
        }
        let complaints = self.complaints.lock().expect("nobody panics while holding this");
        let words = String::from_utf8_lossy(&complaints);
        let words = if words.trim().is_empty() { format!("it ended with {status}") } else { words.trim().to_owned() };
        Err(Fault::Refused(Refusal { words, code: "program_failed".to_owned(), ..Refusal::default() }))
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // Its number is its group's, and is nobody else's as long as it has not been waited for.
        if let Some(group) = self.child.id().and_then(|id| Pid::from_raw(id.cast_signed())) {
            // It may have ended by itself.
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}

fn bytes(call: &Call) -> Vec<u8> {
    match &call.body {
        serde_json::Value::String(text) => text.clone().into_bytes(),
        document => format!("{document}\n").into_bytes(),
    }
}

async fn listen(mut errors: ChildStderr, complaints: Arc<Mutex<Vec<u8>>>) {
    let mut chunk = vec![0; 4096];
    while let Ok(read) = errors.read(&mut chunk).await {
        if read == 0 {
            return;
        }
        let mut all = complaints.lock().expect("nobody panics while holding this");
        all.extend_from_slice(&chunk[..read]);
        let surplus = all.len().saturating_sub(LONGEST_COMPLAINT);
        all.drain(..surplus);
    }
}
