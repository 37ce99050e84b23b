//! `git plandex doctor`.

use serde::Serialize;

use crate::cli::{CliError, Kind, session::Session, signals::with_cancel};
use crate::config::{
    Credentials, Key, LocalServer, ModelSources, Models, ProviderRow, Settings, has_credential_helper, problems, read_models_file,
};
use crate::pipeline::{self, Workspace};
use crate::ui::Table;

/// The least version of git that everything works with.
const LEAST_GIT: (u32, u32) = (2, 34);

/// The programs that models can be reached through.
const PROGRAMS: &[&str] = &["claude", "codex"];

/// Look at the installation: what is in force, from where, and what is missing
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Print an array of objects
    #[arg(long)]
    json: bool,
}

/// How a part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum State {
    /// As it should be.
    Ok,
    /// Not there, and not needed by everybody.
    Absent,
    /// In the way of work.
    Wrong,
}

#[derive(Debug, Serialize)]
struct Row {
    part: &'static str,
    state: State,
    detail: String,
    hint: Option<String>,
}

fn row(part: &'static str, state: State, detail: impl Into<String>) -> Row {
    Row { part, state, detail: detail.into(), hint: None }
}

impl Row {
    fn hint(self, hint: Option<String>) -> Self {
        Self { hint, ..self }
    }
}

/// Looks.
pub fn run(session: &Session, args: &Args) -> Result<u8, CliError> {
    let rows = rows(session);
    let wrong = rows.iter().any(|row| row.state == State::Wrong);
    if args.json {
        session.ui.json_pretty(&rows)?;
    } else {
        show(session, &rows)?;
    }
    Ok(if wrong { Kind::Failed.code() } else { 0 })
}

fn show(session: &Session, rows: &[Row]) -> Result<(), CliError> {
    let mut table = Table::new(&["", "part", "", "do"]).spare("do");
    for row in rows {
        let mark = match row.state {
            State::Ok => "ok",
            State::Absent => "-",
            State::Wrong => "!",
        };
        table.row([mark.to_owned(), row.part.to_owned(), row.detail.clone(), row.hint.clone().unwrap_or_default()]);
    }
    Ok(session.ui.table(&table)?)
}

fn rows(session: &Session) -> Vec<Row> {
    let mut rows = vec![git()];
    let ws = session.reading();
    rows.push(repository(&ws));
    let ws = ws.ok();
    let settings = ws.as_ref().and_then(|ws| settings(session, ws, &mut rows)).unwrap_or_else(Settings::defaults);
    rows.extend(models_file(session));
    rows.push(in_force(session, &settings));
    rows.extend(credentials(session));
    rows.extend(PROGRAMS.iter().filter_map(|name| Some(row("program", State::Ok, session.env.program(name)?.display().to_string()))));
    rows.extend(servers(session));
    rows.push(helper());
    rows.extend(network(session));
    rows.push(terminal(session));
    rows.push(editor(ws.as_ref(), &settings));
    rows
}

fn git() -> Row {
    let version = match crate::store::git_version() {
        Ok(version) => version,
        Err(error) => return row("git", State::Wrong, CliError::from(error).message).hint(Some("install git".to_owned())),
    };
    let mut numbers = version.split('.').map(|number| number.parse::<u32>().unwrap_or(0));
    let have = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    if have < LEAST_GIT {
        return row("git", State::Wrong, version).hint(Some(format!("git {}.{} or newer", LEAST_GIT.0, LEAST_GIT.1)));
    }
    row("git", State::Ok, version)
}

fn repository(ws: &Result<Workspace, CliError>) -> Row {
    match ws {
        Ok(ws) => {
            let root = ws.store.repo().work_dir().unwrap_or(ws.store.repo().git_dir());
            row("repository", State::Ok, root.display().to_string())
        }
        Err(error) => row("repository", State::Absent, error.message.clone()).hint(error.hint.clone()),
    }
}

/// The settings in force; what is wrong with them becomes rows.
fn settings(session: &Session, ws: &Workspace, rows: &mut Vec<Row>) -> Option<Settings> {
    let at = session.at_if_any(ws).ok().flatten();
    let plan = at.as_ref().map(ToString::to_string);
    rows.push(plan.map_or_else(|| row("plan", State::Absent, "none is current"), |plan| row("plan", State::Ok, plan)));
    let meta = at.and_then(|at| ws.store.load(&at).ok()).map(|snapshot| snapshot.plan.meta);
    match ws.settings(meta.as_ref()) {
        Ok(settings) => {
            rows.extend(settings.notices().iter().map(|notice| row("settings", State::Wrong, notice.to_string())));
            Some(settings)
        }
        Err(error) => {
            rows.push(row("settings", State::Wrong, CliError::words_of(&error)).hint(CliError::hint_of(&error)));
            None
        }
    }
}

