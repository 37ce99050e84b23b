//! The client: options, and the HTTP clients behind it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, Once, OnceLock};
use std::time::{Duration, SystemTime};

use super::google_token::Token;
use super::{Completion, Delta, Error, FinishReason, Recorder, Replay, ReplyStream, Request, authority};
use crate::config::{Mask, is_loopback};
use crate::plan::Usage;

/// How patient a client is.
#[derive(Debug, Clone)]
pub struct Options {
    /// How long the first token may take, for each 150,000 tokens of input.
    pub first_token_timeout: Duration,
    /// How long it may take on the user's own hardware, where a model may have to be loaded first.
    pub local_first_token_timeout: Duration,
    /// How long nothing at all may arrive within a reply.
    pub chunk_timeout: Duration,
    /// How long nothing but signs of life may arrive within a reply.
    pub silence_timeout: Duration,
    /// How long a reply may take in all.
    pub reply_timeout: Duration,
    /// How long is waited for the count of tokens after the end of a reply.
    pub trailer_timeout: Duration,
    /// How long a connection may take.
    pub connect_timeout: Duration,
    /// How often a request that failed before any output is sent again.
    pub max_retries: u32,
    /// The wait before the first retry; it doubles with each.
    pub retry_base: Duration,
    /// The longest wait that a provider may ask for.
    pub max_retry_after: Duration,
    /// The longest reply, reasoning included, in bytes.
    pub max_reply_bytes: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            first_token_timeout: Duration::from_secs(90),
            local_first_token_timeout: Duration::from_secs(15 * 60),
            chunk_timeout: Duration::from_secs(60),
            silence_timeout: Duration::from_secs(15 * 60),
            reply_timeout: Duration::from_secs(3 * 60 * 60),
            trailer_timeout: Duration::from_secs(10),
            connect_timeout: Duration::from_secs(10),
            max_retries: 3,
            retry_base: Duration::from_secs(1),
            max_retry_after: Duration::from_secs(60),
            max_reply_bytes: 16 << 20,
        }
    }
}

/// Sends requests to models; cheap to clone, and shared by requests that run at the same time.
#[derive(Debug, Clone)]
pub struct Client {
    pub(super) options: Arc<Options>,
    pub(super) mask: Mask,
    http: Arc<Http>,
    /// The tokens that providers have given out, by provider.
    tokens: Arc<Mutex<BTreeMap<String, Token>>>,
    pub(super) recorder: Option<Recorder>,
    pub(super) replay: Option<Replay>,
}

impl Client {
    /// A client that hides the keys of `mask` in every error. Nothing is loaded before the first request.
    pub fn new(options: Options, mask: Mask) -> Self {
        Self { options: Arc::new(options), mask, http: Arc::default(), tokens: Arc::default(), recorder: None, replay: None }
    }

    /// The same client, with its connections, for other keys.
    pub fn with_mask(&self, mask: Mask) -> Self {
        Self { mask, ..self.clone() }
    }

    /// The same client, writing down what is said.
    pub fn with_recorder(&self, recorder: Recorder) -> Self {
        Self { recorder: Some(recorder), ..self.clone() }
    }

    /// The same client, answering from a recording and asking nobody.
    pub fn with_replay(&self, replay: Replay) -> Self {
        Self { replay: Some(replay), ..self.clone() }
    }

    /// Whether a recording answers.
    pub fn is_replay(&self) -> bool {
        self.replay.is_some()
    }

    /// A token of a provider that can still be sent.
    pub(super) fn token(&self, provider: &str, now: SystemTime) -> Option<Token> {
        let tokens = self.tokens.lock().expect("nobody panics while holding this");
        tokens.get(provider).filter(|token| token.is_fresh(now)).cloned()
    }

    /// Keeps a token for the next request.
    pub(super) fn keep_token(&self, provider: &str, token: &Token) {
        self.tokens.lock().expect("nobody panics while holding this").insert(provider.to_owned(), token.clone());
    }

    /// Prepares a reply; nothing is sent before its first delta is asked for.
    pub fn stream(&self, request: &Request<'_>) -> ReplyStream {
        ReplyStream::new(self.clone(), request)
    }

    /// Waits for a whole reply.
    pub async fn complete(&self, request: &Request<'_>) -> Result<Completion, Error> {
        self.complete_telling(request, &mut |_, _, _| {}).await
    }

    /// Waits for a whole reply; `retry` is told the attempt, the wait and the reason when the request is sent again.
    pub async fn complete_telling(&self, request: &Request<'_>, retry: &mut dyn FnMut(u32, Duration, String)) -> Result<Completion, Error> {
        let mut stream = self.stream(request);
        let mut reply = Completion { text: String::new(), usage: Usage::default(), finish: FinishReason::Stop };
        while let Some(delta) = stream.next().await? {
            match delta {
                Delta::Text(text) => reply.text += &text,
                Delta::Usage(usage) => reply.usage = usage,
                Delta::Finish(finish) => reply.finish = finish,
                Delta::Retry { attempt, wait, reason } => retry(attempt, wait, reason),
                Delta::Reasoning(_) => {}
            }
        }
        Ok(reply)
    }

    /// The HTTP client for a URL.
    pub(super) fn http_for(&self, url: &str) -> Result<&reqwest::Client, &str> {
        self.http.of(is_loopback(url), url.starts_with("https:"), &self.options)
    }
}

type Built = OnceLock<Result<reqwest::Client, String>>;

/// One HTTP client for each kind of server, each made when it is first needed: reading the system's certificates takes 30 ms.
#[derive(Debug, Default)]
struct Http {
    remote: Built,
    loopback: Built,
    loopback_tls: Built,
}

impl Http {
    fn of(&self, loopback: bool, tls: bool, options: &Options) -> Result<&reqwest::Client, &str> {
        let cell = match (loopback, tls) {
            (false, _) => &self.remote,
            (true, false) => &self.loopback,
            (true, true) => &self.loopback_tls,
        };
        cell.get_or_init(|| build(loopback, tls, options)).as_ref().map_err(String::as_str)
    }
}

fn build(loopback: bool, tls: bool, options: &Options) -> Result<reqwest::Client, String> {
    static PROVIDER: Once = Once::new();
    // The first to install one wins, and any will do.
    PROVIDER.call_once(|| drop(rustls::crypto::ring::default_provider().install_default()));
    let mut builder = reqwest::Client::builder()
        .user_agent(concat!("git-plandex/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(options.connect_timeout)
        // A redirect would carry keys and code to where the user did not send them.
        .redirect(reqwest::redirect::Policy::none())
        // What is sent again is decided here, where the user hears of it and pays for it.
        .retry(reqwest::retry::never());
    if loopback {
        builder = builder.no_proxy();
    }
    builder = if loopback && !tls {
        // A machine without certificates can still talk to itself.
        builder.tls_certs_only([])
    } else {
        let file = std::env::var_os("SSL_CERT_FILE").map(Into::into);
        builder.tls_certs_merge(authority::certificates(file, std::env::var("SSL_CERT_DIR").ok().as_deref())?)
    };
    builder.build().map_err(|error| causes(&error))
}

/// An error with everything that caused it, on one line.
pub(super) fn causes(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let cause_words = cause.to_string();
        if !words.contains(&cause_words) {
            words = format!("{words}: {cause_words}");
        }
        next = cause.source();
    }
    words
}
