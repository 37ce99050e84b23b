//! The merge of a proposal into a file: new content and the reasons why it may be wrong.
