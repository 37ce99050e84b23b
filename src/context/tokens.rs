//! Token counts, estimated.

/// Bytes of ASCII text that make one token on average, over prose and code in the tokenizers of the large vendors.
const BYTES_PER_TOKEN: u64 = 4;

/// Estimates the tokens of `text`: four ASCII characters or one other character each.
///
/// An estimate only: tokenizers differ by model, and none is asked.
pub fn estimate_tokens(text: &str) -> u64 {
    let other = text.chars().filter(|c| !c.is_ascii()).count() as u64;
    let ascii = text.bytes().filter(u8::is_ascii).count() as u64;
    ascii.div_ceil(BYTES_PER_TOKEN) + other
}

/// Estimates the tokens of a text of which only the size is known.
pub fn estimate_tokens_for_bytes(bytes: u64) -> u64 {
    bytes.div_ceil(BYTES_PER_TOKEN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ascii_counts_by_four_and_other_characters_by_one() {
        assert_eq!([estimate_tokens(""), estimate_tokens("a"), estimate_tokens("abcde"), estimate_tokens("日本語")], [0, 1, 2, 3]);
        assert_eq!(estimate_tokens_for_bytes(5), 2);
    }
}
