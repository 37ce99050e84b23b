//! Plans made by other hands: every malformed one is an error that names its place, never a panic.

mod store_support;

use std::io::Write;
use std::process::{Command, Stdio};

use git_plandex::git::Error as GitError;
use git_plandex::plan::EventKind;
use git_plandex::store::Error;
use store_support::*;

const ID: &str = "01JCQ3ZZZZ0000000000000000";
const FAN: &str = "01JCQ3";

/// Writes an object from standard input.
fn write(repo: &TestRepo, args: &[&str], input: &[u8]) -> String {
    let mut git =
        Command::new("git").args(args).current_dir(&repo.dir).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("git runs");
    git.stdin.take().expect("piped").write_all(input).expect("written");
    let out = git.wait_with_output().expect("git ends");
    assert!(out.status.success(), "git {args:?}");
    String::from_utf8(out.stdout).expect("hexadecimal").trim().to_owned()
}

fn blob(repo: &TestRepo, content: &[u8]) -> String {
    write(repo, &["hash-object", "-w", "--stdin"], content)
}

/// A tree of `mode oid name` lines; unlike git's own writers it takes any name.
fn tree(repo: &TestRepo, entries: &[(&str, &str, &[u8])]) -> String {
    let mut bytes = Vec::new();
    for (mode, oid, name) in entries {
        bytes.extend_from_slice(mode.as_bytes());
        bytes.push(b' ');
        bytes.extend_from_slice(name);
        bytes.push(0);
        bytes.extend((0..oid.len() / 2).map(|at| u8::from_str_radix(&oid[2 * at..2 * at + 2], 16).expect("hexadecimal")));
    }
    write(repo, &["hash-object", "-t", "tree", "-w", "--stdin", "--literally"], &bytes)
}

/// A plan commit whose root has these entries beside or instead of well-formed ones.
fn plan_with(repo: &TestRepo, extra: &[(&str, &str, &[u8])]) -> String {
    let version = blob(repo, b"1\n");
    let meta = blob(repo, b"id: aa\ntitle: t\ncreated: now\n");
    let empty = tree(repo, &[]);
    let mut entries: Vec<(&str, &str, &[u8])> =
        vec![("40000", &empty, b"base"), ("100644", &meta, b"plan.yml"), ("40000", &empty, b"result"), ("100644", &version, b"version")];
    entries.retain(|(_, _, name)| !extra.iter().any(|(_, _, other)| other == name));
    entries.extend_from_slice(extra);
    entries.retain(|(mode, ..)| *mode != "none");
    entries.sort_by_key(|(_, _, name)| name.to_vec());
    let root = tree(repo, &entries);
    let commit = repo.git(&["commit-tree", "-m", "by hand", &root]);
    repo.git(&["update-ref", "refs/plandex/plans/p/main", &commit]);
    commit
}

fn load(repo: &TestRepo) -> Result<(), Error> {
    repo.store().load(&at("p")).map(drop)
}

fn assert_malformed(repo: &TestRepo, place: &str) {
    let loaded = load(repo);
    assert!(matches!(&loaded, Err(Error::Malformed { path, .. }) if path == place), "{place}: {loaded:?}");
}

#[test]
fn a_minimal_plan_made_by_hand_is_a_plan() {
    let repo = TestRepo::init(&[]);
    plan_with(&repo, &[]);
    load(&repo).expect("loads");
    let mut plan = repo.store().load(&at("p")).expect("loads");
    add_message(&repo.store(), &mut plan, "goes on");
    repo.fsck();
}

#[test]
fn other_format_versions_have_their_own_errors() {
    let repo = TestRepo::init(&[]);
    // The version decides before anything else is looked at, so a broken plan.yml does not matter.
    let broken = blob(&repo, b"{{{");
    for (version, check) in [("0", "old format version 0"), ("2", "newer"), ("4000000000", "newer")] {
        let version = blob(&repo, version.as_bytes());
        plan_with(&repo, &[("100644", &version, b"version"), ("100644", &broken, b"plan.yml")]);
        let error = load(&repo).expect_err("refused").to_string();
        assert!(error.contains(check), "{error}");
    }
    for version in ["", "one", "-1", "1.5", "99999999999999999999"] {
        let version = blob(&repo, version.as_bytes());
        plan_with(&repo, &[("100644", &version, b"version")]);
        assert_malformed(&repo, "version");
    }
}

