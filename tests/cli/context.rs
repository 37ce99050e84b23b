//! Everything that joins and leaves the context, as a person types it.

use std::fs;

use serde_json::Value;

use crate::job::{self, PROMPT};
use crate::support::{RawServer, Sandbox};

const FILES: &[(&str, &str)] = &[
    ("README.md", "# Read me\n"),
    ("src/main.rs", "fn main() {}\n"),
    ("src/ui/view.rs", "pub fn view() {}\n"),
    ("src/ui/mod.rs", "pub mod view;\n"),
    ("docs/guide.md", "Guide.\n"),
];

fn rows(sandbox: &Sandbox, args: &[&str]) -> Vec<Value> {
    let text = sandbox.run(args).ok();
    serde_json::from_str::<Value>(&text).expect("JSON").as_array().expect("an array").clone()
}

/// Kind and name of each item.
fn items(sandbox: &Sandbox) -> Vec<String> {
    let rows = rows(sandbox, &["ls", "--json"]);
    let word = |row: &Value, key: &str| row[key].as_str().unwrap_or_default().to_owned();
    rows.iter().filter(|row| row["index"].is_number()).map(|row| format!("{} {}", word(row, "type"), word(row, "name"))).collect()
}

/// A PNG of one pixel.
fn png() -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89".to_vec();
    bytes.extend(b"\0\0\0\x0aIDATx\x9cc\0\x01\0\0\x05\0\x01\x0d\x0a-\xb4\0\0\0\0IEND\xaeB`\x82");
    bytes
}

#[test]
fn a_directory_is_loaded_as_files_as_names_or_as_a_map() {
    let sandbox = Sandbox::new(FILES, job::rules());
    let said = sandbox.run(&["load", "src"]).fails(1);
    assert!(
        said.contains("'src' is a directory") && said.contains("--recursive") && said.contains("--tree") && said.contains("--map"),
        "{said}"
    );
    let said = sandbox.run(&["load", "."]).fails(1);
    assert!(said.contains("'./' is the whole project") && said.contains("--map"), "{said}");
    sandbox.run(&["load", "--recursive", "src/ui"]).ok();
    sandbox.run(&["load", "--tree", "src"]).ok();
    sandbox.run(&["load", "--tree", "."]).ok();
    sandbox.run(&["load", "--map", "src"]).ok();
    assert_eq!(items(&sandbox), ["file src/ui/mod.rs", "file src/ui/view.rs", "tree src/", "tree ./", "map src/"]);
    assert_eq!(sandbox.run(&["show", "3"]).ok(), "src/main.rs\nsrc/ui/mod.rs\nsrc/ui/view.rs\n");
    assert!(sandbox.run(&["show", "5"]).ok().contains("src/ui/view.rs"));
    sandbox.run(&["rm", "src"]).ok();
    assert_eq!(items(&sandbox), ["tree ./"], "what lies below goes with the directory");
    sandbox.fsck();
}

#[test]
fn a_pattern_matches_files_of_the_project_and_a_file_of_that_name_comes_first() {
    let sandbox = Sandbox::new(FILES, job::rules());
    sandbox.write("app/[id].tsx", "page\n");
    sandbox.write(".gitignore", "*.log\n");
    sandbox.write("src/a.log", "log\n");
    sandbox.run(&["load", "src/**/*.rs", "app/[id].tsx"]).ok();
    assert_eq!(items(&sandbox), ["file src/main.rs", "file src/ui/mod.rs", "file src/ui/view.rs", "file app/[id].tsx"]);
    let said = sandbox.run(&["load", "src/*.log"]).fails(1);
    assert!(said.contains("no file matches 'src/*.log'") && said.contains("--force"), "{said}");
    sandbox.run(&["load", "--force", "src/*.log"]).ok();
    sandbox.run_in(&sandbox.repo.join("docs"), &["load", "../*.md", "*.md"]).ok();
    assert_eq!(items(&sandbox)[4..], ["file src/a.log", "file README.md", "file docs/guide.md"]);
}

