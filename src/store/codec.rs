//! Entities as files: YAML, or YAML front matter and text.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::plan::{EntityId, Message, RepoPath, Role, Stage, Summary, Usage};

const FENCE: &str = "---\n";

/// Everything of a message but its id, role and text; defaults are left out.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct MessageHead {
    #[serde(skip_serializing_if = "Option::is_none")]
    predecessor: Option<EntityId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stage: Option<Stage>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subtask: Option<EntityId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    continues: Option<EntityId>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    did_make_plan: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    was_context_stage: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    activated_paths: Vec<RepoPath>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unknown_paths: Vec<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    stopped: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    stop_reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unfinished: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    model: Option<String>,
    #[serde(skip_serializing_if = "Usage::is_zero")]
    usage: Usage,
    #[serde(skip_serializing_if = "Option::is_none")]
    started: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    finished: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct SummaryHead {
    last_message: EntityId,
    #[serde(default)]
    tokens: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    model: Option<String>,
    #[serde(default, skip_serializing_if = "Usage::is_zero")]
    usage: Usage,
}

/// Writes an entity as YAML.
pub(super) fn to_yaml(value: &impl Serialize) -> Result<Vec<u8>, String> {
    let mut text = serde_yaml::to_string(value).map_err(|error| error.to_string())?;
    if !text.ends_with('\n') {
        text.push('\n');
    }
    Ok(text.into_bytes())
}

/// Reads an entity from YAML; keys that it does not know are passed over.
pub(super) fn from_yaml<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())?;
    serde_yaml::from_str(text).map_err(|error| error.to_string().lines().next().unwrap_or_default().to_owned())
}

/// Writes a message.
pub(super) fn write_message(message: &Message) -> Result<Vec<u8>, String> {
    let m = message.clone();
    let head = MessageHead {
        predecessor: m.predecessor,
        stage: m.stage,
        subtask: m.subtask,
        continues: m.continues,
        did_make_plan: m.did_make_plan,
        was_context_stage: m.was_context_stage,
        activated_paths: m.activated_paths,
        unknown_paths: m.unknown_paths,
        stopped: m.stopped,
        stop_reason: m.stop_reason,
        unfinished: m.unfinished,
        model: m.model,
        usage: m.usage,
        started: m.started,
        finished: m.finished,
    };
    join(&head, &m.text)
}

/// Reads a message.
pub(super) fn read_message(id: EntityId, role: Role, bytes: Vec<u8>) -> Result<Message, String> {
    let (head, text): (MessageHead, String) = split(bytes)?;
    Ok(Message {
        id,
        role,
        predecessor: head.predecessor,
        stage: head.stage,
        subtask: head.subtask,
        continues: head.continues,
        did_make_plan: head.did_make_plan,
        was_context_stage: head.was_context_stage,
        activated_paths: head.activated_paths,
        unknown_paths: head.unknown_paths,
        stopped: head.stopped,
        stop_reason: head.stop_reason,
        unfinished: head.unfinished,
        model: head.model,
        usage: head.usage,
        started: head.started,
        finished: head.finished,
        text,
    })
}

/// Writes a summary.
pub(super) fn write_summary(summary: &Summary) -> Result<Vec<u8>, String> {
    let Summary { last_message, tokens, usage, .. } = *summary;
    join(&SummaryHead { last_message, tokens, model: summary.model.clone(), usage }, &summary.text)
}

/// Reads a summary.
pub(super) fn read_summary(id: EntityId, bytes: Vec<u8>) -> Result<Summary, String> {
    let (head, text): (SummaryHead, String) = split(bytes)?;
    Ok(Summary { id, last_message: head.last_message, tokens: head.tokens, model: head.model, usage: head.usage, text })
}

/// Puts front matter before a text, which follows byte for byte.
fn join(head: &impl Serialize, text: &str) -> Result<Vec<u8>, String> {
    let yaml = to_yaml(head)?;
    let mut out = Vec::with_capacity(2 * FENCE.len() + yaml.len() + text.len());
    out.extend_from_slice(FENCE.as_bytes());
    // A head of defaults alone is the flow mapping `{}`, which is better left out.
    if yaml != b"{}\n" {
        out.extend_from_slice(&yaml);
    }
    out.extend_from_slice(FENCE.as_bytes());
    out.extend_from_slice(text.as_bytes());
    Ok(out)
}

fn split<T: DeserializeOwned>(bytes: Vec<u8>) -> Result<(T, String), String> {
    let file = String::from_utf8(bytes).map_err(|_| "it is not UTF-8")?;
    let rest = file.strip_prefix(FENCE).ok_or("it does not begin with '---'")?;
    let (yaml, text) = match rest.strip_prefix(FENCE) {
        Some(text) => ("{}", text),
        None => {
            let at = rest.find("\n---\n").ok_or("its front matter does not end with '---'")?;
            (&rest[..=at], &rest[at + 1 + FENCE.len()..])
        }
    };
    let head = from_yaml(yaml.as_bytes())?;
    Ok((head, text.to_owned()))
}
