//! What each part of an explanation costs, in thousandths of a new line.

/// The prices of the alignment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Costs {
    /// A stretch of changed lines begins.
    pub hunk: i32,
    /// A change begins behind a reference and blank lines.
    pub lead_blank: i32,
    /// A change begins behind a reference and lines that tell nothing.
    pub lead_0: i32,
    /// A change begins behind a reference and one telling line.
    pub lead_1: i32,
    /// A change begins behind another and blank lines.
    pub rest_blank: i32,
    /// A change begins behind another and lines that tell nothing.
    pub rest_0: i32,
    /// A change begins behind another and one telling line.
    pub rest_1: i32,
    /// Between two references stand blank lines.
    pub head_blank: i32,
    /// Between two references stand lines that tell nothing.
    pub head_0: i32,
    /// Between two references stands one telling line.
    pub head_1: i32,
    /// Between two references stand lines that stay.
    pub head_2: i32,
    /// Between a change and a reference stand blank lines.
    pub tail_blank: i32,
    /// Between a change and a reference stand lines that tell nothing.
    pub tail_0: i32,
    /// Between a change and a reference stands one telling line.
    pub tail_1: i32,
    /// Lines go, nothing comes, and nothing says so.
    pub pure_deletion: i32,
    /// A line goes.
    pub delete: i32,
    /// A blank line goes.
    pub delete_blank: i32,
    /// Lines go where others come.
    pub both: i32,
    /// A run of lost lines counts as long.
    pub sweep: i32,
    /// A line goes in a long run of lost lines.
    pub swept: i32,
    /// A line goes as a removal comment says.
    pub removed: i32,
    /// A declaration goes.
    pub lost_declaration: i32,
    /// A changed line declares another name.
    pub other_name: i32,
    /// A changed line sets or calls another name.
    pub other_key: i32,
    /// One of two equal lines is in a comment or string, the other is not.
    pub other_inner: i32,
    /// New lines stand behind a reference.
    pub edge_before: i32,
    /// A reference stands behind a change.
    pub edge_behind: i32,
    /// A changed line stands behind a reference.
    pub edge_change: i32,
    /// A removal comment stands beside a reference.
    pub removed_edge: i32,
    /// A new declaration stands behind a reference.
    pub fresh_edge: i32,
    /// New lines stand behind a reference at the end of a block.
    pub edge_last: i32,
    /// A new declaration stands behind a reference at the end of a block.
    pub fresh_last: i32,
    /// A reference stands behind a change at the start of a block.
    pub edge_first: i32,
    /// New lines follow a blank line that only sets the reference before it apart.
    pub idle_edge: i32,
    /// A reference stands for lines that equal those behind it.
    pub passed: i32,
    /// The last line that a reference stands for is the first new line behind it.
    pub shadow: i32,
    /// New lines behind a reference stand before a blank line that the reference could stand for.
    pub blank_left: i32,
    /// Lines go behind new lines that stand next to a reference.
    pub edge_deletion: i32,
    /// A reference stands for nothing.
    pub empty_reference: i32,
    /// A reference stands for one line.
    pub reference_to_one: i32,
    /// A reference stands for two lines.
    pub reference_to_two: i32,
    /// A removal comment removes nothing.
    pub empty_removal: i32,
    /// A reference reaches out of its block.
    pub beyond: i32,
    /// A reference is missing at the start or end.
    pub implied: i32,
    /// The same where the proposal has no reference at all.
    pub implied_lone: i32,
    /// A reference is not indented as what it stands for.
    pub ref_indent: i32,
    /// A reference follows another.
    pub second_reference: i32,
    /// A blank line beside a reference means nothing.
    pub idle: i32,
    /// The same where blank lines set every reference apart.
    pub idle_airy: i32,
    /// The same where a new declaration would stand directly behind old code.
    pub joined: i32,
    /// Two equal lines are not indented alike.
    pub other_indent: i32,
    /// A line is indented and stands in no block.
    pub no_scope: i32,
    /// Two equal lines stand in different blocks.
    pub other_scope: i32,
    /// The same where the block is new to the original.
    pub new_scope: i32,
    /// Two equal lines may stand in different blocks, as a reference hides which.
    pub other_scope_crossed: i32,
    /// The same where the block is new to the original.
    pub new_scope_crossed: i32,
    /// Two equal lines stand in equal blocks of different blocks.
    pub other_outer: i32,
    /// A line stays that stands in a new declaration.
    pub stays_in_new: i32,
    /// Lines less alike than this, of 1000, are not forms of each other.
    pub least_likeness: i32,
    /// A line changes.
    pub change: i32,
    /// A line that closes a block changes into another that does.
    pub other_end: i32,
    /// A line changes into an entirely different one, besides.
    pub unlike: i32,
    /// A declaration changes and keeps its name.
    pub known_change: i32,
    /// A declaration is new though its name is declared already.
    pub second_declaration: i32,
    /// A declaration is new though the very line stands in the original.
    pub same_declaration: i32,
    /// A new line.
    pub new: i32,
    /// A new blank line.
    pub blank: i32,
    /// A new line that only closes something and stands in the original once.
    pub bare_once: i32,
    /// The same for up to seven times.
    pub bare_few: i32,
    /// The same for more.
    pub bare_many: i32,
    /// A new line that stands once in both texts.
    pub unique: i32,
    /// The same for a short line.
    pub unique_short: i32,
    /// A new line that stands in the original once and in the proposal more often.
    pub known_once: i32,
    /// A new line that stands in the original two or three times.
    pub known_few: i32,
    /// A new line that stands in the original more often.
    pub known_many: i32,
    /// In a new declaration: a new line that stands once in both texts.
    pub copied_unique: i32,
    /// In a new declaration: a new line that stands in the original.
    pub copied: i32,
    /// Brackets open and close less evenly than before.
    pub unbalanced: i32,
    /// A change takes or leaves one bracket of two.
    pub unbalanced_hunk: i32,
    /// The lines of a change that come reach as far out as those that go, or not.
    pub uneven_hunk: i32,
    /// A declaration goes, besides.
    pub lost: i32,
    /// A declaration stands twice.
    pub twice: i32,
    /// A telling line stands more often than in either text.
    pub doubled: i32,
    /// A line stays though the line that opens its block is new.
    pub orphan: i32,
    /// A line stays though the line that opens its block stays in another place.
    pub stray: i32,
    /// Explanations that differ by no more than this are about as good.
    pub margin: i32,
    /// Explanations dearer than the best by more than this are not looked at.
    pub reach: i32,
    /// The result has a syntax error that the original had not.
    pub syntax: i32,
}

