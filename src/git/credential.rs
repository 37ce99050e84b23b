//! Keys kept by git's credential helpers.
//!
//! Only helpers of the machine's and the user's own configuration are asked: a repository must not decide where a key
//! goes. They are never allowed to ask the user in the middle of something else.

use std::path::Path;

use super::{Error, Git, Output};

/// A path that is no repository, so that git reads no configuration of one.
const NO_REPOSITORY: &str = "/dev/null";

/// What a credential is for, in git's terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialRequest {
    /// `https` or `http`.
    pub protocol: String,
    /// The host, with its port if it has one.
    pub host: String,
    /// The account.
    pub username: String,
}

impl CredentialRequest {
    /// What a URL is about; `None` if no helper could say.
    pub fn of_url(url: &str, username: &str) -> Option<Self> {
        let (protocol, rest) = url.split_once("://")?;
        let host = rest.split(['/', '?', '#']).next().filter(|host| !host.is_empty())?;
        let clean = [protocol, host, username].iter().all(|part| !part.contains(['\n', '\r', '\0', '@']));
        clean.then(|| Self { protocol: protocol.to_owned(), host: host.to_owned(), username: username.to_owned() })
    }

    fn words(&self, password: Option<&str>) -> String {
        let mut words = format!("protocol={}\nhost={}\nusername={}\n", self.protocol, self.host, self.username);
        if let Some(password) = password {
            words.push_str(&format!("password={password}\n"));
        }
        words.push('\n');
        words
    }
}

/// The credential helpers of the machine and the user.
#[derive(Debug, Clone, Copy)]
pub struct Helpers;

impl Helpers {
    /// The password that a helper keeps, if one does.
    pub fn fill(self, request: &CredentialRequest) -> Result<Option<String>, Error> {
        let out = Self::run("fill", request, None)?;
        // Without an answer git wants to ask, which it may not, and fails.
        let text = String::from_utf8_lossy(&out.stdout);
        let password = text.lines().find_map(|line| line.strip_prefix("password=")).filter(|_| out.code == 0);
        Ok(password.filter(|password| !password.is_empty()).map(str::to_owned))
    }

    /// Gives a password to the helpers to keep.
    pub fn approve(self, request: &CredentialRequest, password: &str) -> Result<(), Error> {
        succeeded(Self::run("approve", request, Some(password))?)
    }

    /// Tells the helpers to forget a password.
    pub fn reject(self, request: &CredentialRequest) -> Result<(), Error> {
        succeeded(Self::run("reject", request, None)?)
    }

    /// Whether there is a helper at all.
    pub fn any(self) -> Result<bool, Error> {
        let out = Self::git("config").args(["--get-regexp", r"^credential\.(.*\.)?helper$"]).output()?;
        Ok(String::from_utf8_lossy(&out.stdout).lines().any(|line| line.split_once(' ').is_some_and(|(_, helper)| !helper.is_empty())))
    }

    fn run(action: &str, request: &CredentialRequest, password: Option<&str>) -> Result<Output, Error> {
        Self::git("credential")
            .arg(action)
            .config("credential.interactive=false")
            .config("core.askPass=")
            .env("GIT_ASKPASS", "")
            .env("SSH_ASKPASS", "")
            .input(request.words(password))
            .output()
    }

    fn git(command: &str) -> Git {
        let local = ["GIT_WORK_TREE", "GIT_CONFIG_PARAMETERS", "GIT_CONFIG_COUNT", "GIT_CONFIG", "GIT_COMMON_DIR", "SSH_ASKPASS"];
        Git::new(Path::new("/"), command).hide_env(local).env("GIT_DIR", NO_REPOSITORY)
    }
}

fn succeeded(out: Output) -> Result<(), Error> {
    match out.code {
        0 => Ok(()),
        // git's words could quote what it was given.
        code => Err(Error::Failed { command: "credential".into(), stderr: String::new(), code: Some(code) }),
    }
}

#[cfg(test)]
mod tests {
    use super::CredentialRequest;

    #[test]
    fn a_request_is_made_from_a_url_and_never_from_one_with_a_secret_or_a_second_line() {
        let request = CredentialRequest::of_url("https://api.example.com:8443/v1", "me").expect("a request");
        assert_eq!(request.words(Some("k")), "protocol=https\nhost=api.example.com:8443\nusername=me\npassword=k\n\n");
        for url in ["https://me:key@example.com", "https://a\nhost=evil.example.com/", "example.com", "https:///v1"] {
            assert_eq!(CredentialRequest::of_url(url, "me"), None, "{url}");
        }
    }
}
