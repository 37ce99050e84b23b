//! Replies and files that would lead out of the working tree, and files that no model can read.

use std::fs;
use std::os::unix::fs::symlink;

use crate::support::{Rule, Sandbox};

/// A model whose one task is answered by `code`.
fn coding(files: &[(&str, &str)], uses: &str, code: &str) -> Sandbox {
    let tasks = format!("### Tasks\n\n1. Do it\n- as said\nUses: {uses}\n\n<PlandexFinish/>\n");
    let rules = vec![
        Rule::reply("<planName>do it</planName>").model("names"),
        Rule::reply("Nothing to choose.\n\n### Files\n\n<PlandexFinish/>\n").model("architect"),
        Rule::reply(tasks).model("planner"),
        Rule::reply(format!("{code}\n**Do it** has been completed.\n\n<PlandexFinish/>\n")).model("coder"),
        Rule::reply("<commitMsg>Do it</commitMsg>").model("commit-messages"),
    ];
    Sandbox::new(files, rules)
}

fn block(path: &str, text: &str) -> String {
    format!("**Writing `{path}`**\n\n- {path}:\n\n<PlandexBlock lang=\"text\" path=\"{path}\">\n{text}</PlandexBlock>\n")
}

/// Runs the whole job and returns what was said on standard error.
fn through(sandbox: &Sandbox) -> String {
    let tell = sandbox.run(&["tell", "do it", "--missing=load"]);
    assert!(matches!(tell.code, 0 | 1), "{}", tell.stderr);
    let apply = sandbox.run(&["apply", "--no-commit", "-y"]);
    assert!(matches!(apply.code, 0 | 1), "{}", apply.stderr);
    sandbox.fsck();
    sandbox.mask(&(tell.stderr + &apply.stderr))
}

#[test]
fn paths_that_leave_the_worktree_or_enter_git_are_refused_and_the_rest_is_kept() {
    let outside = [
        "../evil",
        "/etc/evil",
        "a/../../evil",
        "~/evil",
        ".git/hooks/post-checkout",
        "sub/.git/config",
        ".GIT/config",
        ".git./config",
        "git~1/config",
        ".g\u{200c}it/config",
        "C:/evil",
        "a//b/../../../evil",
        "..\\evil",
        ".git::$INDEX_ALLOCATION/config",
        "a/./b",
    ];
    let mut code: String = outside.iter().map(|path| block(path, "evil\n")).collect();
    code += &outside.iter().map(|path| format!("### Move Files\n- `kept.txt` → `{path}`\n<EndPlandexFileOps/>\n\n")).collect::<String>();
    code += &outside.iter().map(|path| format!("### Remove Files\n- `{path}`\n<EndPlandexFileOps/>\n\n")).collect::<String>();
    code += &block("good.txt", "good\n");
    let sandbox = coding(&[("kept.txt", "kept\n")], "`kept.txt`", &code);
    let said = through(&sandbox);
    let found: Vec<_> = sandbox.tree().into_keys().collect();
    assert_eq!(found, ["good.txt", "kept.txt"]);
    assert!(!sandbox.beside("evil").exists() && !sandbox.home.join("evil").exists());
    assert!(!sandbox.exists(".git/hooks/post-checkout"));
    for path in ["../evil", "/etc/evil", ".git/hooks/post-checkout"] {
        assert!(said.contains(path), "the refused path {path} is named: {said}");
    }
}

#[test]
fn a_path_that_no_file_can_have_is_refused_and_the_rest_is_kept() {
    let long = format!("{}.txt", "0".repeat(300));
    let deep = format!("{}x", "d/".repeat(2_000));
    let code = format!("{}{}{}", block(&long, "x\n"), block(&deep, "x\n"), block("ok.txt", "ok\n"));
    let sandbox = coding(&[("a.txt", "a\n")], "`ok.txt`", &code);
    let told = through(&sandbox);
    assert!(told.contains("has a name of more than 255 bytes") && told.contains("has more than 3,000 bytes"), "{told}");
    assert_eq!(sandbox.read("ok.txt"), "ok\n");
}

