//! Proposed operations become contents, path by path, while the reply still streams.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use tokio::sync::{Mutex, oneshot};
use tokio::task::JoinHandle;

use crate::config::{HIDDEN, Mask};
use crate::edit;
use crate::plan::{EntityId, FileMode, OperationKind, RepoPath, Usage};

use super::repair::{Builder, Candidate, Repaired, repair};

/// A file's content in the plan while operations are built on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// The mode.
    pub mode: FileMode,
    /// The bytes as git stores them.
    pub bytes: Vec<u8>,
}

/// What an operation asks for, checked and ready to build.
#[derive(Debug, Clone)]
pub struct Job {
    /// What it does.
    pub kind: OperationKind,
    /// Its path.
    pub path: RepoPath,
    /// Where a move goes.
    pub destination: Option<RepoPath>,
    /// The proposal.
    pub proposal: String,
    /// The prose that explained it.
    pub explanation: String,
    /// Whether the proposal is the whole file although the model has not seen the present one.
    pub overwrite: bool,
    /// Whether a key was hidden in the proposal.
    pub masked: bool,
}

/// What came of a build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Built {
    /// New contents by path; `None` removes.
    Files {
        /// The contents.
        files: Vec<(RepoPath, Option<Content>)>,
        /// Why the content may be wrong; empty when sure.
        reasons: Vec<String>,
        /// Lines that the build added and removed.
        lines: (usize, usize),
        /// What was tried, in order.
        attempts: Vec<Candidate>,
        /// What models used for it.
        usage: Usage,
    },
    /// The plan's own changes of the path are taken back.
    Reset,
    /// Nothing could be made.
    Failed(String),
}

/// What a path holds while operations are built on it.
#[derive(Debug, Clone, Default)]
struct Held {
    now: Option<Content>,
    /// What it holds without the plan's own changes.
    clean: Option<Content>,
}

impl Held {
    /// What the plan's change of the path is a change of, if nothing of the plan is there any more when it is stored.
    fn base(&self) -> Option<Content> {
        let clean = self.clean.as_ref()?;
        Some(self.now.as_ref().unwrap_or(clean).clone())
    }
}

type Slot = Arc<Mutex<Held>>;

/// Contents by path; `None` where there is no file.
pub type Contents = BTreeMap<RepoPath, Option<Content>>;

/// A build that has ended.
#[derive(Debug)]
pub struct Finished {
    /// The stored operation.
    pub id: EntityId,
    /// What came of it.
    pub built: Built,
    /// What it was made from.
    pub bases: Contents,
}

/// Paths with a build that the user has stopped; nothing is built on them any more.
type Halted = Rc<RefCell<BTreeSet<RepoPath>>>;

/// A build at work.
struct Running {
    /// The stored operation, once it has an id.
    id: Option<EntityId>,
    paths: Vec<RepoPath>,
    /// Tells that the merge is made, and only models are waited for.
    merged: Option<oneshot::Receiver<()>>,
    /// Gives nothing when the user has stopped it.
    handle: JoinHandle<Option<Work>>,
}

/// Which builds to wait for.
#[derive(Debug, Clone)]
pub enum Wait {
    /// All of them.
    All,
    /// Those on these paths, and merges that no model has to look at.
    Paths(Vec<RepoPath>),
}

/// Builds operations in order per path, and paths beside each other.
#[derive(Default)]
pub struct BuildQueue {
    slots: BTreeMap<RepoPath, Slot>,
    running: Vec<Running>,
    builder: Option<Rc<dyn Builder>>,
    mask: Mask,
    halted: Halted,
}

impl BuildQueue {
    /// A queue that leaves files with a key of `mask` alone, and puts doubtful merges before `builder`, if there is one.
    pub fn new(mask: &Mask, builder: Option<Rc<dyn Builder>>) -> Self {
        Self { builder, mask: mask.clone(), ..Self::default() }
    }

    /// Whether builds are at work.
    pub fn is_busy(&self) -> bool {
        !self.running.is_empty()
    }

    /// Whether the queue knows the content of `path` already.
    pub fn knows(&self, path: &RepoPath) -> bool {
        self.slots.contains_key(path)
    }

    /// Tells the queue what `path` holds before the next job on it, and what it holds without the plan's changes;
    /// only the first call for a path counts.
    pub fn begin_with(&mut self, path: &RepoPath, now: Option<Content>, clean: Option<Content>) {
        self.slots.entry(path.clone()).or_insert_with(|| Arc::new(Mutex::new(Held { now, clean })));
    }

