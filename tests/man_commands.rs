//! The pages of section 1 are made from the command definitions; the commands that any text names exist.
//!
//! `UPDATE_MAN=1 cargo test --test man_commands` writes the pages anew. What follows the options of a page stands in
//! `man/parts/<page>.roff`, if there is such a file.

mod man_support;

use std::collections::BTreeSet;
use std::fs;

use man_support::{man_dir, pages, plain, repository_file};

/// The date of the pages; it changes with their words.
const DATE: &str = "2026-11-21";

/// The definition with names and global options handed down to every command.
fn definition() -> clap::Command {
    let mut root = git_plandex::cli::definition();
    root.build();
    root
}

/// The commands that a person can type, `help` left out.
fn commands(of: &clap::Command) -> Vec<&clap::Command> {
    of.get_subcommands().filter(|command| command.get_name() != "help" && !command.is_hide_set()).collect()
}

/// Every page of section 1: its file name and its text.
fn generated() -> Vec<(String, String)> {
    let root = definition();
    let mut pages = vec![page(&root)];
    pages.extend(commands(&root).into_iter().map(page));
    pages
}

fn page(command: &clap::Command) -> (String, String) {
    let name = command.get_display_name().unwrap_or_else(|| command.get_name()).to_owned();
    let man = clap_mangen::Man::new(documented(command, &[]))
        .title(name.to_uppercase())
        .date(DATE)
        .source(concat!("git-plandex ", env!("CARGO_PKG_VERSION")))
        .manual("Git Plandex Manual");
    let mut text = Vec::new();
    man.render_title(&mut text).expect("a buffer takes everything");
    man.render_name_section(&mut text).expect("a buffer takes everything");
    man.render_synopsis_section(&mut text).expect("a buffer takes everything");
    // Without a long description that section would only repeat the name's.
    if command.get_long_about().is_some() {
        man.render_description_section(&mut text).expect("a buffer takes everything");
    }
    man.render_options_section(&mut text).expect("a buffer takes everything");
    let below = commands(command);
    if name == "git-plandex" {
        text.extend(command_list(&below).bytes());
    } else {
        below.into_iter().for_each(|sub| action(sub, &mut text));
    }
    let part = man_dir().join("parts").join(format!("{name}.roff"));
    let mut text = String::from_utf8(text).expect("roff is text");
    text.push_str(&fs::read_to_string(part).unwrap_or_default());
    if name != "git-plandex" {
        text.push_str(".SH \"SEE ALSO\"\n\\fBgit\\-plandex\\fR(1)\n");
    }
    (format!("{name}.1"), text)
}

/// The command as its page shows it: with the usage line of its help, global options last, and without `hidden` ones.
fn documented(command: &clap::Command, hidden: &[&str]) -> clap::Command {
    let usage = command.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage: ").to_owned();
    let place = |arg: clap::Arg| {
        let order = match arg.get_id().as_str() {
            "help" | "version" => 1002,
            _ if arg.is_global_set() => 1001,
            _ => return arg,
        };
        arg.display_order(order)
    };
    let hide = |arg: clap::Arg| if hidden.contains(&arg.get_id().as_str()) { arg.hide(true) } else { arg };
    command.clone().override_usage(usage).mut_args(|arg| hide(place(arg)))
}

/// The commands with their aliases, in the order of the definition.
fn command_list(commands: &[&clap::Command]) -> String {
    let mut out = String::from(".SH COMMANDS\n");
    for command in commands {
        let aliases: Vec<_> = command.get_visible_aliases().map(|alias| format!("\\fB{alias}\\fR")).collect();
        let aliases = if aliases.is_empty() { String::new() } else { format!(" ({})", aliases.join(", ")) };
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        let name = command.get_name().replace('-', "\\-");
        out.push_str(&format!(".TP\n\\fB{name}\\fR{aliases}\n{}\n", about.replace('-', "\\-")));
    }
    out
}

/// A command below a command, as a section of its page.
fn action(command: &clap::Command, text: &mut Vec<u8>) {
    let man = clap_mangen::Man::new(documented(command, &["plan", "yes", "help"]));
    let name = command.get_bin_name().unwrap_or_else(|| command.get_name());
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    text.extend(format!(".SH \"{}\"\n{about}\n", name.to_uppercase()).bytes());
    let (mut synopsis, mut options) = (Vec::new(), Vec::new());
    man.render_synopsis_section(&mut synopsis).expect("a buffer takes everything");
    man.render_options_section(&mut options).expect("a buffer takes everything");
    for section in [synopsis, options] {
        // These are parts of a section, not sections.
        let section = String::from_utf8(section).expect("roff is text");
        text.extend(section.replace(".SH SYNOPSIS\n", ".PP\n").replace(".SH OPTIONS\n", "").bytes());
    }
}

