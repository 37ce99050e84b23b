//! `git plandex set-model`.

use std::collections::BTreeMap;

use crate::cli::{CliError, session::Session};
use crate::config::{Edit, Key, ModelSources, Models, Role, edit_setting, read_models_file};
use crate::pipeline::Workspace;
use crate::plan::{Change, EventKind, PlanMeta, Record};

use super::set_config::PlaceArgs;

/// Choose a model pack, or the model of one role
///
/// With a plan, the choice is kept in the plan and travels with it; a role's model always belongs to a plan.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A pack, or a role followed by a model
    #[arg(value_names = ["PACK | ROLE", "MODEL"], num_args = 0..=2)]
    names: Vec<String>,
    /// Take the choice away: of the role that is named, else of the pack
    #[arg(long)]
    unset: bool,
    #[command(flatten)]
    place: PlaceArgs,
}

/// Sets it.
pub fn run(session: &Session, args: &Args) -> Result<u8, CliError> {
    let ws = session.writing(Vec::new())?;
    let names: Vec<&str> = args.names.iter().map(String::as_str).collect();
    match (names.as_slice(), args.unset) {
        ([role, model], false) => set_role(session, &ws, role.parse()?, Some(model)),
        ([role], true) => set_role(session, &ws, role.parse()?, None),
        ([], true) => set_pack(session, &ws, args, None),
        ([pack], false) => set_pack(session, &ws, args, Some(pack)),
        ([], false) => {
            let pack = pick(session)?;
            pack.map_or(Ok(()), |pack| set_pack(session, &ws, args, Some(&pack)))
        }
        _ => Err(CliError::usage("a model cannot be named with --unset").with_hint("git plandex set-model --unset ROLE")),
    }?;
    Ok(0)
}

fn pick(session: &Session) -> Result<Option<String>, CliError> {
    let packs = Models::packs(read_models_file(&session.env)?.as_deref())?;
    let choices: Vec<String> = packs.iter().map(|pack| format!("{}: {}", pack.name, pack.description)).collect();
    let chosen = session.ui.pick("Which model pack?", &choices, "git plandex set-model PACK; git plandex model-packs lists them")?;
    Ok(chosen.map(|at| packs[at].name.clone()))
}

fn set_pack(session: &Session, ws: &Workspace, args: &Args, pack: Option<&str>) -> Result<(), CliError> {
    let models = pack.map(|pack| resolve(session, Some(pack), &BTreeMap::new())).transpose()?;
    let name = Key::ModelPack.name();
    let subject = pack.map_or_else(|| "Choose no model pack".to_owned(), |pack| format!("Choose the model pack {pack}"));
    args.place.write(session, ws, &subject, |place| Ok::<Edit, CliError>(edit_setting(name, pack, place)?))?;
    say_what_lacks(session, models.as_ref());
    Ok(())
}

fn set_role(session: &Session, ws: &Workspace, role: Role, model: Option<&str>) -> Result<(), CliError> {
    let Some(at) = session.at_if_any(ws)? else {
        return Err(CliError::failed("a role's model is set for a plan, and none is current")
            .with_hint("git plandex new, or name the model in a pack of ~/.config/plandex/models.yml"));
    };
    let mut snapshot = ws.store.load(&at)?;
    let settings = ws.settings(Some(&snapshot.plan.meta))?;
    let mut wanted = snapshot.plan.meta.models.clone();
    change(&mut wanted, role, model);
    let models = resolve(session, settings.text(Key::ModelPack), &wanted)?;
    let subject = model.map_or_else(|| format!("Choose no {role}"), |model| format!("Choose {model} as {role}"));
    ws.store.append(&mut snapshot, &Record::new(EventKind::Settings, subject), &mut |plan| {
        let mut meta: PlanMeta = plan.meta.clone();
        change(&mut meta.models, role, model);
        Ok(if meta == plan.meta { Vec::new() } else { vec![Change::Meta(meta)] })
    })?;
    session.ui.note(format!("set for the plan {at}"));
    say_what_lacks(session, Some(&models));
    Ok(())
}

fn change(models: &mut BTreeMap<String, String>, role: Role, model: Option<&str>) {
    match model {
        Some(model) => drop(models.insert(role.to_string(), model.to_owned())),
        None => drop(models.remove(role.as_str())),
    }
}

/// Refuses names that mean nothing before they are stored.
fn resolve(session: &Session, pack: Option<&str>, overrides: &BTreeMap<String, String>) -> Result<Models, CliError> {
    let user = read_models_file(&session.env)?;
    // What runs on this machine is known only when a model is asked.
    let pack = pack.or(overrides.get("pack").map(String::as_str)).or(Some("local"));
    let sources = ModelSources { env: &session.env, user: user.as_deref(), pack, overrides, local: &[] };
    Ok(Models::resolve(&sources)?)
}

fn say_what_lacks(session: &Session, models: Option<&Models>) {
    if let Some(Err(error)) = models.map(Models::require_keys) {
        session.ui.warn(&error.to_string());
        error.hint().into_iter().for_each(|hint| session.ui.hint(&hint));
    }
}
