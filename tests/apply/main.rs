//! Applying a plan's changes to the user's files, with git as the oracle.

mod clean;
mod commit;
mod random;
mod support;
