//! The names of refs: built here, parsed here, and nowhere else.

use crate::plan::{PlanRef, Slug};

/// Where a ref of ours stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Space {
    /// Plan branches in use.
    Plans,
    /// Archived plan branches.
    Archive,
    /// Leases of runs.
    Runs,
}

impl Space {
    /// The prefix of all refs of the space, with its slash.
    pub(super) fn prefix(self) -> &'static str {
        match self {
            Self::Plans => "refs/plandex/plans/",
            Self::Archive => "refs/plandex/archive/",
            Self::Runs => "refs/plandex/runs/",
        }
    }

    /// The ref of a plan branch.
    pub(super) fn name(self, at: &PlanRef) -> String {
        format!("{}{at}", self.prefix())
    }

    /// The prefix of all branches of a plan.
    pub(super) fn plan_prefix(self, plan: &Slug) -> String {
        format!("{}{plan}/", self.prefix())
    }

    /// Reads a ref's name; `None` when it is not of this space or not well-formed.
    pub(super) fn parse(self, name: &str) -> Option<PlanRef> {
        let (plan, branch) = name.strip_prefix(self.prefix())?.split_once('/')?;
        Some(PlanRef { plan: plan.parse().ok()?, branch: branch.parse().ok()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip_and_foreign_ones_are_not_ours() {
        let at: PlanRef = "add-auth/try-2".parse().expect("well-formed");
        for space in [Space::Plans, Space::Archive, Space::Runs] {
            assert_eq!(space.parse(&space.name(&at)), Some(at.clone()));
        }
        for name in
            ["refs/plandex/plans/x", "refs/plandex/plans/x/y/z", "refs/plandex/plans/X/y", "refs/heads/x/y", "refs/plandex/plans/x/y.lock"]
        {
            assert_eq!(Space::Plans.parse(name), None, "{name}");
        }
    }
}
