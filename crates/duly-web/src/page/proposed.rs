//! A proposal as a page shows it: duties in words, hours week by week, and whoever stands in the
//! way by name.

use std::collections::BTreeMap;

use duly_core::process::Process;
use duly_core::process::minutes::Load;
use duly_core::schedule::affected::Moved;
use duly_core::schedule::duties::Duty;
use duly_store::Publishing;
use duly_work::proposal::{ForClient, Proposal};
use jiff::civil::Date;

use crate::page::chosen::Chosen;
use crate::page::names::Names;
use crate::page::visit::{Visit, zone_of};
use crate::problem::Problem;
use crate::view::changes::{Changes, ClientChange, DUTIES_SHOWN_MAX, Duties, Week};
use crate::view::frame::Section;
use crate::words::process::hours;

/// Where the page stands, and what it is about.
pub(crate) struct Page<'a> {
    pub look: String,
    pub publish: String,
    pub back: (String, String),
    pub process: &'a Process,
    pub ends: bool,
}

/// Lays a proposal out.
pub(crate) async fn page(
    visit: &Visit,
    about: Page<'_>,
    chosen: &Chosen,
    proposal: &Proposal,
) -> Result<Changes, Problem> {
    let mut names = Names::new(visit.store());
    let mut clients = Vec::new();
    let mut seen = Vec::new();
    for client in &proposal.clients {
        let id = &client.client;
        seen.push(("client".to_owned(), id.to_string()));
        let was = client
            .before
            .as_ref()
            .map(Process::version)
            .unwrap_or_default();
        seen.push((format!("seen.{id}"), was));
        clients.push(of_client(visit, &mut names, client).await?);
    }
    for choice in chosen.choices.iter().filter(|choice| choice.chosen) {
        let fields = [
            ("at", &choice.at),
            ("days", &choice.days),
            ("due_within", &choice.due_within),
            ("grace", &choice.grace),
        ];
        let written = fields.into_iter().filter(|(_, value)| !value.is_empty());
        seen.extend(written.map(|(name, value)| (format!("{name}.{}", choice.id), value.clone())));
    }
    let refused = proposal.refused.iter();
    let refused = refused.map(|refused| (visit.named(&refused.client), refused.why.clone()));
    Ok(Changes {
        frame: visit.frame(Section::Processes, false),
        look: about.look,
        publish: about.publish,
        back: about.back,
        title: about.process.title.clone(),
        process: about.process.process.to_string(),
        effective: about.process.effective.to_string(),
        ends: about.ends,
        choices: chosen.choices.clone(),
        problems: chosen.problems.clone(),
        clients,
        refused: refused.collect(),
        lines: Vec::new(),
        seen,
        reason: String::new(),
    })
}

/// Why nothing was published after all.
pub(crate) fn stopped(visit: &Visit, publishing: &Publishing) -> String {
    match publishing {
        Publishing::Published => "It is published.".to_owned(),
        Publishing::Raced { client, .. } => format!(
            "Somebody published another version for {} in the meantime; look again.",
            visit.named(client).name
        ),
        Publishing::TicketsOpen { client, tickets } => format!(
            "{} has {} of this process; close them first, then end it.",
            visit.named(client).name,
            crate::words::number::counted(*tickets, "open ticket", "open tickets")
        ),
    }
}

async fn of_client(
    visit: &Visit,
    names: &mut Names<'_>,
    client: &ForClient,
) -> Result<ClientChange, Problem> {
    let affected = &client.affected;
    Ok(ClientChange {
        client: visit.named(&client.client),
        before: client.before.as_ref().map(Process::version),
        changes: client.changes.clone(),
        own: client.own.clone(),
        appear: in_words(visit, names, &affected.appear).await?,
        vanish: in_words(visit, names, &affected.vanish).await?,
        moved: moved(visit, names, &affected.moved).await?,
        same: count(affected.same),
        fewer: affected.is_fewer(),
        loosens: client.loosens(),
        weeks: weeks(&client.load.0, &client.load.1),
    })
}

async fn in_words(
    visit: &Visit,
    names: &mut Names<'_>,
    duties: &[Duty],
) -> Result<Duties, Problem> {
    let mut shown = Vec::new();
    for duty in duties.iter().take(DUTIES_SHOWN_MAX) {
        let due = local(visit, duty, duty.due_at);
        let about = about(names, duty).await?;
        shown.push(format!("{}{about}, due by {due}", day(duty.slot)));
    }
    Ok(Duties {
        shown,
        count: count(duties.len()),
    })
}

async fn moved(visit: &Visit, names: &mut Names<'_>, moves: &[Moved]) -> Result<Duties, Problem> {
    let mut shown = Vec::new();
    for Moved { before, after } in moves.iter().take(DUTIES_SHOWN_MAX) {
        let about = about(names, after).await?;
        shown.push(format!(
            "{}{about}, due by {}; now {}, due by {}",
            day(before.slot),
            local(visit, before, before.due_at),
            day(after.slot),
            local(visit, after, after.due_at)
        ));
    }
    Ok(Duties {
        shown,
        count: count(moves.len()),
    })
}

async fn about(names: &mut Names<'_>, duty: &Duty) -> Result<String, Problem> {
    Ok(match &duty.asset {
        Some(asset) => format!(", {}", names.asset(&duty.client, asset).await?.name),
        None => String::new(),
    })
}

fn day(date: Date) -> String {
    date.strftime("%a %-d %b %Y").to_string()
}

/// An instant where the client is.
fn local(visit: &Visit, duty: &Duty, at: jiff::Timestamp) -> String {
    let client = visit
        .clients
        .iter()
        .find(|client| client.scope.id == duty.client);
    let zone = client.map_or(jiff::tz::TimeZone::UTC, zone_of);
    at.to_zoned_datetime(zone)
        .strftime("%a %-d %b %H:%M")
        .to_string()
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

/// The hours of a week and role, before and after.
type BeforeAndAfter<'a> = (Option<&'a Load>, Option<&'a Load>);

/// The weeks whose hours differ.
fn weeks(before: &[Load], after: &[Load]) -> Vec<Week> {
    let mut found: BTreeMap<(Date, &str), BeforeAndAfter<'_>> = BTreeMap::new();
    for load in before {
        found.entry((load.week, load.role.as_str())).or_default().0 = Some(load);
    }
    for load in after {
        found.entry((load.week, load.role.as_str())).or_default().1 = Some(load);
    }
    let same = |(was, is): BeforeAndAfter<'_>| {
        let of = |load: &Load| (load.minutes, load.without_estimate);
        was.map(of) == is.map(of)
    };
    let differing = found.into_iter().filter(|(_, loads)| !same(*loads));
    let week = |((week, role), (was, is)): ((Date, &str), _)| Week {
        week,
        role: role.to_owned(),
        before: hours(was),
        after: hours(is),
    };
    differing.map(week).collect()
}
