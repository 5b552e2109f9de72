//! Opens what is due: computes the duties from what was published and raises a ticket for each
//! whose time has come.
//!
//! After a start the whole history is computed again, and the store raises each duty once; so
//! downtime, a crash or a clock set back can neither lose nor double one. Later rounds look back
//! over [`LOOK_BACK_DAYS`] only.

use std::collections::BTreeMap;
use std::sync::Arc;

use duly_core::accounts::waives_in_time;
use duly_core::id::ClientId;
use duly_core::process::Step;
use duly_core::schedule::duties::{Duty, Published, duties};
use duly_store::{OpenDuty, Store, Waiver};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use crate::error::WorkError;
use crate::publish::today;

/// How far a slot may lie from the day on which its ticket opens: rolled over a long run of
/// closed days, and one day for zones on either side of UTC.
const ROLL_DAYS_MAX: i32 = 15;

/// How many days ahead of now a round knows what opens: it need not compute again before the next
/// duty opens, or the day is over.
const AHEAD_DAYS: i32 = 2;

/// How far a round looks back when an earlier one of this process was complete. Nothing can come
/// into being behind it: a version governs only what opens after its publication.
const LOOK_BACK_DAYS: i32 = 40;

/// Raises a ticket for each duty of the client that has opened by `now`; how many were new.
/// `complete_on` is the client's date at the last round of this process that succeeded.
///
/// # Errors
///
/// When the duties cannot be computed, or the store fails.
pub async fn open_due(
    store: &Store,
    client: &ClientId,
    complete_on: Option<Date>,
    now: Timestamp,
) -> Result<usize, WorkError> {
    Ok(look_ahead(store, client, complete_on, now).await?.raised)
}

/// What a round raised, and when there is something to raise again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Opening {
    /// Tickets raised.
    pub(crate) raised: usize,
    /// The next duty of what is published opens then; none within [`AHEAD_DAYS`].
    pub(crate) next_at: Option<Timestamp>,
}

/// As [`open_due`], and when the next duty opens.
///
/// # Errors
///
/// As [`open_due`].
pub(crate) async fn look_ahead(
    store: &Store,
    client: &ClientId,
    complete_on: Option<Date>,
    now: Timestamp,
) -> Result<Opening, WorkError> {
    let published = store
        .published(client)
        .await?
        .ok_or_else(|| WorkError::NoClient(client.clone()))?;
    let Some(first) = first_day(&published) else {
        return Ok(Opening {
            raised: 0,
            next_at: None,
        });
    };
    let recent = complete_on.map(|date| date.saturating_sub(LOOK_BACK_DAYS.days()));
    let since = recent.map_or(first, |recent| recent.max(first));
    let ahead = (ROLL_DAYS_MAX + AHEAD_DAYS).days();
    let horizon = today(&published.client.tz, now)?.saturating_add(ahead);
    let due = duties(&published, since, horizon)?;
    let later = due.iter().map(|duty| duty.opens_at);
    let next_at = later.filter(|opens_at| *opens_at > now).min();
    let open = openings(&published, due, now);
    // Only what has no ticket is written; that none is raised twice is the store's to hold.
    let raised = store.raised_since(client, since).await?;
    let is_new = |open: &&OpenDuty| !raised.contains(&open.duty.id);
    let fresh: Vec<OpenDuty> = open.iter().filter(is_new).cloned().collect();
    let raised = store.open_duties(client, &fresh, now).await?;
    waive(store, client, &published, &open, now).await?;
    Ok(Opening { raised, next_at })
}

/// The first day on which anything can have been due: nothing was before it was published.
pub(crate) fn first_day(published: &Published) -> Option<Date> {
    let first = published
        .processes
        .iter()
        .map(|version| version.process.effective)
        .min()?;
    let since = published.assets.iter().map(|asset| asset.since).min();
    Some(since.map_or(first, |since| since.min(first)))
}

fn openings(published: &Published, due: Vec<Duty>, now: Timestamp) -> Vec<OpenDuty> {
    let mut checklists: BTreeMap<(&str, String), Arc<[Step]>> = BTreeMap::new();
    for version in &published.processes {
        let process = &version.process;
        let key = (process.process.as_str(), process.version());
        checklists.insert(key, Arc::from(process.checklist.clone()));
    }
    let opened = due.into_iter().filter(|duty| duty.opens_at <= now);
    opened
        .filter_map(|duty| {
            let key = (duty.process.as_str(), duty.version.clone());
            let checklist = Arc::clone(checklists.get(&key)?);
            Some(OpenDuty { duty, checklist })
        })
        .collect()
}

async fn waive(
    store: &Store,
    client: &ClientId,
    published: &Published,
    open: &[OpenDuty],
    now: Timestamp,
) -> Result<(), WorkError> {
    if published.exceptions.is_empty() {
        return Ok(());
    }
    let withdrawn: BTreeMap<String, Timestamp> =
        store.withdrawals(client).await?.into_iter().collect();
    let mut waivers = Vec::new();
    for OpenDuty { duty, .. } in open {
        let exception = published.exceptions.iter().find(|exception| {
            // A withdrawal holds for what opens after it, and for nothing before.
            let withdrawn = withdrawn.get(&exception.id);
            exception.covers(duty)
                && waives_in_time(duty, exception.granted_at)
                && withdrawn.is_none_or(|withdrawn| *withdrawn >= duty.opens_at)
        });
        if let Some(exception) = exception {
            waivers.push(Waiver {
                ticket: duty.id.clone(),
                exception: exception.id.clone(),
            });
        }
    }
    if !waivers.is_empty() {
        store.waive_tickets(client, &waivers, now).await?;
    }
    Ok(())
}
