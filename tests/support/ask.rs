//! Short ways to ask a model in a test.

use std::collections::BTreeMap;

use git_plandex::config::{Api, Environment, Mask, Model, ModelSources, Models, Role};
use git_plandex::llm::{Client, Completion, Delta, Error, Options, Request};
use git_plandex::plan::{ChatMessage, ChatRole};

use super::ScriptedServer;

/// Every wire format.
pub const FORMATS: [Api; 3] = [Api::Openai, Api::Anthropic, Api::Google];

/// Every wire format that goes over HTTP.
pub const EVERY_FORMAT: [Api; 7] = [Api::Openai, Api::Responses, Api::Azure, Api::Anthropic, Api::Google, Api::Vertex, Api::Bedrock];

/// The models of a `models.yml` in an environment of these variables alone.
pub fn models(user: &str, env: &[(&str, &str)]) -> Models {
    let env = Environment::from_pairs(env.iter().copied());
    Models::resolve(&ModelSources { env: &env, user: Some(user), pack: None, overrides: &BTreeMap::new(), local: &[] })
        .expect("a complete pack")
}

/// The planner of a scripted server.
pub fn model(server: &ScriptedServer, api: Api) -> Model {
    let env = server.environment(api);
    let env: Vec<(&str, &str)> = env.iter().map(|(name, value)| (*name, value.as_str())).collect();
    models(&server.models_yml(api), &env).for_role(Role::Planner).clone()
}

/// A client with the patience of a program.
pub fn client() -> Client {
    Client::new(Options::default(), Mask::default())
}

/// Runs a future to its end.
pub fn run<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(future)
}

/// A conversation of one message.
pub fn prompt(text: &str) -> Vec<ChatMessage> {
    vec![ChatMessage::new(ChatRole::User, text)]
}

/// A whole reply.
pub fn complete(model: &Model, messages: &[ChatMessage]) -> Result<Completion, Error> {
    run(client().complete(&Request::new(model, messages)))
}

/// Every delta of a reply; on a failure those before it are lost.
pub fn deltas(client: &Client, request: &Request<'_>) -> Result<Vec<Delta>, Error> {
    let (deltas, error) = outcome(client, request);
    error.map_or(Ok(deltas), Err)
}

/// Every delta of a reply, and the failure that ended it.
pub fn outcome(client: &Client, request: &Request<'_>) -> (Vec<Delta>, Option<Error>) {
    run(async {
        let mut stream = client.stream(request);
        let mut all = Vec::new();
        loop {
            match stream.next().await {
                Ok(Some(delta)) => all.push(delta),
                Ok(None) => return (all, None),
                Err(error) => return (all, Some(error)),
            }
        }
    })
}

/// The text among deltas.
pub fn text(deltas: &[Delta]) -> String {
    deltas.iter().filter_map(|delta| if let Delta::Text(text) = delta { Some(text.as_str()) } else { None }).collect()
}
