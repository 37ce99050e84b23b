//! Where the user's work stands: branch, last commits, what is not committed.

use super::{Error, Repo};

/// So many commits are told.
const COMMITS: &str = "-5";

/// The user's work as git tells it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WorkState {
    /// The branch that is checked out; none on a detached head.
    pub branch: Option<String>,
    /// The subjects of the last commits, the newest first.
    pub commits: Vec<String>,
    /// Each path that differs from the last commit with one word for how, sorted.
    pub changes: Vec<(&'static str, Vec<u8>)>,
}

/// The letters of `git status` with a word; the first that fits counts.
const WORDS: &[(&[u8], &str)] = &[(b"?", "new"), (b"U", "in conflict"), (b"D", "removed"), (b"A", "new"), (b"T", "of another type")];

impl Repo {
    /// Tells where the user's work stands.
    pub fn work_state(&self) -> Result<WorkState, Error> {
        let branch = self.head_ref().map(|name| name.strip_prefix("refs/heads/").unwrap_or(&name).to_owned());
        let log = self.git("log").args(["-z", "--no-show-signature", "--format=%s", COMMITS, "HEAD"]).output()?;
        let commits = log.stdout.split(|b| *b == 0).filter(|subject| !subject.is_empty());
        let commits = commits.map(|subject| String::from_utf8_lossy(subject).into_owned()).collect();
        let mut changes = Vec::new();
        if self.work_dir().is_some() {
            let out = self.git("status").args(["--porcelain", "-z", "--no-renames", "--untracked-files=normal"]).run()?;
            changes.extend(out.split(|b| *b == 0).filter(|line| line.len() > 3).map(|line| (word(&line[..2]), line[3..].to_vec())));
        }
        Ok(WorkState { branch, commits, changes })
    }
}

fn word(letters: &[u8]) -> &'static str {
    let fits = |signs: &[u8]| letters.iter().any(|letter| signs.contains(letter));
    WORDS.iter().find(|(signs, _)| fits(signs)).map_or("changed", |(_, word)| word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_of_git_have_words() {
        for (letters, expected) in
            [("??", "new"), (" M", "changed"), ("MM", "changed"), ("A ", "new"), (" D", "removed"), ("UU", "in conflict")]
        {
            assert_eq!(word(letters.as_bytes()), expected, "{letters}");
        }
    }
}
