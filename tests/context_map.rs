//! Maps of real repositories: what they hold, what they keep, how they are cut.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use git_plandex::context::{ListedPath, Project, ProjectMap, View, count_tokens, walk};
use git_plandex::git::Repo;
use git_plandex::plan::RepoPath;

struct Sandbox {
    root: PathBuf,
    _dir: tempfile::TempDir,
}

impl Sandbox {
    fn new(files: &[(&str, &str)]) -> Self {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let root = dir.path().canonicalize().expect("it exists").join("work");
        fs::create_dir(&root).expect("made");
        let sandbox = Self { root, _dir: dir };
        sandbox.git(&["init", "-q", "-b", "main"]);
        sandbox.git(&["config", "core.excludesFile", "/dev/null"]);
        files.iter().for_each(|(path, content)| sandbox.write(path, content));
        sandbox.commit();
        sandbox
    }

    fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().expect("below the root")).expect("made");
        fs::write(path, content).expect("written");
    }

    fn git(&self, args: &[&str]) {
        let identity = ["-c", "user.name=A", "-c", "user.email=a@example.com"];
        let done = Command::new("git").args(identity).args(args).current_dir(&self.root).stdin(Stdio::null()).status().expect("git starts");
        assert!(done.success(), "git {args:?}");
    }

    fn commit(&self) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", "change"]);
    }

    /// The map and how many files were looked into for it.
    fn map(&self, keep: bool) -> (ProjectMap, usize) {
        let repo = Repo::discover(&self.root).expect("a repository");
        let project = Project::survey(&repo).expect("surveyed");
        let mut parsed = 0;
        let map = ProjectMap::of_repo(&repo, project.paths().to_vec(), keep, &mut |_, all| parsed = all).expect("mapped");
        (map, parsed)
    }

    fn cache(&self) -> PathBuf {
        self.root.join(".git/plandex/cache")
    }
}

/// A Rust file that defines `name` and uses `uses`.
fn rust(name: &str, uses: &[&str]) -> String {
    let calls: String = uses.iter().map(|used| format!("    {used}();\n")).collect();
    format!("/// Does {name}.\npub fn {name}() {{\n{calls}}}\n")
}

fn cut(map: &ProjectMap, budget: u64, opened: &[&str]) -> String {
    let opened: Vec<RepoPath> = opened.iter().map(|dir| dir.parse().expect("valid")).collect();
    let listing = map.render(&View { budget, opened: &opened });
    assert!(listing.tokens <= budget, "{} of {budget}:\n{}", listing.tokens, listing.text);
    assert_eq!(listing.tokens, count_tokens(&listing.text));
    listing.text
}

#[test]
fn every_file_is_listed_with_what_it_defines() {
    let sandbox = Sandbox::new(&[("README.txt", "words\n"), ("src/a.rs", &rust("alpha", &[])), ("tool", "#!/bin/sh\nstart() { :; }\n")]);
    sandbox.write("new.py", "def fresh(x):\n    return x\n");
    let whole = sandbox.map(true).0.whole();
    assert!(whole.starts_with("README.txt (2)\nnew.py ("), "{whole}");
    for line in ["  def fresh(x)", "  pub fn alpha()  — Does alpha", "  start()"] {
        assert!(whole.lines().any(|found| found.starts_with(line)), "{line}: {whole}");
    }
}

#[test]
fn a_second_map_looks_only_into_what_has_changed() {
    let sandbox = Sandbox::new(&[("a.rs", &rust("alpha", &[])), ("b.rs", &rust("beta_one", &[])), ("c.rs", &rust("gamma", &[]))]);
    let (first, parsed) = sandbox.map(true);
    assert_eq!(parsed, 3);
    let (second, parsed) = sandbox.map(true);
    assert_eq!((parsed, second.whole()), (0, first.whole()));
    sandbox.write("b.rs", rust("beta_two", &[]));
    sandbox.write("d.rs", rust("delta", &[]));
    let (third, parsed) = sandbox.map(true);
    assert_eq!(parsed, 2, "the changed one and the new one");
    assert!(third.whole().contains("beta_two") && !third.whole().contains("beta_one"));
    assert_eq!(sandbox.map(true).1, 0, "known although nobody has staged them");
    sandbox.commit();
    assert_eq!(sandbox.map(true).1, 0, "and by the same id when somebody has");
    sandbox.write("b.rs", rust("beta_one", &[]));
    assert_eq!(sandbox.map(true).1, 0, "what was known once is known");
    sandbox.git(&["mv", "c.rs", "moved.rs"]);
    assert_eq!(sandbox.map(true).1, 0, "a move changes no content");
    sandbox.git(&["mv", "moved.rs", "moved.txt"]);
    assert!(!sandbox.map(true).0.whole().contains("gamma"), "the same text is no Rust any more");
}

