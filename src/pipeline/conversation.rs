//! What of the conversation a request tells: all of it, or a summary and what came after.

use crate::config::Model;
use crate::context::{count_tokens, unpadded_tokens};
use crate::plan::{EntityId, Message, Plan, Role, Stage, Summary};

use super::scene::is_told;

/// The conversation may take this part of a model's window, in thousandths, and no less and no more than these tokens.
const SHARE: u64 = 75;
const LEAST: u64 = 5_000;
const MOST: u64 = 75_000;

/// How many tokens of conversation a request to `model` tells, as OpenAI's models count them; at most half of what a small one reads.
pub fn limit(model: &Model) -> u64 {
    let half = unpadded_tokens(model.max_input_tokens(), &model.model) / 2;
    unpadded_tokens(model.context_window * SHARE / 1000, &model.model).clamp(LEAST, MOST).min(half)
}

/// A conversation as a request tells it.
#[derive(Debug, Default)]
pub struct Conversation<'a> {
    /// The summary of what came before the turns.
    pub summary: Option<&'a Summary>,
    /// The messages that are told word for word.
    pub turns: Vec<&'a Message>,
}

impl Conversation<'_> {
    /// How many tokens it has.
    pub fn tokens(&self) -> u64 {
        self.summary.map_or(0, |summary| summary.tokens) + tokens(&self.turns)
    }
}

/// A conversation that is to be told by a request of `stage`.
#[derive(Debug, Clone, Copy)]
pub struct Talk<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// The stage.
    pub stage: Stage,
    /// The message that the request goes on with; what comes from there on is told otherwise.
    pub until: Option<EntityId>,
    /// The most tokens that it may take.
    pub limit: u64,
}

/// What a model is to make the next summary of.
#[derive(Debug)]
pub struct Portion<'a> {
    /// The summary that it goes on from.
    pub previous: Option<&'a Summary>,
    /// The messages after that, oldest first.
    pub messages: Vec<&'a Message>,
}

impl<'a> Talk<'a> {
    /// The messages before the request, all of them.
    fn messages(&self) -> Vec<&'a Message> {
        let end = self.until.map_or(self.plan.messages.len(), |id| self.plan.messages.partition_point(|m| m.id < id));
        self.plan.messages[..end].iter().map(|m| &**m).collect()
    }

    /// How many of the messages a summary may cover: planning needs its prompt word for word, with what came after it.
    fn coverable(&self, messages: &[&Message]) -> usize {
        let prompt = messages.iter().rposition(|m| m.role == Role::User).unwrap_or(0);
        if self.stage == Stage::Implementation { messages.len() } else { prompt }
    }

    /// The summaries that cover nothing which is to be told word for word, the earliest first.
    fn usable(&self, covered: &[&Message]) -> Vec<&'a Summary> {
        let covers = |summary: &&Summary| covered.iter().any(|m| m.id == summary.last_message);
        self.plan.summaries.iter().map(|summary| &**summary).filter(covers).collect()
    }

    /// What is told: everything if that is within the limit, else the earliest summary that brings the rest below it.
    pub fn told(&self) -> Conversation<'a> {
        let messages = self.messages();
        let end = self.coverable(&messages);
        let turns = |after: Option<EntityId>, until: usize| -> Vec<&'a Message> {
            let later = messages[..until].iter().filter(|m| after.is_none_or(|last| m.id > last));
            later.filter(|m| is_told(self.plan, self.stage, m)).copied().collect()
        };
        if tokens_exceed(&turns(None, end), self.limit) {
            let summaries = self.usable(&messages[..end]);
            let fits = |summary: &&&Summary| summary.tokens + tokens(&turns(Some(summary.last_message), end)) <= self.limit;
            let latest = || summaries.iter().max_by_key(|summary| summary.last_message);
            if let Some(summary) = summaries.iter().find(fits).or_else(latest) {
                return Conversation { summary: Some(summary), turns: turns(Some(summary.last_message), messages.len()) };
            }
        }
        Conversation { summary: None, turns: turns(None, messages.len()) }
    }

    /// What has to be summarized so that the conversation stays within its limit, at most `room` tokens at once.
    ///
    /// Half of the limit is left for what comes, so that not every reply needs a summary of its own.
    pub fn portion(&self, room: u64) -> Option<Portion<'a>> {
        let messages = self.messages();
        let end = self.coverable(&messages);
        let told = self.told();
        let covered = |turn: &&&Message| messages[..end].iter().any(|m| m.id == turn.id);
        let open: Vec<&Message> = told.turns.iter().filter(covered).copied().collect();
        let present = told.summary.map_or(0, |summary| summary.tokens) + tokens(&open);
        if present <= self.limit {
            return None;
        }
        let previous = self.usable(&messages[..end]).into_iter().max_by_key(|summary| summary.last_message);
        let rest: Vec<&Message> = messages[..end].iter().filter(|m| previous.is_none_or(|s| m.id > s.last_message)).copied().collect();
        let mut left: u64 = tokens(&rest);
        let mut taken = 0;
        let mut portion = Vec::new();
        for message in rest {
            let size = count_tokens(&message.text);
            if !portion.is_empty() && (left <= self.limit / 2 || taken + size > room) {
                break;
            }
            (left, taken) = (left - size, taken + size);
            portion.push(message);
        }
        (!portion.is_empty()).then_some(Portion { previous, messages: portion })
    }
}

