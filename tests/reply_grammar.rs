//! The grammar of replies, whole.

use git_plandex::cli::parse_reply::document;
use git_plandex::reply::{FileOp, Parser, Piece, parse};

fn paths(text: &str) -> Vec<String> {
    parse(text).operations.into_iter().map(|op| op.path).collect()
}

fn only(text: &str) -> FileOp {
    let mut operations = parse(text).operations;
    assert_eq!(operations.len(), 1, "{operations:#?}");
    operations.remove(0)
}

fn shown(text: &str) -> String {
    let mut parser = Parser::new();
    let mut pieces = parser.push(text);
    pieces.extend(parser.finish().0);
    pieces.iter().map(|piece| if let Piece::Text(text) = piece { text.as_str() } else { "" }).collect()
}

const REPLY: &str = r#"I'll add the store first.

**Creating `src/store.rs`**
Type: new file
Summary: holds the users

- src/store.rs:

<PlandexBlock lang="rust" path="src/store.rs">
pub struct Store;
</PlandexBlock>

Now the router.

- src/router.rs:
<PlandexBlock lang="rust" path="src/router.rs">
// ... existing code ...

fn route() {}
</PlandexBlock>

### Move Files
- `src/old.rs` → `src/new.rs`
<EndPlandexFileOps/>

### Remove Files
- `src/gone.rs`
<EndPlandexFileOps/>

### Reset Changes
- `src/undo.rs`
<EndPlandexFileOps/>

**Add the store** has been completed.

<PlandexFinish/>
Anything here is ignored.
### Tasks
1. Not a task
"#;

