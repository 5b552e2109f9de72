//! How much of a person's time a duty takes, as declared; and what the duties of a period come to,
//! for each role and week. An estimate is for planning: it judges nobody and moves no duty.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use serde::Serialize;

use super::Process;
use crate::schedule::duties::Duty;

impl Process {
    /// Minutes of work in one duty: as declared, or what the steps add up to where only they say.
    #[must_use]
    pub fn expected_minutes(&self) -> Option<u32> {
        self.minutes.or_else(|| {
            let steps = self.checklist.iter();
            let said: Vec<u32> = steps.filter_map(|step| step.minutes).collect();
            (!said.is_empty()).then(|| said.into_iter().fold(0, u32::saturating_add))
        })
    }
}

/// What one role has to do in one week.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Load {
    /// The Monday on which the week begins.
    pub week: Date,
    /// The role that does it.
    pub role: String,
    /// How many duties.
    pub duties: u32,
    /// Minutes that they are expected to take together.
    pub minutes: u64,
    /// How many of them have no estimate and stand for no minutes here.
    pub without_estimate: u32,
}

/// The load of some duties, by week and role. A duty counts in the week in which its slot is dated,
/// and for the role that does it; `of` finds the version of a duty. Duties of a version that is
/// not found are left out.
#[must_use]
pub fn load<'a>(duties: &[Duty], of: impl Fn(&Duty) -> Option<&'a Process>) -> Vec<Load> {
    let mut weeks: BTreeMap<(Date, &str), Load> = BTreeMap::new();
    for duty in duties {
        let Some(process) = of(duty) else { continue };
        let (week, role) = (monday(duty.slot), process.roles.does.as_str());
        let load = weeks.entry((week, role)).or_insert_with(|| Load {
            week,
            role: role.to_owned(),
            duties: 0,
            minutes: 0,
            without_estimate: 0,
        });
        load.duties = load.duties.saturating_add(1);
        match process.expected_minutes() {
            Some(minutes) => load.minutes = load.minutes.saturating_add(u64::from(minutes)),
            None => load.without_estimate = load.without_estimate.saturating_add(1),
        }
    }
    weeks.into_values().collect()
}

/// The Monday of a date's week.
#[must_use]
pub fn monday(date: Date) -> Date {
    date.saturating_sub(i32::from(date.weekday().to_monday_zero_offset()).days())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::{load, monday};
    use crate::process::changes::tests::process;
    use crate::schedule::duties::Duty;

    fn duty(slot: jiff::civil::Date) -> Duty {
        Duty {
            id: crate::id::DutyId::of(&"baker".into(), &"a.b".into(), None, slot),
            client: "baker".into(),
            process: "a.b".into(),
            version: "2026-01-01".to_owned(),
            asset: None,
            slot,
            opens_at: jiff::Timestamp::UNIX_EPOCH,
            due_at: jiff::Timestamp::UNIX_EPOCH,
            missed_at: jiff::Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn a_week_begins_on_its_monday() {
        assert_eq!(monday(date(2026, 11, 24)), date(2026, 11, 23));
        assert_eq!(monday(date(2026, 11, 23)), date(2026, 11, 23));
        assert_eq!(monday(date(2026, 11, 29)), date(2026, 11, 23));
    }

    #[test]
    fn what_nobody_estimated_is_counted_and_not_guessed() {
        let mut process = process();
        process.minutes = None;
        let duties = [duty(date(2026, 11, 24))];
        let weeks = load(&duties, |_| Some(&process));
        assert_eq!((weeks[0].minutes, weeks[0].without_estimate), (0, 1));
    }

    #[test]
    fn the_steps_are_added_up_where_the_whole_says_nothing() {
        let mut process = process();
        process.checklist[0].minutes = Some(20);
        assert_eq!(process.expected_minutes(), Some(20));
        process.minutes = Some(45);
        assert_eq!(process.expected_minutes(), Some(45));
    }

    #[test]
    fn duties_of_one_week_are_one_line_for_each_role() {
        let mut process = process();
        process.minutes = Some(30);
        let duties: Vec<Duty> = [24, 26, 30].map(|day| duty(date(2026, 11, day))).into();
        let weeks = load(&duties, |_| Some(&process));
        let lines: Vec<_> = weeks
            .iter()
            .map(|w| (w.week, w.duties, w.minutes))
            .collect();
        assert_eq!(
            lines,
            [(date(2026, 11, 23), 2, 60), (date(2026, 11, 30), 1, 30)]
        );
    }

    #[test]
    fn a_document_without_an_estimate_keeps_its_bytes() {
        let text = serde_json::to_string(&process()).unwrap();
        assert!(!text.contains("minutes\":"), "{text}");
    }
}
