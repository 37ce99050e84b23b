//! Readable names in conflict markers.

use crate::git::{Oid, Scratch, TreeMerge};

use super::Error;

/// What the user's side is called in markers and in names of files that git moved aside.
const YOURS: &str = "yours";

/// What the plan's side is called.
const PLAN: &str = "plan";

/// What the common ancestor, what the plan saw, is called.
const BASE: &str = "base";

/// Puts names in the place of the ids that git labels the sides with.
pub(super) struct Labels {
    names: Vec<(Vec<u8>, &'static str)>,
}

impl Labels {
    /// The labels of a merge; a clean one has none.
    pub(super) fn of(merge: &TreeMerge) -> Self {
        let names = [(merge.ours, YOURS), (merge.theirs, PLAN), (merge.base, BASE)].map(|(oid, name)| (oid.to_string().into_bytes(), name));
        Self { names: if merge.conflicts.is_empty() { Vec::new() } else { names.into() } }
    }

    /// The bytes with names for ids.
    pub(super) fn bytes(&self, bytes: &[u8]) -> Vec<u8> {
        self.names.iter().fold(bytes.to_vec(), |bytes, (id, name)| replace(&bytes, id, name.as_bytes()))
    }

    /// The text with names for ids.
    pub(super) fn text(&self, text: &str) -> String {
        String::from_utf8_lossy(&self.bytes(text.as_bytes())).into_owned()
    }

    /// The blob with names for ids; a new one in the scratch directory if there were any.
    pub(super) fn blob(&self, scratch: &Scratch, oid: Oid) -> Result<Oid, Error> {
        if self.names.is_empty() {
            return Ok(oid);
        }
        let bytes = scratch.read_blob(&oid)?;
        let named = self.bytes(&bytes);
        Ok(if named == bytes { oid } else { scratch.repo()?.write_blob(&named)? })
    }
}

fn replace(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(at) = rest.windows(from.len()).position(|window| window == from) {
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(to);
        rest = &rest[at + from.len()..];
    }
    out.extend_from_slice(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::replace;

    #[test]
    fn every_occurrence_is_replaced() {
        assert_eq!(replace(b"<<< id\nid~id", b"id", b"yours"), b"<<< yours\nyours~yours");
        assert_eq!(replace(b"i", b"id", b"yours"), b"i");
    }
}
