//! Settings through real git config files: every scope, includes, `git -c`, worktrees.

use std::path::Path;
use std::process::Command;

use git_plandex::config::{Key, Layer, Layers, Level, Place, Settings, edit_level, edit_setting};
use git_plandex::git::{ConfigScope, Repo, config_entries, set_config};

/// Set in the child that a test runs itself again in, with an environment of its own.
const CHILD: &str = "GIT_PLANDEX_TEST_DIR";

/// Runs `body` in a child process whose git reads no configuration but that below a temporary directory.
fn hermetic(test: &str, body: fn(&Path)) {
    if let Some(dir) = std::env::var_os(CHILD) {
        return body(Path::new(&dir));
    }
    let dir = tempfile::tempdir().expect("a temporary directory");
    let exe = std::env::current_exe().expect("the test's own binary");
    let status = Command::new(exe)
        .args(["--exact", test])
        .env(CHILD, dir.path())
        .env("HOME", dir.path())
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", dir.path().join("global"))
        .env_remove("GIT_DIR")
        .env("GIT_CONFIG_PARAMETERS", "'plandex.missing'='skip'")
        .status()
        .expect("the child starts");
    assert!(status.success());
}

fn git(dir: &Path, args: &[&str]) {
    let status = Command::new("git").args(args).current_dir(dir).status().expect("git starts");
    assert!(status.success(), "git {args:?}");
}

fn repo(dir: &Path) -> Repo {
    let path = dir.join("repo");
    std::fs::create_dir_all(&path).expect("a directory");
    git(&path, &["init", "-q"]);
    Repo::discover(&path).expect("a repository")
}

fn load(repo: &Repo) -> Settings {
    let git = repo.config_entries("plandex").expect("config is read");
    Settings::load(&Layers { git: &git, plan: None, env: &|_| None, flags: &[] }).expect("valid")
}

#[test]
fn values_are_found_in_every_file_with_their_origin() {
    hermetic("values_are_found_in_every_file_with_their_origin", |dir| {
        let repo = repo(dir);
        let root = repo.work_dir().expect("a working tree").to_owned();
        std::fs::write(dir.join("included"), "[plandex]\n\tmaxReplies = 7\n\tautoBuild\n").expect("written");
        git(&root, &["config", "--global", "include.path", "included"]);
        set_config(&root, ConfigScope::Local, "plandex.editor", Some("ed -s # quiet \"x\"")).expect("set");
        let settings = load(&repo);
        assert_eq!((settings.int(Key::MaxReplies), settings.source(Key::MaxReplies).layer), (7, Layer::User));
        assert!(settings.source(Key::MaxReplies).detail.ends_with("included"));
        assert!(settings.bool(Key::AutoBuild), "a key without a value is true");
        assert_eq!(settings.text(Key::Editor), Some("ed -s # quiet \"x\""));
        assert_eq!((settings.text(Key::Missing), settings.source(Key::Missing).layer), (Some("skip"), Layer::Command), "git -c");
        assert_eq!(config_entries(Path::new("/"), "plandex").expect("outside a repository").len(), 3);
    });
}

#[test]
fn changes_are_written_where_they_belong_and_taken_back() {
    hermetic("changes_are_written_where_they_belong_and_taken_back", |dir| {
        let repo = repo(dir);
        let root = repo.work_dir().expect("a working tree");
        let write = |name: &str, value: Option<&str>, place: &Place| {
            edit_setting(name, value, place).expect("valid").write_git(root).expect("written");
        };
        write("max-replies", Some("3"), &Place::User);
        write("max-replies", Some("4"), &Place::Repository);
        write("auto-apply", Some("on"), &Place::Plan { id: "0a1b".into() });
        let local = std::fs::read_to_string(root.join(".git/config")).expect("a file");
        assert!(local.contains("[plandex]\n\tmaxReplies = 4\n[plandex \"0a1b\"]\n\tautoApply = true\n"), "{local}");
        assert_eq!(load(&repo).int(Key::MaxReplies), 4);
        write("max-replies", None, &Place::Repository);
        write("max-replies", None, &Place::Repository);
        assert_eq!(load(&repo).int(Key::MaxReplies), 3);
        write("auto-build", Some("no"), &Place::Repository);
        edit_level(Level::Full, &Place::Repository).write_git(root).expect("written");
        assert_eq!((load(&repo).level(), load(&repo).off_level()), (Level::Full, Vec::new()));
    });
}

#[test]
fn a_linked_worktree_has_its_own_layer() {
    hermetic("a_linked_worktree_has_its_own_layer", |dir| {
        let repo = repo(dir);
        let root = repo.work_dir().expect("a working tree");
        git(root, &["-c", "user.name=A", "-c", "user.email=a@example.com", "commit", "-q", "--allow-empty", "-m", "first"]);
        git(root, &["config", "extensions.worktreeConfig", "true"]);
        git(root, &["worktree", "add", "-q", "../linked"]);
        let linked = Repo::discover(&dir.join("linked")).expect("a worktree");
        set_config(root, ConfigScope::Local, "plandex.maxReplies", Some("5")).expect("set");
        set_config(&dir.join("linked"), ConfigScope::Worktree, "plandex.maxReplies", Some("6")).expect("set");
        assert_eq!((load(&repo).int(Key::MaxReplies), load(&linked).int(Key::MaxReplies)), (5, 6));
        assert_eq!(load(&linked).source(Key::MaxReplies).layer, Layer::Worktree);
    });
}
