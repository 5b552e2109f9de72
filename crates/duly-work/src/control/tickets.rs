//! Rules about tickets: one window of the log, each changed ticket under the rules of the process
//! version that governs it.

use std::collections::BTreeMap;

use duly_core::control::facts::{DeskFacts, RuleFailure, TicketFacts};
use duly_core::control::rules::{RULES, rule};
use duly_core::control::{Cause, Raised, Rule};
use duly_core::id::DutyId;
use duly_core::process::{Control, Process};
use duly_declare::condition::Facts;
use duly_store::{Firing, Keeper, KnownWarning, Settle, Settled};
use jiff::{SignedDuration, ToSpan};

use super::At;
use super::conditions::Conditions;
use super::gather::{Gathered, looks_back};
use super::settle::{Place, Seen, cause_of};
use crate::error::WorkError;

/// How far back earlier work is read: three years, so that a yearly duty has two before it.
const BACK_DAYS: i32 = 1_100;

/// What happened longer ago is history: nobody remembers it, and an installation that is looked at
/// for the first time must not be buried in it. What lasts until today is raised all the same.
const HISTORY: SignedDuration = SignedDuration::from_hours(24 * 90);

/// Looks at the next window; what came of it, and whether there is more.
pub(super) async fn look(
    at: &At<'_>,
    conditions: &mut Conditions,
) -> Result<(Settled, bool), WorkError> {
    let client = at.id();
    let processes = at
        .published
        .processes
        .iter()
        .map(|version| &version.process);
    let before = looks_back(processes.clone().map(|process| &process.quality_control));
    let since = at.today.saturating_sub(BACK_DAYS.days());
    let (after, _) = at.store.control_place(client).await?;
    let changed = at.store.changed_tickets(client, before, since).await?;
    let mut changes = Vec::new();
    if !changed.changed.is_empty() {
        let known = at
            .store
            .known_of_tickets(client, after, changed.up_to)
            .await?;
        let governing: BTreeMap<_, &Process> = processes
            .map(|process| ((process.process.as_str(), process.version()), process))
            .collect();
        let mut gathered = Gathered::of(client, &changed, at.now);
        gathered.look_back(at.store, &changed).await?;
        for id in &changed.changed {
            let Some((ticket, _)) = changed.tickets.get(id) else {
                continue;
            };
            let key = (ticket.process.as_str(), ticket.version.clone());
            let Some(process) = governing.get(&key) else {
                continue;
            };
            if process
                .quality_control
                .rules
                .iter()
                .any(|one| one.id == "nothing-found")
            {
                gathered.compare_people(at.store, &ticket.process).await?;
            }
            if let Some(facts) = gathered.facts(id) {
                let known = known.iter().filter(|one| one.ticket.as_ref() == Some(id));
                changes.extend(judge(at, process, &facts, known, conditions));
            }
        }
    }
    let lasting = ripe(at, &changes).await?;
    changes.extend(lasting);
    let looked = (changed.up_to > after).then_some(changed.up_to);
    if looked.is_none() && changes.is_empty() {
        return Ok((Settled::default(), false));
    }
    let settled = at
        .store
        .settle_warnings(client, &changes, looked, at.now)
        .await?;
    Ok((settled, changed.more))
}

/// Causes that were seen before and have lasted long enough, but those that have just gone.
async fn ripe(at: &At<'_>, changes: &[Settle]) -> Result<Vec<Settle>, WorkError> {
    let ripe = at.store.ripe_warnings(at.id(), at.now).await?;
    let is_gone = |firing: &Firing| {
        changes.iter().any(|change| match change {
            Settle::Forget { rule, about } => {
                *rule == firing.warning.rule && *about == firing.warning.about
            }
            _ => false,
        })
    };
    let lasting = ripe.into_iter().filter(|firing| !is_gone(firing));
    Ok(lasting.map(Settle::Raise).collect())
}

