//! Who commits.

use super::{Person, Repo};

/// Stands in for a name that nobody configured.
const NOBODY: &str = "git-plandex";

/// Stands in for a mail address that nobody configured; `.invalid` is reserved for such (RFC 2606).
const NOWHERE: &str = "git-plandex@localhost.invalid";

impl Repo {
    /// The author as git would find it, with a fallback where nothing is configured; the time is now unless `GIT_AUTHOR_DATE` says otherwise.
    pub fn author(&self) -> Person {
        self.someone("author", "GIT_AUTHOR")
    }

    /// The committer, found like the author.
    pub fn committer(&self) -> Person {
        self.someone("committer", "GIT_COMMITTER")
    }

    fn someone(&self, section: &str, prefix: &str) -> Person {
        let config = self.gix.config_snapshot();
        let env = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let key = |name: &str| config.string(name).map(|value| value.to_string()).filter(|value| !value.is_empty());
        let find = |part: &str| {
            env(&format!("{prefix}_{}", part.to_uppercase()))
                .or_else(|| key(&format!("{section}.{part}")))
                .or_else(|| key(&format!("user.{part}")))
        };
        let now = gix::date::Time::now_local_or_utc();
        let dated = env(&format!("{prefix}_DATE")).and_then(|text| gix::date::parse(&text, None).ok());
        let time = dated.unwrap_or(now);
        Person {
            name: find("name").unwrap_or_else(|| NOBODY.into()),
            email: find("email").or_else(|| env("EMAIL")).unwrap_or_else(|| NOWHERE.into()),
            seconds: time.seconds,
            offset: time.offset,
        }
    }
}
