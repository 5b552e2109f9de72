//! `GET /clients/{client}`, for a `month`; its assets paged by `after`.

use std::collections::BTreeMap;

use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use duly_core::accounts::Outcome;
use duly_core::care::looks_after;
use duly_core::commissioning::commissioning;
use duly_core::id::{AssetId, PersonId};
use duly_core::observation::Method;
use duly_core::permit::Action;
use duly_core::process::Process;
use duly_core::schedule::duties::Published;
use duly_core::verdict::Verdict;
use duly_store::{AssetRow, ClientRow, Page, Run, StepState, Ticket, TicketFilter, TicketStep};
use duly_work::coverage;
use duly_work::exceptions::{self, Standing};
use duly_work::lists;
use jiff::ToSpan;
use jiff::civil::Date;
use serde::Deserialize;

use crate::page::about_client::nav;
use crate::page::exceptions::line;
use crate::page::month::Month;
use crate::page::names::Names;
use crate::page::ticket::waived_by;
use crate::page::visit::{Visit, named};
use crate::page::{Shown, beside, clients, judged, published, shown};
use crate::part::client_nav::ClientPage;
use crate::part::paging::{Paging, ROWS_PER_PAGE};
use crate::problem::Problem;
use crate::view::Named;
use crate::view::client::{Asset, Client, Knowledge, Missed, NAMED_MAX, Technicians, Waived};
use crate::view::exception::Row;
use crate::view::frame::Section;
use crate::words::number::counted;

/// How far back knowledge of an asset is looked for; a quarterly duty leaves some in every span
/// of this length.
const KNOWLEDGE_DAYS_MAX: i32 = 100;

/// What the address may hold.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    month: Option<String>,
    after: Option<String>,
}

/// Shows it.
pub(crate) async fn show(
    visit: Visit,
    Path(client): Path<String>,
    Query(asked): Query<Asked>,
) -> Shown {
    shown(&view(&visit, &client, asked, None).await?)
}

