//! One reply as it streams in: sending, waiting, reading, trying again.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, SystemTime};

use reqwest::Response;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use tokio::time::{Instant, sleep_until, timeout_at};

use super::answer::{Answer, Limits};
use super::client::causes;
use super::refusal::Refusal;
use super::wire::{Call, Fault, format};
use super::{Client, Delta, Error, ErrorKind, Request, retry};
use crate::config::Model;

/// How much of the body of a refusal is read.
const LONGEST_REFUSAL: usize = 64 << 10;

type Sending = Pin<Box<dyn Future<Output = reqwest::Result<Response>> + Send>>;

/// A reply that is being received. Dropping it hangs up.
pub struct ReplyStream {
    client: Client,
    model: Model,
    call: Call,
    /// Whether a reply without text is fine: a stop sequence may be the first thing that a model writes.
    may_be_empty: bool,
    first_token: Duration,
    /// How often the request has been sent again.
    retries: u32,
    state: State,
    ready: VecDeque<Delta>,
}

/// Where a reply stands. Everything that is waited for is kept here, so that a dropped `next` loses nothing.
enum State {
    /// Not sent.
    Begin,
    /// Waiting to be sent again.
    Pause(Instant),
    /// Sent, without an answer so far.
    Sending(Sending, Instant),
    /// The provider refuses; its reasons are coming in.
    Refused(Response, Vec<u8>, Instant),
    /// The answer is coming in.
    Open(Response, Box<Answer>),
    /// It has failed; that is told after what had come before.
    Failed(Error),
    /// Nothing more comes.
    Done,
}

/// What a step came to.
enum Step {
    Answered(Response),
    RefusalRead,
    Bytes(Vec<u8>),
    Ended,
    Nothing,
}

impl ReplyStream {
    pub(super) fn new(client: Client, request: &Request<'_>) -> Self {
        let model = request.model.clone();
        let first_token = retry::first_token(&client.options, &model, request.estimated_tokens());
        let call = (format(model.api).call)(request);
        let may_be_empty = !request.stops(1).is_empty();
        Self { client, model, call, may_be_empty, first_token, retries: 0, state: State::Begin, ready: VecDeque::new() }
    }

    /// The next delta; `None` after the end of a whole reply.
    ///
    /// Fails for good: what can be tried again is, as long as nothing has been output. Cancel safe.
    pub async fn next(&mut self) -> Result<Option<Delta>, Error> {
        loop {
            if let Some(delta) = self.ready.pop_front() {
                return Ok(Some(delta));
            }
            match std::mem::replace(&mut self.state, State::Done) {
                State::Done => return Ok(None),
                State::Failed(error) => return Err(error),
                state => self.state = state,
            }
            let step = self.wait().await;
            if let Err(error) = step.and_then(|step| self.advance(step)) {
                self.fail(error);
            }
        }
    }

    /// Waits for the next thing in the life of a reply; changes nothing but what it has read.
    async fn wait(&mut self) -> Result<Step, Error> {
        match &mut self.state {
            State::Begin | State::Failed(_) | State::Done => Ok(Step::Nothing),
            State::Pause(until) => {
                sleep_until(*until).await;
                Ok(Step::Nothing)
            }
            State::Sending(sending, deadline) => match timeout_at(*deadline, sending).await {
                Ok(Ok(response)) => Ok(Step::Answered(response)),
                Ok(Err(error)) => Err(self.lost(&error, 0)),
                Err(_) => Err(self.error(ErrorKind::FirstTokenTimeout, &format!("nothing within {:?}", self.first_token))),
            },
            State::Refused(response, body, deadline) => match timeout_at(*deadline, response.chunk()).await {
                Ok(Ok(Some(chunk))) if body.len() < LONGEST_REFUSAL => {
                    body.extend_from_slice(&chunk);
                    Ok(Step::Nothing)
                }
                _ => Ok(Step::RefusalRead),
            },
            State::Open(response, answer) => {
                let (bytes, whole) = (answer.bytes, answer.is_whole());
                match timeout_at(answer.deadline(), response.chunk()).await {
                    Ok(Ok(Some(chunk))) => Ok(Step::Bytes(chunk.to_vec())),
                    Ok(Ok(None)) => Ok(Step::Ended),
                    _ if whole => Ok(Step::Ended),
                    Ok(Err(error)) => Err(self.lost(&error, bytes)),
                    Err(_) => {
                        let fault = answer.too_late();
                        Err(self.at_fault(fault))
                    }
                }
            }
        }
    }

    fn advance(&mut self, step: Step) -> Result<(), Error> {
        match (step, &mut self.state) {
            (Step::Nothing, State::Begin | State::Pause(_)) => self.send(),
            (Step::Answered(response), _) => {
                self.answered(response);
                Ok(())
            }
            (Step::RefusalRead, State::Refused(response, body, _)) => {
                let (refusal, final_word) = refusal(response, body);
                Err(Error::refused(&refusal, &self.model, &self.client.mask).with_final_word(final_word))
            }
            (Step::Bytes(bytes), State::Open(_, answer)) => {
                let mut deltas = Vec::new();
                let taken = answer.take(&bytes, Instant::now(), &mut deltas);
                let closed = answer.is_closed();
                self.ready.extend(deltas);
                taken.map_err(|fault| self.at_fault(fault))?;
                if closed { self.end() } else { Ok(()) }
            }
            (Step::Ended, _) => self.end(),
            _ => Ok(()),
        }
    }

