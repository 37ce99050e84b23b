//! The table of what can fail: how it is recognised, whether it is tried again, and what the user is told.

use std::ops::RangeInclusive;

use super::refusal::Refusal;
use crate::config::Fallback::{self, Error as Failure, LargeContext, LargeOutput, Provider, Strong};

/// What went wrong, as far as a caller can react to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The provider needs a key and none is set.
    NoKey,
    /// The provider refuses the key.
    Auth,
    /// The provider does not know the model.
    NotFound,
    /// The account's credit or quota is used up.
    Quota,
    /// Too many requests or tokens in too short a time.
    RateLimited,
    /// The provider is too busy.
    Overloaded,
    /// The request is larger than the model's window.
    ContextTooLong,
    /// The provider's filter refuses the request or the answer.
    ContentFilter,
    /// The provider cannot do what was asked.
    BadRequest,
    /// The provider failed.
    Server,
    /// The answer does not follow the wire format.
    Malformed,
    /// Nothing came in time.
    FirstTokenTimeout,
    /// The answer stopped coming.
    ChunkTimeout,
    /// The connection ended before the answer did.
    Disconnected,
    /// No connection could be made.
    Connect,
    /// The provider points elsewhere, where keys are not sent.
    Redirect,
    /// The answer has no text.
    Empty,
    /// The answer has no end.
    TooLong,
    /// The output limit left no room for any text.
    OutputLimit,
    /// A program that is to answer cannot be started.
    Program,
}

/// What to do about a kind of error.
pub(super) struct Row {
    kind: ErrorKind,
    /// Whether the same request may succeed when it is sent again.
    pub(super) retry: bool,
    /// Which other model may do better when that does not help.
    pub(super) fall_back: Option<Fallback>,
    /// What happened.
    pub(super) says: &'static str,
    /// What the user can do; `{provider}`, `{model}`, `{key}` and `{url}` are filled in.
    pub(super) hint: &'static str,
}

const fn row(kind: ErrorKind, retry: bool, fall_back: Fallback, says: &'static str, hint: &'static str) -> Row {
    Row { kind, retry, fall_back: Some(fall_back), says, hint }
}

const GO_ON: &str = "`git plandex continue` goes on from what has been stored";
const CHECK_URL: &str = "check the model's name and the provider's base_url ({url}): it is what the vendor's own SDK takes";
const OTHER_WORDS: &str = "say it in other words, or choose another pack with `--pack NAME`";

#[rustfmt::skip]
const ROWS: &[Row] = &[
    row(ErrorKind::NoKey, false, Provider, "no key is set", "`export {key}=…`, or choose another pack with `--pack NAME`"),
    row(ErrorKind::Auth, false, Provider, "the key is refused", "check the value of {key}, and that it may use {model}"),
    row(ErrorKind::NotFound, false, Provider, "the model or the address is not known", CHECK_URL),
    row(ErrorKind::Quota, false, Provider, "the account's quota is used up", "add credit at {provider}, or choose another pack with `--pack NAME`"),
    row(ErrorKind::RateLimited, true, Failure, "too many requests", "wait a little; then `git plandex continue` goes on from what has been stored"),
    row(ErrorKind::Overloaded, true, Failure, "the provider is overloaded", GO_ON),
    row(ErrorKind::ContextTooLong, false, LargeContext, "the request is too long for the model",
        "take something out of the context with `git plandex rm`, or choose a model with a larger window"),
    row(ErrorKind::OutputLimit, false, LargeOutput, "the answer is longer than the model may write",
        "raise max_output_tokens of {model} in models.yml, or choose another pack with `--pack NAME`"),
    row(ErrorKind::ContentFilter, false, Failure, "the provider's filter refuses this", OTHER_WORDS),
    row(ErrorKind::BadRequest, false, Failure, "the provider cannot do this", "check the settings of {model} in models.yml (sampling, stop, max_output_tokens)"),
    row(ErrorKind::Server, true, Failure, "the provider failed", GO_ON),
    row(ErrorKind::Malformed, true, Failure, "the answer cannot be read", "check that {url} speaks the wire format that its provider's `api` names"),
    row(ErrorKind::FirstTokenTimeout, true, Failure, "no answer came in time", GO_ON),
    row(ErrorKind::ChunkTimeout, true, Failure, "the answer stopped coming", GO_ON),
    row(ErrorKind::Disconnected, true, Failure, "the connection ended before the answer did", GO_ON),
    row(ErrorKind::Connect, true, Provider, "no connection", "check the network, and that a server answers at {url}"),
    row(ErrorKind::Redirect, false, Provider, "the provider points elsewhere",
        "set base_url to the right address; redirects are not followed, so that no key goes astray"),
    row(ErrorKind::Empty, true, Strong, "the answer is empty", "`git plandex continue` asks again; a small model may be unable to do this"),
    row(ErrorKind::TooLong, false, Strong, "the answer has no end",
        "`git plandex rewind COMMIT`, with one of `git plandex log`, takes back what came of it; then choose another pack with `--pack NAME`"),
    row(ErrorKind::Program, false, Provider, "the program cannot be used", "install it, or correct `command` of {provider} in models.yml"),
];

