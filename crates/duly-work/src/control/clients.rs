//! Rules about a client as a whole: what is promised and not covered, exceptions that ended, what
//! was found and not mended since. Each rule that any process in force declares is asked once;
//! where two declare it, what either of them sees is seen.

use std::collections::BTreeMap;

use duly_core::accounts::Outcome;
use duly_core::control::facts::{AssetFacts, ClientFacts, ExceptionFacts, OpenPoint};
use duly_core::control::rules::{RULES, rule};
use duly_core::id::ProcessId;
use duly_core::process::{Control, Process};
use duly_core::scope::{Exception, Promise};
use duly_store::{Keeper, Page, Settled, TicketFilter};
use jiff::ToSpan;

use super::settle::{Place, Seen};
use super::tickets::plain;
use super::{At, readings};
use crate::error::WorkError;
use crate::lists;

/// How long an exception that ended is looked at. After that its work has come round again, or the
/// duty itself is missed.
const ENDED_DAYS_MAX: i32 = 120;

/// How far back is looked for what was not mended: a yearly duty and its grace.
const FOUND_DAYS_MAX: i32 = 400;

/// Looks at the client.
pub(super) async fn look(at: &At<'_>) -> Result<Settled, WorkError> {
    let in_force = in_force(at);
    let declared = declared(&in_force);
    let facts = facts(at, &in_force, &declared).await?;
    let mut seen = Vec::new();
    for (control, process) in &declared {
        let Some(rule) = rule(&control.id) else {
            continue;
        };
        for raised in rule.at_client(&facts, control) {
            seen.push(Seen {
                rule: control.id.clone(),
                severity: control.severity,
                raised,
                process: process.map(|process| process.process.clone()),
                owner: process.map_or_else(
                    || "manager".to_owned(),
                    |process| process.roles.checks.clone(),
                ),
            });
        }
    }
    let known = at.store.known_of(at.id(), Keeper::Client).await?;
    let place = Place {
        client: at.id(),
        source: Keeper::Client,
        ticket: None,
        now: at.now,
    };
    let changes = place.settle(seen, known.iter());
    Ok(at
        .store
        .settle_warnings(at.id(), &changes, None, at.now)
        .await?)
}

/// The newest version of each process that has come into force.
fn in_force<'a>(at: &At<'a>) -> BTreeMap<&'a str, &'a Process> {
    let mut newest: BTreeMap<&str, &Process> = BTreeMap::new();
    for version in &at.published.processes {
        let process = &version.process;
        let slot = newest.entry(process.process.as_str()).or_insert(process);
        let better = process.effective >= slot.effective || slot.effective > at.today;
        if process.effective <= at.today && better {
            *slot = process;
        }
    }
    newest.retain(|_, process| process.effective <= at.today);
    newest
}

/// The rules about clients that these processes declare, and those that hold anyway.
fn declared<'a>(in_force: &BTreeMap<&str, &'a Process>) -> Vec<(Control, Option<&'a Process>)> {
    let about_clients = |control: &&Control| {
        control.when.is_none() && rule(&control.id).is_some_and(|rule| !rule.is_about_tickets())
    };
    let mut declared: Vec<(Control, Option<&Process>)> = Vec::new();
    for process in in_force.values() {
        let rules = process.quality_control.rules.iter().filter(about_clients);
        declared.extend(rules.map(|control| (control.clone(), Some(*process))));
    }
    let standing = RULES.into_iter().filter(|rule| rule.is_standing());
    for rule in standing {
        if !declared.iter().any(|(control, _)| control.id == rule.id) {
            declared.push((plain(rule), None));
        }
    }
    declared
}

