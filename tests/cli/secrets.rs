//! Keys never reach the repository, whatever the prompt and the model say.

use std::fs;
use std::path::Path;

use git_plandex::config::Api;

use crate::job;
use crate::support::{EVERY_FORMAT, Rule, Sandbox, Then};

const KEY: &str = "sk-live-4f9a8c7d6e5b";

/// A model that echoes the key wherever it can.
fn echoing() -> Vec<Rule> {
    let block = format!(
        "**Writing `key.txt`** with {KEY}\n\n- key.txt:\n\n<PlandexBlock lang=\"text\" path=\"key.txt\">\nthe key is {KEY}\n</PlandexBlock>\n\n"
    );
    vec![
        Rule::reply(format!("<planName>{KEY}</planName>")).model("names"),
        Rule::reply(format!("<commitMsg>Use {KEY}</commitMsg>")).model("commit-messages"),
        Rule::reply(format!("The key is {KEY}.\n\n### Files\n\n- `{KEY}.txt`\n\n<PlandexFinish/>\n"))
            .model("architect")
            .reasoning(KEY)
            .piece(5),
        Rule::reply(format!("### Tasks\n\n1. Write {KEY}\n- with {KEY}\nUses: `{KEY}`, `key.txt`\n\n<PlandexFinish/>\n"))
            .model("planner")
            .piece(3),
        Rule::reply(format!("{block}I am not sure.\n")).model("coder").piece(7).once(),
        Rule::reply("**Write ***** has been completed.\n").model("coder"),
        Rule::reply(format!("<reasoning>{KEY} is missing</reasoning>\n<subtaskFinished>true</subtaskFinished>")).model("auto-continue"),
    ]
}

fn sandbox(api: Api) -> Sandbox {
    let sandbox = Sandbox::new(&[("a.txt", "a\n")], echoing());
    let yml = sandbox.server.models_yml(api);
    let own = sandbox.server.environment(api).is_empty();
    sandbox.models_yml(&if own { yml.replace("base_url:", "api_key_env: SCRIPTED_SECRET, base_url:") } else { yml });
    sandbox.server.chunk(11);
    sandbox
}

/// The key in the place where a provider of the format has its secret.
fn credentials(sandbox: &Sandbox, api: Api) -> Vec<(&'static str, String)> {
    let mut env = sandbox.server.environment(api);
    for secret in ["key-of-azure", "secret-of-amazon", "secret-of-client", "token-of-mine"] {
        env.iter_mut().for_each(|(_, value)| *value = value.replace(secret, KEY));
    }
    env.push(("SCRIPTED_SECRET", KEY.to_owned()));
    if matches!(api, Api::Azure | Api::Bedrock | Api::Vertex) {
        env.pop();
    }
    env
}

/// Every file below `dir` and every object of the repository that holds the key.
fn leaks(sandbox: &Sandbox, dir: &Path) -> Vec<String> {
    let holds = |bytes: &[u8]| bytes.windows(KEY.len()).any(|part| part == KEY.as_bytes());
    let mut found = Vec::new();
    let mut left = vec![dir.to_owned()];
    while let Some(dir) = left.pop() {
        for entry in fs::read_dir(dir).expect("readable").flatten() {
            match entry.file_type().expect("known") {
                kind if kind.is_dir() => left.push(entry.path()),
                kind if kind.is_file() && holds(&fs::read(entry.path()).expect("readable")) => {
                    found.push(entry.path().display().to_string())
                }
                _ => {}
            }
        }
    }
    let list = sandbox.git(&["cat-file", "--batch-all-objects", "--batch-check=%(objectname) %(objecttype)", "--unordered"]);
    for line in list.lines() {
        let (oid, kind) = line.split_once(' ').expect("two words");
        if holds(&sandbox.git_in(&sandbox.repo, &["cat-file", kind, oid]).bytes) {
            found.push(line.to_owned());
        }
    }
    found
}