/// Every fault of the user's `models.yml`, as `FILE:LINE: WORDS`.
fn models_file(session: &Session) -> Vec<Row> {
    let Some(path) = session.env.models_file() else { return Vec::new() };
    match read_models_file(&session.env) {
        Ok(None) => vec![row("models.yml", State::Absent, format!("{} is not there", path.display()))],
        Ok(Some(text)) => {
            let faults = problems(&text);
            if faults.is_empty() {
                return vec![row("models.yml", State::Ok, path.display().to_string())];
            }
            let fault = |fault: &crate::config::Problem| format!("{}:{}: {}", path.display(), fault.line, fault.message);
            faults.iter().map(|one| row("models.yml", State::Wrong, fault(one))).collect()
        }
        Err(error) => vec![row("models.yml", State::Wrong, CliError::from(error).message)],
    }
}

fn in_force(session: &Session, settings: &Settings) -> Row {
    let source = settings.source(Key::ModelPack);
    match super::models::models(session) {
        Ok(models) => match models.require_keys() {
            Ok(()) => {
                let from = if settings.text(Key::ModelPack).is_some() { format!(", {source}") } else { String::new() };
                row("models", State::Ok, format!("pack {}{from}", models.pack()))
            }
            Err(error) => row("models", State::Wrong, error.to_string()).hint(error.hint()),
        },
        Err(error) => row("models", State::Wrong, error.message).hint(error.hint),
    }
}

/// The providers with credentials, whole or in part, and one line for all others; no key is shown.
fn credentials(session: &Session) -> Vec<Row> {
    let found = read_models_file(&session.env).ok().and_then(|user| Models::providers(&session.env, user.as_deref()).ok());
    let Some(found) = found else { return Vec::new() };
    let line = |provider: &ProviderRow| {
        let words = super::providers::words(&provider.credentials).1;
        match &provider.credentials {
            Credentials::Complete(_) if provider.local || provider.key_variables.is_empty() && provider.base_url.is_empty() => None,
            Credentials::Complete(_) => Some(row("key", State::Ok, format!("{}: {words}", provider.name))),
            Credentials::Partial { missing, .. } => {
                let hint = missing.first().map(|name| format!("export {name}=…"));
                Some(row("key", State::Wrong, format!("{}: {words}", provider.name)).hint(hint))
            }
            _ => None,
        }
    };
    let mut rows: Vec<Row> = found.iter().filter_map(line).collect();
    let without = |provider: &&ProviderRow| matches!(provider.credentials, Credentials::Missing(_));
    let names: Vec<&str> = found.iter().filter(without).map(|provider| provider.name.as_str()).collect();
    if !names.is_empty() {
        rows.push(row("key", State::Absent, format!("none for {}", names.join(", "))).hint(Some("git plandex providers".to_owned())));
    }
    rows
}

fn servers(session: &Session) -> Vec<Row> {
    let user = read_models_file(&session.env).ok().flatten();
    let none = Default::default();
    let sources = ModelSources { env: &session.env, user: user.as_deref(), pack: None, overrides: &none, local: &[] };
    let client = pipeline::new_client();
    let found = with_cancel(async |_, _| pipeline::local_servers(&client, &sources).await).unwrap_or_default();
    if found.is_empty() {
        return vec![row("server", State::Absent, "no model server runs on this machine")];
    }
    found.iter().map(|server: &LocalServer| row("server", State::Ok, format!("{} with {}", server.provider, server.model))).collect()
}

fn helper() -> Row {
    if has_credential_helper() {
        return row("credentials", State::Ok, "git has a helper that can keep keys");
    }
    row("credentials", State::Absent, "git has no helper that could keep keys")
}

/// Proxies and authorities that requests go through; an address may hold a password and is not shown.
fn network(session: &Session) -> Vec<Row> {
    let mut rows = Vec::new();
    for name in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"].into_iter().filter(|name| session.env.get(name).is_some()) {
        rows.push(row("proxy", State::Ok, format!("{name} is set")));
    }
    if let Some(path) = session.env.get("SSL_CERT_FILE") {
        let state = if std::path::Path::new(path).is_file() { State::Ok } else { State::Wrong };
        rows.push(row("authorities", state, format!("SSL_CERT_FILE is {path}")));
    }
    rows
}

fn terminal(session: &Session) -> Row {
    let (out, err) = (session.ui.out(), session.ui.err());
    if !session.ui.is_interactive() {
        return row("terminal", State::Absent, "none, so nothing can be asked");
    }
    let colour = if out.colour || err.colour { "colour" } else { "no colour" };
    row("terminal", State::Ok, format!("{} columns, {colour}", err.width))
}

fn editor(ws: Option<&Workspace>, settings: &Settings) -> Row {
    let own = settings.text(Key::Editor).map(|editor| format!("{editor} ({})", settings.source(Key::Editor)));
    match own.or_else(|| ws?.store.repo().editor().map(|editor| format!("{editor} (git)"))) {
        Some(editor) => row("editor", State::Ok, editor),
        None => row("editor", State::Absent, "none").hint(Some("git config --global core.editor EDITOR".to_owned())),
    }
}