/// What follows at one ticket.
fn judge<'k>(
    at: &At<'_>,
    process: &Process,
    facts: &TicketFacts,
    known: impl Iterator<Item = &'k KnownWarning>,
    conditions: &mut Conditions,
) -> Vec<Settle> {
    let mut seen = Vec::new();
    let mut failures = Vec::new();
    let see = |control: &Control, raised: Raised| Seen {
        rule: control.id.clone(),
        severity: control.severity,
        raised: with_asset(raised, facts),
        process: Some(facts.process.clone()),
        owner: process.roles.checks.clone(),
    };
    // Converted once, and only where there is a condition.
    let mut converted: Option<Facts> = None;
    for control in &process.quality_control.rules {
        if let Some(text) = &control.when {
            let converted = converted.get_or_insert_with(|| Facts::of(facts));
            let condition = conditions.of(text);
            let holds = match &*condition {
                Ok(condition) => condition.holds(converted),
                Err(why) => Err(why.clone()),
            };
            match holds {
                Ok(Some(true)) => seen.push(see(control, said(control, facts))),
                Ok(Some(false) | None) => {}
                Err(why) => failures.push(RuleFailure {
                    rule: control.id.clone(),
                    at: format!("{} of {}", process.process, process.version()),
                    why,
                }),
            }
        } else if let Some(rule) = rule(&control.id) {
            let raised = rule.at_ticket(facts, control);
            seen.extend(raised.into_iter().map(|raised| see(control, raised)));
        }
    }
    for (control, rule) in standing(process) {
        let raised = rule.at_ticket(facts, &control);
        seen.extend(raised.into_iter().map(|raised| see(&control, raised)));
    }
    let ticket: &DutyId = &facts.work.ticket;
    let place = Place {
        client: at.id(),
        source: Keeper::Ticket,
        ticket: Some(ticket),
        now: at.now,
    };
    seen.extend(failed(at, failures, process));
    if is_history(facts) {
        seen.retain(|cause| cause_of(&cause.rule) != Cause::Event);
    }
    place.settle(seen, known)
}

/// Whether a ticket ended too long ago for anybody to look into how.
fn is_history(facts: &TicketFacts) -> bool {
    let ended = facts.work.ended_at;
    ended.is_some_and(|ended| facts.now.duration_since(ended) > HISTORY)
}

/// What a custom rule says of a ticket.
fn said(control: &Control, facts: &TicketFacts) -> Raised {
    let say = control.say.as_deref().unwrap_or("Its condition holds");
    let message = format!("{} ({}).", say.trim_end_matches('.'), facts.slot);
    Raised::new(facts.about(), message)
}

fn with_asset(raised: Raised, facts: &TicketFacts) -> Raised {
    match (&raised.asset, &facts.work.asset) {
        (None, Some(asset)) => raised.of(asset),
        _ => raised,
    }
}

/// The rules about tickets that hold although the process does not declare them.
pub(super) fn standing(process: &Process) -> impl Iterator<Item = (Control, &'static Rule)> + '_ {
    let declared = |id: &str| {
        let mut rules = process.quality_control.rules.iter();
        rules.any(|control| control.id == id)
    };
    let undeclared = RULES
        .into_iter()
        .filter(move |rule| rule.is_standing() && !declared(rule.id));
    undeclared.map(|rule| (plain(rule), rule))
}

/// A rule as it is by itself.
pub(super) fn plain(rule: &Rule) -> Control {
    Control {
        id: rule.id.to_owned(),
        severity: rule.severity,
        with: BTreeMap::new(),
        when: None,
        say: None,
    }
}

/// Rules that could not be evaluated, as a finding of their own; they stop no other rule.
fn failed<'a>(
    at: &'a At<'_>,
    failures: Vec<RuleFailure>,
    process: &'a Process,
) -> impl Iterator<Item = Seen> + 'a {
    let facts = DeskFacts {
        now: at.now,
        waiting: Vec::new(),
        failures,
        gaps: Vec::new(),
    };
    let rule = rule("rule-error");
    let raised = rule.map(|rule| (rule, rule.at_desk(&facts)));
    raised.into_iter().flat_map(|(rule, raised)| {
        raised.into_iter().map(|raised| Seen {
            rule: rule.id.to_owned(),
            severity: rule.severity,
            raised,
            process: Some(process.process.clone()),
            owner: process.roles.checks.clone(),
        })
    })
}
