//! `git plandex providers`.

use std::io::{IsTerminal, Read};

use serde::Serialize;

use crate::cli::{CliError, session::Session};
use crate::config::{Credentials, Models, ProviderRow, Secret, log_in, log_out, read_models_file};
use crate::ui::Table;

/// List the providers and what lets you in, or give git's credential helper a key to keep
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Option<Action>,
    /// Print an array of objects
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Give git's credential helper the key of a provider; it is asked for, or read from standard input
    Login {
        /// The provider
        provider: String,
    },
    /// Let git's credential helper forget the key of a provider
    Logout {
        /// The provider
        provider: String,
    },
}

#[derive(Serialize)]
struct Row<'a> {
    provider: &'a str,
    api: &'a str,
    base_url: &'a str,
    state: &'static str,
    credentials: String,
    variables: &'a [String],
    local: bool,
}

/// Lists them.
pub fn run(session: &Session, args: &Args) -> Result<u8, CliError> {
    let found = Models::providers(&session.env, read_models_file(&session.env)?.as_deref())?;
    match &args.action {
        Some(Action::Login { provider }) => login(session, named(&found, provider)?)?,
        Some(Action::Logout { provider }) => logout(session, named(&found, provider)?)?,
        None => list(session, &found, args.json)?,
    }
    Ok(0)
}

fn named<'a>(found: &'a [ProviderRow], name: &str) -> Result<&'a ProviderRow, CliError> {
    let unknown = || {
        let known = found.iter().map(|row| row.name.as_str()).collect::<Vec<_>>().join(", ");
        CliError::failed(format!("no provider is named '{name}'")).with_hint(format!("the providers are {known}"))
    };
    let row = found.iter().find(|row| row.name == name).ok_or_else(unknown)?;
    if !row.takes_key {
        let message = format!("{name} takes no key");
        return Err(CliError::failed(message).with_hint("git plandex providers says what it needs"));
    }
    Ok(row)
}

fn login(session: &Session, row: &ProviderRow) -> Result<(), CliError> {
    let key = Secret::new(&read_key(session, &row.name)?);
    if key.expose().is_empty() || key.expose().contains(|c: char| c.is_control() || c.is_whitespace()) {
        return Err(CliError::failed(format!("that is no key of {}", row.name)).with_hint("one line without spaces"));
    }
    log_in(&row.name, &row.base_url, &key)?;
    session.ui.note(format!("git's credential helper keeps the key for {}", row.name));
    if let Some(set) = row.key_variables.iter().find(|name| session.env.get(name).is_some()) {
        session.ui.warn(&format!("{set} is set and comes first"));
    }
    Ok(())
}

fn logout(session: &Session, row: &ProviderRow) -> Result<(), CliError> {
    let known = log_out(&row.name, &row.base_url)?;
    let words =
        if known { "git's credential helper has forgotten the key for" } else { "git's credential helper had been given no key for" };
    session.ui.note(format!("{words} {}", row.name));
    Ok(())
}

/// The key as it is typed, unseen, or as it is piped in.
fn read_key(session: &Session, provider: &str) -> Result<String, CliError> {
    let mut stdin = std::io::stdin();
    if stdin.is_terminal() {
        return Ok(session.ui.secret(&format!("The key for {provider}"), "pipe the key into git plandex providers login")?);
    }
    let mut key = String::new();
    stdin.read_to_string(&mut key).map_err(|error| CliError::failed(format!("cannot read standard input: {error}")))?;
    Ok(key)
}

fn list(session: &Session, found: &[ProviderRow], json: bool) -> Result<(), CliError> {
    let rows: Vec<Row<'_>> = found.iter().map(row).collect();
    if json {
        return Ok(session.ui.json_pretty(&rows)?);
    }
    let mut table = Table::new(&["", "provider", "credentials", "address"]).spare("address");
    for row in rows {
        let mark = if row.state == "complete" { "*" } else { " " };
        table.row([mark.to_owned(), row.provider.to_owned(), row.credentials, row.base_url.to_owned()]);
    }
    Ok(session.ui.table(&table)?)
}

fn row(row: &ProviderRow) -> Row<'_> {
    let (state, credentials) = words(&row.credentials);
    Row {
        provider: &row.name,
        api: row.api.as_str(),
        base_url: &row.base_url,
        state,
        credentials,
        variables: &row.key_variables,
        local: row.local,
    }
}

/// The state of credentials: a word, and what is there or lacks.
pub fn words(credentials: &Credentials) -> (&'static str, String) {
    match credentials {
        Credentials::Complete(source) => ("complete", source.clone()),
        Credentials::Missing(variables) => ("missing", format!("needs {}", variables.join(" or "))),
        Credentials::Partial { set, missing } => ("partial", format!("{} but not {}", set.join(" and "), missing.join(" or "))),
        Credentials::NoProgram(program) => ("missing", format!("needs the program {program}")),
    }
}
