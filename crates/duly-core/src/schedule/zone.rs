//! A time zone as data: the transitions that were used, published, so that whoever verifies later
//! needs no zone database of the right age.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Offsets from UTC over a bounded span of local dates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Zone {
    /// IANA name.
    pub id: String,
    /// First and last local date it can answer for.
    pub from: Date,
    /// Last local date it can answer for.
    pub to: Date,
    /// Offset from UTC in force at the start of `from`, in seconds.
    pub offset_s: i32,
    /// Each change in the span: Unix second, and the offset in seconds from then on.
    pub transitions: Vec<(i64, i32)>,
}
