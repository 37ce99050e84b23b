//! The words of an explanation: what each step does, and what it remembers.

/// What the path did last.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(super) enum State {
    /// Only blank lines stay behind a reference.
    LeadBlank,
    /// Lines stay behind a reference, none that tells its place yet.
    Lead0,
    /// Lines stay behind a reference, one of them telling.
    Lead1,
    /// Lines stay behind a reference and tell their place well.
    Lead2,
    /// Only blank lines stay behind a change.
    RestBlank,
    /// Lines stay behind a change, none that tells its place yet.
    Rest0,
    /// Lines stay behind a change, one of them telling.
    Rest1,
    /// Lines stay behind a change and tell their place well.
    Rest2,
    /// New lines.
    Added,
    /// Lines went, and nothing says so yet.
    Gone,
    /// Lines went and others came.
    Replaced,
    /// Many lines went and others came.
    Swept,
    /// A removal comment, nothing removed yet.
    Announced,
    /// Lines went as a removal comment says.
    Removed,
    /// New lines next to a reference.
    Edge,
    /// A reference that stands for nothing yet.
    Opened,
    /// A reference that stands for one line.
    One,
    /// A reference that stands for two lines.
    Two,
    /// A reference that stands for lines of its own block.
    Kept,
    /// A reference that stands for lines beyond its own block.
    Beyond,
    /// Blank lines that only set the next reference apart.
    Ending,
    /// Blank lines that only set the last reference apart.
    Beginning,
}

/// How many states there are.
pub(super) const STATE_COUNT: usize = 22;

pub(super) const STATES: [State; STATE_COUNT] = [
    State::LeadBlank,
    State::Lead0,
    State::Lead1,
    State::Lead2,
    State::RestBlank,
    State::Rest0,
    State::Rest1,
    State::Rest2,
    State::Added,
    State::Gone,
    State::Replaced,
    State::Swept,
    State::Announced,
    State::Removed,
    State::Edge,
    State::Opened,
    State::One,
    State::Two,
    State::Kept,
    State::Beyond,
    State::Ending,
    State::Beginning,
];

impl State {
    /// The state at the start of a text, whose place is sure.
    pub const START: Self = Self::Lead2;

    /// Whether the last step was a reference or a line that it stands for.
    pub fn refers(self) -> bool {
        matches!(self, Self::Opened | Self::One | Self::Two | Self::Kept | Self::Beyond)
    }

    /// The state after one more line that stays and tells so much.
    pub fn stay(self, blank: bool, tells: u8) -> Self {
        const LEADS: [State; 3] = [State::Lead0, State::Lead1, State::Lead2];
        const RESTS: [State; 3] = [State::Rest0, State::Rest1, State::Rest2];
        let (run, alone, told) = match self {
            Self::Lead0 => (LEADS, Self::Lead0, 0),
            Self::Lead1 => (LEADS, Self::Lead1, 1),
            Self::Lead2 => (LEADS, Self::Lead2, 2),
            Self::Rest0 => (RESTS, Self::Rest0, 0),
            Self::Rest1 => (RESTS, Self::Rest1, 1),
            Self::Rest2 => (RESTS, Self::Rest2, 2),
            Self::Opened | Self::One | Self::Two | Self::Kept | Self::Beyond | Self::Beginning | Self::LeadBlank => {
                (LEADS, Self::LeadBlank, 0)
            }
            _ => (RESTS, Self::RestBlank, 0),
        };
        if blank { alone } else { run[usize::from(told + tells).min(2)] }
    }
}

/// One step of a path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(super) enum Step {
    /// A line of the original and one of the proposal are the same.
    Match,
    /// A line of the proposal replaces a similar one of the original.
    Change,
    /// A line of the proposal is new.
    Insert,
    /// A line of the original goes.
    Delete,
    /// The item is a removal comment.
    Announce,
    /// The item is a reference.
    Open,
    /// The reference stands for this line of the original.
    Cover,
    /// The item means nothing: an implied reference that is not needed, a blank line beside a reference.
    Skip,
}

pub(super) const STEPS: [Step; 8] =
    [Step::Match, Step::Change, Step::Insert, Step::Delete, Step::Announce, Step::Open, Step::Cover, Step::Skip];

impl Step {
    /// How many lines of the original and items of the proposal the step takes.
    pub fn takes(self) -> (usize, usize) {
        match self {
            Self::Match | Self::Change => (1, 1),
            Self::Insert | Self::Announce | Self::Open | Self::Skip => (0, 1),
            Self::Delete | Self::Cover => (1, 0),
        }
    }
}
