//! All duties that follow from what a record published, over the whole life of its log.

use jiff::civil::Date;

use super::Record;
use crate::schedule::duties::{Duty, duties};
use crate::schedule::error::ScheduleError;

/// Days before the first and after the last slot in which a duty may lie that a roll over closed
/// days moved into the life of the log.
const ROLL_DAYS: usize = 14;

impl Record {
    /// The duties from the first slot of the log to `to`, or to its last entry where that is
    /// later; each under the client as it was for its slot.
    ///
    /// A slot dated before the log was opened, but rolled past that, is owed only if the log
    /// speaks of it; a slot after its end, rolled before that, likewise.
    ///
    /// # Errors
    ///
    /// When what was published does not reach: a calendar or one of its years, a zone.
    pub fn duties(&self, to: Date) -> Result<Vec<Duty>, ScheduleError> {
        let last = self
            .local_date(self.last_at)
            .map_or(to, |last| last.max(to));
        let mut owed = duties(&self.published, self.opened_on, last)?;
        owed.extend(self.rolled(last));
        Ok(owed)
    }

    /// Duties just outside that the log speaks of. As far as the calendars reach: a year that is
    /// not published was not published for the writer of the log either.
    fn rolled(&self, last: Date) -> Vec<Duty> {
        let before = self
            .opened_on
            .series(jiff::Span::new().days(-1))
            .skip(1)
            .take(ROLL_DAYS);
        let after = last
            .series(jiff::Span::new().days(1))
            .skip(1)
            .take(ROLL_DAYS);
        before
            .chain(after)
            .filter_map(|day| duties(&self.published, day, day).ok())
            .flatten()
            .filter(|duty| self.duties.contains_key(&duty.id))
            .collect()
    }
}
