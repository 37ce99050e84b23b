//! What was found out about blobs, kept for later runs below the common git directory's `plandex/cache/`.
//!
//! Each kind of finding has a directory of sixteen shards, told apart by the first digit of the blob's id. A shard is a
//! file of records, each with its length and a checksum. New records are appended under a lock; readers take none, and
//! a record that is being written is no record yet to them. A shard that grows over its limit is written anew without
//! what is oldest and unused, and renamed into place. Everything can be deleted at any time, by anybody.

use std::collections::{HashMap, HashSet};
use std::fs::{self, File, OpenOptions};
use std::hash::{DefaultHasher, Hasher};
use std::io::Write;
use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::git::Repo;
use crate::plan::ObjectId;

const SHARDS: usize = 16;

/// The length of a record's head: the length of the rest, and its checksum.
const HEAD: usize = 4 + 8;

/// Findings of one kind.
pub struct BlobCache {
    /// Nothing is kept without one.
    dir: Option<PathBuf>,
    /// The most bytes of a shard.
    limit: usize,
    shards: Vec<Option<Shard>>,
}

/// A shard as it was read, and what is to be added.
#[derive(Default)]
struct Shard {
    bytes: Vec<u8>,
    places: HashMap<Vec<u8>, Range<usize>>,
    /// Whether all of the file was records.
    whole: bool,
    fresh: Vec<u8>,
    used: HashSet<Vec<u8>>,
}

impl BlobCache {
    /// Opens the findings called `kind`, of which at most `limit` bytes are kept; nothing is read yet.
    pub fn open(repo: &Repo, kind: &str, limit: usize) -> Self {
        let dir = repo.common_dir().join("plandex").join("cache").join(kind);
        Self { dir: Some(dir), limit: limit / SHARDS, shards: (0..SHARDS).map(|_| None).collect() }
    }

    /// A cache that keeps nothing.
    pub fn none() -> Self {
        Self { dir: None, limit: 0, shards: (0..SHARDS).map(|_| None).collect() }
    }

    /// What is known of a blob; `aspect` tells findings of one blob apart.
    pub fn get(&mut self, oid: &ObjectId, aspect: &str) -> Option<&[u8]> {
        let key = key(oid, aspect);
        let shard = self.shard(oid)?;
        let place = shard.places.get(&key)?.clone();
        shard.used.insert(key);
        Some(&shard.bytes[place])
    }

    /// Keeps a finding; it is written by [`BlobCache::flush`].
    pub fn put(&mut self, oid: &ObjectId, aspect: &str, value: &[u8]) {
        let limit = self.limit;
        if let Some(shard) = self.shard(oid) {
            let record = record(&key(oid, aspect), value);
            if record.len() + shard.fresh.len() <= limit {
                shard.fresh.extend(record);
            }
        }
    }

    /// Writes what was put. A repository that cannot be written to keeps nothing, which is no failure.
    pub fn flush(&mut self) {
        let Some(dir) = self.dir.clone() else { return };
        if !self.shards.iter().flatten().any(|shard| !shard.fresh.is_empty()) {
            return;
        }
        if let Ok(_lock) = lock(&dir) {
            for (at, shard) in self.shards.iter_mut().enumerate() {
                if let Some(shard) = shard.as_mut().filter(|shard| !shard.fresh.is_empty()) {
                    // What cannot be kept is found out again.
                    drop(shard.write(&file(&dir, at), self.limit));
                    shard.fresh.clear();
                }
            }
        }
    }

    fn shard(&mut self, oid: &ObjectId) -> Option<&mut Shard> {
        let dir = self.dir.as_ref()?;
        let at = usize::from_str_radix(oid.as_str().get(..1)?, SHARDS as u32).ok()?;
        Some(self.shards[at].get_or_insert_with(|| Shard::read(&file(dir, at))))
    }
}

impl Drop for BlobCache {
    fn drop(&mut self) {
        self.flush();
    }
}