    /// Starts `job`, within a `LocalSet`, for every path of the job after [`begin_with`](Self::begin_with).
    pub fn start(&mut self, job: Job) {
        let mut paths: Vec<_> = std::iter::once(&job.path).chain(&job.destination).cloned().collect();
        // Locks are taken in the order of the paths, so that two moves cannot wait for each other.
        paths.sort();
        let slots = paths.iter().map(|path| (path.clone(), self.slots.entry(path.clone()).or_default().clone())).collect();
        let (merge_made, merged) = oneshot::channel();
        let help = (self.builder.clone(), self.mask.clone(), self.halted.clone());
        let handle = tokio::task::spawn_local(work(job, slots, help, merge_made));
        self.running.push(Running { id: None, paths, merged: Some(merged), handle });
    }

    /// Gives the jobs that have none yet the ids of their stored operations, in the order in which they were started.
    pub fn name(&mut self, ids: &[EntityId]) {
        let unnamed = self.running.iter_mut().filter(|job| job.id.is_none());
        unnamed.zip(ids).for_each(|(job, id)| job.id = Some(*id));
    }

    /// Waits as told and takes the builds that are complete, in the order in which they were started.
    pub async fn settle(&mut self, wait: &Wait) -> Vec<Finished> {
        let mut done = Vec::new();
        let mut left = Vec::new();
        for mut job in self.running.drain(..) {
            // An error says that the job has ended, which is as good.
            if let Some(merged) = job.merged.take() {
                drop(merged.await);
                tokio::task::yield_now().await;
            }
            let needed = match wait {
                Wait::All => true,
                Wait::Paths(paths) => job.handle.is_finished() || job.paths.iter().any(|path| paths.contains(path)),
            };
            match job.id {
                Some(id) if needed => {
                    done.extend(broke_off(job.handle.await).map(|(built, bases)| Finished { id, built, bases }));
                }
                Some(_) => left.push(job),
                // Nothing of a reply that was not stored is kept.
                None => job.handle.abort(),
            }
        }
        self.running = left;
        // What is settled stands in the plan, and is read from there if it is wanted again.
        let wanted: BTreeSet<&RepoPath> = self.running.iter().flat_map(|job| &job.paths).collect();
        self.slots.retain(|path, _| wanted.contains(path));
        done
    }
}

fn broke_off(built: Result<Option<Work>, tokio::task::JoinError>) -> Option<Work> {
    built.unwrap_or_else(|panic| Some((Built::Failed(format!("the build broke off: {panic}")), Contents::default())))
}

type Work = (Built, Contents);

async fn work(
    job: Job,
    slots: Vec<(RepoPath, Slot)>,
    (builder, mask, halted): (Option<Rc<dyn Builder>>, Mask, Halted),
    merged: oneshot::Sender<()>,
) -> Option<Work> {
    let mut held = Vec::new();
    for (path, slot) in slots {
        // The lock is fair, so jobs of one path run in the order in which they were started.
        held.push((path, slot.lock_owned().await));
    }
    let halt = || halted.borrow_mut().extend(held.iter().map(|(path, _)| path.clone()));
    if held.iter().any(|(path, _)| halted.borrow().contains(path)) {
        halt();
        return None;
    }
    let before: Contents = held.iter().map(|(path, held)| (path.clone(), held.now.clone())).collect();
    let bases = held.iter().map(|(path, held)| (path.clone(), held.base())).collect();
    let present = before.get(&job.path).cloned().flatten();
    let job = Arc::new(job);
    let blocking = job.clone();
    let run = tokio::task::spawn_blocking(move || holds_key(&before, &mask).unwrap_or_else(|| build(&blocking, &before)));
    let mut built = run.await.unwrap_or_else(|panic| Built::Failed(format!("the build broke off: {panic}")));
    // Whoever waits for the merges alone need not wait for models.
    let _ = merged.send(());
    if let (Some(builder), Some(present), true) = (builder, present, is_doubtful(&built) && !job.overwrite) {
        built = mend(&job, &present, built, &*builder).await;
        if builder.is_stopped() && is_doubtful(&built) {
            halt();
            return None;
        }
    }
    if let (Built::Files { reasons, .. }, true) = (&mut built, job.masked) {
        reasons.push(format!("hidden-key: the reply wrote a key in use; '{HIDDEN}' stands in its place"));
    }
    for (path, slot) in &mut held {
        match &built {
            Built::Files { files, .. } => files.iter().filter(|(made, _)| made == path).for_each(|(_, made)| slot.now.clone_from(made)),
            Built::Reset if *path == job.path => slot.now = slot.clean.clone(),
            Built::Reset | Built::Failed(_) => {}
        }
    }
    Some((built, bases))
}

