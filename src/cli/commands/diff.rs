//! `git plandex diff`.

use serde::Serialize;

use crate::context::resolve_argument;
use crate::pipeline::{FileDiff, Workspace, review};
use crate::store::Snapshot;
use crate::ui::{Line, counted, diff_view, style};

use crate::cli::{CliError, session::Session};

/// Show the pending changes
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only these files or directories
    paths: Vec<String>,
    /// Print a patch that git apply accepts, without colours or pager
    #[arg(short, long)]
    plain: bool,
    /// Print how many lines change in each file
    #[arg(long, conflicts_with_all = ["plain", "name_only", "json"])]
    stat: bool,
    /// Print the names of the files
    #[arg(long, conflicts_with_all = ["plain", "json"])]
    name_only: bool,
    /// Print an array of objects
    #[arg(long, conflicts_with = "plain")]
    json: bool,
}

#[derive(Serialize)]
struct Row<'a> {
    path: String,
    status: char,
    added: Option<usize>,
    removed: Option<usize>,
    doubts: &'a [String],
    patch: String,
}

/// Shows them.
pub fn run(session: &Session, args: &Args) -> Result<u8, CliError> {
    let ws = session.reading()?;
    let snapshot = session.snapshot(&ws)?;
    let root = ws.store.repo().work_dir().unwrap_or(&session.cwd).to_owned();
    let paths = args.paths.iter().map(|arg| resolve_argument(&root, &session.cwd, arg)).collect::<Result<Vec<_>, _>>()?;
    let files = review(&ws.store, &snapshot.plan, &paths)?;
    let ui = &session.ui;
    if args.json {
        let rows = files.iter().map(|file| row(&ws, &snapshot, file)).collect::<Result<Vec<_>, _>>()?;
        ui.json_pretty(&rows)?;
        return Ok(0);
    }
    if files.is_empty() {
        ui.note("nothing is pending");
        return Ok(0);
    }
    if args.name_only {
        files.iter().try_for_each(|file| ui.line(Line::new().word(style::PLAIN, file.path.to_string())))?;
    } else if args.stat {
        stat(session, &files)?;
    } else if args.plain {
        ui.bytes(&patch(&ws, &snapshot, &files)?)?;
    } else {
        let patch = patch(&ws, &snapshot, &files)?;
        let pager = ws.store.repo().pager();
        ui.paged(pager.as_deref(), |ui| diff_view(ui, &String::from_utf8_lossy(&patch)))?;
    }
    for file in &files {
        for doubt in &file.doubts {
            ui.warn(&format!("{} may be wrong: {doubt}", file.path));
        }
    }
    Ok(0)
}

fn patch(ws: &Workspace, snapshot: &Snapshot, files: &[FileDiff]) -> Result<Vec<u8>, CliError> {
    let paths: Vec<_> = files.iter().map(|file| &file.path).collect();
    Ok(ws.store.patch(snapshot, &paths)?)
}

fn row<'a>(ws: &Workspace, snapshot: &Snapshot, file: &'a FileDiff) -> Result<Row<'a>, CliError> {
    let patch = String::from_utf8_lossy(&patch(ws, snapshot, std::slice::from_ref(file))?).into_owned();
    let (added, removed) = file.lines.unzip();
    Ok(Row { path: file.path.to_string(), status: file.status, added, removed, doubts: &file.doubts, patch })
}

fn stat(session: &Session, files: &[FileDiff]) -> Result<(), CliError> {
    let width = files.iter().map(|file| file.path.to_string().chars().count()).max().unwrap_or(0);
    for file in files {
        let line = Line::from(format!(" {} ", file.status)).word(style::PLAIN, format!("{:width$}", file.path.to_string())).text(" | ");
        let line = match file.lines {
            Some((added, removed)) => line.styled(style::GOOD, format!("+{added} ")).styled(style::BAD, format!("-{removed}")),
            None => line.text("binary"),
        };
        session.ui.line(line)?;
    }
    let (added, removed) = files.iter().filter_map(|file| file.lines).fold((0, 0), |sum, lines| (sum.0 + lines.0, sum.1 + lines.1));
    session.ui.line(format!(" {}, {} added, {removed} removed", counted(files.len(), "file"), counted(added, "line")))?;
    Ok(())
}
