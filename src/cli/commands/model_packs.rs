//! `git plandex model-packs`.

use serde::Serialize;

use crate::cli::{CliError, session::Session};
use crate::config::{Models, ModelsError, PackRow, Role, read_models_file};
use crate::ui::Table;

/// List the model packs, or show what one is made of
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Show the models of this pack
    pack: Option<String>,
    /// Only those of your models.yml
    #[arg(short, long)]
    custom: bool,
    /// Print an array of objects
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Row<'a> {
    pack: &'a str,
    description: &'a str,
    custom: bool,
    in_force: bool,
    roles: serde_json::Map<String, serde_json::Value>,
}

/// Lists them.
pub fn run(session: &Session, args: &Args) -> Result<u8, CliError> {
    let packs = Models::packs(read_models_file(&session.env)?.as_deref())?;
    // A listing is of use before any key is set, too.
    let in_force = super::models::models(session).map(|models| models.pack().to_owned()).unwrap_or_default();
    if let Some(name) = args.pack.as_ref().filter(|name| !packs.iter().any(|pack| pack.name == **name)) {
        let known = packs.into_iter().map(|pack| pack.name).collect();
        return Err(ModelsError::UnknownPack { pack: name.clone(), known }.into());
    }
    let wanted = |pack: &&PackRow| (!args.custom || pack.custom) && args.pack.as_ref().is_none_or(|name| pack.name == *name);
    let rows: Vec<Row<'_>> = packs.iter().filter(wanted).map(|pack| row(pack, &in_force)).collect();
    match (args.json, args.pack.is_some()) {
        (true, _) => session.ui.json_pretty(&rows)?,
        (false, true) => session.ui.table(&roles(&rows[0]))?,
        (false, false) => session.ui.table(&listing(&rows))?,
    }
    Ok(0)
}

fn row<'a>(pack: &'a PackRow, in_force: &str) -> Row<'a> {
    Row {
        pack: &pack.name,
        description: &pack.description,
        custom: pack.custom,
        in_force: pack.name == in_force,
        roles: pack.roles.iter().map(|(role, model)| (role.to_string(), model.as_str().into())).collect(),
    }
}

fn listing(rows: &[Row<'_>]) -> Table {
    let mut table = Table::new(&["", "pack", "planner", "for"]).spare("planner");
    for row in rows {
        let mark = if row.in_force { "*" } else { " " };
        let description = if row.custom { format!("{} (models.yml)", row.description) } else { row.description.to_owned() };
        let planner = row.roles.get("planner").and_then(|model| model.as_str()).unwrap_or_default();
        table.row([mark.to_owned(), row.pack.to_owned(), planner.to_owned(), description.trim().to_owned()]);
    }
    table
}

fn roles(row: &Row<'_>) -> Table {
    let mut table = Table::new(&["role", "model"]);
    for role in Role::ALL {
        let follows = || role.falls_back_to().map_or_else(String::new, |other| format!("as {other}"));
        let model = row.roles.get(role.as_str()).and_then(|model| model.as_str()).map_or_else(follows, str::to_owned);
        table.row([role.to_string(), model]);
    }
    table
}