#[test]
fn a_key_that_the_prompt_and_the_model_say_is_stored_nowhere() {
    for api in EVERY_FORMAT {
        let sandbox = sandbox(api);
        let env = credentials(&sandbox, api);
        let env: Vec<(&str, &str)> = env.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let prompt = format!("Write down {KEY} please");
        let mut said = Vec::new();
        let mut run = |args: &[&str]| {
            let ran = sandbox.run_env(&env, args);
            said.push(format!("{args:?}: {}{}", ran.stdout, ran.stderr).replace(&format!("{args:?}"), ""));
            ran.code
        };
        assert_eq!(run(&["tell", &prompt, "--json", "--record", "../recording"]), 0);
        assert_eq!(run(&["load", "--note", KEY]), 0);
        assert_eq!(run(&["tasks", "edit", "1", "--title", KEY]), 1, "the task is done");
        assert_eq!(run(&["apply", "--commit"]), 1, "{api:?}: a file that lacks what the model wrote is not applied without a question");
        assert_eq!(run(&["apply", "--commit", "-y"]), 0);
        for args in
            [&["log"][..], &["convo"], &["tasks", "--json"], &["ls"], &["status"], &["models"], &["config"], &["plans"], &["show", "1"]]
        {
            assert_eq!(run(args), 0, "{args:?}");
        }
        let sent: Vec<_> = sandbox.server.requests().iter().map(|request| request.header("authorization").map(str::to_owned)).collect();
        assert!(api != Api::Openai || sent[0].as_deref() == Some(&format!("Bearer {KEY}")), "the key is in use");
        for words in &said {
            assert!(!words.contains(KEY), "{api:?}: {words}");
        }
        assert_eq!(leaks(&sandbox, &sandbox.repo), Vec::<String>::new(), "{api:?}");
        assert!(!fs::read_to_string(sandbox.beside("recording")).expect("it is there").contains(KEY), "{api:?}");
        assert_eq!(sandbox.read("key.txt"), "the key is ***\n");
    }
}

#[test]
fn the_journal_of_a_killed_reply_does_not_hold_the_key_either() {
    let sandbox = sandbox(Api::Openai);
    let text = format!("The key is {KEY}.\nThat was it.\nAnd more.\n");
    let cut = text.find("And").expect("it is there") + 2;
    sandbox.server.set(vec![
        Rule::reply(text).model("architect").break_with(cut, ": nothing more").cut_after(usize::MAX, Then::Hold).piece(4),
        Rule::reply("<planName>x</planName>").model("names"),
    ]);
    let mut command = sandbox.command(&["tell", "go", "--json"]);
    command.env("SCRIPTED_SECRET", KEY);
    let mut run = sandbox.start_command(command);
    run.wait_for_text("That was it.");
    run.kill();
    assert_eq!(leaks(&sandbox, &sandbox.repo), Vec::<String>::new());
    // Adopted without the key in the environment, there is nothing to hide any more.
    sandbox.run(&["status"]).ok();
    sandbox.run(&["load", "a.txt"]).ok();
    assert_eq!(leaks(&sandbox, &sandbox.repo), Vec::<String>::new());
    assert!(sandbox.run(&["convo"]).ok().contains("The key is ***."));
}

/// A model whose one task is answered by `code`, with the key in the environment.
fn coding(files: &[(&str, &str)], uses: &str, code: &str) -> Sandbox {
    let rules = vec![
        Rule::reply("<planName>do it</planName>").model("names"),
        Rule::reply(format!("### Files\n\n- `{uses}`\n\n<PlandexFinish/>\n")).model("architect"),
        Rule::reply(format!("### Tasks\n\n1. Do it\nUses: `{uses}`\n\n<PlandexFinish/>\n")).model("planner"),
        Rule::reply(format!("{code}\n**Do it** has been completed.\n\n<PlandexFinish/>\n")).model("coder"),
    ];
    Sandbox::new(files, rules)
}

fn block(path: &str, text: &str) -> String {
    format!("- {path}:\n\n<PlandexBlock lang=\"text\" path=\"{path}\">\n{text}</PlandexBlock>\n\n")
}

const ENV: &[(&str, &str)] = &[("ACME_API_KEY", KEY)];

