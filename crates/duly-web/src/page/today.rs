//! `GET /`: what needs a person, most pressing first; filtered by `client`, paged by `after`; with
//! `show=waiting` what is snoozed.

use axum::extract::Query;
use axum::response::{IntoResponse, Redirect, Response};
use duly_core::accounts::{Equation, Outcome};
use duly_core::id::ClientId;
use duly_core::verdict::Verdict;
use duly_store::{
    ClientRow, Page, ReviewFilter, ReviewState, Snoozed, StepState, Ticket, TicketFilter,
    TicketStep,
};
use jiff::SignedDuration;
use serde::Deserialize;

use crate::page::month::{Month, together};
use crate::page::names::Names;
use crate::page::visit::{Visit, named};
use crate::page::{Shown, judged, set_up, shown};
use crate::part::equation::EquationLine;
use crate::part::paging::{Paging, ROWS_PER_PAGE};
use crate::part::standing::Standing;
use crate::problem::Problem;
use crate::view::frame::Section;
use crate::view::today::{Again, Found, Row, Today};

/// Tickets looked at for the queue. Whoever has more of them open than this is not helped by a
/// longer list; the headline then says "more than".
const QUEUE_MAX: u32 = 200;

/// How far back a ticket may be due that closed itself in the last 24 hours: it closes as soon as
/// its probes have run, which is long before it is due.
const CLOSED_LOOKBACK: SignedDuration = SignedDuration::from_hours(24);

/// What the address may hold.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    client: Option<String>,
    after: Option<String>,
    /// `waiting`: those snoozed in place of those that are not.
    show: Option<String>,
}

/// Shows it.
pub(crate) async fn show(visit: Visit, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    if set_up::is_wanted(&visit) {
        return Ok(Redirect::to("/set-up").into_response());
    }
    Ok(queued(visit, asked).await?.into_response())
}

async fn queued(visit: Visit, asked: Asked) -> Shown {
    let only = match asked.client.as_deref() {
        Some(id) if !id.is_empty() => Some(visit.client(id)?),
        _ => None,
    };
    let frame = visit.frame(Section::Today, true);
    let month = Month::of(frame.today());
    let waiting = asked.show.as_deref() == Some("waiting");
    let id = only.map(|client| client.scope.id.clone());
    let queue = queue(&visit, id.clone(), waiting).await?;
    let address = address(only, waiting);
    let start = queue.place_of(asked.after.as_deref());
    let page_end = start.saturating_add(ROWS_PER_PAGE as usize);
    let next = queue
        .rows
        .get(page_end)
        .map(|(ticket, _)| ticket.id.to_string());
    let mut names = Names::new(visit.store());
    let mut rows = Vec::new();
    for (ticket, steps) in queue.rows.iter().skip(start).take(ROWS_PER_PAGE as usize) {
        let standing = match ticket.rework_at {
            Some(_) => Standing::Rework,
            None => frame.standing(ticket.outcome, false, ticket.due_at),
        };
        rows.push(row(&visit, &mut names, ticket, steps, standing).await?);
    }
    let rework = rework(&visit, &mut names, only.map(|client| &client.scope.id)).await?;
    let is_before = |(ticket, _): &&(Ticket, Vec<TicketStep>)| {
        ticket.outcome == Outcome::Missed && ticket.slot < month.first()
    };
    let owed_from_before = queue.rows.iter().filter(is_before).count();
    shown(&Today {
        equation: equation(&visit, month, only.map(|client| &client.scope.id)).await?,
        waiting,
        snoozed: snoozed(&visit, id).await?,
        measured_last_day: closed_by_themselves(&visit, only.map(|client| &client.scope.id))
            .await?,
        owed_from_before: number(owed_from_before),
        clients: visit.looked_after().map(named).collect(),
        only: only.map(named),
        rows,
        total: number(queue.rows.len() + rework.len()),
        rework,
        total_is_least: queue.is_cut,
        being_measured: queue.being_measured,
        paging: Paging {
            address,
            is_continued: start > 0,
            next,
        },
        anything_declared: visit.looked_after().next().is_some(),
        frame,
    })
}

