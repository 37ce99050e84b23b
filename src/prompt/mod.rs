//! Prompts: templates and values become messages.
