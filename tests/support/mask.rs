//! Takes out of a text what differs from run to run.

/// The text with ids, times, seconds and process ids replaced by words.
pub fn mask(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let word: &str = &rest[..rest.find(|c: char| !is_part(c)).unwrap_or(rest.len())];
        if word.is_empty() {
            out.push(first);
            rest = &rest[first.len_utf8()..];
        } else {
            out.push_str(&mask_word(word, out.as_str()));
            rest = &rest[word.len()..];
        }
    }
    out
}

/// Whether the character can be part of an id, a time or a number.
fn is_part(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, ':' | '.' | '-' | '_')
}

fn mask_word(word: &str, before: &str) -> String {
    if let Some(number) = word.strip_prefix(':').filter(|number| before.ends_with('"') && !number.is_empty()) {
        return format!(":{}", mask_word(number, &format!("{before}:")));
    }
    let bare = word.trim_end_matches(['.', ':', '-']);
    let after = &word[bare.len()..];
    let masked = match bare {
        _ if is_ulid(bare) => "ULID",
        _ if is_time(bare) => "TIME",
        _ if is_date(bare) => "DATE",
        _ if is_commit(bare) => "COMMIT",
        _ if before.ends_with("\"seconds\":") => "SECONDS",
        _ if before.ends_with("DATE ") => "TIME",
        _ if before.ends_with("\"pid\": ") || before.ends_with("process ") => "PID",
        _ if is_nonce(bare) => "NONCE",
        _ => return mask_parts(word),
    };
    format!("{masked}{after}")
}

/// Ids within a file name such as `01J…-user.md`.
fn mask_parts(word: &str) -> String {
    match word.split_at_checked(26) {
        Some((id, rest)) if is_ulid(id) => format!("ULID{rest}"),
        _ => word.to_owned(),
    }
}

fn is_ulid(word: &str) -> bool {
    word.len() == 26 && word.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit()) && word.starts_with('0')
}

fn is_time(word: &str) -> bool {
    word.len() >= 19 && is_date(&word[..10]) && word.as_bytes()[10] == b'T'
}

fn is_date(word: &str) -> bool {
    let shape = |(at, c): (usize, char)| if at == 4 || at == 7 { c == '-' } else { c.is_ascii_digit() };
    word.len() == 10 && word.chars().enumerate().all(shape)
}

fn is_hex(word: &str) -> bool {
    word.chars().all(|c| matches!(c, '0'..='9' | 'a'..='f'))
}

fn is_commit(word: &str) -> bool {
    matches!(word.len(), 7..=12 | 40 | 64) && is_hex(word) && word.contains(|c: char| c.is_ascii_digit())
}

fn is_nonce(word: &str) -> bool {
    word.len() == 32 && is_hex(word)
}