    fn send(&mut self) -> Result<(), Error> {
        if self.model.key_required && self.model.key.is_none() {
            return Err(self.error(ErrorKind::NoKey, ""));
        }
        let headers = headers(&self.call, &self.model).map_err(|words| self.error(ErrorKind::Auth, &words))?;
        let url = format!("{}{}", self.model.base_url, self.call.path);
        let request = self.client.http(&self.model)?.post(url).headers(headers).json(&self.call.body);
        self.state = State::Sending(Box::pin(request.send()), Instant::now() + self.first_token);
        Ok(())
    }

    fn answered(&mut self, response: Response) {
        let now = Instant::now();
        self.state = if response.status().is_success() {
            let limits = Limits::new(&self.client.options, self.first_token, self.may_be_empty);
            State::Open(response, Box::new(Answer::new(self.model.api, limits, now)))
        } else {
            State::Refused(response, Vec::new(), now + self.client.options.trailer_timeout)
        };
    }

    /// The body has ended, or its closing event has come.
    fn end(&mut self) -> Result<(), Error> {
        let State::Open(_, answer) = &mut self.state else { return Ok(()) };
        let mut deltas = Vec::new();
        let ended = answer.end(Instant::now(), &mut deltas);
        self.ready.extend(deltas);
        ended.map_err(|fault| self.at_fault(fault))?;
        self.state = State::Done;
        Ok(())
    }

    /// Prepares to try again, or to fail for good after what had come before.
    fn fail(&mut self, error: Error) {
        let options = &self.client.options;
        let not_there = error.kind == ErrorKind::Connect && self.model.is_loopback();
        let again = error.received == 0 && error.may_pass() && !not_there && self.retries < options.max_retries;
        let wait = again.then(|| retry::wait(options, self.retries + 1, error.retry_after, fastrand::f64())).flatten();
        let Some(wait) = wait else {
            self.state = State::Failed(error);
            return;
        };
        self.retries += 1;
        self.ready.push_back(Delta::Retry { attempt: self.retries, wait, reason: error.to_string() });
        self.state = State::Pause(Instant::now() + wait);
    }

    fn error(&self, kind: ErrorKind, words: &str) -> Error {
        Error::new(kind, &self.model, words, &self.client.mask).after(self.received())
    }

    fn at_fault(&self, fault: Fault) -> Error {
        match fault {
            Fault::Failed(kind, words) => self.error(kind, &words),
            Fault::Refused(refusal) => Error::refused(&refusal, &self.model, &self.client.mask).after(self.received()),
        }
    }

    /// A failure of the connection, after so many bytes of the body.
    fn lost(&self, error: &reqwest::Error, bytes: u64) -> Error {
        match () {
            () if error.is_connect() => self.error(ErrorKind::Connect, &causes(error)),
            () if error.is_builder() => self.error(ErrorKind::BadRequest, &causes(error)),
            () => self.error(ErrorKind::Disconnected, &format!("after {bytes} bytes: {}", causes(error))),
        }
    }

    fn received(&self) -> u64 {
        if let State::Open(_, answer) = &self.state { answer.received } else { 0 }
    }
}

/// What a provider says when it refuses, and whether that is its final word.
fn refusal(response: &Response, body: &[u8]) -> (Refusal, bool) {
    let status = response.status().as_u16();
    let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok());
    let retry_after = retry::retry_after(header, SystemTime::now());
    let mut refusal = Refusal::from_answer(status, &String::from_utf8_lossy(body), retry_after);
    if let Some(location) = header("location").filter(|_| response.status().is_redirection()) {
        refusal.words = format!("to {location}");
    }
    (refusal, header("x-should-retry") == Some("false"))
}

/// The headers of a request; a key that no header can hold is an error that does not show it.
fn headers(call: &Call, model: &Model) -> Result<HeaderMap, String> {
    let mut headers = HeaderMap::new();
    for (name, value) in &model.headers {
        let name = HeaderName::try_from(name.as_str()).map_err(|_| format!("'{name}' is no name of a header"))?;
        let value = HeaderValue::try_from(value.as_str()).map_err(|_| format!("the value of the header '{name}' cannot be sent"))?;
        headers.insert(name, value);
    }
    for (name, value) in &call.headers {
        // The type takes any bytes from 128 up; no key has them, and servers read them in different ways.
        let valid = HeaderValue::try_from(value.as_str()).ok().filter(|_| value.is_ascii());
        let mut value = valid.ok_or_else(|| "the key holds characters that no header can carry".to_owned())?;
        value.set_sensitive(true);
        headers.insert(*name, value);
    }
    Ok(headers)
}