impl ErrorKind {
    /// What to do about it.
    pub(super) fn row(self) -> &'static Row {
        ROWS.iter().find(|row| row.kind == self).expect("the table has a row for every kind")
    }
}

/// How a kind shows: in the status, if it is one of these; and in the words, if one of these is among them.
struct Sign {
    status: RangeInclusive<u16>,
    words: &'static [&'static str],
    kind: ErrorKind,
}

const fn sign(status: RangeInclusive<u16>, words: &'static [&'static str], kind: ErrorKind) -> Sign {
    Sign { status, words, kind }
}

/// Any status, and none: an error in the middle of a stream has no status of its own.
const ANY: RangeInclusive<u16> = 0..=999;
const NO_WORDS: &[&str] = &[];

/// The first match decides. Words are the vendors' own, from their lists of errors.
const SIGNS: &[Sign] = &[
    sign(300..=399, NO_WORDS, ErrorKind::Redirect),
    sign(
        ANY,
        &[
            "context_length_exceeded",
            "exceed_context_size",
            "prompt is too long",
            "input is too long",
            "maximum context length",
            "exceeds the context window",
            "exceeds the available context size",
            "exceeds the context length",
            "maximum prompt length",
            "room in the model's context window",
            "input token count",
            "request_too_large",
        ],
        ErrorKind::ContextTooLong,
    ),
    sign(413..=413, NO_WORDS, ErrorKind::ContextTooLong),
    sign(
        ANY,
        &[
            "insufficient_quota",
            "insufficient credits",
            "insufficient balance",
            "credit balance is too low",
            "billing_hard_limit",
            "billing_error",
            // The programs `claude` and `codex`.
            "usage limit",
            "hit your limit",
            // Amazon.
            "servicequotaexceeded",
        ],
        ErrorKind::Quota,
    ),
    sign(402..=402, NO_WORDS, ErrorKind::Quota),
    sign(
        ANY,
        &[
            "api_key_invalid",
            "invalid_api_key",
            "invalid api key",
            "api key not valid",
            "authentication_error",
            "unauthenticated",
            "accessdenied",
            "not logged in",
            "run /login",
            "codex login",
        ],
        ErrorKind::Auth,
    ),
    sign(401..=401, NO_WORDS, ErrorKind::Auth),
    sign(ANY, &["content_filter", "content_policy", "flagged", "moderation"], ErrorKind::ContentFilter),
    sign(403..=403, NO_WORDS, ErrorKind::Auth),
    sign(404..=404, NO_WORDS, ErrorKind::NotFound),
    sign(
        ANY,
        &["model_not_found", "not_found_error", "is not a valid model", "model not found", "model identifier is invalid"],
        ErrorKind::NotFound,
    ),
    sign(429..=429, NO_WORDS, ErrorKind::RateLimited),
    sign(ANY, &["rate_limit", "rate limit", "resource_exhausted", "too many requests", "throttling"], ErrorKind::RateLimited),
    sign(503..=503, NO_WORDS, ErrorKind::Overloaded),
    sign(529..=529, NO_WORDS, ErrorKind::Overloaded),
    sign(ANY, &["overloaded", "unavailable"], ErrorKind::Overloaded),
    sign(501..=501, NO_WORDS, ErrorKind::BadRequest),
    sign(505..=505, NO_WORDS, ErrorKind::BadRequest),
    sign(408..=409, NO_WORDS, ErrorKind::Server),
    // Amazon's word for a model that failed.
    sign(424..=425, NO_WORDS, ErrorKind::Server),
    sign(400..=499, NO_WORDS, ErrorKind::BadRequest),
    sign(ANY, &["invalid_request", "invalid_argument", "validationexception"], ErrorKind::BadRequest),
    sign(ANY, NO_WORDS, ErrorKind::Server),
];

