//! Why the dates or the duties of a schedule cannot be worked out.

use jiff::civil::Date;

use super::calendar::CalendarError;
use super::zone::ZoneError;

/// Longest span that is worked out at once, in days: a century. It bounds time and memory for
/// whatever dates somebody asks about.
pub const SPAN_DAYS_MAX: i64 = 36_525;

/// Most duties that are worked out at once; 10,000 daily checks for nearly three years. Ask for a
/// shorter period: the parts together give the same duties.
pub const DUTIES_MAX: usize = 10_000_000;

/// Why the dates or the duties of a schedule cannot be worked out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    /// The compiled rule has no meaning; the text of a schedule never gives such a one.
    #[error("the recurrence is unsound: {0}")]
    Rule(&'static str),
    /// The rule counts business days, and no calendar was given.
    #[error("the schedule counts business days and has no calendar")]
    CalendarNeeded,
    /// The named calendar was not published.
    #[error("the calendar `{0}` was not published")]
    CalendarUnknown(String),
    /// The named time zone was not published.
    #[error("the time zone `{0}` was not published")]
    ZoneUnknown(String),
    /// The calendar cannot answer.
    #[error(transparent)]
    Calendar(#[from] CalendarError),
    /// The zone cannot answer.
    #[error(transparent)]
    Zone(#[from] ZoneError),
    /// A process per asset does not say which kind.
    #[error("the process `{0}` applies per asset and names no kind")]
    KindMissing(String),
    /// An asset of another client is among those of this one.
    #[error("the asset `{0}` belongs to another client")]
    ForeignAsset(String),
    /// The period is too long.
    #[error("{from} to {to} is longer than {SPAN_DAYS_MAX} days")]
    SpanTooLong {
        /// First date asked for.
        from: Date,
        /// Last date asked for.
        to: Date,
    },
    /// The period holds too many duties.
    #[error("the period holds more than {DUTIES_MAX} duties")]
    TooMany,
    /// A date or instant lies outside the years that can be reckoned with.
    #[error("a date lies outside the years that can be reckoned with")]
    OutOfRange,
}

impl ScheduleError {
    /// Stable, in kebab-case.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Rule(_) => "schedule-unsound",
            Self::CalendarNeeded => "calendar-needed",
            Self::CalendarUnknown(_) => "calendar-unknown",
            Self::ZoneUnknown(_) => "zone-unknown",
            Self::Calendar(error) => error.code(),
            Self::Zone(error) => error.code(),
            Self::KindMissing(_) => "schedule-kind-missing",
            Self::ForeignAsset(_) => "schedule-foreign-asset",
            Self::SpanTooLong { .. } => "schedule-span-too-long",
            Self::TooMany => "schedule-too-many",
            Self::OutOfRange => "schedule-out-of-range",
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::Rule(_) => "write the schedule anew; `duly check` shows what is possible",
            Self::CalendarNeeded => "name a calendar",
            Self::CalendarUnknown(_) => "publish the calendar, or correct its name",
            Self::ZoneUnknown(_) => "publish the time zone, or correct its name",
            Self::Calendar(error) => error.help(),
            Self::Zone(error) => error.help(),
            Self::KindMissing(_) => "write `applies_to: { kind: …, per: asset }`",
            Self::ForeignAsset(_) => "work out each client's duties from its own assets",
            Self::SpanTooLong { .. } | Self::TooMany => "ask for a shorter period",
            Self::OutOfRange => "ask for dates between the years 1 and 9998",
        }
    }
}
