//! Entities as files: YAML, or YAML front matter and text.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::plan::{EntityId, Message, RepoPath, Role, Stage, Summary, Usage};

use super::front_matter;

const FENCE: &str = "---\n";

/// Everything of a message but its id, role and text; defaults are left out.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct MessageHead {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) predecessor: Option<EntityId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) stage: Option<Stage>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) subtask: Option<EntityId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) continues: Option<EntityId>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) did_make_plan: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) was_context_stage: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) activated_paths: Vec<RepoPath>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) unknown_paths: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) opened_paths: Vec<RepoPath>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) overwrite_paths: Vec<RepoPath>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) stopped: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) stop_reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) unfinished: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) model: Option<String>,
    #[serde(skip_serializing_if = "Usage::is_zero")]
    pub(super) usage: Usage,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) started: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) finished: Option<String>,
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
    serde_yaml::from_str(utf8(bytes)?).map_err(|error| error.to_string().lines().next().unwrap_or_default().to_owned())
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
        opened_paths: m.opened_paths,
        overwrite_paths: m.overwrite_paths,
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
    let (yaml, text) = split(utf8(&bytes)?)?;
    let head: MessageHead = match front_matter::read(yaml) {
        Some(head) => head,
        None => from_yaml(yaml.as_bytes())?,
    };
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
        opened_paths: head.opened_paths,
        overwrite_paths: head.overwrite_paths,
        stopped: head.stopped,
        stop_reason: head.stop_reason,
        unfinished: head.unfinished,
        model: head.model,
        usage: head.usage,
        started: head.started,
        finished: head.finished,
        text: text.to_owned(),
    })
}

/// Writes a summary.
pub(super) fn write_summary(summary: &Summary) -> Result<Vec<u8>, String> {
    let Summary { last_message, tokens, usage, .. } = *summary;
    join(&SummaryHead { last_message, tokens, model: summary.model.clone(), usage }, &summary.text)
}

