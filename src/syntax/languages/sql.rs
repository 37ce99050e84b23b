//! SQL, in any dialect.
//!
//! The grammar of tree-sitter-sequel finds errors in one right file of five, most of them in the bodies of functions; a scanner of the
//! statements does without those.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;
use crate::syntax::scan::{Rows, Scanned};
use crate::syntax::walk::Found;

pub(super) const SQL: Entry = Entry {
    language: Language::Sql,
    name: "sql",
    comments: &["--", "/*"],
    extensions: &["sql", "psql", "ddl", "pgsql"],
    scanner: Some(scan),
    ..Entry::NEW
};

/// What a statement may create.
const KINDS: &[(&str, &str)] = &[
    ("TABLE", "table"),
    ("VIEW", "view"),
    ("FUNCTION", "function"),
    ("PROCEDURE", "procedure"),
    ("PROC", "procedure"),
    ("TRIGGER", "trigger"),
    ("INDEX", "index"),
    ("TYPE", "type"),
    ("DOMAIN", "domain"),
    ("SEQUENCE", "sequence"),
    ("SCHEMA", "schema"),
    ("DATABASE", "database"),
    ("ROLE", "role"),
    ("USER", "user"),
    ("EXTENSION", "extension"),
    ("AGGREGATE", "aggregate"),
    ("OPERATOR", "operator"),
    ("POLICY", "policy"),
    ("RULE", "rule"),
    ("EVENT", "event"),
    ("PACKAGE", "package"),
    ("CAST", "cast"),
];

/// Words between the name and what a statement creates.
const BETWEEN: &[&str] = &["IF", "NOT", "EXISTS", "CONCURRENTLY", "BODY", "ONLY"];

/// Words that begin what is no column in the list of a table.
const NO_COLUMN: &[&str] = &[
    "CONSTRAINT",
    "PRIMARY",
    "FOREIGN",
    "UNIQUE",
    "CHECK",
    "KEY",
    "INDEX",
    "EXCLUDE",
    "LIKE",
    "PERIOD",
    "FULLTEXT",
    "SPATIAL",
    "PARTITION",
];

/// Words at which the signature of a function, view or trigger ends.
const BODY: &[&str] = &["AS", "IS", "BEGIN", "DECLARE", "LANGUAGE", "EXECUTE"];

/// A word, name, string or sign with the byte where it begins.
#[derive(Clone, Copy)]
struct Token<'a> {
    start: usize,
    text: &'a str,
}

impl Token<'_> {
    fn is(&self, word: &str) -> bool {
        self.text.eq_ignore_ascii_case(word)
    }

    fn is_any(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.is(word))
    }

    fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

fn scan(text: &str) -> Vec<Found> {
    let rows = Rows::new(text);
    let tokens = tokens(text);
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let length = statement_length(&tokens[at..]);
        statement(&tokens[at..at + length], &rows, &mut found);
        at += length;
    }
    found
}

/// Splits a text into tokens without comments.
fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut all = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let length = token_length(&text[at..], first).max(first.len_utf8());
        let told = !first.is_whitespace() && !text[at..].starts_with("--") && !text[at..].starts_with("/*");
        if told {
            all.push(Token { start: at, text: &text[at..at + length] });
        }
        at += length;
    }
    all
}

fn token_length(text: &str, first: char) -> usize {
    let to = |close: &str, from: usize| text.get(from..).and_then(|rest| rest.find(close)).map_or(text.len(), |at| from + at + close.len());
    match first {
        '-' if text.starts_with("--") => to("\n", 2),
        '/' if text.starts_with("/*") => to("*/", 2),
        '\'' => to("'", 1),
        '"' => to("\"", 1),
        '`' => to("`", 1),
        '[' => to("]", 1),
        '$' => dollar_length(text),
        _ if first.is_alphanumeric() || first == '_' => {
            text.find(|c: char| !(c.is_alphanumeric() || "_$#".contains(c))).unwrap_or(text.len())
        }
        _ => first.len_utf8(),
    }
}

/// The length of a string between `$tag$` and the same again.
fn dollar_length(text: &str) -> usize {
    let Some(tag) = text[1..].find('$').map(|at| &text[..at + 2]) else { return 1 };
    if !tag[1..tag.len() - 1].chars().all(|c| c.is_alphanumeric() || c == '_') {
        return 1;
    }
    text[tag.len()..].find(tag).map_or(text.len(), |at| at + 2 * tag.len())
}

