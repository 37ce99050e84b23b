//! Characters that act or hide, made visible where a person decides.

/// Characters without an ink of their own: direction marks, joiners, fillers, tags.
const INVISIBLE: &[(u32, u32)] = &[
    (0x00ad, 0x00ad),   // soft hyphen
    (0x034f, 0x034f),   // grapheme joiner
    (0x061c, 0x061c),   // Arabic letter mark
    (0x115f, 0x1160),   // Hangul fillers
    (0x17b4, 0x17b5),   // Khmer inherent vowels
    (0x180b, 0x180f),   // Mongolian selectors and separator
    (0x200b, 0x200f),   // zero width space and joiners, direction marks
    (0x2028, 0x202e),   // line and paragraph separators, embeddings and overrides
    (0x2060, 0x206f),   // word joiner, invisible operators, isolates
    (0x3164, 0x3164),   // Hangul filler
    (0xfe00, 0xfe0e),   // variation selectors, but the one of emoji
    (0xfeff, 0xfeff),   // zero width no-break space
    (0xffa0, 0xffa0),   // Hangul filler
    (0xfff9, 0xfffb),   // interlinear annotation
    (0x1d173, 0x1d17a), // musical formatting
    (0xe0000, 0xe0fff), // tags, variation selectors
];

/// Shows controls as `^X` and what is invisible as `<U+XXXX>`, as `less` does; line feeds and tabs stay.
pub fn escape_visible(text: &str) -> String {
    escape(text, |c| matches!(c, '\n' | '\t'))
}

/// The same for text of one line: line feeds and tabs are shown too.
pub fn escape_line(text: &str) -> String {
    escape(text, |_| false)
}

/// Shows what changes the direction of the text around it; joiners, which scripts and emoji need, stay.
pub(super) fn escape_direction(text: &str) -> std::borrow::Cow<'_, str> {
    let turns = |c: char| matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if text.contains(turns) { escape(text, |c| !turns(c)).into() } else { text.into() }
}

fn escape(text: &str, keep: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if keep(c) => out.push(c),
            '\0'..='\x1f' => out.extend(['^', char::from(c as u8 + b'@')]),
            '\x7f' => out.push_str("^?"),
            c if c.is_control() || is_invisible(c) => out.push_str(&format!("<U+{:04X}>", u32::from(c))),
            c => out.push(c),
        }
    }
    out
}

fn is_invisible(c: char) -> bool {
    let code = u32::from(c);
    INVISIBLE.iter().any(|(first, last)| (*first..=*last).contains(&code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_or_hides_is_shown() {
        assert_eq!(escape_visible("a\u{1b}[31m\r\n\tb\u{7f}"), "a^[[31m^M\n\tb^?");
        assert_eq!(escape_line("a\n\tb"), "a^J^Ib");
        assert_eq!(escape_visible("user\u{202e}nimda\u{2066}"), "user<U+202E>nimda<U+2066>");
        assert_eq!(escape_visible("pa\u{200b}y\u{feff}\u{9b}2J\u{e0041}"), "pa<U+200B>y<U+FEFF><U+009B>2J<U+E0041>");
        assert_eq!(escape_visible("naïve 日本語 עברית ❤️ \u{a0}"), "naïve 日本語 עברית ❤️ \u{a0}");
    }
}
