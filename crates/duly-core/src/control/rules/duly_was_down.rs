//! `duly-was-down`: duly itself did not work for a while.

use jiff::SignedDuration;

use crate::control::facts::{DeskFacts, Gap};
use crate::control::planted::{minutes, nine, spoiled_desk};
use crate::control::{Cause, Judge, Kind, Raised, Rule, With};
use crate::process::Severity;

/// A restart of the machine with its updates takes some minutes.
const GAP_MIN: SignedDuration = SignedDuration::from_mins(15);

pub(super) static RULE: Rule = Rule {
    id: "duly-was-down",
    kind: Kind::Stale,
    severity: Severity::Medium,
    looks_for: "duly did not work for more than fifteen minutes: nothing was opened, measured or \
                told in that time.",
    may_mean: "Updates, a power cut. No duty was lost; what was due in that time was opened \
               afterwards.",
    parameters: &[],
    cause: Cause::Event,
    judge: Judge::Desk(judge),
    planted: || {
        spoiled_desk(|facts| {
            facts.gaps.push(Gap {
                from: nine() - minutes(60 * 31),
                to: nine(),
            });
        })
    },
};

fn judge(facts: &DeskFacts, _: &With<'_>) -> Vec<Raised> {
    let long = |gap: &&Gap| gap.to.duration_since(gap.from) > GAP_MIN;
    let gaps = facts.gaps.iter().filter(long);
    gaps.map(|gap| {
        let length = super::length(gap.to.duration_since(gap.from).as_secs());
        Raised::new(gap.from.to_string(), format!("duly was down for {length}."))
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::planted::desk;

    #[test]
    fn a_restart_of_ten_minutes_is_no_warning() {
        let mut facts = desk();
        facts.gaps = vec![Gap {
            from: nine() - minutes(10),
            to: nine(),
        }];
        assert_eq!(judge(&facts, &With::defaults(&RULE)), []);
    }
}
