//! A time zone as data: the transitions that were used, published, so that whoever verifies later
//! needs no zone database of the right age.
//!
//! All instants of duties come from such tables; [`Zone::of`] makes one from the database that is
//! built into the program, and nothing here reads a file.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::civil::{day_number, plus_days};

/// Longest span of one table, in days: fifty years, some hundred transitions.
pub const ZONE_DAYS_MAX: i64 = 18_263;

/// Days before `from` and after `to` whose transitions are in the table too, so that a local time
/// near either end meets its neighbours. No offset from UTC is longer than one day.
const MARGIN_DAYS: i64 = 2;

/// Offsets from UTC over a bounded span of local dates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Zone {
    /// IANA name.
    pub id: String,
    /// First local date it can answer for.
    pub from: Date,
    /// Last local date it can answer for.
    pub to: Date,
    /// Offset from UTC, in seconds, in force before the first of the transitions.
    pub offset_s: i32,
    /// Each change from two days before `from` to two days after `to`: Unix second, and the offset
    /// in seconds from then on. In order.
    pub transitions: Vec<(i64, i32)>,
}

/// Why a zone cannot answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ZoneError {
    /// The database has no zone of this name.
    #[error("there is no time zone `{0}`")]
    Unknown(String),
    /// The table does not reach that far.
    #[error("the table of `{zone}` covers {from} to {to}, not {date}")]
    OutsideSpan {
        /// IANA name.
        zone: String,
        /// First date it covers.
        from: Date,
        /// Last date it covers.
        to: Date,
        /// The date asked about.
        date: Date,
    },
    /// The span asked for is empty, or longer than [`ZONE_DAYS_MAX`].
    #[error("a table of `{zone}` from {from} to {to} is empty or too long")]
    Span {
        /// IANA name.
        zone: String,
        /// First date asked for.
        from: Date,
        /// Last date asked for.
        to: Date,
    },
    /// The transitions are out of order or not of this world.
    #[error("the table of `{0}` is unsound")]
    Unsound(String),
}

impl ZoneError {
    /// Stable, in kebab-case.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unknown(_) => "zone-unknown",
            Self::OutsideSpan { .. } => "zone-outside-span",
            Self::Span { .. } => "zone-span",
            Self::Unsound(_) => "zone-unsound",
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::Unknown(_) => "write an IANA name such as `Europe/London`",
            Self::OutsideSpan { .. } => "publish the zone for a longer span, or ask for less",
            Self::Span { .. } => "ask for at most fifty years",
            Self::Unsound(_) => "publish the zone anew",
        }
    }
}

impl Zone {
    /// The table of an IANA zone over a span of local dates, both included, from the database
    /// built into the program.
    ///
    /// # Errors
    /// A name that the database does not have; a span that is empty or longer than
    /// [`ZONE_DAYS_MAX`].
    pub fn of(name: &str, from: Date, to: Date) -> Result<Self, ZoneError> {
        let days = day_number(to) - day_number(from);
        let span = || ZoneError::Span {
            zone: name.to_owned(),
            from,
            to,
        };
        if !(0..=ZONE_DAYS_MAX).contains(&days) {
            return Err(span());
        }
        let zone = TimeZone::get(name).map_err(|_| ZoneError::Unknown(name.to_owned()))?;
        let midnight_utc = |date: Date, days: i64| {
            let date = plus_days(date, days).ok_or_else(span)?;
            TimeZone::UTC
                .to_timestamp(date.at(0, 0, 0, 0))
                .map_err(|_| span())
        };
        let first = midnight_utc(from, -MARGIN_DAYS)?;
        let last = midnight_utc(to, 1 + MARGIN_DAYS)?;
        let mut offset_s = zone.to_offset(first).seconds();
        let at_first = offset_s;
        let mut transitions = Vec::new();
        for transition in zone.following(first) {
            if transition.timestamp() > last {
                break;
            }
            // A change of name or of the daylight flag alone moves no clock.
            if transition.offset().seconds() != offset_s {
                offset_s = transition.offset().seconds();
                transitions.push((transition.timestamp().as_second(), offset_s));
            }
        }
        Ok(Self {
            id: name.to_owned(),
            from,
            to,
            offset_s: at_first,
            transitions,
        })
    }

    /// Whether the table is sound: in order, and with offsets shorter than a day.
    ///
    /// # Errors
    /// [`ZoneError::Unsound`] or [`ZoneError::Span`].
    pub fn check(&self) -> Result<(), ZoneError> {
        let days = day_number(self.to) - day_number(self.from);
        if !(0..=ZONE_DAYS_MAX).contains(&days) {
            return Err(ZoneError::Span {
                zone: self.id.clone(),
                from: self.from,
                to: self.to,
            });
        }
        let ordered = self
            .transitions
            .is_sorted_by(|earlier, later| earlier.0 < later.0);
        let short = |offset_s: i32| offset_s.abs() < 86_400;
        let offsets = self
            .transitions
            .iter()
            .all(|(_, offset_s)| short(*offset_s));
        if ordered && offsets && short(self.offset_s) {
            Ok(())
        } else {
            Err(ZoneError::Unsound(self.id.clone()))
        }
    }

    /// The instant of a local date and time, as RFC 5545 (section 3.3.5) has it: a time that
    /// comes twice is its first coming; one that is skipped is counted with the offset from before
    /// the change.
    ///
    /// # Errors
    /// [`ZoneError::OutsideSpan`].
    pub fn resolve(&self, date: Date, time: Time) -> Result<Timestamp, ZoneError> {
        if !(self.from..=self.to).contains(&date) {
            return Err(self.outside(date));
        }
        let of_day = i64::from(time.hour()) * 3_600
            + i64::from(time.minute()) * 60
            + i64::from(time.second());
        let local_s = day_number(date) * 86_400 + of_day;
        let nanosecond = time.subsec_nanosecond();
        // Both rules say: the offset before the first transition that comes after the instant one
        // gets with that offset. In a gap that instant lies after the transition, and no earlier
        // offset fits; then it is the offset before it all the same.
        let mut before_s = self.offset_s;
        for (at_s, after_s) in &self.transitions {
            let with_before = local_s - i64::from(before_s);
            let with_after = local_s - i64::from(*after_s);
            if with_before < *at_s || with_after < *at_s {
                break;
            }
            before_s = *after_s;
        }
        Timestamp::new(local_s - i64::from(before_s), nanosecond).map_err(|_| self.outside(date))
    }

    /// The local date and time of an instant.
    ///
    /// # Errors
    /// [`ZoneError::OutsideSpan`].
    pub fn local(&self, instant: Timestamp) -> Result<DateTime, ZoneError> {
        let second = instant.as_second();
        let passed = self
            .transitions
            .partition_point(|(at_s, _)| *at_s <= second);
        let offset_s = match passed
            .checked_sub(1)
            .and_then(|last| self.transitions.get(last))
        {
            Some((_, offset_s)) => *offset_s,
            None => self.offset_s,
        };
        let shifted = instant
            .checked_add(SignedDuration::from_secs(i64::from(offset_s)))
            .map_err(|_| self.outside(self.to))?;
        let local = TimeZone::UTC.to_datetime(shifted);
        if (self.from..=self.to).contains(&local.date()) {
            Ok(local)
        } else {
            Err(self.outside(local.date()))
        }
    }

    fn outside(&self, date: Date) -> ZoneError {
        ZoneError::OutsideSpan {
            zone: self.id.clone(),
            from: self.from,
            to: self.to,
            date,
        }
    }
}
