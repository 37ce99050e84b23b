//! Kinds of repositories, attributes and disks.

use std::process::{Command, Stdio};

use git_plandex::git::{Repo, TreeMode};
use git_plandex::plan::FileMode;
use git_plandex::worktree::{self, ApplyOutcome, CommitOutcome, CommitRequest, ConflictMode, FileChange};

use super::support::{Sandbox, apply, lines, path, request, untold};

#[test]
fn ends_of_line_are_written_as_a_checkout_writes_them() {
    let sandbox = Sandbox::new();
    sandbox.write(".gitattributes", "*.txt text eol=crlf\n*.bin binary\n");
    sandbox.write("a.txt", lines(10, &[]).replace('\n', "\r\n"));
    sandbox.commit_all("first");
    let changes = [
        sandbox.change("a.txt", Some(&lines(10, &[(9, "plan")]))),
        sandbox.change("new.txt", Some("x\ny\n")),
        sandbox.change("new.bin", Some("x\ny\n")),
    ];
    assert_eq!(changes[0].base, Some(sandbox.entry(lines(10, &[]))), "the plan sees what git stores");
    sandbox.write("a.txt", lines(10, &[(1, "user")]).replace('\n', "\r\n"));
    sandbox.apply(&changes);
    assert_eq!(sandbox.read("a.txt"), Some(lines(10, &[(1, "user"), (9, "plan")]).replace('\n', "\r\n")));
    assert_eq!(sandbox.read("new.txt").as_deref(), Some("x\r\ny\r\n"));
    assert_eq!(sandbox.read("new.bin").as_deref(), Some("x\ny\n"));
}

#[test]
fn autocrlf_works_as_in_git() {
    let sandbox = Sandbox::new();
    sandbox.git(&["config", "core.autocrlf", "true"]);
    sandbox.write("a.txt", "one\r\ntwo\r\n");
    sandbox.commit_all("first");
    sandbox.apply(&[sandbox.change("a.txt", Some("one\nplan\n")), sandbox.change("b.txt", Some("new\n"))]);
    assert_eq!((sandbox.read("a.txt").as_deref(), sandbox.read("b.txt").as_deref()), (Some("one\r\nplan\r\n"), Some("new\r\n")));
    sandbox.undo();
    assert_eq!(sandbox.read("a.txt").as_deref(), Some("one\r\ntwo\r\n"));
}

#[test]
fn filters_encodings_and_ident_are_git_s() {
    let sandbox = Sandbox::new();
    sandbox.git(&["config", "filter.case.clean", "tr A-Z a-z"]);
    sandbox.git(&["config", "filter.case.smudge", "tr a-z A-Z"]);
    sandbox.write(".gitattributes", "*.up filter=case\n*.utf text working-tree-encoding=UTF-16LE\n*.id ident\n");
    sandbox.write("a.up", "SHOUT\n");
    sandbox.commit_all("first");
    let changes =
        [sandbox.change("a.up", Some("shout louder\n")), sandbox.change("b.utf", Some("hi\n")), sandbox.change("c.id", Some("$Id$\n"))];
    assert_eq!(changes[0].base, Some(sandbox.entry("shout\n")));
    sandbox.apply(&changes);
    assert_eq!(sandbox.read("a.up").as_deref(), Some("SHOUT LOUDER\n"));
    assert_eq!(std::fs::read(sandbox.place("b.utf")).expect("it is there"), b"h\0i\0\n\0");
    assert!(sandbox.read("c.id").is_some_and(|text| text.starts_with("$Id: ") && text.len() > 40));
    let again = sandbox.apply(&changes);
    assert_eq!(again.written, []);
    sandbox.git(&["add", "-A"]);
    assert_eq!(sandbox.git(&["show", ":a.up"]), "shout louder");
}

#[test]
fn attributes_that_the_plan_brings_count_for_its_own_files() {
    let sandbox = Sandbox::committed(&[("a.txt", "one\n")]);
    sandbox.apply(&[sandbox.change(".gitattributes", Some("*.txt text eol=crlf\n")), sandbox.change("b.txt", Some("x\n"))]);
    assert_eq!(sandbox.read("b.txt").as_deref(), Some("x\r\n"));
    assert_eq!(sandbox.read("a.txt").as_deref(), Some("one\n"), "other files stay as they are");
}

