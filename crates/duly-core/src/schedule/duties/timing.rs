//! When a slot opens, falls due and is missed: from civil dates to instants, by the published
//! zone and calendar alone.

use jiff::civil::{Date, Time};
use jiff::{SignedDuration, Timestamp};

use super::Published;
use crate::process::{Allowance, AllowanceUnit, Roll, Schedule};
use crate::schedule::calendar::Calendar;
use crate::schedule::civil::plus_days;
use crate::schedule::error::ScheduleError;
use crate::schedule::zone::Zone;

/// A schedule with the zone and the calendar that govern it for one client.
pub(super) struct Timing<'a> {
    schedule: &'a Schedule,
    zone: &'a Zone,
    calendar: Option<&'a Calendar>,
    calendar_name: &'a str,
}

/// A local time of a day and its instant.
#[derive(Clone, Copy)]
struct Moment {
    date: Date,
    time: Time,
    at: Timestamp,
}

impl<'a> Timing<'a> {
    /// # Errors
    /// The zone was not published. A missing calendar is an error only once it is asked.
    pub(super) fn of(
        schedule: &'a Schedule,
        published: &'a Published,
    ) -> Result<Self, ScheduleError> {
        let zone_name = schedule.zone_name(&published.client);
        let calendar_name = schedule.calendar_name(&published.client);
        let zone = published.zones.get(zone_name);
        Ok(Self {
            schedule,
            zone: zone.ok_or_else(|| ScheduleError::ZoneUnknown(zone_name.to_owned()))?,
            calendar: published.calendars.get(calendar_name),
            calendar_name,
        })
    }

    pub(super) fn calendar(&self) -> Result<&'a Calendar, ScheduleError> {
        self.calendar
            .ok_or_else(|| ScheduleError::CalendarUnknown(self.calendar_name.to_owned()))
    }

    /// The date and the instant at which the slot of this nominal date opens.
    pub(super) fn opening(&self, slot: Date) -> Result<(Date, Timestamp), ScheduleError> {
        let on = match self.schedule.roll {
            None => slot,
            Some(Roll::Following) => self.calendar()?.open_on_or_after(slot)?,
            Some(Roll::Preceding) => self.calendar()?.open_on_or_before(slot)?,
        };
        Ok((on, self.zone.resolve(on, self.schedule.at)?))
    }

    /// As [`Timing::opening`], but never before the nominal date: a schedule that rolls at all
    /// rolls forward here.
    pub(super) fn opening_from(&self, slot: Date) -> Result<(Date, Timestamp), ScheduleError> {
        let on = match self.schedule.roll {
            None => slot,
            Some(_) => self.calendar()?.open_on_or_after(slot)?,
        };
        Ok((on, self.zone.resolve(on, self.schedule.at)?))
    }

    /// The instants at which a slot that opened then is due, and is missed.
    pub(super) fn ends(
        &self,
        opens_on: Date,
        opens_at: Timestamp,
    ) -> Result<(Timestamp, Timestamp), ScheduleError> {
        let opening = Moment {
            date: opens_on,
            time: self.schedule.at,
            at: opens_at,
        };
        let due = self.after(opening, self.schedule.due_within)?;
        let missed = self.after(due, self.schedule.grace)?;
        Ok((due.at, missed.at))
    }

    fn after(&self, moment: Moment, allowance: Allowance) -> Result<Moment, ScheduleError> {
        let count = i64::from(allowance.count);
        let date = match allowance.unit {
            _ if count == 0 => return Ok(moment),
            AllowanceUnit::Hours => return self.hours_after(moment, count),
            AllowanceUnit::Days => {
                plus_days(moment.date, count).ok_or(ScheduleError::OutOfRange)?
            }
            AllowanceUnit::BusinessDays => {
                self.calendar()?.plus_business_days(moment.date, count)?
            }
        };
        let at = self.zone.resolve(date, moment.time)?;
        Ok(Moment { date, at, ..moment })
    }

    fn hours_after(&self, moment: Moment, hours: i64) -> Result<Moment, ScheduleError> {
        let at = moment
            .at
            .checked_add(SignedDuration::from_hours(hours))
            .map_err(|_| ScheduleError::OutOfRange)?;
        let local = self.zone.local(at)?;
        Ok(Moment {
            date: local.date(),
            time: local.time(),
            at,
        })
    }
}