/// Reads a summary.
pub(super) fn read_summary(id: EntityId, bytes: Vec<u8>) -> Result<Summary, String> {
    let (yaml, text) = split(utf8(&bytes)?)?;
    let head: SummaryHead = from_yaml(yaml.as_bytes())?;
    Ok(Summary { id, last_message: head.last_message, tokens: head.tokens, model: head.model, usage: head.usage, text: text.to_owned() })
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

/// Parts a file into its front matter and the text.
fn split(file: &str) -> Result<(&str, &str), String> {
    let rest = file.strip_prefix(FENCE).ok_or("it does not begin with '---'")?;
    if let Some(text) = rest.strip_prefix(FENCE) {
        return Ok(("{}\n", text));
    }
    let at = rest.find("\n---\n").ok_or("its front matter does not end with '---'")?;
    Ok((&rest[..=at], &rest[at + 1 + FENCE.len()..]))
}

fn utf8(bytes: &[u8]) -> Result<&str, String> {
    std::str::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::plan::{IdSource, Subtask, SubtaskState};

    fn id(n: u64) -> EntityId {
        IdSource::after(None).next(1_760_000_000_000 + n, u128::from(n))
    }

    /// Text that YAML writers trip over: words with a meaning, numbers, indicators, line breaks of all kinds, and anything.
    fn hard_text() -> impl Strategy<Value = String> {
        let words = ["null", "~", "true", "No", "on", "0x1f", "1e5", "-0", ".5", "1:30", "2026-01-01", "<<", "=", "---", "...", "|", ">-"];
        let pieces = [
            "- a", "a: b", "# c", " x", "x ", "\n", "\n\n", "\r\n", "\r", "\t", "\u{85}", "\u{2028}", "\u{feff}", "'", "\"", "\\", "%",
            "@", "\u{7}", "ü", "\n---\n",
        ];
        prop_oneof![
            prop::sample::select(words.to_vec()).prop_map(str::to_owned),
            prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..8).prop_map(|parts| parts.concat()),
            "[ -~]{70,200}",
            any::<String>(),
        ]
    }

    fn path() -> impl Strategy<Value = RepoPath> {
        prop::collection::vec(any::<u8>(), 1..12).prop_filter_map("valid paths only", |bytes| RepoPath::from_bytes(&bytes).ok())
    }

    prop_compose! {
        fn message()(
            ids in prop::collection::vec(prop::option::of((0..1_000_000u64).prop_map(id)), 3),
            flags in any::<[bool; 3]>(),
            stage in prop::option::of(prop::sample::select(vec![Stage::Context, Stage::Tasks, Stage::Implementation, Stage::Chat])),
            activated_paths in prop::collection::vec(path(), 0..4),
            opened_paths in prop::collection::vec(path(), 0..3),
            unknown_paths in prop::collection::vec(hard_text(), 0..4),
            words in prop::collection::vec(prop::option::of(hard_text()), 5),
            counts in any::<[u64; 4]>(),
            text in hard_text(),
        ) -> Message {
            let mut message = Message::new(id(7), Role::Assistant, text);
            [message.predecessor, message.subtask, message.continues] = [ids[0], ids[1], ids[2]];
            [message.did_make_plan, message.was_context_stage, message.stopped] = flags;
            message.stage = stage;
            message.activated_paths = activated_paths;
            message.opened_paths = opened_paths;
            message.unknown_paths = unknown_paths;
            message.usage =
                Usage { input_tokens: counts[0], cached_tokens: counts[1], cache_write_tokens: counts[2], output_tokens: counts[3] };
            let mut words = words.into_iter();
            let fields = [&mut message.stop_reason, &mut message.unfinished, &mut message.model, &mut message.started, &mut message.finished];
            for field in fields {
                *field = words.next().flatten();
            }
            message
        }
    }

    proptest! {
        #[test]
        fn messages_round_trip_byte_for_byte(message in message()) {
            let bytes = write_message(&message).expect("written");
            prop_assert_eq!(read_message(message.id, message.role, bytes).expect("read"), message);
        }

        #[test]
        fn plain_front_matter_means_what_yaml_says(message in message()) {
            let bytes = write_message(&message).expect("written");
            let (yaml, _) = split(utf8(&bytes).expect("UTF-8")).expect("parted");
            if let Some(head) = front_matter::read(yaml) {
                prop_assert_eq!(head, from_yaml::<MessageHead>(yaml.as_bytes()).expect("YAML"));
            }
        }

        #[test]
        fn what_the_short_way_reads_yaml_reads_alike(
            lines in prop::collection::vec(
                ("(predecessor|stage|stopped|model|started|usage|activated_paths|  input_tokens|- )", "(: |:)?", "[\"'a-zA-Z0-9_./:~-]{0,8}"),
                0..5,
            ),
        ) {
            let yaml: String = lines.iter().map(|(key, colon, value)| format!("{key}{colon}{value}\n")).collect();
            if let Some(head) = front_matter::read(&yaml) {
                prop_assert_eq!(Some(head), from_yaml::<MessageHead>(yaml.as_bytes()).ok(), "{}", yaml);
            }
        }

        #[test]
        fn tasks_and_summaries_round_trip(title in hard_text(), description in hard_text(), uses in prop::collection::vec(hard_text(), 0..4), tries: u32) {
            let task = Subtask {
                id: id(1), title: title.clone(), description, uses, order: 3, state: SubtaskState::Done, tries,
                created: Some(title.clone()), started: None, completed: None,
            };
            let read: Subtask = from_yaml(&to_yaml(&task).expect("written")).expect("read");
            prop_assert_eq!(Subtask { id: id(1), ..read }, task);
            let summary = Summary { id: id(2), last_message: id(1), tokens: 9, model: None, usage: Usage::default(), text: title };
            let read = read_summary(id(2), write_summary(&summary).expect("written")).expect("read");
            prop_assert_eq!(read, summary);
        }

        #[test]
        fn no_bytes_make_a_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), head in "(---\n)?[a-z_:\n -]{0,40}(\n---\n)?") {
            drop(read_message(id(1), Role::User, bytes.clone()));
            drop(read_message(id(1), Role::User, [head.as_bytes(), &bytes].concat()));
            drop(read_summary(id(1), bytes));
        }
    }

    #[test]
    fn keys_of_a_newer_version_are_passed_over() {
        let file = "---\nstage: chat\nmood:\n  level: 3\nsome_list: [1, 2]\n---\nhello";
        let message = read_message(id(1), Role::Assistant, file.into()).expect("read");
        assert_eq!((message.stage, message.text.as_str()), (Some(Stage::Chat), "hello"));
        let task: Subtask = from_yaml(b"title: x\ncolour: red\n").expect("read");
        assert_eq!(task.title, "x");
    }

    #[test]
    fn what_we_write_is_plain() {
        let mut message = Message::new(id(2), Role::Assistant, "text");
        message.predecessor = Some(id(1));
        message.stage = Some(Stage::Implementation);
        message.activated_paths = vec!["src/main.rs".parse().expect("a path")];
        message.model = Some("vendor/some-model".into());
        message.usage.output_tokens = 12_345;
        message.started = Some("2026-01-02T03:04:05Z".into());
        let bytes = write_message(&message).expect("written");
        let (yaml, text) = split(utf8(&bytes).expect("UTF-8")).expect("parted");
        assert_eq!(text, "text");
        assert!(front_matter::read(yaml).is_some(), "{yaml}");
    }

    #[test]
    fn defaults_are_left_out() {
        assert_eq!(write_message(&Message::new(id(1), Role::User, "hi\n")).expect("written"), b"---\n---\nhi\n");
    }
}