/// The failure of a build on a file that holds a key.
///
/// What a model writes has its keys hidden, so that an edit of such a file would change them, and the plan would keep one.
fn holds_key(before: &BTreeMap<RepoPath, Option<Content>>, mask: &Mask) -> Option<Built> {
    let found = |(path, content): (&RepoPath, &Option<Content>)| Some((path.clone(), mask.found_in(&content.as_ref()?.bytes)?));
    let (path, key) = before.iter().find_map(found)?;
    Some(Built::Failed(format!("'{path}' holds {key}; a plan keeps no keys, so the file stays as it is")))
}

fn is_doubtful(built: &Built) -> bool {
    matches!(built, Built::Files { reasons, .. } if !reasons.is_empty())
}

/// Puts a doubtful merge before the builder.
async fn mend(job: &Job, present: &Content, built: Built, builder: &dyn Builder) -> Built {
    let Ok(original) = std::str::from_utf8(&present.bytes) else { return built };
    let input = input(job, original);
    let repaired = repair(&input, edit::merge(&input), builder).await;
    let lines = changed_lines(original, &repaired.content);
    let after = Content { mode: present.mode, bytes: repaired.content.into_bytes() };
    let Repaired { reasons, attempts, usage, .. } = repaired;
    Built::Files { files: vec![(job.path.clone(), Some(after))], reasons, lines, attempts, usage }
}

/// Builds one operation on the contents that its paths have (pure).
pub fn build(job: &Job, before: &Contents) -> Built {
    let present = before.get(&job.path).cloned().flatten();
    match (job.kind, present) {
        (OperationKind::Reset, _) => Built::Reset,
        (OperationKind::File, Some(content)) if !job.overwrite => update(job, &content),
        (OperationKind::File, present) => create(job, present.as_ref()),
        (OperationKind::Remove, Some(content)) => {
            let removed = lines(&content.bytes);
            made(vec![(job.path.clone(), None)], (0, removed))
        }
        (OperationKind::Move, Some(content)) => rename(job, content, before),
        (OperationKind::Remove | OperationKind::Move, None) => Built::Failed(format!("'{}' does not exist", job.path)),
    }
}

fn create(job: &Job, present: Option<&Content>) -> Built {
    let mode = present.map_or(FileMode::Regular, |content| content.mode);
    if mode == FileMode::Symlink {
        return Built::Failed(format!("'{}' is a symbolic link", job.path));
    }
    let removed = present.map_or(0, |content| lines(&content.bytes));
    let merged = edit::merge(&input(job, ""));
    let bytes = merged.content.into_bytes();
    let added = lines(&bytes);
    let reasons: Vec<String> = merged.reasons.iter().map(ToString::to_string).collect();
    merge_made(job, Content { mode, bytes }, reasons, (added, removed))
}

fn update(job: &Job, content: &Content) -> Built {
    if content.mode == FileMode::Symlink {
        return Built::Failed(format!("'{}' is a symbolic link", job.path));
    }
    let Ok(original) = std::str::from_utf8(&content.bytes) else {
        return Built::Failed(format!("'{}' is not text in UTF-8", job.path));
    };
    let merged = edit::merge(&input(job, original));
    let lines = changed_lines(original, &merged.content);
    let reasons: Vec<String> = merged.reasons.iter().map(ToString::to_string).collect();
    let after = Content { mode: content.mode, bytes: merged.content.into_bytes() };
    merge_made(job, after, reasons, lines)
}

fn input<'a>(job: &'a Job, original: &'a str) -> edit::Input<'a> {
    // Paths that are not UTF-8 have no language; the name serves only to find one.
    let path = job.path.as_str().unwrap_or_default();
    edit::Input { path, original, proposal: &job.proposal, explanation: Some(job.explanation.as_str()).filter(|text| !text.is_empty()) }
}

fn rename(job: &Job, content: Content, before: &Contents) -> Built {
    let Some(destination) = &job.destination else { return Built::Failed(format!("'{}' has no destination", job.path)) };
    if *destination == job.path {
        return Built::Failed(format!("'{destination}' is where it is already"));
    }
    if before.get(destination).is_some_and(Option::is_some) {
        return Built::Failed(format!("'{destination}' exists already"));
    }
    let files = vec![(job.path.clone(), None), (destination.clone(), Some(content))];
    made(files, (0, 0))
}

/// Contents that nothing speaks against.
fn made(files: Vec<(RepoPath, Option<Content>)>, lines: (usize, usize)) -> Built {
    Built::Files { files, reasons: Vec::new(), lines, attempts: Vec::new(), usage: Usage::default() }
}

/// The content of a merge, which is its first attempt.
fn merge_made(job: &Job, content: Content, reasons: Vec<String>, lines: (usize, usize)) -> Built {
    let text = String::from_utf8(content.bytes.clone()).ok();
    let attempts = vec![Candidate { by: "merge", model: None, content: text, reasons: reasons.clone() }];
    Built::Files { files: vec![(job.path.clone(), Some(content))], reasons, lines, attempts, usage: Usage::default() }
}