#[test]
fn binary_files_and_symbolic_links_are_written_whole() {
    let sandbox = Sandbox::committed(&[("a.txt", "one\n")]);
    sandbox.link("old", "a.txt");
    sandbox.commit_all("link");
    let bytes: Vec<u8> = (0..=255).cycle().take(5000).collect();
    let link = |target: &str| Some(sandbox.entry_of(FileMode::Symlink, target));
    let changes = [
        FileChange { path: path("data.bin"), base: None, result: Some(sandbox.entry(&bytes)) },
        FileChange { path: path("link"), base: None, result: link("data.bin") },
        FileChange { path: path("old"), base: link("a.txt"), result: link("data.bin") },
        FileChange { path: path("a.txt"), base: Some(sandbox.entry("one\n")), result: link("data.bin") },
    ];
    let before = sandbox.listing();
    sandbox.apply(&changes);
    for name in ["link", "old", "a.txt"] {
        assert_eq!(std::fs::read_link(sandbox.place(name)).expect("it is a link").to_str(), Some("data.bin"));
    }
    assert_eq!(std::fs::read(sandbox.place("data.bin")).expect("it is there"), bytes);
    sandbox.undo();
    assert_eq!(sandbox.listing(), before);
}

#[test]
fn names_of_any_bytes_work() {
    use std::os::unix::ffi::OsStrExt;
    let sandbox = Sandbox::committed(&[("a.txt", "one\n")]);
    for name in [&b"caf\xe9.txt"[..], b"new\nline", b" space ", b"-dash", b"quo\"te", "\u{fc}/\u{df}".as_bytes(), b"*.glob", b":(top)x"] {
        let change = |base: Option<&str>, result: Option<&str>| FileChange {
            path: git_plandex::plan::RepoPath::from_bytes(name).expect("valid"),
            base: base.map(|text| sandbox.entry(text)),
            result: result.map(|text| sandbox.entry(text)),
        };
        let place = sandbox.root.join(std::ffi::OsStr::from_bytes(name));
        let applied = sandbox.apply(&[change(None, Some(&lines(9, &[])))]);
        let request = CommitRequest { message: "x", trailer: "x/main 1", hide_env: &[], seen: None };
        let outcome = worktree::commit(&sandbox.repo(), &applied, &request, untold).expect("it can be committed");
        assert!(matches!(outcome, CommitOutcome::Committed { .. }), "{name:?}: {outcome:?}");
        std::fs::write(&place, lines(9, &[(1, "user")])).expect("it can be written");
        sandbox.apply(&[change(Some(&lines(9, &[])), Some(&lines(9, &[(9, "plan")])))]);
        assert_eq!(std::fs::read_to_string(&place).expect("it is there"), lines(9, &[(1, "user"), (9, "plan")]), "{name:?}");
        sandbox.undo();
        assert_eq!(std::fs::read_to_string(&place).expect("it is there"), lines(9, &[(1, "user")]), "{name:?}");
        sandbox.git(&["add", "-A"]);
        sandbox.git(&["commit", "-q", "-m", "user"]);
    }
}

#[test]
fn other_object_and_ref_formats_work() {
    for args in [&["--object-format=sha256"][..], &["--ref-format=reftable"]] {
        let sandbox = Sandbox::with(args);
        sandbox.write("a.txt", lines(20, &[]));
        sandbox.commit_all("first");
        let change = sandbox.change("a.txt", Some(&lines(20, &[(18, "plan")])));
        sandbox.write("a.txt", lines(20, &[(2, "user")]));
        let applied = sandbox.apply(&[change, sandbox.change("b.txt", Some("new\n"))]);
        let request = CommitRequest { message: "x", trailer: "x/main 1", hide_env: &[], seen: None };
        let outcome = worktree::commit(&sandbox.repo(), &applied, &request, untold).expect("it can be committed");
        assert!(matches!(outcome, CommitOutcome::Committed { .. }), "{args:?}");
        assert_eq!(sandbox.git(&["show", "HEAD:a.txt"]) + "\n", lines(20, &[(18, "plan")]));
        assert_eq!(sandbox.git(&["status", "--porcelain"]), " M a.txt");
        sandbox.undo();
        assert_eq!(sandbox.read("a.txt"), Some(lines(20, &[(2, "user")])));
    }
}

#[test]
fn each_linked_worktree_has_its_own_record() {
    let sandbox = Sandbox::committed(&[("a.txt", "one\n")]);
    sandbox.git(&["worktree", "add", "-q", "../side"]);
    let side = sandbox.root.with_file_name("side");
    let repo = Repo::discover(&side).expect("it is a repository");
    let survey = worktree::survey(&repo, &[sandbox.change("a.txt", Some("plan\n"))], None).expect("it can be surveyed");
    assert!(matches!(apply(&repo, survey, &request(ConflictMode::Stop)), Ok(ApplyOutcome::Applied(_))));
    assert_eq!(std::fs::read_to_string(side.join("a.txt")).expect("it is there"), "plan\n");
    assert_eq!(sandbox.read("a.txt").as_deref(), Some("one\n"));
    assert_eq!(worktree::last_apply(&sandbox.repo()).expect("it can be read"), None);
    let last = worktree::last_apply(&repo).expect("it can be read").expect("there is one");
    assert_eq!(last.head_ref.as_deref(), Some("refs/heads/side"));
}

