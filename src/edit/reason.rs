//! Why a merge may be wrong.

use std::fmt;

/// A reason to doubt a merge.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reason {
    /// What kind of doubt it is.
    pub kind: ReasonKind,
    /// Where, and what the reader should look at.
    pub detail: String,
}

/// The kinds of doubt.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ReasonKind {
    /// Another reading of the proposal explains it about as well.
    AmbiguousLocation,
    /// Code vanishes that neither a removal comment nor the explanation names.
    CodeRemoved,
    /// A definition stands twice that stood once.
    CodeDuplicated,
    /// The result has syntax errors that the original had not.
    SyntaxError,
    /// A snippet without references has no clear place.
    LoneSnippet,
    /// A reference or removal comment could not be given a meaning.
    UnclearMarker,
    /// Code came that the proposal does not hold.
    Unexpected,
    /// Code of the proposal is not in the result.
    NotMade,
    /// The proposal ends its last line otherwise than the original, which may be meant or an accident.
    FinalNewline,
}

impl ReasonKind {
    /// The kind in lower case with dashes.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AmbiguousLocation => "ambiguous-location",
            Self::CodeRemoved => "code-removed",
            Self::CodeDuplicated => "code-duplicated",
            Self::SyntaxError => "syntax-error",
            Self::LoneSnippet => "lone-snippet",
            Self::UnclearMarker => "unclear-marker",
            Self::Unexpected => "unexpected-code",
            Self::NotMade => "change-not-made",
            Self::FinalNewline => "final-newline",
        }
    }
}

impl fmt::Display for ReasonKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind, self.detail)
    }
}