fn tokens(messages: &[&Message]) -> u64 {
    messages.iter().map(|m| count_tokens(&m.text)).sum()
}

/// Whether the messages have more tokens; a text never has more of them than bytes, so short ones are not counted.
fn tokens_exceed(messages: &[&Message], limit: u64) -> bool {
    let bytes: u64 = messages.iter().map(|m| m.text.len() as u64).sum();
    bytes > limit && tokens(messages) > limit
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Change, IdSource, Usage};

    struct History(Plan, IdSource);

    impl History {
        fn new() -> Self {
            Self(Plan::default(), IdSource::after(None))
        }

        /// A message of ten tokens.
        fn say(&mut self, role: Role) -> EntityId {
            let message = Message::new(self.1.next(1, 1), role, "a b c d e f g h i j");
            let id = message.id;
            self.0.apply(Change::Message(message));
            id
        }

        fn summarize(&mut self, last_message: EntityId, tokens: u64) {
            let id = self.1.next(1, 1);
            let usage = Usage::default();
            self.0.apply(Change::Summary(Summary { id, last_message, tokens, model: None, usage, text: format!("{tokens}") }));
        }

        fn talk(&self, stage: Stage, limit: u64) -> Talk<'_> {
            Talk { plan: &self.0, stage, until: None, limit }
        }
    }

    fn told<'a>(talk: &Talk<'a>) -> (Option<&'a str>, usize) {
        let told = talk.told();
        (told.summary.map(|summary| summary.text.as_str()), told.turns.len())
    }

    #[test]
    fn what_fits_is_told_whole_and_else_the_earliest_summary_that_helps_counts() {
        let mut h = History::new();
        let ids: Vec<EntityId> = (0..10).map(|n| h.say(if n % 2 == 0 { Role::User } else { Role::Assistant })).collect();
        h.summarize(ids[1], 7);
        h.summarize(ids[3], 8);
        h.summarize(ids[5], 9);
        assert_eq!(told(&h.talk(Stage::Implementation, 100)), (None, 10));
        assert_eq!(told(&h.talk(Stage::Implementation, 87)), (Some("7"), 8));
        assert_eq!(told(&h.talk(Stage::Implementation, 86)), (Some("8"), 6));
        assert_eq!(told(&h.talk(Stage::Implementation, 20)), (Some("9"), 4), "the latest when none is short enough");
        let until = Talk { until: Some(ids[2]), ..h.talk(Stage::Implementation, 15) };
        assert_eq!(told(&until), (Some("7"), 0), "a later summary covers what is not told yet");
    }

    #[test]
    fn planning_is_told_its_prompt_word_for_word() {
        let mut h = History::new();
        let first = h.say(Role::User);
        let prompt = h.say(Role::User);
        let last = h.say(Role::Assistant);
        h.summarize(last, 5);
        assert_eq!(told(&h.talk(Stage::Tasks, 1)), (None, 3));
        assert_eq!(told(&h.talk(Stage::Implementation, 1)), (Some("5"), 0));
        let portion = h.talk(Stage::Tasks, 1).portion(100).expect("too long");
        assert_eq!(portion.messages.iter().map(|m| m.id).collect::<Vec<_>>(), [first]);
        h.summarize(first, 1);
        assert!(h.talk(Stage::Tasks, 1).portion(100).is_none(), "nothing more can be summarized");
        assert!(prompt < last);
    }

    #[test]
    fn a_summary_takes_up_where_the_one_before_ended_as_much_as_there_is_room_for() {
        let mut h = History::new();
        let ids: Vec<EntityId> = (0..12).map(|_| h.say(Role::Assistant)).collect();
        let take = |h: &History, room| {
            let portion = h.talk(Stage::Implementation, 60).portion(room)?;
            Some((portion.previous.map(|s| s.tokens), portion.messages.len(), portion.messages.last()?.id))
        };
        assert_eq!(take(&h, 1000), Some((None, 9, ids[8])), "half of the limit is left");
        assert_eq!(take(&h, 45), Some((None, 4, ids[3])));
        assert_eq!(take(&h, 1), Some((None, 1, ids[0])), "at least one");
        h.summarize(ids[3], 6);
        assert_eq!(take(&h, 1000), Some((Some(6), 5, ids[8])));
        h.summarize(ids[8], 6);
        assert_eq!(take(&h, 1000), None);
        assert_eq!(told(&h.talk(Stage::Implementation, 60)), (Some("6"), 3));
    }

    #[test]
    fn a_summary_of_messages_that_are_not_there_is_none() {
        let mut h = History::new();
        let mut other = History::new();
        let elsewhere = (0..9).map(|_| other.say(Role::User)).last().expect("nine");
        let own: Vec<EntityId> = (0..3).map(|_| h.say(Role::Assistant)).collect();
        assert!(!own.contains(&elsewhere));
        h.summarize(elsewhere, 1);
        assert_eq!(told(&h.talk(Stage::Implementation, 5)), (None, 3));
    }
}