#[test]
fn links_nested_repositories_and_ignored_files_are_left_alone() {
    let code = [
        block("link/inner.txt", "evil\n"),
        block("secret-link", "evil\n"),
        block("nested/file.txt", "evil\n"),
        block("ignored.log", "evil\n"),
        block("fresh.log", "evil\n"),
        block("inside-link", "first\nchanged\n"),
        block("good.txt", "good\n"),
    ];
    let sandbox = coding(&[(".gitignore", "*.log\n"), ("real.txt", "first\nsecond\n")], "`real.txt`", &code.concat());
    let (outside, secret) = (sandbox.beside("outside"), sandbox.beside("secret"));
    fs::create_dir(&outside).expect("a new directory");
    fs::write(&secret, "secret\n").expect("written");
    symlink(&outside, sandbox.repo.join("link")).expect("a link");
    symlink(&secret, sandbox.repo.join("secret-link")).expect("a link");
    symlink("real.txt", sandbox.repo.join("inside-link")).expect("a link");
    sandbox.commit("Add links");
    sandbox.write("ignored.log", "mine\n");
    sandbox.git(&["init", "--quiet", "nested"]);
    sandbox.write("nested/file.txt", "theirs\n");
    let said = through(&sandbox);
    assert_eq!(fs::read_dir(&outside).expect("there").count(), 0);
    assert_eq!(fs::read_to_string(&secret).expect("there"), "secret\n");
    assert_eq!(sandbox.read("ignored.log"), "mine\n");
    assert_eq!(sandbox.read("nested/file.txt"), "theirs\n");
    assert!(!sandbox.exists("fresh.log"));
    assert_eq!(sandbox.read("good.txt"), "good\n");
    assert_eq!(sandbox.read("real.txt"), "first\nchanged\n", "{said}");
    assert_eq!(fs::read_link(sandbox.repo.join("inside-link")).expect("still a link").to_str(), Some("real.txt"));
    for path in ["link/inner.txt", "secret-link", "nested", "ignored.log", "fresh.log"] {
        assert!(said.contains(path), "the refused path {path} is named: {said}");
    }
    let all = sandbox.git(&["cat-file", "--batch-all-objects", "--batch-check", "--unordered"]);
    let sent: String = sandbox.server.requests().iter().map(|request| request.text.clone()).collect();
    assert!(!sent.contains("mine\n") && !sent.contains("secret\n") && !sent.contains("theirs\n"));
    assert!(!all.is_empty());
    assert!(!holds(&sandbox, b"mine\n") && !holds(&sandbox, b"theirs\n"), "nothing that was refused is stored");
}

/// Whether any object of the repository is or holds these bytes.
fn holds(sandbox: &Sandbox, bytes: &[u8]) -> bool {
    let list = sandbox.git(&["cat-file", "--batch-all-objects", "--batch-check=%(objectname)", "--unordered"]);
    let mut all = list.lines().map(|oid| sandbox.git_in(&sandbox.repo, &["cat-file", "-p", oid]).bytes);
    all.any(|content| content.windows(bytes.len()).any(|part| part == bytes))
}

#[test]
fn nothing_is_moved_to_the_place_of_the_script_or_what_looks_like_it() {
    let to = |path: &str| format!("### Move Files\n- `mine.txt` → `{path}`\n<EndPlandexFileOps/>\n\n");
    let code = [
        block("_apply.sh", "echo hi\n"),
        to("_apply.sh"),
        to("_APPLY.sh"),
        "### Move Files\n- `_apply.sh` → `run.sh`\n<EndPlandexFileOps/>\n\n".to_owned(),
        block("_Apply.sh", "echo hi\n"),
        block("good.txt", "good\n"),
    ];
    let sandbox = coding(&[("mine.txt", "mine\n")], "`mine.txt`", &code.concat());
    let said = through(&sandbox);
    assert_eq!(sandbox.tree().into_keys().collect::<Vec<_>>(), ["good.txt", "mine.txt"], "{said}");
    assert!(said.contains("'_Apply.sh' is kept for the plan's script, which is no file of the tree"), "{said}");
}

