//! A client that moves to another zone or calendar: which slots are still those of the client as
//! it was, and which those of the client as it is.
//!
//! A change binds forward. It governs the slots dated after the day of the change, as both zones
//! have that day; of these, one that had opened before the change keeps its times. Worker and
//! verifier both compute it here, from the same published changes.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::in_force::OPENING_DAYS_MAX;
use super::{Duty, Published, of_client};
use crate::id::DutyId;
use crate::schedule::civil::plus_days;
use crate::schedule::error::{DUTIES_MAX, ScheduleError};
use crate::schedule::zone::Zone;
use crate::scope::Client;

/// A client as it was, and when it was changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Past {
    /// Its zone and calendar then.
    pub client: Client,
    /// Time of the entry that changed it.
    pub changed_at: Timestamp,
    /// The last date whose slot it governs.
    pub until: Date,
}

/// What a client was before, from everything it ever was with the time of each entry, oldest
/// first; the last of them is what it is now.
#[must_use]
pub fn past(clients: &[(Timestamp, Client)], zones: &BTreeMap<String, Zone>) -> Vec<Past> {
    let mut past: Vec<Past> = Vec::new();
    for pair in clients.windows(2) {
        let [(_, before), (changed_at, after)] = pair else {
            continue;
        };
        let day = |client: &Client| local_date(zones, client, *changed_at);
        let until = day(before).max(day(after));
        let earlier = past.last().map_or(until, |earlier| earlier.until);
        past.push(Past {
            client: before.clone(),
            changed_at: *changed_at,
            until: until.max(earlier),
        });
    }
    past
}

/// The local date of an instant where a client is; in UTC where its zone is not published or does
/// not reach.
#[must_use]
pub fn local_date(zones: &BTreeMap<String, Zone>, client: &Client, instant: Timestamp) -> Date {
    let local = zones
        .get(&client.tz)
        .and_then(|zone| zone.local(instant).ok());
    local.map_or_else(
        || TimeZone::UTC.to_datetime(instant).date(),
        |local| local.date(),
    )
}

/// The duties of a client that was changed, in no order.
pub(super) fn duties(
    published: &Published,
    from: Date,
    to: Date,
) -> Result<Vec<Duty>, ScheduleError> {
    let mut standing: Vec<Duty> = Vec::new();
    let mut first = from;
    let mut changed_at = None;
    let ends = published
        .past
        .iter()
        .map(|past| (&past.client, past.until, Some(past.changed_at)));
    for (client, until, ends_at) in ends.chain([(&published.client, to, None)]) {
        let scope = Published {
            client: client.clone(),
            past: Vec::new(),
            ..published.clone()
        };
        let last = until.min(to);
        let mut own = if first <= last {
            of_client(&scope, first, last)?
        } else {
            Vec::new()
        };
        if ends_at.is_some() {
            own.extend(beyond(&scope, first, until, to));
        }
        standing = match changed_at {
            None => own,
            Some(changed_at) => hand_over(standing, own, first, changed_at),
        };
        if standing.len() > DUTIES_MAX {
            return Err(ScheduleError::TooMany);
        }
        first = first.max(next(until));
        changed_at = ends_at;
    }
    Ok(standing)
}

/// What the client as it was owed on dates just after a change: those that could have opened
/// before it. A year of its calendar that is not published was not published then either.
fn beyond(scope: &Published, first: Date, until: Date, to: Date) -> Vec<Duty> {
    let from = first.max(next(until));
    let last = plus_days(until, OPENING_DAYS_MAX).map_or(to, |last| last.min(to));
    if last < from {
        return Vec::new();
    }
    of_client(scope, from, last).unwrap_or_else(|_| {
        let days = from.series(jiff::Span::new().days(1));
        days.take_while(|day| *day <= last)
            .filter_map(|day| of_client(scope, day, day).ok())
            .flatten()
            .collect()
    })
}

/// Lets the client as it is now take over the slots from `first` on, but for those that had opened
/// when it was changed. Where it would have a slot opened in the past, the slot as it was stands.
fn hand_over(before: Vec<Duty>, after: Vec<Duty>, first: Date, changed_at: Timestamp) -> Vec<Duty> {
    let opened_then: BTreeSet<DutyId> = after
        .iter()
        .filter(|duty| duty.opens_at <= changed_at)
        .map(|duty| duty.id.clone())
        .collect();
    let mut standing: Vec<Duty> = before
        .into_iter()
        .filter(|duty| {
            duty.slot < first || duty.opens_at <= changed_at || opened_then.contains(&duty.id)
        })
        .collect();
    let kept: BTreeSet<DutyId> = standing.iter().map(|duty| duty.id.clone()).collect();
    let fresh = after
        .into_iter()
        .filter(|duty| duty.opens_at > changed_at && !kept.contains(&duty.id));
    standing.extend(fresh);
    standing
}

fn next(date: Date) -> Date {
    plus_days(date, 1).unwrap_or(date)
}
