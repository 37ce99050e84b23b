//! The models of Vertex AI: Google's in Google's format, Claude in Anthropic's, below the user's project.

use serde_json::{Map, Value, json};

use super::wire::{Call, Format, path_segment};
use super::{Request, anthropic, google};
use crate::config::{Access, Model};

/// Google's own models.
pub(super) const GEMINI: Format = Format { call: gemini, decoder: google::decoder };
/// Anthropic's models.
pub(super) const CLAUDE: Format = Format { call: claude, decoder: anthropic::decoder };

/// What stands for the project until the credentials have been read.
pub(super) const PROJECT: &str = "{project}";

/// The versions of Anthropic's format, which go into the body here: the newest, and the last one that takes sampling settings.
const CLAUDE_VERSION: &str = "2026-10-21";
const CLAUDE_SAMPLING_VERSION: &str = "vertex-2023-10-16";

/// Whether the model is one of Anthropic's.
pub(super) fn is_claude(model: &Model) -> bool {
    model.model.contains("claude")
}

fn gemini(request: &Request<'_>) -> Call {
    let name = google::name(request.model);
    let path = path("/v1beta1", "google", request.model, &format!("{}:streamGenerateContent?alt=sse", path_segment(name)));
    Call { path, headers: Vec::new(), arguments: Vec::new(), body: google::body(request) }
}

fn claude(request: &Request<'_>) -> Call {
    let mut body = Map::new();
    anthropic::fill(request, &mut body);
    let version = if anthropic::is_sampled(&body) { CLAUDE_SAMPLING_VERSION } else { CLAUDE_VERSION };
    body.insert("anthropic_version".to_owned(), json!(version));
    // A name may end in `@` and a version, which the path keeps as it is.
    let name = path_segment(&request.model.model).replace("%40", "@");
    let path = path("/v1", "anthropic", request.model, &format!("{name}:streamRawPredict"));
    Call { path, headers: Vec::new(), arguments: Vec::new(), body: Value::Object(body) }
}

fn path(version: &str, publisher: &str, model: &Model, rest: &str) -> String {
    let location = if let Access::Google(google) = &model.access { path_segment(&google.location) } else { String::new() };
    format!("{version}/projects/{PROJECT}/locations/{location}/publishers/{publisher}/models/{rest}")
}
