//! An original and a proposal become new content, or the reasons why it is doubtful.
//!
//! A proposal restates only what changes, with a little of what stands around it; a reference comment
//! (`... existing code ...`) stands for lines that stay, a removal comment for lines that go.
//! The result is the proposal with each reference replaced by the original lines that it stands for, so the only
//! question is which lines those are. `align` answers it by the cheapest explanation of the whole proposal.

mod align;
mod anchor;
mod content;
mod cost;
mod declare;
mod doubt;
mod explanation;
mod marker;
mod merge;
mod normal;
mod price;
mod problem;
mod reason;
mod replace;
mod result;
mod rivals;
mod scope;
mod step;
mod text;
mod verify;

pub use merge::{Input, Merged, merge};
pub use reason::{Reason, ReasonKind};
pub use replace::{ReplaceError, replace_all};
pub use verify::verify;
