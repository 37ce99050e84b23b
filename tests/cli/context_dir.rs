//! A directory of a monorepo: what is outside of it is neither offered to models nor written by them.

use crate::support::{Recorded, Rule, Sandbox};

const FILES: &[(&str, &str)] = &[
    ("AGENTS.md", "Root rule.\n"),
    ("README.md", "# Many services\n"),
    (".plandexignore", "*.gen.py\n"),
    ("services/api/AGENTS.md", "Rule of the api.\n"),
    ("services/api/users.py", "def users():\n    return []\n"),
    ("services/api/api.gen.py", "def generated():\n    pass\n"),
    ("services/apiary/bees.py", "def bees():\n    return 7\n"),
    ("services/web/page.py", "def page():\n    return ''\n"),
];

const CHOICE: &str =
    "Here.\n\n### Categories\n\n- All\n\n### Files\n\nAll:\n- `services/api/users.py`\n- `services/web/page.py`\n\n<PlandexFinish/>\n";
const TASKS: &str = "Plan.\n\n### Tasks\n\n1. Do it\n- It\nUses: `services/api/users.py`, `services/web/page.py`, `services/api/new.py`\n\n<PlandexFinish/>\n";
const CODE: &str = "\
**Creating `services/api/new.py`**
Type: new file

- services/api/new.py:

<PlandexBlock lang=\"python\" path=\"services/api/new.py\">
def new():
    return 1
</PlandexBlock>

**Creating `services/web/other.py`**
Type: new file

- services/web/other.py:

<PlandexBlock lang=\"python\" path=\"services/web/other.py\">
def other():
    return 2
</PlandexBlock>

**Updating `services/web/page.py`**
Type: overwrite

- services/web/page.py:

<PlandexBlock lang=\"python\" path=\"services/web/page.py\">
def page():
    return 'hacked'
</PlandexBlock>

### Remove Files
- `README.md`
<EndPlandexFileOps/>

**Do it** has been completed.

<PlandexFinish/>
";

fn sandbox() -> Sandbox {
    let rules = vec![
        Rule::reply("<planName>it</planName>").model("names"),
        Rule::reply(CHOICE).model("architect").once(),
        Rule::reply(CHOICE).model("architect").when(&["# Paths that do not exist", "`services/web/page.py`"]),
        Rule::reply(TASKS).model("planner"),
        Rule::reply(CODE).model("coder"),
    ];
    Sandbox::new(FILES, rules)
}

fn request<'a>(requests: &'a [Recorded], model: &str) -> &'a str {
    &requests.iter().find(|request| request.model == model).expect("asked").text
}

/// What holds for a run that is limited to `services/api`.
fn check(sandbox: &Sandbox, told: &str) {
    let requests = sandbox.server.requests();
    let architect = request(&requests, "architect");
    let map = architect.split_once("<map>\n").expect("a map").1.split_once("</map>").expect("it ends").0;
    assert!(map.contains("services/api/users.py (") && map.contains("def users()"), "{map}");
    for outside in ["README.md", "services/web", "services/apiary", "api.gen.py"] {
        assert!(!map.contains(outside), "{map}");
    }
    assert!(architect.contains("limited to the directory `services/api/`"));
    assert!(architect.contains("Root rule.") && architect.contains("Rule of the api."));
    let coder = request(&requests, "coder");
    assert!(coder.contains("<file path=\"services/api/users.py\">") && !coder.contains("<file path=\"services/web/page.py\""));
    for path in ["services/web/other.py", "services/web/page.py", "README.md"] {
        assert!(told.contains(&format!("'{path}' is outside of 'services/api', which the work is limited to")), "{path}: {told}");
    }
    let diff = sandbox.run(&["diff", "--name-only"]).ok();
    assert_eq!(diff, "services/api/new.py\n");
}

#[test]
fn a_flag_limits_what_models_see_and_write_to_a_directory() {
    let sandbox = sandbox();
    let ran = sandbox.run_in(&sandbox.repo.join("services"), &["tell", "do it", "--context-dir", "api"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    check(&sandbox, &ran.stderr);
}

#[test]
fn the_setting_of_a_plan_does_the_same_and_names_the_directory_from_the_root() {
    let sandbox = sandbox();
    sandbox.run_in(&sandbox.repo.join("services/web"), &["new", "it", "--context-dir", "../api/"]).ok();
    assert!(sandbox.git(&["show", "refs/plandex/plans/it/main:plan.yml"]).contains("context-dir: services/api"));
    let ran = sandbox.run(&["tell", "do it"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    check(&sandbox, &ran.stderr);
}

#[test]
fn what_the_user_loads_may_lie_anywhere() {
    let sandbox = sandbox();
    sandbox.run(&["load", "README.md"]).ok();
    sandbox.run(&["set-config", "context-dir", "services/api"]).ok();
    sandbox.run(&["tell", "do it", "--plan-only"]).ok();
    assert!(request(&sandbox.server.requests(), "planner").contains("<file path=\"README.md\">"));
}

#[test]
fn a_directory_that_is_not_there_is_refused_before_anything_is_asked() {
    let sandbox = sandbox();
    let said = sandbox.run(&["tell", "do it", "--context-dir", "services/gone"]).fails(1);
    assert!(said.contains("services/gone' is no directory of the project"), "{said}");
    let said = sandbox.run(&["tell", "do it", "--context-dir", "/"]).fails(1);
    assert!(said.contains("is outside the repository"), "{said}");
    sandbox.run(&["tell", "do it", "--context-dir", ".", "--plan-only"]);
    let requests = sandbox.server.requests();
    assert!(request(&requests, "architect").contains("services/web/page.py ("), "the root is no limit");
    assert_eq!(requests.iter().filter(|request| request.model == "architect").count(), 1);
}
