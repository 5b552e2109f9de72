//! A stored judgement in the words of a page: what it comes down to, how far it went, what the
//! judged software claimed. Nothing is judged anew; every word follows from what was recorded.

use duly_core::backup::code::{self, Level};
use duly_core::verdict::{Judgement, Verdict};
use jiff::Timestamp;
use serde_json::Value;

use crate::view::verification::{Claim, Rung, RungState};
use crate::words::number::{grouped, sentence_case};

/// What it comes down to: the first reason, or what was proven.
pub(crate) fn message(judgement: &Judgement) -> String {
    if let Some(reason) = judgement.reasons.first() {
        return as_sentence(&reason.message);
    }
    match statement(judgement) {
        Some(words) => as_sentence(words),
        None => "Everything that was looked at holds.".to_owned(),
    }
}

/// With a capital and a full stop.
pub(crate) fn as_sentence(text: &str) -> String {
    let text = sentence_case(text.trim());
    if text.ends_with(['.', '!', '?', '…']) {
        text
    } else {
        format!("{text}.")
    }
}

/// What the draw proves, as the judgement states it.
pub(crate) fn statement(judgement: &Judgement) -> Option<&str> {
    judgement.bounds.get("statement").and_then(Value::as_str)
}

/// A number of the coverage.
pub(crate) fn counted(judgement: &Judgement, name: &str) -> Option<u64> {
    judgement.coverage.get(name).and_then(Value::as_u64)
}

/// A text of the coverage.
pub(crate) fn text<'a>(judgement: &'a Judgement, name: &str) -> Option<&'a str> {
    judgement.coverage.get(name).and_then(Value::as_str)
}

/// Whether the judged software claimed success, as far as is known. Level 0 asks only for a
/// report of a finished run with status 0, so a given claim without a complaint is one of success.
pub(crate) fn claimed_success(judgement: &Judgement) -> Option<bool> {
    if text(judgement, "claim") != Some("given") {
        return None;
    }
    let denied = [
        &code::CLAIM_FAILED,
        &code::CLAIM_PARTIAL,
        &code::CLAIM_UNFINISHED,
    ];
    Some(
        !judgement
            .reasons
            .iter()
            .any(|reason| denied.iter().any(|c| c.code == reason.code)),
    )
}

/// The claim, as it is drawn beside what was measured.
pub(crate) fn claim(judgement: &Judgement, taken_in_at: Timestamp) -> Option<Claim> {
    let success = claimed_success(judgement)?;
    let complaint = judgement
        .reasons
        .iter()
        .find(|reason| level_of(&reason.code) == Some(Level::L0));
    let words = match complaint {
        Some(reason) => as_sentence(&reason.message),
        None => "The backup finished, with exit status 0.".to_owned(),
    };
    Some(Claim {
        words,
        success,
        source: "report of the backup job".to_owned(),
        at: taken_in_at,
    })
}

/// Which level a reason belongs to; none for what kept a run from beginning.
fn level_of(reason: &str) -> Option<Level> {
    code::ALL
        .iter()
        .find(|known| known.code == reason)
        .map(|known| known.level)
}

/// The ladder, from level 0 to 5.
pub(crate) fn ladder(judgement: Option<&Judgement>) -> Vec<Rung> {
    (0..=5).map(|level| rung(judgement, level)).collect()
}

fn rung(judgement: Option<&Judgement>, level: u8) -> Rung {
    let Some(judgement) = judgement else {
        return Rung {
            level,
            state: RungState::NotReached,
            note: String::new(),
        };
    };
    let state = match level {
        0 => reached(
            judgement,
            Level::L0,
            text(judgement, "claim") == Some("given"),
        ),
        1 => reached(
            judgement,
            Level::L1,
            counted(judgement, "snapshots").is_some(),
        ),
        2 => reached(judgement, Level::L2, compared(judgement) > 0),
        _ => RungState::NotReached,
    };
    let note = match (level, state) {
        (2, RungState::Held | RungState::Broken) => compared_words(judgement),
        (_, RungState::NotReached) => not_covered(judgement, level),
        _ => String::new(),
    };
    Rung { level, state, note }
}

