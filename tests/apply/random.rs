//! Random cases of what the plan saw, what the user has and what the plan proposes, compared with `git merge-tree`.

use std::collections::{BTreeMap, BTreeSet};

use git_plandex::git::{Oid, TreeMode};
use git_plandex::plan::{Entry, FileMode};
use git_plandex::worktree::{self, ApplyOutcome, ConflictMode, FileChange, RefusedReason};

use super::support::{Sandbox, id, path, request};

/// The settings of a group of cases, on top of the sandbox's.
struct Group {
    name: &'static str,
    seeds: std::ops::Range<u64>,
    attributes: &'static str,
    settings: &'static [(&'static str, &'static str)],
}

const PLAIN: Group = Group { name: "plain", seeds: 0..170, attributes: "", settings: &[] };

const CRLF: Group = Group {
    name: "crlf",
    seeds: 1000..1120,
    attributes: "* text=auto\n*.txt text eol=crlf\n*.rs -text\n",
    settings: &[("merge.renormalize", "true")],
};

const ATTRIBUTES: Group = Group {
    name: "attributes",
    seeds: 2000..2120,
    attributes: "*.txt merge=union\n*.rs merge=mine\n*.bin binary\n*.md ident\n*.c filter=upper\n",
    settings: &[
        ("merge.mine.driver", "git merge-file -q --ours %A %O %B"),
        ("filter.upper.clean", "tr A-Z a-z"),
        ("filter.upper.smudge", "tr a-z A-Z"),
    ],
};

const RENAMES: Group = Group {
    name: "renames",
    seeds: 3000..3100,
    attributes: "",
    settings: &[("merge.directoryRenames", "true"), ("merge.conflictStyle", "diff3")],
};

#[test]
fn plain_files_merge_as_git_merges_them() {
    run(&PLAIN);
}

#[test]
fn files_with_crlf_merge_as_git_merges_them() {
    run(&CRLF);
}

#[test]
fn merge_drivers_and_filters_work_as_in_git() {
    run(&ATTRIBUTES);
}

#[test]
fn renamed_directories_merge_as_git_merges_them() {
    run(&RENAMES);
}

#[test]
fn commits_hold_the_plan_s_part_and_leave_the_index_to_the_user() {
    let sandbox = Sandbox::new();
    let mut counts = [0; 2];
    for seed in 4000..4080 {
        counts[usize::from(commit_case(&sandbox, seed))] += 1;
    }
    println!("commits: {} made, {} conflicts", counts[0], counts[1]);
    assert!(counts.iter().all(|count| *count > 10), "the cases are too much alike: {counts:?}");
}

/// Three versions of the same files are committed, staged and on disk; the plan saw the last. Returns whether it conflicts.
fn commit_case(sandbox: &Sandbox, seed: u64) -> bool {
    let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) + 1);
    let committed = first_files(&mut dice, &PLAIN);
    let staged = touched(&committed, &mut dice);
    let disk = touched(&staged, &mut dice);
    let mut proposed = touched(&disk, &mut dice);
    put(&mut proposed, "plan/added.txt", FileMode::Executable, text(&mut dice, "added"));
    if let Some(name) = proposed.keys().nth(dice.roll(20)).cloned() {
        proposed.remove(&name);
    }
    let [committed, staged, disk] = import(sandbox, [&committed, &staged, &disk]);
    let [proposed, ..] = import(sandbox, [&proposed, &Files::new(), &Files::new()]);
    check_out(sandbox, &disk, &committed, true);
    sandbox.git(&["read-tree", &staged]);
    let oracle = |ours: &str| {
        let (code, out) = sandbox.git_bytes(&["merge-tree", "--write-tree", "-z", &format!("--merge-base={disk}"), ours, &proposed], None);
        (code == 0).then(|| String::from_utf8_lossy(&out).trim_end_matches('\0').to_owned())
    };
    let (head, index) = (oracle(&committed), oracle(&staged));
    let applied = sandbox.apply(&changes(sandbox, &disk, &proposed));
    let on_disk = sandbox.listing();
    let base = id(&disk);
    let request = worktree::CommitRequest { message: "Do it", trailer: "x/main 1", hide_env: &[], seen: Some(&base) };
    let outcome = worktree::commit(&sandbox.repo(), &applied, &request, super::support::untold)
        .unwrap_or_else(|error| panic!("seed {seed}: {error}"));
    assert_eq!(sandbox.listing(), on_disk, "seed {seed}: a commit changed files");
    let now = (sandbox.git(&["rev-parse", "HEAD^{tree}"]), sandbox.git(&["write-tree"]));
    match (head, index, outcome) {
        (Some(head), Some(index), worktree::CommitOutcome::Committed { .. }) => assert_eq!(now, (head, index), "seed {seed}"),
        (None, ..) | (_, None, _) => {
            assert_eq!(sandbox.head(), id(&committed), "seed {seed}: committed in spite of a conflict");
            assert_eq!(now.1, sandbox.git(&["rev-parse", &format!("{staged}^{{tree}}")]), "seed {seed}");
            return true;
        }
        other => panic!("seed {seed}: {other:?}"),
    }
    false
}

