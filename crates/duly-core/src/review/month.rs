//! The duties of one process in one month, and the spot check that holds for them.

use std::collections::BTreeMap;

use crate::id::ProcessId;
use crate::process::SpotCheck;
use crate::review::period::Period;
use crate::schedule::duties::{Duty, PublishedProcess};

/// Duties by process and by the month of their slots.
pub type Months<'a> = BTreeMap<(&'a ProcessId, Period), Vec<&'a Duty>>;

/// Sorts duties into their months.
pub fn months<'a>(duties: impl IntoIterator<Item = &'a Duty>) -> Months<'a> {
    let mut months = Months::new();
    for duty in duties {
        let key = (&duty.process, Period::of(duty.slot));
        months.entry(key).or_default().push(duty);
    }
    months
}

/// The spot check of a month: of the version that governs the latest of its duties which declares
/// one. A version published in the middle of a month cannot take away the check of what was done
/// before it.
#[must_use]
pub fn spot_check<'a>(
    published: &'a [PublishedProcess],
    duties: &[&Duty],
) -> Option<&'a SpotCheck> {
    // A month has many duties and few versions; each version is looked up once.
    let mut latest: BTreeMap<&str, &Duty> = BTreeMap::new();
    for duty in duties {
        let known = latest.entry(&duty.version).or_insert(duty);
        if duty.slot > known.slot {
            *known = duty;
        }
    }
    let declared = latest.into_iter().filter_map(|(name, duty)| {
        let version = published.iter().find(|version| {
            version.process.process == duty.process && version.process.version() == name
        })?;
        let check = version.process.quality_control.spot_check.as_ref()?;
        Some((duty.slot, version.process.effective, check))
    });
    declared
        .max_by_key(|(slot, effective, _)| (*slot, *effective))
        .map(|(.., check)| check)
}
