//! The pipelines: tell, chat, build, apply.