/// Tickets that a review found not as recorded, the first page of them.
async fn rework(
    visit: &Visit,
    names: &mut Names<'_>,
    only: Option<&ClientId>,
) -> Result<Vec<Again>, Problem> {
    let filter = ReviewFilter {
        client: only.cloned(),
        state: Some(ReviewState::Rework),
        ..ReviewFilter::default()
    };
    let page = Page {
        after: None,
        rows: ROWS_PER_PAGE,
    };
    let mut rework = Vec::new();
    for review in visit.store().reviews(&filter, &page).await?.rows {
        rework.push(Again {
            ticket: review.ticket.to_string(),
            title: names.title_in(&review.client, &review.process).await?,
            client: visit.named(&review.client),
        });
    }
    Ok(rework)
}

/// What needs a person.
struct Queue {
    rows: Vec<(Ticket, Vec<TicketStep>)>,
    /// Tickets that wait only for a probe.
    being_measured: u64,
    /// Whether there were more than were looked at.
    is_cut: bool,
}

impl Queue {
    /// Where a page begins; the beginning, if the ticket it began with is gone.
    fn place_of(&self, after: Option<&str>) -> usize {
        after
            .and_then(|id| {
                self.rows
                    .iter()
                    .position(|(ticket, _)| ticket.id.as_str() == id)
            })
            .unwrap_or(0)
    }
}

async fn queue(visit: &Visit, client: Option<ClientId>, waiting: bool) -> Result<Queue, Problem> {
    let filter = TicketFilter {
        client,
        owed: true,
        outcome: waiting.then_some(Outcome::Open),
        snoozed: Some(if waiting {
            Snoozed::At(visit.now)
        } else {
            Snoozed::NotAt(visit.now)
        }),
        ..TicketFilter::default()
    };
    let page = Page {
        after: None,
        rows: QUEUE_MAX,
    };
    let listed = visit.store().tickets(&filter, &page).await?;
    let mut queue = Queue {
        rows: Vec::new(),
        being_measured: 0,
        is_cut: listed.next.is_some(),
    };
    for ticket in listed.rows {
        let Some((ticket, steps)) = visit.store().ticket(&ticket.client, &ticket.id).await? else {
            continue;
        };
        if !waiting && waits_only_for_probes(&ticket, &steps) {
            queue.being_measured += 1;
        } else {
            queue.rows.push((ticket, steps));
        }
    }
    // What is owed comes first, whatever grace its process gives.
    queue
        .rows
        .sort_by_key(|(ticket, _)| ticket.outcome != Outcome::Missed);
    Ok(queue)
}

/// The page's address, for links that go on from here.
fn address(only: Option<&ClientRow>, waiting: bool) -> String {
    let client = only.map(|client| format!("client={}", encoded(client.scope.id.as_str())));
    let waiting = waiting.then(|| "show=waiting".to_owned());
    let asked: Vec<String> = client.into_iter().chain(waiting).collect();
    if asked.is_empty() {
        "/".to_owned()
    } else {
        format!("/?{}", asked.join("&"))
    }
}

/// How many tickets are snoozed, among those of one page of the widest.
async fn snoozed(visit: &Visit, client: Option<ClientId>) -> Result<u64, Problem> {
    let filter = TicketFilter {
        client,
        outcome: Some(Outcome::Open),
        snoozed: Some(Snoozed::At(visit.now)),
        ..TicketFilter::default()
    };
    let listed = visit.store().tickets(&filter, &Page::widest()).await?;
    Ok(number(listed.rows.len()))
}

