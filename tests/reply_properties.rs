//! A reply parses the same for every split into chunks, and nothing makes the parser fail.

use git_plandex::reply::{Parser, Piece, Reply, Seam, parse};
use proptest::prelude::*;

/// Lines that mean something to the parser, and some that only look so.
const LINES: &[&str] = &[
    "<PlandexBlock lang=\"rust\" path=\"src/a.rs\">",
    "  <PlandexBlock path='b c.py'>",
    "<PlandexBlock path=\"e\"></PlandexBlock>",
    "</PlandexBlock>",
    "\t</PlandexBlock> ",
    "x </PlandexBlock>",
    "<PlandexFinish/>",
    "<EndPlandexFileOps/>",
    "- src/a.rs:",
    "**src/b.rs**",
    "- Keep: `x.y`",
    "```",
    "```rust",
    "~~~",
    "### Tasks",
    "### Remove Tasks",
    "### Categories",
    "### Files",
    "#### Auth",
    "### Move Files",
    "### Remove Files",
    "### Reset Changes",
    "### Other",
    "1. First task",
    "2.\tSecond **task**",
    "   Uses: `a.rs`, b.rs",
    "- `a.rs` → `b.rs`",
    "- `a.rs` - Auth, `check()` (note)",
    "**First task** has been completed.",
    "plain prose with `ticks` and <tags>",
    "    indented äöü 𝄞",
    "",
    " ",
];

fn line() -> impl Strategy<Value = String> {
    let end = prop::sample::select(vec!["\n", "\n", "\n", "\r\n"]);
    let text = prop_oneof![9 => prop::sample::select(LINES).prop_map(str::to_owned), 1 => "\\PC{0,20}"];
    (text, end).prop_map(|(text, end)| text + end)
}

fn reply() -> impl Strategy<Value = String> {
    (prop::collection::vec(line(), 0..30), any::<bool>()).prop_map(|(lines, cut)| {
        let text = lines.concat();
        if cut { text.trim_end_matches(['\n', '\r']).to_owned() } else { text }
    })
}

/// Feeds `text` in chunks that begin at the characters numbered in `cuts`; text that follows text is joined.
fn stream(text: &str, cuts: &[usize]) -> (Vec<Piece>, Reply) {
    let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    let mut at: Vec<usize> = cuts.iter().filter(|_| !starts.is_empty()).map(|cut| starts[cut % starts.len()]).collect();
    at.extend([0, text.len()]);
    at.sort_unstable();
    let mut parser = Parser::new();
    let mut pieces: Vec<Piece> = at.windows(2).flat_map(|pair| parser.push(&text[pair[0]..pair[1]])).collect();
    let (last, reply) = parser.finish();
    pieces.extend(last);
    (join(pieces), reply)
}

fn join(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut joined: Vec<Piece> = Vec::new();
    for piece in pieces {
        match (joined.last_mut(), piece) {
            (Some(Piece::Text(last)), Piece::Text(text)) | (Some(Piece::BlockText(last)), Piece::BlockText(text)) => last.push_str(&text),
            (_, piece) => joined.push(piece),
        }
    }
    joined
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_reply_parses_the_same_for_every_split(text in reply(), cuts in prop::collection::vec(any::<usize>(), 0..40)) {
        let whole = stream(&text, &[]);
        prop_assert_eq!(&stream(&text, &cuts), &whole);
        let every: Vec<usize> = (0..text.chars().count()).collect();
        prop_assert_eq!(&stream(&text, &every), &whole);
        prop_assert_eq!(parse(&text), whole.1);
    }

    #[test]
    fn pieces_tell_the_same_as_the_reply(text in reply()) {
        let (pieces, reply) = stream(&text, &[]);
        let told: Vec<_> = pieces.iter().filter_map(|piece| match piece {
            Piece::BlockClose(op) | Piece::Operation(op) => Some(op.clone()),
            _ => None,
        }).collect();
        prop_assert_eq!(told, reply.operations);
        prop_assert_eq!(pieces.iter().filter(|piece| matches!(piece, Piece::Finished)).count(), usize::from(reply.finished));
        prop_assert!(!reply.finished || pieces.last() == Some(&Piece::Finished));
    }

    #[test]
    fn the_content_of_a_block_comes_back_exactly(lines in prop::collection::vec("[^\\r\\n<`~]{0,30}", 0..20), before in reply()) {
        let before: String = before.lines().filter(|line| !line.contains("<Plandex")).flat_map(|line| [line, "\n"]).collect();
        let content: String = lines.iter().map(|line| line.clone() + "\n").collect();
        let text = format!("{before}<PlandexBlock lang=\"x\" path=\"some/path\">\n{content}</PlandexBlock>\n");
        let last = parse(&text).operations.pop().expect("the block");
        prop_assert_eq!(last.content, Some(content));
    }

    #[test]
    fn a_reply_cut_in_a_line_of_its_own_is_whole_again_when_that_line_is_repeated(text in reply(), at in any::<prop::sample::Index>()) {
        let cuts: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        let cut = cuts[at.index(cuts.len())];
        let (partial, rest) = text.split_at(cut);
        let line = &partial[partial.rfind('\n').map_or(0, |at| at + 1)..];
        // Where a whole line stands twice, a repetition cannot be told from the text.
        let whole = format!("{line}{}", rest.split('\n').next().unwrap_or_default());
        if text.split('\n').filter(|other| other.trim() == whole.trim()).count() > 1 {
            return Ok(());
        }
        let mut seam = Seam::new(partial);
        let more = seam.push(&format!("{line}{rest}")) + &seam.finish();
        prop_assert_eq!(format!("{partial}{more}"), text);
    }

    #[test]
    fn nothing_makes_the_parser_fail(text in "\\PC*") {
        parse(&text);
    }
}
