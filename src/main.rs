//! `git plandex`.

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let mut path = None;
    let mut explanation = None;
    let mut files = Vec::new();
    let mut rest = args.iter().skip(1);
    while let Some(arg) = rest.next() {
        match arg.as_str() {
            "--path" => path = rest.next(),
            "--explanation" => explanation = rest.next(),
            _ => files.push(arg),
        }
    }
    match (args.first().map(String::as_str), files.as_slice()) {
        (Some("merge-edit"), [original, proposal]) => {
            let code = git_plandex::cli::merge_edit::run(
                path.map(String::as_str),
                explanation.map(Path::new),
                Path::new(original),
                Path::new(proposal),
            );
            ExitCode::from(code)
        }
        _ => ExitCode::from(2),
    }
}
