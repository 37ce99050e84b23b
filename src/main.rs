//! `git plandex`.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(git_plandex::cli::main_with_args(std::env::args_os()))
}