async fn facts(
    at: &At<'_>,
    in_force: &BTreeMap<&str, &Process>,
    declared: &[(Control, Option<&Process>)],
) -> Result<ClientFacts, WorkError> {
    let asks = |rule: &str| declared.iter().any(|(control, _)| control.id == rule);
    let mut facts = ClientFacts {
        now: at.now,
        today: at.today,
        client: at.id().clone(),
        assets: Vec::new(),
        readings: Vec::new(),
        sources: Vec::new(),
        endings: Vec::new(),
        exclusions: Vec::new(),
        unclaimed: Vec::new(),
        open_points: Vec::new(),
        settings: Vec::new(),
        accounts: Vec::new(),
        firmware: Vec::new(),
        exceptions: exceptions(at).await?,
    };
    if asks("contradiction") {
        facts.readings = readings::gather(at).await?;
    }
    if asks("coverage-gap") {
        facts.assets = assets(at, in_force).await?;
    }
    if asks("unresolved") {
        facts.open_points = open_points(at).await?;
    }
    Ok(facts)
}

/// The assets in care, each with the promised processes that it does not have.
async fn assets(
    at: &At<'_>,
    in_force: &BTreeMap<&str, &Process>,
) -> Result<Vec<AssetFacts>, WorkError> {
    let plans = at.store.plans(at.id()).await?;
    let plan = plans.iter().rev().filter(|plan| plan.effective <= at.today);
    let plan = plan.max_by_key(|plan| plan.effective);
    let promises = plan.map_or(&[][..], |plan| plan.promises.as_slice());
    let missing = |promise: &&Promise| !in_force.contains_key(promise.process.as_str());
    let missing: Vec<&Promise> = promises.iter().filter(missing).collect();
    if missing.is_empty() {
        return Ok(Vec::new());
    }
    let in_care = lists::assets(at.store, at.id()).await?.into_iter();
    let in_care = in_care.filter(|row| row.scope.until.is_none_or(|until| until > at.today));
    Ok(in_care
        .map(|row| {
            let of_kind = |promise: &&&Promise| promise.kind.as_ref() == Some(&row.scope.kind);
            let lacks = missing.iter().filter(of_kind);
            let lacks = lacks.map(|promise| promise.process.to_string()).collect();
            AssetFacts {
                asset: row.scope.id,
                name: row.name,
                kind: row.scope.kind,
                lacks,
            }
        })
        .collect())
}

/// Exceptions that ended lately, and whether their work was done since.
async fn exceptions(at: &At<'_>) -> Result<Vec<ExceptionFacts>, WorkError> {
    let oldest = at.today.saturating_sub(ENDED_DAYS_MAX.days());
    let ended = |one: &&Exception| (oldest..at.today).contains(&one.to);
    let mut facts = Vec::new();
    for exception in at.published.exceptions.iter().filter(ended) {
        let filter = TicketFilter {
            client: Some(at.id().clone()),
            process: exception.process.clone(),
            asset: exception.asset.clone(),
            slot_from: exception.to.tomorrow().ok(),
            ..TicketFilter::default()
        };
        let since = at.store.tickets(&filter, &Page::widest()).await?.rows;
        let done = |ticket: &duly_store::Ticket| {
            matches!(ticket.outcome, Outcome::Done | Outcome::Late)
                || ticket.afterwards_at.is_some()
        };
        let what = exception.process.as_ref().map(ProcessId::as_str);
        facts.push(ExceptionFacts {
            id: exception.id.clone(),
            what: what.unwrap_or("all work").to_owned(),
            to: exception.to,
            resumed: since.iter().any(done),
        });
    }
    Ok(facts)
}

/// What the last ticket of a process and asset found wrong.
async fn open_points(at: &At<'_>) -> Result<Vec<OpenPoint>, WorkError> {
    let since = at.today.saturating_sub(FOUND_DAYS_MAX.days());
    let unmended = at.store.unmended(at.id(), since).await?;
    let mut points = Vec::with_capacity(unmended.len());
    for one in unmended {
        let asset = match &one.asset {
            Some(asset) => at.store.asset(at.id(), asset).await?.map(|row| row.name),
            None => None,
        };
        let of = asset.map_or_else(String::new, |name| format!(" ({name})"));
        points.push(OpenPoint {
            what: format!("{} of {} found a fault{of}", one.process, one.slot),
            asset: one.asset,
            since: one.found_at.unwrap_or(at.now),
        });
    }
    Ok(points)
}
