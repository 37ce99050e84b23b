//! What the architect is shown, and what becomes of its choice; read from the requests that the server received.

use git_plandex::context::count_tokens;

use crate::job::{self, CODE, PROMPT, TASKS};
use crate::support::{Recorded, Rule, Sandbox};

/// What the scripted models take besides their answers, with the padding of a model that nobody knows.
const BUDGET: u64 = 92_000 / 100 * 95 * 100 / 130;

/// A list of files as an architect answers it.
fn choice(lines: &[&str]) -> String {
    let list: String = lines.iter().map(|line| format!("- {line}\n")).collect();
    format!("It takes place here.\n\n### Categories\n\n- All\n\n### Files\n\nAll:\n{list}\n<PlandexFinish/>\n")
}

fn of<'a>(requests: &'a [Recorded], model: &str) -> Vec<&'a Recorded> {
    requests.iter().filter(|request| request.model == model).collect()
}

/// The paths of the files that a request shows, in order.
fn shown(request: &Recorded) -> Vec<&str> {
    request.text.split("<file path=\"").skip(1).map(|rest| rest.split_once('"').expect("a path ends").0).collect()
}

fn map(request: &Recorded) -> &str {
    let (_, rest) = request.text.split_once("<map>\n").expect("a map");
    rest.split_once("</map>").expect("it ends").0
}

const ONE_TASK: &str = "Done soon.\n\n### Tasks\n\n1. Do it\n- It\nUses: `a.txt`\n\n<PlandexFinish/>\n";

/// A rule of the prompt with a project that it is about, a prompt, and the files that follow from it.
struct Case {
    rule: &'static str,
    prompt: &'static str,
    files: &'static [(&'static str, &'static str)],
    chosen: &'static [&'static str],
}

const CASES: &[Case] = &[
    Case {
        rule: "**An interface with its implementation.** Where one of the two matters, list the other.",
        prompt: "Let a Mailer say whether it is connected",
        files: &[
            ("mail/mailer.go", "package mail\n\ntype Mailer interface {\n\tSend(to string) error\n}\n"),
            ("mail/smtp.go", "package mail\n\ntype Smtp struct{}\n\nfunc (s *Smtp) Send(to string) error { return nil }\n"),
            ("other/clock.go", "package other\n\nfunc Now() int { return 0 }\n"),
        ],
        chosen: &["mail/mailer.go", "mail/smtp.go"],
    },
    Case {
        rule: "**A similar feature as the example.** Find the feature that is built most like the new one, and list all its parts.",
        prompt: "Add bookmarks",
        files: &[
            ("models/review.py", "class Review:\n    pass\n"),
            ("stores/reviews.py", "def add_review(review):\n    pass\n"),
            ("views/reviews.py", "def show_reviews(page):\n    pass\n"),
            ("models/price.py", "class Price:\n    pass\n"),
        ],
        chosen: &["models/review.py", "stores/reviews.py", "views/reviews.py"],
    },
    Case {
        rule: "**An API's interface, its client and its types.**",
        prompt: "Add a field to GET /orders",
        files: &[
            ("server/orders.ts", "export function getOrders(): Order[] {\n  return [];\n}\n"),
            ("client/orders.ts", "export async function fetchOrders() {\n  return fetch('/orders');\n}\n"),
            ("shared/order.ts", "export interface Order {\n  id: string;\n}\n"),
        ],
        chosen: &["server/orders.ts", "shared/order.ts", "client/orders.ts"],
    },
    Case {
        rule: "**The model, the database helpers and similar operations.**",
        prompt: "Delete users after a year",
        files: &[
            ("src/models/user.rs", "pub struct User {\n    pub id: u64,\n}\n"),
            ("src/db/query.rs", "pub fn run(sql: &str) {}\n"),
            ("src/jobs/delete_sessions.rs", "pub fn delete_sessions() {}\n"),
        ],
        chosen: &["src/models/user.rs", "src/jobs/delete_sessions.rs", "src/db/query.rs"],
    },
    Case {
        rule: "**All utilities that the new code will call**: errors, validation, configuration, dates, test fixtures.",
        prompt: "Add a form for addresses",
        files: &[
            ("forms/name.js", "export class NameForm {}\n"),
            ("lib/validate.js", "export function validate(value) {}\n"),
            ("lib/errors.js", "export class FormError extends Error {}\n"),
        ],
        chosen: &["forms/name.js", "lib/validate.js", "lib/errors.js"],
    },
];

