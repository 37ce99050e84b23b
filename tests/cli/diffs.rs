//! `diff --plain` is a patch that git itself applies.

use crate::support::{Rule, Sandbox, finish};

fn block(path: &str, text: &str) -> String {
    format!("- {path}:\n\n<PlandexBlock lang=\"text\" path=\"{path}\">\n{text}</PlandexBlock>\n\n")
}

#[test]
fn a_plain_diff_is_accepted_by_git_apply() {
    let code = [
        block("new/file.txt", "new\nfile\n"),
        block("empty.txt", ""),
        block("edited.txt", "one\n2\nthree\n"),
        block("script.sh", "#!/bin/sh\necho two\n"),
        block("crlf.txt", "a\nB\nc\n"),
        block("no-newline.txt", "first\nlast\n"),
        block("gr\u{fc}\u{df}e \"x\".txt", "hallo\n"),
        "### Move Files\n- `moved.bin` → `there/moved.bin`\n<EndPlandexFileOps/>\n\n".into(),
        "### Remove Files\n- `removed.txt`\n- `removed.bin`\n<EndPlandexFileOps/>\n\n".into(),
    ];
    let uses = "`edited.txt`, `script.sh`, `crlf.txt`, `no-newline.txt`, `moved.bin`, `removed.txt`, `removed.bin`";
    let sandbox = Sandbox::new(
        &[
            ("edited.txt", "one\ntwo\nthree\n"),
            ("crlf.txt", "a\r\nb\r\nc\r\n"),
            ("no-newline.txt", "first\nsecond"),
            ("removed.txt", "gone\n"),
        ],
        vec![
            Rule::reply("### Files\n\n<PlandexFinish/>\n").model("architect"),
            Rule::reply(format!("### Tasks\n\n1. Do it\nUses: {uses}\n")).model("planner"),
            Rule::reply(code.concat() + "**Do it** has been completed.\n").model("coder"),
        ],
    );
    for name in ["moved.bin", "removed.bin"] {
        sandbox.write(name, b"\0\x01\x02binary\xff\n");
    }
    sandbox.write("script.sh", "#!/bin/sh\necho one\n");
    let done = finish(std::process::Command::new("chmod").arg("+x").arg(sandbox.repo.join("script.sh")));
    assert_eq!(done.code, 0);
    sandbox.commit("Add more files");
    sandbox.run(&["new", "p"]).ok();
    sandbox.run(&["tell", "do it"]).ok();
    let patch = sandbox.run(&["diff", "--plain"]).bytes;
    let copy = sandbox.beside("copy");
    sandbox.git(&["clone", "--quiet", ".", &copy.to_string_lossy()]);
    std::fs::write(sandbox.beside("patch"), &patch).expect("written");
    let applied = sandbox.git_in(&copy, &["apply", "--index", "--whitespace=nowarn", &sandbox.beside("patch").to_string_lossy()]);
    assert_eq!(applied.code, 0, "{}\n{}", applied.stderr, String::from_utf8_lossy(&patch));
    sandbox.run(&["apply", "--no-commit", "-y"]).ok();
    assert_eq!(crate::support::tree_of(&copy), sandbox.tree());
    assert_eq!(sandbox.read("crlf.txt"), "a\r\nB\r\nc\r\n", "line ends stay as they are");
    assert_eq!(sandbox.tree()["script.sh"].0, 0o755);
    let single = sandbox.run(&["diff", "--plain"]).ok();
    assert_eq!(single, "", "nothing is pending any more");
}
