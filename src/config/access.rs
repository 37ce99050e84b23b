//! What a provider takes beside a key in a header, read from its entry and the environment.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use super::catalogue::ProviderEntry;
use super::{Api, Environment, Secret};

/// The version that is asked for at Azure when nobody says another; the last one with its date in the URL.
const AZURE_VERSION: &str = "2025-04-01-preview";
/// Where Vertex AI has every model.
const GOOGLE_LOCATION: &str = "global";

/// How a provider lets requests in.
#[derive(Debug, Clone, Default)]
pub enum Access {
    /// By a key in a header, or without one.
    #[default]
    Key,
    /// By a key, at an address of the user's own resource.
    Azure(AzureAccess),
    /// By a token that Google gives out for credentials.
    Google(GoogleAccess),
    /// By a signature, or by a token of its own.
    Aws(AwsAccess),
    /// By starting a program.
    Command(CommandAccess),
}

/// The settings of an Azure resource.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AzureAccess {
    /// The `api-version` of the query.
    pub api_version: String,
    /// Models to the names of their deployments; one that is not here is named like its model.
    pub deployments: BTreeMap<String, String>,
}

/// Who pays for a request to Vertex AI, and where it is answered.
#[derive(Debug, Clone)]
pub struct GoogleAccess {
    /// The project; else that of the credentials.
    pub project: Option<String>,
    /// The location.
    pub location: String,
    /// Where the credentials are.
    pub credentials: GoogleCredentials,
    /// The host of the metadata server, if it is not the usual one.
    pub metadata_host: Option<String>,
}

/// Where credentials of Google are.
#[derive(Debug, Clone)]
pub enum GoogleCredentials {
    /// In the variable itself.
    Text(Secret),
    /// In a file that was named.
    File(PathBuf),
    /// In the file of `gcloud auth application-default login`, else with the metadata server of the machine.
    Default(Option<PathBuf>),
}

/// Credentials of AWS, or where to find them.
#[derive(Debug, Clone, Default)]
pub struct AwsAccess {
    /// The region; else that of the profile.
    pub region: Option<String>,
    /// The keys from the environment; else those of the profile.
    pub keys: Option<AwsKeys>,
    /// The profile in the files below.
    pub profile: String,
    /// `~/.aws/credentials`, or what stands for it.
    pub credentials_file: Option<PathBuf>,
    /// `~/.aws/config`, or what stands for it.
    pub config_file: Option<PathBuf>,
    /// The inference profile that takes the place of the model's name.
    pub inference_profile: Option<String>,
    /// The variables that lack beside others that are set.
    missing: Vec<&'static str>,
}

/// A pair of keys of AWS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwsKeys {
    /// Which key it is.
    pub id: String,
    /// The key.
    pub secret: Secret,
    /// What comes with a key that expires.
    pub session_token: Option<Secret>,
}

/// A program that answers requests.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CommandAccess {
    /// The program and its arguments.
    pub argv: Vec<String>,
    /// The variables that it does not get to see: keys of providers.
    pub hidden: BTreeSet<String>,
}

impl Access {
    /// Reads the access of a provider.
    pub(super) fn of(entry: &ProviderEntry, env: &Environment) -> Self {
        match entry.api {
            Some(Api::Azure) => Self::Azure(AzureAccess::of(entry, env)),
            Some(Api::Vertex) => Self::Google(GoogleAccess::of(entry, env)),
            Some(Api::Bedrock) => Self::Aws(AwsAccess::of(entry, env)),
            Some(Api::Command) => Self::Command(CommandAccess { argv: entry.command.clone(), hidden: BTreeSet::new() }),
            _ => Self::Key,
        }
    }

    /// The base URL, where it follows from the rest.
    pub(super) fn base_url(&self) -> Option<String> {
        match self {
            Self::Key | Self::Azure(_) => None,
            Self::Google(google) if google.location == GOOGLE_LOCATION => Some("https://aiplatform.googleapis.com".to_owned()),
            Self::Google(google) => Some(format!("https://{}-aiplatform.googleapis.com", google.location)),
            // The region may stand in a file.
            Self::Aws(aws) => Some(aws.region.as_deref().map_or_else(String::new, AwsAccess::url)),
            Self::Command(_) => Some(String::new()),
        }
    }

    /// The variables that lack although others of the same credentials are set.
    pub fn missing(&self) -> &[&'static str] {
        if let Self::Aws(aws) = self { &aws.missing } else { &[] }
    }

    /// Whether a key in a header is the way in.
    pub fn takes_key(&self) -> bool {
        matches!(self, Self::Key | Self::Azure(_))
    }
}

impl AzureAccess {
    fn of(entry: &ProviderEntry, env: &Environment) -> Self {
        let version = env.get("AZURE_API_VERSION").or_else(|| env.get("OPENAI_API_VERSION")).or(entry.api_version.as_deref());
        let deployments = env.get("AZURE_DEPLOYMENTS_MAP").and_then(|map| serde_json::from_str(map).ok()).unwrap_or_default();
        Self { api_version: version.unwrap_or(AZURE_VERSION).to_owned(), deployments }
    }
}

