//! `size-collapse`: the newest restore point holds far fewer files than those before it.

use crate::control::facts::{RunFacts, TicketFacts, Work};
use crate::control::planted::spoiled_ticket;
use crate::control::{AT_ONCE, Judge, Kind, Parameter, Raised, Rule, With};
use crate::process::Severity;

/// Points before there is anything to compare with.
const POINTS_MIN: usize = 3;

/// Points whose median counts: recent enough to follow growth.
const POINTS_MAX: usize = 20;

pub(super) static RULE: Rule = Rule {
    id: "size-collapse",
    kind: Kind::Contradiction,
    severity: Severity::High,
    looks_for: "The newest restore point holds far fewer files than the median of those before it.",
    may_mean: "Somebody may have tidied up, or moved data elsewhere. A path that fell out of the \
               job looks the same.",
    parameters: &[Parameter {
        name: "below-percent",
        default: Some(50),
        about: "Less than this share of the median of the last 20.",
        because: "Half of all files gone overnight is never everyday work.",
    }],
    cause: AT_ONCE,
    judge: Judge::Ticket(judge),
    planted: || {
        spoiled_ticket(|facts| {
            if let Some(run) = &mut facts.work.run {
                run.files_in_point = Some(1_200);
            }
        })
    },
};

fn judge(facts: &TicketFacts, with: &With<'_>) -> Vec<Raised> {
    let files = |run: &RunFacts| i64::try_from(run.files_in_point?).ok();
    let of = |work: &Work| work.run.as_ref().and_then(files);
    let before: Vec<i64> = facts
        .earlier
        .iter()
        .filter_map(of)
        .take(POINTS_MAX)
        .collect();
    let Some(now) = of(&facts.work).filter(|_| before.len() >= POINTS_MIN) else {
        return Vec::new();
    };
    let usual = super::median(before);
    if now * 100 >= usual * i64::from(with.number("below-percent")) {
        return Vec::new();
    }
    let message = format!(
        "The restore point of {} holds {now} files; those before it held {usual} in the middle.",
        facts.slot
    );
    vec![Raised::new(facts.about(), message)]
}