/// The prices in force.
pub(super) const COSTS: Costs = Costs {
    hunk: 0,
    lead_blank: 4_081,
    lead_0: 1_519,
    lead_1: 2,
    rest_blank: 450,
    rest_0: 108,
    rest_1: 858,
    head_blank: 1_000,
    head_0: 1_532,
    head_1: 2_575,
    head_2: 2_032,
    tail_blank: 3_344,
    tail_0: 1_538,
    tail_1: 779,
    pure_deletion: 827,
    delete: 263,
    delete_blank: 0,
    both: 742,
    sweep: 582,
    swept: 10,
    removed: 12,
    lost_declaration: 0,
    other_name: 2_700,
    other_key: 181,
    other_inner: 1_321,
    edge_before: 4_081,
    edge_behind: 3_342,
    edge_change: 3_805,
    removed_edge: 367,
    fresh_edge: 4_634,
    edge_last: 4_204,
    fresh_last: 3_630,
    edge_first: 3_153,
    idle_edge: 0,
    passed: 0,
    shadow: 371,
    blank_left: 0,
    edge_deletion: 187,
    empty_reference: 2_500,
    reference_to_one: 831,
    reference_to_two: 553,
    empty_removal: 2_500,
    beyond: 878,
    implied: 5_028,
    implied_lone: 100,
    ref_indent: 1_452,
    second_reference: 789,
    idle: 5_014,
    idle_airy: 0,
    joined: 2_500,
    other_indent: 3_565,
    no_scope: 0,
    other_scope: 487,
    new_scope: 358,
    other_scope_crossed: 770,
    new_scope_crossed: 0,
    other_outer: 953,
    stays_in_new: 703,
    least_likeness: 333,
    change: 98,
    other_end: 0,
    unlike: 1_492,
    known_change: 515,
    second_declaration: 0,
    same_declaration: 922,
    new: 558,
    blank: 451,
    bare_once: 643,
    bare_few: 61,
    bare_many: 281,
    unique: 297,
    unique_short: 256,
    known_once: 0,
    known_few: 465,
    known_many: 272,
    copied_unique: 777,
    copied: 1_079,
    unbalanced: 494,
    unbalanced_hunk: 483,
    uneven_hunk: 475,
    lost: 22,
    twice: 381,
    doubled: 592,
    orphan: 147,
    stray: 63,
    margin: 300,
    reach: 1_500,
    syntax: 1_500,
};