impl GoogleAccess {
    fn of(entry: &ProviderEntry, env: &Environment) -> Self {
        let of = |names: [&str; 2]| names.into_iter().find_map(|name| env.get(name)).map(str::to_owned);
        let gcloud = env.get("CLOUDSDK_CONFIG").map(PathBuf::from).or_else(|| Some(env.home()?.join(".config/gcloud")));
        let credentials = match env.get("GOOGLE_APPLICATION_CREDENTIALS") {
            None => GoogleCredentials::Default(gcloud.map(|directory| directory.join("application_default_credentials.json"))),
            Some(value) if is_document(value) => GoogleCredentials::Text(Secret::new(value)),
            Some(path) => GoogleCredentials::File(PathBuf::from(path)),
        };
        Self {
            project: of(["VERTEXAI_PROJECT", "GOOGLE_CLOUD_PROJECT"]).or_else(|| entry.project.clone()),
            location: of(["VERTEXAI_LOCATION", "GOOGLE_CLOUD_LOCATION"])
                .or_else(|| entry.location.clone())
                .unwrap_or_else(|| GOOGLE_LOCATION.to_owned()),
            credentials,
            metadata_host: env.get("GCE_METADATA_HOST").map(str::to_owned),
        }
    }
}

/// Whether a value is JSON, plain or in base64, and no path.
fn is_document(value: &str) -> bool {
    let value = value.trim_start();
    // `{"` in base64, with and without white space before it.
    value.starts_with('{') || ["eyJ", "ewo", "eyA", "ewk", "ew0"].iter().any(|begin| value.starts_with(begin))
}

impl AwsAccess {
    /// The address of the service in a region.
    pub fn url(region: &str) -> String {
        format!("https://bedrock-runtime.{region}.amazonaws.com")
    }

    fn of(entry: &ProviderEntry, env: &Environment) -> Self {
        let (id, secret) = (env.get("AWS_ACCESS_KEY_ID"), env.get("AWS_SECRET_ACCESS_KEY"));
        let below_home = |name: &str| Some(env.home()?.join(".aws").join(name));
        let file = |variable: &str, name: &str| env.get(variable).map(PathBuf::from).or_else(|| below_home(name));
        let region = env.get("AWS_REGION").or_else(|| env.get("AWS_DEFAULT_REGION")).map(str::to_owned);
        Self {
            region: region.or_else(|| entry.region.clone()),
            keys: id.zip(secret).map(|(id, secret)| AwsKeys {
                id: id.to_owned(),
                secret: Secret::new(secret),
                session_token: env.get("AWS_SESSION_TOKEN").map(Secret::new),
            }),
            profile: env.get("PLANDEX_AWS_PROFILE").or_else(|| env.get("AWS_PROFILE")).unwrap_or("default").to_owned(),
            credentials_file: file("AWS_SHARED_CREDENTIALS_FILE", "credentials"),
            config_file: file("AWS_CONFIG_FILE", "config"),
            inference_profile: env.get("AWS_INFERENCE_PROFILE_ARN").map(str::to_owned),
            missing: match (id, secret) {
                (Some(_), None) => vec!["AWS_SECRET_ACCESS_KEY"],
                (None, Some(_)) => vec!["AWS_ACCESS_KEY_ID"],
                _ => Vec::new(),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn access(api: Api, env: &[(&str, &str)]) -> Access {
        let entry = ProviderEntry { api: Some(api), ..ProviderEntry::default() };
        Access::of(&entry, &Environment::from_pairs(env.iter().copied()))
    }

    #[test]
    fn half_a_pair_of_keys_is_named_and_gives_no_keys() {
        for (set, lacking) in [("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), ("AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID")] {
            let access = access(Api::Bedrock, &[(set, "value-of-it")]);
            assert_eq!(access.missing(), [lacking]);
            assert!(matches!(access, Access::Aws(AwsAccess { keys: None, .. })));
        }
        assert!(access(Api::Bedrock, &[]).missing().is_empty());
    }

    #[test]
    fn nothing_that_is_secret_shows() {
        let aws = [("AWS_ACCESS_KEY_ID", "AKID"), ("AWS_SECRET_ACCESS_KEY", "hidden-secret"), ("AWS_SESSION_TOKEN", "hidden-token")];
        let google = [("GOOGLE_APPLICATION_CREDENTIALS", r#"{"private_key":"hidden"}"#)];
        let shown = format!("{:?} {:?}", access(Api::Bedrock, &aws), access(Api::Vertex, &google));
        assert!(shown.contains("AKID") && !shown.contains("hidden"), "{shown}");
    }

    #[test]
    fn addresses_follow_from_region_and_location() {
        let url = |api, env: &[(&str, &str)]| access(api, env).base_url();
        assert_eq!(url(Api::Bedrock, &[("AWS_REGION", "eu-west-1")]).as_deref(), Some("https://bedrock-runtime.eu-west-1.amazonaws.com"));
        assert_eq!(url(Api::Vertex, &[]).as_deref(), Some("https://aiplatform.googleapis.com"));
        let located = url(Api::Vertex, &[("VERTEXAI_LOCATION", "europe-west4")]);
        assert_eq!(located.as_deref(), Some("https://europe-west4-aiplatform.googleapis.com"));
        assert_eq!(url(Api::Azure, &[]), None);
    }

    #[test]
    fn credentials_of_google_are_a_path_or_the_document_itself() {
        let of = |value: &str| match access(Api::Vertex, &[("GOOGLE_APPLICATION_CREDENTIALS", value)]) {
            Access::Google(google) => matches!(google.credentials, GoogleCredentials::Text(_)),
            other => panic!("{other:?}"),
        };
        assert_eq!(
            (of("/etc/key.json"), of(" {\"type\": 1}"), of("eyJ0eXBlIjoxfQ=="), of("ewogICJ0eXBlIjoxfQ==")),
            (false, true, true, true)
        );
    }
}
