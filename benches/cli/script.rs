//! A project of alike files, and a model that changes one of them in each reply.

use std::fmt::Write;
use std::path::Path;

use super::support::Rule;

/// Writes `src/part_N.rs` for each part; the caller commits them.
pub fn write_project(dir: &Path, parts: usize) {
    std::fs::create_dir_all(dir.join("src")).expect("made");
    for part in 0..parts {
        std::fs::write(dir.join(path(part)), source(part)).expect("written");
    }
}

/// The replies for a change of so many parts.
pub fn rules(parts: usize) -> Vec<Rule> {
    let mut rules = vec![Rule::reply(choice(parts)).model("architect").once(), Rule::reply(tasks(parts)).model("planner").once()];
    rules.extend((0..parts).map(|part| Rule::reply(change(part)).model("coder").when(&[&title(part)]).once()));
    rules
}

fn path(part: usize) -> String {
    format!("src/part_{part}.rs")
}

fn title(part: usize) -> String {
    format!("Give part {part} a limit")
}

/// A file of a hundred lines.
fn source(part: usize) -> String {
    let mut text = format!("//! Part {part}.\n\n/// The number of the part.\npub const PART: usize = {part};\n");
    for n in 0..16 {
        write!(text, "\n/// Adds step {n}.\npub fn step_{n}(value: usize) -> usize {{\n    value + PART * {n}\n}}\n")
            .expect("a string takes it");
    }
    text
}

fn choice(parts: usize) -> String {
    let files: String = (0..parts).map(|part| format!("- `{}` - gets a limit\n", path(part))).collect();
    format!("Every part is alike.\n\n### Categories\n\nParts\n\n### Files\n\nParts\n{files}\n<PlandexFinish/>\n")
}

fn tasks(parts: usize) -> String {
    let task = |part| format!("{}. {}\n- Limit `step_7`\nUses: `{}`\n\n", part + 1, title(part), path(part));
    let tasks: String = (0..parts).map(task).collect();
    format!("Each part gets its limit by itself.\n\n### Tasks\n\n{tasks}<PlandexFinish/>\n")
}

fn change(part: usize) -> String {
    let path = path(part);
    format!(
        "**Updating `{path}`**\nType: replace\nSummary: Limit the seventh step.\nReplace: the body of `step_7`\n\
         Context: between `step_6` and `step_8`\n\n- {path}:\n\n<PlandexBlock lang=\"rust\" path=\"{path}\">\n\
         // ... existing code ...\n\n/// Adds step 7.\npub fn step_7(value: usize) -> usize {{\n    (value + PART * 7).min(1_000)\n}}\n\n\
         // ... existing code ...\n</PlandexBlock>\n\n**{}** has been completed.\n\n<PlandexFinish/>\n",
        title(part)
    )
}
