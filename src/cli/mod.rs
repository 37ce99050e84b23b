//! The command line.

pub mod merge_edit;
pub mod parse_reply;
