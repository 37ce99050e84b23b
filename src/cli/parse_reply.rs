//! `git plandex parse-reply`: a reply as one JSON document.

use crate::reply;

/// The document of the reply in `bytes`, with a final newline; what is not UTF-8 is replaced.
pub fn document(bytes: &[u8]) -> serde_json::Result<String> {
    let reply = reply::parse(&String::from_utf8_lossy(bytes));
    serde_json::to_string_pretty(&reply).map(|json| json + "\n")
}
