//! The task list, and the list of tasks to remove.

use super::line::{bare, bullet, fence, indent, numbered, ticked, unbold, without_bullet};
use super::value::TaskDraft;

/// An open task list.
#[derive(Debug, Default)]
pub(super) struct Tasks {
    drafts: Vec<Draft>,
    /// The indentation of the list; what is deeper describes a task.
    margin: Option<usize>,
    after_blank: bool,
    /// Prose after a blank line: it belongs to the task only if the list goes on.
    tail: Vec<String>,
    /// Whether a `Uses:` without paths stands open for a list of them.
    uses_open: bool,
}

#[derive(Debug, Default)]
struct Draft {
    title: String,
    description: Vec<String>,
    uses: Vec<String>,
}

impl Tasks {
    /// Reads a line of the section.
    pub(super) fn feed(&mut self, line: &str) {
        let text = line.trim();
        if text.is_empty() {
            self.after_blank = true;
        } else if fence(text).is_none() {
            self.feed_text(line, text);
            self.after_blank = false;
        }
    }

    /// Reads a heading within the section; `false` when it is none of its own.
    pub(super) fn feed_heading(&mut self, text: &str) -> bool {
        let Some(title) = numbered(unbold(text)) else { return false };
        self.begin(title);
        self.after_blank = false;
        true
    }

    fn feed_text(&mut self, line: &str, text: &str) {
        if let Some(title) = self.title(line) {
            self.margin = self.margin.or(Some(indent(line)));
            return self.begin(title);
        }
        if self.drafts.is_empty() {
            return;
        }
        if let Some(list) = uses(text) {
            self.keep_tail();
            return self.add_uses(list);
        }
        match bullet(text).filter(|_| self.uses_open).and_then(lone_path) {
            Some(path) => self.draft().uses.push(path),
            None => self.describe(line, text),
        }
    }

    fn title<'a>(&self, line: &'a str) -> Option<&'a str> {
        let text = line.trim();
        let numbered = numbered(text).or_else(|| numbered(text.strip_prefix("**")?));
        numbered.filter(|_| self.margin.is_none_or(|margin| indent(line) <= margin + 1))
    }

    fn begin(&mut self, text: &str) {
        self.keep_tail();
        self.uses_open = false;
        let (title, rest) = split_title(text);
        let description = if rest.is_empty() { Vec::new() } else { vec![rest] };
        self.drafts.push(Draft { title, description, uses: Vec::new() });
    }

    fn add_uses(&mut self, list: &str) {
        let paths = paths(list);
        self.uses_open = paths.is_empty() && list.trim().is_empty();
        let uses = &mut self.draft().uses;
        for path in paths {
            if !uses.contains(&path) {
                uses.push(path);
            }
        }
    }

    fn describe(&mut self, line: &str, text: &str) {
        self.uses_open = false;
        let inside = indent(line) > self.margin.unwrap_or(0) || self.tail.is_empty() && (!self.after_blank || bullet(text).is_some());
        if inside {
            self.keep_tail();
            self.draft().description.push(without_bullet(text).to_owned());
        } else {
            self.tail.push(text.to_owned());
        }
    }

    fn keep_tail(&mut self) {
        let tail = std::mem::take(&mut self.tail);
        if let Some(draft) = self.drafts.last_mut() {
            draft.description.extend(tail);
        }
    }

    fn draft(&mut self) -> &mut Draft {
        self.drafts.last_mut().expect("lines before the first task are passed over")
    }

    /// The tasks; equal titles are told apart by a number.
    pub(super) fn close(self) -> Vec<TaskDraft> {
        let mut tasks: Vec<TaskDraft> = Vec::with_capacity(self.drafts.len());
        for draft in self.drafts {
            let title = unique(&tasks, draft.title);
            tasks.push(TaskDraft { title, description: draft.description.join("\n"), uses: draft.uses });
        }
        tasks
    }
}

fn unique(tasks: &[TaskDraft], title: String) -> String {
    let taken = |title: &str| tasks.iter().any(|task| task.title == title);
    if !taken(&title) {
        return title;
    }
    (2..).map(|n| format!("{title} ({n})")).find(|title| !taken(title)).expect("numbers never run out")
}

/// The title, and what stands behind it on its line.
fn split_title(text: &str) -> (String, String) {
    if let Some((bold, rest)) = text.strip_prefix("**").and_then(|inner| inner.split_once("**")) {
        let rest = rest.trim();
        let after = rest.trim_start_matches([':', '-', '–', '—', ' ']);
        if rest.is_empty() || after.len() < rest.len() {
            return (bold.trim().trim_end_matches(':').trim_end().to_owned(), after.to_owned());
        }
    }
    (text.replace("**", "").trim().trim_end_matches(':').trim_end().to_owned(), String::new())
}

/// The list behind `Uses:`.
fn uses(text: &str) -> Option<&str> {
    let text = without_bullet(text).trim_start_matches(['*', '_', '(']);
    let rest = text.get(..4).filter(|word| word.eq_ignore_ascii_case("uses")).map(|_| &text[4..])?;
    let rest = rest.trim_start_matches('*').trim_start();
    Some(rest.strip_prefix(':')?.trim_start_matches('*'))
}

/// The paths of a comma-separated list, in back-ticks or without.
fn paths(list: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut quoted = false;
    for c in list.chars() {
        quoted ^= c == '`';
        match c {
            ',' if !quoted => parts.push(String::new()),
            c => parts.last_mut().expect("never empty").push(c),
        }
    }
    parts.iter().flat_map(|part| path(part)).collect()
}