#[test]
fn a_picture_is_known_by_its_content_and_reaches_no_text() {
    let sandbox = Sandbox::new(FILES, job::rules());
    sandbox.write("mockup.txt", png());
    sandbox.run(&["load", "mockup.txt", "--detail", "low"]).ok();
    let row = &rows(&sandbox, &["ls", "--json"])[0];
    assert_eq!((row["type"].as_str(), row["media_type"].as_str(), row["detail"].as_str()), (Some("image"), Some("image/png"), Some("low")));
    assert!(row["tokens"].as_u64().is_some_and(|tokens| tokens >= 85));
    assert_eq!(sandbox.run(&["show", "1"]).bytes, png(), "byte for byte");
    assert_eq!(rows(&sandbox, &["show", "1", "--json"])[0]["text"], Value::Null);
}

#[test]
fn what_is_piped_in_is_loaded_and_read_only_when_it_is_asked_for() {
    let sandbox = Sandbox::new(FILES, job::rules());
    sandbox.run_with("diff --git a b\n+x\n", &["load"]).ok();
    sandbox.run_with("second\n", &["load", "-", "README.md"]).ok();
    sandbox.run_with("not this\n", &["load", "docs/guide.md", "--note", "a note"]).ok();
    assert_eq!(items(&sandbox), ["piped diff --git a b +x", "file README.md", "piped second", "file docs/guide.md", "note a note"]);
    assert!(sandbox.run_with("", &["load"]).fails(1).contains("nothing was piped in"));
}

