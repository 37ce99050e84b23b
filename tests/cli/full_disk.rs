//! A disk that is full at any moment of the main job.

use crate::job::{self, PROMPT};
use crate::support::{Ran, Sandbox, finish};

/// Runs the program where no file can grow beyond so many blocks of 512 or 1,024 bytes.
fn cramped(sandbox: &Sandbox, blocks: u32, args: &[&str]) -> Ran {
    let shell = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
    let mut all = vec!["-c", &shell, env!("CARGO_BIN_EXE_git-plandex")];
    all.extend(args);
    finish(&mut sandbox.command_in(&sandbox.repo, "sh", &all))
}

/// What a command on a full disk may come to.
fn ends_well(ran: &Ran, what: &str) {
    assert!(matches!(ran.code, 0 | 1), "{what}: {} {}", ran.code, ran.stderr);
    let named = ["File too large", "file too large", "No space"].iter().any(|words| ran.stderr.contains(words));
    assert!(ran.code == 0 || named, "{what}: {}", ran.stderr);
}

#[test]
fn a_full_disk_loses_nothing_and_the_job_goes_on_when_there_is_space() {
    for blocks in [0, 1, 2, 4, 8] {
        let sandbox = job::sandbox(job::rules());
        sandbox.write("README.md", "# Steps\n\nEdited, not committed.\n");
        let before = sandbox.tree();
        ends_well(&cramped(&sandbox, blocks, &["tell", PROMPT]), "tell");
        assert_eq!(sandbox.tree(), before, "{blocks}");
        sandbox.fsck();
        let begun = sandbox.run(&["convo", "--plain"]).stdout.contains(PROMPT);
        sandbox.run(if begun { &["continue"] } else { &["tell", PROMPT] }).ok();
        ends_well(&cramped(&sandbox, blocks, &["apply", "--no-commit"]), "apply");
        sandbox.run(&["apply", "--no-commit"]).ok();
        let mut expected = job::expected();
        expected.insert("README.md".into(), before["README.md"].clone());
        assert_eq!(sandbox.tree(), expected, "{blocks}");
        ends_well(&cramped(&sandbox, blocks, &["apply", "--undo"]), "undo");
        sandbox.run(&["apply", "--undo"]);
        assert_eq!(sandbox.tree(), before, "{blocks}");
        sandbox.fsck();
    }
}

#[test]
fn a_full_disk_is_named_with_the_way_out() {
    let sandbox = job::sandbox(job::rules());
    let words = cramped(&sandbox, 0, &["new"]).fails(1);
    assert!(words.contains("cannot write '") && words.contains("hint: free some space, then type the same again"), "{words}");
}
