//! The time: read here, and passed on as a value from here.
//!
//! A demonstration and the tests live at an injected time. Everything below this floor takes the
//! time as a parameter and cannot ask for it.

use jiff::Timestamp;

/// Where the time comes from.
#[derive(Clone, Copy, Debug)]
pub enum Clock {
    /// This machine's clock.
    System,
    /// Always this instant.
    Fixed(Timestamp),
}

impl Clock {
    /// The time, in whole milliseconds: what an entry can hold.
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that reads the clock"
    )]
    pub fn now(self) -> Timestamp {
        let now = match self {
            Self::System => Timestamp::now(),
            Self::Fixed(now) => now,
        };
        Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
    }
}