#[test]
fn each_rule_of_the_architect_brings_the_files_that_belong_together_in_their_order() {
    for case in CASES {
        let lines: Vec<String> = case.chosen.iter().map(|path| format!("`{path}`")).collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let rules = vec![
            Rule::reply("<planName>it</planName>").model("names"),
            Rule::reply(choice(&lines)).model("architect").when(&[case.rule, case.prompt]),
            Rule::reply(ONE_TASK).model("planner"),
        ];
        let sandbox = Sandbox::new(case.files, rules);
        sandbox.run(&["tell", case.prompt, "--plan-only"]).ok();
        let requests = sandbox.server.requests();
        let architect = of(&requests, "architect")[0];
        let example = architect.text.split_once(case.rule).expect("the rule").1.split_once("\n\n").map_or("", |(rule, _)| rule);
        assert!(example.lines().next().is_some_and(|line| line.contains("list ")), "{}: with an example", case.rule);
        assert_eq!(shown(architect), [""; 0], "nothing is loaded yet");
        assert_eq!(shown(of(&requests, "planner")[0]), case.chosen, "{}", case.prompt);
    }
}

#[test]
fn the_architect_sees_the_map_the_users_files_and_the_state_of_git_but_not_its_earlier_choice() {
    let sandbox = job::sandbox(job::rules());
    sandbox.write("draft.py", "def draft():\n    pass\n");
    sandbox.run(&["load", "README.md", "--note", "Tabs, please."]).ok();
    sandbox.run(&["tell", PROMPT]).ok();
    sandbox.run(&["tell", PROMPT, "--stop"]).ok();
    let requests = sandbox.server.requests();
    let architects = of(&requests, "architect");
    assert!(map(architects[0]).contains("src/steps.py (") && map(architects[0]).contains("\n  def step_20(value)"));
    for request in &architects {
        assert_eq!(shown(request), ["README.md"]);
        for words in ["Tabs, please.", "On branch trunk\nLast commits:\n- Begin\nNot committed:\n- draft.py (new)"] {
            assert!(request.text.contains(words), "{words}");
        }
    }
    let pending = architects[1].text.split_once("# Files with pending changes that are not shown").expect("told").1;
    assert!(pending.contains("- `src/steps.py`\n") && pending.contains("- `src/cache.py`\n"), "{pending}");
    assert!(!of(&requests, "planner")[0].text.contains("On branch trunk"));
}

#[test]
fn a_tell_gets_an_overview_and_files_in_one_reply_and_a_chat_loads_when_in_doubt() {
    let rules = vec![
        Rule::reply("<planName>it</planName>").model("names"),
        Rule::reply(choice(&["`README.md`"])).model("architect"),
        Rule::reply("As the file says.\n\n<PlandexFinish/>\n").model("planner"),
    ];
    let sandbox = Sandbox::new(&[("README.md", "# Steps\n")], rules);
    sandbox.run(&["chat", "what is this?"]).ok();
    sandbox.run(&["tell", "change it"]).fails(1);
    let requests = sandbox.server.requests();
    let [chat, tell] = of(&requests, "architect")[..] else { panic!("two") };
    assert!(chat.text.contains("When in doubt, load") && !tell.text.contains("When in doubt, load"));
    assert!(tell.text.contains("A short overview, two to five sentences") && tell.text.contains("It is not the plan"));
    assert_eq!(shown(of(&requests, "planner")[0]), ["README.md"]);
}

#[test]
fn a_large_projects_map_stays_within_its_budget_and_says_what_is_left_out() {
    let sandbox = job::sandbox(job::rules());
    for n in 0..600 {
        let body: String = (0..20).map(|m| format!("def function_{n}_{m}(argument_one, argument_two):\n    pass\n\n")).collect();
        sandbox.write(&format!("lib/part_{n:03}.py"), body);
    }
    sandbox.run(&["tell", PROMPT, "--plan-only"]).ok();
    let requests = sandbox.server.requests();
    let map = map(of(&requests, "architect")[0]);
    let tokens = count_tokens(map);
    assert!(tokens <= BUDGET / 2 && tokens > BUDGET / 3, "{tokens} of {}", BUDGET / 2);
    assert!(map.contains("lib/part_599.py (") && map.contains("of these files define is left out"), "every file is listed");
}

