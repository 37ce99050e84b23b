//! A real small model behind a server that others wrote.

use crate::job;
use crate::support::{Program, Sandbox};

/// A sandbox that talks to llama.cpp with a small model, if it is installed.
fn sandbox() -> Option<(Sandbox, crate::support::Rig)> {
    let rig = Program::Llama.start(&[])?;
    let sandbox = job::sandbox(vec![]);
    let model = format!(
        "providers:\n  small: {{ api: openai, base_url: 'http://{}/v1' }}\nmodels:\n  m: {{ provider: small, model: smollm2, context_window: 4096, max_output_tokens: 40 }}\n",
        rig.address
    );
    let roles = "planner: m, builder: m, summarizer: m, names: m, commit-messages: m, auto-continue: m";
    sandbox.models_yml(&format!("{model}packs:\n  scripted: {{ {roles} }}\n"));
    Some((sandbox, rig))
}

#[test]
fn a_real_model_chats_and_its_useless_plans_end_in_a_clear_message() {
    let Some((sandbox, _rig)) = sandbox() else { return };
    let ran = sandbox.run(&["chat", "Say hello.", "--basic"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(!ran.stdout.trim().is_empty());
    let ran = sandbox.run(&["tell", "Add a function that adds two numbers", "--basic"]);
    assert_ne!(ran.code, 0, "{}", ran.stdout);
    assert!(ran.stderr.contains("error: ") && ran.stderr.contains("hint: "), "{}", ran.stderr);
    assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
    assert_eq!(sandbox.run(&["diff"]).ok(), "");
    assert!(sandbox.run(&["convo"]).ok().contains("Say hello."));
    sandbox.fsck();
}
