//! Writing down what is said: each reply with what its request held, without keys.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use super::{Delta, FinishReason, Request};
use crate::config::Mask;
use crate::plan::{ChatRole, Exchange};

/// How many texts of a request are written down, and how long each may be.
const EXPECTED: usize = 3;
const LONGEST_EXPECTED: usize = 160;

/// A recording that cannot be written or read.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs)]
pub enum RecordingError {
    /// The file cannot be opened.
    #[error("cannot open the recording '{}'", .path.display())]
    Open {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    /// The file is no recording.
    #[error("'{}' is no recording: {words}", .path.display())]
    Parse { path: PathBuf, words: String },
}

/// Writes replies into a file, one entry of a YAML list each, without keys; cheap to clone.
#[derive(Debug, Clone)]
pub struct Recorder {
    file: Arc<Mutex<File>>,
}

impl Recorder {
    /// Goes on with a recording, or begins one; a file that is anything else is left alone.
    pub fn append(path: &Path) -> Result<Self, RecordingError> {
        let open = |source| RecordingError::Open { path: path.to_owned(), source };
        let file = File::options().append(true).read(true).create(true).open(path).map_err(open)?;
        if file.metadata().map_err(open)?.len() > 0 {
            super::Replay::read(path)?;
        }
        Ok(Self { file: Arc::new(Mutex::new(file)) })
    }

    fn write(&self, exchange: &Exchange, mask: &Mask) {
        let hidden = |text: &String| mask.text(text).into_owned();
        let exchange = Exchange {
            name: hidden(&exchange.name),
            expects: exchange.expects.iter().map(hidden).filter(|text| !text.contains("***")).collect(),
            reply: hidden(&exchange.reply),
            reasoning: hidden(&exchange.reasoning),
            ..exchange.clone()
        };
        let Ok(text) = serde_yaml::to_string(&[exchange]) else { return };
        let mut file = self.file.lock().expect("nobody panics while holding this");
        // A run does not fail for want of its recording.
        drop(file.write_all(text.as_bytes()).and_then(|()| file.flush()));
    }
}

/// Listens to one reply and writes it down when it ends, however it ends.
pub(super) struct Tap {
    recorder: Recorder,
    exchange: Exchange,
    /// Hides the keys.
    pub(super) mask: Mask,
}

impl Tap {
    pub(super) fn new(recorder: &Recorder, request: &Request<'_>, mask: &Mask) -> Self {
        let role = request.model.role.as_str().to_owned();
        let exchange = Exchange { name: format!("a reply of the {role}"), role, expects: expects(request), ..Exchange::default() };
        Self { recorder: recorder.clone(), exchange, mask: mask.clone() }
    }

    pub(super) fn hear(&mut self, delta: &Delta) {
        match delta {
            Delta::Text(text) => self.exchange.reply.push_str(text),
            Delta::Reasoning(text) => self.exchange.reasoning.push_str(text),
            Delta::Usage(usage) => self.exchange.usage = *usage,
            Delta::Finish(finish) => self.exchange.cut_short = *finish == FinishReason::Length,
            Delta::Retry { .. } => {}
        }
    }
}

impl Drop for Tap {
    fn drop(&mut self) {
        if !self.exchange.reply.is_empty() {
            self.recorder.write(&self.exchange, &self.mask);
        }
    }
}

/// The longest lines of the user's last message: what tells the request from others and stays the same in another run.
fn expects(request: &Request<'_>) -> Vec<String> {
    let last = request.messages.iter().rev().find(|message| message.role == ChatRole::User);
    let text = last.map(|message| message.text()).unwrap_or_default();
    let mut lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty() && !tells_a_time(line)).collect();
    lines.sort_by_key(|line| std::cmp::Reverse(line.len()));
    lines.dedup();
    lines.into_iter().take(EXPECTED).map(|line| line.chars().take(LONGEST_EXPECTED).collect()).collect()
}

/// Whether a line holds the time of day, which another run does not share.
fn tells_a_time(line: &str) -> bool {
    line.as_bytes().windows(5).any(|window| {
        let digits = [0, 1, 3, 4].iter().all(|at| window[*at].is_ascii_digit());
        digits && window[2] == b':'
    })
}
