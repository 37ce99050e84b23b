//! `git plandex set-config`.

use crate::config::{Edit, Place, edit_setting};
use crate::pipeline::Workspace;
use crate::plan::{Change, EventKind, Record};

use crate::cli::{CliError, session::Session};

/// Change a setting
#[derive(Debug, clap::Args)]
#[command(override_usage = "git plandex set-config [OPTIONS] KEY VALUE\n       git plandex set-config [OPTIONS] --unset KEY")]
pub struct Args {
    /// The setting: auto-commit, or autoCommit as in git config
    key: String,
    /// The value
    #[arg(required_unless_present = "unset")]
    value: Option<String>,
    /// Take the setting away
    #[arg(long, conflicts_with = "value")]
    unset: bool,
    #[command(flatten)]
    place: PlaceArgs,
}

/// Where a setting is kept.
#[derive(Debug, clap::Args)]
pub struct PlaceArgs {
    /// Keep it for all your repositories
    #[arg(long, conflicts_with = "local")]
    global: bool,
    /// Keep it for this repository [default: the current plan, if there is one]
    #[arg(long)]
    local: bool,
}

impl PlaceArgs {
    /// Makes the change where it was asked for: by default in the plan if one is current, else in the repository.
    pub fn write(
        &self,
        session: &Session,
        ws: &Workspace,
        subject: &str,
        edit: impl Fn(&Place) -> Result<Edit, CliError>,
    ) -> Result<(), CliError> {
        let dir = ws.store.repo().git_dir().to_owned();
        if self.global || self.local {
            let place = if self.global { Place::User } else { Place::Repository };
            edit(&place)?.write_git(&dir)?;
            session.ui.note(if self.global { "set for all your repositories" } else { "set for this repository" });
            return Ok(());
        }
        let Some(at) = session.at_if_any(ws)? else {
            edit(&Place::Repository)?.write_git(&dir)?;
            session.ui.note("set for this repository");
            return Ok(());
        };
        let mut snapshot = ws.store.load(&at)?;
        let edit = edit(&Place::Plan { id: snapshot.plan.meta.id.clone() })?;
        edit.write_git(&dir)?;
        ws.store.append(&mut snapshot, &Record::new(EventKind::Settings, subject), &mut |plan| {
            let mut meta = plan.meta.clone();
            edit.change_meta(&mut meta);
            Ok(if meta == plan.meta { Vec::new() } else { vec![Change::Meta(meta)] })
        })?;
        session.ui.note(format!("set for the plan {at}"));
        Ok(())
    }
}

/// Changes it.
pub fn run(session: &Session, args: &Args) -> Result<u8, CliError> {
    session.not_a_key("setting's name", &args.key)?;
    session.not_a_key("setting's value", args.value.as_deref().unwrap_or_default())?;
    let ws = session.writing(Vec::new())?;
    let value = args.value.as_deref().filter(|_| !args.unset);
    let subject = match value {
        Some(value) => format!("Set {} to {value}", args.key),
        None => format!("Unset {}", args.key),
    };
    args.place.write(session, &ws, &subject, |place| Ok(edit_setting(&args.key, value, place)?))?;
    Ok(0)
}
