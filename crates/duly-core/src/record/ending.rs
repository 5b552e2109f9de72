//! What entries say of a duty, one after the other: its ticket is raised, it ends once, and what
//! was missed may be done afterwards. Whether a duty was owed at all is asked in the audit.

use super::replay::Line;
use super::{Ending, Finding, History};
use crate::accounts::Outcome;

impl History {
    pub(super) fn open(&mut self, line: &Line<'_>) -> Option<Finding> {
        let index = line.entered.index;
        if let Some(before) = self.opened {
            let message = format!("the ticket of entry {} is raised again", before.index);
            return Some(Finding::at(index, "opened-twice", message));
        }
        self.opened = Some(line.entered);
        let ending = self.ending.as_ref()?;
        let message = format!(
            "a ticket is raised for a duty that entry {} ended",
            ending.entered.index
        );
        Some(Finding::at(index, "opened-after-its-end", message))
    }

    pub(super) fn end(&mut self, line: &Line<'_>) -> Option<Finding> {
        let outcome = line.entry.outcome?;
        if let Some(ending) = &self.ending {
            let message = format!(
                "a duty that is {} since entry {} is made {}",
                ending.outcome.word(),
                ending.entered.index,
                outcome.word()
            );
            return Some(Finding::at(line.entered.index, "two-outcomes", message));
        }
        self.ending = Some(Ending {
            outcome,
            entered: line.entered,
            verdict: line.entry.verdict,
        });
        None
    }

    pub(super) fn do_afterwards(&mut self, line: &Line<'_>) -> Option<Finding> {
        let index = line.entered.index;
        let is_missed = |ending: &Ending| ending.outcome == Outcome::Missed;
        if !self.ending.as_ref().is_some_and(is_missed) {
            let message = "done afterwards, but it is not recorded as missed";
            return Some(Finding::at(index, "afterwards-of-nothing", message));
        }
        if let Some(before) = self.afterwards {
            let message = format!("done afterwards already in entry {}", before.index);
            return Some(Finding::at(index, "afterwards-twice", message));
        }
        self.afterwards = Some(line.entered);
        None
    }
}
