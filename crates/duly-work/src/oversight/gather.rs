//! What a client's month holds, put behind the facts that measures name. A fact that nothing here
//! counts has no number, and its measures say so; whatever counts it one day puts its number here.

use std::collections::BTreeMap;

use duly_core::accounts::Outcome;
use duly_core::id::{AssetId, ClientId, ProcessId};
use duly_core::measure::business::business_hours;
use duly_core::measure::fact::Fact;
use duly_core::measure::facts::Facts;
use duly_core::process::Process;
use duly_core::schedule::calendar::Calendar;
use duly_core::schedule::duties::Published;
use duly_core::verdict::Verdict;
use duly_store::{Answered, CheckTally, PassedAsset, RunTally, Span, Store, Tally};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::error::WorkError;
use crate::oversight::measures::Measured;
use crate::run_probe::PROBES;

const SECONDS_IN_MINUTE: f64 = 60.0;
const SECONDS_IN_HOUR: f64 = 3_600.0;
const SECONDS_IN_DAY: f64 = 86_400.0;

/// In whose business hours warnings are answered.
#[derive(Clone, Debug)]
pub struct Desk<'a> {
    /// Whose holidays.
    pub calendar: &'a Calendar,
    /// Whose clock.
    pub zone: TimeZone,
}

/// What one month holds, as rows.
#[derive(Debug)]
pub struct Month {
    span: Span,
    tallies: Vec<Tally>,
    checks: Vec<CheckTally>,
    suspicious: Vec<(ProcessId, u64)>,
    answered: Vec<Answered>,
    runs: Vec<RunTally>,
    conflicts: u64,
    /// By window in months, since a state is looked for over the window of its measure.
    passed: BTreeMap<u32, Vec<PassedAsset>>,
    finished: BTreeMap<ProcessId, Timestamp>,
}

impl Month {
    /// Reads all of it, for these measures.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn read(
        store: &Store,
        client: &ClientId,
        span: Span,
        measures: &[Measured<'_>],
    ) -> Result<Self, WorkError> {
        let (mut passed, mut finished) = (BTreeMap::new(), BTreeMap::new());
        for measure in measures {
            let window = measure.definition.window_months;
            let is_level = measure.definition.facts().any(Fact::is_level);
            if is_level && !passed.contains_key(&window) {
                let months = i32::try_from(window).unwrap_or(1);
                let from = span
                    .to
                    .first_of_month()
                    .saturating_sub((months - 1).months());
                let rows = store.passed_assets(client, from, span.to).await?;
                passed.insert(window, rows);
            }
            let mut facts = measure.definition.facts();
            if facts.any(|fact| fact == Fact::ExerciseDays) {
                let process = &measure.key.process;
                if let Some(at) = store.last_finished(client, process, &span).await? {
                    finished.insert(process.clone(), at);
                }
            }
        }
        Ok(Self {
            tallies: store.tallies(client, &span).await?,
            checks: store.check_tallies(client, &span).await?,
            suspicious: store.suspicious(client, &span).await?,
            answered: store.answered_warnings(client, &span).await?,
            runs: store.run_tallies(client, &span).await?,
            conflicts: store.assets_in_conflict(client, &span).await?,
            passed,
            finished,
            span,
        })
    }

    /// The facts behind one measure.
    #[must_use]
    pub fn facts(&self, measure: &Measured<'_>, published: &Published, desk: &Desk<'_>) -> Facts {
        let mut facts = Facts::default();
        self.duties(measure, &mut facts);
        self.checked(measure, &mut facts);
        self.warnings(measure, desk, &mut facts);
        if !measure.is_whole {
            self.runs(measure, &mut facts);
            self.assets(measure, published, &mut facts);
            let since = self.finished.get(&measure.key.process);
            let days = since.map(|at| seconds(*at, self.span.ends_at) / SECONDS_IN_DAY);
            let days = days.map(|days| days.max(0.0)).into_iter().collect();
            facts.lengths.insert(Fact::ExerciseDays, days);
        }
        facts
    }

    /// Whether a row belongs to the measure.
    fn is_of(measure: &Measured<'_>, process: &ProcessId) -> bool {
        measure.is_whole || *process == measure.key.process
    }

    fn duties(&self, measure: &Measured<'_>, facts: &mut Facts) {
        let mut counts: BTreeMap<Fact, u64> = [
            Fact::DutiesDue,
            Fact::DutiesDone,
            Fact::DutiesLate,
            Fact::DutiesMissed,
            Fact::DutiesWaived,
            Fact::RunsDone,
            Fact::CompareEqual,
            Fact::TestsMade,
            Fact::TestsPassed,
        ]
        .into_iter()
        .map(|fact| (fact, 0))
        .collect();
        let mut days: BTreeMap<jiff::civil::Date, (u64, u64)> = BTreeMap::new();
        let mine = self.tallies.iter();
        for tally in mine.filter(|tally| Self::is_of(measure, &tally.process)) {
            let fact = match tally.outcome {
                // Not decided yet: it is in no figure, and in the equation as open.
                Outcome::Open => continue,
                Outcome::Done => Fact::DutiesDone,
                Outcome::Late => Fact::DutiesLate,
                Outcome::Missed => Fact::DutiesMissed,
                Outcome::Waived => Fact::DutiesWaived,
            };
            let mut add = |fact, count| *counts.entry(fact).or_default() += count;
            add(fact, tally.tickets);
            add(Fact::DutiesDue, tally.tickets);
            let (due, missed) = days.entry(tally.slot).or_default();
            *due += tally.tickets;
            if tally.outcome == Outcome::Missed {
                *missed += tally.tickets;
            }
            if !matches!(tally.outcome, Outcome::Done | Outcome::Late) {
                continue;
            }
            add(Fact::RunsDone, tally.tickets);
            match tally.verdict {
                Some(Verdict::Pass) => {
                    add(Fact::CompareEqual, tally.measured);
                    add(Fact::TestsMade, tally.tickets);
                    add(Fact::TestsPassed, tally.tickets);
                }
                Some(Verdict::Fail) => add(Fact::TestsMade, tally.tickets),
                Some(Verdict::NotApplicable) => {}
                None | Some(Verdict::Review | Verdict::Unknown) => {
                    facts.not_evaluated += tally.tickets;
                }
            }
        }
        facts.counts.extend(counts);
        for (due, missed) in days.into_values() {
            facts.between.day(due, missed);
        }
    }