fn lines(bytes: &[u8]) -> usize {
    bytes.split_inclusive(|b| *b == b'\n').count()
}

/// How many lines were added and removed between two texts.
pub fn changed_lines(before: &str, after: &str) -> (usize, usize) {
    let diff = similar::TextDiff::configure().timeout(std::time::Duration::from_millis(200)).diff_lines(before, after);
    diff.iter_all_changes().fold((0, 0), |(added, removed), change| match change.tag() {
        similar::ChangeTag::Insert => (added + 1, removed),
        similar::ChangeTag::Delete => (added, removed + 1),
        similar::ChangeTag::Equal => (added, removed),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> RepoPath {
        text.parse().expect("valid path")
    }

    fn job(kind: OperationKind, from: &str, to: Option<&str>, proposal: &str) -> Job {
        Job {
            kind,
            path: path(from),
            destination: to.map(path),
            proposal: proposal.into(),
            explanation: String::new(),
            overwrite: false,
            masked: false,
        }
    }

    fn text(content: &str) -> Option<Content> {
        Some(Content { mode: FileMode::Executable, bytes: content.into() })
    }

    #[tokio::test]
    async fn jobs_of_one_path_run_in_order() {
        let local = tokio::task::LocalSet::new();
        local
            .run_until(async {
                let mut queue = BuildQueue::default();
                queue.begin_with(&path("a"), text("one\n"), text("one\n"));
                queue.begin_with(&path("b"), None, None);
                queue.start(job(OperationKind::Move, "a", Some("b"), ""));
                queue.start(job(OperationKind::Remove, "b", None, ""));
                queue.start(job(OperationKind::Move, "b", Some("a"), ""));
                let mut ids = crate::plan::IdSource::after(None);
                queue.name(&[ids.next(1, 1), ids.next(1, 1), ids.next(1, 1)]);
                let built: Vec<_> = queue.settle(&Wait::All).await.into_iter().map(|done| done.built).collect();
                assert!(matches!(&built[0], Built::Files { files, .. } if files[1] == (path("b"), text("one\n"))));
                assert!(matches!(&built[1], Built::Files { files, .. } if files[0] == (path("b"), None)));
                assert_eq!(built[2], Built::Failed("'b' does not exist".into()));
            })
            .await;
    }

    #[tokio::test]
    async fn what_follows_a_reset_is_built_on_the_users_file_again() {
        let local = tokio::task::LocalSet::new();
        local
            .run_until(async {
                let mut queue = BuildQueue::default();
                queue.begin_with(&path("a"), text("pending\n"), text("mine\n"));
                queue.start(job(OperationKind::File, "a", None, "pending, and more\n"));
                queue.start(job(OperationKind::Reset, "a", None, ""));
                queue.start(job(OperationKind::Move, "a", Some("b"), ""));
                let mut ids = crate::plan::IdSource::after(None);
                queue.name(&[ids.next(1, 1), ids.next(1, 1), ids.next(1, 1)]);
                let built = queue.settle(&Wait::All).await;
                assert!(matches!(&built[2].built, Built::Files { files, .. } if files[1].1 == text("mine\n")), "{:?}", built[2]);
                assert_eq!(built[0].bases[&path("a")], text("pending\n"));
                assert_eq!(built[2].bases[&path("a")], text("mine\n"));
            })
            .await;
    }

    #[test]
    fn a_change_of_a_file_that_only_the_plan_had_has_no_base() {
        let held = |now, clean| Held { now, clean }.base();
        assert_eq!(held(text("plan's"), None), None);
        assert_eq!(held(text("plan's"), text("mine")), text("plan's"));
        assert_eq!(held(None, text("mine")), text("mine"));
    }

    #[test]
    fn a_move_onto_a_file_is_refused_and_keeps_its_mode_otherwise() {
        let before = BTreeMap::from([(path("a"), text("x")), (path("b"), text("y"))]);
        let built = build(&job(OperationKind::Move, "a", Some("b"), ""), &before);
        assert_eq!(built, Built::Failed("'b' exists already".into()));
        let built = build(&job(OperationKind::Move, "a", Some("c"), ""), &before);
        assert!(matches!(built, Built::Files { files, .. } if files[1].1 == text("x")));
    }

    #[test]
    fn files_that_are_not_utf_8_are_left_alone() {
        let before = BTreeMap::from([(path("a"), Some(Content { mode: FileMode::Regular, bytes: vec![0xff, 0xfe] }))]);
        assert_eq!(build(&job(OperationKind::File, "a", None, "x\n"), &before), Built::Failed("'a' is not text in UTF-8".into()));
    }
}
