//! Which days are open: holidays as published data, never as code.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The holidays of one jurisdiction for the years it knows. Saturdays and Sundays are closed too.
///
/// A date in a year that the calendar does not hold is an error, never "no holidays".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Calendar {
    /// `us-federal`, `england`, …
    pub id: String,
    /// Holidays by year; a year that is present and empty has none.
    pub years: BTreeMap<i16, BTreeSet<Date>>,
}