#[test]
fn a_file_that_holds_a_key_is_neither_sent_nor_edited_nor_stored() {
    let held = format!("url = acme\nkey = {KEY}\nport = 1\n");
    let edits = [
        block("conf.ini", &format!("url = acme\nkey = {KEY}\nport = 2\n")),
        block("conf.ini", "url = acme\nkey = ***\nport = 2\n"),
        block("conf.ini", "# ... existing code ...\nport = 2\n"),
        "### Move Files\n- `conf.ini` → `other.ini`\n<EndPlandexFileOps/>\n".to_owned(),
        "### Remove Files\n- `conf.ini`\n<EndPlandexFileOps/>\n".to_owned(),
    ];
    for edit in edits {
        let sandbox = coding(&[("a.txt", "a\n")], "conf.ini", &(edit.clone() + &block("ok.txt", "fine\n")));
        sandbox.write("conf.ini", &held);
        let before = leaks(&sandbox, &sandbox.repo);
        sandbox.git(&["add", "conf.ini"]);
        let tell = sandbox.run_env(ENV, &["tell", "do it", "--missing=load"]);
        assert!(tell.stderr.contains("'conf.ini' holds the value of ACME_API_KEY"), "{edit}: {}", tell.stderr);
        let load = sandbox.run_env(ENV, &["load", "conf.ini"]);
        assert!(load.fails(1).contains("'conf.ini' holds the value of ACME_API_KEY, and a plan keeps no keys"));
        assert_eq!(sandbox.run_env(ENV, &["apply", "--no-commit", "-y"]).code, 0);
        assert_eq!((sandbox.read("conf.ini"), sandbox.read("ok.txt")), (held.clone(), "fine\n".into()), "{edit}");
        assert!(!sandbox.exists("other.ini"));
        assert!(sandbox.server.requests().iter().all(|request| !request.text.contains(KEY)), "no model is shown the key");
        assert_eq!(before.len(), 1);
        assert!(plan_blobs(&sandbox).iter().all(|content| !content.contains(KEY)), "{edit}: no plan holds the key");
    }
}

/// Every object that hangs below our refs.
fn plan_blobs(sandbox: &Sandbox) -> Vec<String> {
    let list = sandbox.git(&["rev-list", "--objects", "--no-object-names", "--glob=refs/plandex/*"]);
    list.lines().map(|oid| String::from_utf8_lossy(&sandbox.git_in(&sandbox.repo, &["cat-file", "-p", oid]).bytes).into_owned()).collect()
}

#[test]
fn a_proposal_in_which_a_key_was_hidden_is_in_doubt() {
    let sandbox = coding(&[("a.txt", "a\n")], "a.txt", &(block("a.txt", &format!("a\n{KEY}\n")) + &block("rule.md", "above\n\n***\n")));
    let tell = sandbox.run_env(ENV, &["tell", "do it"]);
    assert!(tell.stderr.contains("doubtful a.txt") && tell.stderr.contains("built rule.md"), "{}", tell.stderr);
    let words = sandbox.run_env(ENV, &["apply", "--no-commit"]).fails(1);
    assert!(words.contains("a.txt may be wrong: hidden-key: the reply wrote a key in use; '***' stands in its place"), "{words}");
}

#[test]
fn a_later_build_remembers_that_a_key_was_hidden() {
    let code = block("a.txt", &format!("a\nkey = {KEY}\n"));
    let doubt = "a.txt may be wrong: hidden-key: the reply wrote a key in use; '***' stands in its place";
    let sandbox = coding(&[("a.txt", "a\n")], "a.txt", &code);
    sandbox.run_env(ENV, &["tell", "do it", "--no-build"]).ok();
    for again in 0..2 {
        sandbox.run_env(ENV, &["build"]).ok();
        let words = sandbox.run_env(ENV, &["apply", "--no-commit"]).fails(1);
        assert!(words.contains(doubt), "build {again}: {words}");
    }
}

#[test]
fn a_key_that_was_hidden_before_a_kill_leaves_its_doubt() {
    let text =
        block("a.txt", &format!("a\nkey = {KEY}\nport = 1\n")) + "Now the rest.\n\n**Do it** has been completed.\n\n<PlandexFinish/>\n";
    // Killed within the block, and after it.
    for (words, told) in [("key = ", "key = ***"), ("Now the rest.", "Now the rest.")] {
        let sandbox = coding(&[("a.txt", "a\n")], "a.txt", "");
        let (begins, goes_on) = job::broken(&text, words);
        let mut rules = vec![begins.model("coder"), goes_on.model("coder")];
        rules.push(Rule::reply("### Files\n\n- `a.txt`\n\n<PlandexFinish/>\n").model("architect"));
        rules.push(Rule::reply("### Tasks\n\n1. Do it\nUses: `a.txt`\n\n<PlandexFinish/>\n").model("planner"));
        sandbox.server.set(rules);
        sandbox.run(&["new", "p"]).ok();
        let mut command = sandbox.command(&["tell", "do it", "--json"]);
        command.envs(ENV.iter().copied());
        let mut run = sandbox.start_command(command);
        run.wait_for_text(told);
        run.kill();
        sandbox.run_env(ENV, &["continue"]).ok();
        let said = sandbox.run_env(ENV, &["apply", "--no-commit"]).fails(1);
        assert!(said.contains("a.txt may be wrong: hidden-key"), "{words}: {said}");
    }
}