/// The kind of a provider's refusal.
pub(super) fn kind(refusal: &Refusal) -> ErrorKind {
    let status = refusal.status.unwrap_or(0);
    let words = format!("{} {}", refusal.code, refusal.words).to_lowercase();
    let shows =
        |sign: &&Sign| sign.status.contains(&status) && (sign.words.is_empty() || sign.words.iter().any(|word| words.contains(word)));
    match SIGNS.iter().find(shows).map_or(ErrorKind::Server, |sign| sign.kind) {
        // Google says the same for a minute's limit, with a delay, and for a plan that has no such quota, without one.
        ErrorKind::RateLimited if refusal.retry_after.is_none() && words.contains("current quota") => ErrorKind::Quota,
        kind => kind,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn of(status: u16, code: &str, words: &str) -> ErrorKind {
        kind(&Refusal { status: (status > 0).then_some(status), code: code.to_owned(), words: words.to_owned(), retry_after: None })
    }

    #[test]
    fn vendors_refusals_are_recognised() {
        for (status, code, words, expected) in [
            (401, "authentication_error", "invalid x-api-key", ErrorKind::Auth),
            (400, "INVALID_ARGUMENT API_KEY_INVALID", "API key not valid. Please pass a valid API key.", ErrorKind::Auth),
            (404, "not_found_error", "model: claude-9", ErrorKind::NotFound),
            (400, "", "gpt-99 is not a valid model ID", ErrorKind::NotFound),
            (429, "insufficient_quota insufficient_quota", "You exceeded your current quota", ErrorKind::Quota),
            (400, "invalid_request_error", "Your credit balance is too low to access the API", ErrorKind::Quota),
            (402, "", "Insufficient credits", ErrorKind::Quota),
            (429, "rate_limit_error", "slow down", ErrorKind::RateLimited),
            (429, "RESOURCE_EXHAUSTED", "You exceeded your current quota", ErrorKind::Quota),
            (400, "invalid_request_error", "prompt is too long: 210000 tokens > 200000 maximum", ErrorKind::ContextTooLong),
            (400, "exceed_context_size_error", "request (9000 tokens) exceeds the available context size", ErrorKind::ContextTooLong),
            (
                400,
                "INVALID_ARGUMENT",
                "The input token count (2000000) exceeds the maximum number of tokens allowed",
                ErrorKind::ContextTooLong,
            ),
            (413, "", "", ErrorKind::ContextTooLong),
            (403, "", "Your input was flagged", ErrorKind::ContentFilter),
            (403, "", "forbidden", ErrorKind::Auth),
            (0, "overloaded_error", "Overloaded", ErrorKind::Overloaded),
            (529, "", "", ErrorKind::Overloaded),
            (503, "UNAVAILABLE", "The model is overloaded.", ErrorKind::Overloaded),
            (500, "server_error", "oops", ErrorKind::Server),
            (0, "", "", ErrorKind::Server),
            (302, "", "", ErrorKind::Redirect),
            (501, "", "", ErrorKind::BadRequest),
            (422, "", "temperature", ErrorKind::BadRequest),
            (0, "throttlingException", "Too many tokens, please wait", ErrorKind::RateLimited),
            (429, "ThrottlingException", "Too many requests", ErrorKind::RateLimited),
            (400, "ValidationException", "Input is too long for requested model.", ErrorKind::ContextTooLong),
            (400, "ValidationException", "The provided model identifier is invalid.", ErrorKind::NotFound),
            (403, "AccessDeniedException", "You don't have access to the model", ErrorKind::Auth),
            (400, "ServiceQuotaExceededException", "", ErrorKind::Quota),
            (424, "ModelErrorException", "", ErrorKind::Server),
            (0, "internalServerException", "", ErrorKind::Server),
            (503, "ServiceUnavailableException", "", ErrorKind::Overloaded),
            (404, "DeploymentNotFound", "The API deployment for this resource does not exist.", ErrorKind::NotFound),
            (0, "success", "Invalid API key · Please run /login", ErrorKind::Auth),
            (0, "success", "Claude AI usage limit reached|1790000000", ErrorKind::Quota),
            (0, "", "You've hit your usage limit. Upgrade to Pro", ErrorKind::Quota),
            (402, "unknown_error invalid_request_error", "Insufficient Balance", ErrorKind::Quota),
        ] {
            assert_eq!(of(status, code, words), expected, "{status} {code} {words}");
        }
    }

    /// The rows as the page has them.
    fn table_for_the_page() -> String {
        let words = |text: &str| {
            let names = [("{provider}", "PROVIDER"), ("{model}", "MODEL"), ("{key}", "VARIABLE"), ("{url}", "ADDRESS"), ("`", "")];
            names.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
        };
        let row = |row: &Row| {
            let again = if row.retry { "Tried again; then" } else { "Not tried again;" };
            let next = row.fall_back.map_or("nothing", Fallback::as_str);
            format!(".It {}\n{again} the model for\n.Va {next}\ntakes over.\nHint: {}.\n", row.says, words(row.hint))
        };
        ROWS.iter().map(row).collect()
    }

    #[test]
    fn the_page_has_the_table() {
        const BEGIN: &str = ".\\\" From the table in src/llm/errors.rs: UPDATE_MAN=1 cargo test --lib errors\n";
        const END: &str = ".El\n.\\\" End of the table\n";
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/man/git-plandex-models.5");
        let page = std::fs::read_to_string(path).expect("the page is there");
        let (before, rest) = page.split_once(BEGIN).expect("it begins");
        let (_, after) = rest.split_once(END).expect("it ends");
        let expected = format!("{before}{BEGIN}.Bl -tag -width Ds\n{}{END}{after}", table_for_the_page());
        if std::env::var_os("UPDATE_MAN").is_some() {
            std::fs::write(path, &expected).expect("the page is written");
        } else {
            assert!(page == expected, "UPDATE_MAN=1 cargo test --lib errors writes the table anew");
        }
    }

    #[test]
    fn a_minutes_limit_at_google_is_waited_for() {
        let words = "You exceeded your current quota".to_owned();
        let retry_after = Some(Duration::from_secs(3));
        assert_eq!(kind(&Refusal { status: Some(429), code: String::new(), words, retry_after }), ErrorKind::RateLimited);
    }
}
