//! Where the user's work stands, as a model reads it.

use crate::git::{Error, WorkState};
use crate::plan::RepoPath;

use super::Project;

/// So many files are named; more are counted.
const MOST_NAMED: usize = 60;

/// The branch, the last commits and what is not committed of the files that models may know of, a line each.
pub fn work_state(project: &Project<'_>) -> Result<String, Error> {
    let mut state = project.repo().work_state()?;
    let path = |bytes: &[u8]| RepoPath::from_bytes(bytes.strip_suffix(b"/").unwrap_or(bytes)).ok();
    let paths: Vec<Option<RepoPath>> = state.changes.iter().map(|(_, bytes)| path(bytes)).collect();
    let known: Vec<RepoPath> = paths.iter().flatten().cloned().collect();
    let mut hidden = project.ignored(&known)?.into_iter().map(|by| by.is_some());
    let mut shown = paths.iter().map(|path| {
        let Some(path) = path else { return project.limit().is_none() };
        !hidden.next().unwrap_or_default() && project.excluding(path).is_none()
    });
    state.changes.retain(|_| shown.next().unwrap_or_default());
    Ok(text(&state))
}

fn text(state: &WorkState) -> String {
    let mut lines = vec![match &state.branch {
        Some(branch) => format!("On branch {branch}"),
        None => "On no branch".to_owned(),
    }];
    if !state.commits.is_empty() {
        lines.push("Last commits:".to_owned());
        lines.extend(state.commits.iter().map(|subject| format!("- {}", one_line(subject))));
    }
    if state.changes.is_empty() {
        lines.push("Everything is committed.".to_owned());
        return lines.join("\n");
    }
    lines.push("Not committed:".to_owned());
    lines.extend(state.changes.iter().take(MOST_NAMED).map(|(word, path)| format!("- {} ({word})", name(path))));
    if let Some(more @ 1..) = state.changes.len().checked_sub(MOST_NAMED) {
        lines.push(format!("- and {more} more"));
    }
    lines.join("\n")
}

/// Git's paths as listings show them; a directory of new files ends in a slash.
fn name(path: &[u8]) -> String {
    let (bare, slash) = path.strip_suffix(b"/").map_or((path, ""), |bare| (bare, "/"));
    RepoPath::from_bytes(bare).map_or_else(|_| one_line(&String::from_utf8_lossy(bare)), |path| path.to_string()) + slash
}

fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_state_names_branch_commits_and_changes_within_bounds() {
        let mut state = WorkState { branch: Some("trunk".into()), commits: vec!["Fix\nit".into()], changes: vec![] };
        assert_eq!(text(&state), "On branch trunk\nLast commits:\n- Fix it\nEverything is committed.");
        state = WorkState { branch: None, commits: vec![], changes: vec![("changed", b"a.rs".to_vec()), ("new", b"gen/".to_vec())] };
        assert_eq!(text(&state), "On no branch\nNot committed:\n- a.rs (changed)\n- gen/ (new)");
        state.changes = (0..100).map(|n| ("new", format!("{n}").into_bytes())).collect();
        assert!(text(&state).ends_with("\n- 59 (new)\n- and 40 more"));
    }
}
