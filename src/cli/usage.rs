//! Help, and what is wrong with a command line, in the words of a git command.

use std::ffi::OsString;
use std::io::Write;

use clap::error::{ContextKind, ContextValue};

/// Whether the arguments ask for help.
pub fn wants_help(args: &[OsString]) -> bool {
    args.iter().skip(1).any(|arg| arg == "help" || arg == "-h" || arg == "--help")
}

/// Prints help or what is wrong, and returns the exit code.
pub fn report(error: clap::Error, definition: &clap::Command, args: &[OsString]) -> u8 {
    let error = without_aliases(error, definition);
    let code = u8::try_from(error.exit_code()).unwrap_or(2);
    if !error.use_stderr() {
        // Writing help to a closed pipe is not worth an error.
        drop(error.print());
        return code;
    }
    let named = args.iter().skip(1).filter_map(|arg| arg.to_str()).find_map(|arg| definition.find_subcommand(arg));
    let help = named.map_or("git plandex help".to_owned(), |command| format!("git plandex help {}", command.get_name()));
    // git takes `--help` for itself and opens a manual page, so what clap says does not work here.
    drop(write!(anstream::stderr(), "{}", with_last(&error.render().ansi().to_string(), "--help", &help)));
    code
}

/// Takes the short names out of what is suggested for a misspelt command: nobody who types a long name means one.
fn without_aliases(mut error: clap::Error, definition: &clap::Command) -> clap::Error {
    let Some(ContextValue::Strings(similar)) = error.get(ContextKind::SuggestedSubcommand) else { return error };
    let is_name = |word: &String| definition.get_subcommands().any(|command| command.get_name() == word);
    // The closest one comes last.
    let names: Vec<String> = similar.iter().rev().filter(|word| is_name(word)).take(3).cloned().collect();
    if names.is_empty() {
        error.remove(ContextKind::SuggestedSubcommand);
    } else {
        error.insert(ContextKind::SuggestedSubcommand, ContextValue::Strings(names));
    }
    error
}

fn with_last(text: &str, old: &str, new: &str) -> String {
    match text.rsplit_once(old) {
        Some((before, after)) => format!("{before}{new}{after}"),
        None => text.to_owned(),
    }
}
