//! What differs among the providers of one format: where reasoning is asked for, and how places worth caching are marked.

use serde_json::{Map, Value, json};

use super::Request;
use crate::config::{Dialect, Model};
use crate::plan::ChatPart;

/// Asks for reasoning in a request of chat completions.
pub(super) fn reasoning(model: &Model, body: &mut Map<String, Value>) {
    let Some(reasoning) = &model.reasoning else { return };
    let effort = reasoning.effort.as_deref();
    let on = effort != Some("none");
    match model.dialect {
        Dialect::Openrouter => {
            // It takes one of the two: <https://openrouter.ai/docs/use-cases/reasoning-tokens>.
            let wish = reasoning.budget.map(|budget| json!({ "max_tokens": budget }));
            let wish = wish.or_else(|| effort.map(|effort| json!({ "effort": effort })));
            body.extend(wish.map(|wish| ("reasoning".to_owned(), wish)));
        }
        Dialect::Deepseek => {
            body.insert("thinking".to_owned(), json!({ "type": if on { "enabled" } else { "disabled" } }));
        }
        Dialect::LlamaCpp => {
            body.insert("chat_template_kwargs".to_owned(), json!({ "enable_thinking": on }));
        }
        _ => body.extend(effort.map(|effort| ("reasoning_effort".to_owned(), json!(effort)))),
    }
}

/// Claude refuses more, wherever it runs: <https://platform.claude.com/docs/en/build-with-claude/prompt-caching>.
const MOST: usize = 4;

/// Which of the places worth caching are marked: with too many, the first, which is the most stable, and the last ones.
pub(super) struct Marks {
    on: bool,
    seen: usize,
    total: usize,
}

impl Marks {
    /// Counts the places of a request.
    pub(super) fn of(request: &Request<'_>) -> Self {
        let parts = request.messages.iter().flat_map(|message| &message.parts);
        let total = parts.filter(|part| part.cache && !part.text.trim().is_empty()).count();
        Self { on: request.model.cache_markers, seen: 0, total }
    }

    /// Whether the model takes marks at all.
    pub(super) fn is_on(&self) -> bool {
        self.on
    }

    /// Whether this part, the next one in order, gets a mark.
    pub(super) fn next(&mut self, part: &ChatPart) -> bool {
        if !part.cache || !self.on || part.text.trim().is_empty() {
            return false;
        }
        let late = self.seen + MOST > self.total;
        self.seen += 1;
        self.seen == 1 || late
    }

    /// The block of a part, with Anthropic's mark if it gets one.
    pub(super) fn mark(&mut self, mut block: Value, part: &ChatPart) -> Value {
        if self.next(part) {
            block["cache_control"] = json!({ "type": "ephemeral" });
        }
        block
    }
}

/// Takes every mark out of a request; says whether there was one.
pub(super) fn strip_marks(body: &mut Value) -> bool {
    match body {
        Value::Object(fields) => {
            let marked = fields.shift_remove("cache_control").is_some();
            fields.values_mut().fold(marked, |marked, value| strip_marks(value) | marked)
        }
        Value::Array(all) => {
            let before = all.len();
            all.retain(|one| one.get("cachePoint").is_none());
            let marked = all.len() < before;
            all.iter_mut().fold(marked, |marked, value| strip_marks(value) | marked)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_stripped_wherever_they_are() {
        let mut body = json!({ "system": [{ "text": "a", "cache_control": {} }, { "cachePoint": {} }], "messages": [{ "content": [{ "text": "b" }] }] });
        assert!(strip_marks(&mut body));
        assert_eq!(body, json!({ "system": [{ "text": "a" }], "messages": [{ "content": [{ "text": "b" }] }] }));
        assert!(!strip_marks(&mut body));
    }
}