    fn checked(&self, measure: &Measured<'_>, facts: &mut Facts) {
        let mine = self.checks.iter();
        let mine = mine.filter(|tally| Self::is_of(measure, &tally.process));
        let (checked, rejected) = mine.fold((0, 0), |(checked, rejected), tally| {
            (checked + tally.checked, rejected + tally.rejected)
        });
        facts.counts.insert(Fact::RunsChecked, checked);
        facts.counts.insert(Fact::RunsRejected, rejected);
        let suspicious = self.suspicious.iter();
        let suspicious = suspicious.filter(|(process, _)| Self::is_of(measure, process));
        let suspicious = suspicious.map(|(_, tickets)| tickets).sum();
        facts.counts.insert(Fact::RunsSuspicious, suspicious);
    }

    fn warnings(&self, measure: &Measured<'_>, desk: &Desk<'_>, facts: &mut Facts) {
        let mine = self.answered.iter().filter(|one| {
            let process = one.process.as_ref();
            measure.is_whole || process == Some(&measure.key.process)
        });
        let hours = mine.map(|one| {
            business_hours(
                one.raised_at,
                one.acknowledged_at,
                desk.calendar,
                &desk.zone,
            )
        });
        facts.lengths.insert(Fact::WarningHours, hours.collect());
    }

    /// What probes measured; nothing where the process has no probe that duly runs.
    fn runs(&self, measure: &Measured<'_>, facts: &mut Facts) {
        if !is_measured(measure.process) {
            return;
        }
        let mine = self.runs.iter();
        let mine: Vec<&RunTally> = mine
            .filter(|run| run.process == measure.key.process)
            .collect();
        let minutes = mine
            .iter()
            .map(|run| seconds(run.started_at, run.ended_at) / SECONDS_IN_MINUTE);
        facts.lengths.insert(Fact::RunMinutes, minutes.collect());
        let mut points: BTreeMap<&AssetId, Timestamp> = BTreeMap::new();
        for run in mine {
            let point = run.judgement.coverage.get("snapshot_time");
            let point = point.and_then(|at| at.as_str()?.parse::<Timestamp>().ok());
            let (Some(asset), Some(point), Verdict::Pass) =
                (&run.asset, point, run.judgement.verdict)
            else {
                continue;
            };
            let newest = points.entry(asset).or_insert(point);
            *newest = point.max(*newest);
        }
        let hours = points
            .into_values()
            .map(|point| (seconds(point, self.span.ends_at) / SECONDS_IN_HOUR).max(0.0));
        facts.lengths.insert(Fact::PointHours, hours.collect());
    }

    /// Assets in care, and what work on them came to.
    fn assets(&self, measure: &Measured<'_>, published: &Published, facts: &mut Facts) {
        let Some(kind) = &measure.process.applies_to.kind else {
            return;
        };
        let day = self.span.to;
        let in_care: Vec<&AssetId> = published
            .assets
            .iter()
            .filter(|asset| asset.kind == *kind && asset.since <= day)
            .filter(|asset| asset.until.is_none_or(|until| until > day))
            .map(|asset| &asset.id)
            .collect();
        let mut put = |fact, count: usize| {
            let count = u64::try_from(count).unwrap_or(u64::MAX);
            facts.counts.insert(fact, count);
        };
        put(Fact::AssetsInCare, in_care.len());
        let conflicts = usize::try_from(self.conflicts).unwrap_or(usize::MAX);
        put(Fact::AssetsInConflict, conflicts.min(in_care.len()));
        let window = measure.definition.window_months;
        let passed = self.passed.get(&window).map_or(&[][..], Vec::as_slice);
        let mine = passed
            .iter()
            .filter(|one| one.process == measure.key.process && in_care.contains(&&one.asset));
        if is_measured(measure.process) {
            let proven = mine.clone().filter(|one| one.measured);
            put(Fact::AssetsProven, proven.count());
        }
        put(Fact::AssetsCurrent, mine.count());
    }
}

/// Whether duly itself runs a probe of the process.
fn is_measured(process: &Process) -> bool {
    let mut probes = process.checklist.iter();
    probes.any(|step| {
        let probe = step.probe.as_deref();
        probe.is_some_and(|probe| PROBES.contains(&probe))
    })
}

fn seconds(from: Timestamp, to: Timestamp) -> f64 {
    to.duration_since(from).as_secs_f64()
}