#[test]
fn the_pages_of_section_1_are_those_of_the_definitions() {
    let update = std::env::var_os("UPDATE_MAN").is_some();
    for (file, text) in generated() {
        let path = man_dir().join(&file);
        if update {
            fs::write(&path, &text).expect("the page is written");
        }
        let present = fs::read_to_string(&path).unwrap_or_default();
        assert!(present == text, "man/{file} is not what the definitions say: UPDATE_MAN=1 cargo test --test man_commands");
    }
}

#[test]
fn no_page_of_section_1_is_left_over() {
    let made: BTreeSet<_> = generated().into_iter().map(|(file, _)| file).collect();
    let present: BTreeSet<_> = pages().into_iter().map(|(file, _)| file).filter(|file| file.ends_with(".1")).collect();
    assert_eq!(present, made);
}

/// The words after `git plandex` on the lines of a text.
fn named(text: &str) -> BTreeSet<String> {
    text.lines().flat_map(named_on).collect()
}

fn named_on(line: &str) -> Vec<String> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let clean = |word: &str| word.trim_matches(|c: char| !c.is_ascii_alphanumeric() && c != '-').to_owned();
    let is_name = |word: &String| word.starts_with(|c: char| c.is_ascii_lowercase());
    let after = words.windows(3).filter(|three| clean(three[0]) == "git" && three[1] == "plandex");
    after.map(|three| clean(three[2])).filter(is_name).collect()
}

#[test]
fn every_command_that_a_text_names_exists() {
    let root = definition();
    let mut texts = pages();
    texts.push(("README.md".into(), repository_file("README.md")));
    texts.push(("CHANGELOG.md".into(), repository_file("CHANGELOG.md")));
    for (file, text) in texts {
        for word in named(&plain(&text)) {
            let known = word == "help" || root.get_subcommands().any(|c| c.get_name() == word || c.get_all_aliases().any(|a| a == word));
            assert!(known, "{file} names the command 'git plandex {word}', which does not exist");
        }
    }
}

#[test]
fn every_command_is_named_in_the_first_page() {
    let text = plain(&fs::read_to_string(man_dir().join("git-plandex.1")).expect("the page is there"));
    let missing: Vec<_> =
        commands(&definition()).into_iter().map(|c| c.get_name().to_owned()).filter(|name| !text.contains(name.as_str())).collect();
    assert_eq!(missing, Vec::<String>::new());
}

/// The lines of a text that a person would type, as words of a shell.
fn typed(text: &str) -> Vec<Vec<String>> {
    let line = |line: &str| line.trim().trim_start_matches("$ ").to_owned();
    text.lines().map(line).filter(|line| line.starts_with("git plandex")).map(|line| shell_words(&line)).collect()
}

/// Splits a line as a shell does, up to a comment, a pipe or a redirection.
fn shell_words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    for c in line.chars() {
        match (quote, c) {
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            (None, '#' | '|' | '>' | '<' | ';' | '&') => break,
            (None, ' ') => words.push(String::new()),
            (_, c) => words.last_mut().expect("there is a word").push(c),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[test]
fn every_line_to_type_is_a_valid_command_line() {
    let mut texts: Vec<_> = pages().into_iter().filter(|(file, _)| !file.ends_with(".1")).collect();
    let parts = fs::read_dir(man_dir().join("parts")).expect("there are parts").flatten();
    texts.extend(parts.map(|part| (part.file_name().to_string_lossy().into_owned(), fs::read_to_string(part.path()).expect("it is text"))));
    texts.push(("README.md".into(), repository_file("README.md")));
    let mut seen = 0;
    for (file, text) in texts {
        for words in typed(&plain(&text)) {
            let parsed = git_plandex::cli::definition()
                .try_get_matches_from(std::iter::once("git-plandex").chain(words[2..].iter().map(String::as_str)));
            let asks_for_help = |error: &clap::Error| error.exit_code() == 0;
            if let Err(error) = parsed {
                assert!(asks_for_help(&error), "{file} shows a line that is refused, {words:?}: {error}");
            }
            seen += 1;
        }
    }
    assert!(seen > 40, "the README alone has more lines to type than {seen}");
}

/// Every kind of end; the compiler complains here when one joins them.
fn exit_codes() -> BTreeSet<u8> {
    use git_plandex::cli::Kind as K;
    let all = [K::Closed, K::Failed, K::Usage, K::Provider, K::Limit, K::Internal, K::Interrupted];
    let listed = |kind: &K| match kind {
        K::Closed | K::Failed | K::Usage | K::Provider | K::Limit | K::Internal | K::Interrupted => kind.code(),
    };
    all.iter().map(listed).collect()
}

#[test]
fn the_first_page_names_every_exit_code() {
    let text = fs::read_to_string(man_dir().join("git-plandex.1")).expect("the page is there");
    let table = text.split_once("code|meaning\n").expect("there is a table").1.split_once(".TE").expect("it ends").0;
    let told: BTreeSet<u8> = table.lines().filter_map(|line| line.split_once('|')?.0.parse().ok()).collect();
    assert_eq!(told, exit_codes());
}
