//! The name that a line declares, told by its words alone.
//!
//! Proposals leave out the ends of blocks, so a parser often cannot tell; both sides must be read the same way.

/// Words that a declared name follows.
const KEYWORDS: &[&str] = &[
    "fn",
    "def",
    "defp",
    "defmacro",
    "defmodule",
    "class",
    "function",
    "func",
    "fun",
    "struct",
    "enum",
    "trait",
    "interface",
    "impl",
    "type",
    "module",
    "namespace",
    "protocol",
    "extension",
    "object",
    "record",
    "sub",
    "mod",
    "macro_rules!",
    "union",
    "actor",
    "mixin",
    "message",
    "service",
    "rpc",
    "table",
    "procedure",
];

/// Words that may stand before such a word, or before the type and name of a function.
const MODIFIERS: &[&str] = &[
    "pub",
    "pub(crate)",
    "pub(super)",
    "async",
    "unsafe",
    "const",
    "static",
    "export",
    "default",
    "abstract",
    "public",
    "private",
    "protected",
    "internal",
    "final",
    "open",
    "override",
    "sealed",
    "data",
    "inline",
    "extern",
    "virtual",
    "partial",
    "readonly",
    "declare",
    "local",
    "suspend",
    "operator",
    "mutating",
    "fileprivate",
    "companion",
    "inner",
    "annotation",
    "lazy",
    "implicit",
    "case",
    "get",
    "set",
    "synchronized",
    "native",
    "explicit",
    "constexpr",
    "friend",
    "typedef",
    "nonisolated",
];

/// Words before a bracket that make a statement and no function.
const STATEMENTS: &[&str] = &[
    "if",
    "for",
    "while",
    "switch",
    "catch",
    "else",
    "do",
    "try",
    "return",
    "match",
    "with",
    "using",
    "lock",
    "foreach",
    "elif",
    "elseif",
    "unless",
    "until",
    "when",
    "await",
    "yield",
    "throw",
    "new",
    "in",
    "not",
    "and",
    "or",
    "guard",
    "assert",
    "raise",
    "super",
    "this",
    "self",
    "require",
    "import",
    "from",
    "let",
    "var",
    "val",
    "case",
    "delete",
    "sizeof",
    "defer",
    "go",
    "select",
    "unsafe",
    "loop",
    "function",
    "fixed",
    "fn",
    "func",
    "it",
    "describe",
    "test",
    "constructor_args",
];

/// The name that a line declares, if it declares a block.
pub(super) fn declared(line: &str) -> Option<&str> {
    let trimmed = line.trim();
    if trimmed.len() > 400 {
        return None;
    }
    by_keyword(trimmed).or_else(|| by_shape(trimmed)).filter(|name| !name.is_empty())
}

fn by_keyword(line: &str) -> Option<&str> {
    let mut words = line.split_whitespace();
    let keyword = words
        .by_ref()
        .find(|word| !MODIFIERS.contains(word) && !word.starts_with('@') && !word.starts_with("extern") && !word.starts_with('"'))?;
    let keyword = keyword.strip_suffix('*').unwrap_or(keyword);
    let bare = keyword.split(['<', '(']).next().unwrap_or(keyword);
    if !KEYWORDS.contains(&keyword) && bare != "impl" && !(bare == "func" && keyword.len() > 4) {
        return None;
    }
    if bare == "impl" || bare == "extension" {
        return line.find(bare).map(|at| line[at..].trim_end_matches(['{', ' ']));
    }
    let at = line.find(keyword)? + keyword.len();
    // The star of a generator stands with its keyword or by itself.
    let mut rest = line[at..].trim_start_matches([' ', '\t', '*']);
    if keyword == "func" && rest.starts_with('(') {
        rest = rest.find(')').map_or(rest, |end| rest[end + 1..].trim_start());
    }
    while let Some((first, more)) = rest.split_once(' ').filter(|(first, _)| KEYWORDS.contains(first) || MODIFIERS.contains(first)) {
        let _ = first;
        rest = more.trim_start();
    }
    Some(identifier(rest))
}

/// What a line sets, calls or lists: the word before its first sign of that kind.
pub(super) fn key(line: &str) -> Option<&str> {
    let trimmed = line.trim_start();
    let end = trimmed.find([':', '=', '('])?;
    let name = trimmed[..end].trim_end().rsplit(char::is_whitespace).next()?;
    (!name.is_empty()).then_some(name)
}

/// `type name(…) {` and `name(…) {`, and constants that hold a function.
fn by_shape(line: &str) -> Option<&str> {
    if let Some(name) = arrow(line) {
        return Some(name);
    }
    let bracket = line.find('(')?;
    if !(line.ends_with('{') || is_signature(line)) || line.starts_with(['}', ')', '.', '#', '@', '*', '/', '"', '\'']) {
        return None;
    }
    let head = &line[..bracket];
    if head.trim_end_matches(':').replace("::", "").contains(':') || head.contains(['=', '.', '"', '\'', '{', ',', '?', '|', '!', '+']) {
        return None;
    }
    let name = head.rsplit(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$' || c == '~' || c == ':')).next()?;
    let first = head.split_whitespace().next()?;
    (!STATEMENTS.contains(&name) && !STATEMENTS.contains(&first)).then_some(name)
}

/// `name(…): type;` and `type name(…);`
fn is_signature(line: &str) -> bool {
    let typed = line.split('(').next().is_some_and(|head| head.split_whitespace().count() >= 2);
    line.ends_with(';') && (typed || line.contains("):"))
}

/// `const name = (…) => {`
fn arrow(line: &str) -> Option<&str> {
    let words = ["const ", "let ", "var ", "export const "];
    let rest = words.iter().find_map(|word| line.strip_prefix(word))?;
    let (name, value) = rest.split_once('=')?;
    (value.contains("=>") && line.ends_with(['{', '(']) || value.trim_start().starts_with("function")).then(|| identifier(name.trim()))
}

fn identifier(text: &str) -> &str {
    let end = text.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '$' | '.' | '!' | '?' | '~' | '\''))).unwrap_or(text.len());
    text[..end].trim_end_matches(['.', '\''])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_declarations() {
        for (line, name) in [
            ("pub(crate) async fn open<P>(path: P) -> File {", "open"),
            ("def visit(self, op):", "visit"),
            ("class Style:", "Style"),
            ("export default class App extends Base {", "App"),
            ("export const merge = (a, b) => {", "merge"),
            ("func (s *Server) Serve(l net.Listener) error {", "Serve"),
            ("    public void setX1(String x1) {", "setX1"),
            ("static int read_all(FILE *f, char **out) {", "read_all"),
            ("impl<T> Iterator for Iter<T> {", "impl<T> Iterator for Iter<T>"),
            ("  render() {", "render"),
            ("override suspend fun load(id: Int): User {", "load"),
            ("function* walk(node) {", "walk"),
        ] {
            assert_eq!(declared(line), Some(name), "{line}");
        }
    }

    #[test]
    fn statements_declare_nothing() {
        for line in [
            "if (a) {",
            "} else if (b) {",
            "for (let i = 0; i < n; i++) {",
            "return new Foo(a, b) {",
            "foo(a);",
            "return foo(a);",
            "a = foo(b);",
            "await foo(b);",
            "let x = call(|| {",
            "types = 3",
            "it(\"works\", () => {",
        ] {
            assert_eq!(declared(line), None, "{line}");
        }
    }
}
