//! What a request needs besides its key to be let in: a token, a signature, an address.

use std::time::SystemTime;

use super::google_token::{self, Token};
use super::wire::Call;
use super::{Client, ErrorKind, aws_profile, sigv4, vertex};
use crate::config::{Access, AwsAccess, AwsKeys, GoogleAccess, Model, Secret};

/// Where a request goes, and with which further headers.
#[derive(Debug, Default)]
pub(super) struct Permit {
    pub(super) url: String,
    pub(super) headers: Vec<(String, String)>,
    /// What must not show, of which the environment's mask knows nothing.
    pub(super) secrets: Vec<Secret>,
}

/// Why there is no permit.
pub(super) type Failure = (ErrorKind, String);

/// The permit for a request that needs nothing from others.
pub(super) fn of(model: &Model, call: &Call, body: &[u8], now: SystemTime) -> Result<Permit, Failure> {
    match &model.access {
        Access::Aws(access) => of_aws(access, model, call, body, now),
        _ => Ok(Permit { url: format!("{}{}", model.base_url, call.path), ..Permit::default() }),
    }
}

/// The permit with a token of Google's.
pub(super) fn of_google(access: &GoogleAccess, model: &Model, call: &Call, token: Token) -> Result<Permit, Failure> {
    let project = access.project.clone().or(token.project);
    let unknown = || (ErrorKind::NoKey, "no project is named: set VERTEXAI_PROJECT".to_owned());
    let project = super::wire::path_segment(&project.ok_or_else(unknown)?);
    let url = format!("{}{}", model.base_url, call.path.replace(vertex::PROJECT, &project));
    let headers = vec![("authorization".to_owned(), format!("Bearer {}", token.value.expose()))];
    Ok(Permit { url, headers, secrets: vec![token.value] })
}

/// A token for an access: the last one, as long as it holds.
pub(super) async fn google_token(client: Client, provider: String, access: GoogleAccess) -> Result<Token, Failure> {
    if let Some(token) = client.token(&provider, SystemTime::now()) {
        return Ok(token);
    }
    let token = google_token::fetch(&client, &access).await?;
    client.keep_token(&provider, &token);
    Ok(token)
}

fn of_aws(access: &AwsAccess, model: &Model, call: &Call, body: &[u8], now: SystemTime) -> Result<Permit, Failure> {
    let needs_files = access.region.is_none() || (access.keys.is_none() && model.key.is_none());
    let profile = if needs_files { aws_profile::read(access) } else { aws_profile::Profile::default() };
    let region = access.region.clone().or(profile.region);
    let unknown = || (ErrorKind::NoKey, "no region is named: set AWS_REGION".to_owned());
    let region = region.ok_or_else(unknown)?;
    let base = if model.base_url.is_empty() { AwsAccess::url(&region) } else { model.base_url.clone() };
    let url = format!("{base}{}", call.path);
    if model.key.is_some() {
        return Ok(Permit { url, ..Permit::default() });
    }
    if let [lacking, ..] = model.access.missing() {
        return Err((ErrorKind::NoKey, format!("{lacking} is not set, but its counterpart is")));
    }
    let keys = access.keys.clone().or(profile.keys).ok_or_else(|| no_keys(access, profile.other_way))?;
    let signable = sigv4::Signable { url: &url, content_type: "application/json", body, region: &region, service: "bedrock" };
    let headers = sigv4::headers(&signable, &keys, now).map_err(|words| (ErrorKind::Auth, words))?;
    let AwsKeys { secret, session_token, .. } = keys;
    Ok(Permit { url, headers, secrets: [secret].into_iter().chain(session_token).collect() })
}

fn no_keys(access: &AwsAccess, other_way: Option<&str>) -> Failure {
    let words = match other_way {
        Some(way) => format!(
            "the profile '{}' gets its keys by {way}: `eval \"$(aws configure export-credentials --profile {} --format env)\"` puts them into the environment",
            access.profile, access.profile
        ),
        None => format!("neither AWS_ACCESS_KEY_ID nor the profile '{}' has keys", access.profile),
    };
    (ErrorKind::NoKey, words)
}
