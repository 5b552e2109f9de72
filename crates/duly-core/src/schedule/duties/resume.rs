//! The duty that an exception leaves behind: due at once, on the first day on which it no longer
//! holds, wherever it waived anything.
//!
//! Only an exception whose published form says `resume: at-once` leaves one, so that what earlier
//! ones mean stays as it was. Which duties it leaves follows from what was published alone, never
//! from what became of a duty; so worker and verifier come to the same ones. A duty closed before
//! the exception reached it counts as waived here: one duty too many is work, one too few is a
//! hole.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;

use super::in_force;
use super::{Published, PublishedProcess, Slot, by_kind};
use crate::id::{AssetId, ProcessId};
use crate::schedule::civil::plus_days;
use crate::schedule::error::ScheduleError;
use crate::scope::{Asset, Exception, Resume};

/// What a slot is about: an asset, or the client as a whole.
type About = Option<AssetId>;

/// The versions of each process, in order of publication.
type Versions<'a> = BTreeMap<&'a ProcessId, Vec<&'a PublishedProcess>>;

/// An exception that leaves a duty, and the date of that duty.
struct Leaving<'a> {
    exception: &'a Exception,
    on: Date,
}

/// A slot that an exception left: of its process, on its date, for these alone.
struct Left<'a> {
    slot: Slot<'a>,
    about: BTreeSet<About>,
}

/// The slots that exceptions leave from `from` to `to`, none where the process has a slot on that
/// date anyway.
///
/// Exceptions are taken in order of the dates of the duties they leave: such a duty may itself fall
/// into a later exception, is waived by it, and is left by that one in turn.
pub(super) fn slots<'a>(
    published: &'a Published,
    processes: &Versions<'a>,
    from: Date,
    to: Date,
) -> Result<Vec<Slot<'a>>, ScheduleError> {
    let leaving = relevant(published, from, to)?;
    if leaving.is_empty() {
        return Ok(Vec::new());
    }
    let assets = by_kind(published)?;
    let mut found = Vec::new();
    for (name, versions) in processes {
        let of_process = |leaving: &&Leaving<'_>| {
            let process = leaving.exception.process.as_ref();
            process.is_none_or(|process| process == *name)
        };
        let leaving: Vec<&Leaving<'_>> = leaving.iter().filter(of_process).collect();
        for (date, left) in of_process_left(published, versions, &assets, &leaving)? {
            if (from..=to).contains(&date) {
                // What has left care in the meantime is left nothing.
                let mut about = BTreeSet::new();
                left.slot.each(published, &assets, |asset| {
                    about.extend(left.about.get(&asset.cloned()).cloned());
                })?;
                let about = Some(about);
                found.push(Slot { about, ..left.slot });
            }
        }
    }
    Ok(found)
}

/// The exceptions whose duty lies in the period, and those whose duty may lie in one of these.
fn relevant(
    published: &Published,
    from: Date,
    to: Date,
) -> Result<Vec<Leaving<'_>>, ScheduleError> {
    let mut all = Vec::new();
    for exception in &published.exceptions {
        if exception.resume == Some(Resume::AtOnce) && exception.from <= exception.to {
            let on = resumes_on(published, exception)?;
            all.push(Leaving { exception, on });
        }
    }
    all.sort_by_key(|leaving| std::cmp::Reverse((leaving.on, leaving.exception.from)));
    let mut earliest = from;
    let mut relevant = Vec::new();
    for leaving in all {
        if (earliest..=to).contains(&leaving.on) {
            earliest = earliest.min(leaving.exception.from);
            relevant.push(leaving);
        }
    }
    relevant.reverse();
    Ok(relevant)
}

/// The first day after an exception; never the day on which it was granted, or one before.
fn resumes_on(published: &Published, exception: &Exception) -> Result<Date, ScheduleError> {
    let tz = &published.client.tz;
    let zone = published.zones.get(tz);
    let zone = zone.ok_or_else(|| ScheduleError::ZoneUnknown(tz.clone()))?;
    let granted_on = zone.local(exception.granted_at)?.date();
    plus_days(exception.to.max(granted_on), 1).ok_or(ScheduleError::OutOfRange)
}

/// The slots left of one process, by date.
fn of_process_left<'a>(
    published: &'a Published,
    versions: &[&'a PublishedProcess],
    assets: &BTreeMap<&str, Vec<&Asset>>,
    leaving: &[&Leaving<'_>],
) -> Result<BTreeMap<Date, Left<'a>>, ScheduleError> {
    let mut left: BTreeMap<Date, Left<'a>> = BTreeMap::new();
    for Leaving { exception, on } in leaving {
        let from = exception.from.max(in_force::first_day(versions));
        let mut about = BTreeSet::new();
        let ordinary = in_force::slots(published, versions.to_vec(), from, exception.to)?;
        for slot in &ordinary {
            about.extend(waived(slot, published, assets, exception)?);
        }
        for (_, earlier) in left.range(exception.from..=exception.to) {
            let waived = waived(&earlier.slot, published, assets, exception)?;
            about.extend(waived.into_iter().filter(|one| earlier.about.contains(one)));
        }
        if about.is_empty() {
            continue;
        }
        if let Some(known) = left.get_mut(on) {
            known.about.extend(about);
        } else if let Some(slot) = left_on(published, versions, *on)? {
            left.insert(*on, Left { slot, about });
        }
    }
    Ok(left)
}

/// The slot left on a date, unless the process has one there anyway. One that a version published
/// later gives the date, when this one had opened, comes too late for those that it is about.
fn left_on<'a>(
    published: &'a Published,
    versions: &[&'a PublishedProcess],
    on: Date,
) -> Result<Option<Slot<'a>>, ScheduleError> {
    let ordinary = in_force::slots(published, versions.to_vec(), on, on)?;
    let left = in_force::slot_left(published, versions, on)?;
    Ok(left.filter(|left| {
        let mut ordinary = ordinary.iter();
        ordinary.all(|ordinary| left.published_at < ordinary.published_at)
    }))
}

/// Takes what the first slots, those left, are about out of ordinary ones of the same process and
/// date.
pub(super) fn keep_apart(slots: &mut [Slot<'_>], left: usize) {
    let (left, ordinary) = slots.split_at_mut(left.min(slots.len()));
    for left in left.iter() {
        let same = |slot: &&mut Slot<'_>| {
            slot.date == left.date && slot.process.process == left.process.process
        };
        for slot in ordinary.iter_mut().filter(same) {
            slot.except.extend(left.about.iter().flatten().cloned());
        }
    }
}

/// What an exception waives of a slot.
fn waived(
    slot: &Slot<'_>,
    published: &Published,
    assets: &BTreeMap<&str, Vec<&Asset>>,
    exception: &Exception,
) -> Result<Vec<About>, ScheduleError> {
    if !in_time(slot.due_at, exception.granted_at) {
        return Ok(Vec::new());
    }
    let mut about = Vec::new();
    slot.each(published, assets, |asset| {
        let covered = exception
            .asset
            .as_ref()
            .is_none_or(|only| Some(only) == asset);
        if covered {
            about.push(asset.cloned());
        }
    })?;
    Ok(about)
}

/// As [`crate::accounts::waives_in_time`], for all duties of a slot.
fn in_time(due_at: Timestamp, granted_at: Timestamp) -> bool {
    granted_at < due_at
}
