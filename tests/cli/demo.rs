//! The demonstration.

use crate::support::{Sandbox, finish};

#[test]
fn the_demonstration_needs_nothing_and_shows_the_whole_job() {
    let sandbox = Sandbox::bare_bones(vec![]);
    std::fs::remove_dir_all(&sandbox.home).expect("there is a home");
    let mut command = sandbox.command(&["demo"]);
    // Variables and settings of the caller lead nowhere.
    command.env("GIT_DIR", "/nowhere").env("PLANDEX_PLAN", "nowhere").env("PLANDEX_AUTO_MODE", "none").env("GIT_CONFIG_COUNT", "1");
    command.env("GIT_CONFIG_KEY_0", "core.bare").env("GIT_CONFIG_VALUE_0", "true").env("OPENAI_API_KEY", "sk-unused").env("GIT_AUTHOR_NAME", "");
    let ran = finish(&mut command);
    assert_eq!(ran.code, 0, "{}\n{}", ran.stdout, ran.stderr);
    for words in ["The model is a recording", "git plandex tell", "Print the counts as JSON on request", "refs/plandex/plans/json-output/main"] {
        assert!(ran.stdout.contains(words), "{words}: {}", ran.stdout);
    }
    assert_eq!(sandbox.server.requests().len(), 0);
}