#[test]
fn an_undo_merges_even_after_git_has_pruned_everything() {
    let sandbox = Sandbox::committed(&[("a.txt", &lines(20, &[]))]);
    sandbox.write("a.txt", lines(20, &[(2, "user")]));
    sandbox.apply(&[sandbox.change("a.txt", Some(&lines(20, &[(2, "user"), (18, "plan")])))]);
    sandbox.git(&["gc", "-q", "--prune=now"]);
    sandbox.write("a.txt", lines(20, &[(2, "user"), (10, "later"), (18, "plan")]));
    sandbox.undo();
    assert_eq!(sandbox.read("a.txt"), Some(lines(20, &[(2, "user"), (10, "later")])));
}

#[test]
fn a_directory_that_cannot_be_written_takes_everything_back() {
    let sandbox = Sandbox::committed(&[("a.txt", "one\n"), ("closed/b.txt", "two\n"), ("z.txt", "three\n")]);
    let changes =
        [sandbox.change("a.txt", Some("plan\n")), sandbox.change("closed/new.txt", Some("plan\n")), sandbox.change("z.txt", None)];
    sandbox.chmod("closed", 0o555);
    let before = sandbox.listing();
    let survey = sandbox.survey(&changes);
    let outcome = apply(&sandbox.repo(), survey, &request(ConflictMode::Stop));
    let is_root = outcome.is_ok();
    sandbox.chmod("closed", 0o755);
    // The superuser may write anywhere.
    if !is_root {
        let error = outcome.expect_err("it cannot be written").to_string();
        assert!(error.contains("closed/new.txt"), "{error}");
        sandbox.chmod("closed", 0o555);
        assert_eq!(sandbox.listing(), before);
        sandbox.chmod("closed", 0o755);
    }
    assert_eq!(sandbox.leftovers(), Vec::<String>::new());
}

const ROOT: &str = "PLANDEX_TEST_FULL_ROOT";
const OIDS: &str = "PLANDEX_TEST_FULL_OIDS";

/// Runs when this binary is started anew with a limit on the size of files, which fails as a full disk does.
#[test]
fn child_on_a_full_disk() {
    let (Ok(root), Ok(oids)) = (std::env::var(ROOT), std::env::var(OIDS)) else { return };
    let repo = Repo::discover(std::path::Path::new(&root)).expect("it is a repository");
    let oids: Vec<_> = oids.split(' ').map(super::support::id).collect();
    let entry = |at: usize| Some(git_plandex::plan::Entry { mode: FileMode::Regular, oid: oids[at].clone() });
    let changes = [
        FileChange { path: path("big.txt"), base: entry(0), result: entry(1) },
        FileChange { path: path("gone.txt"), base: entry(2), result: None },
        FileChange { path: path("new/small.txt"), base: None, result: entry(2) },
    ];
    let survey = match worktree::survey(&repo, &changes, None) {
        Ok(survey) => survey,
        Err(error) => std::process::exit(if error.to_string().is_empty() { 9 } else { 3 }),
    };
    match apply(&repo, survey, &request(ConflictMode::Stop)) {
        Ok(ApplyOutcome::Applied(_)) => {}
        Ok(other) => panic!("{other:?}"),
        Err(_) => std::process::exit(3),
    }
}

#[test]
fn a_full_disk_loses_nothing() {
    let noise = |seed: u64| -> String {
        let mut state = seed;
        let mut word = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            format!("{:016x}", state)
        };
        (0..2000).map(|_| word() + "\n").collect()
    };
    let base = noise(1);
    let plan = base.clone() + "plan\n";
    let mut ends = [0, 0];
    for blocks in [1, 4, 8, 16, 24, 32, 48, 64, 70, 80, 200] {
        let sandbox = Sandbox::committed(&[("big.txt", &base), ("gone.txt", "small\n")]);
        sandbox.write("big.txt", format!("user\n{base}"));
        let before = sandbox.listing();
        let oids = [base.as_str(), &plan, "small\n"].map(|text| sandbox.entry(text).oid.to_string()).join(" ");
        let exe = std::env::current_exe().expect("it runs");
        let shell = format!("trap '' XFSZ; ulimit -f {blocks}; exec '{}' --exact kinds::child_on_a_full_disk", exe.display());
        let mut child = Command::new("sh");
        child.args(["-c", &shell]).env(ROOT, &sandbox.root).env(OIDS, oids).stdout(Stdio::null()).stderr(Stdio::null());
        let status = child.status().expect("sh runs");
        assert!(matches!(status.code(), Some(0 | 3)), "{blocks}: {status}");
        let done = status.success();
        ends[usize::from(done)] += 1;
        worktree::recover(&sandbox.repo(), untold).expect("it can be recovered");
        if done {
            assert_eq!(sandbox.read("big.txt"), Some(format!("user\n{plan}")));
            sandbox.undo();
        }
        assert_eq!(sandbox.listing(), before, "{blocks} blocks");
        assert_eq!(sandbox.leftovers(), Vec::<String>::new(), "{blocks} blocks");
    }
    assert!(ends[0] > 2 && ends[1] > 0, "{ends:?}");
}

