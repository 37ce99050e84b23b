//! Pages of the web as text that a model reads.

use std::time::Duration;

use html2text::config;

/// The width that paragraphs are set in.
const WIDTH: usize = 120;

/// How deeply elements may nest; browsers give up at 512. The parser's time grows with the square of it.
const MAX_DEPTH: usize = 2000;

/// How long the reading of a page may take.
const TIME: Duration = Duration::from_secs(10);

/// Elements that have no end or may do without, so that they say nothing of the depth.
const UNENDED: &[&str] = &[
    "area", "base", "body", "br", "col", "colgroup", "dd", "dt", "embed", "head", "hr", "html", "img", "input", "li", "link", "meta",
    "optgroup", "option", "p", "param", "rp", "rt", "source", "tbody", "td", "tfoot", "th", "thead", "tr", "track", "wbr",
];

/// The text of an HTML page with headings, lists, tables and code kept; scripts, styles and link targets are left out.
///
/// `None` when the page nests its elements so deeply that no browser would follow, or takes too long.
pub fn html_to_text(html: &str) -> Option<String> {
    within(html, TIME)
}

fn within(html: &str, time: Duration) -> Option<String> {
    if depth(html) > MAX_DEPTH {
        return None;
    }
    let (sender, receiver) = std::sync::mpsc::channel();
    let html = html.to_owned();
    // One that does not come to an end goes with the program.
    std::thread::Builder::new().stack_size(64 << 20).spawn(move || drop(sender.send(render(&html)))).ok()?;
    receiver.recv_timeout(time).ok().flatten()
}

fn render(html: &str) -> Option<String> {
    let text = config::plain().link_footnotes(false).no_link_wrapping().allow_width_overflow().string_from_read(html.as_bytes(), WIDTH);
    Some(squeezed(&text.ok()?))
}

/// How deeply elements nest, at a glance.
fn depth(html: &str) -> usize {
    let (mut depth, mut most) = (0_usize, 0);
    for tag in html.split('<').skip(1) {
        let (name, rest) = tag.split_at(tag.find(|c: char| !(c.is_ascii_alphanumeric() || c == '/')).unwrap_or(tag.len()));
        let closed = rest.split('>').next().is_some_and(|rest| rest.ends_with('/')) || name.ends_with('/');
        match name.strip_prefix('/') {
            Some(_) => depth = depth.saturating_sub(1),
            None if !name.starts_with(|c: char| c.is_ascii_alphabetic())
                || closed
                || UNENDED.contains(&name.to_ascii_lowercase().as_str()) => {}
            None => depth += 1,
        }
        most = most.max(depth);
    }
    most
}

/// Takes spaces at line ends and repeated empty lines out.
fn squeezed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut empty = true;
    for line in text.lines().map(str::trim_end) {
        if !(line.is_empty() && empty) {
            out.push_str(line);
            out.push('\n');
        }
        empty = line.is_empty();
    }
    out.truncate(out.trim_end().len());
    if !out.is_empty() {
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_read_without_its_machinery() {
        let html = "<!doctype html><html><head><title>T</title><style>p{color:red}</style><script>alert(1)</script></head><body>\
            <h1>Guide</h1><p>Use <a href='https://example.org/x'>the <b>tool</b></a>.</p>\n\n\n<ul><li>one</li><li>two</li></ul>\
            <pre><code>fn a() {\n    b();\n}</code></pre><script>var x = 1;</script></body></html>";
        let text = html_to_text(html).expect("readable");
        assert!(text.starts_with("# Guide\n\nUse "), "{text}");
        for kept in ["tool", "* one\n* two", "fn a() {\n    b();\n}"] {
            assert!(text.contains(kept), "{kept}: {text}");
        }
        for dropped in ["alert", "var x", "color", "example.org", "\n\n\n"] {
            assert!(!text.contains(dropped), "{dropped}: {text}");
        }
    }

    #[test]
    fn a_page_of_brackets_or_one_that_takes_too_long_is_not_read() {
        let nested = |depth: usize| format!("{}x{}", "<div>".repeat(depth), "</div>".repeat(depth));
        assert_eq!(html_to_text(&nested(100_000)), None);
        assert_eq!(html_to_text(&nested(500)).as_deref(), Some("x\n"));
        assert_eq!(within(&"<p>x".repeat(100_000), Duration::ZERO), None);
    }

    #[test]
    fn what_need_not_be_ended_does_not_nest() {
        assert_eq!(depth(&"<p>x<br><li class=a>y<img src=b><svg><path d='M0'/></svg>".repeat(100)), 1);
        assert_eq!(depth("<div><ul><li>a<li>b</ul></div>"), 2);
        assert_eq!(depth("a < b <!-- c --> <3"), 0);
    }
}
