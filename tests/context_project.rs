//! The files that a model may know of, and reading them, in real repositories.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use git_plandex::context::{Body, ContextError, FileContent, IgnoredBy, Project, current_ids};
use git_plandex::git::Repo;
use git_plandex::plan::RepoPath;

/// A repository in a temporary directory, with settings that make those of the machine not matter.
struct Sandbox {
    root: PathBuf,
    _dir: tempfile::TempDir,
}

impl Sandbox {
    fn new(files: &[(&str, &[u8])]) -> Self {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let root = dir.path().canonicalize().expect("it exists").join("work");
        fs::create_dir(&root).expect("made");
        let sandbox = Self { root, _dir: dir };
        sandbox.git(&["init", "-q", "-b", "main"]);
        for (key, value) in [("core.excludesFile", "/dev/null"), ("core.attributesFile", "/dev/null"), ("core.autocrlf", "false")] {
            sandbox.git(&["config", key, value]);
        }
        files.iter().for_each(|(path, content)| sandbox.write(path, content));
        sandbox
    }

    fn write(&self, path: &str, content: &[u8]) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().expect("below the root")).expect("made");
        fs::write(path, content).expect("written");
    }

    fn git(&self, args: &[&str]) -> String {
        let identity = ["-c", "user.name=A", "-c", "user.email=a@example.com"];
        let out = Command::new("git").args(identity).args(args).current_dir(&self.root).stdin(Stdio::null()).output().expect("git starts");
        assert!(out.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8(out.stdout).expect("text").trim_end().to_owned()
    }

    fn commit(&self) {
        self.git(&["add", "-A", "-f"]);
        self.git(&["commit", "-q", "-m", "first"]);
    }

    fn repo(&self) -> Repo {
        Repo::discover(&self.root).expect("a repository")
    }

    /// How many blobs git holds.
    fn blobs(&self) -> usize {
        self.git(&["cat-file", "--batch-all-objects", "--batch-check=%(objecttype)"]).lines().filter(|kind| *kind == "blob").count()
    }
}

fn path(text: &str) -> RepoPath {
    text.parse().expect("valid")
}

fn names(project: &Project<'_>) -> Vec<String> {
    project.paths().iter().map(|listed| listed.path.to_string()).collect()
}

fn read(repo: &Repo, name: &str, forced: bool) -> Result<FileContent, ContextError> {
    let project = Project::survey(repo).expect("surveyed");
    project.read(&[path(name)], forced, &|_| None).expect("read").pop().expect("one answer")
}

#[test]
fn the_project_is_what_git_knows_without_what_is_ignored() {
    let sandbox = Sandbox::new(&[
        ("src/main.rs", b"fn main() {}\n"),
        ("src/ä b.rs", b"x"),
        ("data/big.csv", b"1,2"),
        ("node_modules/x/index.js", b"x"),
        ("gone.txt", b"x"),
    ]);
    sandbox.commit();
    sandbox.write("new.rs", b"new");
    sandbox.write(".gitignore", b"*.log\n");
    sandbox.write("a.log", b"x");
    sandbox.write("data/.plandexignore", b"*.csv\n");
    fs::remove_file(sandbox.root.join("gone.txt")).expect("removed");
    std::os::unix::fs::symlink("/etc/passwd", sandbox.root.join("link")).expect("made");
    let repo = sandbox.repo();
    let project = Project::survey(&repo).expect("surveyed");
    assert_eq!(names(&project), [".gitignore", "data/.plandexignore", "new.rs", "src/main.rs", "src/ä b.rs"]);
    assert_eq!(project.paths()[3].bytes, 13);
    let below: Vec<_> = project.below(&path("src")).map(ToString::to_string).collect();
    assert_eq!(below, ["src/main.rs", "src/ä b.rs"]);
}

#[test]
fn an_ignored_file_is_neither_read_nor_stored_unless_a_person_forces_it() {
    let sandbox = Sandbox::new(&[(".gitignore", b"secret.env\n"), (".plandexignore", b"private/\n"), ("a.txt", b"a")]);
    sandbox.commit();
    sandbox.write("secret.env", b"KEY=1");
    sandbox.write("private/notes.md", b"notes");
    sandbox.write("vendor/lib.go", b"package lib");
    let (repo, before) = (sandbox.repo(), sandbox.blobs());
    for (name, by) in [("secret.env", IgnoredBy::Git), ("private/notes.md", IgnoredBy::Ours), ("vendor/lib.go", IgnoredBy::Directory)] {
        assert_eq!(read(&repo, name, false), Err(ContextError::Ignored { path: path(name), by }), "{name}");
    }
    assert_eq!(sandbox.blobs(), before, "nothing was stored");
    let forced = read(&repo, "secret.env", true).expect("forced");
    assert_eq!(sandbox.git(&["cat-file", "blob", forced.oid.as_str()]), "KEY=1");
    let message = read(&repo, "private/notes.md", false).expect_err("ignored").to_string();
    assert_eq!(message, "'private/notes.md' is ignored by .plandexignore");
}