#[test]
fn missing_and_misplaced_parts_are_named() {
    let repo = TestRepo::init(&[]);
    let file = blob(&repo, b"x");
    let dir = tree(&repo, &[("100644", &file, b"x")]);
    for name in ["version", "plan.yml"] {
        plan_with(&repo, &[("none", &file, name.as_bytes())]);
        assert_malformed(&repo, name);
        plan_with(&repo, &[("40000", &dir, name.as_bytes())]);
        assert_malformed(&repo, name);
        plan_with(&repo, &[("120000", &file, name.as_bytes())]);
        assert_malformed(&repo, name);
    }
    for name in ["base", "result", "conversation", "operations"] {
        plan_with(&repo, &[("100644", &file, name.as_bytes())]);
        assert_malformed(&repo, name);
    }
    plan_with(&repo, &[("none", &file, b"base"), ("none", &file, b"result")]);
    load(&repo).expect("an absent overlay is an empty one");
}

#[test]
fn malformed_yaml_is_named() {
    let repo = TestRepo::init(&[]);
    let bomb = b"a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e]\ng: &g [*f,*f,*f,*f,*f,*f,*f,*f]\nid: x\n";
    let deep = "[".repeat(100_000);
    for yaml in
        [&b"{{{"[..], b"", b"- a list", b"id: [1]", b"id: a\nid: b\n", b"\xff\xfe", b"id: a\nbase: not-an-id\n", bomb, deep.as_bytes()]
    {
        let meta = blob(&repo, yaml);
        plan_with(&repo, &[("100644", &meta, b"plan.yml")]);
        assert_malformed(&repo, "plan.yml");
    }
}

/// A plan whose directory `dir` has one file in its fan-out directory.
fn plan_with_file(repo: &TestRepo, dir: &str, fan: &str, mode: &str, name: &str, content: &[u8]) {
    let file = blob(repo, content);
    let inner = tree(repo, &[(mode, &file, name.as_bytes())]);
    let outer = tree(repo, &[("40000", &inner, fan.as_bytes())]);
    plan_with(repo, &[("40000", &outer, dir.as_bytes())]);
}

#[test]
fn malformed_entities_are_named() {
    let repo = TestRepo::init(&[]);
    let cases: &[(&str, &str, String, &[u8])] = &[
        ("conversation", FAN, format!("{ID}-user.md"), b"no front matter"),
        ("conversation", FAN, format!("{ID}-user.md"), b"---\nnever ends"),
        ("conversation", FAN, format!("{ID}-user.md"), b"---\nstage: dance\n---\nx"),
        ("conversation", FAN, format!("{ID}-user.md"), b"---\nactivated_paths:\n- ../../etc/passwd\n---\nx"),
        ("conversation", FAN, format!("{ID}-user.md"), b"---\nactivated_paths:\n- .GIT/config\n---\nx"),
        ("conversation", FAN, format!("{ID}-user.md"), b"---\n---\n\xff"),
        ("conversation", FAN, format!("{ID}-robot.md"), b"---\n---\nx"),
        ("conversation", FAN, "short-user.md".into(), b"---\n---\nx"),
        ("conversation", "01JCQ4", format!("{ID}-user.md"), b"---\n---\nx"),
        ("summaries", FAN, format!("{ID}.md"), b"---\n---\nno last message"),
        ("subtasks", FAN, format!("{ID}.yml"), b"description: no title\n"),
        ("subtasks", FAN, format!("{ID}.yml"), b"title: x\norder: -1\n"),
        ("operations", FAN, format!("{ID}.yml"), b"message: 01JCQ3ZZZZ0000000000000000\nkind: file\npath: /etc/passwd\n"),
        ("operations", FAN, format!("{ID}.yml"), b"message: 01JCQ3ZZZZ0000000000000000\nkind: explode\npath: a\n"),
        ("operations", FAN, format!("{ID}.yml"), b"message: 01JCQ3ZZZZ0000000000000000\nkind: file\npath: a\ncommit: '--help'\n"),
    ];
    for (dir, fan, name, content) in cases {
        plan_with_file(&repo, dir, fan, "100644", name, content);
        assert_malformed(&repo, &format!("{dir}/{fan}/{name}"));
    }
    plan_with_file(&repo, "conversation", FAN, "120000", &format!("{ID}-user.md"), b"/etc/passwd");
    assert_malformed(&repo, &format!("conversation/{FAN}/{ID}-user.md"));
}

