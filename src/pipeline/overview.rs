//! What the architect chooses from: the map of the project, where the user's work stands, and what was chosen so far.

use crate::context::{Listing, ProjectMap, View, work_state};
use crate::plan::{RepoPath, RunEvent};

use super::Error;
use super::rounds::{opened, rounds};
use super::run::Run;

/// So many times the user hears how far a map is, if it has that many files to look into.
const STEPS: usize = 50;

/// What only the architect is shown.
#[derive(Debug, Default)]
pub struct Overview {
    /// The map of the project.
    pub map: String,
    /// Whether directories are folded in it.
    pub folded: bool,
    /// Where the user's work stands.
    pub work_state: String,
    /// The files that were chosen for the prompt so far.
    pub chosen: Vec<String>,
    /// The directories that were asked for.
    pub opened: Vec<String>,
}

impl Run<'_> {
    /// What the architect chooses from, with a map of at most `budget` tokens; returns its tokens too.
    pub(super) fn overview(&mut self, budget: u64) -> Result<(Overview, u64), Error> {
        let opened = opened(&self.snapshot.plan);
        let listing = self.map_within(budget, &opened)?;
        let mask = self.models.mask();
        let chosen = rounds(&self.snapshot.plan).last().map(|m| m.activated_paths.as_slice()).unwrap_or_default();
        let names = |paths: &[RepoPath]| paths.iter().map(ToString::to_string).collect();
        let overview = Overview {
            map: mask.text(&listing.text).into_owned(),
            folded: listing.left_out > 0,
            work_state: mask.text(&work_state(&self.project)?).into_owned(),
            chosen: names(chosen),
            opened: names(&opened),
        };
        Ok((overview, listing.tokens))
    }

    fn map_within(&mut self, budget: u64, opened: &[RepoPath]) -> Result<Listing, Error> {
        if self.map.is_none() {
            let events = &mut *self.events;
            let mut progress = |done: usize, files: usize| {
                if files >= STEPS && (done.is_multiple_of(files / STEPS) || done == files) {
                    events(RunEvent::Map { done, files });
                }
            };
            self.map = Some(ProjectMap::of(&self.project, None, &mut progress)?);
        }
        Ok(self.map.as_ref().map(|map| map.render(&View { budget, opened })).unwrap_or_default())
    }
}