#[test]
fn what_is_no_text_of_this_repository_is_refused_and_not_stored() {
    let sandbox = Sandbox::new(&[
        ("logo.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0"),
        ("a.out", b"\x7fELF\0\0"),
        ("latin.txt", b"caf\xe9\n"),
        ("dir/a.txt", b"a"),
        ("inner/x.txt", b"x"),
    ]);
    sandbox.git(&["init", "-q", "inner"]);
    std::os::unix::fs::symlink("/etc/passwd", sandbox.root.join("link")).expect("made");
    std::os::unix::fs::symlink("/etc", sandbox.root.join("out")).expect("made");
    let big = fs::File::create(sandbox.root.join("big.txt")).expect("made");
    big.set_len(26_214_401).expect("sparse");
    let (repo, before) = (sandbox.repo(), sandbox.blobs());
    let cases = [
        ("a.out", "'a.out' is binary; only text can be loaded"),
        ("logo.png", "'logo.png' is no picture that can be read"),
        ("latin.txt", "'latin.txt' is not UTF-8 text: byte 3 begins no character"),
        ("dir", "'dir' is a directory"),
        ("no.txt", "'no.txt' does not exist"),
        ("a/b.txt", "'a/b.txt' does not exist"),
        ("link", "'link' is a symbolic link; load the file that it leads to"),
        ("out/passwd", "'out/passwd' is behind the symbolic link 'out'"),
        ("inner/x.txt", "'inner/x.txt' belongs to the nested repository 'inner'"),
        ("big.txt", "'big.txt' has 26214401 bytes; one item may have at most 26214400"),
    ];
    for (name, message) in cases {
        assert_eq!(read(&repo, name, true).map_err(|error| error.to_string()), Err(message.into()), "{name}");
    }
    assert_eq!(sandbox.blobs(), before, "nothing was stored");
}

#[test]
fn a_body_is_what_git_add_would_store() {
    let sandbox =
        Sandbox::new(&[(".gitattributes", b"*.bat eol=crlf\n*.u16 working-tree-encoding=UTF-16LE-BOM\n"), ("a.bat", b"one\r\ntwo\r\n")]);
    sandbox.write("b.u16", &"\u{feff}h\u{e9}\n".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>());
    let repo = sandbox.repo();
    for (name, text) in [("a.bat", "one\ntwo\n"), ("b.u16", "h\u{e9}\n")] {
        let content = read(&repo, name, false).expect("text");
        assert_eq!(content.body, Body::Text(text.into()));
        assert_eq!(content.oid.as_str(), sandbox.git(&["hash-object", name]), "as git would");
    }
}

#[test]
fn the_present_ids_tell_what_has_changed_without_storing_anything() {
    let sandbox = Sandbox::new(&[("a.txt", b"a"), ("b.txt", b"b")]);
    sandbox.commit();
    sandbox.write("b.txt", b"changed");
    let (repo, before) = (sandbox.repo(), sandbox.blobs());
    let ids = current_ids(&repo, &[path("a.txt"), path("none"), path("b.txt")]).expect("looked at");
    let shown: Vec<_> = ids.iter().map(|id| id.as_ref().map(ToString::to_string)).collect();
    assert_eq!(shown, [Some(sandbox.git(&["hash-object", "a.txt"])), None, Some(sandbox.git(&["hash-object", "b.txt"]))]);
    assert_eq!(sandbox.blobs(), before);
}

#[test]
fn a_bare_repository_shows_its_head() {
    let sandbox = Sandbox::new(&[("src/a.rs", b"fn a() {}\n"), (".plandexignore", b"*.csv\n"), ("x.csv", b"1")]);
    std::os::unix::fs::symlink("src/a.rs", sandbox.root.join("link")).expect("made");
    sandbox.commit();
    sandbox.git(&["clone", "-q", "--bare", ".", "../bare.git"]);
    let repo = Repo::discover(&Path::new(&sandbox.root).with_file_name("bare.git")).expect("bare");
    let project = Project::survey(&repo).expect("surveyed");
    assert_eq!(names(&project), [".plandexignore", "src/a.rs"]);
    assert_eq!(project.paths()[1].bytes, 10);
    assert_eq!(read(&repo, "src/a.rs", false).expect("text").body, Body::Text("fn a() {}\n".into()));
    assert_eq!(read(&repo, "link", true), Err(ContextError::Symlink(path("link"))));
    assert!(matches!(read(&repo, "x.csv", false), Err(ContextError::Ignored { by: IgnoredBy::Ours, .. })));
}

#[test]
fn an_empty_repository_has_an_empty_project() {
    let sandbox = Sandbox::new(&[]);
    let repo = sandbox.repo();
    assert!(names(&Project::survey(&repo).expect("surveyed")).is_empty());
}

#[test]
fn an_ignore_file_counts_in_every_directory_even_if_git_ignores_it() {
    let sandbox =
        Sandbox::new(&[(".gitignore", b".plandexignore\n"), ("a/b/keep.txt", b"x"), ("a/b/drop.txt", b"x"), ("a/drop.txt", b"x")]);
    sandbox.git(&["add", "-A"]);
    sandbox.write("a/b/.plandexignore", b"/drop.txt\n");
    let repo = sandbox.repo();
    assert_eq!(names(&Project::survey(&repo).expect("surveyed")), [".gitignore", "a/b/keep.txt", "a/drop.txt"]);
    sandbox.write("a/.plandexignore", b"b/\n");
    assert_eq!(names(&Project::survey(&repo).expect("surveyed")), [".gitignore", "a/drop.txt"]);
}