#[test]
fn a_path_below_a_file_of_the_user_is_marked_when_it_is_built() {
    let sandbox = coding(&[("x", "mine\n")], "`x`", &(block("x/y.txt", "new\n") + &block("good.txt", "good\n")));
    let tell = sandbox.run(&["tell", "do it", "--missing=load"]);
    assert!(tell.stderr.contains("failed x/y.txt") && tell.stderr.contains("'x' is a file of yours, so there can be no 'x/y.txt'"));
    sandbox.run(&["apply", "--no-commit", "-y"]).ok();
    assert_eq!((sandbox.read("x"), sandbox.read("good.txt")), ("mine\n".into(), "good\n".into()));

    // A file that the same reply takes away is in nobody's way, whichever comes first.
    let remove = "### Remove Files\n- `x`\n<EndPlandexFileOps/>\n\n";
    for code in [block("x/y.txt", "new\n") + remove, remove.to_owned() + &block("x/y.txt", "new\n")] {
        let sandbox = coding(&[("x", "mine\n")], "`x`", &code);
        let said = through(&sandbox);
        assert_eq!(sandbox.tree().into_keys().collect::<Vec<_>>(), ["x/y.txt"], "{said}");
    }
}

#[test]
fn a_file_in_the_place_of_a_directory_of_the_user_is_refused_with_its_reason() {
    let sandbox = coding(&[("dir/a.txt", "mine\n")], "`dir/a.txt`", &(block("dir", "new\n") + &block("good.txt", "good\n")));
    let said = through(&sandbox);
    assert!(said.contains("'dir'") && said.contains("directory"), "{said}");
    assert_eq!(sandbox.tree().into_keys().collect::<Vec<_>>(), ["dir/a.txt", "good.txt"]);
}

#[test]
fn the_repository_of_another_user_is_refused_as_git_refuses_it() {
    let sandbox = coding(&[("a.txt", "a\n")], "`a.txt`", &block("a.txt", "b\n"));
    sandbox.run(&["tell", "do it"]).ok();
    for dir in [".git", ""] {
        if std::os::unix::fs::chown(sandbox.repo.join(dir), Some(12345), Some(12345)).is_err() {
            // Only root can give a directory to another user; continuous integration runs as root.
            return;
        }
    }
    for args in [&["status"][..], &["log"], &["plans"], &["diff"], &["apply", "--no-commit", "-y"], &["load", "a.txt"]] {
        let words = sandbox.run(args).fails(1);
        assert!(words.contains("dubious ownership") && words.contains("safe.directory"), "{args:?}: {words}");
    }
    assert_eq!(sandbox.read("a.txt"), "a\n");
    let dir = sandbox.repo.display().to_string();
    sandbox.git_in(&sandbox.home, &["config", "--global", "--add", "safe.directory", &dir]);
    sandbox.run(&["apply", "--no-commit", "-y"]).ok();
    assert_eq!(sandbox.read("a.txt"), "b\n");
}

