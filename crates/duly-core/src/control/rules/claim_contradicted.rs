//! `claim-contradicted`: the judged tool said that all was well, and the measurement says not.

use crate::control::facts::TicketFacts;
use crate::control::planted::spoiled_ticket;
use crate::control::{AT_ONCE, Judge, Kind, Raised, Rule, With};
use crate::process::Severity;
use crate::verdict::Verdict;

pub(super) static RULE: Rule = Rule {
    id: "claim-contradicted",
    kind: Kind::Contradiction,
    severity: Severity::High,
    looks_for: "A tool reported success, and duly's own reading found that it was not one.",
    may_mean: "The tool may report on something narrower than what is asked. Until that is known, \
               the measurement counts.",
    parameters: &[],
    cause: AT_ONCE,
    judge: Judge::Ticket(judge),
    planted: || {
        spoiled_ticket(|facts| {
            if let Some(run) = &mut facts.work.run {
                run.verdict = Some(Verdict::Fail);
            }
        })
    },
};

fn judge(facts: &TicketFacts, _: &With<'_>) -> Vec<Raised> {
    let contradicted =
        facts.work.run.as_ref().is_some_and(|run| {
            run.claimed_success == Some(true) && run.verdict == Some(Verdict::Fail)
        });
    if !contradicted {
        return Vec::new();
    }
    let message = format!(
        "On {} the job reported success; the measurement failed.",
        facts.slot
    );
    vec![Raised::new(facts.about(), message)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::planted::ticket;

    #[test]
    fn a_job_that_admits_its_failure_contradicts_nothing() {
        let mut facts = ticket();
        let run = facts.work.run.as_mut().unwrap();
        run.verdict = Some(Verdict::Fail);
        for claimed in [Some(false), None] {
            facts.work.run.as_mut().unwrap().claimed_success = claimed;
            assert_eq!(judge(&facts, &With::defaults(&RULE)), []);
        }
    }
}
