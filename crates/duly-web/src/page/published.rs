//! Which process versions are in force, and which duties come next: asked of what was published.

use std::collections::BTreeMap;

use duly_core::id::ProcessId;
use duly_core::schedule::duties::{Duty, Published, PublishedProcess, duties};
use duly_core::schedule::error::ScheduleError;
use duly_store::Store;
use jiff::ToSpan;
use jiff::civil::Date;

use crate::problem::Problem;

/// How far ahead duties are looked for: a year, so that a yearly one is found.
const AHEAD_DAYS: i32 = 366;

/// How far ahead where a calendar or zone ends before a year is over.
const AHEAD_DAYS_LESS: i32 = 31;

/// What was published for a client; nothing for one that has nothing.
pub(crate) async fn of(
    store: &Store,
    client: &duly_core::id::ClientId,
) -> Result<Option<Published>, Problem> {
    Ok(store.published(client).await?)
}

/// The version of each process that is in force on a day, or that comes first.
pub(crate) fn in_force(
    published: &Published,
    today: Date,
) -> BTreeMap<&ProcessId, &PublishedProcess> {
    let mut newest: BTreeMap<&ProcessId, &PublishedProcess> = BTreeMap::new();
    for version in &published.processes {
        let slot = newest.entry(&version.process.process).or_insert(version);
        let is_in_force = version.process.effective <= today;
        if is_in_force && version.process.effective >= slot.process.effective {
            *slot = version;
        }
    }
    newest
}

/// Duties that open from `today` on, as far as the calendars reach; the worker is who complains
/// where they do not.
pub(crate) fn coming(published: &Published, today: Date) -> Vec<Duty> {
    ahead(published, today, AHEAD_DAYS)
        .or_else(|_| ahead(published, today, AHEAD_DAYS_LESS))
        .unwrap_or_default()
}

/// The duties of so many days.
///
/// # Errors
///
/// Where a calendar or a zone does not reach so far.
pub(crate) fn ahead(
    published: &Published,
    today: Date,
    days: i32,
) -> Result<Vec<Duty>, ScheduleError> {
    duties(published, today, today.saturating_add(days.days()))
}
