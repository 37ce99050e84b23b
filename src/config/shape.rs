//! What keys look like.

/// How the keys of well-known services begin: providers of models, code hosts, clouds.
const BEGINNINGS: &[&str] = &[
    "sk-",
    "sk_",
    "pk-",
    "rk_",
    "xai-",
    "gsk_",
    "hf_",
    "r8_",
    "pplx-",
    "AIza",
    "ya29.",
    "AKIA",
    "ASIA",
    "ghp_",
    "gho_",
    "ghu_",
    "ghs_",
    "ghr_",
    "github_pat_",
    "glpat-",
    "xoxb-",
    "xoxp-",
    "npm_",
    "pypi-",
];

/// The least that one unbroken part of a key is long.
const LEAST: usize = 10;

/// Whether a word begins as a key of a well-known service does and goes on as no name does: with letters and digits mixed.
pub fn looks_like_key(word: &str) -> bool {
    let word = word.trim();
    let mixed = |part: &str| {
        let has = |is: fn(&u8) -> bool| part.as_bytes().iter().any(is);
        part.len() >= LEAST && has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic)
    };
    let rest = BEGINNINGS.iter().find_map(|begin| word.strip_prefix(begin));
    rest.is_some_and(|rest| {
        let whole = rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
        whole && rest.split(['-', '_', '.']).any(mixed)
    })
}

#[cfg(test)]
mod tests {
    use super::looks_like_key;

    #[test]
    fn keys_are_told_from_names() {
        for key in [
            "sk-live-4f9a8c7d6e5b",
            "sk-ant-api03-Ab1_cd2Ef3gh4Ij5kl",
            " ghp_16C7e42F292c6912E7\n",
            "AIzaSyD1234567890abcdefgh",
            "hf_aB3dE6gH9kL2",
        ] {
            assert!(looks_like_key(key), "{key}");
        }
        for name in ["sk-learn-2024-migration", "skip-commit", "AIza", "add a flag sk-live-4f9a8c7d6e5b", "hf_models", "gpt-5.5", "sk-"] {
            assert!(!looks_like_key(name), "{name}");
        }
    }
}
