//! What stands in the way of closing a ticket: the one rule, asked in the transaction that closes,
//! whoever asks for it (a page, several at once, a program), and by the page that says so before.

use serde::{Deserialize, Serialize};

use crate::evidence::{Files, lacking};
use crate::id::{AssetId, StepId};
use crate::process::Gate;
use crate::verdict::Verdict;

/// How a step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepState {
    /// Nobody did it yet.
    Pending,
    /// Done, with a verdict.
    Filled,
    /// Left out, with a reason.
    Skipped,
}

/// A step, as far as closing depends on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line<'a> {
    /// Which.
    pub id: &'a StepId,
    /// What closing without it takes.
    pub gate: Gate,
    /// How it stands.
    pub state: StepState,
    /// What was found.
    pub verdict: Option<Verdict>,
    /// Whether a run filled it: what a probe read is evidence by itself.
    pub is_measured: bool,
    /// What a person must leave.
    pub wanted: &'a [String],
    /// The files it has that count.
    pub files: Files,
    /// Whether a reason is recorded why evidence is not there.
    pub has_reason: bool,
}

/// An asset that a ticket lists, as far as closing depends on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row<'a> {
    /// Which.
    pub asset: &'a AssetId,
    /// What was found of it; none while nobody looked.
    pub verdict: Option<Verdict>,
}

/// One thing that stands in the way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "what")]
pub enum Obstacle {
    /// Nobody did the step.
    Pending {
        /// Which.
        step: StepId,
    },
    /// A critical step was left out.
    LeftOut {
        /// Which.
        step: StepId,
    },
    /// What a critical step should find out is unknown.
    Unknown {
        /// Which.
        step: StepId,
    },
    /// A step said to be in order lacks evidence that its process asks for.
    NoEvidence {
        /// Which.
        step: StepId,
        /// What it lacks.
        kinds: Vec<String>,
    },
    /// An asset that the ticket lists has no verdict.
    RowOpen {
        /// Which.
        asset: AssetId,
    },
    /// Something did not pass, and whoever closes has not said why it is closed so.
    NoWord,
}

impl Line<'_> {
    /// What it asks for as evidence and does not have. Asked only of what a person says is in
    /// order: what was found broken is told in words, and is a finding.
    #[must_use]
    pub fn lacks(&self) -> Vec<String> {
        let is_said = self.state == StepState::Filled && !self.is_measured;
        let is_in_order = self.verdict.is_some_and(Verdict::holds);
        let is_excused = self.gate == Gate::Standard && self.has_reason;
        if is_said && is_in_order && !is_excused {
            lacking(self.wanted, self.files)
        } else {
            Vec::new()
        }
    }

    fn obstacle(&self) -> Option<Obstacle> {
        let step = self.id.clone();
        let found = self.verdict.unwrap_or(Verdict::Unknown);
        match (self.gate, self.state) {
            (_, StepState::Pending) => return Some(Obstacle::Pending { step }),
            (Gate::Critical, StepState::Skipped) => return Some(Obstacle::LeftOut { step }),
            (Gate::Critical, StepState::Filled) if found == Verdict::Unknown => {
                return Some(Obstacle::Unknown { step });
            }
            _ => {}
        }
        let kinds = self.lacks();
        (!kinds.is_empty()).then_some(Obstacle::NoEvidence { step, kinds })
    }
}

/// Everything that stands in the way of closing; nothing when it may be closed. `word` is what
/// whoever closes says of it, where somebody does.
#[must_use]
pub fn obstacles(lines: &[Line<'_>], rows: &[Row<'_>], word: Option<&str>) -> Vec<Obstacle> {
    let mut found: Vec<Obstacle> = lines.iter().filter_map(Line::obstacle).collect();
    let open = rows.iter().filter(|row| row.verdict.is_none());
    found.extend(open.map(|row| Obstacle::RowOpen {
        asset: row.asset.clone(),
    }));
    if found.is_empty() && wants_word(lines, rows) && word.is_none_or(|word| word.trim().is_empty())
    {
        found.push(Obstacle::NoWord);
    }
    found
}

