//! `self-approval`: the doer approved it, or two people always approve each other.

use std::collections::BTreeSet;

use crate::control::facts::{Approval, TicketFacts};
use crate::control::planted::{doer, spoiled_ticket};
use crate::control::{Cause, Judge, Kind, Raised, Rule, With};
use crate::id::PersonId;
use crate::process::Severity;

/// Approvals in each direction before two people are a pair: fewer come about by the rota.
const PAIR_MIN: usize = 4;

pub(super) static RULE: Rule = Rule {
    id: "self-approval",
    kind: Kind::Conduct,
    severity: Severity::High,
    looks_for: "Somebody approved what they had a hand in; or two people have only ever approved \
                each other.",
    may_mean: "In a firm of two there is nobody else: let the client check, or a colleague of \
               another firm, and say so on the report.",
    parameters: &[],
    cause: Cause::Event,
    judge: Judge::Ticket(judge),
    planted: || {
        spoiled_ticket(|facts| {
            for approval in &mut facts.approvals {
                approval.by = doer();
            }
        })
    },
};

fn judge(facts: &TicketFacts, _: &With<'_>) -> Vec<Raised> {
    let mut raised = Vec::new();
    for approval in &facts.approvals {
        let own = approval.done_by.contains(&approval.by);
        if own || facts.work.people().contains(&approval.by) {
            let message = format!("The work of {} was approved by whoever did it.", facts.slot);
            raised.push(Raised::new(facts.about(), message));
            break;
        }
    }
    for approval in &facts.approvals {
        for other in &approval.done_by {
            if *other != approval.by && is_pair(&facts.approvals_before, &approval.by, other) {
                let mut pair = [&approval.by, other];
                pair.sort();
                let [one, two] = pair;
                let about = super::monthly(facts, format_args!("{one}~{two}"));
                let message = "Two people approve each other's work, and nobody else does.";
                raised.push(Raised::new(about, message));
            }
        }
    }
    raised.dedup_by(|one, other| one.about == other.about);
    raised
}

/// Whether all of one's work was approved by the other and the other way round, often enough.
fn is_pair(approvals: &[Approval], one: &PersonId, other: &PersonId) -> bool {
    let only = |doer: &PersonId, approver: &PersonId| {
        let of_doer = || approvals.iter().filter(|one| one.done_by.contains(doer));
        let approvers: BTreeSet<&PersonId> = of_doer().map(|one| &one.by).collect();
        approvers.len() == 1 && approvers.contains(approver) && of_doer().count() >= PAIR_MIN
    };
    only(one, other) && only(other, one)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::planted::{checker, ticket};

    fn each_other(facts: &mut TicketFacts) {
        for approval in facts.approvals_before.iter_mut().skip(5) {
            (approval.by, approval.done_by) = (doer(), vec![checker()]);
        }
    }

    #[test]
    fn two_who_only_ever_approve_each_other_are_found() {
        let mut facts = ticket();
        each_other(&mut facts);
        let raised = judge(&facts, &With::defaults(&RULE));
        assert_eq!(raised.len(), 1, "{raised:?}");
        assert!(raised[0].about.contains("p-mara~p-tess"));
    }

    #[test]
    fn one_approval_by_a_third_person_is_enough_to_be_no_pair() {
        let mut facts = ticket();
        each_other(&mut facts);
        facts.approvals_before[0].by = "p-eve".into();
        assert_eq!(judge(&facts, &With::defaults(&RULE)), []);
    }
}