#[test]
fn unknown_paths_are_reported_back_and_what_was_chosen_stays() {
    let mut rules = job::rules();
    let first = choice(&["`src/steps.py`", "`src/gone.py`"]);
    rules.insert(0, Rule::reply(first).model("architect").unless(&["# Paths that do not exist"]).once());
    let told = ["# Files that you have chosen", "`src/steps.py`", "# Paths that do not exist", "`src/gone.py`", "Go on choosing"];
    rules.insert(1, Rule::reply(choice(&["`src/store.py`"])).model("architect").when(&told));
    let sandbox = job::sandbox(rules);
    let ran = sandbox.run(&["tell", PROMPT, "--plan-only", "--json"]);
    let events = ran.events();
    let contexts: Vec<_> = events.iter().filter(|event| event["event"] == "context").collect();
    assert_eq!(contexts[0]["unknown"], serde_json::json!(["src/gone.py"]));
    assert_eq!(contexts[1]["paths"], serde_json::json!(["src/steps.py", "src/store.py"]));
    let requests = sandbox.server.requests();
    assert_eq!(job::log(&requests), ["names", "architect", "architect", "planner"]);
    assert_eq!(shown(requests.last().expect("the planner's")), ["src/steps.py", "src/store.py"]);
    sandbox.fsck();
}

#[test]
fn an_architect_that_never_finds_its_paths_is_asked_five_times() {
    let mut rules = vec![Rule::reply("<planName>it</planName>").model("names")];
    rules.extend((0..9).map(|n| Rule::reply(choice(&[&format!("`no/{n}.py`")])).model("architect").once()));
    rules.push(Rule::reply(TASKS).model("planner"));
    let sandbox = job::sandbox(rules);
    sandbox.run(&["tell", PROMPT, "--plan-only"]).ok();
    let requests = sandbox.server.requests();
    assert_eq!((of(&requests, "architect").len(), of(&requests, "planner").len()), (5, 1));
    assert!(of(&requests, "planner")[0].text.contains("`no/4.py`"), "the planner is told, too");
}

#[test]
fn a_directory_of_a_huge_tree_is_opened_on_request() {
    let wanted = "services/s37/handlers/part_33.py";
    let opened = "# Directories that you wanted to look into";
    let rules = vec![
        Rule::reply("<planName>it</planName>").model("names"),
        Rule::reply(choice(&["`services/s37/`"])).model("architect").unless(&[opened]),
        Rule::reply(choice(&[&format!("`{wanted}`")])).model("architect").when(&[opened, "`services/s37/`", wanted]),
        Rule::reply(ONE_TASK).model("planner"),
    ];
    let sandbox = Sandbox::new(&[("README.md", "# Huge\n")], rules);
    for service in 0..40 {
        (0..100).for_each(|n| {
            sandbox.write(&format!("services/s{service:02}/handlers/part_{n:02}.py"), format!("def part_{n}():\n    pass\n"))
        });
        // Together some twenty million tokens; sparse, so that they cost no disk.
        sandbox.write(&format!("data/{service:02}.csv"), "");
        let file = std::fs::OpenOptions::new().write(true).open(sandbox.repo.join(format!("data/{service:02}.csv"))).expect("written");
        file.set_len(2 << 20).expect("it grows");
    }
    sandbox.run(&["tell", "mend part 33 of service 37", "--plan-only"]).ok();
    let requests = sandbox.server.requests();
    let [first, second] = of(&requests, "architect")[..] else { panic!("two rounds: {:?}", job::log(&requests)) };
    assert!(map(first).contains("100 files with 598 tokens in services/s37/handlers/\n"), "{}", map(first));
    assert!(!map(first).contains(wanted) && map(second).contains("def part_33()"));
    assert!([first, second].iter().all(|request| count_tokens(map(request)) <= BUDGET / 2));
    assert_eq!(shown(of(&requests, "planner")[0]), [wanted]);
}

