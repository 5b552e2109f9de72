//! The ladder: which warnings nobody took on have reached which rung, in business time of the
//! provider, along the ladder of their process.

use duly_core::commissioning::commissioning;
use duly_core::control::ladder::{BusinessTime, CLIENT, reached, usual};
use duly_core::process::{Escalation, Process};
use duly_core::schedule::calendar::Calendar;
use duly_declare::calendars;
use duly_store::{ClientRow, Rung, Warning};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::At;
use crate::error::WorkError;
use crate::lists;

/// In whose business time ladders are climbed: the provider's, or the client's where there is none.
pub(super) fn business_time(at: &At<'_>) -> Result<(&'static Calendar, TimeZone), WorkError> {
    let whose: &ClientRow = at.provider.unwrap_or(at.client);
    let name = &whose.scope.calendar;
    let calendar =
        calendars::calendar(name).ok_or_else(|| WorkError::UnknownCalendar(name.clone()))?;
    let zone = TimeZone::get(&whose.scope.tz)
        .map_err(|_| WorkError::UnknownZone(whose.scope.tz.clone()))?;
    Ok((calendar, zone))
}

/// Records the rungs that were reached; how many.
pub(super) async fn look(at: &At<'_>) -> Result<usize, WorkError> {
    let untaken = lists::untaken_warnings(at.store, at.id()).await?;
    if untaken.is_empty() {
        return Ok(0);
    }
    let (calendar, zone) = business_time(at)?;
    let time = BusinessTime {
        calendar,
        zone: &zone,
    };
    let not_before = commissioned_at(at)?;
    let mut rungs = Vec::new();
    for warning in untaken {
        let ladder = ladder(at, &warning);
        let places = reached(&ladder, warning.raised_at, Some(not_before), &time, at.now)
            .map_err(duly_core::schedule::error::ScheduleError::from)?;
        for place in places {
            let Some(rung) = ladder.get(place).filter(|_| !warning.rungs.has(place)) else {
                continue;
            };
            rungs.push(Rung {
                warning: warning.clone(),
                place,
                to: rung.to.clone(),
            });
        }
    }
    Ok(at.store.escalate_warnings(at.id(), &rungs, at.now).await?)
}

/// When the days are over in which the client is told of nothing that its provider is still setting
/// up: the same days as its page shows. Everybody else is told as always.
fn commissioned_at(at: &At<'_>) -> Result<Timestamp, WorkError> {
    let tz = &at.client.scope.tz;
    let zone = TimeZone::get(tz).map_err(|_| WorkError::UnknownZone(tz.clone()))?;
    let since = zone.to_datetime(at.client.created_at).date();
    let last = commissioning(since, since).map_or(since, |first| first.last);
    let over = last.saturating_add(1.day()).to_zoned_datetime(zone);
    Ok(over.map_or(at.client.created_at, |over| over.timestamp()))
}

/// The ladder of a warning: its process's, in the newest version; the usual one without the client
/// where no process stands behind it, since the provider's own desk is the provider's business.
fn ladder(at: &At<'_>, warning: &Warning) -> Vec<Escalation> {
    let newest: Option<&Process> = warning.process.as_ref().and_then(|process| {
        let versions = at.published.processes.iter().rev();
        let mut versions = versions.map(|version| &version.process);
        versions.find(|version| version.process == *process)
    });
    match newest {
        Some(process) if !process.quality_control.escalate.is_empty() => {
            process.quality_control.escalate.clone()
        }
        Some(_) => usual(),
        None => {
            let mut ladder = usual();
            ladder.retain(|rung| rung.to != CLIENT);
            ladder
        }
    }
}
