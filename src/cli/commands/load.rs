//! `git plandex load`.

use clap::ValueEnum;

use crate::context::Place;
use crate::pipeline::{self, Loaded, Wish, Workspace, fetch_options, find_words, load_found, load_note, load_piped, new_plan};
use crate::plan::{ContextItem, ImageDetail};
use crate::store::{Naming, Snapshot};
use crate::ui::counted;

use crate::cli::{CliError, session::Session};

use super::item_row::{ItemRow, said_of};
use super::running::{is_fed, piped};

/// How many things that were not loaded are named; more are counted.
const MOST_NAMED: usize = 20;

/// Load files, directories, pages, notes and pipes for the model to see
///
/// What is loaded already is brought up to date. Text, and pictures as PNG, JPEG, GIF or WebP, can be loaded:
/// 25 MB each (5 MB for a picture), 1000 items and 1 GB in all.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Files, directories, globs, or URLs; `-` or nothing reads standard input
    paths: Vec<String>,
    /// A text to load
    #[arg(short, long, value_name = "TEXT")]
    note: Option<String>,
    /// Load the files of directories
    #[arg(short, long)]
    recursive: bool,
    /// Load the names of the files of directories
    #[arg(long)]
    tree: bool,
    /// Load maps of directories: their files with what they define
    #[arg(long)]
    map: bool,
    /// Load files although git or .plandexignore ignores them
    #[arg(short, long)]
    force: bool,
    /// How closely a picture is looked at
    #[arg(short, long, value_enum, default_value_t = Detail::High)]
    detail: Detail,
    /// Print what was loaded as an array of objects
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Detail {
    High,
    Low,
}

/// Loads them; makes a plan when none is current.
pub fn run(session: &Session, args: &Args) -> Result<u8, CliError> {
    let input = input(args)?;
    let ws = session.writing(Vec::new())?;
    let present = session.at_if_any(&ws)?.map(|at| ws.store.load(&at)).transpose()?;
    let mut found = find(session, &ws, present.as_ref(), args)?;
    say_skipped(session, &found);
    let mut code = u8::from(found.skipped.iter().any(|skipped| skipped.named));
    if found.items.is_empty() && args.note.is_none() && input.is_none() {
        return Ok(code);
    }
    let mut snapshot = present.map_or_else(|| new(session, &ws), Ok)?;
    load_found(&ws, &mut snapshot, &mut found)?;
    let texts: [(Option<&String>, LoadText); 2] = [(input.as_ref(), load_piped), (args.note.as_ref(), load_note)];
    for (text, load) in texts.into_iter().filter_map(|(text, load)| Some((text?, load))) {
        match load(&ws, &mut snapshot, text) {
            Ok(loaded) => found.items.extend(loaded.items),
            Err(error) => {
                session.ui.error(&format!("not loaded: {}", CliError::words_of(&error)), CliError::hint_of(&error).as_deref());
                code = 1;
            }
        }
    }
    if args.json {
        let index = |item: &ContextItem| snapshot.plan.context.iter().position(|known| known.id == item.id).map(|at| at + 1);
        session.ui.json_pretty(&found.items.iter().map(|item| ItemRow::of(index(item), item, None)).collect::<Vec<_>>())?;
    } else {
        say_loaded(session, &snapshot, &found);
    }
    Ok(code)
}

/// Loads a text.
type LoadText = fn(&Workspace, &mut Snapshot, &str) -> Result<Loaded, pipeline::Error>;

/// Reads what was named; nothing is made yet.
fn find(session: &Session, ws: &Workspace, present: Option<&Snapshot>, args: &Args) -> Result<Loaded, CliError> {
    let words: Vec<String> = args.paths.iter().filter(|word| *word != "-").cloned().collect();
    if words.is_empty() {
        return Ok(Loaded::default());
    }
    let root = ws.store.repo().work_dir().unwrap_or(&session.cwd);
    let detail = if args.detail == Detail::Low { ImageDetail::Low } else { ImageDetail::High };
    let fetch = fetch_options(ws, &ws.settings(present.map(|snapshot| &snapshot.plan.meta))?);
    let Args { recursive, tree, map, force, .. } = *args;
    let place = Place { root, cwd: &session.cwd };
    Ok(find_words(ws, &Wish { recursive, tree, map, force, detail, fetch, ..Wish::of(&words, place) })?)
}

/// What is piped in: asked for with `-`, or by naming nothing else.
fn input(args: &Args) -> Result<Option<String>, CliError> {
    let asked = args.paths.iter().any(|word| word == "-");
    let only = args.paths.is_empty() && args.note.is_none();
    if !(asked || only && is_fed()) {
        return if only {
            Err(CliError::usage("nothing to load").with_hint("git plandex load PATH, --note TEXT, or a pipe"))
        } else {
            Ok(None)
        };
    }
    piped()
}

/// A plan to load into, as none is current.
fn new(session: &Session, ws: &Workspace) -> Result<Snapshot, CliError> {
    let snapshot = new_plan(ws, Naming::Numbered("plan".parse()?), String::new())?;
    ws.store.set_current(&snapshot.at)?;
    session.ui.note(format!("new plan: {}", snapshot.at.plan));
    Ok(snapshot)
}

/// Says what was not loaded.
pub fn say_skipped(session: &Session, loaded: &Loaded) {
    for skipped in loaded.skipped.iter().take(MOST_NAMED) {
        session.ui.error(&format!("not loaded: {}", skipped.reason), skipped.reason.hint().as_deref());
    }
    if loaded.skipped.len() > MOST_NAMED {
        session.ui.error(&format!("{} more were not loaded", loaded.skipped.len() - MOST_NAMED), None);
    }
}

/// Says what was loaded.
pub fn say_loaded(session: &Session, snapshot: &Snapshot, loaded: &Loaded) {
    for item in &loaded.items {
        session.ui.note(said_of("loaded", item).text(format!(" ({})", counted(item.tokens, "token"))));
    }
    if !loaded.items.is_empty() {
        let context = &snapshot.plan.context;
        let total: u64 = context.iter().map(|item| item.tokens).sum();
        session.ui.note(format!("{}, {} in all", counted(context.len(), "item"), counted(total, "token")));
    }
}
