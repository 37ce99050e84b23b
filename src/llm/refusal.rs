//! What a provider says when it refuses, in whatever form.

use std::time::Duration;

use serde_json::Value;

use super::framing::page_words;

/// A provider's error, read but not judged.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Refusal {
    /// The HTTP status, or the one that an event names.
    pub(super) status: Option<u16>,
    /// The provider's words of classification, joined: type, code, status.
    pub(super) code: String,
    /// The provider's words for people.
    pub(super) words: String,
    /// How long the provider asks to wait.
    pub(super) retry_after: Option<Duration>,
}

impl Refusal {
    /// Reads the body of an answer with the status of an error.
    pub(super) fn from_answer(status: u16, body: &str, retry_after: Option<Duration>) -> Self {
        let mut refusal = Self::from_json(body).unwrap_or_else(|| Self { words: plain_words(body), ..Self::default() });
        refusal.status = Some(status);
        refusal.retry_after = retry_after.or(refusal.retry_after);
        refusal
    }

    /// Reads an error in JSON: OpenAI's, Anthropic's and Google's form, each also without its outer layer or inside a list.
    pub(super) fn from_json(text: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(text).ok()?;
        let outer = value.as_array().and_then(|all| all.first()).unwrap_or(&value);
        let error = outer.get("error").filter(|error| !error.is_null()).unwrap_or(outer);
        let words = [error.as_str(), text_of(error, "message"), text_of(error, "detail"), text_of(outer, "message"), text_of(error, "msg")];
        let words = words.into_iter().flatten().next().map_or_else(|| error.to_string(), str::to_owned);
        // OpenRouter passes on what its upstream said.
        let upstream = error.get("metadata").and_then(|metadata| text_of(metadata, "raw"));
        let reasons = details(error).filter_map(|detail| text_of(detail, "reason"));
        let codes = ["type", "code", "status"].into_iter().filter_map(|name| text_of(error, name)).chain(reasons);
        let number = ["code", "status"].into_iter().find_map(|name| error.get(name)?.as_u64());
        Some(Self {
            status: number.and_then(|number| u16::try_from(number).ok()).filter(|status| (100..600).contains(status)),
            code: codes.collect::<Vec<_>>().join(" "),
            words: upstream.map_or(words.clone(), |upstream| format!("{words}: {upstream}")),
            retry_after: details(error).find_map(|detail| seconds(text_of(detail, "retryDelay")?)),
        })
    }

    /// A prompt that a filter stopped.
    pub(super) fn filtered(reason: &str) -> Self {
        let words = format!("the prompt was blocked ({})", reason.to_lowercase());
        Self { code: "content_filter".to_owned(), words, ..Self::default() }
    }
}

fn text_of<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name)?.as_str().filter(|text| !text.is_empty())
}

/// The list of typed details that Google's errors carry.
fn details(error: &Value) -> impl Iterator<Item = &Value> {
    error.get("details").and_then(Value::as_array).into_iter().flatten()
}

/// A duration as Google writes it: `12s`, `0.5s`.
fn seconds(text: &str) -> Option<Duration> {
    Duration::try_from_secs_f64(text.strip_suffix('s')?.parse().ok()?).ok()
}

fn plain_words(body: &str) -> String {
    if body.trim_start().starts_with('<') { page_words(body) } else { body.trim().to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> (String, String, Option<u16>) {
        let refusal = Refusal::from_json(body).expect("JSON");
        (refusal.code, refusal.words, refusal.status)
    }

    fn expected(code: &str, words: &str, status: Option<u16>) -> (String, String, Option<u16>) {
        (code.to_owned(), words.to_owned(), status)
    }

    #[test]
    fn every_form_of_an_error_is_read() {
        let openai = r#"{"error":{"message":"No such model","type":"invalid_request_error","param":null,"code":"model_not_found"}}"#;
        assert_eq!(read(openai), expected("invalid_request_error model_not_found", "No such model", None));
        let anthropic = r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"},"request_id":"r"}"#;
        assert_eq!(read(anthropic), expected("overloaded_error", "Overloaded", None));
        assert_eq!(read(r#"{"type":"overloaded_error","message":"Overloaded"}"#), expected("overloaded_error", "Overloaded", None));
        assert_eq!(read(r#"[{"error":{"code":503,"message":"Busy","status":"UNAVAILABLE"}}]"#), expected("UNAVAILABLE", "Busy", Some(503)));
        assert_eq!(read(r#"{"error":"model 'x' not found"}"#), expected("", "model 'x' not found", None));
        assert_eq!(read(r#"{"detail":"Not Found"}"#), expected("", "Not Found", None));
        let openrouter = r#"{"error":{"code":400,"message":"Provider returned error","metadata":{"raw":"too long"}}}"#;
        assert_eq!(read(openrouter), expected("", "Provider returned error: too long", Some(400)));
        assert_eq!(read(r#"{"error":{"odd":1}}"#), expected("", r#"{"odd":1}"#, None));
    }

    #[test]
    fn googles_delay_is_read_and_a_header_wins_over_it() {
        let body = r#"{"error":{"code":429,"message":"m","status":"RESOURCE_EXHAUSTED","details":[{"reason":"RATE_LIMIT_EXCEEDED"},{"retryDelay":"1.5s"}]}}"#;
        let refusal = Refusal::from_answer(429, body, None);
        assert_eq!(
            (refusal.retry_after, refusal.code.as_str()),
            (Some(Duration::from_millis(1500)), "RESOURCE_EXHAUSTED RATE_LIMIT_EXCEEDED")
        );
        assert_eq!(Refusal::from_answer(429, body, Some(Duration::from_secs(9))).retry_after, Some(Duration::from_secs(9)));
    }

    #[test]
    fn a_page_and_plain_text_give_their_words() {
        assert_eq!(Refusal::from_answer(502, "<html><title>502 Bad Gateway</title></html>", None).words, "502 Bad Gateway");
        assert_eq!(Refusal::from_answer(404, "404 page not found\n", None).words, "404 page not found");
    }
}