impl Shard {
    fn read(path: &Path) -> Self {
        let bytes = fs::read(path).unwrap_or_default();
        let (places, whole) = records(&bytes);
        let places = places.into_iter().map(|(key, value)| (bytes[key].to_vec(), value)).collect();
        Self { places, whole, bytes, ..Self::default() }
    }

    /// Appends the fresh records, or writes the file anew when it is broken or too long.
    fn write(&self, path: &Path, limit: usize) -> std::io::Result<()> {
        let size = fs::metadata(path).map_or(0, |meta| meta.len() as usize);
        if self.whole && size + self.fresh.len() <= limit {
            return OpenOptions::new().create(true).append(true).open(path)?.write_all(&self.fresh);
        }
        let mut new = tempfile::NamedTempFile::new_in(path.parent().unwrap_or(Path::new(".")))?;
        // Others may have added to it since it was read.
        new.write_all(&self.trimmed(&fs::read(path).unwrap_or_default(), limit))?;
        new.persist(path)?;
        Ok(())
    }

    /// What stays of the file: the fresh records, those that this process used, then the latest, up to half of the limit.
    fn trimmed(&self, bytes: &[u8], limit: usize) -> Vec<u8> {
        let (found, _) = records(bytes);
        let room = if bytes.len() + self.fresh.len() <= limit { limit } else { limit / 2 };
        let mut left = room.saturating_sub(self.fresh.len());
        let mut kept = vec![false; found.len()];
        let latest = || (0..found.len()).rev();
        let used = |at: &usize| self.used.contains(&bytes[found[*at].0.clone()]);
        for at in latest().filter(used).chain(latest().filter(|at| !used(at))) {
            let size = HEAD + 1 + found[at].0.len() + found[at].1.len();
            kept[at] = size <= left;
            left = left.saturating_sub(size);
        }
        let mut out = Vec::with_capacity(room);
        for (at, (key, value)) in found.into_iter().enumerate().filter(|(at, _)| kept[*at]) {
            debug_assert!(kept[at]);
            out.extend(record(&bytes[key], &bytes[value]));
        }
        out.extend_from_slice(&self.fresh);
        out
    }
}

fn file(dir: &Path, at: usize) -> PathBuf {
    dir.join(format!("{at:x}"))
}

/// Held while a shard is written; it goes with the process at the latest.
fn lock(dir: &Path) -> std::io::Result<File> {
    fs::create_dir_all(dir)?;
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(dir.join("lock"))?;
    file.lock()?;
    Ok(file)
}

fn key(oid: &ObjectId, aspect: &str) -> Vec<u8> {
    let mut key = oid.as_str().as_bytes().to_vec();
    key.extend(aspect.bytes().take(usize::from(u8::MAX) - key.len()));
    key
}

/// Length of the rest, checksum of the rest; then the key's length, the key, the value.
fn record(key: &[u8], value: &[u8]) -> Vec<u8> {
    let length = u8::try_from(key.len()).expect("keys are cut to this length");
    let rest = [&[length], key, value].concat();
    let mut record = u32::try_from(rest.len()).unwrap_or(u32::MAX).to_le_bytes().to_vec();
    record.extend(checksum(&rest).to_le_bytes());
    record.extend(rest);
    record
}

/// A checksum against torn writes; one of another release of the program is as good as none.
fn checksum(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(bytes);
    hasher.finish()
}

/// Where a key and its value stand.
type Place = (Range<usize>, Range<usize>);

/// The places of keys and values up to the first broken record, and whether there is none.
fn records(bytes: &[u8]) -> (Vec<Place>, bool) {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(next) = next(bytes, at) {
        at = next.1.end;
        found.push(next);
    }
    (found, at == bytes.len())
}

