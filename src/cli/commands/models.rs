//! `git plandex models`.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::cli::{CliError, session::Session, signals::with_cancel};
use crate::config::{Fallback, InForce, Key, MODELS_SCHEMA, Model, ModelRow, ModelSources, Models, Settings, read_models_file};
use crate::pipeline::{models_in_force, new_client};
use crate::plan::{Prices, Rates, exact_dollars};
use crate::ui::Table;

/// Show which model does what, what it holds and costs, and where that is set
#[derive(Debug, clap::Args)]
pub struct Args {
    /// List every model that can be chosen instead
    #[arg(short, long)]
    all: bool,
    /// Print the JSON Schema of models.yml
    #[arg(long, conflicts_with_all = ["all", "json"])]
    schema: bool,
    /// Print an array of objects
    #[arg(long)]
    json: bool,
}

/// Prices as they are printed: dollars for a million tokens, in words, as they are exact.
#[derive(Serialize)]
pub struct PriceView {
    input: String,
    cached_input: String,
    cache_write: String,
    output: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    above: Option<Box<AboveView>>,
}

/// The prices of larger requests.
#[derive(Serialize)]
struct AboveView {
    tokens: u64,
    #[serde(flatten)]
    prices: PriceView,
}

impl PriceView {
    /// The prices of a model.
    pub fn of(prices: &Prices) -> Self {
        let above = prices.above.map(|(tokens, rates)| Box::new(AboveView { tokens, prices: Self::rates(&rates) }));
        Self { above, ..Self::rates(&prices.base) }
    }

    fn rates(rates: &Rates) -> Self {
        let of = |nanos: Option<u64>| exact_dollars(nanos.unwrap_or(rates.input));
        let (input, output) = (exact_dollars(rates.input), exact_dollars(rates.output));
        Self { input, cached_input: of(rates.cached_input), cache_write: of(rates.cache_write), output, above: None }
    }
}

#[derive(Serialize)]
struct FallbackView<'a> {
    kind: &'static str,
    model: &'a str,
    provider: &'a str,
    context_window: u64,
}

#[derive(Serialize)]
struct Row<'a> {
    role: &'a str,
    model: &'a str,
    provider: &'a str,
    name: &'a str,
    source: &'a str,
    context_window: u64,
    max_output_tokens: u64,
    images: bool,
    prices: Option<PriceView>,
    reachable: bool,
    fallbacks: Vec<FallbackView<'a>>,
}

#[derive(Serialize)]
struct Listed<'a> {
    model: &'a str,
    description: &'a str,
    provider: &'a str,
    providers: &'a [String],
    name: &'a str,
    context_window: u64,
    max_output_tokens: u64,
    images: bool,
    prices: Option<PriceView>,
    reachable: bool,
}

/// Shows it.
pub fn run(session: &Session, args: &Args) -> Result<u8, CliError> {
    match (args.schema, args.all) {
        (true, _) => session.ui.bytes(MODELS_SCHEMA.as_bytes())?,
        (_, true) => all(session, args.json)?,
        _ => in_force(session, args.json)?,
    }
    Ok(0)
}

/// The settings in force where the command was typed, and what a plan says about models.
pub fn settings_and_overrides(session: &Session) -> Result<(Settings, BTreeMap<String, String>), CliError> {
    let Ok(ws) = session.reading() else { return Ok((Settings::defaults(), BTreeMap::new())) };
    let snapshot = session.at_if_any(&ws)?.map(|at| ws.store.load(&at)).transpose()?;
    let meta = snapshot.as_ref().map(|snapshot| &snapshot.plan.meta);
    Ok((ws.settings(meta)?, meta.map(|meta| meta.models.clone()).unwrap_or_default()))
}

/// The models in force where the command was typed; servers on this machine are asked if nothing is configured.
pub fn models(session: &Session) -> Result<Models, CliError> {
    let ws = session.reading().ok();
    let at = ws.as_ref().map(|ws| session.at_if_any(ws)).transpose()?.flatten();
    let snapshot = ws.as_ref().zip(at).map(|(ws, at)| ws.store.load(&at)).transpose()?;
    let meta = snapshot.as_ref().map(|snapshot| &snapshot.plan.meta);
    let settings = ws.as_ref().map_or_else(|| Ok(Settings::defaults()), |ws| ws.settings(meta))?;
    let client = new_client();
    Ok(with_cancel(async |mut cancel, _| cancel.unless(models_in_force(&session.env, &client, &settings, meta)).await?)?)
}

