//! A failed request, said so that a person knows what to do.

use std::time::Duration;

use super::Remedy;
use super::errors::{self, ErrorKind};
use super::refusal::Refusal;
use crate::config::{Mask, Model};

/// The longest that a provider's words are shown, in characters.
const LONGEST_WORDS: usize = 500;

/// A request that failed for good.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{}: {} (model {}{}){}{words}", .at.provider, .kind.row().says, .at.model, Status(.status), if .words.is_empty() { "" } else { ": " })]
pub struct Error {
    /// What a caller can react to.
    pub kind: ErrorKind,
    /// The HTTP status, if there was one.
    pub status: Option<u16>,
    /// The provider's or the system's own words: without keys and control characters, and bounded.
    pub words: String,
    /// How many bytes of reply and reasoning had been passed on.
    pub received: u64,
    /// How long the provider asked to wait.
    pub retry_after: Option<Duration>,
    /// Whether the provider said that trying again is of no use.
    final_word: bool,
    at: Box<At>,
}

/// Where it happened.
#[derive(Debug, Clone)]
struct At {
    provider: String,
    model: String,
    key_variable: Option<String>,
    base_url: String,
}

struct Status<'a>(&'a Option<u16>);

impl std::fmt::Display for Status<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.map_or(Ok(()), |status| write!(f, ", status {status}"))
    }
}

impl Error {
    pub(super) fn new(kind: ErrorKind, model: &Model, words: &str, mask: &Mask) -> Self {
        let at = Box::new(At {
            provider: model.provider.clone(),
            model: model.model.clone(),
            key_variable: model.key_variables.first().cloned(),
            base_url: model.base_url.clone(),
        });
        Self { kind, at, status: None, words: clean(&mask.text(words)), received: 0, retry_after: None, final_word: false }
    }

    pub(super) fn refused(refusal: &Refusal, model: &Model, mask: &Mask) -> Self {
        let error = Self::new(errors::kind(refusal), model, &refusal.words, mask);
        Self { status: refusal.status, retry_after: refusal.retry_after, ..error }
    }

    /// The same after so many bytes of reply and reasoning.
    pub(super) fn after(self, received: u64) -> Self {
        Self { received, ..self }
    }

    /// The same, and not to be tried again if the provider says so.
    pub(super) fn with_final_word(self, final_word: bool) -> Self {
        Self { final_word, ..self }
    }

    /// The provider's name.
    pub fn provider(&self) -> &str {
        &self.at.provider
    }

    /// The provider's name for the model.
    pub fn model(&self) -> &str {
        &self.at.model
    }

    /// What helps: sending it again, or asking another model.
    pub fn remedy(&self) -> Remedy {
        Remedy { retry: self.may_pass(), wait: self.retry_after, fall_back: self.kind.row().fall_back }
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        let key = self.at.key_variable.as_deref().unwrap_or("its key's variable");
        let known = [("provider", self.at.provider.as_str()), ("model", &self.at.model), ("key", key), ("url", &self.at.base_url)];
        let mut hint = String::new();
        let mut rest = self.kind.row().hint;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, tail) = after.split_once('}')?;
            hint.push_str(before);
            hint.push_str(known.iter().find(|(known, _)| *known == name)?.1);
            rest = tail;
        }
        Some(hint + rest)
    }

    /// Whether the answer broke off after some of it had arrived, so that going on from there may help.
    pub fn breaks_midway(&self) -> bool {
        self.received > 0 && self.may_pass()
    }

    /// Whether the provider refuses the marks of places worth caching.
    pub(super) fn is_about_marks(&self) -> bool {
        self.kind == ErrorKind::BadRequest && ["cache_control", "cachePoint", "cache point"].iter().any(|word| self.words.contains(word))
    }

    /// Whether sending the same request again may help.
    pub(super) fn may_pass(&self) -> bool {
        self.kind.row().retry && !self.final_word
    }
}

/// A provider's words, fit for a terminal and for one line.
fn clean(words: &str) -> String {
    let shown = words.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(|c| !c.is_control() && !is_invisible(*c));
    let line: String = shown.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST_WORDS) {
        Some((at, _)) => format!("{} …", &line[..at]),
        None => line,
    }
}

/// Characters that change how others show: zero-width and bidirectional ones.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Environment, ModelSources, Models, Role};

    fn model() -> Model {
        let env = Environment::from_pairs([("ANTHROPIC_API_KEY", "sk-ant-0123456789")]);
        let sources = ModelSources { env: &env, user: None, pack: None, overrides: &Default::default(), local: &[] };
        Models::resolve(&sources).expect("a key").for_role(Role::Planner).clone()
    }

    #[test]
    fn an_error_names_provider_and_model_and_hides_keys_and_control_characters() {
        let mask = Mask::for_keys(["sk-ant-0123456789"]);
        let words = "bad key\x1b[31m sk-ant-0123456789\u{202e}\r\n now".to_owned();
        let refusal = Refusal { status: Some(401), code: "authentication_error".to_owned(), words, retry_after: None };
        let error = Error::refused(&refusal, &model(), &mask);
        assert_eq!(error.to_string(), "anthropic: the key is refused (model claude-sonnet-5-5, status 401): bad key[31m *** now");
        assert_eq!(error.hint().as_deref(), Some("check the value of ANTHROPIC_API_KEY, and that it may use claude-sonnet-5-5"));
        assert!(!format!("{error:?}").contains("sk-ant"));
    }

    #[test]
    fn long_words_are_cut() {
        let error = Error::new(ErrorKind::Server, &model(), &"é".repeat(10_000), &Mask::default());
        assert_eq!(error.words.chars().count(), LONGEST_WORDS + 2);
    }

    #[test]
    fn every_kind_has_a_row_and_a_complete_hint() {
        use ErrorKind::*;
        let kinds = [
            NoKey,
            Auth,
            NotFound,
            Quota,
            RateLimited,
            Overloaded,
            ContextTooLong,
            ContentFilter,
            BadRequest,
            Server,
            Malformed,
            FirstTokenTimeout,
            ChunkTimeout,
            Disconnected,
            Connect,
            Redirect,
            Empty,
            TooLong,
            OutputLimit,
            Program,
        ];
        for kind in kinds {
            let hint = Error::new(kind, &model(), "", &Mask::default()).hint().expect("a hint");
            assert!(!hint.contains(['{', '}']), "{hint}");
        }
    }
}
