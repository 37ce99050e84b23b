//! The merge of a proposal into its original, on the cases that tools of this kind get wrong.

use git_plandex::edit::{Input, Merged, ReasonKind, merge};

const GO: &str = "package main

import \"fmt\"

func first() error {
\tif err := open(); err != nil {
\t\treturn err
\t}
\treturn nil
}

func second() error {
\tif err := closeAll(); err != nil {
\t\treturn err
\t}
\treturn nil
}

func third() {
\tfmt.Println(\"third\")
}
";

fn run(path: &str, original: &str, proposal: &str) -> Merged {
    merge(&Input { path, original, proposal, explanation: None })
}

#[track_caller]
fn sure(path: &str, original: &str, proposal: &str) -> String {
    let merged = run(path, original, proposal);
    assert!(merged.reasons.is_empty(), "{:?}\n{}", merged.reasons, merged.content);
    merged.content
}

#[track_caller]
fn has(merged: &Merged, kind: ReasonKind) {
    assert!(merged.reasons.iter().any(|reason| reason.kind == kind), "no {kind} in {:?}\n{}", merged.reasons, merged.content);
}

#[test]
fn repeated_closing_lines_belong_to_their_own_block() {
    let proposal = "// ... existing code ...

func second() error {
\tif err := closeAll(); err != nil {
\t\treturn fmt.Errorf(\"close: %w\", err)
\t}
\treturn nil
}

// ... existing code ...
";
    let expected =
        GO.replacen("closeAll(); err != nil {\n\t\treturn err", "closeAll(); err != nil {\n\t\treturn fmt.Errorf(\"close: %w\", err)", 1);
    assert_eq!(sure("a.go", GO, proposal), expected);
}

#[test]
fn identical_fields_of_sibling_types_are_told_apart_by_their_header() {
    let original = "struct A {\n    id: u32,\n    name: String,\n}\n\nstruct B {\n    id: u32,\n    name: String,\n}\n\nstruct C {\n    id: u32,\n    name: String,\n}\n";
    let proposal =
        "// ... existing code ...\n\nstruct B {\n    id: u32,\n    name: String,\n    size: u64,\n}\n\n// ... existing code ...\n";
    let expected = original.replacen("    name: String,\n}\n\nstruct C", "    name: String,\n    size: u64,\n}\n\nstruct C", 1);
    assert_eq!(sure("a.rs", original, proposal), expected);
}

#[test]
fn a_replaced_end_of_a_function_is_followed_by_a_reference() {
    let proposal = "// ... existing code ...

func first() error {
\tif err := open(); err != nil {
\t\treturn err
\t}
\tfmt.Println(\"opened\")
\treturn check()
}

// ... existing code ...
";
    let expected = GO.replacen("\treturn nil\n", "\tfmt.Println(\"opened\")\n\treturn check()\n", 1);
    assert_eq!(sure("a.go", GO, proposal), expected);
}

#[test]
fn two_references_in_a_row_stand_for_one_stretch() {
    let proposal = "// ... existing code ...\n\n// ... existing code ...\n\nfunc third() {\n\tfmt.Println(\"last\")\n}\n";
    assert_eq!(sure("a.go", GO, proposal), GO.replace("\"third\"", "\"last\""));
}

#[test]
fn a_whole_block_restated_without_its_deleted_lines_loses_them() {
    let original = "def run(a):\n    log(a)\n    check(a)\n    debug(a)\n    return a\n\n\ndef stop():\n    log(1)\n    halt()\n";
    let proposal = "def run(a):\n    log(a)\n    check(a)\n    return a\n\n\n# ... existing code ...\n";
    let merged = run("a.py", original, proposal);
    assert_eq!(merged.content, original.replace("    debug(a)\n", ""));
    has(&merged, ReasonKind::CodeRemoved);
}

#[test]
fn a_removal_comment_excuses_what_goes() {
    let original = "def run(a):\n    log(a)\n    check(a)\n    debug(a)\n    return a\n\n\ndef stop():\n    log(1)\n    halt()\n";
    let proposal =
        "def run(a):\n    log(a)\n    check(a)\n    # Plandex: removed the debugging output\n    return a\n\n\n# ... existing code ...\n";
    assert_eq!(sure("a.py", original, proposal), original.replace("    debug(a)\n", ""));
}

#[test]
fn an_explanation_excuses_what_goes() {
    let original = "def run(a):\n    log(a)\n    check(a)\n    debug(a)\n    return a\n\n\ndef stop():\n    log(1)\n    halt()\n";
    let proposal = "def run(a):\n    log(a)\n    check(a)\n    return a\n\n\n# ... existing code ...\n";
    let explanation = Some("**Updating `a.py`**\nType: remove\nSummary: Remove the call of `debug`\nReplace: line 4\nContext: `stop`\n");
    let merged = merge(&Input { path: "a.py", original, proposal, explanation });
    assert_eq!(merged.content, original.replace("    debug(a)\n", ""));
    assert!(merged.reasons.is_empty(), "{:?}", merged.reasons);
}

#[test]
fn numbers_of_a_summary_excuse_nothing() {
    let original = "def run(a):\n    log(a)\n    check(a)\n    debug(a)\n    return a\n\n\ndef stop():\n    log(1)\n    halt()\n";
    let proposal = "def run(a):\n    log(a)\n    check(a)\n    return a\n\n\n# ... existing code ...\n";
    let explanation = Some("Type: add\nSummary: Replace up to 4 calls\n");
    has(&merge(&Input { path: "a.py", original, proposal, explanation }), ReasonKind::CodeRemoved);
}

#[test]
fn blank_lines_around_a_reference_mean_nothing() {
    let original = "class A:\n    def a(self):\n        one()\n        two()\n        three()\n\n    def b(self):\n        four()\n        five()\n        six()\n";
    let proposal =
        "class A:\n\n    # ... existing code ...\n\n    def b(self):\n        four()\n        new()\n        five()\n        six()\n";
    assert_eq!(sure("a.py", original, proposal), original.replace("four()\n", "four()\n        new()\n"));
}

#[test]
fn new_code_behind_the_last_reference_goes_to_the_end() {
    let proposal = "// ... existing code ...\n\nfunc fourth() {\n\tfmt.Println(\"fourth\")\n}\n";
    assert_eq!(sure("a.go", GO, proposal), format!("{GO}\nfunc fourth() {{\n\tfmt.Println(\"fourth\")\n}}\n"));
}

#[test]
fn a_reference_within_a_block_ends_before_its_closing_line() {
    let original = "class A {\n  one() {\n    a();\n    b();\n  }\n\n  two() {\n    c();\n    d();\n  }\n}\n\nclass B {\n  three() {\n    e();\n    f();\n  }\n}\n";
    let proposal = "class A {\n  // ... existing code ...\n\n  extra() {\n    g();\n  }\n}\n\n// ... existing code ...\n";
    assert_eq!(
        sure("a.js", original, proposal),
        original.replacen("    d();\n  }\n}\n", "    d();\n  }\n\n  extra() {\n    g();\n  }\n}\n", 1)
    );
}

#[test]
fn a_new_function_between_copies_of_its_kind_replaces_none() {
    let original = "class V:\n    def visit_a(self, op):\n        pass\n\n    def visit_b(self, op):\n        pass\n\n    def visit_c(self, op):\n        pass\n\n    def visit_d(self, op):\n        pass\n";
    let proposal = "class V:\n    # ... existing code ...\n    def visit_b(self, op):\n        pass\n\n    def visit_new(self, op):\n        pass\n\n    def visit_c(self, op):\n        # ... existing code ...\n";
    assert_eq!(
        sure("a.py", original, proposal),
        original.replacen("    def visit_c", "    def visit_new(self, op):\n        pass\n\n    def visit_c", 1)
    );
}

#[test]
fn json_takes_references_though_it_has_no_comments() {
    let original = "{\n  \"name\": \"a\",\n  \"version\": \"1.0.0\",\n  \"scripts\": {\n    \"build\": \"make\",\n    \"lint\": \"check\"\n  },\n  \"dependencies\": {\n    \"b\": \"1\"\n  }\n}\n";
    let proposal = "{\n  // ... existing code ...\n  \"scripts\": {\n    \"build\": \"make\",\n    \"test\": \"run\",\n    \"lint\": \"check\"\n  },\n  // ... existing code ...\n}\n";
    assert_eq!(sure("package.json", original, proposal), original.replace("\"make\",\n", "\"make\",\n    \"test\": \"run\",\n"));
}

#[test]
fn a_string_that_only_looks_like_a_reference_stays() {
    let original = "fn prompt() -> &'static str {\n    \"write\n// ... existing code ...\nfor what stays\"\n}\n\nfn other() -> u32 {\n    let a = 1;\n    let b = 2;\n    a + b\n}\n";
    let proposal = "fn prompt() -> &'static str {\n    \"write\n// ... existing code ...\nfor what stays\"\n}\n\nfn other() -> u32 {\n    let a = 1;\n    let b = 3;\n    a + b\n}\n";
    assert_eq!(sure("a.rs", original, proposal), proposal);
}

#[test]
fn a_removal_that_may_mean_one_block_or_two_is_doubtful() {
    let block = |name: &str| format!("    if path.startswith('{name}/'):\n        return minimal\n\n");
    let original = format!("def classify(path):\n{}{}{}{}    return None\n", block("a"), block("b"), block("c"), block("d"));
    let proposal = "def classify(path):\n    # ... existing code ...\n        return minimal\n\n    # Plandex: removed code\n    if path.startswith('d/'):\n        return minimal\n\n    return None\n";
    has(&run("a.py", &original, proposal), ReasonKind::AmbiguousLocation);
}

#[test]
fn a_proposal_that_breaks_the_syntax_is_doubtful() {
    let proposal = "// ... existing code ...\n\nfunc third() {\n\tfmt.Println(\"third\"\n}\n";
    has(&run("a.go", GO, proposal), ReasonKind::SyntaxError);
}

#[test]
fn a_syntax_error_that_the_original_had_is_no_reason() {
    let original = "def broken(:\n    pass\n\n\ndef fine():\n    one()\n    two()\n    three()\n";
    let proposal = "# ... existing code ...\n\n\ndef fine():\n    one()\n    two()\n    four()\n";
    assert_eq!(sure("a.py", original, proposal), original.replace("three", "four"));
}

#[test]
fn code_that_would_stand_twice_is_doubtful() {
    let original =
        "fn a() {\n    one();\n    two();\n}\n\nfn b() {\n    three();\n    four();\n}\n\nfn c() {\n    five();\n    six();\n}\n";
    let proposal = "// ... existing code ...\n\nfn c() {\n    five();\n    six();\n}\n\nfn a() {\n    one();\n    two();\n}\n";
    let merged = run("a.rs", original, proposal);
    has(&merged, ReasonKind::CodeDuplicated);
}

#[test]
fn a_lone_function_takes_the_place_of_its_old_form() {
    let proposal =
        "func second() error {\n\tif err := closeAll(); err != nil {\n\t\treturn err\n\t}\n\tfmt.Println(\"closed\")\n\treturn nil\n}\n";
    let expected = GO.replacen("\treturn nil\n}\n\nfunc third", "\tfmt.Println(\"closed\")\n\treturn nil\n}\n\nfunc third", 1);
    assert_eq!(sure("a.go", GO, proposal), expected);
}

#[test]
fn a_lone_snippet_without_a_place_is_doubtful() {
    has(&run("a.go", GO, "func fresh() int {\n\treturn 42\n}\n"), ReasonKind::LoneSnippet);
}

#[test]
fn a_whole_file_without_references_replaces_it() {
    let whole = GO.replace("\"third\"", "\"3\"").replace("func first() error {", "// first opens.\nfunc first() error {");
    assert_eq!(sure("a.go", GO, &whole), whole);
}

#[test]
fn an_overwrite_that_is_announced_replaces_the_file() {
    let proposal = "package other\n\nfunc only() {}\n";
    let merged = merge(&Input { path: "a.go", original: GO, proposal, explanation: Some("Type: overwrite\nSummary: Rewrite it\n") });
    assert_eq!(merged.content, proposal);
    assert!(!merged.reasons.iter().any(|reason| reason.kind == ReasonKind::LoneSnippet));
}

#[test]
fn an_empty_original_takes_the_proposal_as_it_is() {
    assert_eq!(sure("a.go", "", GO), GO);
}

#[test]
fn line_endings_final_newline_and_mark_stay_as_they_were() {
    let original = "\u{feff}a = 1\r\nb = 2\r\nc = 3\r\nd = 4\r\ne = 5";
    let proposal = "a = 1\nb = 20\nc = 3\n# ... existing code ...\n";
    assert_eq!(sure("a.py", original, proposal), "\u{feff}a = 1\r\nb = 20\r\nc = 3\r\nd = 4\r\ne = 5");
}

#[test]
fn plain_text_without_a_grammar_is_merged_by_its_lines() {
    let original = "Title\n\nOne fine day.\nA second line.\nA third line.\nThe end.\n";
    let proposal = "Title\n\nOne rainy day.\nA second line.\n... existing code ...\n";
    assert_eq!(sure("notes", original, proposal), original.replace("fine", "rainy"));
}

#[test]
fn spaces_for_tabs_are_put_right() {
    let proposal = "// ... existing code ...\n\nfunc second() error {\n    if err := closeAll(); err != nil {\n        log(err)\n        return err\n    }\n    return nil\n}\n\n// ... existing code ...\n";
    let expected = GO.replacen("closeAll(); err != nil {\n", "closeAll(); err != nil {\n\t\tlog(err)\n", 1);
    assert_eq!(sure("a.go", GO, proposal), expected);
}

#[test]
fn missing_indentation_is_put_right() {
    let original = "class A:\n    def a(self):\n        one()\n        two()\n\n    def b(self):\n        three()\n        four()\n";
    let proposal = "def b(self):\n    three()\n    extra()\n    four()\n";
    assert_eq!(sure("a.py", original, proposal), original.replace("three()\n", "three()\n        extra()\n"));
}

#[test]
fn a_body_elided_within_its_line_keeps_its_lines() {
    let original = "function a() {\n  one();\n  two();\n}\n\nfunction b() {\n  three();\n  four();\n}\n\nfunction c() {\n  five();\n}\n";
    let proposal = "function a() { /* ... existing code ... */ }\n\nfunction b() {\n  three();\n  four();\n  more();\n}\n\nfunction c() { /* ... existing code ... */ }\n";
    assert_eq!(sure("a.js", original, proposal), original.replace("four();\n", "four();\n  more();\n"));
}

#[test]
fn a_file_too_large_to_search_is_merged_and_doubtful() {
    let line = "x = 1\n";
    let original = line.repeat(6_000);
    let proposal = format!("{}# ... existing code ...\n{}", line.repeat(3_000), line.repeat(2_000));
    let merged = run("a.txt", &original, &proposal);
    assert_eq!(merged.content, original);
    has(&merged, ReasonKind::AmbiguousLocation);
}

/// A function that is written after the one it resembles, line for line, takes nobody's place.
#[test]
fn a_new_function_much_like_an_old_one_takes_nothing_away() {
    let original = "\
pub type Distance = Result<usize, Unequal>;

/// Counts the places where two sequences differ.
pub fn generic<I, J, A, B>(a: I, b: J) -> Distance
where
    I: IntoIterator<Item = A>,
    J: IntoIterator<Item = B>,
    A: PartialEq<B>,
{
    let (mut ita, mut itb) = (a.into_iter(), b.into_iter());
    let mut count = 0;
    loop {
        match (ita.next(), itb.next()) {
            (Some(x), Some(y)) => {
                if x != y {
                    count += 1;
                }
            }
            (None, None) => return Ok(count),
            _ => return Err(Unequal),
        }
    }
}

/// Counts the places where two strings differ.
pub fn distance(a: &str, b: &str) -> Distance {
    generic(a.chars(), b.chars())
}
";
    let new = "
/// Stops as soon as the distance exceeds `limit`.
pub fn generic_within<I, J, A, B>(
    a: I,
    b: J,
    limit: usize,
) -> Result<Option<usize>, Unequal>
where
    I: IntoIterator<Item = A>,
    J: IntoIterator<Item = B>,
    A: PartialEq<B>,
{
    let (mut ita, mut itb) = (a.into_iter(), b.into_iter());
    let mut count = 0;
    loop {
        match (ita.next(), itb.next()) {
            (Some(x), Some(y)) => {
                if x != y {
                    count += 1;
                    if count > limit {
                        return Ok(None);
                    }
                }
            }
            (None, None) => return Ok(Some(count)),
            _ => return Err(Unequal),
        }
    }
}

/// Stops as soon as the distance exceeds `limit`.
pub fn distance_within(a: &str, b: &str, limit: usize) -> Result<Option<usize>, Unequal> {
    generic_within(a.chars(), b.chars(), limit)
}
";
    let anchor = "pub fn distance(a: &str, b: &str) -> Distance {\n    generic(a.chars(), b.chars())\n}\n";
    let proposal = format!("// ... existing code ...\n{anchor}{new}");
    for explanation in [None, Some("Type: append\nSummary: Add `generic_within` and `distance_within`.\n")] {
        let merged = merge(&Input { path: "src/lib.rs", original, proposal: &proposal, explanation });
        assert_eq!(merged.content, format!("{original}{new}"));
        assert_eq!(merged.reasons, []);
    }
}
