//! Where things stand in a plan commit's tree.

use crate::plan::{EntityId, Role};

/// The format version that is written and read.
pub(super) const VERSION: u32 = 1;

/// The file with the format version.
pub(super) const VERSION_FILE: &str = "version";

/// The file with the plan's own facts.
pub(super) const META_FILE: &str = "plan.yml";

/// The overlays, present even when empty.
pub(super) const BASE: &str = "base";
/// See [`BASE`].
pub(super) const RESULT: &str = "result";

/// How many characters of an id name its directory: six leave 20 bits of milliseconds, about 17 minutes each.
///
/// A directory fills only while its minutes last, so appending to a long plan rewrites small trees alone.
const FAN_OUT: usize = 6;

/// A kind of entity, one file each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Message,
    Summary,
    Subtask,
    Context,
    Operation,
}

impl Kind {
    /// All kinds.
    pub(super) const ALL: [Self; 5] = [Self::Message, Self::Summary, Self::Subtask, Self::Context, Self::Operation];

    /// The directory at the root of the tree.
    pub(super) fn dir(self) -> &'static str {
        match self {
            Self::Message => "conversation",
            Self::Summary => "summaries",
            Self::Subtask => "subtasks",
            Self::Context => "context",
            Self::Operation => "operations",
        }
    }
}

/// A file of an entity, as its name tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FileName {
    /// The entity itself; the role for messages.
    Entity(EntityId, Option<Role>),
    /// The body beside it.
    Body(EntityId),
    /// The content of an attempt, counted from one.
    Attempt(EntityId, usize),
    /// A file that an operation was proposed for, as it was then, counted from one.
    Shown(EntityId, usize),
}

/// The directory of an id below its kind's.
pub(super) fn fan_out(id: EntityId) -> String {
    id.to_string()[..FAN_OUT].to_owned()
}

/// The path of an entity's file.
pub(super) fn path(kind: Kind, name: FileName) -> String {
    let (id, file) = match name {
        FileName::Entity(id, Some(role)) => (id, format!("{id}-{}.md", role.as_str())),
        FileName::Entity(id, None) if kind == Kind::Summary => (id, format!("{id}.md")),
        FileName::Entity(id, None) => (id, format!("{id}.yml")),
        FileName::Body(id) => (id, format!("{id}.body")),
        FileName::Attempt(id, n) => (id, format!("{id}.attempt-{n}")),
        FileName::Shown(id, n) => (id, format!("{id}.shown-{n}")),
    };
    format!("{}/{}/{file}", kind.dir(), fan_out(id))
}

/// Reads a file's name in the directory of `kind`.
///
/// `Ok(None)` is a name that a newer minor version may have added; an error one that looks like ours and is not well-formed.
pub(super) fn parse(kind: Kind, name: &str) -> Result<Option<FileName>, String> {
    let Some((stem, extension)) = name.split_once('.') else { return Ok(None) };
    let parsed = match (kind, extension) {
        (Kind::Message, "md") => {
            let (id, role) = stem.split_once('-').ok_or("a message's name ends in its role")?;
            let role = [Role::User, Role::Assistant].into_iter().find(|known| known.as_str() == role).ok_or("unknown role")?;
            FileName::Entity(id.parse()?, Some(role))
        }
        (Kind::Summary, "md") => FileName::Entity(stem.parse()?, None),
        (Kind::Subtask | Kind::Context | Kind::Operation, "yml") => FileName::Entity(stem.parse()?, None),
        (Kind::Context | Kind::Operation, "body") => FileName::Body(stem.parse()?),
        (Kind::Operation, other) => match other.split_once('-').map(|(what, n)| (what, n.parse())) {
            Some(("attempt", Ok(n))) => FileName::Attempt(stem.parse()?, n),
            Some(("shown", Ok(n))) => FileName::Shown(stem.parse()?, n),
            _ => return Ok(None),
        },
        _ => return Ok(None),
    };
    Ok(Some(parsed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_round_trip() {
        let id: EntityId = "01JCQ3ZZZZ0000000000000000".parse().expect("a ULID");
        let cases = [
            (Kind::Message, FileName::Entity(id, Some(Role::Assistant)), "conversation/01JCQ3/01JCQ3ZZZZ0000000000000000-assistant.md"),
            (Kind::Summary, FileName::Entity(id, None), "summaries/01JCQ3/01JCQ3ZZZZ0000000000000000.md"),
            (Kind::Subtask, FileName::Entity(id, None), "subtasks/01JCQ3/01JCQ3ZZZZ0000000000000000.yml"),
            (Kind::Context, FileName::Body(id), "context/01JCQ3/01JCQ3ZZZZ0000000000000000.body"),
            (Kind::Operation, FileName::Attempt(id, 2), "operations/01JCQ3/01JCQ3ZZZZ0000000000000000.attempt-2"),
            (Kind::Operation, FileName::Shown(id, 1), "operations/01JCQ3/01JCQ3ZZZZ0000000000000000.shown-1"),
        ];
        for (kind, name, expected) in cases {
            assert_eq!(path(kind, name), expected);
            let file = expected.rsplit('/').next().expect("a name");
            assert_eq!(parse(kind, file), Ok(Some(name)));
        }
    }

    #[test]
    fn unknown_names_are_skipped_and_malformed_ones_reported() {
        assert_eq!(parse(Kind::Subtask, "notes.txt"), Ok(None));
        assert_eq!(parse(Kind::Subtask, "README"), Ok(None));
        assert!(parse(Kind::Subtask, "x.yml").is_err());
        assert!(parse(Kind::Message, "01JCQ3ZZZZ0000000000000000-robot.md").is_err());
        assert!(parse(Kind::Message, "01jcq3zzzz0000000000000000-user.md").is_err());
    }
}
