//! Words that name context items: numbers, ranges, names, paths, directories, patterns.

use std::sync::Arc;

use super::ContextError;
use crate::git::glob_matches;
use crate::plan::{ContextItem, ContextKind, EntityId};

/// Finds the items that `words` name, in the order of the list, each once.
///
/// A name or path counts before a number, so that every item can be named whatever it is called.
/// `prefix` is the directory that paths are typed in, relative to the root: empty or with a slash at its end.
pub fn select(items: &[Arc<ContextItem>], words: &[String], prefix: &str) -> Result<Vec<EntityId>, ContextError> {
    let mut chosen = vec![false; items.len()];
    for word in words {
        for at in places(items, word, prefix)? {
            chosen[at] = true;
        }
    }
    Ok(items.iter().zip(chosen).filter(|(_, chosen)| *chosen).map(|(item, _)| item.id).collect())
}

/// A way in which a word can name an item.
type Rule = fn(&ContextItem, &str) -> bool;

/// The ways, strictest first; the first that finds anything counts.
const RULES: &[Rule] = &[is_called, is_below, matches_pattern];

fn places(items: &[Arc<ContextItem>], word: &str, prefix: &str) -> Result<Vec<usize>, ContextError> {
    let mut spelled: Vec<String> = from_root(prefix, word).into_iter().collect();
    spelled.push(word.to_owned());
    if spelled[0].is_empty() {
        return root(items, word);
    }
    for (rule, word) in RULES.iter().flat_map(|rule| spelled.iter().map(move |word| (rule, word))) {
        let found: Vec<usize> = (0..items.len()).filter(|at| rule(&items[*at], word)).collect();
        if !found.is_empty() {
            return Ok(found);
        }
    }
    let (first, last) = numbers(word).ok_or_else(|| ContextError::NoMatch(word.to_owned()))?;
    for number in [first, last] {
        if number == 0 || number > items.len() {
            return Err(ContextError::NoIndex { number, count: items.len() });
        }
    }
    Ok((first.min(last) - 1..first.max(last)).collect())
}

/// The word as a path from the root, without `.` and `..`; empty for the root itself, nothing for what lies above it.
fn from_root(prefix: &str, word: &str) -> Option<String> {
    let mut parts: Vec<&str> = prefix.split('/').filter(|part| !part.is_empty()).collect();
    for part in word.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    let slash = if word.ends_with('/') && !parts.is_empty() { "/" } else { "" };
    Some(parts.join("/") + slash)
}