#[test]
fn a_reply_that_a_kill_broke_is_checked_like_any_other() {
    let code = [block("../evil", "evil\n"), block("link/inner.txt", "evil\n"), block("ignored.log", "evil\n"), block("good.txt", "good\n")];
    let whole = format!("{}\nThis line is long enough.\nAnd so is this one.\n\n**Do it** has been completed.\n", code.concat());
    let sandbox = coding(&[(".gitignore", "*.log\n")], "`good.txt`", &whole);
    let (begins, goes_on) = crate::job::broken(&whole, "This line");
    let outside = sandbox.beside("outside");
    fs::create_dir(&outside).expect("a new directory");
    symlink(&outside, sandbox.repo.join("link")).expect("a link");
    sandbox.commit("Add a link");
    sandbox.write("ignored.log", "mine\n");
    sandbox.server.set(vec![
        begins.model("coder"),
        goes_on.model("coder"),
        Rule::reply("<planName>do it</planName>").model("names"),
        Rule::reply("### Files\n\n<PlandexFinish/>\n").model("architect"),
        Rule::reply("### Tasks\n\n1. Do it\n\n<PlandexFinish/>\n").model("planner"),
    ]);
    let mut run = sandbox.start(&["tell", "do it", "--json"]);
    run.wait_for_text("This line");
    run.kill();
    sandbox.run(&["continue"]).ok();
    sandbox.run(&["apply", "--no-commit", "-y"]).ok();
    assert_eq!(fs::read_dir(&outside).expect("there").count(), 0);
    assert_eq!((sandbox.read("ignored.log"), sandbox.read("good.txt")), ("mine\n".into(), "good\n".into()));
    assert!(!sandbox.beside("evil").exists());
    let pending = sandbox.run(&["status", "--json"]).ok();
    assert!(pending.contains("\"unbuilt\": 0") && pending.contains("\"pending\": []"), "{pending}");
}

