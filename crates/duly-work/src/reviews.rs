//! Spot checks, as a part of the worker's night: months that are over are closed, a checkpoint is
//! released, and what follows from the log is drawn and handed out ([`draw`]); what is overdue
//! becomes a warning ([`overdue`]). What people do to a review is in [`act`], what it amounts to
//! over a year in [`history`].
//!
//! Everything here may run again and again: a month is closed once and drawn once.

pub mod act;
pub mod draw;
pub mod history;
pub mod overdue;

use duly_core::id::ClientId;
use duly_core::schedule::duties::Published;
use duly_store::Store;
use jiff::civil::{Date, Time, Weekday, time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::error::WorkError;
use crate::publish::today;

/// Time of day by which a review is due: the end of a working day.
const DUE_AT: Time = time(17, 0, 0, 0);

/// What the night did for one client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Night {
    /// Months closed.
    pub closed: usize,
    /// Draws made.
    pub drawn: usize,
    /// Warnings raised.
    pub warned: usize,
}

/// The night's work for one client.
///
/// # Errors
///
/// When duties cannot be computed or the store fails; what was done before stands.
pub async fn night(store: &Store, client: &ClientId, now: Timestamp) -> Result<Night, WorkError> {
    let published = store
        .published(client)
        .await?
        .ok_or_else(|| WorkError::NoClient(client.clone()))?;
    let (closed, drawn) = draw::months(store, &published, now).await?;
    let warned = overdue::warn(store, client, now).await?;
    Ok(Night {
        closed,
        drawn,
        warned,
    })
}

/// When a review is due: so many business days after today by the client's own calendar, at the
/// end of the working day. Where that year of the calendar is not published, weekdays count.
///
/// # Errors
///
/// When the client's zone is unknown.
pub fn due_at(
    published: &Published,
    business_days: u32,
    now: Timestamp,
) -> Result<Timestamp, WorkError> {
    let tz = &published.client.tz;
    let from = today(tz, now)?;
    let calendar = published.calendars.get(&published.client.calendar);
    let by_calendar =
        calendar.and_then(|days| days.plus_business_days(from, i64::from(business_days)).ok());
    let date = by_calendar.unwrap_or_else(|| plus_weekdays(from, business_days));
    let zone = TimeZone::get(tz).map_err(|_| WorkError::UnknownZone(tz.clone()))?;
    let local = date.to_datetime(DUE_AT).to_zoned_datetime(zone);
    Ok(local.map_or(now, |local| local.timestamp()))
}

fn plus_weekdays(from: Date, count: u32) -> Date {
    let is_open = |day: &Date| !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
    let days = from.series(1.day()).skip(1).filter(is_open);
    days.take(count as usize).last().unwrap_or(from)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn weekdays_leave_out_the_week_end() {
        // A Thursday and five business days.
        assert_eq!(plus_weekdays(date(2026, 11, 26), 5), date(2026, 12, 3));
        assert_eq!(plus_weekdays(date(2026, 11, 26), 0), date(2026, 11, 26));
    }
}