/// How a level came out: by its own recorded reasons, else held if it was tried at all.
fn reached(judgement: &Judgement, level: Level, tried: bool) -> RungState {
    let worst = judgement
        .reasons
        .iter()
        .filter_map(|reason| code::ALL.iter().find(|known| known.code == reason.code))
        .filter(|known| known.level == level)
        .fold(Verdict::Pass, |worst, known| worst.worse(known.verdict));
    match worst {
        Verdict::Fail => RungState::Broken,
        Verdict::Unknown | Verdict::Review => RungState::Unsure,
        Verdict::Pass | Verdict::NotApplicable if tried => RungState::Held,
        Verdict::Pass | Verdict::NotApplicable => RungState::NotReached,
    }
}

fn compared(judgement: &Judgement) -> u64 {
    let bound = judgement.bounds.get("compared").and_then(Value::as_u64);
    bound.unwrap_or(0) + counted(judgement, "must_compared").unwrap_or(0)
}

fn compared_words(judgement: &Judgement) -> String {
    let number = |name: &str| judgement.bounds.get(name).and_then(Value::as_u64);
    match (number("compared"), number("differing")) {
        (Some(compared), Some(differing)) => format!(
            "{} of {} drawn files equal",
            grouped(compared.saturating_sub(differing)),
            grouped(compared)
        ),
        _ => String::new(),
    }
}

/// What the judgement itself says about a level that was not covered.
fn not_covered(judgement: &Judgement, level: u8) -> String {
    let prefix = format!("L{level}: ");
    let list = judgement
        .coverage
        .get("not_covered")
        .and_then(Value::as_array);
    list.into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .find_map(|words| words.strip_prefix(&prefix))
        .unwrap_or_default()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judgement(json: serde_json::Value) -> Judgement {
        serde_json::from_value(json).unwrap()
    }

    fn failed_at_the_second_level() -> Judgement {
        judgement(serde_json::json!({
            "verdict": "fail", "level": "L1",
            "reasons": [{"code": "must-missing", "message": "/srv/db.dump is not there"}],
            "coverage": {"claim": "given", "snapshots": 4, "must_compared": 0,
                "not_covered": ["L4: whether the data opens"]},
            "bounds": {"compared": 300, "differing": 0, "statement": "all 300 files are equal"}}))
    }

    #[test]
    fn a_level_with_a_failing_reason_is_broken_and_the_ones_below_hold() {
        let states: Vec<RungState> = ladder(Some(&failed_at_the_second_level()))
            .iter()
            .map(|rung| rung.state)
            .collect();
        use RungState::{Broken, Held, NotReached};
        assert_eq!(
            states,
            [Held, Held, Broken, NotReached, NotReached, NotReached]
        );
    }

    #[test]
    fn a_level_that_was_not_tried_is_not_held() {
        let nothing = judgement(serde_json::json!({"verdict": "unknown", "level": null,
            "reasons": [{"code": "no-password", "message": "none"}],
            "coverage": {}, "bounds": {}}));
        let all = ladder(Some(&nothing));
        assert!(all.iter().all(|rung| rung.state == RungState::NotReached));
    }

    #[test]
    fn what_was_not_covered_is_said_in_the_judgements_own_words() {
        let all = ladder(Some(&failed_at_the_second_level()));
        assert_eq!(all[4].note, "whether the data opens");
    }

    #[test]
    fn a_given_claim_without_a_complaint_is_one_of_success() {
        assert_eq!(claimed_success(&failed_at_the_second_level()), Some(true));
        let failed = judgement(serde_json::json!({"verdict": "fail", "level": null,
            "reasons": [{"code": "claim-failed", "message": "restic ended with status 1"}],
            "coverage": {"claim": "given"}, "bounds": {}}));
        assert_eq!(claimed_success(&failed), Some(false));
    }

    #[test]
    fn the_message_is_a_sentence() {
        assert_eq!(
            message(&failed_at_the_second_level()),
            "/srv/db.dump is not there."
        );
    }
}