#[test]
fn files_that_no_model_can_read_are_not_loaded() {
    let sandbox = coding(&[("ok.txt", "ok\n")], "`ok.txt`", "");
    sandbox.write("image.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
    sandbox.write("latin1.txt", b"caf\xe9\n");
    sandbox.write("utf16.txt", b"\xff\xfec\0a\0f\0");
    sandbox.write("nul.txt", b"a\0b\n");
    sandbox.write(".gitignore", "hidden.txt\n");
    sandbox.write("hidden.txt", "hidden\n");
    fs::create_dir(sandbox.repo.join("dir")).expect("a directory");
    let cases = [
        ("image.png", "not loaded: 'image.png' is no picture that can be read\n"),
        (
            "latin1.txt",
            "not loaded: 'latin1.txt' is not UTF-8 text: byte 3 begins no character\nhint: iconv -t UTF-8 FILE > COPY converts it, then git plandex load COPY\n",
        ),
        ("utf16.txt", "not loaded: 'utf16.txt' is binary; only text can be loaded\n"),
        ("nul.txt", "not loaded: 'nul.txt' is binary; only text can be loaded\n"),
        ("hidden.txt", "not loaded: 'hidden.txt' is ignored by git\nhint: git plandex load --force hidden.txt loads it all the same\n"),
        (
            "dir",
            "not loaded: 'dir' is a directory\nhint: git plandex load --recursive dir for its files, --tree for their names, --map for what they define\n",
        ),
        ("gone.txt", "not loaded: 'gone.txt' does not exist\n"),
        ("../outside.txt", "not loaded: '../outside.txt' is outside the repository\n"),
        ("/etc/passwd", "not loaded: '/etc/passwd' is outside the repository\n"),
        (".git/config", "not loaded: '.git/config' enters .git\n"),
    ];
    sandbox.run(&["new"]).ok();
    for (path, words) in cases {
        let said = sandbox.run(&["load", path]).fails(1);
        assert_eq!(said, format!("error: {words}"), "{path}");
    }
    assert_eq!(sandbox.run(&["ls", "--json"]).ok().trim(), "[]");
    sandbox.run(&["load", "--force", "hidden.txt"]).ok();
    // What can be loaded is, beside what cannot.
    sandbox.run(&["load", "image.png", "ok.txt"]).fails(1);
    let names: Vec<_> = sandbox.run(&["ls"]).ok().lines().map(|line| line.split('\t').nth(1).map(str::to_owned)).collect();
    assert_eq!(names, [Some("hidden.txt".to_owned()), Some("ok.txt".to_owned())]);
}

#[test]
fn a_reply_that_edits_a_binary_file_does_not_touch_it() {
    let code = [block("image.png", "now text\n"), block("latin1.txt", "now utf-8\n"), block("good.txt", "good\n")].concat();
    let sandbox = coding(&[], "`image.png`, `latin1.txt`", &code);
    sandbox.write("image.png", b"\x89PNG\r\n\x1a\n\0\0");
    sandbox.write("latin1.txt", b"caf\xe9\n");
    sandbox.commit("Add files that are not text");
    let before = sandbox.tree();
    let said = through(&sandbox);
    let mut expected = before;
    expected.insert("good.txt".into(), (0o644, b"good\n".to_vec()));
    assert_eq!(sandbox.tree(), expected, "{said}");
    assert!(said.contains("image.png") && said.contains("latin1.txt"), "{said}");
}

#[test]
fn a_file_of_twenty_megabytes_is_left_out_of_requests_and_harmless_otherwise() {
    let code = block("big.txt", "small\n") + &block("ok.txt", "fine\n");
    let sandbox = coding(&[("ok.txt", "ok\n")], "`big.txt`, `ok.txt`", &code);
    let line = "0123456789 abcdefghijklmnopqrstuvwxyz\n";
    let big = line.repeat(20 * 1024 * 1024 / line.len());
    sandbox.write("big.txt", &big);
    sandbox.server.set(vec![
        Rule::reply(block("ok.txt", "fine\n") + "**Do it** has been completed.\n")
            .model("coder")
            .when(&["The user decided that it stays as it is"]),
        Rule::reply(&code).model("coder"),
        Rule::reply("<planName>do it</planName>").model("names"),
        Rule::reply("### Files\n- `big.txt`\n- `ok.txt`\n\n<PlandexFinish/>\n").model("architect"),
        Rule::reply("### Tasks\n\n1. Do it\nUses: `big.txt`, `ok.txt`\n\n<PlandexFinish/>\n").model("planner"),
    ]);
    let said = through(&sandbox);
    assert_eq!(sandbox.read("ok.txt"), "fine\n", "{said}");
    assert_eq!(sandbox.read("big.txt"), big);
    assert!(said.contains("'big.txt' does not fit into the model's window any more"), "{said}");
    assert!(said.contains("the model's window is full; left out: big.txt\nhint: git plandex rm PATH"), "{said}");
    assert!(said.contains("'big.txt' is too large to be shown to the model, so it stays as it is"), "{said}");
    let most = sandbox.server.requests().iter().map(|request| request.text.len()).max().expect("there were requests");
    assert!(most < 1_000_000, "no request holds the file: {most}");
}

#[test]
fn a_link_out_of_the_repository_is_asked_about() {
    let sandbox = coding(&[("a.txt", "a\n")], "`a.txt`", &block("a.txt", "b\n"));
    sandbox.run(&["tell", "do it"]).ok();
    let reference = sandbox.git(&["for-each-ref", "--format=%(refname)", "refs/plandex/plans"]).trim().to_owned();
    sandbox.write("target", "/etc/passwd");
    let link = sandbox.git(&["hash-object", "-w", "target"]);
    fs::remove_file(sandbox.repo.join("target")).expect("removed");
    let git = |args: &[&str]| {
        let mut command = sandbox.command_in(&sandbox.repo, "git", args);
        crate::support::finish(command.env("GIT_INDEX_FILE", sandbox.beside("index"))).ok().trim().to_owned()
    };
    git(&["read-tree", &reference]);
    git(&["update-index", "--add", "--cacheinfo", &format!("120000,{},result/passwords", link.trim())]);
    let commit = git(&["commit-tree", &git(&["write-tree"]), "-p", &reference, "-m", "A plan from elsewhere"]);
    git(&["update-ref", &reference, &commit]);
    let words = sandbox.run(&["apply", "--no-commit"]).fails(1);
    assert!(words.contains("passwords is a symbolic link to a place outside of the repository"), "{words}");
    assert!(words.contains("/etc/passwd") && !sandbox.exists("passwords") && sandbox.read("a.txt") == "a\n");
}
