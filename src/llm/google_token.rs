//! Tokens that Google gives out for credentials: a service account's, a person's, or the machine's own.

use std::path::Path;
use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;
use serde::Deserialize;
use serde_json::json;

use super::{Client, ErrorKind};
use crate::config::{GoogleAccess, GoogleCredentials, Mask, Secret};

/// What a token may be used for.
const SCOPE: &str = "https://www.googleapis.com/auth/cloud-platform";
/// Where tokens come from when the credentials do not say.
const TOKEN_URL: &str = "https://oauth2.googleapis.com/token";
/// The server that every machine of Google's cloud has.
const METADATA_HOST: &str = "metadata.google.internal";
/// How long the assertion of a service account holds; Google allows no more.
const ASSERTION_SECONDS: u64 = 3600;
/// A token is not used in its last minutes.
const MARGIN: Duration = Duration::from_secs(240);
/// How long a server may take to give one out.
const PATIENCE: Duration = Duration::from_secs(15);

/// A token, and the project of the credentials.
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub(super) value: Secret,
    pub(super) project: Option<String>,
    expires: SystemTime,
}

impl Token {
    /// Whether it can still be sent.
    pub(super) fn is_fresh(&self, now: SystemTime) -> bool {
        now + MARGIN < self.expires
    }
}

/// Why there is no token.
pub(super) type Failure = (ErrorKind, String);

/// Credentials as Google's tools write them.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Credentials {
    ServiceAccount {
        client_email: String,
        private_key: String,
        #[serde(default)]
        private_key_id: Option<String>,
        #[serde(default)]
        token_uri: Option<String>,
        #[serde(default)]
        project_id: Option<String>,
    },
    AuthorizedUser {
        client_id: String,
        client_secret: String,
        refresh_token: String,
        #[serde(default)]
        quota_project_id: Option<String>,
        #[serde(default)]
        token_uri: Option<String>,
    },
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
struct Granted {
    access_token: String,
    #[serde(default)]
    expires_in: Option<u64>,
}

/// Gets a token.
pub(super) async fn fetch(client: &Client, access: &GoogleAccess) -> Result<Token, Failure> {
    match &access.credentials {
        GoogleCredentials::Text(text) => by(client, text.expose()).await,
        GoogleCredentials::File(path) => match read(path)? {
            Some(text) => by(client, &text).await,
            None => Err((ErrorKind::NoKey, format!("there is no file '{}'", path.display()))),
        },
        GoogleCredentials::Default(path) => match path.as_deref().map(read).transpose()?.flatten() {
            Some(text) => by(client, &text).await,
            None => of_machine(client, access.metadata_host.as_deref()).await,
        },
    }
}

fn read(path: &Path) -> Result<Option<String>, Failure> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err((ErrorKind::NoKey, format!("cannot read '{}': {error}", path.display()))),
    }
}

async fn by(client: &Client, text: &str) -> Result<Token, Failure> {
    match parse(text)? {
        Credentials::ServiceAccount { client_email, private_key, private_key_id, token_uri, project_id } => {
            let url = token_uri.as_deref().unwrap_or(TOKEN_URL);
            let assertion = assertion(&client_email, &private_key, private_key_id.as_deref(), url, SystemTime::now())?;
            let form = [("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), ("assertion", &assertion)];
            grant(client, url, &form, project_id).await
        }
        Credentials::AuthorizedUser { client_id, client_secret, refresh_token, quota_project_id, token_uri } => {
            let form = [
                ("grant_type", "refresh_token"),
                ("client_id", &client_id),
                ("client_secret", &client_secret),
                ("refresh_token", &refresh_token),
            ];
            grant(client, token_uri.as_deref().unwrap_or(TOKEN_URL), &form, quota_project_id).await
        }
        Credentials::Other => Err((ErrorKind::Auth, "the credentials are neither of a service account nor of a user of gcloud".to_owned())),
    }
}

/// Reads credentials, plain or in base64. What is wrong is said without a word of what they hold.
fn parse(text: &str) -> Result<Credentials, Failure> {
    let plain = match text.trim_start().starts_with('{') {
        true => text.as_bytes().to_vec(),
        false => STANDARD.decode(text.split_whitespace().collect::<String>()).unwrap_or_default(),
    };
    let unreadable = |error: serde_json::Error| {
        (ErrorKind::Auth, format!("the credentials cannot be read (line {}, column {})", error.line(), error.column()))
    };
    serde_json::from_slice(&plain).map_err(unreadable)
}

/// A signed statement of who asks: <https://developers.google.com/identity/protocols/oauth2/service-account#authorizingrequests>.
fn assertion(email: &str, key: &str, key_id: Option<&str>, audience: &str, now: SystemTime) -> Result<String, Failure> {
    let unusable = |_| (ErrorKind::Auth, "the private key of the credentials cannot be used".to_owned());
    let pem = PrivateKeyDer::from_pem_slice(key.as_bytes()).map_err(|_| unusable(()))?;
    let pair = match &pem {
        PrivateKeyDer::Pkcs8(der) => RsaKeyPair::from_pkcs8(der.secret_pkcs8_der()).map_err(|_| unusable(()))?,
        PrivateKeyDer::Pkcs1(der) => RsaKeyPair::from_der(der.secret_pkcs1_der()).map_err(|_| unusable(()))?,
        _ => return Err(unusable(())),
    };
    let seconds = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
    let mut header = json!({ "alg": "RS256", "typ": "JWT" });
    if let Some(id) = key_id {
        header["kid"] = json!(id);
    }
    let claims = json!({ "iss": email, "scope": SCOPE, "aud": audience, "iat": seconds, "exp": seconds + ASSERTION_SECONDS });
    let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header.to_string()), URL_SAFE_NO_PAD.encode(claims.to_string()));
    let mut signature = vec![0; pair.public().modulus_len()];
    pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature).map_err(|_| unusable(()))?;
    Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