/// A class with so many methods of some fifty tokens each.
fn large_class(methods: usize) -> String {
    let method = |n: usize| {
        format!(
            "    def method_{n}(self, value):\n        \"\"\"Method {n}.\"\"\"\n        first = value + {n}\n        return first * {n}\n\n"
        )
    };
    format!("class Large:\n{}", (0..methods).map(method).collect::<String>())
}

#[test]
fn of_a_file_over_its_share_only_the_named_symbols_are_shown_until_it_is_worked_on() {
    let mut rules = job::rules();
    rules.insert(0, Rule::reply(choice(&["`large.py` - Large.method_7, Large.method_400", "`src/store.py`"])).model("architect"));
    let tasks = "Plan.\n\n### Tasks\n\n1. Add a cache\n- It\nUses: `large.py`, `src/cache.py`\n\n<PlandexFinish/>\n";
    rules.insert(1, Rule::reply(tasks).model("planner"));
    let sandbox = job::sandbox(rules);
    sandbox.write("large.py", large_class(900));
    sandbox.run(&["tell", PROMPT]).ok();
    let requests = sandbox.server.requests();
    let planner = &of(&requests, "planner")[0].text;
    let part =
        planner.split_once("<file path=\"large.py\" shown=\"in part\">\n").expect("in part").1.split_once("</file>").expect("ends").0;
    assert!(part.starts_with("class Large:\n[lines 2 to ") && part.contains("Method 7.") && part.contains("Method 400."), "{part}");
    assert!(!part.contains("Method 8.") && part.len() < 1000, "{part}");
    assert!(planner.contains("class Store") && planner.contains("Never write such a line"));
    let coder = &of(&requests, "coder")[0].text;
    assert!(coder.contains("<file path=\"large.py\">\n") && coder.contains("Method 8."), "the coder edits all of it");
    let rows: serde_json::Value = serde_json::from_str(&sandbox.run(&["ls", "--json"]).ok()).expect("JSON");
    let large = rows.as_array().expect("rows").iter().find(|row| row["name"] == "large.py").expect("loaded");
    assert_eq!(large["symbols"], serde_json::json!(["Large.method_7", "Large.method_400"]));
    assert!(large["tokens"].as_u64().is_some_and(|tokens| tokens < 300), "{large}");
    assert_eq!(sandbox.run(&["show", "large.py"]).ok(), part);
    sandbox.write("large.py", large_class(900).replace("Method 7.", "The seventh method."));
    sandbox.run(&["update"]).ok();
    assert!(sandbox.run(&["show", "large.py"]).ok().contains("The seventh method."), "a refresh keeps the parts");
}

#[test]
fn the_implementation_shows_only_the_files_of_the_task_with_pending_content() {
    let sandbox = job::sandbox(job::rules());
    sandbox.run(&["load", "README.md", "--note", "Tabs, please."]).ok();
    sandbox.run(&["load", "--tree", "src"]).ok();
    sandbox.run(&["load", "--map", "src"]).ok();
    sandbox.run(&["tell", PROMPT]).ok();
    let requests = sandbox.server.requests();
    let coders = of(&requests, "coder");
    let files: Vec<_> = coders.iter().map(|request| shown(request)).collect();
    assert_eq!(files, [vec![], vec!["src/cache.py", "src/steps.py"], vec!["src/store.py"]]);
    assert!(coders[1].text.contains("<file path=\"src/cache.py\" state=\"pending\">\n_values = {}"), "pending content comes first");
    for request in coders {
        assert!(request.text.contains("Tabs, please.") && request.text.contains("<tree name=\"src/\">"));
        assert!(!request.text.contains("<map name") && !request.text.contains("<map>\n"), "maps are for planning");
    }
    assert!(of(&requests, "planner")[0].text.contains("<map name=\"src/\">"));
    let all = job::sandbox(job::rules());
    all.run(&["load", "README.md"]).ok();
    all.run(&["set-config", "smart-context", "false"]).ok();
    all.run(&["tell", PROMPT]).ok();
    let requests = all.server.requests();
    assert_eq!(shown(of(&requests, "coder")[2]), ["src/store.py", "README.md", "src/steps.py"], "without it everything is shown");
    assert_eq!(CODE.len(), of(&requests, "coder").len());
}
