//! Object ids as git uses them.

use std::fmt;

/// The id of a git object, of either hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Oid(pub(super) gix::ObjectId);

impl Oid {
    /// Reads hexadecimal digits of either hash's length.
    pub fn from_hex(hex: &str) -> Option<Self> {
        gix::ObjectId::from_hex(hex.as_bytes()).ok().map(Self)
    }

    /// A number that differs from id to id, to spread retries of several processes.
    pub fn jitter(&self) -> u8 {
        self.0.as_slice()[0]
    }
}

impl fmt::Display for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