async fn grant(client: &Client, url: &str, form: &[(&str, &str)], project: Option<String>) -> Result<Token, Failure> {
    let http = client.http_for(url).map_err(|words| (ErrorKind::Connect, words.to_owned()))?;
    let body = form.iter().map(|(name, value)| format!("{name}={}", super::wire::path_segment(value))).collect::<Vec<_>>().join("&");
    let request = http.post(url).header("content-type", "application/x-www-form-urlencoded").body(body);
    let answer = token(request.timeout(PATIENCE), project).await;
    // The server may repeat what it was told.
    let mask = Mask::for_keys(form.iter().map(|(_, value)| *value));
    answer.map_err(|(kind, words)| (kind, mask.text(&words).into_owned()))
}

/// The token of the machine, on Google's cloud.
async fn of_machine(client: &Client, host: Option<&str>) -> Result<Token, Failure> {
    let base = format!("http://{}/computeMetadata/v1", host.unwrap_or(METADATA_HOST));
    let http = client.http_for(&base).map_err(|words| (ErrorKind::Connect, words.to_owned()))?;
    let get = |what: &str| http.get(format!("{base}/{what}")).header("metadata-flavor", "Google").timeout(PATIENCE);
    let none = || (ErrorKind::NoKey, "there are no credentials of Google's cloud on this machine".to_owned());
    let project = match get("project/project-id").send().await {
        Ok(response) if response.status().is_success() => response.text().await.ok().map(|text| text.trim().to_owned()),
        Ok(_) => None,
        Err(_) => return Err(none()),
    };
    token(get("instance/service-accounts/default/token"), project).await
}

async fn token(request: reqwest::RequestBuilder, project: Option<String>) -> Result<Token, Failure> {
    let lost = |error: reqwest::Error| (ErrorKind::Connect, super::client::causes(&error));
    let response = request.send().await.map_err(lost)?;
    let status = response.status();
    let body = response.text().await.map_err(lost)?;
    if !status.is_success() {
        let kind = if status.is_server_error() { ErrorKind::Server } else { ErrorKind::Auth };
        return Err((kind, format!("no token was given out: {}", reason(&body))));
    }
    let unreadable = |_| (ErrorKind::Malformed, "the answer of the token server cannot be read".to_owned());
    let granted: Granted = serde_json::from_str(&body).map_err(unreadable)?;
    let expires = SystemTime::now() + Duration::from_secs(granted.expires_in.unwrap_or(ASSERTION_SECONDS));
    Ok(Token { value: Secret::new(&granted.access_token), project, expires })
}

/// The words of an error of OAuth.
fn reason(body: &str) -> String {
    let value: serde_json::Value = serde_json::from_str(body).unwrap_or_default();
    let words = ["error", "error_description"].into_iter().filter_map(|name| value.get(name)?.as_str());
    words.collect::<Vec<_>>().join(", ")
}
