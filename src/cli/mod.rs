//! The command line.

pub mod parse_reply;
