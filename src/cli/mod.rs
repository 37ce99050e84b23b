//! The command line.

pub mod merge_edit;