/// Shows it with what is wrong with a form of it.
pub(crate) async fn refused(
    visit: Visit,
    client: String,
    problem: &str,
) -> Result<Response, Problem> {
    let page = shown(&view(&visit, &client, Asked::default(), Some(problem)).await?)?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// Who does its tickets.
async fn technicians(
    visit: &Visit,
    client: &ClientRow,
    problem: Option<&str>,
) -> Result<Technicians, Problem> {
    let id = &client.scope.id;
    let assigned = visit.store().technicians(id).await?;
    let may_set = visit.may(Action::KeepClients, id);
    let named = |person: &PersonId| Named::new(person.as_str(), visit.person_named(person));
    let both = assigned.as_ref().map(|assigned| &assigned.technicians);
    Ok(Technicians {
        is_shown: visit.bound_to().is_none(),
        primary: both.map(|both| named(&both.primary)),
        backup: both.and_then(|both| both.backup.as_ref()).map(named),
        revision: assigned.as_ref().map_or(0, |assigned| assigned.revision),
        staff: if may_set {
            beside::technicians(visit).await?
        } else {
            Vec::new()
        },
        may_set,
        may_close: visit.may(Action::DoWork, id),
        problem: problem.map(str::to_owned),
    })
}

async fn view(
    visit: &Visit,
    client: &str,
    asked: Asked,
    problem: Option<&str>,
) -> Result<Client, Problem> {
    let client = visit.client(client)?;
    let id = &client.scope.id;
    let store = visit.store();
    let frame = visit.frame_of(client, Section::Clients);
    let today = frame.today();
    let present = Month::of(today);
    let month = Month::asked(asked.month.as_deref(), today)?;
    let first_day = frame.zone.to_datetime(client.created_at).date();
    let first = Month::of(first_day);
    let published = published::of(store, id).await?;
    let mut names = Names::new(store);
    let tickets = store
        .tickets(&month.tickets(id), &Page::widest())
        .await?
        .rows;
    let waived = waived(&mut names, published.as_ref(), &tickets).await?;
    let (to_decide, expiring) = pressing(visit, &mut names, client, today).await?;
    let page = Page {
        after: asked.after.clone(),
        rows: ROWS_PER_PAGE,
    };
    let listed = store.assets(id, &page).await?;
    let assets = known_of(visit, client, published.as_ref(), &listed.rows, today).await?;
    let lacking = coverage::uncovered(store, id, visit.now).await?;
    Ok(Client {
        client: named(client),
        nav: nav(visit, client, ClientPage::Month),
        commissioning: commissioning(first_day, today),
        uncovered: lacking.gaps.into_iter().map(|gap| gap.words).collect(),
        technicians: technicians(visit, client, problem).await?,
        equation: month.line(store, id, visit.now).await?,
        month: month.key(),
        month_before: (month > first).then(|| month.before().key()),
        month_after: (month < present).then(|| month.after().key()),
        to_decide,
        expiring,
        missed: missed(&mut names, &tickets).await?,
        waived,
        faults: clients::faults(visit, id, month).await?,
        assets,
        paging: Paging {
            address: format!(
                "/clients/{}?month={}",
                crate::page::today::encoded(id.as_str()),
                month.key()
            ),
            is_continued: asked.after.is_some(),
            next: listed.next,
        },
        frame,
    })
}

/// The assets of a page that are in care, by name, each with what is known of it.
async fn known_of(
    visit: &Visit,
    client: &ClientRow,
    published: Option<&Published>,
    listed: &[AssetRow],
    today: Date,
) -> Result<Vec<Asset>, Problem> {
    let in_care = listed.iter().filter(|asset| asset.scope.until.is_none());
    let mut in_care: Vec<&AssetRow> = in_care.collect();
    in_care.sort_by(|one, other| one.name.cmp(&other.name));
    let in_force = published.map(|published| published::in_force(published, today));
    let versions: Vec<_> = in_force
        .iter()
        .flat_map(|versions| versions.values())
        .collect();
    let recent = recent(visit, client, today).await?;
    let mut assets = Vec::new();
    for asset in in_care {
        let covering = versions.iter().map(|version| &version.process);
        let covering = covering.filter(|process| looks_after(process, &asset.scope));
        let tickets = recent.get(&asset.scope.id).map_or(&[][..], Vec::as_slice);
        assets.push(known(visit, covering.collect(), asset, tickets).await?);
    }
    Ok(assets)
}

async fn missed(names: &mut Names<'_>, tickets: &[Ticket]) -> Result<Vec<Missed>, Problem> {
    let mut rows = Vec::new();
    let missed = tickets
        .iter()
        .filter(|ticket| ticket.outcome == Outcome::Missed);
    for ticket in missed.take(NAMED_MAX) {
        rows.push(Missed {
            ticket: ticket.id.to_string(),
            title: names.title_of(ticket).await?,
            asset: names.asset_of(ticket).await?,
            slot: ticket.slot,
            afterwards_at: ticket.afterwards_at,
        });
    }
    Ok(rows)
}

async fn waived(
    names: &mut Names<'_>,
    published: Option<&Published>,
    tickets: &[Ticket],
) -> Result<Vec<Waived>, Problem> {
    let mut found = Vec::new();
    let exceptions = published.map_or(&[][..], |published| &published.exceptions);
    let waived = tickets
        .iter()
        .filter(|ticket| ticket.outcome == Outcome::Waived);
    for ticket in waived.take(NAMED_MAX) {
        let exception = exceptions
            .iter()
            .find(|one| Some(&one.id) == ticket.exception.as_ref());
        let by = exception.map(|exception| exception.by);
        found.push(Waived {
            ticket: ticket.id.to_string(),
            title: names.title_of(ticket).await?,
            asset: names.asset_of(ticket).await?,
            slot: ticket.slot,
            by: by.map_or("nobody named", waived_by).to_owned(),
            reason: exception.map_or_else(String::new, |one| one.reason.clone()),
            exception: ticket.exception.clone().unwrap_or_default(),
        });
    }
    Ok(found)
}

/// How many exceptions wait for a decision, and those that expire soon.
async fn pressing(
    visit: &Visit,
    names: &mut Names<'_>,
    client: &ClientRow,
    today: Date,
) -> Result<(u64, Vec<Row>), Problem> {
    let (mut to_decide, mut expiring) = (0, Vec::new());
    for row in exceptions::all(visit.store(), &client.scope.id).await? {
        match exceptions::standing(&row, today) {
            Standing::Asked => to_decide += 1,
            Standing::Expiring if expiring.len() < NAMED_MAX => {
                expiring.push(line(names, &row, today).await?);
            }
            _ => {}
        }
    }
    Ok((to_decide, expiring))
}

/// An asset with the newest that is known of it by each process that covers it.
async fn known(
    visit: &Visit,
    covering: Vec<&Process>,
    asset: &AssetRow,
    tickets: &[Ticket],
) -> Result<Asset, Problem> {
    let mut knowledge = Vec::new();
    for process in &covering {
        let of_process = tickets
            .iter()
            .rev()
            .filter(|ticket| ticket.process == process.process);
        for ticket in of_process {
            let learnt = learnt(visit, ticket, &process.title).await?;
            if !learnt.is_empty() {
                knowledge.extend(learnt);
                break;
            }
        }
    }
    knowledge.sort_by_key(|known| (rank(known.method), std::cmp::Reverse(known.at)));
    // Several tests hear the same claim; the newest stands for them.
    let mut is_claimed = false;
    knowledge.retain(|known| {
        known.method != Method::SelfReport || !std::mem::replace(&mut is_claimed, true)
    });
    Ok(Asset {
        asset: Named::new(asset.scope.id.as_str(), asset.name.clone()),
        kind: asset.scope.kind.clone(),
        covered_by: covering
            .iter()
            .map(|process| process.title.clone())
            .collect(),
        knowledge,
    })
}

/// The client's tickets of late by asset, read once for all of them.
async fn recent(
    visit: &Visit,
    client: &ClientRow,
    today: Date,
) -> Result<BTreeMap<AssetId, Vec<Ticket>>, Problem> {
    let filter = TicketFilter {
        client: Some(client.scope.id.clone()),
        slot_from: Some(today.saturating_sub(KNOWLEDGE_DAYS_MAX.days())),
        ..TicketFilter::default()
    };
    let mut recent: BTreeMap<AssetId, Vec<Ticket>> = BTreeMap::new();
    for ticket in lists::tickets(visit.store(), &filter).await? {
        if let Some(asset) = &ticket.asset {
            recent.entry(asset.clone()).or_default().push(ticket);
        }
    }
    Ok(recent)
}

/// What a ticket's steps left to know: each measurement with what the judged software claimed
/// beside it, and in one line what people said.
async fn learnt(visit: &Visit, ticket: &Ticket, title: &str) -> Result<Vec<Knowledge>, Problem> {
    let store = visit.store();
    let Some((_, steps)) = store.ticket(&ticket.client, &ticket.id).await? else {
        return Ok(Vec::new());
    };
    let mut learnt = Vec::new();
    for step in steps.iter().filter(|step| step.state == StepState::Filled) {
        let Some(run) = &step.run else { continue };
        if let Some(run) = store.run(&ticket.client, run).await? {
            learnt.extend(measured(&run, step, title));
        }
    }
    learnt.extend(said(visit, ticket, &steps, title));
    Ok(learnt)
}

fn measured(run: &Run, step: &TicketStep, title: &str) -> Vec<Knowledge> {
    let Some(judgement) = &run.judgement else {
        return Vec::new();
    };
    let at = run.ended_at.unwrap_or(run.started_at);
    let mut known = vec![Knowledge {
        verdict: step.verdict,
        message: judged::message(judgement),
        method: Method::Measured,
        source: title.to_owned(),
        at,
        run: Some(run.id.to_string()),
    }];
    if let Some(claim) = judged::claim(judgement, at) {
        known.push(Knowledge {
            verdict: None,
            message: claim.words,
            method: Method::SelfReport,
            source: claim.source,
            at,
            run: None,
        });
    }
    known
}

/// Measurements first, then what others and people say, then what the judged software claims.
fn rank(method: Method) -> u8 {
    match method {
        Method::Measured => 0,
        Method::Device | Method::Console | Method::Import => 1,
        Method::Person => 2,
        Method::SelfReport => 3,
    }
}

/// What people said of a ticket's steps, in one line; nothing where they said nothing.
fn said(visit: &Visit, ticket: &Ticket, steps: &[TicketStep], title: &str) -> Option<Knowledge> {
    let by_people = |step: &&TicketStep| step.state == StepState::Filled && step.run.is_none();
    let filled: Vec<&TicketStep> = steps.iter().filter(by_people).collect();
    let last = filled.iter().max_by_key(|step| step.changed_at)?;
    let faults = filled
        .iter()
        .filter(|step| step.verdict == Some(Verdict::Fail))
        .count();
    let faults = u64::try_from(faults).unwrap_or(u64::MAX);
    let found = match faults {
        0 => "in order".to_owned(),
        _ => format!("{} not in order", counted(faults, "step", "steps")),
    };
    let who = last
        .person
        .as_ref()
        .map(|person| visit.person_named(person));
    Some(Knowledge {
        verdict: filled
            .iter()
            .filter_map(|step| step.verdict)
            .reduce(Verdict::worse),
        message: format!("{title}: {found}"),
        method: Method::Person,
        source: who.unwrap_or_else(|| "somebody".to_owned()),
        at: last.changed_at.unwrap_or(ticket.opened_at),
        run: None,
    })
}
