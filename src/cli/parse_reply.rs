//! `git plandex parse-reply`: a reply as one JSON document.

use crate::reply;

/// The document of the reply in `bytes`, with a final newline; what is not UTF-8 is replaced.
pub fn document(bytes: &[u8]) -> serde_json::Result<String> {
    let reply = reply::parse(&String::from_utf8_lossy(bytes));
    serde_json::to_string_pretty(&reply).map(|json| json + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_not_text_are_replaced() {
        let json = document(b"<PlandexBlock path=\"a\">\n\xff\n</PlandexBlock>").expect("serializes");
        assert!(json.contains("\u{fffd}") && json.ends_with("}\n"));
        assert_eq!(document(b"").expect("serializes").lines().count(), 9);
    }
}
