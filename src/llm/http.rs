//! A request's headers, and what the headers of an answer say.

use std::time::SystemTime;

use reqwest::Response;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use super::refusal::Refusal;
use super::retry;
use super::wire::Call;
use crate::config::Model;

/// What a provider says when it refuses, and whether that is its final word.
pub(super) fn refusal(response: &Response, body: &[u8]) -> (Refusal, bool) {
    let status = response.status().as_u16();
    let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok());
    let retry_after = retry::retry_after(header, SystemTime::now());
    let mut refusal = Refusal::from_answer(status, &String::from_utf8_lossy(body), retry_after);
    if let Some(kind) = header("x-amzn-errortype") {
        // Amazon's word for the error, which may be followed by an address.
        refusal.code = kind.split(':').next().unwrap_or_default().to_owned();
    }
    if let Some(location) = header("location").filter(|_| response.status().is_redirection()) {
        refusal.words = format!("to {location}");
    }
    (refusal, header("x-should-retry") == Some("false"))
}

/// The headers of a request; a key that no header can hold is an error that does not show it.
pub(super) fn headers(call: &Call, model: &Model, further: &[(String, String)]) -> Result<HeaderMap, String> {
    let mut headers = HeaderMap::new();
    for (name, value) in &model.headers {
        let name = HeaderName::try_from(name.as_str()).map_err(|_| format!("'{name}' is no name of a header"))?;
        let value = HeaderValue::try_from(value.as_str()).map_err(|_| format!("the value of the header '{name}' cannot be sent"))?;
        headers.insert(name, value);
    }
    let own = call.headers.iter().map(|(name, value)| (*name, value));
    for (name, value) in own.chain(further.iter().map(|(name, value)| (name.as_str(), value))) {
        // The type takes any bytes from 128 up; no key has them, and servers read them in different ways.
        let valid = HeaderValue::try_from(value.as_str()).ok().filter(|_| value.is_ascii());
        let mut value = valid.ok_or_else(|| "the key holds characters that no header can carry".to_owned())?;
        value.set_sensitive(true);
        headers.insert(HeaderName::try_from(name).map_err(|_| format!("'{name}' is no name of a header"))?, value);
    }
    Ok(headers)
}