fn next(bytes: &[u8], at: usize) -> Option<(Range<usize>, Range<usize>)> {
    let head = bytes.get(at..at + HEAD)?;
    let length = u32::from_le_bytes(head[..4].try_into().ok()?) as usize;
    let start = at + HEAD;
    let end = start.checked_add(length)?;
    let rest = bytes.get(start..end)?;
    let key = start + 1 + usize::from(*rest.first()?);
    let sound = key <= end && checksum(rest).to_le_bytes() == head[4..];
    sound.then_some((start + 1..key, key..end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn oid(n: u32) -> ObjectId {
        ObjectId::from_hex(&format!("a{n:039x}")).expect("forty digits")
    }

    fn cache(dir: &Path, limit: usize) -> BlobCache {
        BlobCache { dir: Some(dir.to_owned()), limit, shards: (0..SHARDS).map(|_| None).collect() }
    }

    fn known(dir: &Path, count: u32) -> Vec<u32> {
        let mut cache = cache(dir, 1 << 20);
        (0..count).filter(|n| cache.get(&oid(*n), "x").is_some_and(|value| value == format!("value {n}").as_bytes())).collect()
    }

    fn put(cache: &mut BlobCache, range: Range<u32>) {
        range.for_each(|n| cache.put(&oid(n), "x", format!("value {n}").as_bytes()));
        cache.flush();
    }

    #[test]
    fn findings_are_kept_by_blob_and_aspect() {
        let dir = tempfile::tempdir().expect("a directory");
        let dir = dir.path().join("new");
        put(&mut cache(&dir, 1 << 20), 0..3);
        put(&mut cache(&dir, 1 << 20), 3..5);
        assert_eq!(known(&dir, 9), [0, 1, 2, 3, 4]);
        assert_eq!(cache(&dir, 1 << 20).get(&oid(1), "other"), None);
        fs::remove_dir_all(&dir).expect("it can go at any time");
        assert_eq!(known(&dir, 9), [0_u32; 0]);
    }

    #[test]
    fn a_torn_or_damaged_shard_loses_only_what_is_damaged() {
        let dir = tempfile::tempdir().expect("a directory");
        put(&mut cache(dir.path(), 1 << 20), 0..4);
        let shard = dir.path().join("a");
        let bytes = fs::read(&shard).expect("written");
        for end in 0..bytes.len() {
            fs::write(&shard, &bytes[..end]).expect("torn");
            let whole = end / (bytes.len() / 4);
            assert_eq!(known(dir.path(), 9).len(), whole, "{end}");
            put(&mut cache(dir.path(), 1 << 20), 7..8);
            assert_eq!(known(dir.path(), 9).last(), Some(&7), "{end}: what follows a torn record is found");
        }
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 0x41;
            fs::write(&shard, &damaged).expect("damaged");
            assert!(known(dir.path(), 4).len() < 4, "{at}: nothing false is told");
        }
    }

    #[test]
    fn a_full_shard_keeps_what_is_used_and_what_is_new() {
        let dir = tempfile::tempdir().expect("a directory");
        put(&mut cache(dir.path(), 1 << 20), 0..100);
        let limit = fs::metadata(dir.path().join("a")).expect("written").len() as usize;
        let mut full = cache(dir.path(), limit);
        assert!(full.get(&oid(0), "x").is_some() && full.get(&oid(1), "x").is_some());
        put(&mut full, 100..101);
        let left = known(dir.path(), 200);
        assert!(left.len() < 60 && left.len() > 40, "{left:?}");
        for kept in [0, 1, 99, 100] {
            assert!(left.contains(&kept), "{kept}: {left:?}");
        }
        assert!(!left.contains(&2), "the oldest that nobody used is gone");
    }

    #[test]
    fn processes_that_write_at_once_lose_nothing() {
        let dir = tempfile::tempdir().expect("a directory");
        std::thread::scope(|scope| {
            for writer in 0..8 {
                let dir = dir.path();
                scope.spawn(move || (0..20).for_each(|n| put(&mut cache(dir, 1 << 20), writer * 20 + n..writer * 20 + n + 1)));
            }
        });
        assert_eq!(known(dir.path(), 160).len(), 160);
        assert!(Shard::read(&dir.path().join("a")).whole);
    }
}
