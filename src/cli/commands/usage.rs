//! `git plandex usage`.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::cli::{CliError, json, session::Session};
use crate::plan::{Call, Cost, PlanRef, Usage};
use crate::store::HistoryEntry;
use crate::ui::Table;

/// Show what the calls of models used and cost
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What the rows are for
    #[arg(long, value_enum, default_value_t = By::Model)]
    by: By,
    /// Count every plan instead of the current one
    #[arg(short, long)]
    all: bool,
    /// Print an array of objects
    #[arg(long)]
    json: bool,
}

/// What a row adds up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum By {
    /// Each plan
    Plan,
    /// Each branch of a plan
    Branch,
    /// Each model
    Model,
    /// Each role: planner, coder, builder, names, commit-messages and the others
    Role,
    /// Each stage of the work: context, tasks, implementation, build, chat
    Stage,
    /// Each day, in UTC
    Day,
}

/// What one row adds up to.
#[derive(Debug, Default, Serialize)]
struct Sum {
    calls: u64,
    #[serde(flatten)]
    usage: Usage,
    cost: Cost,
    seconds: f64,
}

#[derive(Serialize)]
struct Row<'a> {
    name: &'a str,
    #[serde(flatten)]
    sum: &'a Sum,
}

/// Shows it.
pub fn run(session: &Session, args: &Args) -> Result<u8, CliError> {
    let ws = session.reading()?;
    let places: Vec<PlanRef> = match args.all {
        true => ws.store.plans(false)?.into_iter().map(|branch| branch.at).collect(),
        false => vec![session.at(&ws)?],
    };
    let mut sums: BTreeMap<String, Sum> = BTreeMap::new();
    let mut seen = std::collections::BTreeSet::new();
    for at in &places {
        for entry in ws.store.history(at, usize::MAX)? {
            // Branches share what came before they parted.
            if !seen.insert(entry.commit.clone()) {
                continue;
            }
            for call in calls(&entry) {
                add(sums.entry(name(args.by, at, &entry, &call)).or_default(), &call);
            }
        }
    }
    show(session, args, &sums)?;
    Ok(0)
}

/// The calls of an event; older plans tell them together, and not in which role.
fn calls(entry: &HistoryEntry) -> Vec<Call> {
    if !entry.calls.is_empty() || (entry.usage.is_zero() && entry.cost.is_none()) {
        return entry.calls.clone();
    }
    let (role, model) = ("unknown".to_owned(), entry.model.clone().unwrap_or_else(|| "unknown".to_owned()));
    let cost = entry.cost.unwrap_or_else(|| Cost::of_call(None));
    vec![Call { role, model, usage: entry.usage, cost, millis: entry.millis }]
}

fn name(by: By, at: &PlanRef, entry: &HistoryEntry, call: &Call) -> String {
    match by {
        By::Plan => at.plan.to_string(),
        By::Branch => at.to_string(),
        By::Model => call.model.clone(),
        By::Role => call.role.clone(),
        By::Stage => entry.stage.map_or_else(|| "other".to_owned(), |stage| stage.to_string()),
        By::Day => json::time(entry.seconds).chars().take(10).collect(),
    }
}

fn add(sum: &mut Sum, call: &Call) {
    sum.calls += 1;
    sum.usage += call.usage;
    sum.cost += call.cost;
    // Milliseconds of a lifetime fit into a float's 53 bits.
    sum.seconds += call.millis as f64 / 1000.0;
}

fn show(session: &Session, args: &Args, sums: &BTreeMap<String, Sum>) -> Result<(), CliError> {
    if args.json {
        let rows: Vec<Row<'_>> = sums.iter().map(|(name, sum)| Row { name, sum }).collect();
        return Ok(session.ui.json_pretty(&rows)?);
    }
    if sums.is_empty() {
        session.ui.note("no model has been asked yet");
        return Ok(());
    }
    let mut table = Table::new(&["", "calls", "sent", "cached", "received", "seconds", "cost"]);
    table = table.right("calls").right("sent").right("cached").right("received").right("seconds").right("cost");
    let mut total = Sum::default();
    for (name, sum) in sums {
        table.row(cells(name, sum));
        total.calls += sum.calls;
        total.usage += sum.usage;
        total.cost += sum.cost;
        total.seconds += sum.seconds;
    }
    if sums.len() > 1 {
        table.row(cells("together", &total));
    }
    Ok(session.ui.table(&table)?)
}

fn cells(name: &str, sum: &Sum) -> [String; 7] {
    let Usage { input_tokens, cached_tokens, output_tokens, .. } = sum.usage;
    let numbers = [sum.calls, input_tokens, cached_tokens, output_tokens].map(|number| number.to_string());
    let [calls, sent, cached, received] = numbers;
    [name.to_owned(), calls, sent, cached, received, format!("{:.1}", sum.seconds), sum.cost.to_string()]
}
