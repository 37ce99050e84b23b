//! Summaries of the conversation, made when a request could not tell all of it any more.

use crate::config::Role;
use crate::context::{count_tokens, unpadded_tokens};
use crate::plan::{Call, Change, EntityId, EventKind, Plan, RunEvent, Stage, Summary};
use crate::prompt::{self, Turn};

use super::Error;
use super::conversation::{Portion, Talk, limit};
use super::material::role_of;
use super::run::Run;

/// The heading that every summary has.
const HEADING: &str = "## Summary of the plan so far";

/// A text this much longer than what the summarizer can read is cut, in bytes for each token.
const BYTES_PER_TOKEN: u64 = 3;

/// The newest summary of the conversation, if there is one of messages that are still there.
pub fn latest_summary(plan: &Plan) -> Option<&Summary> {
    let present = plan.summaries.iter().map(|summary| &**summary).filter(|summary| plan.message(summary.last_message).is_some());
    present.max_by_key(|summary| (summary.last_message, summary.id))
}

impl Run<'_> {
    /// How many tokens of conversation a request of `stage` tells: what suits the planner, and the model that is asked.
    pub(super) fn conversation_limit(&self, stage: Stage) -> u64 {
        limit(self.models.for_role(Role::Planner)).min(limit(self.models.for_role(role_of(stage))))
    }

    /// Summarizes the conversation until a request of `stage` can tell the rest; `until` as in [`Talk`].
    ///
    /// When the model fails, the request tells what it can all the same.
    pub(super) async fn keep_short(&mut self, stage: Stage, until: Option<EntityId>) -> Result<(), Error> {
        let limit = self.conversation_limit(stage);
        let model = self.models.for_role(Role::Summarizer);
        let whole = unpadded_tokens(model.max_input_tokens() / 10 * 8, &model.model);
        // The summary before takes its part; a small model still reads a third of its window at once.
        let room = whole.saturating_sub(limit).max(whole / 3);
        loop {
            let plan = &self.snapshot.plan;
            let Some(portion) = (Talk { plan, stage, until, limit }).portion(room) else { return Ok(()) };
            let last_message = portion.messages.last().expect("a portion has messages").id;
            let messages = request(&portion, room);
            let (text, call) = match self.helper(Role::Summarizer, &messages).await {
                Ok(answer) => answer,
                Err(Error::Llm(error)) => {
                    let message = format!("the conversation could not be summarized: {error}");
                    self.emit(RunEvent::Error { message, hint: None });
                    return Ok(());
                }
                Err(error) => return Err(error),
            };
            let Some(text) = crate::reply::summary(&text) else {
                self.emit(RunEvent::Error { message: format!("{} sent an empty summary", call.model), hint: None });
                return Ok(());
            };
            self.store_summary(stage, last_message, text, &call)?;
        }
    }

    fn store_summary(&mut self, stage: Stage, last_message: EntityId, text: String, call: &Call) -> Result<(), Error> {
        let text = if text.starts_with(HEADING) { text } else { format!("{HEADING}\n\n{text}") };
        let record = self.call_record(EventKind::Summary, "Summarize the conversation", stage, std::slice::from_ref(call));
        let ws = self.ws;
        ws.store.append(&mut self.snapshot, &record, &mut |plan| {
            let (tokens, model, usage) = (count_tokens(&text), Some(call.model.clone()), call.usage);
            let summary = Summary { id: ws.ids(plan)(), last_message, tokens, model, usage, text: format!("{text}\n") };
            Ok(vec![Change::Summary(summary)])
        })?;
        Ok(())
    }
}

/// The request for the summary of a portion; a single message that is too long for it is cut.
fn request(portion: &Portion<'_>, room: u64) -> Vec<crate::plan::ChatMessage> {
    let most = usize::try_from(room.max(1) * BYTES_PER_TOKEN).unwrap_or(usize::MAX);
    let turn = |text: &'_ str| if count_tokens(text) <= room { text.len() } else { text.len().min(most) };
    let turns: Vec<Turn<'_>> = portion
        .messages
        .iter()
        .map(|message| Turn {
            role: message.role,
            text: &message.text[..message.text.floor_char_boundary(turn(&message.text))],
            note: None,
        })
        .collect();
    prompt::summary(portion.previous.map(|summary| summary.text.as_str()), &turns)
}
