//! A conversation as one text, for programs that take no other.

use super::messages::{Turn, Turns};

/// What stands above a conversation of several turns.
const HEADING: &str = "This is a conversation so far, oldest first. Write the assistant's next message and nothing else.";

/// The instructions that come first.
pub(super) fn system(turns: &Turns) -> String {
    turns.system.iter().map(|part| part.text.as_str()).collect()
}

/// What was said: the text alone if it is the user's only message, else with who said it.
pub(super) fn conversation(turns: &Turns) -> String {
    if let [only] = turns.turns.as_slice() {
        return text(only);
    }
    let said = turns.turns.iter().map(|turn| format!("[{}]\n{}", if turn.assistant { "assistant" } else { "user" }, text(turn)));
    format!("{HEADING}\n\n{}", said.collect::<Vec<_>>().join("\n\n"))
}

fn text(turn: &Turn) -> String {
    turn.parts.iter().map(|part| part.text.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{ChatMessage, ChatRole};

    #[test]
    fn one_message_stands_alone_and_several_say_who_spoke() {
        let of = |said: &[(ChatRole, &str)]| {
            let messages: Vec<ChatMessage> = said.iter().map(|(role, text)| ChatMessage::new(*role, *text)).collect();
            let turns = Turns::of(&messages);
            (system(&turns), conversation(&turns))
        };
        assert_eq!(of(&[(ChatRole::System, "be brief"), (ChatRole::User, "hi")]), ("be brief".to_owned(), "hi".to_owned()));
        let (_, long) = of(&[(ChatRole::User, "a"), (ChatRole::Assistant, "b"), (ChatRole::User, "c")]);
        assert_eq!(long, format!("{HEADING}\n\n[user]\na\n\n[assistant]\nb\n\n[user]\nc"));
    }
}