/// Whether nothing of an open ticket is a person's: every step is a probe's and either has not run
/// yet or passed.
fn waits_only_for_probes(ticket: &Ticket, steps: &[TicketStep]) -> bool {
    let measured = |step: &TicketStep| {
        let fine = step.verdict.is_some_and(Verdict::holds);
        let is_probes = step.probe.as_deref().is_some_and(probe_is_known);
        is_probes && (step.state == StepState::Pending || fine)
    };
    ticket.outcome == Outcome::Open && !steps.is_empty() && steps.iter().all(measured)
}

/// Whether duly has this probe; a step with another one is a person's.
pub(crate) fn probe_is_known(probe: &str) -> bool {
    duly_work::run_probe::PROBES.contains(&probe)
}

async fn row(
    visit: &Visit,
    names: &mut Names<'_>,
    ticket: &Ticket,
    steps: &[TicketStep],
    standing: Standing,
) -> Result<Row, Problem> {
    let found = match steps.iter().find(|step| needs_a_look(step)) {
        Some(step) => found(visit, ticket, step).await?,
        None => None,
    };
    let store = visit.store();
    let snooze = store
        .snooze_of(&ticket.client, &ticket.id, visit.now)
        .await?;
    Ok(Row {
        ticket: ticket.id.to_string(),
        title: names.title_of(ticket).await?,
        client: visit.named(&ticket.client),
        asset: names.asset_of(ticket).await?,
        due_at: ticket.due_at,
        standing,
        found,
        snooze: snooze.map(|snooze| (snooze.until, snooze.reason)),
    })
}

/// Whether a probe filled the step with anything but a pass.
fn needs_a_look(step: &TicketStep) -> bool {
    step.run.is_some()
        && matches!(
            step.verdict,
            Some(Verdict::Fail | Verdict::Review | Verdict::Unknown)
        )
}

async fn found(
    visit: &Visit,
    ticket: &Ticket,
    step: &TicketStep,
) -> Result<Option<Found>, Problem> {
    let (Some(run), Some(verdict)) = (&step.run, step.verdict) else {
        return Ok(None);
    };
    let judgement = visit
        .store()
        .run(&ticket.client, run)
        .await?
        .and_then(|run| run.judgement);
    Ok(judgement.map(|judgement| Found {
        verdict,
        message: judged::message(&judgement),
    }))
}

async fn equation(
    visit: &Visit,
    month: Month,
    only: Option<&ClientId>,
) -> Result<EquationLine, Problem> {
    if let Some(client) = only {
        return month.line(visit.store(), client, visit.now).await;
    }
    let (mut sum, mut by_clients) = (Equation::default(), 0);
    for client in &visit.clients {
        let id = &client.scope.id;
        let (equation, by_client) = month.counted(visit.store(), id, visit.now).await?;
        sum = together(sum, equation);
        by_clients += by_client;
    }
    Ok(EquationLine {
        period: month.words(),
        equation: sum,
        waived_by_client: by_clients,
    })
}

/// Tickets that closed themselves in the last 24 hours. Only what a page of the widest holds is
/// counted; with more than that the sentence is left out rather than wrong.
async fn closed_by_themselves(visit: &Visit, only: Option<&ClientId>) -> Result<u64, Problem> {
    let day_ago = visit.now - CLOSED_LOOKBACK;
    let zone_day = day_ago.to_zoned_datetime(jiff::tz::TimeZone::UTC).date();
    let filter = TicketFilter {
        client: only.cloned(),
        outcome: Some(Outcome::Done),
        slot_from: Some(zone_day.saturating_sub(jiff::ToSpan::days(2))),
        ..TicketFilter::default()
    };
    let listed = visit.store().tickets(&filter, &Page::widest()).await?;
    if listed.next.is_some() {
        return Ok(0);
    }
    let by_itself = |ticket: &&Ticket| {
        ticket.closed_by.is_none() && ticket.ended_at.is_some_and(|ended| ended >= day_ago)
    };
    Ok(number(listed.rows.iter().filter(by_itself).count()))
}

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

/// An id as it stands in a query.
pub(crate) fn encoded(id: &str) -> String {
    let mut text = String::with_capacity(id.len());
    for byte in id.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}
