//! Token counts: exact for OpenAI's models, padded estimates for others, and quick guesses.

/// Bytes of ASCII text that make one token on average, over prose and code in the tokenizers of the large vendors.
const BYTES_PER_TOKEN: u64 = 4;

/// How many tokens a model's own tokenizer makes of text that is 100 tokens for OpenAI's, by a part of the model's name.
///
/// Rounded up from counts of code and prose, as too high a count costs room and too low a one the request; the first match counts.
const FAMILIES: &[(&str, u64)] = &[
    ("gpt", 100),
    ("chatgpt", 100),
    ("codex", 100),
    ("o1", 100),
    ("o3", 100),
    ("o4", 100),
    ("claude", 135),
    ("gemini", 115),
    ("gemma", 115),
    ("llama", 115),
    ("qwen", 115),
    ("deepseek", 115),
    ("grok", 115),
    ("kimi", 115),
    ("glm", 115),
    ("mistral", 130),
    ("codestral", 130),
    ("devstral", 130),
    ("phi", 130),
];

/// The padding for a model of none of the families.
const UNKNOWN_FAMILY: u64 = 130;

/// Counts the tokens of `text` in the encoding `o200k` of OpenAI's models.
///
/// The vocabulary is loaded by the first call, which takes some 60 ms; time grows evenly with the text.
pub fn count_tokens(text: &str) -> u64 {
    if text.is_empty() { 0 } else { bpe_openai::o200k_base().count(text) as u64 }
}

/// What the model called `model` may count for text of this many of OpenAI's tokens.
pub fn padded_tokens(tokens: u64, model: &str) -> u64 {
    let percent = percent_of(model);
    tokens.saturating_mul(percent).div_ceil(100)
}

/// How many of OpenAI's tokens surely fit where the model called `model` takes `tokens` of its own.
pub fn unpadded_tokens(tokens: u64, model: &str) -> u64 {
    tokens.saturating_mul(100) / percent_of(model)
}

/// The name's parts begin with a family's word: `openai/gpt-5`, `claude-sonnet`, `DeepSeek-R1-Distill-Qwen`.
fn percent_of(model: &str) -> u64 {
    let name = model.to_ascii_lowercase();
    let parts: Vec<&str> = name.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    let family = FAMILIES.iter().find(|(word, _)| parts.iter().any(|part| part.starts_with(word)));
    family.map_or(UNKNOWN_FAMILY, |(_, percent)| *percent)
}

/// Estimates the tokens of `text`: four ASCII characters or one other character each.
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

    /// The counts are those of another implementation, `tiktoken-rs` 0.12, for `o200k_base`.
    #[test]
    fn exact_counts_are_those_of_openais_tokenizer() {
        let cases = [
            ("", 0),
            ("hello world", 2),
            ("fn main() {\n    println!(\"hi\");\n}\n", 10),
            ("日本語のテキスト", 6),
            ("const x = {a: 1};\r\n\tif (y) { return `z${x}`; }", 22),
            ("🎉 naïve café — “quotes”", 9),
        ];
        for (text, tokens) in cases {
            assert_eq!(count_tokens(text), tokens, "{text:?}");
        }
        assert_eq!(count_tokens(&"a".repeat(1 << 20)), (1 << 20) / 8);
    }

    #[test]
    fn other_families_are_padded_and_the_padding_can_be_taken_back() {
        let cases = [("gpt-5.1", 1000), ("openai/o3-mini", 1000), ("anthropic/claude-sonnet-4", 1350), ("gemini-3-pro", 1150)];
        for (model, tokens) in cases {
            assert_eq!(padded_tokens(1000, model), tokens, "{model}");
            assert!(padded_tokens(unpadded_tokens(1000, model), model) <= 1000, "{model}");
        }
        assert_eq!(padded_tokens(1000, "some-local-model"), 1300);
        assert_eq!(padded_tokens(1000, "proto1"), 1300, "'o1' within a word is no family");
    }
}
