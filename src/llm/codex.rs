//! The program `codex exec`, OpenAI's own client, with which a person's subscription can be used.
//!
//! It may read nothing but an empty directory. Its answer comes in whole messages.
//! <https://developers.openai.com/codex/noninteractive>

use serde::Deserialize;
use serde_json::Value;

use super::messages::Turns;
use super::refusal::Refusal;
use super::transcript;
use super::values::Count;
use super::wire::{Call, Decode, Fault, Format, parse};
use super::{Delta, FinishReason, Request};
use crate::plan::Usage;

pub(super) const FORMAT: Format = Format { call, decoder: || Box::<Decoder>::default() };

const ARGUMENTS: &[&str] = &["--json", "--sandbox", "read-only", "--skip-git-repo-check", "--ephemeral"];

fn call(request: &Request<'_>) -> Call {
    let model = request.model;
    let turns = Turns::of(request.messages);
    let mut arguments: Vec<String> = ARGUMENTS.iter().map(|word| (*word).to_owned()).collect();
    arguments.extend(["--model".to_owned(), model.model.clone()]);
    if let Some(effort) = model.reasoning.as_ref().and_then(|reasoning| reasoning.effort.as_deref()) {
        arguments.extend(["--config".to_owned(), format!("model_reasoning_effort={effort:?}")]);
    }
    // The prompt is on standard input.
    arguments.push("-".to_owned());
    let system = transcript::system(&turns);
    let gap = if system.is_empty() { "" } else { "\n\n" };
    let body = Value::String(format!("{system}{gap}{}", transcript::conversation(&turns)));
    Call { path: String::new(), headers: Vec::new(), arguments, body }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Event {
    #[serde(rename = "type")]
    kind: String,
    item: Item,
    usage: Counts,
    error: Option<Value>,
    message: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Item {
    #[serde(rename = "type")]
    kind: String,
    text: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Counts {
    input_tokens: Count,
    cached_input_tokens: Count,
    output_tokens: Count,
}

#[derive(Default)]
struct Decoder {
    spoke: bool,
    closed: bool,
}

impl Decode for Decoder {
    fn event(&mut self, data: &str, out: &mut Vec<Delta>) -> Result<(), Fault> {
        let event: Event = parse(data)?;
        match (event.kind.as_str(), event.item.kind.as_str()) {
            ("item.completed", "agent_message") if !event.item.text.is_empty() => {
                let gap = if std::mem::replace(&mut self.spoke, true) { "\n\n" } else { "" };
                out.push(Delta::Text(format!("{gap}{}", event.item.text)));
            }
            ("item.completed", "reasoning") if !event.item.text.is_empty() => out.push(Delta::Reasoning(event.item.text)),
            ("turn.completed", _) => {
                out.push(Delta::Usage(Usage {
                    input_tokens: event.usage.input_tokens.get(),
                    cached_tokens: event.usage.cached_input_tokens.get(),
                    cache_write_tokens: 0,
                    output_tokens: event.usage.output_tokens.get(),
                }));
                out.push(Delta::Finish(FinishReason::Stop));
                self.closed = true;
            }
            ("turn.failed", _) => return Err(refused(event.error.as_ref().and_then(|error| error.get("message")?.as_str()))),
            // While it still tries by itself, it says so with this; what ends the turn is the event above.
            ("error", _) if !event.message.as_deref().is_some_and(|words| words.contains("econnecting")) => {
                return Err(refused(event.message.as_deref()));
            }
            _ => {}
        }
        Ok(())
    }

    fn closed(&self) -> bool {
        self.closed
    }
}

/// The words may hold the JSON of OpenAI's own error.
fn refused(words: Option<&str>) -> Fault {
    let words = words.unwrap_or_default();
    let inner = words.find('{').and_then(|at| Refusal::from_json(&words[at..]));
    let plain = || Refusal { words: words.to_owned(), ..Refusal::default() };
    Fault::Refused(inner.unwrap_or_else(plain))
}