#[test]
fn files_of_the_working_tree_are_listed_as_git_knows_them() {
    let sandbox = Sandbox::committed(&[("a.txt", "one\n"), ("gone.txt", "x\n"), (".gitignore", "*.log\n"), ("dir/\u{fc} b.txt", "x\n")]);
    sandbox.remove("gone.txt");
    sandbox.write("untracked.txt", "x\n");
    sandbox.write("debug.log", "x\n");
    sandbox.git(&["init", "-q", "nested"]);
    sandbox.write("nested/x.txt", "x\n");
    let repo = sandbox.repo();
    let names = |repo: &Repo| -> Vec<String> {
        let files = repo.tracked_files().expect("they can be listed");
        files.into_iter().map(|name| String::from_utf8(name).expect("UTF-8")).collect()
    };
    assert_eq!(names(&repo), [".gitignore", "a.txt", "dir/\u{fc} b.txt", "untracked.txt"]);
    let ignored = repo.is_ignored(&[b"debug.log", b"a.txt", b"none.log", b"dir"]).expect("git says");
    assert_eq!(ignored, [true, false, true, false]);
    assert_eq!(repo.is_ignored(&[b"a.txt"]).expect("git says"), [false]);
    let bare = Sandbox::new();
    let from = sandbox.root.to_str().expect("UTF-8");
    bare.git(&["clone", "-q", "--bare", from, "../bare.git"]);
    let bare = Repo::discover(&bare.root.with_file_name("bare.git")).expect("it is a repository");
    assert_eq!(names(&bare), [".gitignore", "a.txt", "dir/\u{fc} b.txt", "gone.txt"]);
    let stored = bare.store_worktree_file(b"a.txt").expect("HEAD has it").expect("it is a file");
    assert_eq!(stored.1.to_string(), sandbox.entry("one\n").oid.as_str());
}

#[test]
fn what_is_stored_is_what_git_add_stores() {
    let sandbox = Sandbox::new();
    sandbox.write(".gitattributes", "*.txt text=auto\n*.crlf text eol=crlf\n*.raw -text\n*.id ident\n");
    sandbox.write("legacy.txt", "a\r\nb\r\n");
    let (ok, blob) = sandbox.try_git(&["hash-object", "-w", "--no-filters", "legacy.txt"], None);
    assert!(ok);
    sandbox.git(&["update-index", "--add", "--cacheinfo", &format!("100644,{blob},legacy.txt")]);
    for name in ["new.txt", "b.crlf", "c.raw", "d.id", "plain"] {
        sandbox.write(name, format!("$Id: {name} $\r\nx\r\n"));
    }
    sandbox.write("legacy.txt", "a\r\nB\r\n");
    sandbox.write("run.sh", "x\n");
    sandbox.chmod("run.sh", 0o755);
    sandbox.link("link", "plain");
    let names = ["legacy.txt", "new.txt", "b.crlf", "c.raw", "d.id", "plain", "run.sh", "link", "none"];
    let bytes: Vec<&[u8]> = names.iter().map(|name| name.as_bytes()).collect();
    let stored = sandbox.repo().store_worktree_files(&bytes).expect("they can be stored");
    assert_eq!(sandbox.git(&["ls-files"]), "legacy.txt", "the index stays");
    sandbox.git(&["add", "-A"]);
    for (name, stored) in names.iter().zip(stored) {
        let staged = sandbox.git(&["ls-files", "--format=%(objectmode) %(objectname)", name]);
        let mode = |mode| match mode {
            TreeMode::Executable => "100755",
            TreeMode::Symlink => "120000",
            _ => "100644",
        };
        assert_eq!(stored.map(|(kind, oid)| format!("{} {oid}", mode(kind))).unwrap_or_default(), staged, "{name}");
    }
}
