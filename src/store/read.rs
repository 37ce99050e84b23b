//! From a commit's tree to a plan.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use crate::git::{Oid, Repo, TreeEntry, TreeMode};
use crate::plan::{ContextItem, EntityId, Entry, FileMode, Message, ObjectId, Operation, Plan, RepoPath, Subtask, Summary};

use super::layout::{self, FileName, Kind};
use super::{Error, codec};

/// With this many entities or more, two threads read.
const WORTH_A_THREAD: usize = 64;

/// The most entries that an overlay may have: trees that share subtrees can name more paths than memory holds.
const MAX_ENTRIES: usize = 100_000;

/// A file of an entity, found and not yet read.
struct Found {
    kind: Kind,
    id: EntityId,
    name: FileName,
    path: String,
    oid: Oid,
}

/// An entity, read.
enum Decoded {
    Message(Arc<Message>),
    Summary(Arc<Summary>),
    Subtask(Arc<Subtask>),
    Context(Arc<ContextItem>),
    Operation(Arc<Operation>),
}

/// A state of the plan that was read before, with its tree.
pub(super) type Known<'k> = (&'k Oid, &'k Plan);

/// The files that stand beside entities.
#[derive(Default)]
struct Beside {
    bodies: BTreeMap<(&'static str, EntityId), Oid>,
    attempts: BTreeMap<(EntityId, usize), Oid>,
    shown: BTreeMap<(EntityId, usize), Oid>,
}

/// Reads the tree of a plan commit; `commit` is named in errors, and entities that `known` has are not read again.
pub(super) fn read_plan(repo: &Repo, commit: &Oid, tree: &Oid, known: Option<Known<'_>>) -> Result<Plan, Error> {
    Reader { repo, commit }.plan(tree, known)
}

/// Reads `plan.yml` alone, after the version.
pub(super) fn read_meta(repo: &Repo, commit: &Oid, tree: &Oid) -> Result<crate::plan::PlanMeta, Error> {
    let reader = Reader { repo, commit };
    let root = repo.read_tree(tree)?;
    reader.version(&root)?;
    reader.meta(&root)
}

struct Reader<'r> {
    repo: &'r Repo,
    commit: &'r Oid,
}