/// What the root stands for: the tree and the map of all files, else all that is of the project.
fn root(items: &[Arc<ContextItem>], word: &str) -> Result<Vec<usize>, ContextError> {
    let whole = |item: &ContextItem| matches!(item.kind, ContextKind::Tree | ContextKind::Map) && item.directory.is_none();
    let inside = |item: &ContextItem| item.path.is_some() || matches!(item.kind, ContextKind::Tree | ContextKind::Map);
    for test in [&whole as &dyn Fn(&ContextItem) -> bool, &inside] {
        let found: Vec<usize> = (0..items.len()).filter(|at| test(&items[*at])).collect();
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Err(ContextError::NoMatch(word.to_owned()))
}

fn is_called(item: &ContextItem, word: &str) -> bool {
    let plain = !matches!(item.kind, ContextKind::Tree | ContextKind::Map);
    plain && item.name == word || path_is(item, |path| path == word.trim_start_matches("./").as_bytes())
}

fn is_below(item: &ContextItem, word: &str) -> bool {
    let dir = word.trim_start_matches("./").trim_end_matches('/');
    if matches!(item.kind, ContextKind::Tree | ContextKind::Map) {
        let own = item.name.trim_start_matches("./").trim_end_matches('/');
        return own == dir.trim_start_matches('.') || own == dir;
    }
    !dir.is_empty() && path_is(item, |path| path.strip_prefix(dir.as_bytes()).is_some_and(|rest| rest.starts_with(b"/")))
}

/// As in `.gitignore`, a pattern without a slash is about the last part of the path.
fn matches_pattern(item: &ContextItem, word: &str) -> bool {
    if !word.contains(['*', '?', '[']) {
        return false;
    }
    match &item.path {
        Some(path) if word.contains('/') => glob_matches(word, path.as_bytes(), true),
        Some(path) => glob_matches(word, path.file_name(), true),
        None => glob_matches(word, item.name.as_bytes(), false),
    }
}

fn path_is(item: &ContextItem, test: impl Fn(&[u8]) -> bool) -> bool {
    item.path.as_ref().is_some_and(|path| test(path.as_bytes()))
}

/// Reads `2` or `2-5`, from 1.
fn numbers(word: &str) -> Option<(usize, usize)> {
    let (first, last) = word.split_once('-').unwrap_or((word, word));
    Some((first.parse().ok()?, last.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{IdSource, ObjectId};

    fn items() -> Vec<Arc<ContextItem>> {
        let mut ids = IdSource::after(None);
        let mut item = |name: &str, kind: ContextKind| {
            let path = |kind| (kind == ContextKind::File).then(|| name.parse().expect("valid"));
            let oid = ObjectId::from_hex(&"a".repeat(40)).expect("forty digits");
            Arc::new(ContextItem { id: ids.next(1, 1), path: path(kind), ..ContextItem::new(kind, name, oid) })
        };
        let files = ["src/main.rs", "src/ui/mod.rs", "docs/1-2", "2"].map(|name| item(name, ContextKind::File));
        files.into_iter().chain([item("use the old API", ContextKind::Note), item("3-4", ContextKind::Note)]).collect()
    }

    fn chosen(words: &[&str], prefix: &str) -> Result<Vec<String>, String> {
        let items = items();
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        let ids = select(&items, &words, prefix).map_err(|error| error.to_string())?;
        Ok(items.iter().filter(|item| ids.contains(&item.id)).map(|item| item.name.clone()).collect())
    }

    #[test]
    fn items_are_named_by_number_range_name_path_directory_and_pattern() {
        let ok = |names: &[&str]| Ok(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        assert_eq!(chosen(&["1"], ""), ok(&["src/main.rs"]));
        assert_eq!(chosen(&["4-5", "1"], ""), ok(&["src/main.rs", "2", "use the old API"]));
        assert_eq!(chosen(&["5-4"], ""), ok(&["2", "use the old API"]));
        assert_eq!(chosen(&["use the old API"], ""), ok(&["use the old API"]));
        assert_eq!(chosen(&["./src/main.rs"], ""), ok(&["src/main.rs"]));
        assert_eq!(chosen(&["src/"], ""), ok(&["src/main.rs", "src/ui/mod.rs"]));
        assert_eq!(chosen(&["*.rs"], ""), ok(&["src/main.rs", "src/ui/mod.rs"]));
        assert_eq!(chosen(&["src/*.rs"], ""), ok(&["src/main.rs"]));
        assert_eq!(chosen(&["src/**/*.rs"], ""), ok(&["src/main.rs", "src/ui/mod.rs"]));
        assert_eq!(chosen(&["use*"], ""), ok(&["use the old API"]));
        assert_eq!(chosen(&["mod.rs"], "src/ui/"), ok(&["src/ui/mod.rs"]));
        assert_eq!(chosen(&["docs/1-2"], "src/"), ok(&["docs/1-2"]));
    }

    #[test]
    fn directories_are_named_from_where_they_are_typed() {
        let ok = |names: &[&str]| Ok(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        assert_eq!(chosen(&["../src/"], "docs/"), ok(&["src/main.rs", "src/ui/mod.rs"]));
        assert_eq!(chosen(&["./ui/mod.rs"], "src/"), ok(&["src/ui/mod.rs"]));
        assert_eq!(chosen(&["."], "src/ui/"), ok(&["src/ui/mod.rs"]));
        assert_eq!(chosen(&["./"], "src/"), ok(&["src/main.rs", "src/ui/mod.rs"]));
        assert_eq!(chosen(&["../*.rs"], "src/ui/"), ok(&["src/main.rs"]));
        for (word, prefix) in [(".", ""), ("./", ""), ("..", "src/"), ("../..", "src/ui/")] {
            assert_eq!(chosen(&[word], prefix), ok(&["src/main.rs", "src/ui/mod.rs", "docs/1-2", "2"]), "{word} in {prefix}");
        }
        assert_eq!(chosen(&["../.."], "src/"), Err("no context item matches '../..'".into()));
    }

    #[test]
    fn a_name_with_a_dash_or_of_digits_is_found_before_a_number() {
        assert_eq!(chosen(&["1-2"], "docs/"), Ok(vec!["docs/1-2".into()]));
        assert_eq!(chosen(&["2"], ""), Ok(vec!["2".into()]));
        assert_eq!(chosen(&["3-4"], ""), Ok(vec!["3-4".into()]));
    }

    #[test]
    fn what_names_nothing_is_an_error_that_says_so() {
        assert_eq!(chosen(&["main"], ""), Err("no context item matches 'main'".into()));
        assert_eq!(chosen(&["0"], ""), Err("there is no context item 0; there are 6".into()));
        assert_eq!(chosen(&["1-9"], ""), Err("there is no context item 9; there are 6".into()));
        assert_eq!(chosen(&["a-b"], ""), Err("no context item matches 'a-b'".into()));
    }
}
