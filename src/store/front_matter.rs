//! The front matter of messages, read without a YAML parser where it is as plain as we write it.
//!
//! A YAML parser takes most of the time of loading a long plan. What is read here means the same in YAML; anything
//! that is not plain, or not known, is left to the parser.

use super::codec::MessageHead;
use crate::plan::Stage;

/// The value of a key.
enum Value<'t> {
    Scalar(&'t str),
    List(Vec<&'t str>),
    Map(Vec<(&'t str, &'t str)>),
}

/// Reads plain front matter; `None` when a YAML parser has to.
pub(super) fn read(yaml: &str) -> Option<MessageHead> {
    let mut head = MessageHead::default();
    let mut seen = Vec::new();
    for (key, value) in pairs(yaml)? {
        // A key given twice is an error that the parser words better.
        if seen.contains(&key) {
            return None;
        }
        seen.push(key);
        set(&mut head, key, &value)?;
    }
    Some(head)
}

fn pairs(yaml: &str) -> Option<Vec<(&str, Value<'_>)>> {
    let mut pairs: Vec<(&str, Value<'_>)> = Vec::new();
    for line in yaml.strip_suffix('\n')?.split('\n') {
        if let Some(item) = line.strip_prefix("- ") {
            let value = &mut pairs.last_mut()?.1;
            if matches!(value, Value::Map(map) if map.is_empty()) {
                *value = Value::List(Vec::new());
            }
            let Value::List(items) = value else { return None };
            items.push(scalar(item)?);
        } else if let Some(inner) = line.strip_prefix("  ") {
            let (key, value) = inner.split_once(": ")?;
            match &mut pairs.last_mut()?.1 {
                Value::Map(map) if map.iter().all(|(known, _)| *known != key) => map.push((word(key)?, scalar(value)?)),
                _ => return None,
            }
        } else if let Some(key) = line.strip_suffix(':') {
            pairs.push((word(key)?, Value::Map(Vec::new())));
        } else {
            let (key, value) = line.split_once(": ")?;
            pairs.push((word(key)?, Value::Scalar(scalar(value)?)));
        }
    }
    Some(pairs)
}

fn set(head: &mut MessageHead, key: &str, value: &Value<'_>) -> Option<()> {
    match (key, value) {
        ("predecessor", Value::Scalar(id)) => head.predecessor = Some(id.parse().ok()?),
        ("stage", Value::Scalar(word)) => head.stage = Some(stage(word)?),
        ("subtask", Value::Scalar(id)) => head.subtask = Some(id.parse().ok()?),
        ("continues", Value::Scalar(id)) => head.continues = Some(id.parse().ok()?),
        ("did_make_plan", Value::Scalar("true")) => head.did_make_plan = true,
        ("was_context_stage", Value::Scalar("true")) => head.was_context_stage = true,
        ("stopped", Value::Scalar("true")) => head.stopped = true,
        ("activated_paths", Value::List(paths)) => {
            head.activated_paths = paths.iter().map(|path| text(path)?.parse().ok()).collect::<Option<_>>()?;
        }
        ("stop_reason", Value::Scalar(reason)) => head.stop_reason = Some(text(reason)?),
        ("model", Value::Scalar(model)) => head.model = Some(text(model)?),
        ("started", Value::Scalar(time)) => head.started = Some(text(time)?),
        ("finished", Value::Scalar(time)) => head.finished = Some(text(time)?),
        ("usage", Value::Map(counts)) if !counts.is_empty() => {
            for (key, count) in counts {
                let count = number(count)?;
                match *key {
                    "input_tokens" => head.usage.input_tokens = count,
                    "cached_tokens" => head.usage.cached_tokens = count,
                    "cache_write_tokens" => head.usage.cache_write_tokens = count,
                    "output_tokens" => head.usage.output_tokens = count,
                    _ => return None,
                }
            }
        }
        _ => return None,
    }
    Some(())
}

fn word(key: &str) -> Option<&str> {
    (!key.is_empty() && key.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')).then_some(key)
}

/// A scalar that cannot mean anything else in YAML than its letters, quoted or not.
fn scalar(text: &str) -> Option<&str> {
    if is_quoted(text) {
        return Some(text);
    }
    let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'/' | b'-'));
    (plain && text.bytes().next()?.is_ascii_alphanumeric()).then_some(text)
}

/// Whether the text stands in quotes and holds nothing that is escaped in them.
fn is_quoted(text: &str) -> bool {
    let inner = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    inner.is_some_and(|inner| inner.bytes().all(|b| (0x20..0x7f).contains(&b) && b != b'"' && b != b'\\'))
}

/// The text of a scalar; `None` for a plain one that YAML takes for a number, a truth value or nothing.
fn text(scalar: &str) -> Option<String> {
    if is_quoted(scalar) {
        return Some(scalar[1..scalar.len() - 1].to_owned());
    }
    // Longer than every such word, or made of what none of them has.
    let certain = scalar.bytes().next()?.is_ascii_alphabetic() && (scalar.len() > 5 || scalar.contains('/'));
    certain.then(|| scalar.to_owned())
}

fn number(scalar: &str) -> Option<u64> {
    let digits = scalar.bytes().all(|b| b.is_ascii_digit()) && (scalar.len() == 1 || !scalar.starts_with('0'));
    if digits { scalar.parse().ok() } else { None }
}

fn stage(word: &str) -> Option<Stage> {
    use Stage::*;
    [Context, Tasks, Implementation, Build, Apply, Execute, Debug, Chat].into_iter().find(|stage| stage.to_string() == word)
}