/// Whether closing takes a word why: something was found that does not hold.
#[must_use]
pub fn wants_word(lines: &[Line<'_>], rows: &[Row<'_>]) -> bool {
    let of_steps = lines.iter().filter_map(|line| line.verdict);
    let mut all = of_steps.chain(rows.iter().filter_map(|row| row.verdict));
    all.any(|verdict| !verdict.holds())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn step() -> StepId {
        "open".into()
    }

    fn line<'a>(id: &'a StepId, gate: Gate, state: StepState, wanted: &'a [String]) -> Line<'a> {
        Line {
            id,
            gate,
            state,
            verdict: (state == StepState::Filled).then_some(Verdict::Pass),
            is_measured: false,
            wanted,
            files: Files::default(),
            has_reason: false,
        }
    }

    #[test]
    fn a_critical_step_without_its_screenshot_is_not_closed_whatever_the_reason() {
        let (id, wanted) = (step(), ["screenshot".to_owned()]);
        let mut found = line(&id, Gate::Critical, StepState::Filled, &wanted);
        found.has_reason = true;
        let kinds = vec!["screenshot".to_owned()];
        let in_the_way = obstacles(std::slice::from_ref(&found), &[], None);
        assert_eq!(
            in_the_way,
            [Obstacle::NoEvidence {
                step: step(),
                kinds
            }]
        );
        found.files = Files {
            pictures: 1,
            all: 1,
        };
        assert!(obstacles(&[found], &[], None).is_empty());
    }

    #[test]
    fn a_standard_step_without_its_file_is_closed_with_a_reason() {
        let (id, wanted) = (step(), ["file".to_owned()]);
        let mut found = line(&id, Gate::Standard, StepState::Filled, &wanted);
        assert_eq!(obstacles(std::slice::from_ref(&found), &[], None).len(), 1);
        found.has_reason = true;
        assert!(obstacles(&[found], &[], None).is_empty());
    }

    #[test]
    fn what_a_probe_read_needs_no_file_beside_it() {
        let (id, wanted) = (step(), ["file".to_owned()]);
        let mut found = line(&id, Gate::Critical, StepState::Filled, &wanted);
        found.is_measured = true;
        assert!(obstacles(&[found], &[], None).is_empty());
    }

    #[test]
    fn what_did_not_pass_is_closed_only_with_a_word() {
        let id = step();
        let mut found = line(&id, Gate::Critical, StepState::Filled, &[]);
        found.verdict = Some(Verdict::Fail);
        let lines = [found];
        assert_eq!(obstacles(&lines, &[], Some(" ")), [Obstacle::NoWord]);
        assert!(obstacles(&lines, &[], Some("ordered a new disk")).is_empty());
    }

    #[test]
    fn no_asset_of_a_ticket_is_left_out() {
        let asset = AssetId::from("a");
        let row = Row {
            asset: &asset,
            verdict: None,
        };
        assert_eq!(
            obstacles(&[], &[row], None),
            [Obstacle::RowOpen {
                asset: asset.clone()
            }]
        );
    }

    fn any_verdict() -> impl Strategy<Value = Option<Verdict>> {
        prop_oneof![
            Just(None),
            Just(Some(Verdict::Pass)),
            Just(Some(Verdict::Fail)),
            Just(Some(Verdict::Review)),
            Just(Some(Verdict::Unknown)),
            Just(Some(Verdict::NotApplicable)),
        ]
    }

    fn any_state() -> impl Strategy<Value = StepState> {
        prop_oneof![
            Just(StepState::Pending),
            Just(StepState::Filled),
            Just(StepState::Skipped)
        ]
    }

    proptest! {
        #[test]
        fn no_word_and_no_reason_opens_a_critical_gate(
            state in any_state(), verdict in any_verdict(), has_reason: bool, measured: bool,
        ) {
            let id = step();
            let mut found = line(&id, Gate::Critical, state, &[]);
            (found.verdict, found.has_reason) = (verdict, has_reason);
            found.is_measured = measured;
            let is_closed = obstacles(&[found], &[], Some("all is well")).is_empty();
            let is_known = verdict.is_some_and(|verdict| verdict != Verdict::Unknown);
            prop_assert_eq!(is_closed, state == StepState::Filled && is_known);
        }
    }
}