fn path(part: &str) -> Vec<String> {
    let quoted: Vec<String> = ticked(part).map(str::to_owned).collect();
    if !quoted.is_empty() || part.contains('`') {
        return quoted;
    }
    let plain = part.split(" (").next().unwrap_or(part).trim().trim_end_matches(['.', ')', '_', '*']);
    let none = ["", "-", "none", "n/a", "nothing"].iter().any(|word| plain.eq_ignore_ascii_case(word));
    let wordy = plain.contains(char::is_whitespace) && !plain.contains(['/', '.']);
    if none || wordy { Vec::new() } else { vec![plain.to_owned()] }
}

/// A bullet that is nothing but a path.
fn lone_path(text: &str) -> Option<String> {
    let found = paths(text);
    (found.len() == 1 && !bare(text).contains(' ')).then(|| found[0].clone())
}

/// An open list of tasks to remove.
#[derive(Debug, Default)]
pub(super) struct RemoveTasks {
    titles: Vec<String>,
    after_blank: bool,
}

impl RemoveTasks {
    /// Reads a line; `false` when the list was over before it.
    pub(super) fn feed(&mut self, line: &str) -> bool {
        let text = line.trim();
        if text.is_empty() {
            self.after_blank = true;
            return true;
        }
        let Some(item) = bullet(text).or_else(|| numbered(text)) else { return !self.after_blank || self.titles.is_empty() };
        self.titles.push(bare(item).to_owned());
        self.after_blank = false;
        true
    }

    pub(super) fn close(self) -> Vec<String> {
        self.titles
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<TaskDraft> {
        let mut tasks = Tasks::default();
        text.lines().for_each(|line| tasks.feed(line));
        tasks.close()
    }

    fn titles(text: &str) -> Vec<String> {
        read(text).into_iter().map(|task| task.title).collect()
    }

    #[test]
    fn a_task_has_a_title_a_description_and_uses() {
        let tasks = read(
            "Intro\n\n1. First\n   - point\n   more\n   Uses: `a.rs`, `b c.rs`\n   uses: d.rs\n\n2. **Second**: why\n- Uses: e (new), `f`\n",
        );
        let first = TaskDraft {
            title: "First".into(),
            description: "point\nmore".into(),
            uses: vec!["a.rs".into(), "b c.rs".into(), "d.rs".into()],
        };
        let second = TaskDraft { title: "Second".into(), description: "why".into(), uses: vec!["e".into(), "f".into()] };
        assert_eq!(tasks, [first, second]);
    }

    #[test]
    fn a_number_followed_by_a_tab_begins_its_own_task() {
        assert_eq!(titles("1. One\n2.\tTwo\n3. Three"), ["One", "Two", "Three"]);
    }

    #[test]
    fn trailing_prose_is_not_swallowed_by_the_last_task() {
        let tasks = read("1. One\n   - point\n   Uses: `a`\n\nThat is the whole plan.\nShall we go on?\n- or not\n");
        assert_eq!(tasks[0].description, "point");
    }

    #[test]
    fn prose_between_tasks_belongs_to_the_task_before() {
        let tasks = read("1. One\n\nIt needs care.\n\nUses: `a`\n\n2. Two");
        assert_eq!((tasks[0].description.as_str(), tasks[1].description.as_str()), ("It needs care.", ""));
    }

    #[test]
    fn numbers_below_a_task_describe_it() {
        assert_eq!(titles("1. One\n   1. step\n   2. step\n2. Two"), ["One", "Two"]);
        assert_eq!(titles(" 9. Nine\n10. Ten"), ["Nine", "Ten"]);
    }

    #[test]
    fn uses_are_read_in_every_usual_form() {
        for (line, expected) in [
            ("Uses: `a.rs`, `b.rs`", vec!["a.rs", "b.rs"]),
            ("**Uses:** a.rs, b.rs", vec!["a.rs", "b.rs"]),
            ("- **Uses**: `a.rs` (to read), `b.rs`.", vec!["a.rs", "b.rs"]),
            ("Uses: `a,b.rs`", vec!["a,b.rs"]),
            ("(Uses: `a.rs`, b.rs)", vec!["a.rs", "b.rs"]),
            ("Uses: none", vec![]),
            ("Uses:\n   - `a.rs`\n   - b.rs\n   - keep it short", vec!["a.rs", "b.rs"]),
        ] {
            assert_eq!(read(&format!("1. x\n   {line}"))[0].uses, expected, "{line:?}");
        }
    }

    #[test]
    fn equal_titles_are_told_apart() {
        assert_eq!(titles("1. Fix\n2. Fix\n3. Fix"), ["Fix", "Fix (2)", "Fix (3)"]);
    }

    #[test]
    fn a_removal_list_ends_with_the_first_prose_after_a_blank_line() {
        let mut list = RemoveTasks::default();
        let fed: Vec<bool> = ["", "- One", "- `Two`", "", "- Three", "", "Prose.", "- no"].iter().map(|line| list.feed(line)).collect();
        assert_eq!(fed.iter().position(|more| !more), Some(6));
        let mut list = RemoveTasks::default();
        assert!(["- One", "", "- **Two**"].iter().all(|line| list.feed(line)));
        assert_eq!(list.close(), ["One", "Two"]);
    }
}