#[test]
fn a_whole_reply_becomes_one_document() {
    insta::assert_snapshot!(document(REPLY.as_bytes()).expect("serializes"), @r#"
    {
      "operations": [
        {
          "kind": "file",
          "path": "src/store.rs",
          "destination": null,
          "content": "pub struct Store;\n",
          "explanation": "**Creating `src/store.rs`**\nType: new file\nSummary: holds the users"
        },
        {
          "kind": "file",
          "path": "src/router.rs",
          "destination": null,
          "content": "// ... existing code ...\n\nfn route() {}\n",
          "explanation": "Now the router."
        },
        {
          "kind": "move",
          "path": "src/old.rs",
          "destination": "src/new.rs",
          "content": null,
          "explanation": ""
        },
        {
          "kind": "remove",
          "path": "src/gone.rs",
          "destination": null,
          "content": null,
          "explanation": ""
        },
        {
          "kind": "reset",
          "path": "src/undo.rs",
          "destination": null,
          "content": null,
          "explanation": ""
        }
      ],
      "tasks": [],
      "removed_tasks": [],
      "completed_tasks": [
        "Add the store"
      ],
      "categories": [],
      "files": [],
      "finished": true
    }
    "#);
}

#[test]
fn the_shown_text_has_no_markers() {
    insta::assert_snapshot!(shown(REPLY), @r"
    I'll add the store first.

    **Creating `src/store.rs`**
    Type: new file
    Summary: holds the users


    Now the router.


    ### Move Files
    - `src/old.rs` → `src/new.rs`

    ### Remove Files
    - `src/gone.rs`

    ### Reset Changes
    - `src/undo.rs`

    **Add the store** has been completed.
    ");
}

#[test]
fn the_context_phase_has_categories_and_files() {
    let text = "Short overview.\n\n### Categories\n- Auth\n- Users\n\n### Files\nAuth:\n- `src/auth.go` - Auth, `check()` (main)\nUsers\n- `src/user.go`\n<PlandexFinish/>\n";
    insta::assert_snapshot!(document(text.as_bytes()).expect("serializes"), @r#"
    {
      "operations": [],
      "tasks": [],
      "removed_tasks": [],
      "completed_tasks": [],
      "categories": [
        "Auth",
        "Users"
      ],
      "files": [
        {
          "category": "Auth",
          "path": "src/auth.go",
          "symbols": [
            "Auth",
            "check()"
          ],
          "note": "main"
        },
        {
          "category": "Users",
          "path": "src/user.go",
          "symbols": [],
          "note": null
        }
      ],
      "finished": true
    }
    "#);
}

#[test]
fn the_planning_phase_has_tasks_and_removals() {
    let text = "Plan.\n\n### Commands\nNothing to run.\n\n### Remove Tasks\n- Old one\n\n### Tasks\n\n1. Add it\n   - how\n   Uses: `a.rs`\n\n2. Use it\n   Uses: `b.rs`, `a.rs`\n\n<PlandexFinish/>";
    let reply = parse(text);
    assert_eq!(reply.removed_tasks, ["Old one"]);
    let tasks: Vec<_> = reply.tasks.iter().map(|task| (task.title.as_str(), task.description.as_str(), task.uses.join(" "))).collect();
    assert_eq!(tasks, [("Add it", "how", "a.rs".to_owned()), ("Use it", "", "b.rs a.rs".to_owned())]);
    assert!(reply.finished && reply.has_tasks && !reply.has_files);
}

#[test]
fn a_path_comes_from_the_attribute_the_label_or_both() {
    let block =
        |label: &str, attributes: &str| only(&format!("Text.\n\n{label}\n\n<PlandexBlock {attributes}>\nx\n</PlandexBlock>\n")).path;
    assert_eq!(block("- a/b.rs:", r#"lang="rust" path="a/b.rs""#), "a/b.rs");
    assert_eq!(block("", r#"lang="rust" path="a/b.rs""#), "a/b.rs");
    assert_eq!(block("**a/b.rs**", r#"lang="rust""#), "a/b.rs");
    assert_eq!(block("- a/b.rs:", r#"lang="rust" path="a/c.rs""#), "a/b.rs", "the label as asked for wins");
    assert_eq!(block("- b.rs:", r#"lang="rust" path="a/b.rs""#), "a/b.rs", "a shortened label does not");
    assert_eq!(block("- Preserve: `x.y`", r#"lang="rust" path="a/b.rs""#), "a/b.rs", "nor does a bullet that looks like one");
    assert_eq!(block("Just prose.", ""), "", "a block without a path is kept, without a path");
}

#[test]
fn other_prose_between_cancels_the_label() {
    let op = only("- a.rs:\nNow something else.\n<PlandexBlock lang=\"rust\">\nx\n</PlandexBlock>\n");
    assert_eq!((op.path.as_str(), op.explanation.as_str()), ("", "- a.rs:\nNow something else."));
}

#[test]
fn a_bullet_that_is_no_label_stays_in_the_explanation() {
    let op = only("**Updating `a.rs`**\n- Preserve: `x.y`\n<PlandexBlock path=\"a.rs\">\nx\n</PlandexBlock>\n");
    assert_eq!(op.explanation, "**Updating `a.rs`**\n- Preserve: `x.y`");
}

#[test]
fn only_a_closing_tag_alone_on_its_line_closes() {
    let text = "<PlandexBlock path=\"t.rs\">\nlet end = \"</PlandexBlock>\";\n// </PlandexBlock>\nx </PlandexBlock>\n  </PlandexBlock>  \n";
    assert_eq!(only(text).content.as_deref(), Some("let end = \"</PlandexBlock>\";\n// </PlandexBlock>\nx </PlandexBlock>\n"));
}

#[test]
fn a_block_inside_a_block_is_content() {
    let inner =
        "Write:\n<PlandexBlock path=\"in.rs\">\ncode\n</PlandexBlock>\n### Tasks\n1. no\n**T** has been completed\n<PlandexFinish/>\n";
    let reply = parse(&format!("<PlandexBlock path=\"out.md\">\n{inner}</PlandexBlock>\n<PlandexFinish/>\n"));
    assert_eq!(reply.operations.len(), 1);
    assert_eq!(reply.operations[0].content.as_deref(), Some(inner));
    assert!(reply.tasks.is_empty() && reply.completed_tasks.is_empty() && reply.finished);
}

#[test]
fn content_that_looks_like_numbered_lines_is_kept() {
    let text = "<PlandexBlock path=\"log.txt\">\npdx-1: first\npdx-2: second\n  3 | third\n</PlandexBlock>\n";
    assert_eq!(only(text).content.as_deref(), Some("pdx-1: first\npdx-2: second\n  3 | third\n"));
}

#[test]
fn an_operations_section_without_its_end_tag_is_not_lost() {
    for after in
        ["", "\n<PlandexFinish/>", "\n### Tasks\n1. x", "\n### Notes\n- `other.rs`", "\n<PlandexBlock path=\"b.rs\">\n</PlandexBlock>"]
    {
        assert_eq!(paths(&format!("### Remove Files\n- `a.rs`\n{after}"))[0], "a.rs", "{after:?}");
    }
    let text = "### Remove Files\n- `a.rs`\n\n### Move Files\n- `b.rs` → `c.rs`";
    assert_eq!(paths(text), ["a.rs", "b.rs"]);
}

#[test]
fn a_list_after_an_unclosed_removal_removes_nothing() {
    assert_eq!(paths("### Remove Files\n- `a.rs`\n\nThese stay as they are:\n- `main.rs`\n"), ["a.rs"]);
}

#[test]
fn numbers_in_a_summary_are_words_of_the_explanation_and_nothing_else() {
    let text = "**Updating `a.rs`**\nType: replace\nSummary: replace 2 of 10-12 calls\n- a.rs:\n<PlandexBlock path=\"a.rs\">\nx\n</PlandexBlock>\n";
    let op = only(text);
    assert_eq!(op.explanation, "**Updating `a.rs`**\nType: replace\nSummary: replace 2 of 10-12 calls");
    assert_eq!(op.content.as_deref(), Some("x\n"));
}

#[test]
fn paths_are_handed_on_as_written() {
    for path in ["../../etc/passwd", "/etc/passwd", ".git/config", "a\\b", "ü ß.txt"] {
        assert_eq!(only(&format!("<PlandexBlock lang=\"x\" path=\"{path}\">\nx\n</PlandexBlock>")).path, path);
    }
}

#[test]
fn fences_around_a_block_are_left_out() {
    for text in [
        "Text.\n\n```xml\n<PlandexBlock path=\"a.rs\">\nx\n</PlandexBlock>\n```\n\nMore.\n",
        "Text.\n\n- a.rs:\n```\n<PlandexBlock path=\"a.rs\">\nx\n</PlandexBlock>\n\n```\n\nMore.\n",
        "Text.\n\n```\n- a.rs:\n<PlandexBlock path=\"a.rs\">\nx\n</PlandexBlock>\n```\n\nMore.\n",
    ] {
        assert_eq!(only(text).content.as_deref(), Some("x\n"), "{text:?}");
        assert_eq!(shown(text).split_whitespace().collect::<Vec<_>>(), ["Text.", "More."], "{text:?}");
    }
}

#[test]
fn code_in_the_prose_before_a_block_keeps_its_fence() {
    let text = "Like so:\n```sh\nls\n```\n<PlandexBlock path=\"a.rs\">\nx\n</PlandexBlock>\n```sh\nls\n```\n";
    assert_eq!(shown(text), "Like so:\n```sh\nls\n```\n```sh\nls\n```\n");
}

#[test]
fn windows_line_ends_do_not_hide_tags() {
    let text = "- a.rs:\r\n<PlandexBlock lang=\"rust\" path=\"a.rs\">\r\nx\r\n</PlandexBlock>\r\n### Tasks\r\n1. One\r\n   Uses: `a`\r\n<PlandexFinish/>\r\n";
    let reply = parse(text);
    assert_eq!(reply.operations[0].content.as_deref(), Some("x\r\n"));
    assert_eq!((reply.tasks[0].title.as_str(), reply.tasks[0].uses.as_slice()), ("One", &["a".to_owned()][..]));
    assert!(reply.finished);
}

#[test]
fn several_blocks_for_one_path_keep_their_order() {
    let text = "<PlandexBlock path=\"a\">\n1\n</PlandexBlock>\n<PlandexBlock path=\"a\">\n2\n</PlandexBlock>\n<PlandexBlock path=\"e\"></PlandexBlock>\n";
    let contents: Vec<_> = parse(text).operations.into_iter().map(|op| op.content.unwrap_or_default()).collect();
    assert_eq!(contents, ["1\n", "2\n", ""]);
}

#[test]
fn a_reply_that_ends_inside_a_block_says_where() {
    let text = "Text.\n- a.rs:\n<PlandexBlock lang=\"rust\" path=\"a.rs\">\nfn a() {\n    b(";
    let reply = parse(text);
    let open = reply.open_block.expect("the block is open");
    assert_eq!((open.path.as_str(), open.content.as_str()), ("a.rs", "fn a() {\n    b("));
    assert!(text[open.head..].starts_with("<PlandexBlock") && text[open.body..].starts_with("fn a()"));
    assert!(reply.operations.is_empty() && !reply.finished);
}

#[test]
fn a_block_opens_as_soon_as_its_tag_is_complete() {
    let mut parser = Parser::new();
    assert_eq!(parser.push("Hi <b"), [Piece::Text("Hi <b".into())]);
    assert_eq!(parser.push("r>\n- a.rs:\n<PlandexBlock path=\"a.rs\">"), [Piece::Text("r>\n".into())]);
    assert_eq!(parser.push("\nfn a"), [Piece::BlockOpen { path: "a.rs".into(), lang: None }, Piece::BlockText("fn a".into())]);
    assert_eq!(parser.push("()\n</Plandex"), [Piece::BlockText("()\n".into())]);
    assert!(matches!(&parser.push("Block>\n")[..], [Piece::BlockClose(op)] if op.content.as_deref() == Some("fn a()\n")));
}

#[test]
fn the_second_task_list_of_a_reply_is_ignored() {
    let reply = parse("### Tasks\n1. One\n\n### Tasks\n1. Two\n");
    assert_eq!(reply.tasks.len(), 1);
    assert_eq!(reply.tasks[0].title, "One");
}

#[test]
fn tasks_may_be_headings_of_their_own() {
    let reply = parse("## Tasks\n\n### 1. One\nDo it.\nUses: `a`\n\n### Task 2: Two\nUses: `b`\n\n### Notes\nText.\n");
    let titles: Vec<_> = reply.tasks.iter().map(|task| task.title.as_str()).collect();
    assert_eq!(titles, ["One", "Two"]);
    assert_eq!(reply.tasks[0].description, "Do it.");
}

/// Read again with each chunk, such a line takes hours.
#[test]
fn a_line_of_blanks_without_an_end_is_read_once() {
    let mut parser = Parser::new();
    let blanks = " ".repeat(1024);
    (0..16 * 1024).for_each(|_| assert!(parser.push(&blanks).is_empty()));
    let pieces = parser.push("text");
    assert!(matches!(pieces.as_slice(), [Piece::Text(text)] if text.len() == (16 << 20) + 4));
}
