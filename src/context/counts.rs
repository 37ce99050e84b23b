//! Exact token counts, remembered by blob id.

use std::cell::RefCell;

use super::cache::BlobCache;
use super::count_tokens;
use crate::git::Repo;
use crate::plan::ObjectId;

/// The most bytes of counts that are kept, some fifty thousand.
const LIMIT: usize = 4 << 20;

/// Counts tokens, each blob once.
pub struct TokenCounts(RefCell<BlobCache>);

impl TokenCounts {
    /// The counts of a repository; nothing is read yet.
    pub fn open(repo: &Repo) -> Self {
        Self(RefCell::new(BlobCache::open(repo, "tokens-o200k", LIMIT)))
    }

    /// Counts that are not kept.
    pub fn none() -> Self {
        Self(RefCell::new(BlobCache::none()))
    }

    /// The tokens of the blob `oid`, whose text is `text`.
    pub fn of(&self, oid: &ObjectId, text: &str) -> u64 {
        let mut cache = self.0.borrow_mut();
        let known = cache.get(oid, "").and_then(|bytes| Some(u64::from_le_bytes(bytes.try_into().ok()?)));
        known.unwrap_or_else(|| {
            let tokens = count_tokens(text);
            cache.put(oid, "", &tokens.to_le_bytes());
            tokens
        })
    }
}