/// The files with a few lines changed here and there.
fn touched(files: &Files, dice: &mut Dice) -> Files {
    let change = |(name, (mode, bytes)): (&String, &(FileMode, Vec<u8>)), dice: &mut Dice| {
        let edit = *mode != FileMode::Symlink && !name.ends_with(".bin") && dice.roll(6) == 0;
        (name.clone(), (*mode, if edit { lines_edited(bytes, dice) } else { bytes.clone() }))
    };
    files.iter().map(|file| change(file, dice)).collect()
}

type Files = BTreeMap<String, (FileMode, Vec<u8>)>;

fn run(group: &Group) {
    let sandbox = Sandbox::new();
    for (key, value) in group.settings {
        sandbox.git(&["config", key, value]);
    }
    let mut counts = [0; 3];
    for seed in group.seeds.clone() {
        counts[case(&sandbox, group, seed)] += 1;
    }
    println!("{}: {} clean, {} conflicts, {} refused", group.name, counts[0], counts[1], counts[2]);
    assert!(counts[0] > 10 && counts[1] > 10, "the cases are too much alike: {counts:?}");
}

/// Runs one case; returns whether it was clean (0), a conflict (1) or refused (2).
fn case(sandbox: &Sandbox, group: &Group, seed: u64) -> usize {
    let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) + 1);
    let base = first_files(&mut dice, group);
    let (ours, theirs) = (edited(&base, &mut dice, true), edited(&base, &mut dice, false));
    let [base, ours, theirs] = import(sandbox, [&base, &ours, &theirs]);
    let staged = dice.roll(2) == 0;
    check_out(sandbox, &ours, &base, staged);
    // What is on disk is what `git add` would make of it.
    let ours = sandbox.git(&["commit-tree", "-m", "ours", &worktree_tree(sandbox)]);
    let (code, out) = sandbox.git_bytes(&["merge-tree", "--write-tree", "-z", &format!("--merge-base={base}"), &ours, &theirs], None);
    assert!(code < 2, "seed {seed}: {}", String::from_utf8_lossy(&out));
    let oracle = Oracle::read(&out, [&base, &ours, &theirs]);
    let before = sandbox.listing();
    let changes = changes(sandbox, &base, &theirs);
    let repo = sandbox.repo();
    let survey = |_: ()| worktree::survey(&repo, &changes, Some(&id(&base))).unwrap_or_else(|error| panic!("seed {seed}: {error}"));
    let apply = |mode| super::support::apply(&repo, survey(()), &request(mode)).unwrap_or_else(|error| panic!("seed {seed}: {error}"));
    match apply(ConflictMode::Stop) {
        ApplyOutcome::Applied(_) => {
            assert!(oracle.conflicts.is_empty(), "seed {seed}: git finds conflicts in {:?}", oracle.conflicts);
            assert_eq!(content(sandbox, &worktree_tree(sandbox)), content(sandbox, &oracle.tree), "seed {seed}");
            undo(sandbox, &before, seed);
            0
        }
        ApplyOutcome::Refused(survey) => {
            for refused in &survey.refused {
                assert!(matches!(refused.reason, RefusedReason::UntrackedInTheWay) && !staged, "seed {seed}: {refused}");
                let place = refused.path.to_string();
                assert!(before.iter().any(|(path, ..)| *path == place), "seed {seed}: nothing is in the way of {place}");
            }
            assert_eq!(sandbox.listing(), before, "seed {seed}");
            2
        }
        ApplyOutcome::Conflict(survey) => {
            let found: BTreeSet<String> = survey.conflicts().iter().map(|finding| finding.path.to_string()).collect();
            assert!(!oracle.clean, "seed {seed}: git merges without a conflict in {found:?}");
            assert!(oracle.conflicts.is_subset(&found), "seed {seed}: {found:?} instead of {:?}", oracle.conflicts);
            drop(survey);
            assert_eq!(sandbox.listing(), before, "seed {seed}: something was written");
            let ApplyOutcome::Applied(_) = apply(ConflictMode::Markers) else { panic!("seed {seed}: not applied with markers") };
            let expected = oracle.relabelled(content(sandbox, &oracle.tree));
            assert_eq!(content(sandbox, &worktree_tree(sandbox)), expected, "seed {seed}: with markers");
            undo(sandbox, &before, seed);
            1
        }
    }
}