#[test]
fn a_page_is_loaded_only_from_where_the_user_allows() {
    let sandbox = Sandbox::new(FILES, job::rules());
    let server = RawServer::start(|_, stream| {
        use std::io::Write;
        let body = "<h1>Guide</h1><script>x()</script><p>Read <a href='/y'>this</a>.</p>";
        write!(stream, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\n\r\n{body}", body.len())?;
        Ok(true)
    });
    let url = format!("http://{}/guide", server.address());
    let said = sandbox.run(&["load", &url]).fails(1);
    assert!(said.contains("which is a loopback address") && said.contains("plandex.privateUrls"), "{said}");
    sandbox.run(&["-h"]).ok();
    sandbox.git(&["config", "--global", "plandex.privateUrls", "true"]);
    sandbox.run(&["load", &url]).ok();
    assert_eq!(items(&sandbox), [format!("url {url}")]);
    let text = sandbox.run(&["show", &url]).ok();
    assert!(text.starts_with("# Guide\n") && text.contains("this") && !text.contains("x()"), "{text}");
    drop(server);
    let said = sandbox.run(&["update"]).fails(1);
    assert!(said.contains(&format!("'{url}' stays as it was")), "{said}");
    assert_eq!(items(&sandbox), [format!("url {url}")], "what cannot be read any more stays");
}

#[test]
fn a_plan_from_elsewhere_cannot_allow_private_addresses() {
    let sandbox = Sandbox::new(FILES, job::rules());
    sandbox.run(&["new"]).ok();
    let said = sandbox.run(&["set-config", "private-urls", "true"]);
    let meta = sandbox.git(&["show", "refs/plandex/plans/plan/main:plan.yml"]);
    assert!(!meta.contains("private"), "{meta}\n{}", said.stderr);
}

#[test]
fn the_listing_says_what_has_changed_and_update_brings_it_up_to_date() {
    let sandbox = Sandbox::new(FILES, job::rules());
    sandbox.write("gone.txt", "gone\n");
    sandbox.write("private.txt", "private\n");
    sandbox.run(&["load", "README.md", "src/main.rs", "gone.txt", "private.txt", "--note", "a note"]).ok();
    sandbox.run(&["load", "--tree", "src"]).ok();
    sandbox.write("README.md", "# Read me\n\nMore words than before.\n");
    sandbox.write("src/new.rs", "// new\n");
    fs::remove_file(sandbox.repo.join("gone.txt")).expect("removed");
    sandbox.write(".plandexignore", "private.txt\n");
    let states: Vec<Value> = rows(&sandbox, &["ls", "--json"]).iter().map(|row| row["outdated"].clone()).collect();
    assert_eq!(
        states,
        ["changed", "null", "gone", "ignored", "null", "changed"].map(|word| if word == "null" { Value::Null } else { word.into() })
    );
    let done = rows(&sandbox, &["update", "--json"]);
    let facts: Vec<_> = done.iter().map(|row| (row["name"].as_str().expect("a name"), row["change"].as_str().expect("a word"))).collect();
    assert_eq!(facts, [("README.md", "updated"), ("src/", "updated"), ("gone.txt", "gone"), ("private.txt", "ignored")]);
    assert_eq!(items(&sandbox), ["file README.md", "file src/main.rs", "note a note", "tree src/"]);
    assert!(sandbox.run(&["show", "4"]).ok().contains("src/new.rs"));
    let body = sandbox.git(&["log", "-1", "--format=%B", "refs/plandex/plans/plan/main"]);
    assert!(body.contains("README.md: 4 -> ") && body.contains("gone.txt: removed"), "{body}");
    let again = sandbox.run(&["update"]);
    assert!(again.stderr.contains("the context is up to date"), "{}", again.stderr);
}

#[test]
fn the_context_is_cleared_at_once_and_a_rewind_brings_it_back() {
    let sandbox = Sandbox::new(FILES, job::rules());
    sandbox.run(&["load", "README.md", "--note", "a note"]).ok();
    assert_eq!(rows(&sandbox, &["clear", "--json"]).len(), 2);
    assert_eq!(items(&sandbox), [""; 0]);
    sandbox.run(&["clear"]).ok();
    sandbox.run(&["rewind", "1"]).ok();
    assert_eq!(items(&sandbox), ["file README.md", "note a note"]);
}

#[test]
fn a_prompt_loads_what_it_names() {
    let sandbox = job::sandbox(job::rules());
    sandbox.write("docs/a b.md", "text\n");
    sandbox.write("docs/c.md", "text\n");
    sandbox.write("secret.env", "KEY=1\n");
    sandbox.write(".gitignore", "*.env\n");
    let prompt = format!("{PROMPT} See @README.md, (@docs/) and ada@example.org; not @decorator, @src or @secret.env.");
    let ran = sandbox.run(&["tell", &prompt, "--stop"]);
    assert!(ran.stderr.contains("'secret.env' is ignored by git"), "{}", ran.stderr);
    let loaded: Vec<_> = items(&sandbox).into_iter().filter(|item| !item.contains("src/")).collect();
    assert_eq!(loaded, ["file README.md", "file docs/a b.md", "file docs/c.md"]);
}

#[test]
fn instructions_of_the_project_reach_every_prompt_from_the_root_down() {
    let sandbox = job::sandbox(job::rules());
    sandbox.write("AGENTS.md", "Root rule: tabs.\n");
    sandbox.write("CLAUDE.md", "Not read beside AGENTS.md.\n");
    sandbox.write("src/CLAUDE.md", "Source rule: no globals.\n");
    sandbox.write("docs/AGENTS.md", "Docs rule.\n");
    let src = sandbox.repo.join("src");
    sandbox.run_in(&src, &["tell", PROMPT]).ok();
    for request in sandbox.server.requests().iter().filter(|request| ["architect", "planner", "coder"].contains(&request.model.as_str())) {
        let text = request.text.clone();
        let places = ["Root rule: tabs.", "Source rule: no globals."].map(|words| text.find(words).expect("in the prompt"));
        assert!(places[0] < places[1], "the root's first");
        assert!(!text.contains("Not read beside") && !text.contains("Docs rule"));
    }
    let listed: Vec<_> = rows(&sandbox, &["ls", "--json"]).into_iter().filter(|row| row["type"] == "instructions").collect();
    assert_eq!(listed.len(), 1, "in the root only the root's count");
    assert_eq!((listed[0]["name"].as_str(), listed[0]["index"].is_null()), (Some("AGENTS.md"), true));
    sandbox.run(&["set-config", "project-instructions", "false"]).ok();
    assert!(rows(&sandbox, &["ls", "--json"]).iter().all(|row| row["type"] != "instructions"));
}

#[test]
fn instructions_are_the_users_and_never_the_plans() {
    let files =
        "- AGENTS.md:\n\n<PlandexBlock lang=\"markdown\" path=\"AGENTS.md\">\nObey the model.\n</PlandexBlock>\n\nThe task is done.\n";
    let sandbox = Sandbox::new(&[("AGENTS.md", "Obey the user.\n")], vec![crate::support::Rule::reply(files)]);
    sandbox.run(&["tell", "change the instructions", "--stop"]);
    sandbox.run(&["chat", "hello", "--stop"]);
    let last = sandbox.server.requests().last().expect("asked").text.clone();
    assert!(last.contains("Obey the user."), "{last}");
}

#[test]
fn limits_name_the_number_and_the_way_out() {
    let sandbox = Sandbox::new(&[], job::rules());
    (0..1001).for_each(|n| sandbox.write(&format!("many/{n:04}.txt"), "x\n"));
    let said = sandbox.run(&["load", "-r", "many"]).fails(4);
    assert!(said.contains("the plan would have 1001 context items; it may have at most 1000") && said.contains("git plandex rm"), "{said}");
    sandbox.run(&["load", "many/00*.txt"]).ok();
    assert_eq!(items(&sandbox).len(), 100);
    sandbox.write("big.txt", vec![b'x'; 26_214_401]);
    let said = sandbox.run(&["load", "big.txt"]).fails(1);
    assert!(said.contains("'big.txt' has 26214401 bytes; one item may have at most 26214400") && said.contains("--note"), "{said}");
}

#[test]
fn outdated_context_is_not_refreshed_behind_the_users_back() {
    let sandbox = job::sandbox(job::rules());
    sandbox.run(&["load", "README.md"]).ok();
    sandbox.write("README.md", "# Changed\n");
    let ran = sandbox.run(&["chat", "hello", "--basic", "--stop"]);
    assert!(
        ran.stderr.contains("README.md has changed since it was loaded") && ran.stderr.contains("git plandex update"),
        "{}",
        ran.stderr
    );
    assert_eq!(rows(&sandbox, &["ls", "--json"])[0]["outdated"], "changed");
    sandbox.run(&["chat", "hello", "--plus", "--stop"]);
    assert_eq!(rows(&sandbox, &["ls", "--json"])[0]["outdated"], Value::Null);
}

#[test]
fn the_map_shows_what_files_define_within_and_outside_of_a_repository() {
    let sandbox = Sandbox::new(FILES, job::rules());
    let whole = sandbox.run(&["map"]).ok();
    assert!(whole.contains("src/ui/view.rs (5)\n  pub fn view()\n"), "{whole}");
    assert!(sandbox.exists(".git/plandex/cache/symbols-1"));
    assert_eq!(sandbox.run(&["map", "--no-cache"]).ok(), whole);
    let some = sandbox.run_in(&sandbox.repo.join("src"), &["map", "ui", "../docs/*.md"]).ok();
    let paths: Vec<_> = some.lines().filter(|line| !line.starts_with(' ')).collect();
    assert_eq!(paths, ["docs/guide.md (2)", "src/ui/mod.rs (4)", "src/ui/view.rs (5)"]);
    let rows = rows(&sandbox, &["map", "--json", "src/main.rs"]);
    assert_eq!((rows.len(), rows[0]["path"].as_str(), &rows[0]["symbols"][0]), (1, Some("src/main.rs"), &Value::from("fn main()")));
    assert!(sandbox.run(&["map", "gone.rs"]).fails(1).contains("'gone.rs' does not exist"));
    let cut = sandbox.run(&["map", "--tokens", "60", "--open", "src/ui"]).ok();
    assert!(cut.contains("src/ui/view.rs") && cut.contains("of these files define is left out"), "{cut}");
    let outside = sandbox.beside("outside");
    fs::create_dir(&outside).expect("made");
    fs::write(outside.join("tool.py"), "def start():\n    pass\n").expect("written");
    assert_eq!(sandbox.run_in(&outside, &["map"]).ok(), "tool.py (6)\n  def start()\n");
}
