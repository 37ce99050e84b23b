//! The merge of a plan's changes into the user's files.