fn undo(sandbox: &Sandbox, before: &[(String, String, Vec<u8>)], seed: u64) {
    if sandbox.listing() != before {
        sandbox.undo();
    }
    let after = sandbox.listing();
    let differ = |one: &[(String, String, Vec<u8>)], other: &[(String, String, Vec<u8>)]| {
        one.iter()
            .filter(|file| !other.contains(file))
            .map(|(path, kind, bytes)| (path.clone(), kind.clone(), String::from_utf8_lossy(bytes).into_owned()))
            .collect::<Vec<_>>()
    };
    assert_eq!(differ(&after, before), differ(before, &after), "seed {seed}: the undo did not restore everything");
    assert_eq!(sandbox.leftovers(), Vec::<String>::new(), "seed {seed}");
}

/// What git says about the merge.
struct Oracle {
    tree: String,
    clean: bool,
    conflicts: BTreeSet<String>,
    labels: [(String, &'static str); 3],
}

impl Oracle {
    fn read(out: &[u8], [base, ours, theirs]: [&str; 3]) -> Self {
        let text = String::from_utf8_lossy(out);
        let mut fields = text.split('\0');
        let tree = fields.next().expect("a tree comes first").to_owned();
        let labels = [(base.to_owned(), "base"), (ours.to_owned(), "yours"), (theirs.to_owned(), "plan")];
        let mut oracle = Self { tree, clean: true, conflicts: BTreeSet::new(), labels };
        for line in fields.by_ref().take_while(|field| !field.is_empty()) {
            let path = line.split_once('\t').expect("a stage has a path").1;
            oracle.conflicts.insert(oracle.relabel(path.as_bytes()));
        }
        oracle.clean = !fields.any(|field| field.starts_with("CONFLICT ("));
        oracle
    }

    fn relabel(&self, bytes: &[u8]) -> String {
        let text = bytes.iter().map(|b| char::from(*b)).collect::<String>();
        self.labels.iter().fold(text, |text, (id, name)| text.replace(id, name))
    }

    fn relabelled(&self, content: Content) -> Content {
        let named = |text: &str| self.labels.iter().fold(text.to_owned(), |text, (id, name)| text.replace(id, name));
        content.into_iter().map(|(path, (mode, text))| (named(&path), (mode, named(&text)))).collect()
    }
}

/// Paths with mode and content, each byte a character.
type Content = BTreeMap<String, (String, String)>;

fn content(sandbox: &Sandbox, tree: &str) -> Content {
    let repo = sandbox.repo();
    let empty = Oid::from_hex("4b825dc642cb6eb9a060e54bf8d69288fbee4904").expect("git knows the empty tree");
    let tree = Oid::from_hex(tree).expect("an id");
    let files = repo.diff_trees(&empty, &tree).expect("the tree can be read");
    let file = |change: git_plandex::git::TreeChange| {
        let (mode, oid) = change.after.expect("it is in the tree");
        let text: String = repo.read_blob(&oid).expect("it is a blob").into_iter().map(char::from).collect();
        let path = String::from_utf8(change.path).expect("the names are ASCII");
        // A second `git add` may store other ends of line than a merge did; only `-text` is exact.
        let text = if path.ends_with(".rs") { text } else { text.replace("\r\n", "\n") };
        (path, (format!("{mode:?}"), text))
    };
    files.into_iter().map(file).collect()
}

/// The working tree as `git add -A` would store it.
fn worktree_tree(sandbox: &Sandbox) -> String {
    let index = sandbox.place(".git/oracle-index");
    let index = format!("GIT_INDEX_FILE={}", index.display());
    let shell = format!("cp .git/index .git/oracle-index && {index} git add -A 2>.git/oracle-said && {index} git write-tree");
    let out = std::process::Command::new("sh").args(["-c", &shell]).current_dir(&sandbox.root).output().expect("sh runs");
    assert!(out.status.success(), "{}", sandbox.read(".git/oracle-said").unwrap_or_default());
    String::from_utf8_lossy(&out.stdout).trim().to_owned()
}

fn changes(sandbox: &Sandbox, base: &str, theirs: &str) -> Vec<FileChange> {
    let repo = sandbox.repo();
    let tree = |commit: &str| repo.read_commit(&Oid::from_hex(commit).expect("an id")).expect("a commit").tree;
    let entry =
        |held: Option<(TreeMode, Oid)>| held.map(|(mode, oid)| Entry { mode: super::support::file_mode(mode), oid: id(&oid.to_string()) });
    let changes = repo.diff_trees(&tree(base), &tree(theirs)).expect("the trees can be read");
    let change = |change: git_plandex::git::TreeChange| FileChange {
        path: path(std::str::from_utf8(&change.path).expect("ASCII")),
        base: entry(change.before),
        result: entry(change.after),
    };
    changes.into_iter().map(change).collect()
}

/// Puts the user's tree on disk; `HEAD` is the base, the index either tree.
fn check_out(sandbox: &Sandbox, ours: &str, base: &str, staged: bool) {
    for entry in std::fs::read_dir(&sandbox.root).expect("it can be read").flatten().filter(|entry| entry.file_name() != ".git") {
        let place = entry.path();
        let is_dir = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if is_dir { std::fs::remove_dir_all(place) } else { std::fs::remove_file(place) }.expect("it can be removed");
    }
    std::fs::remove_dir_all(sandbox.place(".git/plandex"))
        .or_else(|error| if sandbox.exists(".git/plandex") { Err(error) } else { Ok(()) })
        .expect("it can be removed");
    drop(std::fs::remove_file(sandbox.place(".git/index")));
    sandbox.git(&["update-ref", "refs/heads/main", base]);
    // `.gitattributes` first: a checkout into an empty tree reads it from the new index anyway.
    sandbox.git(&["read-tree", "--reset", "-u", ours]);
    if !staged {
        sandbox.git(&["read-tree", base]);
    }
}

/// Stores the trees as commits, all in one call.
fn import(sandbox: &Sandbox, sides: [&Files; 3]) -> [String; 3] {
    let mut stream = Vec::new();
    for (at, files) in sides.into_iter().enumerate() {
        let head = format!("commit refs/cases/{at}\nmark :{}\ncommitter A <a@example.com> 1 +0000\ndata 1\n{at}\ndeleteall\n", at + 1);
        stream.extend_from_slice(head.as_bytes());
        for (path, (mode, bytes)) in files {
            let mode = match mode {
                FileMode::Regular => "100644",
                FileMode::Executable => "100755",
                FileMode::Symlink => "120000",
            };
            stream.extend_from_slice(format!("M {mode} inline {path}\ndata {}\n", bytes.len()).as_bytes());
            stream.extend_from_slice(bytes);
            stream.push(b'\n');
        }
        stream.extend_from_slice(b"\n");
    }
    for at in 1..=3 {
        stream.extend_from_slice(format!("get-mark :{at}\n").as_bytes());
    }
    let (code, out) = sandbox.git_bytes(&["fast-import", "--quiet", "--force"], Some(&stream));
    assert_eq!(code, 0, "{}", String::from_utf8_lossy(&out));
    let ids: Vec<String> = String::from_utf8_lossy(&out).lines().map(str::to_owned).collect();
    ids.try_into().expect("three commits")
}

const NAMES: [&str; 14] = [
    "a.txt",
    "b.txt",
    "c.md",
    "d.rs",
    "e.bin",
    "f.c",
    "src/a.txt",
    "src/b.rs",
    "src/deep/a.txt",
    "src/deep/x.md",
    "lib/a.rs",
    "lib/z.txt",
    "doc",
    "src/new",
];

fn first_files(dice: &mut Dice, group: &Group) -> Files {
    let mut files = Files::new();
    if !group.attributes.is_empty() {
        files.insert(".gitattributes".into(), (FileMode::Regular, group.attributes.into()));
    }
    for name in NAMES {
        if dice.roll(3) != 0 {
            let mode = if dice.roll(6) == 0 { FileMode::Executable } else { FileMode::Regular };
            put(&mut files, name, mode, text(dice, name));
        }
    }
    if dice.roll(3) == 0 {
        put(&mut files, "link", FileMode::Symlink, b"a.txt".to_vec());
    }
    files
}

/// A few lines; some files end without a newline, some have CRLF, some are binary.
fn text(dice: &mut Dice, name: &str) -> Vec<u8> {
    if name.ends_with(".bin") {
        return (0..40).map(|_| u8::try_from(dice.roll(256)).expect("below 256")).chain([0]).collect();
    }
    let count = 6 + dice.roll(16);
    let mut lines: Vec<String> = (0..count).map(|at| format!("{name} line {at} word {}", dice.roll(1000))).collect();
    if name.ends_with(".md") {
        lines.push("$Id$".into());
    }
    joined(&lines, dice)
}

fn joined(lines: &[String], dice: &mut Dice) -> Vec<u8> {
    let end = if dice.roll(8) == 0 { "\r\n" } else { "\n" };
    let mut text = lines.join(end);
    if dice.roll(8) != 0 {
        text.push_str(end);
    }
    text.into_bytes()
}

fn edited(files: &Files, dice: &mut Dice, user: bool) -> Files {
    let mut files = files.clone();
    for _ in 0..1 + dice.roll(4) {
        edit(&mut files, dice, user);
    }
    files
}

fn edit(files: &mut Files, dice: &mut Dice, user: bool) {
    let names: Vec<String> = files.keys().filter(|name| *name != ".gitattributes").cloned().collect();
    let Some(name) = names.get(dice.roll(names.len().max(1))).cloned() else { return };
    let (mode, bytes) = files[&name].clone();
    match dice.roll(14) {
        0..=5 if mode != FileMode::Symlink => put(files, &name, mode, lines_edited(&bytes, dice)),
        0..=5 => put(files, &name, mode, format!("target{}", dice.roll(3)).into_bytes()),
        6 => drop(files.remove(&name)),
        7 => {
            let new = NAMES[dice.roll(NAMES.len())];
            put(files, new, FileMode::Regular, text(dice, new));
        }
        8 | 9 => {
            files.remove(&name);
            let bytes = if dice.roll(2) == 0 && mode != FileMode::Symlink { lines_edited(&bytes, dice) } else { bytes };
            let to = format!("{}{}", ["moved/", "", "lib/"][dice.roll(3)], if user { "user-name" } else { "plan-name" });
            let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
            put(files, format!("{to}.{extension}").trim_end_matches('.'), mode, bytes);
        }
        10 if mode == FileMode::Regular => put(files, &name, FileMode::Executable, bytes),
        10 if mode == FileMode::Executable => put(files, &name, FileMode::Regular, bytes),
        11 => put(files, &name, FileMode::Symlink, b"b.txt".to_vec()),
        12 => {
            // A file becomes a directory.
            files.remove(&name);
            put(files, &format!("{name}/inside.txt"), FileMode::Regular, bytes);
        }
        _ => move_dir(files, dice, user),
    }
}

/// Renames all of a directory.
fn move_dir(files: &mut Files, dice: &mut Dice, user: bool) {
    let from = ["src/", "lib/", "src/deep/"][dice.roll(3)];
    let to = if user { "user-dir/" } else { "plan-dir/" };
    let names: Vec<String> = files.keys().filter(|name| name.starts_with(from)).cloned().collect();
    for name in names {
        if let Some((mode, bytes)) = files.remove(&name) {
            put(files, &name.replacen(from, to, 1), mode, bytes);
        }
    }
}

fn lines_edited(bytes: &[u8], dice: &mut Dice) -> Vec<u8> {
    let text: String = bytes.iter().map(|b| char::from(*b)).collect();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for _ in 0..1 + dice.roll(2) {
        let at = dice.roll(lines.len().max(1));
        let line = format!("new {}", dice.roll(1000));
        match dice.roll(3) {
            0 if !lines.is_empty() => lines[at] = line,
            1 if lines.len() > 2 => drop(lines.remove(at)),
            _ => lines.insert(at.min(lines.len()), line),
        }
    }
    joined(&lines, dice).into_iter().collect()
}

/// Puts a file, taking away what cannot be beside it.
fn put(files: &mut Files, name: &str, mode: FileMode, bytes: Vec<u8>) {
    let below = format!("{name}/");
    files.retain(|other, _| !other.starts_with(&below) && !name.starts_with(&format!("{other}/")));
    files.insert(name.to_owned(), (mode, bytes));
}

/// A small generator of numbers (splitmix64), the same everywhere.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % u64::try_from(sides).expect("it fits")).expect("it fits")
    }
}
