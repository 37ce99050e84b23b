//! The rounds of a context phase: a reply that names what is not there, or wants to look into a directory, is asked again.

use crate::plan::{Message, Plan, RepoPath, Role};

/// The most replies that choose files for one prompt.
pub const MAX_ROUNDS: usize = 5;

/// The finished replies that chose files for the last prompt, the earliest first.
pub fn rounds(plan: &Plan) -> Vec<&Message> {
    let since = plan.messages.iter().rev().take_while(|m| m.role == Role::Assistant);
    let mut found: Vec<&Message> = since.map(|m| &**m).filter(|m| m.was_context_stage && !m.stopped).collect();
    found.reverse();
    found
}

/// Whether the architect is to be asked once more: its last reply named something new that is not there, or wants to see more.
pub fn asks_again(plan: &Plan) -> bool {
    let rounds = rounds(plan);
    let Some((last, before)) = rounds.split_last() else { return false };
    let is_new = |path: &&String| before.iter().all(|m| !m.unknown_paths.contains(path));
    let opens = |path: &&RepoPath| before.iter().all(|m| !m.opened_paths.contains(path));
    rounds.len() < MAX_ROUNDS && (last.unknown_paths.iter().any(|path| is_new(&path)) || last.opened_paths.iter().any(|path| opens(&path)))
}

/// The directories that were asked for since the last prompt, in order.
pub fn opened(plan: &Plan) -> Vec<RepoPath> {
    let mut found: Vec<RepoPath> = Vec::new();
    for path in rounds(plan).into_iter().flat_map(|m| &m.opened_paths) {
        if !found.contains(path) {
            found.push(path.clone());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Change, IdSource};

    struct History(Plan, IdSource);

    impl History {
        fn say(&mut self, role: Role, unknown: &[&str], opened: &[&str]) {
            let mut message = Message::new(self.1.next(1, 1), role, "text");
            message.was_context_stage = role == Role::Assistant;
            message.unknown_paths = unknown.iter().map(|path| (*path).to_owned()).collect();
            message.opened_paths = opened.iter().map(|path| path.parse().expect("a path")).collect();
            self.0.apply(Change::Message(message));
        }
    }

    #[test]
    fn a_reply_is_asked_again_for_what_is_new_and_only_so_often() {
        let mut h = History(Plan::default(), IdSource::after(None));
        h.say(Role::User, &[], &[]);
        assert!(!asks_again(&h.0));
        h.say(Role::Assistant, &["gone.rs"], &[]);
        assert!(asks_again(&h.0));
        h.say(Role::Assistant, &["gone.rs"], &["gen"]);
        assert!(asks_again(&h.0), "a directory is opened");
        h.say(Role::Assistant, &["gone.rs"], &["gen"]);
        assert!(!asks_again(&h.0), "nothing is new");
        h.say(Role::Assistant, &[], &["gen/a"]);
        assert!(asks_again(&h.0));
        assert_eq!(opened(&h.0), ["gen", "gen/a"].map(|path| path.parse().expect("a path")));
        h.say(Role::Assistant, &["other.rs"], &[]);
        assert!(!asks_again(&h.0), "five are enough");
        h.say(Role::User, &[], &[]);
        assert!(!asks_again(&h.0) && opened(&h.0).is_empty(), "a prompt begins anew");
        h.say(Role::Assistant, &[], &[]);
        assert!(!asks_again(&h.0));
    }
}
