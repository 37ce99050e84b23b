//! The first run without a key: a program that is installed is offered as the model.

use crate::config::{Key, ModelsError, Place, edit_setting};
use crate::pipeline::{Error, Workspace};
use crate::ui::Question;

use super::CliError;
use super::session::Session;

/// Offers an installed program to a person who has no model yet; whether one is in force now.
///
/// `-y` does not answer this: who pays for what is not a detail of a command.
pub fn program(session: &Session, ws: &Workspace, error: &Error) -> Result<bool, CliError> {
    let Error::Models(ModelsError::NoModel { installed }) = error else { return Ok(false) };
    let Some(pack) = installed.first().filter(|_| session.ui.is_interactive()) else { return Ok(false) };
    let text = format!("No key is set, but a program is installed. Use your subscription with the pack '{pack}' from now on?");
    let question = Question { text: &text, flag: "git config --global plandex.modelPack", default: true };
    if !session.confirm_in_person(&question)? {
        return Ok(false);
    }
    edit_setting(Key::ModelPack.name(), Some(pack), &Place::User)?.write_git(ws.store.repo().git_dir())?;
    session.ui.note(format!("plandex.modelPack is '{pack}' in your git config; git plandex model-packs lists others"));
    Ok(true)
}
