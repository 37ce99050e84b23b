//! Applying a plan's changes to the user's files, with git as the oracle.

mod clean;
mod commit;
mod crash;
mod kinds;
mod obstacles;
mod random;
mod support;
