//! The commit message of an event: subject, words for a person, trailers for the machine.

use crate::plan::{Call, Cost, EventKind, Record, Stage, Usage, cost_together, exact_dollars, nano_dollars, used_together};

/// The longest subject, in characters.
const SUBJECT_MAX: usize = 72;

/// What the trailers of a commit say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Trailers {
    pub(super) event: Option<EventKind>,
    pub(super) run: Option<String>,
    pub(super) stage: Option<Stage>,
    pub(super) model: Option<String>,
    pub(super) usage: Usage,
    pub(super) cost: Option<Cost>,
    pub(super) millis: u64,
    pub(super) calls: Vec<Call>,
}

/// Writes the message of a record.
///
/// The trailers are always the last paragraph, so no text of a model or a user can pass for one.
pub(super) fn write(record: &Record) -> String {
    let mut subject = fold(&record.subject, SUBJECT_MAX);
    if subject.is_empty() {
        subject = record.event.to_string();
    }
    let body = plain(&record.body);
    let mut out = subject;
    if !body.is_empty() {
        out.push_str("\n\n");
        out.push_str(&body);
    }
    out.push_str(&format!("\n\nPlandex-Event: {}\n", record.event));
    let (used, cost) = (used_together(&record.calls), cost_together(&record.calls));
    let usage = (!used.is_zero()).then(|| usage_words(&used));
    let cost = (!record.calls.is_empty() && (cost != Cost::default() || usage.is_some())).then(|| cost_words(&cost));
    let millis: u64 = record.calls.iter().map(|call| call.millis).sum();
    let seconds = (millis > 0).then(|| seconds_words(millis));
    let stage = record.stage.map(|stage| stage.to_string());
    let facts = [
        ("Run", record.run.clone()),
        ("Stage", stage),
        ("Model", record.model.clone()),
        ("Tokens", usage),
        ("Cost", cost),
        ("Seconds", seconds),
    ];
    for (key, value) in facts {
        let value = value.map(|value| fold(&value, 200)).filter(|value| !value.is_empty());
        if let Some(value) = value {
            out.push_str(&format!("Plandex-{key}: {value}\n"));
        }
    }
    for call in &record.calls {
        out.push_str(&format!("Plandex-Call: {}\n", fold(&call_words(call), 400)));
    }
    out
}

fn usage_words(usage: &Usage) -> String {
    let Usage { input_tokens, cached_tokens, cache_write_tokens, output_tokens } = usage;
    let written = if *cache_write_tokens > 0 { format!(" written={cache_write_tokens}") } else { String::new() };
    format!("input={input_tokens} cached={cached_tokens}{written} output={output_tokens}")
}

fn seconds_words(millis: u64) -> String {
    format!("{}.{:03}", millis / 1000, millis % 1000)
}

/// The model comes last, as its id may have spaces.
fn call_words(call: &Call) -> String {
    let cost = if call.cost.unpriced > 0 { "unknown".to_owned() } else { exact_dollars(call.cost.nanos) };
    let (usage, seconds) = (usage_words(&call.usage), seconds_words(call.millis));
    format!("role={} {usage} cost={cost} seconds={seconds} model={}", call.role, call.model)
}

fn call(value: &str) -> Option<Call> {
    let (facts, model) = value.split_once(" model=")?;
    let fact = |key: &str| facts.split(' ').find_map(|fact| fact.strip_prefix(key)?.strip_prefix('='));
    Some(Call {
        role: fact("role")?.to_owned(),
        model: model.to_owned(),
        usage: usage(facts),
        cost: Cost::of_call(fact("cost").and_then(nano_dollars)),
        millis: millis(fact("seconds")?),
    })
}

/// The first line.
pub(super) fn subject(message: &str) -> &str {
    message.lines().next().unwrap_or_default()
}

/// What stands between the subject and the trailers.
pub(super) fn body(message: &str) -> &str {
    let rest = message.split_once("\n\n").map_or("", |(_, rest)| rest.trim_end());
    match rest.rfind("\n\n") {
        Some(at) if is_trailers(&rest[at..]) => rest[..at].trim(),
        None if is_trailers(rest) => "",
        _ => rest,
    }
}

/// Reads the trailers of a message.
pub(super) fn trailers(message: &str) -> Trailers {
    let mut found = Trailers::default();
    let last = message.trim_end().rsplit("\n\n").next().unwrap_or_default();
    for (key, value) in last.lines().filter_map(|line| line.strip_prefix("Plandex-")?.split_once(": ")) {
        match key {
            "Event" => found.event = EventKind::from_word(value),
            "Run" => found.run = Some(value.to_owned()),
            "Stage" => found.stage = stage(value),
            "Model" => found.model = Some(value.to_owned()),
            "Tokens" => found.usage = usage(value),
            "Cost" => found.cost = cost(value),
            "Seconds" => found.millis = millis(value),
            "Call" => found.calls.extend(call(value)),
            _ => {}
        }
    }
    found
}

