//! What happened to each duty of two years: decided by its id, so that it is the same each time.

use std::collections::BTreeMap;
use std::sync::Arc;

use duly_core::evidence::kind::FileKind;
use duly_core::id::{ClientId, PersonId, RunId};
use duly_core::observation::Observation;
use duly_core::process::Step;
use duly_core::schedule::duties::{Duty, Published};
use duly_core::scope::Exception;
use duly_core::verdict::Verdict;
use duly_store::{
    ClosedBy, Fill, NewEvidence, OnStep, OpenDuty, Past, RunResult, RunStart, Waiver,
};
use jiff::{SignedDuration, Timestamp};

use crate::Result;

/// Of a thousand duties, how many are closed late.
const LATE: u64 = 35;
/// How many are missed and done afterwards.
const AFTERWARDS: u64 = 10;
/// How many are missed and never done.
const OWED: u64 = 5;
/// Of a thousand that a person closes, how many find something wrong.
const WRONG: u64 = 10;

/// Counts of what was written.
#[derive(Clone, Copy, Debug, Default)]
pub struct Written {
    pub files: u64,
    pub runs: u64,
    pub answers: u64,
}

impl Written {
    /// Adds another's counts.
    pub fn add(&mut self, other: Self) {
        self.files += other.files;
        self.runs += other.runs;
        self.answers += other.answers;
    }
}

/// What happened at one client until an instant, in order.
pub fn of(
    published: &Published,
    due: Vec<Duty>,
    person: &PersonId,
    until: Timestamp,
    written: &mut Written,
) -> Result<Vec<(Timestamp, Past)>> {
    let client = &published.client.id;
    let mut checklists: BTreeMap<&str, Arc<[Step]>> = BTreeMap::new();
    for version in &published.processes {
        let steps = Arc::from(version.process.checklist.clone());
        checklists.insert(version.process.process.as_str(), steps);
    }
    let mut opened: BTreeMap<Timestamp, Vec<OpenDuty>> = BTreeMap::new();
    let mut past = Vec::new();
    for duty in due {
        let checklist = checklists.get(duty.process.as_str());
        let checklist = Arc::clone(checklist.ok_or("no such process")?);
        if duty.opens_at > until {
            continue;
        }
        if let Some(waiver) = waiver(&duty, &published.exceptions) {
            past.push((duty.opens_at + minutes(1), Past::Waived(waiver)));
        } else {
            let mut one = One {
                client,
                duty: &duty,
                steps: &checklist,
                person,
                until,
            };
            one.happens(&mut past, written)?;
        }
        let at = duty.opens_at;
        opened
            .entry(at)
            .or_default()
            .push(OpenDuty { duty, checklist });
    }
    past.extend(opened.into_iter().map(|(at, due)| (at, Past::Opened(due))));
    // What opens at an instant comes before what else happens then.
    past.sort_by_key(|(at, past)| (*at, !matches!(past, Past::Opened(_))));
    Ok(past)
}

fn waiver(duty: &Duty, exceptions: &[Exception]) -> Option<Waiver> {
    let covers = exceptions.iter().find(|one| {
        one.process.as_ref() == Some(&duty.process) && one.from <= duty.slot && duty.slot <= one.to
    });
    covers.map(|exception| Waiver {
        ticket: duty.id.clone(),
        exception: exception.id.clone(),
    })
}

fn minutes(number: i64) -> SignedDuration {
    SignedDuration::from_mins(number)
}

/// One duty.
struct One<'a> {
    client: &'a ClientId,
    duty: &'a Duty,
    steps: &'a [Step],
    person: &'a PersonId,
    until: Timestamp,
}

