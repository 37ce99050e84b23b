//! A repository to apply changes in, and git as the oracle beside it.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use git_plandex::git::Repo;
use git_plandex::plan::{Entry, FileMode, ObjectId, RepoPath};
use git_plandex::worktree::{self, Applied, ApplyOutcome, ConflictMode, FileChange, Request, Steps, Survey, UndoOutcome, Undone};

/// Settings of the repository itself, so that those of the machine do not matter.
const SETTINGS: &[(&str, &str)] = &[
    ("user.name", "A U Thor"),
    ("user.email", "author@example.com"),
    ("core.autocrlf", "false"),
    ("core.excludesFile", "/dev/null"),
    ("core.attributesFile", "/dev/null"),
    ("core.hooksPath", ".git/hooks"),
    ("commit.gpgSign", "false"),
    ("merge.conflictStyle", "merge"),
    ("merge.directoryRenames", "conflict"),
    ("gc.auto", "0"),
];

/// Tells no plan of what was found or done, as there is none.
pub fn untold<T>(_: &T) -> Result<(), worktree::Error> {
    Ok(())
}

/// Applies without a plan to tell of it.
pub fn apply(repo: &Repo, survey: Survey, request: &Request) -> Result<ApplyOutcome, worktree::Error> {
    worktree::apply(repo, survey, request, untold, untold)
}

/// A repository in a temporary directory.
pub struct Sandbox {
    pub root: PathBuf,
    _dir: tempfile::TempDir,
}

impl Sandbox {
    /// An empty repository.
    pub fn new() -> Self {
        Self::with(&[])
    }

    /// An empty repository made with further arguments of `git init`.
    pub fn with(args: &[&str]) -> Self {
        let dir = tempfile::tempdir().expect("a temporary directory can be made");
        let root = dir.path().canonicalize().expect("it is there").join("work");
        fs::create_dir(&root).expect("it is writable");
        let sandbox = Self { root, _dir: dir };
        sandbox.git(&[&["init", "-q", "-b", "main"], args].concat());
        for (key, value) in SETTINGS {
            sandbox.git(&["config", key, value]);
        }
        sandbox
    }

    /// A repository with one commit of these files.
    pub fn committed(files: &[(&str, &str)]) -> Self {
        let sandbox = Self::new();
        for (path, text) in files {
            sandbox.write(path, text);
        }
        sandbox.commit_all("first");
        sandbox
    }

    /// The repository as the program opens it.
    pub fn repo(&self) -> Repo {
        Repo::discover(&self.root).expect("it is a repository")
    }

    /// Runs git and returns what it printed.
    pub fn git(&self, args: &[&str]) -> String {
        let (ok, out) = self.try_git(args, None);
        assert!(ok, "git {args:?}: {out}");
        out
    }

    /// Runs git with input; says whether it succeeded.
    pub fn try_git(&self, args: &[&str], input: Option<&[u8]>) -> (bool, String) {
        let (code, out) = self.git_bytes(args, input);
        (code == 0, String::from_utf8_lossy(&out).trim_end().to_owned())
    }

    /// Runs git with input; returns its exit code and output.
    pub fn git_bytes(&self, args: &[&str], input: Option<&[u8]>) -> (i32, Vec<u8>) {
        use std::io::Write;
        let mut command = Command::new("git");
        command.args(args).current_dir(&self.root).env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null");
        command.env("GIT_AUTHOR_DATE", "1700000000 +0000").env("GIT_COMMITTER_DATE", "1700000000 +0000");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("git runs");
        let mut stdin = child.stdin.take().expect("it is piped");
        drop(stdin.write_all(input.unwrap_or_default()));
        drop(stdin);
        let out = child.wait_with_output().expect("git ends");
        let shown = if out.stdout.is_empty() { out.stderr } else { out.stdout };
        (out.status.code().unwrap_or(-1), shown)
    }

