//! Looks into files, as many at once as there are processors, and only into those that are not known.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

use super::finding::{Finding, Words, find};
use super::{MappedFile, Progress};
use crate::context::ListedPath;
use crate::context::cache::BlobCache;
use crate::context::read::object_id;
use crate::git::{Error, Oid, Repo};
use crate::plan::ObjectId;
use crate::syntax::Language;

/// Files above this many bytes are listed without symbols: 1 MB.
const MAX_FILE: u64 = 1 << 20;

/// So much is looked into in all, in the order of the paths; what comes after is listed without symbols: 250 MB.
const MAX_TOTAL: u64 = 250 << 20;

/// The words that files define and use, by the place of the file; those that the cache had are not here.
pub(super) type Uses = HashMap<usize, Words>;

/// What a scan works with.
pub(super) struct Scan<'a> {
    pub(super) repo: Option<&'a Repo>,
    /// The working tree; without one, files come from `HEAD`.
    pub(super) root: Option<PathBuf>,
    pub(super) symbols: BlobCache,
    pub(super) uses: BlobCache,
}

impl Scan<'_> {
    pub(super) fn run(mut self, files: Vec<ListedPath>, progress: Progress<'_>) -> Result<(Vec<MappedFile>, Uses), Error> {
        let mut files = files;
        let readable = readable(&files);
        self.identify(&mut files, &readable);
        let mut symbols: Vec<Arc<str>> = vec![Arc::from(""); files.len()];
        let mut unknown = Vec::new();
        for at in readable {
            match self.known(&files[at]) {
                Some(known) => symbols[at] = known,
                None => unknown.push(at),
            }
        }
        let found = self.look_into(&files, &unknown, progress);
        let mut uses = Uses::new();
        for (at, finding) in found {
            if let Some(oid) = &files[at].oid {
                let aspect = aspect(&files[at]);
                self.symbols.put(oid, &aspect, finding.symbols.as_bytes());
                self.uses.put(oid, &aspect, &finding.words.to_bytes());
            }
            symbols[at] = finding.symbols.into();
            uses.insert(at, finding.words);
        }
        let files = files.into_iter().zip(symbols).map(|(listed, symbols)| MappedFile { listed, symbols });
        Ok((files.collect(), uses))
    }

    fn known(&mut self, file: &ListedPath) -> Option<Arc<str>> {
        let bytes = self.symbols.get(file.oid.as_ref()?, &aspect(file))?;
        std::str::from_utf8(bytes).ok().map(Arc::from)
    }

    /// Finds out the blobs of files that git has not told.
    fn identify(&self, files: &mut [ListedPath], readable: &[usize]) {
        let Some(repo) = self.repo else { return };
        let unnamed: Vec<usize> = readable.iter().copied().filter(|at| files[*at].oid.is_none()).collect();
        let (root, listed) = (self.root.as_deref(), &*files);
        let name = |repo: Option<&Repo>, at: usize| {
            let bytes = read(root, repo, &listed[at])?;
            object_id(&repo?.blob_id(&bytes).ok()?)
        };
        let found = in_parallel(&unnamed, Some(repo), name, &mut |_, _| ());
        for (at, oid) in found {
            files[at].oid = oid;
        }
    }

    fn look_into(&self, files: &[ListedPath], unknown: &[usize], progress: Progress<'_>) -> Vec<(usize, Finding)> {
        let root = self.root.as_deref();
        let look = |repo: Option<&Repo>, at: usize| {
            let file = &files[at];
            read(root, repo, file).map(|bytes| find(&file.path.to_string(), &bytes)).unwrap_or_default()
        };
        in_parallel(unknown, self.repo, look, progress)
    }
}

fn read(root: Option<&Path>, repo: Option<&Repo>, file: &ListedPath) -> Option<Vec<u8>> {
    match root {
        Some(root) => std::fs::read(root.join(file.path.to_path_buf())).ok(),
        None => repo?.read_blob(&Oid::from_hex(file.oid.as_ref()?.as_str())?).ok(),
    }
}

/// The files that are worth looking into, within the limits.
fn readable(files: &[ListedPath]) -> Vec<usize> {
    let mut left = MAX_TOTAL;
    let mut fits = |file: &ListedPath| {
        let fits = file.bytes <= MAX_FILE.min(left) && may_have_symbols(file);
        left -= if fits { file.bytes } else { 0 };
        fits
    };
    (0..files.len()).filter(|at| fits(&files[*at])).collect()
}

/// Whether the name tells a language, or leaves it to the first line.
fn may_have_symbols(file: &ListedPath) -> bool {
    let has_ending = file.path.file_name().contains(&b'.');
    !has_ending || language(file).is_some()
}

fn language(file: &ListedPath) -> Option<Language> {
    Language::detect(&String::from_utf8_lossy(file.path.file_name()), "")
}

/// The same text means something else in another language.
fn aspect(file: &ListedPath) -> String {
    language(file).map_or("#!", Language::name).to_owned()
}

/// Does `work` for each of `places` on all processors; the answers come in any order.
fn in_parallel<T: Send>(
    places: &[usize],
    repo: Option<&Repo>,
    work: impl Fn(Option<&Repo>, usize) -> T + Sync + Send,
    progress: Progress<'_>,
) -> Vec<(usize, T)> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(places.len());
    let (next, (sender, receiver)) = (AtomicUsize::new(0), mpsc::channel());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            let (sender, repo, next, work) = (sender.clone(), repo.cloned(), &next, &work);
            scope.spawn(move || {
                while let Some(at) = places.get(next.fetch_add(1, Ordering::Relaxed)) {
                    // The other side waits until every sender is gone.
                    drop(sender.send((*at, work(repo.as_ref(), *at))));
                }
            });
        }
        drop(sender);
        let mut found = Vec::with_capacity(places.len());
        for one in receiver {
            found.push(one);
            progress(found.len(), places.len());
        }
        found
    })
}

/// The words of the file at `place`, from this scan or from what was kept.
pub(super) fn words_of(uses: &Uses, kept: &mut BlobCache, place: usize, file: &ListedPath) -> Words {
    if let Some(words) = uses.get(&place) {
        return words.clone();
    }
    let oid: Option<&ObjectId> = file.oid.as_ref();
    oid.and_then(|oid| kept.get(oid, &aspect(file)).map(Words::from_bytes)).unwrap_or_default()
}
