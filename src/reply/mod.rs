//! The reply parser: chunks become text, blocks, tasks and file operations.