#[test]
fn bodies_are_the_ones_that_their_entities_name() {
    let repo = TestRepo::init(&[]);
    let body = blob(&repo, b"body");
    let other = blob(&repo, b"other");
    let item = blob(&repo, format!("type: note\nname: n\noid: {body}\n").as_bytes());
    let attempt = blob(&repo, format!("message: {ID}\nkind: file\npath: a\nattempts:\n- by: merge\n  content: {body}\n").as_bytes());
    let (yml, beside) = (format!("{ID}.yml"), format!("{ID}.body"));
    let shown = format!("message: {ID}\nkind: file\npath: a\nshown:\n- path: a\n  file:\n    mode: regular\n    oid: {body}\n");
    let shown = blob(&repo, shown.as_bytes());
    let cases = [("context", &item, Some(&other)), ("context", &item, None), ("operations", &attempt, None), ("operations", &shown, None)];
    for (dir, yaml, stored) in cases {
        let mut entries: Vec<(&str, &str, &[u8])> = Vec::new();
        entries.extend(stored.map(|oid| ("100644", oid.as_str(), beside.as_bytes())));
        entries.push(("100644", yaml, yml.as_bytes()));
        let inner = tree(&repo, &entries);
        let outer = tree(&repo, &[("40000", &inner, FAN.as_bytes())]);
        plan_with(&repo, &[("40000", &outer, dir.as_bytes())]);
        assert!(matches!(load(&repo), Err(Error::Malformed { .. })), "{dir}");
    }
}

#[test]
fn unknown_files_of_a_newer_version_are_kept_and_not_in_the_way() {
    let repo = TestRepo::init(&[]);
    plan_with_file(&repo, "conversation", FAN, "100644", "notes.txt", b"for people");
    let mut plan = repo.store().load(&at("p")).expect("loads");
    add_message(&repo.store(), &mut plan, "goes on");
    assert_eq!(repo.git(&["show", &format!("refs/plandex/plans/p/main:conversation/{FAN}/notes.txt")]), "for people");
}

#[test]
fn overlays_never_reach_into_git_or_out_of_the_repository() {
    let repo = TestRepo::init(&[]);
    let file = blob(&repo, b"[core]\n\tfsmonitor = touch /tmp/x\n");
    let inner = tree(&repo, &[("100644", &file, b"config")]);
    let names: [&[u8]; 9] = [b".git", b".GIT", b".git ", b".git...", b"git~1", b"..", b".", b".g\xe2\x80\x8cit", b"a/../../b"];
    for overlay in ["base", "result"] {
        for name in names {
            let dir = tree(&repo, &[("40000", &inner, name)]);
            plan_with(&repo, &[("40000", &dir, overlay.as_bytes())]);
            let loaded = load(&repo);
            assert!(matches!(&loaded, Err(Error::Malformed { path, .. }) if path.starts_with(overlay)), "{name:?}: {loaded:?}");
        }
    }
}

#[test]
fn submodules_in_an_overlay_are_refused() {
    let repo = TestRepo::with_commit();
    let head = repo.git(&["rev-parse", "HEAD"]);
    let dir = tree(&repo, &[("160000", &head, b"sub")]);
    plan_with(&repo, &[("40000", &dir, b"result")]);
    assert_malformed(&repo, "result/sub");
}

