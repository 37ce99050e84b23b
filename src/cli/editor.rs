//! A prompt written in the person's editor.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::config::Key;
use crate::pipeline::Workspace;

use super::{CliError, session::Session};

/// The line from which on nothing counts; git's own (`cleanup=scissors`).
const SCISSORS: &str = "# ------------------------ >8 ------------------------";

/// Lets the person write a prompt; `None` without a person or a repository.
///
/// The text stays in the git directory until the next one is written, so that a run that fails to begin does not lose it.
pub fn prompt(session: &Session) -> Result<Option<String>, CliError> {
    if !session.ui.is_interactive() {
        return Ok(None);
    }
    let ws = session.reading()?;
    let editor = editor(session, &ws)?;
    let file = file(&ws);
    let failed = |error: std::io::Error| CliError::failed(format!("cannot write '{}': {error}", file.display()));
    std::fs::create_dir_all(file.parent().expect("it has a directory")).map_err(failed)?;
    std::fs::write(&file, template()).map_err(failed)?;
    open(&editor, &file)?;
    let text = std::fs::read_to_string(&file).map_err(|error| CliError::failed(format!("cannot read '{}': {error}", file.display())))?;
    let text = written(&text).to_owned();
    // Values of keys are written to no file of ours.
    std::fs::write(&file, ws.mask().text(&text).as_bytes()).map_err(failed)?;
    Ok(Some(text))
}

/// The setting, else git's own choice.
fn editor(session: &Session, ws: &Workspace) -> Result<String, CliError> {
    let snapshot = session.at_if_any(ws)?.map(|at| ws.store.load(&at)).transpose()?;
    let settings = ws.settings(snapshot.as_ref().map(|snapshot| &snapshot.plan.meta))?;
    let set = settings.text(Key::Editor).map(str::to_owned);
    set.or_else(|| ws.store.repo().editor()).ok_or_else(|| {
        CliError::usage("no prompt, and no editor to write one in")
            .with_hint("git plandex tell \"what you want\", or git config core.editor")
    })
}

fn file(ws: &Workspace) -> PathBuf {
    ws.store.repo().git_dir().join("plandex").join("PROMPT.md")
}

fn template() -> String {
    format!("\n{SCISSORS}\n# Write above this line what you want, then save and quit.\n# An empty text asks for nothing.\n")
}

/// As git does, through the shell, because the setting may hold arguments.
fn open(editor: &str, file: &Path) -> Result<(), CliError> {
    let ran = Command::new("sh").arg("-c").arg(format!("{editor} \"$@\"")).arg(editor).arg(file).status();
    match ran {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err(CliError::failed(format!("the editor '{editor}' failed, so nothing was asked"))),
        Err(error) => Err(CliError::failed(format!("cannot start the editor '{editor}': {error}"))),
    }
}

/// What stands above the scissors.
fn written(text: &str) -> &str {
    let end = text.split_inclusive('\n').scan(0, |at, line| {
        let begin = *at;
        *at += line.len();
        Some((begin, line))
    });
    let end = end.into_iter().find(|(_, line)| line.trim_end() == SCISSORS).map_or(text.len(), |(begin, _)| begin);
    text[..end].trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stands_above_the_scissors_counts() {
        assert_eq!(written(&template()), "");
        assert_eq!(written(&format!("# A heading\n\ntext\n{}", template())), "# A heading\n\ntext");
        assert_eq!(written("no scissors\n"), "no scissors");
    }
}
