//! Service plans: what the declared processes come to in a year, and signing one, which below the
//! catalogue's minimum takes the client's own word.

use std::collections::{BTreeMap, BTreeSet};

use duly_core::care::{Shortfall, shortfalls};
use duly_core::id::{ClientId, PersonId};
use duly_core::process::Process;
use duly_core::schedule::expand::occurrences;
use duly_core::scope::{Promise, ServicePlan};
use duly_store::{AssetFilter, NewProposal, PlanDecision, Signing, Store};
use jiff::civil::{Date, date};
use jiff::{Timestamp, ToSpan};

use crate::error::WorkError;
use crate::lists;
use crate::publish::today;

/// Calendar years that are counted to see how often a process comes in one: holidays and the days
/// of the week fall otherwise in each, and what is promised must hold in all.
const YEARS: i16 = 3;

/// Each process as often as its newest version comes in a calendar year at the least.
///
/// # Errors
///
/// When a schedule asks a calendar that does not reach.
pub fn promises(
    processes: &[Process],
    calendar: &str,
    today: Date,
) -> Result<Vec<Promise>, WorkError> {
    let mut newest: BTreeMap<&str, &Process> = BTreeMap::new();
    for process in processes {
        let slot = newest.entry(process.process.as_str()).or_insert(process);
        if process.effective > slot.effective {
            *slot = process;
        }
    }
    newest
        .into_values()
        .map(|process| {
            Ok(Promise {
                process: process.process.clone(),
                kind: process.applies_to.kind.clone(),
                per_year_min: times_a_year(process, calendar, today)?,
            })
        })
        .collect()
}

/// How often a process comes in a calendar year, at the least.
///
/// # Errors
///
/// When its schedule asks a calendar that does not reach.
pub fn times_a_year(process: &Process, calendar: &str, today: Date) -> Result<u32, WorkError> {
    let name = match process.schedule.calendar.as_str() {
        "client" => calendar,
        named => named,
    };
    let calendar = duly_declare::calendars::calendar(name);
    let count = |from: Date, to: Date| {
        let dates = occurrences(&process.schedule.recurrence, calendar, from, to)?;
        Ok::<_, WorkError>(u32::try_from(dates.len()).unwrap_or(u32::MAX))
    };
    let first = today.year() + 1;
    let mut least = count(date(first, 1, 1), date(first, 12, 31))?;
    for year in first + 1..first + YEARS {
        // As far as the calendar reaches.
        let Ok(times) = count(date(year, 1, 1), date(year, 12, 31)) else {
            break;
        };
        least = least.min(times);
    }
    if least > 0 {
        return Ok(least);
    }
    // Something that comes once, or not in every year: as often as it comes from today on.
    count(
        today,
        today.saturating_add(1.year()).saturating_sub(1.day()),
    )
}

/// A plan as a manager wants to sign it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The plan.
    pub plan: ServicePlan,
    /// Why it promises less than the minimum, if it does; it is put to the client.
    pub reason: String,
    /// Who signs.
    pub person: PersonId,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signed {
    /// It is signed.
    Signed,
    /// It waits for the client's word.
    Proposed,
    /// It promises less than the minimum and says no reason; nothing was done.
    BelowMinimum(Vec<Shortfall>),
    /// It would hold from a day in the past; nothing was done.
    InThePast,
}

/// Where a plan would promise less than the minimum to this client, for what it has in care.
///
/// # Errors
///
/// When the store fails.
pub async fn short(
    store: &Store,
    client: &ClientId,
    plan: &ServicePlan,
) -> Result<Vec<Shortfall>, WorkError> {
    let assets = lists::kept_assets(store, client, &AssetFilter::default()).await?;
    let kinds: BTreeSet<&str> = assets
        .iter()
        .map(|asset| asset.row.scope.kind.as_str())
        .collect();
    Ok(shortfalls(plan, kinds))
}

/// Signs a plan, or puts it to the client where it promises less than the minimum.
///
/// # Errors
///
/// When there is no such client, or the store fails.
pub async fn sign(
    store: &Store,
    client: &ClientId,
    wanted: Wanted,
    now: Timestamp,
) -> Result<Signed, WorkError> {
    let row = store.client(client).await?;
    let row = row.ok_or_else(|| WorkError::NoClient(client.clone()))?;
    if wanted.plan.effective < today(&row.scope.tz, now)? {
        return Ok(Signed::InThePast);
    }
    let short = short(store, client, &wanted.plan).await?;
    if short.is_empty() {
        let signing = Signing {
            person: Some(wanted.person),
            consent: None,
        };
        store.sign_plan(client, &wanted.plan, signing, now).await?;
        return Ok(Signed::Signed);
    }
    if wanted.reason.trim().is_empty() {
        return Ok(Signed::BelowMinimum(short));
    }
    let proposal = NewProposal {
        client: client.clone(),
        plan: wanted.plan,
        reason: wanted.reason.trim().to_owned(),
        person: wanted.person,
    };
    store.propose_plan(proposal, now).await?;
    Ok(Signed::Proposed)
}

/// Takes the client's answer to a plan that waits; `false` when it does not wait any more.
///
/// # Errors
///
/// When there is no such client, or the store fails.
pub async fn decide(
    store: &Store,
    client: &ClientId,
    proposal: &str,
    decision: PlanDecision,
    person: &PersonId,
    now: Timestamp,
) -> Result<bool, WorkError> {
    let row = store.client(client).await?;
    let row = row.ok_or_else(|| WorkError::NoClient(client.clone()))?;
    let today = today(&row.scope.tz, now)?;
    let decided = store.decide_plan(client, proposal, decision, person, today, now);
    Ok(decided.await?)
}
