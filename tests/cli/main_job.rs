//! From a prompt to merged files, over every wire format and every way of cutting replies.

use git_plandex::config::Api;

use crate::job::{self, PROMPT};
use crate::support::{FORMATS, Sandbox};

const CHUNKS: [usize; 3] = [1, 7, 4096];

fn in_format(api: Api, chunk: usize) -> Sandbox {
    let sandbox = job::sandbox(job::rules());
    sandbox.speak(api);
    sandbox.server.chunk(chunk);
    sandbox
}

#[test]
fn the_change_ends_in_the_same_tree_over_every_format_and_every_cut() {
    for (api, chunk) in FORMATS.iter().flat_map(|api| CHUNKS.map(|chunk| (*api, chunk))) {
        let sandbox = in_format(api, chunk);
        let before = sandbox.tree();
        sandbox.run(&["tell", PROMPT]).ok();
        assert_eq!(sandbox.tree(), before, "{api:?}, {chunk}: nothing is touched before apply");
        sandbox.run(&["apply"]).ok();
        assert_eq!(sandbox.tree(), job::expected(), "{api:?}, {chunk}");
        let log = job::log(&sandbox.server.requests());
        let whole =
            ["names", "architect", "planner", "coder: Add a cache", "coder: Use the cache", "coder: Move the store", "commit-messages"];
        assert_eq!(log, whole, "{api:?}, {chunk}");
        sandbox.fsck();
    }
}
