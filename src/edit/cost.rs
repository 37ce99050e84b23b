//! What each part of an explanation costs, in thousandths of a new line.

/// The prices of the alignment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Costs {
    /// A stretch of changed lines begins.
    pub hunk: i32,
    /// Lines go, nothing comes, and nothing says so.
    pub pure_deletion: i32,
    /// Besides, a line goes or changes that no removal comment announces.
    pub keep: i32,
    /// A line goes.
    pub delete: i32,
    /// A blank line goes.
    pub delete_blank: i32,
    /// Lines go where others come.
    pub both: i32,
    /// A run of new lines counts as long.
    pub grow: i32,
    /// A run of lost lines counts as long.
    pub sweep: i32,
    /// In a long run of lost lines each costs this part.
    pub swept_part: i32,
    /// A line that goes as a removal comment says costs this part.
    pub removed_part: i32,
    /// A declaration goes.
    pub lost_declaration: i32,
    /// A changed line declares another name.
    pub other_name: i32,
    /// A changed line sets or calls another name.
    pub other_key: i32,
    /// One of two equal lines is in a comment or string, the other is not.
    pub other_inner: i32,
    /// New lines stand next to a reference.
    pub edge: i32,
    /// A line changes next to a reference.
    pub edge_change: i32,
    /// A new declaration stands behind a reference.
    pub fresh_edge: i32,
    /// Lines go behind new lines that stand next to a reference.
    pub edge_deletion: i32,
    /// New code stands behind a reference that reaches out of its block.
    pub leave: i32,
    /// New code behind a reference is indented unlike its surroundings.
    pub seam: i32,
    /// A reference stands for nothing.
    pub empty_reference: i32,
    /// A removal comment removes nothing.
    pub empty_removal: i32,
    /// A removal comment removes blank lines only.
    pub blank_removal: i32,
    /// A reference reaches out of its block.
    pub beyond: i32,
    /// A reference is missing at the start or end.
    pub implied: i32,
    /// The same where the proposal has no reference at all.
    pub implied_lone: i32,
    /// A reference is not indented as what it stands for.
    pub ref_indent: i32,
    /// Two equal lines are not indented alike.
    pub other_indent: i32,
    /// Two equal lines stand in different blocks.
    pub other_scope: i32,
    /// The same where a reference hides the block.
    pub other_scope_crossed: i32,
    /// Two equal lines stand in equal blocks of different blocks.
    pub other_outer: i32,
    /// Lines less alike than this, of 1000, are not forms of each other.
    pub least_likeness: i32,
    /// A blank line beside a reference means nothing.
    pub idle: i32,
    /// A line changes.
    pub change: i32,
    /// A line changes into an entirely different one, besides.
    pub unlike: i32,
    /// A declaration changes and keeps its name.
    pub known_change: i32,
    /// A reference follows another.
    pub second_reference: i32,
    /// A declaration is new though its name is declared already.
    pub second_declaration: i32,
    /// A declaration is new though the very line stands in the original.
    pub same_declaration: i32,
    /// In a long run of new lines each costs this part.
    pub insert_part: i32,
    /// A new line.
    pub new: i32,
    /// A new line that only closes something.
    pub bare: i32,
    /// Off a new closing line for each equal one in the original, up to eight.
    pub bare_known: i32,
    /// Off a new line for each doubling of its equals in the original.
    pub frequent: i32,
    /// A new blank line.
    pub blank: i32,
    /// A new line that stands once in both texts.
    pub unique: i32,
    /// The same for a short line.
    pub unique_short: i32,
    /// Explanations that differ by no more than this are about as good.
    pub margin: i32,
    /// Explanations dearer than the best by more than this are not looked at.
    pub reach: i32,
    /// The result has a syntax error that the original had not.
    pub syntax: i32,
}

/// The prices in force.
pub(super) const COSTS: Costs = Costs {
    hunk: 343,
    pure_deletion: 1_301,
    keep: 0,
    delete: 270,
    delete_blank: 30,
    both: 217,
    grow: 1_445,
    sweep: 364,
    swept_part: 12,
    removed_part: 123,
    lost_declaration: 403,
    other_name: 1_300,
    other_key: 556,
    other_inner: 1_111,
    edge: 2_667,
    edge_change: 1_600,
    fresh_edge: 200,
    edge_deletion: 355,
    leave: 801,
    seam: 3_001,
    empty_reference: 3_751,
    empty_removal: 3_751,
    blank_removal: 600,
    beyond: 594,
    implied: 5_628,
    implied_lone: 700,
    ref_indent: 2_004,
    other_indent: 800,
    other_scope: 663,
    other_scope_crossed: 406,
    other_outer: 120,
    least_likeness: 333,
    idle: 22,
    change: 99,
    unlike: 1_600,
    known_change: 242,
    second_reference: 74,
    second_declaration: 3_000,
    same_declaration: 5_000,
    insert_part: 4,
    new: 1_000,
    bare: 700,
    bare_known: 41,
    frequent: 162,
    blank: 453,
    unique: 3_000,
    unique_short: 1_668,
    margin: 250,
    reach: 1_500,
    syntax: 1_500,
};

impl Costs {
    /// Other views of what is likely: that more lines are new, and that more lines are changed ones.
    ///
    /// What holds only at one price is a doubt.
    pub fn views(self) -> [Self; 2] {
        let new = Self {
            new: self.new / 3,
            unique: self.unique / 3,
            unique_short: self.unique_short / 3,
            grow: self.grow / 3,
            frequent: self.frequent / 3,
            ..self
        };
        let changed = Self { unlike: self.unlike / 2, other_key: self.other_key / 2, ..self };
        [new, changed]
    }
}
