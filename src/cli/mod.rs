//! The command line: arguments as typed, resolved once, one file per command.

mod commands;
mod demo;
mod editor;
mod error;
mod frame;
mod json;
pub mod merge_edit;
mod offer;
pub mod parse_reply;
mod session;
mod signals;
mod usage;

use std::ffi::OsString;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

pub use error::{CliError, Kind};
use session::Session;

/// An AI coding agent that lives inside your git repository.
///
/// It plans a large task, writes the code step by step, keeps every change in a sandbox for review, and merges it
/// into the working tree. A plan is a ref and its history is commits: no server, no account, nothing to set up but a model.
#[derive(Debug, Parser)]
#[command(name = "git-plandex", bin_name = "git plandex", version, disable_help_flag = true, max_term_width = 100)]
pub struct Cli {
    /// The plan to work on, instead of the current one.
    #[arg(long, global = true, value_name = "PLAN[/BRANCH]", env = "PLANDEX_PLAN", hide_env_values = true, display_order = 1000)]
    plan: Option<String>,
    /// Answer every confirmation with yes.
    #[arg(short, long, global = true, display_order = 1001)]
    yes: bool,
    /// Print help: -h in short, git plandex help COMMAND in full.
    #[arg(short, long, global = true, action = clap::ArgAction::Help, display_order = 1002)]
    help: Option<bool>,
    #[command(subcommand)]
    command: Option<Command>,
}

// Deferred: the arguments of a command are put together only when it is the one that was typed.
#[derive(Debug, Subcommand)]
#[command(defer = true)]
enum Command {
    New(commands::new::Args),
    #[command(visible_alias = "pl")]
    Plans(commands::plans::Args),
    Cd(commands::cd::Args),
    #[command(visible_alias = "cu")]
    Current(commands::current::Args),
    Rename(commands::rename::Args),
    Archive(commands::archive::ArchiveArgs),
    Unarchive(commands::archive::UnarchiveArgs),
    #[command(visible_alias = "dp")]
    DeletePlan(commands::delete_plan::Args),
    #[command(visible_alias = "l")]
    Load(commands::load::Args),
    Ls(commands::ls::Args),
    Rm(commands::rm::Args),
    Show(commands::show::Args),
    #[command(visible_alias = "u")]
    Update(commands::update::Args),
    Clear(commands::clear::Args),
    #[command(visible_alias = "t")]
    Tell(commands::tell::Args),
    Chat(commands::chat::Args),
    #[command(visible_alias = "c")]
    Continue(commands::continue_::Args),
    #[command(visible_alias = "b")]
    Build(commands::build::Args),
    Tasks(commands::tasks::Args),
    #[command(visible_alias = "st")]
    Status(commands::status::Args),
    Diff(commands::diff::Args),
    #[command(visible_alias = "ap")]
    Apply(commands::apply::Args),
    #[command(visible_alias = "rj")]
    Reject(commands::reject::Args),
    Log(commands::log::Args),
    #[command(visible_alias = "rw")]
    Rewind(commands::rewind::Args),
    Convo(commands::convo::Args),
    Summary(commands::summary::Args),
    Branches(commands::branches::Args),
    #[command(visible_alias = "co")]
    Checkout(commands::checkout::Args),
    DeleteBranch(commands::delete_branch::Args),
    Config(commands::config::Args),
    SetConfig(commands::set_config::Args),
    SetAuto(commands::set_auto::Args),
    Models(commands::models::Args),
    SetModel(commands::set_model::Args),
    ModelPacks(commands::model_packs::Args),
    Providers(commands::providers::Args),
    Doctor(commands::doctor::Args),
    Usage(commands::usage::Args),
    Demo(commands::demo::Args),
    Map(commands::map::Args),
    MergeEdit(commands::merge_edit::Args),
    ParseReply(commands::parse_reply::Args),
    Version(commands::version::Args),
}

