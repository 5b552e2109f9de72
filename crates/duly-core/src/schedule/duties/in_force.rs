//! Which version of a process governs which slot, so that a new version neither doubles nor loses
//! a duty, and never touches one that has opened.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::timing::Timing;
use super::{Published, PublishedProcess, Slot};
use crate::schedule::calendar::CLOSED_DAYS_MAX;
use crate::schedule::civil::plus_days;
use crate::schedule::error::ScheduleError;
use crate::schedule::expand::occurrences;

/// Most days between a nominal date and the instant it opens at: a roll, and a day for the zone.
pub(super) const OPENING_DAYS_MAX: i64 = CLOSED_DAYS_MAX as i64 + 2;

/// When a slot opens, and by whose word.
struct Opening<'a> {
    version: &'a PublishedProcess,
    on: Date,
    at: Timestamp,
}

/// The slots of one process from `from` to `to`, earliest first.
///
/// The versions are taken in order of publication. A later one takes over each date from its
/// `effective` on, unless the slot of that date had opened before it was published: that slot is
/// already owed. Where the later one names a date whose opening, by its own time of day, had
/// passed when it was published, the earlier one's slot of that date stands, if it has one.
pub(super) fn slots<'a>(
    published: &'a Published,
    versions: Vec<&'a PublishedProcess>,
    from: Date,
    to: Date,
) -> Result<Vec<Slot<'a>>, ScheduleError> {
    let mut openings: BTreeMap<Date, Opening<'a>> = BTreeMap::new();
    for (place, version) in versions.iter().enumerate() {
        let later = versions.get(place + 1..).unwrap_or_default();
        let last = later.iter().filter_map(|later| last_before(later)).min();
        let last = last.map_or(to, |last| last.min(to));
        take_over(published, version, from, to, last, &mut openings)?;
    }
    let mut slots = Vec::with_capacity(openings.len());
    let mut timing: Option<(&PublishedProcess, Timing<'a>)> = None;
    for (date, opening) in openings {
        let same = timing
            .as_ref()
            .is_some_and(|(version, _)| std::ptr::eq(*version, opening.version));
        if !same {
            let process = &opening.version.process;
            timing = Some((opening.version, Timing::of(&process.schedule, published)?));
        }
        if let Some((version, timing)) = &timing {
            let (due_at, missed_at) = timing.ends(opening.on, opening.at)?;
            slots.push(Slot {
                date,
                process: &version.process,
                opens_on: opening.on,
                opens_at: opening.at,
                due_at,
                missed_at,
                published_at: version.published_at,
                about: None,
                except: BTreeSet::new(),
            });
        }
    }
    Ok(slots)
}

/// The first day on which any of these versions can have a slot.
pub(super) fn first_day(versions: &[&PublishedProcess]) -> Date {
    let first = |version: &&PublishedProcess| {
        let published_on = TimeZone::UTC.to_datetime(version.published_at).date();
        let earliest = plus_days(published_on, -OPENING_DAYS_MAX).unwrap_or(Date::MIN);
        earliest.max(version.process.effective)
    };
    versions.iter().map(first).min().unwrap_or(Date::MIN)
}

/// The slot that an exception leaves on a date, by the version that governs it there: as if each
/// named that date. It never opens before its date, whichever way the schedule rolls: the exception
/// held until then. `None` where no version governs the date.
pub(super) fn slot_left<'a>(
    published: &'a Published,
    versions: &[&'a PublishedProcess],
    date: Date,
) -> Result<Option<Slot<'a>>, ScheduleError> {
    let mut governing: Option<(Opening<'a>, Timing<'a>)> = None;
    for version in versions {
        if version.process.effective > date {
            continue;
        }
        let timing = Timing::of(&version.process.schedule, published)?;
        let (on, at) = timing.opening_from(date)?;
        let owed = governing
            .as_ref()
            .is_some_and(|(opening, _)| opening.at <= version.published_at);
        if version.published_at < at && !owed {
            governing = Some((Opening { version, on, at }, timing));
        }
    }
    let Some((opening, timing)) = governing else {
        return Ok(None);
    };
    let (due_at, missed_at) = timing.ends(opening.on, opening.at)?;
    Ok(Some(Slot {
        date,
        process: &opening.version.process,
        opens_on: opening.on,
        opens_at: opening.at,
        due_at,
        missed_at,
        published_at: opening.version.published_at,
        about: None,
        except: BTreeSet::new(),
    }))
}

/// Lets one version take over the dates that are its own.
fn take_over<'a>(
    published: &'a Published,
    version: &'a PublishedProcess,
    from: Date,
    to: Date,
    last: Date,
    openings: &mut BTreeMap<Date, Opening<'a>>,
) -> Result<(), ScheduleError> {
    let process = &version.process;
    let first = from.max(process.effective);
    if first > to {
        return Ok(());
    }
    let timing = Timing::of(&process.schedule, published)?;
    let calendar = process.schedule.recurrence.counts_business_days();
    let calendar = calendar.then(|| timing.calendar()).transpose()?;
    let dates = occurrences(&process.schedule.recurrence, calendar, first, last)?;
    openings.retain(|date, opening| {
        let owed = opening.at <= version.published_at;
        *date < first || owed || dates.binary_search(date).is_ok()
    });
    for date in dates {
        let (on, at) = timing.opening(date)?;
        let owed = openings
            .get(&date)
            .is_some_and(|opening| opening.at <= version.published_at);
        if version.published_at < at && !owed {
            openings.insert(date, Opening { version, on, at });
        }
    }
    Ok(())
}

/// The last date for which a version before this one can still govern a slot: on every later date
/// this one is effective, and was published before anything of that date can have opened.
///
/// It keeps an old version from being worked out, and its calendar asked for, in years in which
/// it has long been replaced.
fn last_before(version: &PublishedProcess) -> Option<Date> {
    let published_on = TimeZone::UTC.to_datetime(version.published_at).date();
    let certain = plus_days(published_on, OPENING_DAYS_MAX)?;
    plus_days(certain.max(version.process.effective), -1)
}