impl Reader<'_> {
    fn plan(&self, tree: &Oid, known: Option<Known<'_>>) -> Result<Plan, Error> {
        let root = self.repo.read_tree(tree)?;
        self.version(&root)?;
        let mut plan = Plan { meta: self.meta(&root)?, ..Plan::default() };
        let (found, beside) = self.find_entities(&root)?;
        self.check_ids(&found)?;
        let (mut decoded, unread) = self.take_known(found, known)?;
        decoded.extend(self.decode_all(&unread)?);
        decoded.sort_by_key(Decoded::id);
        for entity in decoded {
            place(&mut plan, entity);
        }
        self.attach_bodies(&mut plan, &beside)?;
        plan.base = self.overlay(&root, layout::BASE)?;
        plan.result = self.overlay(&root, layout::RESULT)?;
        Ok(plan)
    }

    fn malformed(&self, path: impl Into<String>, reason: impl Into<String>) -> Error {
        Error::Malformed { commit: self.commit.to_string(), path: path.into(), reason: reason.into() }
    }

    /// Checks the format version, before anything else is looked at.
    fn version(&self, root: &[TreeEntry]) -> Result<(), Error> {
        let bytes = self.file(root, layout::VERSION_FILE)?;
        let text = String::from_utf8_lossy(&bytes);
        let found = text.trim().parse().map_err(|_| self.malformed(layout::VERSION_FILE, "it is not a number"))?;
        let place = format!("plan commit {}", self.commit);
        match u32::cmp(&found, &layout::VERSION) {
            std::cmp::Ordering::Equal => Ok(()),
            std::cmp::Ordering::Less => Err(Error::TooOld { place, found, known: layout::VERSION }),
            std::cmp::Ordering::Greater => Err(Error::TooNew { place, found, known: layout::VERSION }),
        }
    }

    fn meta(&self, root: &[TreeEntry]) -> Result<crate::plan::PlanMeta, Error> {
        let bytes = self.file(root, layout::META_FILE)?;
        codec::from_yaml(&bytes).map_err(|reason| self.malformed(layout::META_FILE, reason))
    }

    /// The content of a file at the root.
    fn file(&self, root: &[TreeEntry], name: &str) -> Result<Vec<u8>, Error> {
        match root.iter().find(|entry| entry.name == name.as_bytes()) {
            Some(entry) if entry.mode == TreeMode::Regular => Ok(self.repo.read_blob(&entry.oid)?),
            Some(_) => Err(self.malformed(name, "it is not a file")),
            None => Err(self.malformed(name, "it is missing")),
        }
    }

    /// The entries of a directory at the root; none when it is absent.
    fn dir(&self, root: &[TreeEntry], name: &str) -> Result<Vec<TreeEntry>, Error> {
        match root.iter().find(|entry| entry.name == name.as_bytes()) {
            Some(entry) if entry.mode == TreeMode::Tree => Ok(self.repo.read_tree(&entry.oid)?),
            Some(_) => Err(self.malformed(name, "it is not a directory")),
            None => Ok(Vec::new()),
        }
    }

    fn find_entities(&self, root: &[TreeEntry]) -> Result<(Vec<Found>, Beside), Error> {
        let mut found = Vec::new();
        let mut beside = Beside::default();
        for kind in Kind::ALL {
            for fan in self.dir(root, kind.dir())? {
                if fan.mode != TreeMode::Tree {
                    continue;
                }
                let prefix = String::from_utf8_lossy(&fan.name).into_owned();
                for entry in self.repo.read_tree(&fan.oid)? {
                    self.sort_in(kind, &prefix, &entry, &mut found, &mut beside)?;
                }
            }
        }
        found.sort_by_key(|file| file.id);
        Ok((found, beside))
    }

    /// Files one entry of a fan-out directory under what its name says.
    fn sort_in(&self, kind: Kind, prefix: &str, entry: &TreeEntry, found: &mut Vec<Found>, beside: &mut Beside) -> Result<(), Error> {
        let name = String::from_utf8_lossy(&entry.name);
        let path = format!("{}/{prefix}/{name}", kind.dir());
        let parsed = layout::parse(kind, &name).map_err(|reason| self.malformed(path.clone(), reason))?;
        let Some(name) = parsed else { return Ok(()) };
        let (FileName::Entity(id, _) | FileName::Body(id) | FileName::Attempt(id, _) | FileName::Shown(id, _)) = name;
        if layout::fan_out(id) != prefix {
            return Err(self.malformed(path, "it is in the wrong directory"));
        }
        if entry.mode != TreeMode::Regular {
            return Err(self.malformed(path, "it is not a file"));
        }
        match name {
            FileName::Entity(..) => found.push(Found { kind, id, name, path, oid: entry.oid }),
            FileName::Body(id) => drop(beside.bodies.insert((kind.dir(), id), entry.oid)),
            FileName::Attempt(id, n) => drop(beside.attempts.insert((id, n), entry.oid)),
            FileName::Shown(id, n) => drop(beside.shown.insert((id, n), entry.oid)),
        }
        Ok(())
    }

    /// Two files of one kind with the same id would be one entity or the other by chance.
    fn check_ids(&self, found: &[Found]) -> Result<(), Error> {
        let twin = found.windows(2).find(|pair| pair[0].id == pair[1].id && pair[0].kind == pair[1].kind);
        twin.map_or(Ok(()), |pair| Err(self.malformed(pair[1].path.clone(), "another entity has the same id")))
    }

    /// Takes the entities whose files are the same in a known state from there.
    fn take_known(&self, found: Vec<Found>, known: Option<Known<'_>>) -> Result<(Vec<Decoded>, Vec<Found>), Error> {
        let Some((tree, plan)) = known else { return Ok((Vec::new(), found)) };
        let (before, _) = self.find_entities(&self.repo.read_tree(tree)?)?;
        let before: HashSet<(Oid, String)> = before.into_iter().map(|file| (file.oid, file.path)).collect();
        let mut taken = Vec::new();
        let mut unread = Vec::new();
        for file in found {
            let key = (file.oid, file.path);
            match before.contains(&key).then(|| take(plan, file.kind, file.id)).flatten() {
                Some(entity) => taken.push(entity),
                None => unread.push(Found { path: key.1, ..file }),
            }
        }
        Ok((taken, unread))
    }

    fn decode_all(&self, found: &[Found]) -> Result<Vec<Decoded>, Error> {
        if found.len() < WORTH_A_THREAD {
            return self.decode_each(found);
        }
        let (first, second) = found.split_at(found.len() / 2);
        let (other, commit) = (self.repo.clone(), *self.commit);
        std::thread::scope(|scope| {
            let helper = scope.spawn(move || Reader { repo: &other, commit: &commit }.decode_each(second));
            let mut decoded = self.decode_each(first)?;
            // A panic of the helper goes on in this thread.
            let rest = helper.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
            decoded.extend(rest);
            Ok(decoded)
        })
    }

    fn decode_each(&self, found: &[Found]) -> Result<Vec<Decoded>, Error> {
        let decode = |file: &Found| {
            let bytes = self.repo.read_blob(&file.oid)?;
            decode(file, bytes).map_err(|reason| self.malformed(file.path.clone(), reason))
        };
        found.iter().map(decode).collect()
    }

    fn attach_bodies(&self, plan: &mut Plan, beside: &Beside) -> Result<(), Error> {
        for item in &plan.context {
            let stored = beside.bodies.get(&(Kind::Context.dir(), item.id)).map(object_id);
            if stored.as_ref() != Some(&item.oid) {
                let path = layout::path(Kind::Context, FileName::Body(item.id));
                return Err(self.malformed(path, "it is not the body that the context item names"));
            }
        }
        for operation in &mut plan.operations {
            let body = beside.bodies.get(&(Kind::Operation.dir(), operation.id)).map(object_id);
            for (n, attempt) in operation.attempts.iter().enumerate() {
                let stored = beside.attempts.get(&(operation.id, n + 1)).map(object_id);
                if attempt.content != stored {
                    let path = layout::path(Kind::Operation, FileName::Attempt(operation.id, n + 1));
                    return Err(self.malformed(path, "it is not the content that the operation names"));
                }
            }
            for (n, named) in operation.sights().enumerate() {
                if named != beside.shown.get(&(operation.id, n + 1)).map(object_id).as_ref() {
                    let path = layout::path(Kind::Operation, FileName::Shown(operation.id, n + 1));
                    return Err(self.malformed(path, "it is not the file that the operation names"));
                }
            }
            if operation.body != body {
                Arc::make_mut(operation).body = body;
            }
        }
        Ok(())
    }

    /// Reads `base/` or `result/` with every path checked.
    fn overlay(&self, root: &[TreeEntry], name: &str) -> Result<BTreeMap<RepoPath, Entry>, Error> {
        let mut files = BTreeMap::new();
        let mut count = 0;
        let mut open: Vec<(Vec<u8>, TreeEntry)> = self.dir(root, name)?.into_iter().map(|entry| (Vec::new(), entry)).collect();
        while let Some((above, entry)) = open.pop() {
            let mut bytes = above;
            bytes.extend_from_slice(&entry.name);
            let place = || format!("{name}/{}", String::from_utf8_lossy(&bytes).escape_debug());
            let path = RepoPath::from_bytes(&bytes).map_err(|error| self.malformed(place(), error.reason))?;
            count += 1;
            if count > MAX_ENTRIES {
                return Err(self.malformed(name, format!("it has more than {MAX_ENTRIES} entries")));
            }
            let mode = match entry.mode {
                TreeMode::Regular => FileMode::Regular,
                TreeMode::Executable => FileMode::Executable,
                TreeMode::Symlink => FileMode::Symlink,
                TreeMode::Gitlink => return Err(self.malformed(place(), "it is a submodule")),
                TreeMode::Tree => {
                    bytes.push(b'/');
                    let inner = self.repo.read_tree(&entry.oid)?;
                    open.extend(inner.into_iter().map(|entry| (bytes.clone(), entry)));
                    continue;
                }
            };
            files.insert(path, Entry { mode, oid: object_id(&entry.oid) });
        }
        Ok(files)
    }
}

