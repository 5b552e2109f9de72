//! The ladder: which warnings nobody took on have reached which rung, in business time of the
//! provider, along the ladder of their process.

use duly_core::control::ladder::{BusinessTime, CLIENT, reached, usual};
use duly_core::process::{Escalation, Process};
use duly_core::schedule::calendar::Calendar;
use duly_declare::calendars;
use duly_store::{ClientRow, Rung, Warning};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::At;
use crate::error::WorkError;
use crate::lists;

/// How long after a client came into care it is told of nothing that its provider is still setting
/// up. Everybody else is told as always.
pub const COMMISSIONING: SignedDuration = SignedDuration::from_hours(24 * 30);

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
    let begins: Timestamp = at.client.created_at;
    let not_before = begins.saturating_add(COMMISSIONING).unwrap_or(begins);
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
