//! The scripted change of three tasks: one new file, one edit of a file of 300 lines, one move.

use crate::support::{Recorded, Rule, Sandbox, Then, Tree};

/// The prompt.
pub const PROMPT: &str = "Cache the slow steps";

/// The titles of the tasks.
pub const TITLES: [&str; 3] = ["Add a cache", "Use the cache", "Move the store"];

/// What the architect answers.
pub const CONTEXT: &str = "\
The steps are slow, and the store is in the wrong place.

### Categories

Steps
Store

### Files

Steps
- `src/steps.py` (step_20, step_60) - uses the cache

Store
- `src/store.py` - moves

<PlandexFinish/>
";

/// What the planner answers.
pub const TASKS: &str = "\
The cache comes first, then its use, then the move.

### Tasks

1. Add a cache
- Write `src/cache.py` with a function `cached`
Uses: `src/cache.py`

2. Use the cache
- Call `cached` in step 20, and double step 60
Uses: `src/steps.py`, `src/cache.py`

3. Move the store
- Move `src/store.py` to `src/data/store.py`
Uses: `src/store.py`

<PlandexFinish/>
";

/// What the coder answers to each task.
pub const CODE: [&str; 3] = [
    "\
**Creating `src/cache.py`**
Type: new file
Summary: A cache by key.

- src/cache.py:

<PlandexBlock lang=\"python\" path=\"src/cache.py\">
_values = {}


def cached(key, value):
    \"\"\"The first value that came with the key: ключ.\"\"\"
    return _values.setdefault(key, value)
</PlandexBlock>

**Add a cache** has been completed.

<PlandexFinish/>
",
    "\
**Updating `src/steps.py`**
Change 1.
Type: replace
Summary: Cache step 20.
Replace: the return of `step_20`
Context: after `step_19`, before `step_21`
Change 2.
Type: replace
Summary: Double step 60.
Replace: the body of `step_60`
Context: after `step_59`, before `step_61`

- src/steps.py:

<PlandexBlock lang=\"python\" path=\"src/steps.py\">
# ... existing code ...

def step_20(value):
    \"\"\"Step 20.\"\"\"
    return cached(20, value + 20)

# ... existing code ...

def step_60(value):
    \"\"\"Step 60, doubled.\"\"\"
    return value + 120

# ... existing code ...
</PlandexBlock>

**Use the cache** has been completed.

<PlandexFinish/>
",
    "\
The store moves as it is.

### Move Files
- `src/store.py` → `src/data/store.py`
<EndPlandexFileOps/>

**Move the store** has been completed.

<PlandexFinish/>
",
];

const STORE: &str = "class Store:\n    path = \"store\"\n";

/// The file of 300 lines.
pub fn steps() -> String {
    (0..75).map(|n| format!("def step_{n}(value):\n    \"\"\"Step {n}.\"\"\"\n    return value + {n}\n\n")).collect()
}

/// A repository for the job, with a model that answers by `rules`.
pub fn sandbox(rules: Vec<Rule>) -> Sandbox {
    Sandbox::new(&[("README.md", "# Steps\n"), ("src/steps.py", &steps()), ("src/store.py", STORE)], rules)
}

/// The working tree after the change.
pub fn expected() -> Tree {
    let edited = steps()
        .replace("return value + 20\n", "return cached(20, value + 20)\n")
        .replace("\"\"\"Step 60.\"\"\"\n    return value + 60\n", "\"\"\"Step 60, doubled.\"\"\"\n    return value + 120\n");
    let cache = CODE[0].split_once("path=\"src/cache.py\">\n").expect("a block").1.split_once("</PlandexBlock>").expect("closed").0;
    let files = [("README.md", "# Steps\n"), ("src/cache.py", cache), ("src/data/store.py", STORE), ("src/steps.py", &edited)];
    files.into_iter().map(|(path, text)| (path.to_owned(), (0o644, text.as_bytes().to_vec()))).collect()
}

/// The words of a request that say which task it is about.
pub fn current(title: &str) -> String {
    format!("# Current task\n\n**{title}**")
}

/// A sign of a request that goes on with a reply that was broken off.
pub const GOES_ON: &str = "Your reply above was cut off.";

/// The rules of an undisturbed run.
pub fn rules() -> Vec<Rule> {
    let mut rules = vec![
        Rule::reply("<planName>cache steps</planName>").model("names"),
        Rule::reply("<commitMsg>Cache the slow steps</commitMsg>").model("commit-messages"),
        Rule::reply(CONTEXT).model("architect").when(&[PROMPT, "src/steps.py"]),
        Rule::reply(TASKS).model("planner").when(&[PROMPT, "def step_20(value):", "class Store"]),
    ];
    rules.extend(TITLES.iter().zip(CODE).map(|(title, code)| Rule::reply(code).model("coder").when(&[&current(title)])));
    rules
}

/// A rule that begins `reply`, up to the middle of the line after the one that holds `words`, and says no more; and the rule
/// that goes on from the end of that line.
pub fn broken(reply: &str, words: &str) -> (Rule, Rule) {
    let at = reply.find(words).expect("the reply holds the words");
    let line_end = at + reply[at..].find('\n').expect("a whole line") + 1;
    let mut half = line_end + reply[line_end..].find('\n').expect("one more line") / 2;
    while !reply.is_char_boundary(half) {
        half += 1;
    }
    let begins = Rule::reply(reply).break_with(half, ": nothing more").cut_after(usize::MAX, Then::Hold).unless(&[GOES_ON]).once();
    (begins, Rule::reply(&reply[line_end..]).when(&[GOES_ON]))
}

/// What each request of a server's log was about, in order.
pub fn log(requests: &[Recorded]) -> Vec<String> {
    let line = |request: &Recorded| {
        let task = TITLES.iter().find(|title| request.text.contains(&current(title))).map(|title| format!(": {title}"));
        let on = if request.text.contains(GOES_ON) { ", going on" } else { "" };
        assert!(request.answered, "no rule for {}: {}", request.model, request.text);
        format!("{}{}{on}", request.model, task.unwrap_or_default())
    };
    requests.iter().map(line).collect()
}
