//! Reading and writing commits.

use std::collections::{BinaryHeap, HashSet};

use gix::objs::{CommitRef, Kind};

use super::objects::gix_error;
use super::{Error, Oid, Repo, TreeEntry};

/// Who did something, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The name.
    pub name: String,
    /// The mail address.
    pub email: String,
    /// Seconds since the Unix epoch.
    pub seconds: i64,
    /// Seconds east of UTC.
    pub offset: i32,
}

/// A commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// The tree.
    pub tree: Oid,
    /// The parents, in order.
    pub parents: Vec<Oid>,
    /// The author.
    pub author: Person,
    /// The committer.
    pub committer: Person,
    /// The message.
    pub message: String,
}

impl Repo {
    /// Writes a commit; no ref moves.
    ///
    /// Names lose the characters that `git fsck` refuses in them.
    pub fn write_commit(&self, commit: &Commit) -> Result<Oid, Error> {
        let mut text = format!("tree {}\n", commit.tree);
        for parent in &commit.parents {
            text.push_str(&format!("parent {parent}\n"));
        }
        text.push_str(&format!("author {}\ncommitter {}\n\n", person_line(&commit.author), person_line(&commit.committer)));
        text.push_str(&commit.message.replace('\0', ""));
        self.write_object(Kind::Commit, text.as_bytes())
    }

    /// Reads a commit.
    pub fn read_commit(&self, id: &Oid) -> Result<Commit, Error> {
        let bytes = self.read_object(Kind::Commit, id)?;
        let malformed = |error: gix::Error| Error::Malformed { id: id.to_string(), reason: gix_error(error).to_string() };
        let commit = CommitRef::from_bytes(&bytes, self.gix.object_hash()).map_err(malformed)?;
        Ok(Commit {
            tree: Oid(commit.tree()),
            parents: commit.parents().map(Oid).collect(),
            author: person(&commit.author().map_err(malformed)?),
            committer: person(&commit.committer().map_err(malformed)?),
            message: String::from_utf8_lossy(commit.message).into_owned(),
        })
    }

    /// The commit that `HEAD` points to; `None` in a repository without commits.
    pub fn head_commit(&self) -> Result<Option<Oid>, Error> {
        self.resolve_head()
    }

    /// The entry of `path` in the commit's tree.
    pub fn entry_at(&self, commit: &Oid, path: &[u8]) -> Result<Option<TreeEntry>, Error> {
        self.tree_entry(&self.read_commit(commit)?.tree, path)
    }

    /// The best common ancestor of two commits.
    pub fn merge_base(&self, one: &Oid, two: &Oid) -> Result<Option<Oid>, Error> {
        Ok(self.gix.merge_base(one.0, two.0).map_err(gix_error)?.map(|id| Oid(id.detach())))
    }

    /// Walks from `tip` to its ancestors, newest first; ends quietly where a shallow clone was cut.
    pub fn walk(&self, tip: Oid) -> Result<Walk<'_>, Error> {
        let mut walk = Walk { repo: self, heap: BinaryHeap::new(), seen: HashSet::new(), count: 0, cut: self.shallow_cut()? };
        walk.push(tip)?;
        Ok(walk)
    }

    /// The commits whose parents a shallow clone left out.
    fn shallow_cut(&self) -> Result<HashSet<Oid>, Error> {
        let commits = self.gix.shallow_commits().map_err(gix_error)?;
        Ok(commits.map(|list| list.iter().copied().map(Oid).collect()).unwrap_or_default())
    }
}

/// The ancestors of a commit, newest first, each after all its children of the walk.
pub struct Walk<'r> {
    repo: &'r Repo,
    heap: BinaryHeap<Found>,
    seen: HashSet<Oid>,
    count: u64,
    cut: HashSet<Oid>,
}

struct Found {
    order: (i64, std::cmp::Reverse<u64>),
    id: Oid,
    commit: Commit,
}

impl PartialEq for Found {
    fn eq(&self, other: &Self) -> bool {
        self.order == other.order
    }
}

impl Eq for Found {}

impl PartialOrd for Found {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Found {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.order.cmp(&other.order)
    }
}

impl Walk<'_> {
    fn push(&mut self, id: Oid) -> Result<(), Error> {
        if self.seen.insert(id) {
            let commit = self.repo.read_commit(&id)?;
            self.count += 1;
            self.heap.push(Found { order: (commit.committer.seconds, std::cmp::Reverse(self.count)), id, commit });
        }
        Ok(())
    }
}

impl Iterator for Walk<'_> {
    type Item = Result<(Oid, Commit), Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let Found { id, mut commit, .. } = self.heap.pop()?;
        if self.cut.contains(&id) {
            commit.parents.clear();
        }
        for parent in commit.parents.clone() {
            if let Err(error) = self.push(parent) {
                return Some(Err(error));
            }
        }
        Some(Ok((id, commit)))
    }
}

fn person(found: &gix::actor::SignatureRef<'_>) -> Person {
    let time = found.time().unwrap_or_default();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Person { name: text(found.name), email: text(found.email), seconds: time.seconds, offset: time.offset }
}

fn person_line(person: &Person) -> String {
    let clean = |text: &str| text.chars().filter(|c| !matches!(c, '<' | '>' | '\n' | '\0')).collect::<String>().trim().to_owned();
    let minutes = person.offset.unsigned_abs() / 60;
    let sign = if person.offset < 0 { '-' } else { '+' };
    format!("{} <{}> {} {sign}{:02}{:02}", clean(&person.name), clean(&person.email), person.seconds.max(0), minutes / 60, minutes % 60)
}