#[test]
fn nothing_is_kept_on_request_and_what_is_kept_can_go() {
    let sandbox = Sandbox::new(&[("a.rs", &rust("alpha", &[]))]);
    assert_eq!(sandbox.map(false).1, 1);
    assert!(!sandbox.cache().exists());
    sandbox.map(true);
    assert!(sandbox.cache().exists());
    fs::remove_dir_all(sandbox.cache()).expect("removed");
    assert_eq!(sandbox.map(true).1, 1);
    for shard in fs::read_dir(sandbox.cache().join("symbols-1")).expect("a directory").flatten() {
        fs::write(shard.path(), b"rubbish").expect("damaged");
    }
    let (map, parsed) = sandbox.map(true);
    assert_eq!(parsed, 1);
    assert!(map.whole().contains("alpha"));
}

#[test]
fn linked_worktrees_share_what_is_known() {
    let sandbox = Sandbox::new(&[("a.rs", &rust("alpha", &[]))]);
    sandbox.map(true);
    let linked = sandbox.root.with_file_name("linked");
    sandbox.git(&["worktree", "add", "-q", linked.to_str().expect("UTF-8")]);
    let repo = Repo::discover(&linked).expect("a repository");
    let project = Project::survey(&repo).expect("surveyed");
    let mut parsed = 0;
    ProjectMap::of(&project, None, &mut |_, all| parsed = all).expect("mapped");
    assert_eq!(parsed, 0);
}

#[test]
fn maps_made_at_once_agree_and_keep_everything() {
    let files: Vec<(String, String)> = (0..40).map(|n| (format!("f{n:02}.rs"), rust(&format!("function_{n}"), &[]))).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let sandbox = Sandbox::new(&files);
    let maps: Vec<String> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| sandbox.map(true).0.whole())).collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
    });
    assert!(maps.windows(2).all(|pair| pair[0] == pair[1]));
    assert_eq!(sandbox.map(true).1, 0);
}

#[test]
fn a_map_over_its_budget_loses_the_symbols_of_what_matters_least() {
    let users: Vec<(String, String)> =
        (0..30).map(|n| (format!("user_{n:02}.rs"), rust(&format!("user_number_{n}"), &["the_core"]))).collect();
    let core = rust("the_core", &[]);
    let mut files: Vec<(&str, &str)> = users.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    files.push(("zz/core.rs", &core));
    let sandbox = Sandbox::new(&files);
    let (map, _) = sandbox.map(true);
    let all = cut(&map, 100_000, &[]);
    assert_eq!(all, map.whole(), "nothing is missing");
    let small = cut(&map, 550, &[]);
    assert!(small.contains("pub fn the_core()"), "{small}");
    assert_eq!(small.lines().filter(|line| line.contains(".rs (")).count(), 31, "every file is listed");
    assert!(small.contains("of these files define is left out)"), "{small}");
    let (again, parsed) = sandbox.map(true);
    assert_eq!((parsed, cut(&again, 550, &[])), (0, small), "importance is kept as well");
}

#[test]
fn of_equals_the_file_that_was_committed_last_counts() {
    let files: Vec<(String, String)> = (0..30).map(|n| (format!("f{n:02}.rs"), rust(&format!("function_{n}"), &[]))).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let sandbox = Sandbox::new(&files);
    sandbox.write("f17.rs", rust("function_17_newer", &[]));
    sandbox.commit();
    let text = cut(&sandbox.map(true).0, 450, &[]);
    assert!(text.contains("function_17_newer"), "{text}");
}

