//! The markup of a reply, as far as its layout needs it.

/// Lines longer than this are never markup, and are shown before they are complete.
const LONGEST_MARKUP: usize = 400;

/// Where in the reply the text stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    Prose,
    /// Between code fences; holds the fence.
    Fence(String),
    /// In a file block.
    Block,
}

/// What a complete line of prose is.
pub(super) enum Kind<'a> {
    Blank,
    Label,
    Block,
    Tag,
    Fence(&'a str),
    /// A heading that a reply's list has for the parser, as a person reads it.
    Section(&'static str),
    Text,
}

/// The headings of lists with the words that a person reads for them.
const SECTIONS: &[(&str, &str)] = &[
    ("### Categories", "What it is about:"),
    ("### Files", "What is to be read:"),
    ("### Task", "What is to be done:"),
    ("### Tasks", "What is to be done:"),
    ("### Remove Tasks", "What is not to be done after all:"),
    ("### Move Files", "What moves:"),
    ("### Remove Files", "What is removed:"),
    ("### Reset Changes", "What is taken back:"),
];

/// Tells what a complete, trimmed line of prose is.
pub(super) fn kind_of(line: &str) -> Kind<'_> {
    if line.is_empty() {
        Kind::Blank
    } else if line.starts_with("<PlandexBlock") {
        Kind::Block
    } else if is_tag(line) {
        Kind::Tag
    } else if let Some(fence) = fence_of(line) {
        Kind::Fence(fence)
    } else if let Some((_, words)) = SECTIONS.iter().find(|(heading, _)| *heading == line) {
        Kind::Section(words)
    } else if !label_path(line).is_empty() {
        Kind::Label
    } else {
        Kind::Text
    }
}

/// Markup that stands alone on a line and is only for the parser.
pub(super) fn is_tag(line: &str) -> bool {
    matches!(line, "<PlandexFinish/>" | "<EndPlandexFileOps/>" | "</PlandexBlock>")
}

/// Whether the line so far can still become markup.
pub(super) fn may_be_markup(line: &str, place: &Place) -> bool {
    let start = line.trim_start();
    let open = start.is_empty() && line.len() < 40;
    match place {
        Place::Block => open || "</PlandexBlock>".starts_with(start.trim_end()),
        Place::Fence(fence) => open || fence.starts_with(start.trim_end()),
        Place::Prose => {
            let tag = |head: &str| head.starts_with(start) || start.starts_with(head);
            let markup = tag("<Plandex")
                || tag("</Plandex")
                || tag("<EndPlandex")
                || start.starts_with("``")
                || start == "`"
                || start.starts_with("~~");
            let label = start.starts_with(['-', '*', '#']) && start.len() < 120;
            open || (line.len() < LONGEST_MARKUP && (markup || label))
        }
    }
}

/// The fence that opens code, without its language.
pub(super) fn fence_of(line: &str) -> Option<&str> {
    let end = line.find(|c| c != '`' && c != '~').unwrap_or(line.len());
    (end >= 3 && !line[end..].contains('`')).then(|| &line[..end])
}

/// The path that a label line names, empty when it is none: `- src/a.rs:`, `**src/a.rs:**` or `### src/a.rs:`.
pub(super) fn label_path(line: &str) -> &str {
    let line = line.trim();
    let marked = line.starts_with(['-', '#']) || line.starts_with("**");
    let bare = line.trim_matches(|c: char| matches!(c, '-' | '#' | '*' | '`' | ' '));
    let Some(path) = bare.strip_suffix(':').filter(|_| marked) else { return "" };
    let path = path.trim_matches(|c: char| matches!(c, '`' | '*' | ' '));
    if path.contains(' ') || !path.contains(['.', '/']) { "" } else { path }
}

/// The value of a tag's attribute.
pub(super) fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let after = tag.split_once(&format!("{name}=\""))?.1;
    after.split_once('"').map(|(value, _)| value)
}

/// Whether the line is a heading.
pub(super) fn is_heading(line: &str) -> bool {
    line.trim_start_matches('#').starts_with(' ') && line.starts_with('#')
}

/// Where the text of a list's line begins, so that what continues it stands below.
pub(super) fn hanging_indent(line: &str) -> usize {
    let lead = line.len() - line.trim_start().len();
    let rest = &line[lead..];
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let mark = match digits {
        0 if rest.starts_with("- ") || rest.starts_with("* ") => 2,
        1..=3 if rest[digits..].starts_with(". ") => digits + 2,
        _ => 0,
    };
    lead + mark
}