impl One<'_> {
    /// A number below `below` that is the duty's own.
    fn drawn(&self, salt: u64, below: u64) -> u64 {
        let digits = self.duty.id.as_str().get(..15).unwrap_or("0");
        let number = u64::from_str_radix(digits, 16).unwrap_or_default();
        (number ^ salt)
            .wrapping_mul(0x9E37_79B9_7F4A_7C15)
            .rotate_left(31)
            % below
    }

    fn between(&self, from: Timestamp, to: Timestamp, salt: u64) -> Timestamp {
        let span = to.duration_since(from).as_secs().max(120);
        let span = u64::try_from(span).unwrap_or(120) - 60;
        let offset = i64::try_from(self.drawn(salt, span)).unwrap_or_default();
        from + SignedDuration::from_secs(60 + offset)
    }

    fn happens(&mut self, past: &mut Vec<(Timestamp, Past)>, written: &mut Written) -> Result<()> {
        let duty = self.duty;
        let fate = self.drawn(1, 1_000);
        let missed = fate < AFTERWARDS + OWED;
        let closed_at = if fate < OWED {
            None
        } else if missed {
            Some(self.between(
                duty.missed_at,
                duty.missed_at + SignedDuration::from_hours(72),
                2,
            ))
        } else if fate < AFTERWARDS + OWED + LATE {
            Some(self.between(duty.due_at, duty.missed_at, 3))
        } else {
            Some(self.between(duty.opens_at, duty.due_at, 4))
        };
        let closed_at = closed_at.filter(|at| *at <= self.until);
        if duty.missed_at < self.until && missed {
            let at = duty.missed_at + SignedDuration::from_secs(1);
            past.push((at, Past::Missed(duty.id.clone())));
        }
        match closed_at {
            Some(at) => self.worked(at, past, written),
            None => Ok(()),
        }
    }

    /// Its steps are done one a second, then it is closed.
    fn worked(
        &self,
        at: Timestamp,
        past: &mut Vec<(Timestamp, Past)>,
        written: &mut Written,
    ) -> Result<()> {
        let wrong = self.drawn(5, 1_000) < WRONG;
        let count = i64::try_from(self.steps.len())?;
        let mut by_hand = false;
        for (left, step) in (0..count).rev().zip(self.steps) {
            let when = at - SignedDuration::from_secs(left + 1);
            if step.probe.is_some() {
                past.push((when, self.run(step, when)?));
                written.runs += 1;
                continue;
            }
            by_hand = true;
            let files = duly_core::evidence::Files::default();
            for wanted in duly_core::evidence::lacking(&step.evidence, files) {
                past.push((when, self.file(step, &wanted)?));
                written.files += 1;
            }
            let verdict = if wrong && left == 0 {
                Verdict::Fail
            } else {
                Verdict::Pass
            };
            let on = OnStep {
                client: self.client.clone(),
                ticket: self.duty.id.clone(),
                step: step.id.clone(),
                revision: 0,
                person: self.person.clone(),
            };
            let note = "Looked at it as described; the list lies with the client's papers.";
            past.push((when, Past::Filled(on, Fill::of(verdict, note))));
            written.answers += 1;
        }
        let by = by_hand.then(|| ClosedBy {
            person: self.person.clone(),
            word: wrong.then(|| "A follow-up is agreed with the client.".to_owned()),
        });
        past.push((at, Past::Closed(self.duty.id.clone(), by)));
        Ok(())
    }

    fn file(&self, step: &Step, wanted: &str) -> Result<Past> {
        let content = format!("{} {} {wanted}", self.duty.id, step.id).into_bytes();
        Ok(Past::Brought(Box::new(NewEvidence {
            id: duly_store::random_id()?,
            client: self.client.clone(),
            ticket: self.duty.id.clone(),
            step: Some(step.id.clone()),
            person: self.person.clone(),
            name: format!("{wanted}.png"),
            kind: FileKind::Png,
            content,
            picture: None,
            taken_at: None,
            thumbnail: None,
        })))
    }

    fn run(&self, step: &Step, at: Timestamp) -> Result<Past> {
        let run = RunId(duly_store::random_id()?);
        let start = RunStart {
            client: self.client.clone(),
            run: run.clone(),
            ticket: self.duty.id.clone(),
            step: step.id.clone(),
            person: None,
            commits: serde_json::json!({ "snapshots": 31, "manifest": self.duty.id }),
        };
        let observation = |name: &str, number: f64, unit: &str| -> Result<Observation> {
            Ok(serde_json::from_value(serde_json::json!({
                "subject": "snapshot:46c6b792", "name": name, "value": { "number": number },
                "unit": unit, "source": "restic-repository", "method": "measured",
                "observed_at": at,
            }))?)
        };
        let judgement = serde_json::from_value(serde_json::json!({
            "verdict": "pass", "level": "L2", "reasons": [],
            "coverage": { "snapshots": 31, "files_in_snapshot": 48_211 }, "bounds": {},
        }))?;
        let result = RunResult {
            client: self.client.clone(),
            run,
            judgement,
            observations: vec![
                observation("snapshot.age", 7.5, "h")?,
                observation("snapshot.files", 48_211.0, "files")?,
                observation("snapshot.bytes", 2.1e11, "bytes")?,
            ],
            snapshots: Vec::new(),
        };
        Ok(Past::Ran(Box::new((start, result))))
    }
}
