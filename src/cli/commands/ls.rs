//! `git plandex ls`.

use std::collections::HashMap;

use crate::config::Key;
use crate::context::{Instruction, Project, SourceChange, instructions};
use crate::pipeline::{self, Workspace};
use crate::plan::{EntityId, Plan};
use crate::ui::{Table, counted};

use crate::cli::{CliError, json, session::Session};

use super::item_row::ItemRow;

/// List what is loaded for the model to see
///
/// Tokens are counted with the tokenizer of OpenAI's models; other models count up to a third more.
/// The project's instructions, AGENTS.md or CLAUDE.md, have no number: set-config project-instructions false leaves them out.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Print an array of objects
    #[arg(long)]
    json: bool,
}

/// Lists it.
pub fn run(session: &Session, args: &Args) -> Result<u8, CliError> {
    let ws = session.reading()?;
    let snapshot = session.snapshot(&ws)?;
    let plan = &snapshot.plan;
    let changes = changes(&ws, plan);
    let instructions = instructions_in_force(&ws, plan)?;
    let items = plan.context.iter().enumerate().map(|(at, item)| ItemRow::of(Some(at + 1), item, changes.get(&item.id).copied()));
    let rows: Vec<ItemRow<'_>> = items.chain(instructions.iter().map(ItemRow::of_instruction)).collect();
    if args.json {
        session.ui.json_pretty(&rows)?;
        return Ok(0);
    }
    if !rows.is_empty() {
        table(session, &rows)?;
    }
    if plan.context.is_empty() {
        session.ui.hint("git plandex load PATH");
    } else if !changes.is_empty() {
        session.ui.hint("git plandex update brings the context up to date");
    }
    Ok(0)
}

fn table(session: &Session, rows: &[ItemRow<'_>]) -> Result<(), CliError> {
    let headings = ["#", "name", "type", "tokens", "loaded", "updated", "state"];
    let mut table = Table::new(&headings).right("#").right("tokens").spare("loaded").spare("updated");
    for row in rows {
        let when = |time: Option<&str>| json::date(time.unwrap_or_default()).to_owned();
        let index = row.index.map_or_else(String::new, |index| index.to_string());
        let state = row.outdated.unwrap_or_default().to_owned();
        table.row([index, row.name.to_owned(), row.kind_words(), row.tokens.to_string(), when(row.added), when(row.updated), state]);
    }
    session.ui.table(&table)?;
    let total: u64 = rows.iter().map(|row| row.tokens).sum();
    session.ui.note(format!("{} in all", counted(total, "token")));
    Ok(())
}

/// What has happened to what each item shows; a listing does not fail when that cannot be told.
fn changes(ws: &Workspace, plan: &Plan) -> HashMap<EntityId, SourceChange> {
    if plan.context.is_empty() {
        return HashMap::new();
    }
    let found = Project::survey(ws.store.repo()).ok().and_then(|project| pipeline::outdated(&project, plan).ok());
    found.unwrap_or_default().into_iter().map(|stale| (stale.id, stale.change)).collect()
}

fn instructions_in_force(ws: &Workspace, plan: &Plan) -> Result<Vec<Instruction>, CliError> {
    if !ws.settings(Some(&plan.meta))?.bool(Key::ProjectInstructions) {
        return Ok(Vec::new());
    }
    Ok(instructions(ws.store.repo(), ws.folder().as_ref())?)
}
