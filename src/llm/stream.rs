//! One reply as it streams in: sending, waiting, reading, trying again.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, SystemTime};

use reqwest::Response;
use tokio::time::{Instant, sleep_until, timeout_at};

use super::answer::{Answer, Limits};
use super::client::causes;
use super::dialect::strip_marks;
use super::framing::Framing;
use super::google_token::Token;
use super::permit::{self, Permit};
use super::program::Program;
use super::record::Tap;
use super::wire::{Call, Fault, format};
use super::{Client, Delta, Error, ErrorKind, Request, http, retry};
use crate::config::{Access, Mask, Model, Secret};

/// How much of the body of a refusal is read.
const LONGEST_REFUSAL: usize = 64 << 10;

type Sending = Pin<Box<dyn Future<Output = reqwest::Result<Response>> + Send>>;
type Asking = Pin<Box<dyn Future<Output = Result<Token, permit::Failure>> + Send>>;

/// A reply that is being received. Dropping it hangs up.
pub struct ReplyStream {
    client: Client,
    model: Model,
    call: Call,
    /// Hides every key, those included that only this request knows.
    mask: Mask,
    tap: Option<Tap>,
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
    /// Waiting for a token.
    Asking(Asking),
    /// Sent, without an answer so far.
    Sending(Sending, Instant),
    /// The provider refuses; its reasons are coming in.
    Refused(Response, Vec<u8>, Instant),
    /// The answer is coming in.
    Open(Source, Box<Answer>),
    /// It has failed; that is told after what had come before.
    Failed(Error),
    /// Nothing more comes.
    Done,
}

/// Where an answer comes from.
enum Source {
    Http(Response),
    Program(Box<Program>),
}

/// How a source failed.
enum Lost {
    Http(reqwest::Error),
    Program(Fault),
}

impl Source {
    /// The next bytes; `None` at the end. Cancel safe.
    async fn chunk(&mut self) -> Result<Option<Vec<u8>>, Lost> {
        match self {
            Self::Http(response) => Ok(response.chunk().await.map_err(Lost::Http)?.map(|bytes| bytes.to_vec())),
            Self::Program(program) => program.chunk().await.map_err(Lost::Program),
        }
    }
}

/// What a step came to.
enum Step {
    Token(Token),
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
        let call = (format(&model).call)(request);
        let may_be_empty = !request.stops(1).is_empty();
        let mask = client.mask.clone();
        let tap = client.recorder.as_ref().map(|recorder| Tap::new(recorder, request, &mask));
        let mut stream =
            Self { client, model, call, mask, tap, may_be_empty, first_token, retries: 0, state: State::Begin, ready: VecDeque::new() };
        stream.replay(request);
        stream
    }

    /// Takes the reply out of a recording, if there is one.
    fn replay(&mut self, request: &Request<'_>) {
        let Some(replay) = &self.client.replay else { return };
        match replay.answer(request) {
            Ok(deltas) => {
                self.ready.extend(deltas);
                self.state = State::Done;
            }
            Err(words) => self.state = State::Failed(self.error(ErrorKind::BadRequest, &words)),
        }
    }

    /// The next delta; `None` after the end of a whole reply.
    ///
    /// Fails for good: what can be tried again is, as long as nothing has been output. Cancel safe.
    pub async fn next(&mut self) -> Result<Option<Delta>, Error> {
        loop {
            if let Some(delta) = self.ready.pop_front() {
                self.tap.iter_mut().for_each(|tap| tap.hear(&delta));
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
            State::Asking(asking) => match asking.await {
                Ok(token) => Ok(Step::Token(token)),
                Err((kind, words)) => Err(self.error(kind, &words)),
            },
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
            State::Open(source, answer) => {
                let (bytes, whole) = (answer.bytes, answer.is_whole());
                match timeout_at(answer.deadline(), source.chunk()).await {
                    Ok(Ok(Some(chunk))) => Ok(Step::Bytes(chunk)),
                    Ok(Ok(None)) => Ok(Step::Ended),
                    _ if whole => Ok(Step::Ended),
                    Ok(Err(Lost::Http(error))) => Err(self.lost(&error, bytes)),
                    Ok(Err(Lost::Program(fault))) => Err(self.at_fault(fault)),
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
            (Step::Nothing, State::Begin | State::Pause(_)) => self.begin(),
            (Step::Token(token), _) => self.send(Some(token)),
            (Step::Answered(response), _) => {
                self.answered(response);
                Ok(())
            }
            (Step::RefusalRead, State::Refused(response, body, _)) => {
                let (refusal, final_word) = http::refusal(response, body);
                Err(Error::refused(&refusal, &self.model, &self.mask).with_final_word(final_word))
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

    /// Asks for what the request needs to be let in, or sends it.
    fn begin(&mut self) -> Result<(), Error> {
        if self.model.key_required && self.model.key.is_none() {
            return Err(self.error(ErrorKind::NoKey, ""));
        }
        match &self.model.access {
            Access::Google(access) => {
                let asking = permit::google_token(self.client.clone(), self.model.provider.clone(), access.clone());
                self.state = State::Asking(Box::pin(asking));
                Ok(())
            }
            Access::Command(access) => {
                let program = Program::start(access, &self.call).map_err(|fault| self.at_fault(fault))?;
                self.open(Source::Program(Box::new(program)), Framing::of_program());
                Ok(())
            }
            _ => self.send(None),
        }
    }

    fn send(&mut self, token: Option<Token>) -> Result<(), Error> {
        let body = serde_json::to_vec(&self.call.body).map_err(|error| self.error(ErrorKind::BadRequest, &error.to_string()))?;
        let permit = match (&self.model.access, token) {
            (Access::Google(access), Some(token)) => permit::of_google(access, &self.model, &self.call, token),
            _ => permit::of(&self.model, &self.call, &body, SystemTime::now()),
        };
        let Permit { url, headers, secrets } = permit.map_err(|(kind, words)| self.error(kind, &words))?;
        self.mask = self.client.mask.and(secrets.iter().map(Secret::expose));
        self.tap.iter_mut().for_each(|tap| tap.mask = self.mask.clone());
        let headers = http::headers(&self.call, &self.model, &headers).map_err(|words| self.error(ErrorKind::Auth, &words))?;
        let client = self.client.http_for(&url).map_err(|words| self.error(ErrorKind::Connect, words))?;
        let request = client.post(url).headers(headers).header("content-type", "application/json").body(body);
        self.state = State::Sending(Box::pin(request.send()), Instant::now() + self.first_token);
        Ok(())
    }

    fn open(&mut self, source: Source, framing: Framing) {
        let limits = Limits::new(&self.client.options, self.first_token, self.may_be_empty);
        let decoder = (format(&self.model).decoder)();
        self.state = State::Open(source, Box::new(Answer::new(framing, decoder, limits, Instant::now())));
    }

    fn answered(&mut self, response: Response) {
        if response.status().is_success() {
            return self.open(Source::Http(response), Framing::new());
        }
        let deadline = Instant::now() + self.client.options.trailer_timeout;
        self.state = State::Refused(response, Vec::new(), deadline);
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
        if error.received == 0 && error.is_about_marks() && strip_marks(&mut self.call.body) {
            self.state = State::Begin;
            return;
        }
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
        Error::new(kind, &self.model, words, &self.mask).after(self.received())
    }

    fn at_fault(&self, fault: Fault) -> Error {
        match fault {
            Fault::Failed(kind, words) => self.error(kind, &words),
            Fault::Refused(refusal) => Error::refused(&refusal, &self.model, &self.mask).after(self.received()),
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