fn in_force(session: &Session, json: bool) -> Result<(), CliError> {
    let models = models(session)?;
    let rows: Vec<Row<'_>> = models.listing().iter().map(|row| view(row, models.for_role(row.role))).collect();
    if json {
        return Ok(session.ui.json_pretty(&rows)?);
    }
    let mut table = Table::new(&["role", "model", "provider", "window", "output", "$ in/out", "takes over", "from"]);
    table = table.right("window").right("output").spare("takes over").spare("$ in/out").spare("output");
    for row in rows {
        let over = row.fallbacks.iter().map(|one| format!("{} {}", one.kind.replace('_', "-"), one.model)).collect::<Vec<_>>().join(", ");
        let provider = if row.reachable { row.provider.to_owned() } else { format!("{} (no key)", row.provider) };
        let money = price(row.prices.as_ref());
        let (window, output) = (count(row.context_window), count(row.max_output_tokens));
        table.row([row.role.to_owned(), row.model.to_owned(), provider, window, output, money, over, row.source.to_owned()]);
    }
    Ok(session.ui.table(&table)?)
}

fn view<'a>(row: &'a InForce, model: &'a Model) -> Row<'a> {
    let next = |kind: Fallback| {
        let of = move |next: &'a Model| FallbackView {
            kind: kind.as_str(),
            model: &next.id,
            provider: &next.provider,
            context_window: next.context_window,
        };
        model.chain(kind).map(of)
    };
    Row {
        role: row.role.as_str(),
        model: &row.model,
        provider: &row.provider,
        name: &model.model,
        source: &row.source,
        context_window: model.context_window,
        max_output_tokens: model.max_output_tokens,
        images: model.images,
        prices: model.prices.as_ref().map(PriceView::of),
        reachable: model.credentials.is_complete(),
        fallbacks: Fallback::ALL.into_iter().flat_map(next).collect(),
    }
}

fn all(session: &Session, json: bool) -> Result<(), CliError> {
    let user = read_models_file(&session.env)?;
    let (settings, overrides) = settings_and_overrides(session)?;
    let pack = settings.text(Key::ModelPack);
    let sources = ModelSources { env: &session.env, user: user.as_deref(), pack, overrides: &overrides, local: &[] };
    let found = Models::available(&sources)?;
    let rows: Vec<Listed<'_>> = found.iter().map(listed).collect();
    if json {
        return Ok(session.ui.json_pretty(&rows)?);
    }
    let mut table = Table::new(&["", "model", "providers", "window", "output", "$ in/out", "for"]);
    table = table.right("window").right("output").spare("output").spare("for");
    for row in rows {
        let mark = if row.reachable { "*" } else { " " };
        let (window, output) = (count(row.context_window), count(row.max_output_tokens));
        let money = price(row.prices.as_ref());
        table.row([mark.to_owned(), row.model.to_owned(), row.providers.join(", "), window, output, money, row.description.to_owned()]);
    }
    session.ui.table(&table)?;
    session.ui.note("* can be reached with the credentials that are there; any other is named PROVIDER/NAME");
    Ok(())
}

fn listed(row: &ModelRow) -> Listed<'_> {
    Listed {
        model: &row.id,
        description: &row.description,
        provider: &row.provider,
        providers: &row.providers,
        name: &row.model,
        context_window: row.context_window,
        max_output_tokens: row.max_output_tokens,
        images: row.images,
        prices: row.prices.as_ref().map(PriceView::of),
        reachable: row.reachable,
    }
}

fn price(prices: Option<&PriceView>) -> String {
    match prices {
        None => "unknown".to_owned(),
        Some(prices) if prices.input == "0" && prices.output == "0" => "free".to_owned(),
        Some(prices) => format!("{}/{}", prices.input, prices.output),
    }
}

/// A number of tokens in few characters: `1M`, `128k`, `8192`.
fn count(tokens: u64) -> String {
    match tokens {
        tokens if tokens >= 1_000_000 => format!("{}.{}M", tokens / 1_000_000, tokens % 1_000_000 / 100_000).replace(".0M", "M"),
        tokens if tokens >= 10_000 => format!("{}k", tokens / 1000),
        tokens => tokens.to_string(),
    }
}
