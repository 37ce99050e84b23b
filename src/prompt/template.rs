//! The templates of `prompts/`, compiled in.

use std::sync::LazyLock;

use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, UndefinedBehavior, Value};

/// Every prompt by its name.
const SOURCES: &[(&str, &str)] = &[
    ("ask.md", include_str!("../../prompts/ask.md")),
    ("blocks.md", include_str!("../../prompts/blocks.md")),
    ("chat.md", include_str!("../../prompts/chat.md")),
    ("commit-message.md", include_str!("../../prompts/commit-message.md")),
    ("context.md", include_str!("../../prompts/context.md")),
    ("conversation.md", include_str!("../../prompts/conversation.md")),
    ("edits.md", include_str!("../../prompts/edits.md")),
    ("from-chat.md", include_str!("../../prompts/from-chat.md")),
    ("implementation.md", include_str!("../../prompts/implementation.md")),
    ("instructions.md", include_str!("../../prompts/instructions.md")),
    ("material.md", include_str!("../../prompts/material.md")),
    ("missing-file.md", include_str!("../../prompts/missing-file.md")),
    ("operations.md", include_str!("../../prompts/operations.md")),
    ("plan-name.md", include_str!("../../prompts/plan-name.md")),
    ("quality.md", include_str!("../../prompts/quality.md")),
    ("resume.md", include_str!("../../prompts/resume.md")),
    ("script.md", include_str!("../../prompts/script.md")),
    ("situation.md", include_str!("../../prompts/situation.md")),
    ("summary.md", include_str!("../../prompts/summary.md")),
    ("system.md", include_str!("../../prompts/system.md")),
    ("tasks.md", include_str!("../../prompts/tasks.md")),
    ("validate.md", include_str!("../../prompts/validate.md")),
    ("verdict.md", include_str!("../../prompts/verdict.md")),
    ("whole-file.md", include_str!("../../prompts/whole-file.md")),
];

static TEMPLATES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    environment
        .set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build().expect("the delimiters are the usual ones"));
    environment.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
    for (name, source) in SOURCES {
        environment.add_template(name, source).expect("the prompts are compiled in and each is rendered by a test");
    }
    environment
});

/// Renders the prompt `name`, without white space around it.
pub(super) fn render(name: &str, values: Value) -> String {
    let template = TEMPLATES.get_template(name).expect("prompts are named by constants");
    let text = template.render(values).expect("each prompt is rendered by a test with every value that it names");
    text.trim().to_owned()
}