impl Command {
    fn run(self, session: &Session) -> Result<u8, CliError> {
        match self {
            Self::New(args) => commands::new::run(session, &args),
            Self::Plans(args) => commands::plans::run(session, &args),
            Self::Cd(args) => commands::cd::run(session, &args),
            Self::Current(args) => commands::current::run(session, &args),
            Self::Rename(args) => commands::rename::run(session, &args),
            Self::Archive(args) => commands::archive::archive(session, &args),
            Self::Unarchive(args) => commands::archive::unarchive(session, &args),
            Self::DeletePlan(args) => commands::delete_plan::run(session, &args),
            Self::Load(args) => commands::load::run(session, &args),
            Self::Ls(args) => commands::ls::run(session, &args),
            Self::Rm(args) => commands::rm::run(session, &args),
            Self::Show(args) => commands::show::run(session, &args),
            Self::Update(args) => commands::update::run(session, &args),
            Self::Clear(args) => commands::clear::run(session, &args),
            Self::Tell(args) => commands::tell::run(session, &args),
            Self::Chat(args) => commands::chat::run(session, &args),
            Self::Continue(args) => commands::continue_::run(session, &args),
            Self::Build(args) => commands::build::run(session, &args),
            Self::Tasks(args) => commands::tasks::run(session, &args),
            Self::Status(args) => commands::status::run(session, &args),
            Self::Diff(args) => commands::diff::run(session, &args),
            Self::Apply(args) => commands::apply::run(session, &args),
            Self::Reject(args) => commands::reject::run(session, &args),
            Self::Log(args) => commands::log::run(session, &args),
            Self::Rewind(args) => commands::rewind::run(session, &args),
            Self::Convo(args) => commands::convo::run(session, &args),
            Self::Summary(args) => commands::summary::run(session, &args),
            Self::Branches(args) => commands::branches::run(session, &args),
            Self::Checkout(args) => commands::checkout::run(session, &args),
            Self::DeleteBranch(args) => commands::delete_branch::run(session, &args),
            Self::Config(args) => commands::config::run(session, &args),
            Self::SetConfig(args) => commands::set_config::run(session, &args),
            Self::SetAuto(args) => commands::set_auto::run(session, &args),
            Self::Models(args) => commands::models::run(session, &args),
            Self::SetModel(args) => commands::set_model::run(session, &args),
            Self::ModelPacks(args) => commands::model_packs::run(session, &args),
            Self::Providers(args) => commands::providers::run(session, &args),
            Self::Doctor(args) => commands::doctor::run(session, &args),
            Self::Usage(args) => commands::usage::run(session, &args),
            Self::Demo(args) => commands::demo::run(session, &args),
            Self::Map(args) => commands::map::run(session, &args),
            Self::MergeEdit(args) => commands::merge_edit::run(session, &args),
            Self::ParseReply(args) => commands::parse_reply::run(session, &args),
            Self::Version(args) => commands::version::run(session, &args),
        }
    }
}

/// The definition of every command, for man pages and completion.
pub fn definition() -> clap::Command {
    Cli::command()
}

/// Runs the program with these arguments, the program's name first, and returns the exit code.
pub fn main_with_args(args: impl IntoIterator<Item = OsString>) -> u8 {
    let args: Vec<OsString> = args.into_iter().collect();
    let mut definition = definition();
    if usage::wants_help(&args) {
        // The list of commands says what each is for, which a deferred definition does not know yet.
        definition.build();
    }
    let parsed = definition.try_get_matches_from_mut(&args).and_then(|matches| Cli::from_arg_matches(&matches));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) => return usage::report(error, &definition, &args),
    };
    let session = match Session::from_process(cli.plan, cli.yes) {
        Ok(session) => session,
        Err(error) => return error.report(&crate::ui::Ui::from_env()),
    };
    let command = cli.command.unwrap_or(Command::Status(commands::status::Args::default()));
    let run = std::panic::AssertUnwindSafe(|| command.run(&session));
    match std::panic::catch_unwind(run) {
        Ok(Ok(code)) => code,
        Ok(Err(error)) => error.report(&session.ui),
        // The panic's own words are on standard error already.
        Err(_) => CliError::internal("this is a fault of git-plandex; what was received and stored is safe").report(&session.ui),
    }
}