#[test]
fn a_huge_tree_is_shown_by_directories_which_open_on_request() {
    let names: Vec<String> = (0..40).flat_map(|dir| (0..25).map(move |n| format!("part{dir:02}/deep/file_{n:02}.rs"))).collect();
    let files: Vec<(String, String)> =
        names.iter().enumerate().map(|(n, name)| (name.clone(), rust(&format!("function_{n}"), &[]))).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let sandbox = Sandbox::new(&files);
    let (map, _) = sandbox.map(true);
    let closed = cut(&map, 1200, &[]);
    assert!(closed.contains("25 files with") && closed.contains("of 1000 files are listed"), "{closed}");
    assert!(!closed.contains("part31/deep/file_07.rs"), "{closed}");
    let open = cut(&map, 1200, &["part31"]);
    assert!(open.contains("part31/deep/file_07.rs"), "{open}");
    assert!(open.contains("pub fn function_"), "{open}");
    for budget in [0, 50, 100, 300, 700, 2000, 5000] {
        cut(&map, budget, &["part31/deep", "part05"]);
    }
}

#[test]
fn what_cannot_be_mapped_is_listed_without_symbols_and_soon() {
    let sandbox = Sandbox::new(&[("ok.rs", &rust("alpha", &[]))]);
    sandbox.write("line.json", format!("[{}1]", "1,".repeat(5 << 20)));
    sandbox.write("line.js", format!("x=[{}1]", "1,".repeat(400_000)));
    sandbox.write("deep.js", "(".repeat(100_000));
    sandbox.write("deep.json", "[".repeat(100_000));
    sandbox.write("latin.py", b"def caf\xe9(): pass\n");
    sandbox.write("zero.c", b"int a;\0\0");
    let whole = sandbox.map(true).0.whole();
    for path in ["line.json", "line.js", "deep.js", "deep.json", "latin.py", "zero.c"] {
        assert!(whole.lines().any(|line| line.starts_with(&format!("{path} ("))), "{path}");
    }
    assert!(whole.contains("pub fn alpha()"));
    assert!(whole.len() < 10_000, "no line of ten megabytes: {}", whole.len());
}

#[test]
fn a_bare_repository_is_mapped_from_its_head() {
    let sandbox = Sandbox::new(&[("src/a.rs", &rust("alpha", &[]))]);
    let bare = sandbox.root.with_file_name("bare.git");
    sandbox.git(&["clone", "-q", "--bare", ".", bare.to_str().expect("UTF-8")]);
    let repo = Repo::discover(&bare).expect("a repository");
    let map = ProjectMap::of(&Project::survey(&repo).expect("surveyed"), None, &mut |_, _| ()).expect("mapped");
    assert!(map.whole().contains("pub fn alpha()"));
}

#[test]
fn a_directory_without_a_repository_is_walked_by_the_same_rules() {
    let dir = tempfile::tempdir().expect("a directory");
    let write = |path: &str, text: &str| {
        let path = dir.path().join(path);
        fs::create_dir_all(path.parent().expect("below")).expect("made");
        fs::write(path, text).expect("written");
    };
    write("src/a.rs", &rust("alpha", &[]));
    write(".gitignore", "out/\n*.log\n");
    write("out/b.rs", "fn b() {}\n");
    write("src/x.log", "x\n");
    write("src/.plandexignore", "secret.rs\n");
    write("src/secret.rs", "fn secret() {}\n");
    write("node_modules/m/index.js", "x\n");
    std::os::unix::fs::symlink("/etc", dir.path().join("link")).expect("made");
    let names = |files: &[ListedPath]| files.iter().map(|file| file.path.to_string()).collect::<Vec<_>>();
    let found = walk(dir.path());
    assert_eq!(names(&found), [".gitignore", "src/.plandexignore", "src/a.rs"]);
    let map = ProjectMap::of_directory(Path::to_owned(dir.path()), found, &mut |_, _| ()).expect("mapped");
    assert!(map.whole().contains("pub fn alpha()"));
}