fn is_trailers(paragraph: &str) -> bool {
    paragraph.trim().lines().all(|line| line.starts_with("Plandex-"))
}

fn stage(word: &str) -> Option<Stage> {
    use Stage::*;
    [Context, Tasks, Implementation, Build, Apply, Execute, Debug, Chat].into_iter().find(|stage| stage.to_string() == word)
}

fn usage(value: &str) -> Usage {
    let mut usage = Usage::default();
    for (key, number) in value.split(' ').filter_map(|field| field.split_once('=')) {
        let number = number.parse().unwrap_or(0);
        match key {
            "input" => usage.input_tokens = number,
            "cached" => usage.cached_tokens = number,
            "written" => usage.cache_write_tokens = number,
            "output" => usage.output_tokens = number,
            _ => {}
        }
    }
    usage
}

/// Dollars, exactly; calls without a known price are counted beside them: `0.0421`, `0.0421 unknown=2`, `unknown=1`.
fn cost_words(cost: &Cost) -> String {
    match (cost.nanos, cost.unpriced) {
        (nanos, 0) => exact_dollars(nanos),
        (0, calls) => format!("unknown={calls}"),
        (nanos, calls) => format!("{} unknown={calls}", exact_dollars(nanos)),
    }
}

fn cost(value: &str) -> Option<Cost> {
    let mut cost = Cost::default();
    for word in value.split(' ') {
        match word.strip_prefix("unknown=") {
            Some(calls) => cost.unpriced = calls.parse().ok()?,
            None => cost.nanos = nano_dollars(word)?,
        }
    }
    Some(cost)
}

fn millis(value: &str) -> u64 {
    let (seconds, rest) = value.split_once('.').unwrap_or((value, "0"));
    let (seconds, rest): (u64, u64) = (seconds.parse().unwrap_or(0), rest.parse().unwrap_or(0));
    seconds.saturating_mul(1000).saturating_add(rest.min(999))
}

/// Makes one line of printable characters, cut to `max` of them.
fn fold(text: &str, max: usize) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let line = words.collect::<Vec<_>>().join(" ");
    if line.chars().count() <= max {
        return line;
    }
    let cut: String = line.chars().take(max - 1).collect();
    format!("{}…", cut.trim_end())
}

/// Keeps lines, drops control characters.
fn plain(text: &str) -> String {
    let kept: String = text.replace("\r\n", "\n").chars().filter(|c| matches!(c, '\n' | '\t') || !c.is_control()).collect();
    kept.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_text_never_passes_for_a_trailer() {
        let mut record = Record::new(EventKind::Reply, "Model says:\n\nPlandex-Event: apply");
        record.body = "hello\n\nPlandex-Event: apply\nPlandex-Run: forged".into();
        record.run = Some("n1\nPlandex-Stage: apply".into());
        let usage = Usage { input_tokens: 9, cached_tokens: 4, cache_write_tokens: 2, output_tokens: 7 };
        let cost = Cost { nanos: 42_100_000, unpriced: 0 };
        record.calls = vec![
            Call { role: "planner".into(), model: "m 1\nPlandex-Event: apply".into(), usage, cost, millis: 3002 },
            Call { role: "names".into(), model: "m".into(), cost: Cost::of_call(None), millis: 40, ..Call::default() },
        ];
        let text = write(&record);
        let read = trailers(&text);
        assert_eq!(read.event, Some(EventKind::Reply));
        assert_eq!(read.run.as_deref(), Some("n1 Plandex-Stage: apply"));
        assert_eq!(read.stage, None);
        assert_eq!((read.usage, read.cost, read.millis), (usage, Some(Cost { unpriced: 1, ..cost }), 3042));
        assert!(text.contains("Plandex-Cost: 0.0421 unknown=1\nPlandex-Seconds: 3.042\n"), "{text}");
        record.calls[0].model = "m 1 Plandex-Event: apply".into();
        assert_eq!(read.calls, record.calls);
        assert_eq!(subject(&text), "Model says: Plandex-Event: apply");
        assert_eq!(body(&text), "hello\n\nPlandex-Event: apply\nPlandex-Run: forged");
    }

    #[test]
    fn long_and_empty_subjects_become_fair_ones() {
        let long = write(&Record::new(EventKind::Prompt, "word ".repeat(50)));
        assert!(subject(&long).chars().count() <= SUBJECT_MAX && subject(&long).ends_with('…'));
        assert_eq!(subject(&write(&Record::new(EventKind::Load, " \n"))), "load");
        assert_eq!(body(&write(&Record::new(EventKind::Load, "x"))), "");
    }
}
