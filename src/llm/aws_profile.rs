//! The user's files of AWS: keys and region of a profile. They are only read.

use std::path::Path;

use crate::config::{AwsAccess, AwsKeys, Secret};

/// What a profile says.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Profile {
    pub(super) keys: Option<AwsKeys>,
    pub(super) region: Option<String>,
    /// How the profile gets its keys instead, if it has none of its own.
    pub(super) other_way: Option<&'static str>,
}

/// Ways to get keys that take more than reading a file.
const OTHER_WAYS: &[&str] = &["sso_session", "sso_start_url", "role_arn", "credential_process", "web_identity_token_file", "login_session"];

/// Reads the profile of an access.
pub(super) fn read(access: &AwsAccess) -> Profile {
    let text = |file: &Option<std::path::PathBuf>| file.as_deref().and_then(read_text).unwrap_or_default();
    of(&text(&access.credentials_file), &text(&access.config_file), &access.profile)
}

fn read_text(path: &Path) -> Option<String> {
    std::fs::read_to_string(path).ok()
}

fn of(credentials: &str, config: &str, profile: &str) -> Profile {
    let sections = [(credentials, profile.to_owned()), (config, format!("profile {profile}")), (config, profile.to_owned())];
    // Only the default profile stands in the second file without the word before its name.
    let sections = &sections[..if profile == "default" { 3 } else { 2 }];
    let value = |name: &str| sections.iter().find_map(|(text, section)| setting(text, section, name));
    let keys = value("aws_access_key_id").zip(value("aws_secret_access_key")).map(|(id, secret)| AwsKeys {
        id: id.to_owned(),
        secret: Secret::new(secret),
        session_token: value("aws_session_token").map(Secret::new),
    });
    let other_way = OTHER_WAYS.iter().copied().find(|name| value(name).is_some());
    Profile { keys, region: value("region").map(str::to_owned), other_way }
}

/// A value of a section of an INI file; indented lines belong to the setting above them.
fn setting<'a>(text: &'a str, section: &str, name: &str) -> Option<&'a str> {
    let mut inside = false;
    for line in text.lines() {
        if let Some(header) = line.trim().strip_prefix('[').and_then(|rest| rest.split(']').next()) {
            inside = header.split_whitespace().eq(section.split_whitespace());
        } else if inside && !line.starts_with([' ', '\t', '#', ';']) {
            let found = line.split_once('=').filter(|(key, _)| key.trim() == name).map(|(_, value)| value.trim());
            if found.is_some_and(|value| !value.is_empty()) {
                return found;
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const CREDENTIALS: &str = "[default]\naws_access_key_id = AKID\naws_secret_access_key=a=b/c+d\n\n[ work ]\n# old\naws_access_key_id=W\naws_secret_access_key=WS\naws_session_token=WT\n";
    const CONFIG: &str = "[default]\nregion = us-east-1\ns3 =\n  region = no\n[profile work]\nregion=eu-central-1\n[profile sso]\nsso_session = me\n[work]\nregion=never\n";

    #[test]
    fn a_profile_is_read_from_both_files() {
        let work = of(CREDENTIALS, CONFIG, "work");
        let keys = work.keys.expect("keys");
        assert_eq!((keys.id.as_str(), keys.secret.expose()), ("W", "WS"));
        assert_eq!(keys.session_token.map(|token| token.expose().to_owned()), Some("WT".to_owned()));
        assert_eq!(work.region.as_deref(), Some("eu-central-1"));
        let default = of(CREDENTIALS, CONFIG, "default");
        assert_eq!((default.keys.expect("keys").secret.expose(), default.region.as_deref()), ("a=b/c+d", Some("us-east-1")));
    }

    #[test]
    fn a_profile_that_gets_its_keys_elsewhere_says_how_and_one_that_is_not_there_says_nothing() {
        assert_eq!(of(CREDENTIALS, CONFIG, "sso").other_way, Some("sso_session"));
        assert_eq!(of(CREDENTIALS, CONFIG, "nobody"), Profile::default());
    }
}
