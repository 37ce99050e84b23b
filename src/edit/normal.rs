//! A proposal in the form that its original has: tabs or spaces, depth of indentation, one thing per line.

use std::collections::HashMap;

use crate::edit::marker::{Marker, Strength, recognise};

/// Brings a proposal into its original's form; what is in it already stays byte for byte.
pub(super) fn normal(original: &[&str], proposal: &[&str]) -> Vec<String> {
    let mut lines: Vec<String> = proposal.iter().flat_map(|line| unfold(original, line)).collect();
    convert_tabs(original, &mut lines);
    shift(original, &mut lines);
    lines
}

/// Parts a reference from the code that it shares its line with: `fn a() { /* ... existing code ... */ }`.
fn unfold(original: &[&str], line: &str) -> Vec<String> {
    let whole = || vec![line.to_owned()];
    if !line.contains("...") && !line.contains('…') || recognise(line).is_some() {
        return whole();
    }
    let Some(at) = ["/*", "//", "#"].iter().filter_map(|opener| line.find(opener)).min() else { return whole() };
    let (head, rest) = line.split_at(at);
    let end = rest.find("*/").map_or(rest.len(), |end| end + 2);
    let (comment, tail) = rest.split_at(if rest.starts_with("/*") { end } else { rest.len() });
    let opens = head.trim_end().ends_with(['{', '(', '[', ':']);
    let refers = recognise(comment) == Some(Marker::Reference(Strength::Strong));
    if !opens || !refers || head.contains(['"', '\'']) || original.iter().any(|old| old.trim() == line.trim()) {
        return whole();
    }
    let indent = &head[..head.len() - head.trim_start().len()];
    let mut lines = vec![head.trim_end().to_owned(), format!("{indent}    {comment}")];
    if !tail.trim().is_empty() {
        lines.push(format!("{indent}{}", tail.trim_start()));
    }
    lines
}

/// How a text is indented: lines that begin with a tab, lines that begin with a space, and the least number of spaces.
fn style<'a>(lines: impl Iterator<Item = &'a str>) -> (usize, usize, usize) {
    let (mut tabs, mut spaces, mut least) = (0, 0, usize::MAX);
    for line in lines.filter(|line| !line.trim().is_empty()) {
        let width = line.len() - line.trim_start_matches(' ').len();
        if line.starts_with('\t') {
            tabs += 1;
        } else if width > 1 {
            spaces += 1;
            least = least.min(width);
        }
    }
    (tabs, spaces, least)
}

/// Writes the proposal's indentation with the original's white space where the two have nothing in common.
fn convert_tabs(original: &[&str], lines: &mut [String]) {
    let (old_tabs, old_spaces, old_unit) = style(original.iter().copied());
    let (tabs, spaces, unit) = style(lines.iter().map(String::as_str));
    let to_tabs = old_tabs > 4 * old_spaces && tabs == 0 && spaces > 0;
    let to_spaces = old_spaces > 4 * old_tabs && spaces == 0 && tabs > 0;
    if to_tabs {
        for line in lines {
            let width = line.len() - line.trim_start_matches(' ').len();
            *line = format!("{}{}{}", "\t".repeat(width / unit), " ".repeat(width % unit), &line[width..]);
        }
    } else if to_spaces {
        for line in lines {
            let width = line.len() - line.trim_start_matches('\t').len();
            *line = format!("{}{}", " ".repeat(width * old_unit.min(8)), &line[width..]);
        }
    }
}

/// Gives back the indentation that a stretch between references has lost as a whole.
fn shift(original: &[&str], lines: &mut [String]) {
    let mut places: HashMap<&str, Option<&str>> = HashMap::new();
    for old in original {
        let trimmed = old.trim();
        let indent = &old[..old.len() - old.trim_start().len()];
        places.entry(trimmed).and_modify(|place| *place = None).or_insert(Some(indent));
    }
    let mut start = 0;
    while start < lines.len() {
        let end = lines[start..].iter().position(|line| recognise(line).is_some()).map_or(lines.len(), |length| start + length);
        if let Some(prefix) = lost_prefix(&places, &lines[start..end]) {
            for line in lines[start..end].iter_mut().filter(|line| !line.trim().is_empty()) {
                line.insert_str(0, &prefix);
            }
        }
        start = end + 1;
    }
}

/// The indentation that every line lacks whose place in the original is known.
fn lost_prefix(places: &HashMap<&str, Option<&str>>, lines: &[String]) -> Option<String> {
    let mut solid = lines.iter().filter(|line| !line.trim().is_empty());
    if solid.clone().all(|line| line.starts_with([' ', '\t'])) {
        return None;
    }
    let first = solid.clone().next()?;
    let missing = |line: &String| -> Option<Option<String>> {
        let trimmed = line.trim();
        let old = (*places.get(trimmed)?)?;
        Some(old.strip_suffix(&line[..line.len() - line.trim_start().len()]).map(str::to_owned))
    };
    let prefix = missing(first)??;
    let mut known = 0;
    let same = solid.all(|line| match missing(line) {
        Some(found) => {
            known += 1;
            found.as_deref() == Some(&prefix)
        }
        None => true,
    });
    (same && known >= 2 && !prefix.is_empty()).then_some(prefix)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_within_a_line_is_parted() {
        assert_eq!(unfold(&[], "  a() { /* ... existing code ... */ }"), ["  a() {", "      /* ... existing code ... */", "  }"]);
        assert_eq!(unfold(&[], "func a() { // ... existing code ..."), ["func a() {", "    // ... existing code ..."]);
        assert_eq!(unfold(&[], "a(); // then ...").len(), 1);
        assert_eq!(unfold(&[], "say(\"{ // ... existing code ...\")").len(), 1);
    }

    #[test]
    fn what_has_the_form_already_stays() {
        let original = ["fn a() {", "    b();", "}"];
        assert_eq!(normal(&original, &original), original);
        let wrapped = ["fn a() {", "    if c {", "        b();", "    }", "}"];
        assert_eq!(normal(&original, &wrapped), wrapped);
    }

    #[test]
    fn lost_indentation_comes_back() {
        let original = ["class A:", "    def b(self):", "        c()", "        d()"];
        assert_eq!(normal(&original, &["def b(self):", "    c()", "    x()"]), ["    def b(self):", "        c()", "        x()"]);
    }
}
