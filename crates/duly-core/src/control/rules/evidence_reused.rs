//! `evidence-reused`: a file or picture was handed in before, also if the picture was saved again.

use jiff::SignedDuration;

use crate::control::facts::{EvidenceFacts, TicketFacts};
use crate::control::planted::{evidence, spoiled_ticket};
use crate::control::{Cause, Judge, Kind, Parameter, Raised, Rule, With};
use crate::process::Severity;

/// A month, for looking back: the longest there is, so that `window: 1 month` never falls short.
const MONTH: SignedDuration = SignedDuration::from_hours(24 * 31);

pub(super) static RULE: Rule = Rule {
    id: "evidence-reused",
    kind: Kind::Conduct,
    severity: Severity::High,
    looks_for: "A file was handed in before, or a picture that looks the same: saving it again in \
                another format or quality does not change what it looks like.",
    may_mean: "Two screens may really look alike, and a template is the same file every time. Open \
               the two side by side.",
    parameters: &[
        Parameter {
            name: "window-months",
            default: Some(24),
            about: "Looking this far back.",
            because: "A yearly duty has a run before this one in two years.",
        },
        Parameter {
            name: "bits",
            default: Some(4),
            about: "Pictures that differ in at most so many of 64 bits count as the same.",
            because: "Saved again, a picture moves by 2 of 64 bits at most; another one by 15.",
        },
        super::STEPS,
    ],
    cause: Cause::Event,
    judge: Judge::Ticket(judge),
    planted: || {
        spoiled_ticket(|facts| {
            // The picture of six fortnights ago, saved again: other bytes, three bits apart.
            let mut again = evidence(6);
            again.ticket = facts.work.ticket.clone();
            again.sha256 = "f".repeat(64);
            again.uploaded_at = facts.work.opened_at;
            again.claimed_at = None;
            if let Some(byte) = again.picture.as_mut().and_then(|hash| hash.0.first_mut()) {
                *byte ^= 0b0000_0111;
            }
            if let Some(step) = facts.work.steps.get_mut(1) {
                step.evidence = vec![again];
            }
        })
    },
};

fn judge(facts: &TicketFacts, with: &With<'_>) -> Vec<Raised> {
    let window = MONTH * i32::try_from(with.number("window-months")).unwrap_or(i32::MAX / 4_000);
    let bits = with.number("bits");
    let handed_in: Vec<&EvidenceFacts> = facts
        .work
        .steps
        .iter()
        .filter(|step| with.looks_at(&step.id))
        .flat_map(|step| &step.evidence)
        .collect();
    let mut raised: Vec<Raised> = Vec::new();
    for (place, evidence) in handed_in.iter().enumerate() {
        let in_window = |before: &&EvidenceFacts| {
            evidence.uploaded_at.duration_since(before.uploaded_at) <= window
                && before.ticket != evidence.ticket
        };
        let before = facts.evidence_before.iter().filter(in_window);
        // Twice in one ticket counts too, but only for another step.
        let beside = handed_in.iter().take(place).copied();
        let beside = beside.filter(|other| other.step != evidence.step);
        let Some((before, same)) = before
            .chain(beside)
            .find_map(|before| Some((before, likeness(evidence, before, bits)?)))
        else {
            continue;
        };
        let about = facts.about_step(&evidence.step);
        if raised.iter().any(|raised| raised.about == about) {
            continue;
        }
        let message = format!(
            "What was handed in for step `{}` of {} is {same} one handed in on {}.",
            evidence.step,
            facts.slot,
            before.uploaded_at.strftime("%-d %B %Y")
        );
        raised.push(Raised::new(about, message));
    }
    raised
}

fn likeness(one: &EvidenceFacts, before: &EvidenceFacts, bits: u32) -> Option<&'static str> {
    if one.sha256 == before.sha256 {
        return Some("the same file as");
    }
    let distance = one.picture.as_ref()?.distance(before.picture.as_ref()?)?;
    (distance <= bits).then_some("a picture that looks like")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::planted::{days, ticket};

    fn with_first(spoil: impl FnOnce(&mut EvidenceFacts)) -> Vec<Raised> {
        let mut facts = ticket();
        spoil(&mut facts.work.steps[1].evidence[0]);
        judge(&facts, &With::defaults(&RULE))
    }

    #[test]
    fn the_same_bytes_are_found_and_a_picture_saved_again_is_called_alike() {
        let same = with_first(|evidence| evidence.sha256 = super::evidence(3).sha256);
        assert!(same[0].message.contains("the same file"), "{same:?}");
        let alike = with_first(|evidence| evidence.picture = super::evidence(3).picture);
        assert!(alike[0].message.contains("looks like"), "{alike:?}");
    }

    #[test]
    fn what_was_handed_in_before_the_window_is_forgotten() {
        let mut facts = ticket();
        facts.work.steps[1].evidence[0].sha256 = evidence(3).sha256;
        for before in &mut facts.evidence_before {
            before.uploaded_at -= days(24 * 31 + 1);
        }
        assert_eq!(judge(&facts, &With::defaults(&RULE)), []);
    }

    #[test]
    fn a_picture_used_for_two_steps_of_one_ticket_is_found_once() {
        let mut facts = ticket();
        let mut again = facts.work.steps[1].evidence[0].clone();
        again.step = "clean".into();
        facts.work.steps[3].evidence = vec![again];
        assert_eq!(judge(&facts, &With::defaults(&RULE)).len(), 1);
    }
}
