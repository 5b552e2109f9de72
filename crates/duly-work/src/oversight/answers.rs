//! The questions that an owner, an auditor or an insurer asks a provider, answered from what is
//! recorded: what cannot be shown is said to be so, and never guessed.

use std::collections::BTreeMap;

use duly_core::id::{ClientId, ProcessId};
use duly_core::measure::reading::Figure;
use duly_core::oversight::report::Counted;
use duly_core::process::Process;
use duly_core::review::period::Period;
use duly_core::schedule::duties::{Published, duties};
use duly_core::verdict::Verdict;
use duly_store::{MeasureKey, PassedAsset, Store};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use crate::count::equation;
use crate::coverage;
use crate::error::WorkError;
use crate::oversight::measures::{GOVERNANCE, in_force};
use crate::oversight::report::CHECKS_MADE;
use crate::publish::today;

/// Months that an answer looks back, and forward for what is planned: insurers ask for a year.
const MONTHS: i32 = 12;

/// What is recorded of a client's last year.
#[derive(Clone, Debug, PartialEq)]
pub struct Answers {
    /// The first day that is looked at.
    pub from: Date,
    /// The last: today.
    pub to: Date,
    /// The duties between them.
    pub equation: Counted,
    /// Each process in force.
    pub processes: Vec<Answered>,
    /// Tickets finished in the year, as far as months are counted.
    pub finished: u64,
    /// Of these, looked at by a second person.
    pub checked: u64,
    /// What is promised or in care and not covered.
    pub uncovered: Vec<String>,
    /// Assets whose work a probe measured and passed, at least once in the year.
    pub proven: u64,
    /// The size of the log under the newest checkpoint, and when that was signed.
    pub checkpoint: Option<(u64, Timestamp)>,
}

/// What is recorded of one process.
#[derive(Clone, Debug, PartialEq)]
pub struct Answered {
    /// Its id.
    pub process: ProcessId,
    /// What is done.
    pub title: String,
    /// How many duties the next year has.
    pub per_year: u64,
    /// How many were due in the last one, and not waived.
    pub due: u64,
    /// Of these, finished on time or late.
    pub done: u64,
    /// Of the finished, those that found a fault.
    pub faults: u64,
    /// The date of the last one that was finished.
    pub last: Option<Date>,
    /// Requirements of frameworks that it serves, by framework.
    pub satisfies: BTreeMap<String, Vec<String>>,
}

/// Gathers the answers.
///
/// # Errors
///
/// When there is no such client, its duties cannot be computed, or the store fails.
pub async fn answers(
    store: &Store,
    client: &ClientId,
    now: Timestamp,
) -> Result<Answers, WorkError> {
    let published = store.published(client).await?;
    let published = published.ok_or_else(|| WorkError::NoClient(client.clone()))?;
    let to = today(&published.client.tz, now)?;
    let from = to.saturating_sub(MONTHS.months()).saturating_add(1.day());
    let (finished, checked) = checks(store, client, from, to).await?;
    let passed: Vec<PassedAsset> = store.passed_assets(client, from, to).await?;
    let checkpoint = store.last_checkpoint(client).await?;
    Ok(Answers {
        from,
        to,
        equation: equation(store, client, from, to, now).await?.into(),
        processes: processes(store, &published, from, to).await?,
        finished,
        checked,
        uncovered: coverage::uncovered(store, client, now)
            .await?
            .gaps
            .into_iter()
            .map(|gap| gap.words)
            .collect(),
        proven: distinct(passed.iter().filter(|one| one.measured)),
        checkpoint: checkpoint.map(|signed| (signed.size, signed.signed_at)),
    })
}

async fn processes(
    store: &Store,
    published: &Published,
    from: Date,
    to: Date,
) -> Result<Vec<Answered>, WorkError> {
    let next = to.saturating_add(1.day());
    let planned = duties(published, next, to.saturating_add(MONTHS.months()))?;
    let mut per_year: BTreeMap<&ProcessId, u64> = BTreeMap::new();
    for duty in &planned {
        *per_year.entry(&duty.process).or_default() += 1;
    }
    let mut answered: BTreeMap<ProcessId, Answered> = in_force(published, to)
        .into_values()
        .map(|process| (process.process.clone(), blank(process, &per_year)))
        .collect();
    for tally in store
        .finished_tallies(&published.client.id, from, to)
        .await?
    {
        let Some(row) = answered.get_mut(&tally.process) else {
            continue;
        };
        row.due += tally.tickets;
        if !tally.is_finished {
            continue;
        }
        row.done += tally.tickets;
        if tally.verdict == Some(Verdict::Fail) {
            row.faults += tally.tickets;
        }
        row.last = row.last.max(Some(tally.last));
    }
    Ok(answered.into_values().collect())
}

fn blank(process: &Process, per_year: &BTreeMap<&ProcessId, u64>) -> Answered {
    Answered {
        process: process.process.clone(),
        title: process.title.clone(),
        per_year: per_year.get(&process.process).copied().unwrap_or_default(),
        due: 0,
        done: 0,
        faults: 0,
        last: None,
        satisfies: process.satisfies.clone(),
    }
}

/// Tickets that were finished, and those of them looked at again.
async fn checks(
    store: &Store,
    client: &ClientId,
    from: Date,
    to: Date,
) -> Result<(u64, u64), WorkError> {
    let readings = store
        .readings(client, Period::of(from), Period::of(to))
        .await?;
    let key = MeasureKey {
        process: GOVERNANCE.into(),
        measure: CHECKS_MADE.to_owned(),
    };
    let (mut finished, mut checked) = (0, 0);
    for reading in readings.get(&key).into_iter().flatten() {
        if let Figure::Ratio(ratio) = reading.figure {
            finished += ratio.total;
            checked += ratio.good;
        }
    }
    Ok((finished, checked))
}

fn distinct<'a>(passed: impl Iterator<Item = &'a PassedAsset>) -> u64 {
    let mut assets: Vec<_> = passed.map(|one| &one.asset).collect();
    assets.sort_unstable();
    assets.dedup();
    u64::try_from(assets.len()).unwrap_or(u64::MAX)
}
