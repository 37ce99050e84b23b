//! Control sequences taken out of foreign text on its way to a terminal.
//!
//! The states are those of a terminal's own parser (ECMA-48, xterm's `ctlseqs`):
//!
//! | state | leaves with |
//! |---|---|
//! | ground | ESC, a C1 control, CR |
//! | escape | `[` control sequence; `]` `P` `X` `^` `_` string; 0x20-0x2F intermediate; any other final byte: ground |
//! | control sequence | 0x40-0x7E: ground |
//! | string | BEL, ST, CAN, SUB: ground; so that nothing hides more than its line, also a line feed |

/// What of a sequence has been seen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum State {
    #[default]
    Ground,
    /// A carriage return, which only matters when no line feed follows.
    Return,
    Escape,
    Intermediate,
    Sequence,
    String,
    /// An ESC within a string, perhaps the first half of its end.
    StringEscape,
}

/// Cleans text that arrives in chunks; a sequence that is split over chunks is found all the same.
#[derive(Debug, Clone, Default)]
pub struct Sanitizer {
    state: State,
}

impl Sanitizer {
    /// A cleaner at the beginning of a text.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next chunk and returns what may be shown of it.
    pub fn push(&mut self, chunk: &str) -> String {
        let mut out = String::with_capacity(chunk.len());
        for c in chunk.chars() {
            self.step(c, &mut out);
        }
        out
    }

    /// Takes `c` in the present state; what does not belong to a sequence is taken again as plain text.
    fn step(&mut self, c: char, out: &mut String) {
        self.state = match self.state {
            State::Ground => return self.ground(c, out),
            State::Return if c == '\n' => State::Ground,
            State::Return => {
                // Alone it would let what follows overwrite what was shown.
                out.push('\n');
                return self.ground(c, out);
            }
            State::Escape => return self.escape(c, out),
            State::Intermediate | State::Sequence if matches!(c, '\u{20}'..='\u{2f}') => self.state,
            State::Sequence if matches!(c, '0'..='?') => State::Sequence,
            State::Intermediate if matches!(c, '0'..='~') => State::Ground,
            State::Sequence if matches!(c, '@'..='~') => State::Ground,
            State::Intermediate | State::Sequence => return self.ground(c, out),
            State::String | State::StringEscape => return self.string(c, out),
        };
        if c == '\n' {
            out.push('\n');
        }
    }

    fn ground(&mut self, c: char, out: &mut String) {
        self.state = match c {
            '\u{1b}' => State::Escape,
            '\u{9b}' => State::Sequence,
            '\u{90}' | '\u{98}' | '\u{9d}'..='\u{9f}' => State::String,
            '\r' => State::Return,
            _ => State::Ground,
        };
        if matches!(c, '\n' | '\t') || !c.is_control() {
            out.push(c);
        }
    }

    fn escape(&mut self, c: char, out: &mut String) {
        self.state = match c {
            '[' => State::Sequence,
            ']' | 'P' | 'X' | '^' | '_' => State::String,
            '\u{20}'..='\u{2f}' => State::Intermediate,
            '0'..='~' => State::Ground,
            _ => return self.ground(c, out),
        };
    }

    fn string(&mut self, c: char, out: &mut String) {
        let ends = match self.state {
            State::StringEscape if c == '\\' => true,
            State::StringEscape if c != '\u{1b}' => return self.escape(c, out),
            _ => matches!(c, '\u{07}' | '\u{9c}' | '\u{18}' | '\u{1a}'),
        };
        self.state = match c {
            _ if ends => State::Ground,
            '\u{1b}' => State::StringEscape,
            '\n' | '\r' => return self.ground(c, out),
            _ => State::String,
        };
    }
}

/// Cleans a whole text: control sequences are gone, CR LF is LF, a lone CR begins a line.
pub fn sanitize(text: &str) -> String {
    Sanitizer::new().push(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn sequences_that_move_colour_or_write_to_the_clipboard_are_gone() {
        let cases = [
            ("a\u{1b}[31mred\u{1b}[0m", "ared"),
            ("\u{1b}[2J\u{1b}[1;1Hx", "x"),
            ("\u{1b}]52;c;ZXZpbA==\u{07}x", "x"),
            ("\u{1b}]8;;http://evil\u{1b}\\text\u{1b}]8;;\u{1b}\\", "text"),
            ("\u{1b}P1$r0m\u{1b}\\x", "x"),
            ("\u{9b}31mx\u{9d}0;title\u{9c}y\u{85}", "xy"),
            ("\u{1b}(0x\u{1b}cy\u{1b}=z", "xyz"),
            ("a\u{8}\u{8}b\u{7f}c\u{0}\u{7}", "abc"),
            ("\u{1b}[3\u{1b}[1mx", "x"),
            ("\u{1b}]0;a\u{1b}[31mx", "x"),
            ("ä\t日本\n", "ä\t日本\n"),
        ];
        for (text, clean) in cases {
            assert_eq!(sanitize(text), clean, "{text:?}");
        }
    }

    #[test]
    fn a_carriage_return_never_overwrites_a_line() {
        assert_eq!(sanitize("rm -rf /\recho hello\n"), "rm -rf /\necho hello\n");
        assert_eq!(sanitize("a\r\nb\r\n"), "a\nb\n");
        assert_eq!(sanitize("a\r"), "a");
    }

    #[test]
    fn an_unfinished_sequence_hides_no_more_than_its_line() {
        assert_eq!(sanitize("\u{1b}]0;hidden\nshown"), "\nshown");
        assert_eq!(sanitize("\u{1b}P hidden\r\nshown"), "\nshown");
        assert_eq!(sanitize("\u{1b}[12;\nshown"), "\nshown");
        assert_eq!(sanitize("\u{1b}[12é"), "é");
    }

    fn pieces() -> impl Strategy<Value = String> {
        let special = prop::sample::select(vec![
            "\u{1b}", "[", "]", "\\", "P", "\u{7}", "\u{9b}", "\u{9c}", "\u{9d}", "\r", "\n", "0;", "m", "\u{18}", "a", "é", "(", " ",
            "\u{1b}]", "\u{1b}[",
        ]);
        prop::collection::vec(special, 0..40).prop_map(|parts| parts.concat())
    }

    proptest! {
        #[test]
        fn the_result_is_the_same_for_every_split_and_holds_no_control(text in pieces(), cut in any::<prop::sample::Index>()) {
            let whole = sanitize(&text);
            prop_assert!(whole.chars().all(|c| matches!(c, '\n' | '\t') || !c.is_control()));
            let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            let (first, second) = text.split_at(starts[cut.index(starts.len())]);
            let mut sanitizer = Sanitizer::new();
            prop_assert_eq!(sanitizer.push(first) + &sanitizer.push(second), whole.clone());
            prop_assert_eq!(sanitize(&whole), whole);
        }
    }
}