    /// Writes a file, making directories.
    pub fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let place = self.place(path);
        fs::create_dir_all(place.parent().expect("it is below the root")).expect("directories can be made");
        fs::write(place, text).expect("the file can be written");
    }

    /// Sets or clears the executable bit.
    pub fn chmod(&self, path: &str, mode: u32) {
        fs::set_permissions(self.place(path), fs::Permissions::from_mode(mode)).expect("the mode can be set");
    }

    /// Makes a symbolic link.
    pub fn link(&self, path: &str, target: &str) {
        let place = self.place(path);
        fs::create_dir_all(place.parent().expect("it is below the root")).expect("directories can be made");
        symlink(target, place).expect("the link can be made");
    }

    /// Removes a file.
    pub fn remove(&self, path: &str) {
        fs::remove_file(self.place(path)).expect("the file is there");
    }

    /// The text of a file; `None` when there is none.
    pub fn read(&self, path: &str) -> Option<String> {
        fs::read(self.place(path)).ok().map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Whether there is anything at the path.
    pub fn exists(&self, path: &str) -> bool {
        self.place(path).symlink_metadata().is_ok()
    }

    /// The permission bits.
    pub fn mode(&self, path: &str) -> u32 {
        self.place(path).symlink_metadata().expect("the file is there").permissions().mode() & 0o777
    }

    pub fn place(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// Commits everything that is in the working tree.
    pub fn commit_all(&self, message: &str) -> String {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", message]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// The id of the user's commit.
    pub fn head(&self) -> ObjectId {
        id(&self.git(&["rev-parse", "HEAD"]))
    }

    /// Stores a text and returns its entry.
    pub fn entry(&self, text: impl AsRef<[u8]>) -> Entry {
        self.entry_of(FileMode::Regular, text)
    }

    /// Stores bytes and returns their entry with this mode.
    pub fn entry_of(&self, mode: FileMode, bytes: impl AsRef<[u8]>) -> Entry {
        let (ok, oid) = self.try_git(&["hash-object", "-w", "--stdin"], Some(bytes.as_ref()));
        assert!(ok, "{oid}");
        Entry { mode, oid: id(&oid) }
    }

    /// A change from what is stored of the file now to a new text.
    pub fn change(&self, path: &str, result: Option<&str>) -> FileChange {
        let path = self::path(path);
        let stored = self.repo().store_worktree_file(path.as_bytes()).expect("the file can be read");
        let base = stored.map(|(mode, oid)| Entry { mode: file_mode(mode), oid: id(&oid.to_string()) });
        let mode = base.as_ref().map_or(FileMode::Regular, |base| base.mode);
        let result = result.map(|text| self.entry_of(mode, text));
        FileChange { path, base, result }
    }

    pub fn survey(&self, changes: &[FileChange]) -> Survey {
        let head = self.try_git(&["rev-parse", "--verify", "-q", "HEAD"], None);
        let head = head.0.then(|| id(&head.1));
        worktree::survey(&self.repo(), changes, head.as_ref()).expect("the files can be surveyed")
    }

    /// Applies the changes, which must work.
    pub fn apply(&self, changes: &[FileChange]) -> Applied {
        match self.try_apply(changes, ConflictMode::Stop) {
            ApplyOutcome::Applied(applied) => applied,
            other => panic!("{other:?}"),
        }
    }

    pub fn try_apply(&self, changes: &[FileChange], conflicts: ConflictMode) -> ApplyOutcome {
        let survey = self.survey(changes);
        apply(&self.repo(), survey, &request(conflicts)).expect("the apply works")
    }

    /// Takes the last apply back, which must work.
    pub fn undo(&self) -> Undone {
        match self.try_undo() {
            UndoOutcome::Undone(undone) => undone,
            other => panic!("{other:?}"),
        }
    }

    pub fn try_undo(&self) -> UndoOutcome {
        worktree::undo(&self.repo(), "2026-01-01T00:00:00Z", &Steps::default(), untold, untold).expect("the undo works")
    }

    /// Everything in the working tree: path, kind or permissions, bytes; empty directories too.
    pub fn listing(&self) -> Vec<(String, String, Vec<u8>)> {
        let mut found = Vec::new();
        list(&self.root, &self.root, &mut found);
        found.sort();
        found
    }

    /// What is left in the git directory by an apply that has not ended well.
    pub fn leftovers(&self) -> Vec<String> {
        let dir = self.root.join(".git/plandex");
        let names =
            |dir: PathBuf| fs::read_dir(dir).into_iter().flatten().flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
        let mut left: Vec<String> = names(dir.join("apply")).filter(|name| !["lock", "last", "earlier"].contains(&name.as_str())).collect();
        left.extend(names(dir.join("scratch")));
        left
    }
}

fn list(root: &Path, dir: &Path, found: &mut Vec<(String, String, Vec<u8>)>) {
    for entry in fs::read_dir(dir).expect("the directory can be read").flatten() {
        let place = entry.path();
        let name = place.strip_prefix(root).expect("it is below").to_string_lossy().into_owned();
        let meta = place.symlink_metadata().expect("it is there");
        if name == ".git" {
            continue;
        }
        if meta.is_dir() {
            found.push((name, "dir".into(), Vec::new()));
            list(root, &place, found);
        } else if meta.is_symlink() {
            let target = fs::read_link(&place).expect("it is a link");
            found.push((name, "link".into(), target.to_string_lossy().into_owned().into_bytes()));
        } else {
            found.push((name, format!("{:o}", meta.permissions().mode() & 0o777), fs::read(&place).expect("it can be read")));
        }
    }
}

/// A request with these ways about conflicts.
pub fn request(conflicts: ConflictMode) -> Request {
    let state = id("1111111111111111111111111111111111111111");
    Request { conflicts, plan: "an-id".into(), label: "x/main".into(), state, now: "2026-01-01T00:00:00Z".into(), steps: Steps::default() }
}

pub fn path(text: &str) -> RepoPath {
    RepoPath::from_bytes(text.as_bytes()).expect("the path is valid")
}

pub fn id(hex: &str) -> ObjectId {
    ObjectId::from_hex(hex).expect("it is an object id")
}

pub fn file_mode(mode: git_plandex::git::TreeMode) -> FileMode {
    use git_plandex::git::TreeMode;
    match mode {
        TreeMode::Executable => FileMode::Executable,
        TreeMode::Symlink => FileMode::Symlink,
        _ => FileMode::Regular,
    }
}

/// A text of numbered lines, some of them replaced.
pub fn lines(count: usize, replaced: &[(usize, &str)]) -> String {
    let line = |at: usize| replaced.iter().find(|(n, _)| *n == at).map_or_else(|| format!("line {at}"), |(_, text)| (*text).to_owned());
    (1..=count).map(|at| line(at) + "\n").collect()
}