/// How many tokens the first statement has, with its semicolon.
fn statement_length(tokens: &[Token<'_>]) -> usize {
    let (mut brackets, mut blocks) = (0usize, 0usize);
    let routine = tokens.iter().take(6).any(|token| token.is_any(&["FUNCTION", "PROCEDURE", "PROC", "TRIGGER", "PACKAGE", "EVENT"]));
    for (at, token) in tokens.iter().enumerate() {
        match token.text {
            "(" => brackets += 1,
            ")" => brackets = brackets.saturating_sub(1),
            ";" if brackets == 0 && blocks == 0 => return at + 1,
            _ if routine && token.is_any(&["BEGIN", "CASE"]) && !tokens[at.saturating_sub(1)].is("END") => blocks += 1,
            _ if routine && token.is("END") => {
                let of = tokens.get(at + 1).is_some_and(|next| next.is_any(&["IF", "LOOP", "WHILE", "REPEAT", "FOR"]));
                blocks = blocks.saturating_sub(usize::from(!of));
            }
            _ if at > 0 && token.is("GO") => return at + 1,
            _ => {}
        }
    }
    tokens.len()
}

/// Adds what a statement defines.
fn statement(tokens: &[Token<'_>], rows: &Rows<'_>, found: &mut Vec<Found>) {
    let Some(first) = tokens.iter().position(|token| token.is_any(&["CREATE", "ALTER"])).filter(|at| *at < 3) else { return };
    let head = &tokens[first..];
    let words = head.iter().take(9);
    let Some((at, kind)) = words.enumerate().find_map(|(at, token)| Some((at, KINDS.iter().find(|(word, _)| token.is(word))?.1))) else {
        return;
    };
    let name_at = at + 1 + head[at + 1..].iter().take_while(|token| token.is_any(BETWEEN)).count();
    let Some((name, after)) = name(head, name_at) else { return };
    let columns = head[after..].first().filter(|token| kind == "table" && token.text == "(").map(|_| after);
    let stop = columns.or_else(|| {
        head[after..].iter().position(|token| token.is_any(BODY) && !matches!(kind, "index" | "type" | "domain")).map(|at| after + at)
    });
    let end = head.last().map_or(0, Token::end);
    let signature_end = stop.map_or(end, |stop| head[stop - 1].end());
    let kind = if head[0].is("ALTER") { "alter" } else { kind };
    let scanned = Scanned { kind, name, parent: None, signature: head[0].start..signature_end, has_body: stop.is_some(), end };
    found.push(scanned.found(rows, &["--", "/*"]));
    if let Some(open) = columns {
        add_columns(&head[open + 1..], rows, found);
    }
}

/// The name at a token, with its schema, and the index of the token after it; an index without a name is called by its table.
fn name(tokens: &[Token<'_>], at: usize) -> Option<(String, usize)> {
    let at = if tokens.get(at)?.is("ON") { at + 1 } else { at };
    let mut end = at + 1;
    while tokens.get(end).is_some_and(|token| token.text == ".") {
        end += 2;
    }
    let plain = tokens.get(at..end)?.iter().map(|token| token.text.trim_matches(['"', '`', '[', ']']));
    let name: String = plain.collect();
    name.contains(char::is_alphanumeric).then_some((name, end))
}

/// Adds the columns of the table that was found last.
fn add_columns(tokens: &[Token<'_>], rows: &Rows<'_>, found: &mut Vec<Found>) {
    let parent = found.len().checked_sub(1);
    let mut depth = 0usize;
    let mut start = 0;
    for (at, token) in tokens.iter().enumerate() {
        let closes = token.text == ")" && depth == 0;
        if closes || (token.text == "," && depth == 0) {
            let item = &tokens[start..at];
            if let Some(first) = item.first().filter(|first| !first.is_any(NO_COLUMN)) {
                let end = item[item.len() - 1].end();
                let name = first.text.trim_matches(['"', '`', '[', ']']).to_owned();
                let column = Scanned { kind: "column", name, parent, signature: first.start..end, has_body: false, end };
                found.push(column.found(rows, &["--", "/*"]));
            }
            start = at + 1;
        }
        match token.text {
            _ if closes => return,
            "(" => depth += 1,
            ")" => depth -= 1,
            _ => {}
        }
    }
}