impl Decoded {
    fn id(&self) -> EntityId {
        match self {
            Self::Message(entity) => entity.id,
            Self::Summary(entity) => entity.id,
            Self::Subtask(entity) => entity.id,
            Self::Context(entity) => entity.id,
            Self::Operation(entity) => entity.id,
        }
    }
}

fn decode(file: &Found, bytes: Vec<u8>) -> Result<Decoded, String> {
    let id = file.id;
    Ok(match (file.kind, file.name) {
        (Kind::Message, FileName::Entity(_, role)) => {
            let role = role.ok_or("it has no role")?;
            Decoded::Message(Arc::new(codec::read_message(id, role, bytes)?))
        }
        (Kind::Message | Kind::Summary, _) => Decoded::Summary(Arc::new(codec::read_summary(id, bytes)?)),
        (Kind::Subtask, _) => Decoded::Subtask(Arc::new(Subtask { id, ..codec::from_yaml(&bytes)? })),
        (Kind::Context, _) => Decoded::Context(Arc::new(ContextItem { id, ..codec::from_yaml(&bytes)? })),
        (Kind::Operation, _) => Decoded::Operation(Arc::new(Operation { id, ..codec::from_yaml(&bytes)? })),
    })
}

/// The entity with this id in a plan.
fn take(plan: &Plan, kind: Kind, id: EntityId) -> Option<Decoded> {
    fn find<T>(list: &[Arc<T>], id: EntityId, key: impl Fn(&T) -> EntityId) -> Option<Arc<T>> {
        list.binary_search_by_key(&id, |entity| key(entity)).ok().map(|at| list[at].clone())
    }
    match kind {
        Kind::Message => find(&plan.messages, id, |m| m.id).map(Decoded::Message),
        Kind::Summary => find(&plan.summaries, id, |s| s.id).map(Decoded::Summary),
        Kind::Subtask => find(&plan.subtasks, id, |t| t.id).map(Decoded::Subtask),
        Kind::Context => find(&plan.context, id, |c| c.id).map(Decoded::Context),
        Kind::Operation => find(&plan.operations, id, |o| o.id).map(Decoded::Operation),
    }
}

/// Adds an entity at the end of its list; entities come in the order of their ids.
fn place(plan: &mut Plan, decoded: Decoded) {
    match decoded {
        Decoded::Message(message) => plan.messages.push(message),
        Decoded::Summary(summary) => plan.summaries.push(summary),
        Decoded::Subtask(subtask) => plan.subtasks.push(subtask),
        Decoded::Context(item) => plan.context.push(item),
        Decoded::Operation(operation) => plan.operations.push(operation),
    }
}

/// Git's id as the shared values have it.
pub(super) fn object_id(oid: &Oid) -> ObjectId {
    ObjectId::from_hex(&oid.to_string()).expect("git prints ids in lower-case hexadecimal of a known length")
}

/// The shared value as git's id.
pub(super) fn oid(id: &ObjectId) -> Oid {
    Oid::from_hex(id.as_str()).expect("an object id is hexadecimal of a known length")
}