#[test]
fn trees_that_multiply_are_cut_off() {
    let repo = TestRepo::init(&[]);
    let mut level = tree(&repo, &[("100644", &blob(&repo, b"x"), b"f")]);
    for _ in 0..12 {
        let names: Vec<Vec<u8>> = (0..10).map(|n| vec![b'a' + n]).collect();
        let entries: Vec<(&str, &str, &[u8])> = names.iter().map(|name| ("40000", level.as_str(), name.as_slice())).collect();
        level = tree(&repo, &entries);
    }
    plan_with(&repo, &[("40000", &level, b"base")]);
    assert_malformed(&repo, "base");
}

#[test]
fn a_ref_that_is_no_commit_is_an_error_and_does_not_hide_the_others() {
    let repo = TestRepo::init(&[]);
    plan_with(&repo, &[]);
    let file = blob(&repo, b"x");
    repo.git(&["update-ref", "refs/plandex/plans/file/main", &file]);
    let store = repo.store();
    assert!(matches!(store.load(&at("file")), Err(Error::Git(GitError::WrongKind { .. }))));
    assert_eq!(store.plans(false).expect("lists").len(), 1);
    assert!(store.set_current(&at("file")).is_err());
}

#[test]
fn a_missing_object_is_named() {
    let repo = TestRepo::init(&[]);
    plan_with(&repo, &[("100644", &"1".repeat(40), b"plan.yml")]);
    let loaded = load(&repo);
    assert!(matches!(&loaded, Err(Error::Git(GitError::MissingObject(id))) if *id == "1".repeat(40)), "{loaded:?}");
}

#[test]
fn a_rewind_to_a_malformed_state_is_refused() {
    let repo = TestRepo::init(&[]);
    let bad = {
        let meta = blob(&repo, b"{{{");
        plan_with(&repo, &[("100644", &meta, b"plan.yml")])
    };
    let good_tree = {
        plan_with(&repo, &[]);
        repo.git(&["rev-parse", "refs/plandex/plans/p/main^{tree}"])
    };
    let good = repo.git(&["commit-tree", "-m", "mended", "-p", &bad, &good_tree]);
    repo.git(&["update-ref", "refs/plandex/plans/p/main", &good]);
    let store = repo.store();
    let mut plan = store.load(&at("p")).expect("loads");
    let target = store.find_commit(&plan.at, "1").expect("a step");
    let refused = rewind(&store, &mut plan, &target, &record(EventKind::Rewind, "Rewind"));
    assert!(matches!(refused, Err(Error::Malformed { .. })), "{refused:?}");
    assert_eq!(repo.git(&["rev-parse", "refs/plandex/plans/p/main"]), good);
}

#[test]
fn paths_that_are_not_utf8_round_trip() {
    use git_plandex::plan::{Change, Entry, FileMode, RepoPath};
    let repo = TestRepo::init(&[]);
    let store = repo.store();
    let mut plan = new_plan(&store, "p");
    let oid = store.write_blob(b"x").expect("a blob");
    for path in [&b"\xff/\xfe"[..], b"new\nline", b"quo\"te", "ü".as_bytes(), b"tab\there"] {
        let path = RepoPath::from_bytes(path).expect("a path");
        let entry = Entry { mode: FileMode::Symlink, oid: oid.clone() };
        store
            .append(&mut plan, &record(EventKind::Build, "Build"), &mut |plan| {
                let mut message = git_plandex::plan::Message::new(next_id(plan), git_plandex::plan::Role::Assistant, "x");
                message.activated_paths = vec![path.clone()];
                Ok(vec![Change::Message(message), Change::Result(path.clone(), Some(entry.clone()))])
            })
            .expect("appended");
    }
    assert_eq!(store.load(&plan.at).expect("loads").plan, plan.plan);
    repo.fsck();
}
