//! Messages for formats in which user and assistant take turns.

use crate::plan::{ChatImage, ChatMessage, ChatPart, ChatRole};

/// What a conversation begins with when the user has said nothing yet.
const OPENING: &str = "Begin.";
/// What follows when the assistant spoke last.
const CONTINUE: &str = "Continue.";

/// One turn.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Turn {
    /// Whether the assistant speaks.
    pub(super) assistant: bool,
    /// What is said, without empty parts.
    pub(super) parts: Vec<ChatPart>,
    /// What is shown with it.
    pub(super) images: Vec<ChatImage>,
}

/// Instructions and turns.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Turns {
    /// The system messages that come first.
    pub(super) system: Vec<ChatPart>,
    /// The turns: the user first and last, in alternation.
    pub(super) turns: Vec<Turn>,
}

impl Turns {
    /// Sorts messages into instructions and turns; a system message after the first turn is said by the user.
    pub(super) fn of(messages: &[ChatMessage]) -> Self {
        let mut all = Self::default();
        for message in messages {
            // Both formats refuse parts of white space alone.
            let parts = message.parts.iter().filter(|part| !part.text.trim().is_empty()).cloned().collect();
            if message.role == ChatRole::System && all.turns.is_empty() {
                all.system.extend(parts);
            } else {
                all.say(message.role == ChatRole::Assistant, parts, &message.images);
            }
        }
        if all.turns.last().is_none_or(|turn| turn.assistant) {
            let filler = if all.turns.is_empty() { OPENING } else { CONTINUE };
            all.say(false, vec![ChatPart { text: filler.to_owned(), cache: false }], &[]);
        }
        all
    }

    fn say(&mut self, assistant: bool, parts: Vec<ChatPart>, images: &[ChatImage]) {
        if parts.is_empty() && images.is_empty() {
            return;
        }
        if self.turns.is_empty() && assistant {
            self.say(false, vec![ChatPart { text: OPENING.to_owned(), cache: false }], &[]);
        }
        match self.turns.last_mut().filter(|turn| turn.assistant == assistant) {
            Some(turn) => {
                turn.parts.extend(parts);
                turn.images.extend_from_slice(images);
            }
            None => self.turns.push(Turn { assistant, parts, images: images.to_vec() }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turns(messages: &[(ChatRole, &str)]) -> (String, Vec<String>) {
        let messages: Vec<ChatMessage> = messages.iter().map(|(role, text)| ChatMessage::new(*role, *text)).collect();
        let all = Turns::of(&messages);
        let text = |parts: &[ChatPart]| parts.iter().map(|part| part.text.as_str()).collect::<Vec<_>>().join("|");
        let said = all.turns.iter().map(|turn| format!("{}:{}", if turn.assistant { "a" } else { "u" }, text(&turn.parts)));
        (text(&all.system), said.collect())
    }

    #[test]
    fn neighbours_are_merged_and_the_user_speaks_first_and_last() {
        use ChatRole::{Assistant, System, User};
        let said = |messages: &[(ChatRole, &str)]| turns(messages);
        let (system, all) =
            said(&[(System, "s1"), (System, "s2"), (User, "a"), (User, " "), (User, "b"), (Assistant, "c"), (System, "d"), (User, "e")]);
        assert_eq!(system, "s1|s2");
        assert_eq!(all, ["u:a|b", "a:c", "u:d|e"]);
        assert_eq!(said(&[(Assistant, "x")]).1, ["u:Begin.", "a:x", "u:Continue."]);
        assert_eq!(said(&[(System, "s")]).1, ["u:Begin."]);
    }
}
