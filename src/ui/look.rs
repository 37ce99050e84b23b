//! What an output stream can show.

use dialoguer::console::Term;
use std::io::IsTerminal;

/// The width that is taken when a terminal does not tell.
const USUAL_WIDTH: usize = 80;

/// What an output stream can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Whether a person looks at it rather than a pipe or file.
    pub terminal: bool,
    /// The columns of the terminal.
    pub width: usize,
    /// Whether colour is wanted.
    pub colour: bool,
    /// Whether characters beyond ASCII can be shown.
    pub unicode: bool,
}

impl Look {
    /// A pipe or file.
    pub const PIPE: Self = Self { terminal: false, width: USUAL_WIDTH, colour: false, unicode: true };

    /// A terminal of `width` columns without colour, for tests.
    pub const fn terminal(width: usize) -> Self {
        Self { terminal: true, width, colour: false, unicode: true }
    }

    /// The same with colour.
    pub const fn coloured(self) -> Self {
        Self { colour: true, ..self }
    }

    /// Looks at this process's standard output.
    pub(super) fn of_stdout(env: &dyn Fn(&str) -> Option<String>) -> Self {
        Self::of(std::io::stdout().is_terminal(), &Term::stdout(), env)
    }

    /// Looks at this process's standard error.
    pub(super) fn of_stderr(env: &dyn Fn(&str) -> Option<String>) -> Self {
        Self::of(std::io::stderr().is_terminal(), &Term::stderr(), env)
    }

    fn of(terminal: bool, term: &Term, env: &dyn Fn(&str) -> Option<String>) -> Self {
        let told = env("COLUMNS").and_then(|columns| columns.parse().ok());
        let width = term.size_checked().map(|(_, columns)| usize::from(columns)).filter(|_| terminal).or(told);
        let width = width.filter(|width| *width > 0).unwrap_or(USUAL_WIDTH);
        Self { terminal, width, colour: wants_colour(terminal, env), unicode: is_utf8(env) }
    }
}

/// Whether to colour: `NO_COLOR` (no-color.org), then `CLICOLOR_FORCE` and `CLICOLOR` (bixense.com/clicolors), then the terminal.
///
/// git sets `GIT_PAGER_IN_USE` when it has put a pager behind us, which then takes colour as a terminal does.
fn wants_colour(terminal: bool, env: &dyn Fn(&str) -> Option<String>) -> bool {
    let set = |name: &str| env(name).filter(|value| !value.is_empty());
    if set("NO_COLOR").is_some() {
        return false;
    }
    if set("CLICOLOR_FORCE").is_some_and(|value| value != "0") {
        return true;
    }
    let dumb = set("TERM").is_none_or(|term| term == "dumb") || env("CLICOLOR").is_some_and(|value| value == "0");
    !dumb && (terminal || set("GIT_PAGER_IN_USE").is_some_and(|value| value == "true" || value == "1"))
}

/// The locale's encoding by the rules of POSIX: the first of these that is set decides.
fn is_utf8(env: &dyn Fn(&str) -> Option<String>) -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| env(name).filter(|value| !value.is_empty()));
    locale.is_none_or(|locale| !matches!(locale.as_str(), "C" | "POSIX") && !locale.to_ascii_lowercase().contains("8859"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colour(terminal: bool, vars: &[(&str, &str)]) -> bool {
        wants_colour(terminal, &|name| vars.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn colour_follows_the_conventions() {
        let xterm = ("TERM", "xterm-256color");
        assert!(colour(true, &[xterm]));
        assert!(!colour(false, &[xterm]));
        assert!(!colour(true, &[]), "no TERM");
        assert!(!colour(true, &[("TERM", "dumb")]));
        assert!(!colour(true, &[xterm, ("NO_COLOR", "1")]));
        assert!(colour(true, &[xterm, ("NO_COLOR", "")]), "an empty NO_COLOR counts as unset");
        assert!(colour(false, &[("CLICOLOR_FORCE", "1")]));
        assert!(!colour(false, &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
        assert!(!colour(false, &[("CLICOLOR_FORCE", "0")]));
        assert!(!colour(true, &[xterm, ("CLICOLOR", "0")]));
        assert!(colour(false, &[xterm, ("GIT_PAGER_IN_USE", "true")]));
    }

    #[test]
    fn only_a_locale_without_unicode_is_taken_for_ascii() {
        let utf8 = |locale: &str| is_utf8(&|name| (name == "LANG").then(|| locale.to_owned()));
        assert!(utf8("en_GB.UTF-8") && utf8("") && utf8("C.UTF-8"));
        assert!(!utf8("C") && !utf8("de_DE.ISO-8859-1"));
    }
}
