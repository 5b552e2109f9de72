//! Which duties a change of what is published brings, takes away and moves: two lists of duties
//! held against each other. What stays as it was is counted only.

use std::collections::BTreeMap;

use serde::Serialize;

use super::civil::day_number;
use super::duties::Duty;
use crate::id::{AssetId, ClientId, DutyId, ProcessId};

/// How far apart two slots may lie for one to have been moved to the other: half a month. Farther
/// apart, one duty vanishes and another appears.
const MOVED_DAYS_MAX: i64 = 15;

/// What a change does to the duties of a period.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Affected {
    /// Duties that there would be.
    pub appear: Vec<Duty>,
    /// Duties that there would no longer be.
    pub vanish: Vec<Duty>,
    /// Duties that would have another date, or other times.
    pub moved: Vec<Moved>,
    /// How many stay as they are.
    pub same: usize,
}

/// A duty with another date or other times.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Moved {
    /// As it is.
    pub before: Duty,
    /// As it would be.
    pub after: Duty,
}

/// Whose duty it is, of which process, about what.
type Subject = (ClientId, ProcessId, Option<AssetId>);

/// Holds the duties as they are against those as they would be; both in order of slot. A duty's id
/// is its identity: one with the same id is the same duty, whatever version it is of.
#[must_use]
pub fn affected(before: &[Duty], after: &[Duty]) -> Affected {
    let known: BTreeMap<&DutyId, &Duty> = before.iter().map(|duty| (&duty.id, duty)).collect();
    let mut found = Affected::default();
    let mut coming: BTreeMap<Subject, Vec<&Duty>> = BTreeMap::new();
    let mut kept = std::collections::BTreeSet::new();
    for duty in after {
        let Some(was) = known.get(&duty.id) else {
            coming.entry(subject(duty)).or_default().push(duty);
            continue;
        };
        kept.insert(&duty.id);
        let times = |duty: &Duty| (duty.opens_at, duty.due_at, duty.missed_at);
        if times(was) == times(duty) {
            found.same += 1;
        } else {
            found.moved.push(Moved {
                before: (*was).clone(),
                after: duty.clone(),
            });
        }
    }
    for duty in before.iter().filter(|duty| !kept.contains(&duty.id)) {
        let others = coming.entry(subject(duty)).or_default();
        match nearest(others, duty) {
            Some(place) => found.moved.push(Moved {
                before: duty.clone(),
                after: others.remove(place).clone(),
            }),
            None => found.vanish.push(duty.clone()),
        }
    }
    found.appear = coming.into_values().flatten().cloned().collect();
    found.appear.sort_by_key(|duty| duty.slot);
    found.moved.sort_by_key(|moved| moved.before.slot);
    found
}

impl Affected {
    /// Whether nothing changes.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.appear.is_empty() && self.vanish.is_empty() && self.moved.is_empty()
    }

    /// Whether somebody gets fewer duties than before: counted for each client, process and asset,
    /// so that more for one never hides less for another.
    #[must_use]
    pub fn is_fewer(&self) -> bool {
        let mut counts: BTreeMap<Subject, i64> = BTreeMap::new();
        for duty in &self.appear {
            *counts.entry(subject(duty)).or_default() += 1;
        }
        for duty in &self.vanish {
            *counts.entry(subject(duty)).or_default() -= 1;
        }
        counts.into_values().any(|count| count < 0)
    }
}

fn subject(duty: &Duty) -> Subject {
    let (client, process) = (duty.client.clone(), duty.process.clone());
    (client, process, duty.asset.clone())
}

/// The place of the duty nearest by date, if one is near enough.
fn nearest(others: &[&Duty], duty: &Duty) -> Option<usize> {
    let apart = |other: &Duty| (day_number(other.slot) - day_number(duty.slot)).abs();
    let near = others
        .iter()
        .enumerate()
        .filter(|(_, other)| apart(other) <= MOVED_DAYS_MAX)
        .min_by_key(|(_, other)| apart(other));
    near.map(|(place, _)| place)
}

#[cfg(test)]
mod tests {
    use jiff::civil::{Date, date};
    use jiff::{SignedDuration, Timestamp};
    use proptest::prelude::*;

    use super::{Duty, affected};
    use crate::id::DutyId;

    fn duty(slot: Date, hour: i64) -> Duty {
        let opens_at = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hour);
        Duty {
            id: DutyId::of(&"baker".into(), &"a.b".into(), None, slot),
            client: "baker".into(),
            process: "a.b".into(),
            version: "2026-01-01".to_owned(),
            asset: None,
            slot,
            opens_at,
            due_at: opens_at,
            missed_at: opens_at,
        }
    }

    fn on(days: &[i8]) -> Vec<Duty> {
        let dated = |day: &i8| duty(date(2026, 1, *day), i64::from(*day) * 24);
        days.iter().map(dated).collect()
    }

    #[test]
    fn a_slot_a_day_later_is_the_same_duty_moved() {
        let found = affected(&on(&[13, 27]), &on(&[14, 28]));
        let moved: Vec<_> = found.moved.iter().map(|moved| moved.after.slot).collect();
        assert_eq!(moved, [date(2026, 1, 14), date(2026, 1, 28)]);
        assert!(found.appear.is_empty() && found.vanish.is_empty() && !found.is_fewer());
    }

    #[test]
    fn another_time_of_day_moves_a_duty_that_keeps_its_id() {
        let found = affected(
            &[duty(date(2026, 1, 13), 9)],
            &[duty(date(2026, 1, 13), 14)],
        );
        assert_eq!((found.moved.len(), found.same), (1, 0));
    }

    #[test]
    fn half_as_many_is_fewer() {
        let found = affected(&on(&[6, 13, 20, 27]), &on(&[6, 20]));
        assert_eq!((found.vanish.len(), found.same), (2, 2));
        assert!(found.is_fewer());
    }

    proptest! {
        #[test]
        fn nothing_is_counted_twice_or_left_out(
            before in prop::collection::btree_set(1_i8..=31, 0..20),
            after in prop::collection::btree_set(1_i8..=31, 0..20),
        ) {
            let (before, after): (Vec<i8>, Vec<i8>) =
                (before.into_iter().collect(), after.into_iter().collect());
            let found = affected(&on(&before), &on(&after));
            prop_assert_eq!(found.same + found.moved.len() + found.vanish.len(), before.len());
            prop_assert_eq!(found.same + found.moved.len() + found.appear.len(), after.len());
            prop_assert_eq!(found.is_nothing(), before == after);
        }
    }
}
