//! `GET /clients/{client}/tickets/{ticket}`.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use base64ct::{Base64, Encoding};
use duly_core::accounts::Outcome;
use duly_core::id::DutyId;
use duly_core::permit::Action;
use duly_core::verdict::Verdict;
use duly_store::{ClientRow, Evidence, ReviewState, Run, StepState, Ticket, TicketStep};

use crate::page::history::{self, History};
use crate::page::names::Names;
use crate::page::today::{encoded, probe_is_known};
use crate::page::visit::{Visit, named};
use crate::page::{Shown, beside, gates, judged, shown};
use crate::part::place::{Checkpoint, Place};
use crate::problem::{self, Problem};
use crate::view::Named;
use crate::view::frame::Section;
use crate::view::step::{Answered, Measured, Step, StepState as Shape};
use crate::view::ticket::{Closed, Closing, Refused, Reviewed, Snooze, Ticket as View, Waived};

/// Shows it.
pub(crate) async fn show(visit: Visit, Path((client, ticket)): Path<(String, String)>) -> Shown {
    shown(&view(&visit, &client, &ticket, None).await?)
}

/// The view of a ticket, with a form that was refused if there is one.
pub(crate) async fn view(
    visit: &Visit,
    client: &str,
    ticket: &str,
    refused: Option<Refused>,
) -> Result<View, Problem> {
    let client = visit.client(client)?;
    let id = &client.scope.id;
    let store = visit.store();
    let duty = DutyId::from(ticket);
    let (ticket, steps) = store
        .ticket(id, &duty)
        .await?
        .ok_or_else(problem::not_found)?;
    let runs = store.runs_of(id, &duty).await?;
    let entries = store.entries_of(id, &duty).await?;
    let history = history::tell(visit, &entries, &steps)?;
    let files = store.evidence_of(id, &duty).await?;
    let rows = beside::rows(visit, &ticket).await?;
    let closing = gates::closing(&ticket, &steps, &rows, &files);
    let mut names = Names::new(store);
    let process = names.process_of(&ticket).await?;
    let title = process.map_or_else(|| ticket.process.to_string(), |found| found.title.clone());
    let why = process.and_then(|found| found.why.clone());
    Ok(View {
        frame: visit.frame_of(client, Section::Today),
        id: ticket.id.to_string(),
        process: Named::new(ticket.process.as_str(), title.clone()),
        title,
        why,
        version: ticket.version.clone(),
        client: named(client),
        asset: names.asset_of(&ticket).await?,
        slot: ticket.slot,
        opens_at: ticket.opens_at,
        due_at: ticket.due_at,
        missed_at: ticket.missed_at,
        outcome: ticket.outcome,
        closed: closed(visit, &ticket),
        waived: waived(visit, &ticket).await?,
        snoozed: snoozed(visit, &ticket).await?,
        may_snooze: ticket.outcome == Outcome::Open
            && ticket.missed_at > visit.now
            && visit.may(Action::DoWork, id),
        steps: steps
            .iter()
            .map(|step| shape(visit, &ticket, step, &runs, &history, &files))
            .collect(),
        closing: if visit.may(Action::DoWork, id) {
            closing
        } else {
            Closing::NotOffered
        },
        beside: beside::of(visit, &mut names, &ticket, &steps, &files, &rows).await?,
        review: reviewed(visit, &ticket).await?,
        place: place(visit, client, history.indices.clone()).await?,
        history: history.lines,
        refused,
    })
}

/// The page of a ticket with a form of the ticket as a whole that could not be taken, and what was
/// written in it.
pub(crate) async fn refused(
    visit: &Visit,
    client: &str,
    ticket: &str,
    form: &str,
    note: String,
    problems: Vec<String>,
    status: StatusCode,
) -> Result<Response, Problem> {
    let refused = Refused {
        step: None,
        answer: Some(form.to_owned()),
        note,
        excuse: String::new(),
        problems,
    };
    let page = shown(&view(visit, client, ticket, Some(refused)).await?)?;
    Ok((status, page).into_response())
}

/// That the ticket was drawn for a review, and how that stands.
async fn reviewed(visit: &Visit, ticket: &Ticket) -> Result<Option<Reviewed>, Problem> {
    let review = visit.store().review(&ticket.client, &ticket.id).await?;
    let Some(review) = review else {
        return Ok(None);
    };
    let may_see = visit.may(Action::Review, &ticket.client);
    Ok(Some(Reviewed {
        address: may_see.then(|| {
            let (client, ticket) = (encoded(ticket.client.as_str()), encoded(ticket.id.as_str()));
            format!("/clients/{client}/reviews/{ticket}")
        }),
        words: match review.state {
            ReviewState::Owed => "Drawn for a spot check; a second person looks at it.",
            ReviewState::Agreed => "A second person looked at it: it is as recorded.",
            ReviewState::Rework => {
                "A second person looked at it: it is not as recorded and has to be done again. How \
                 it was counted stays as it was."
            }
        },
    }))
}

fn closed(visit: &Visit, ticket: &Ticket) -> Option<Closed> {
    let at = match ticket.outcome {
        Outcome::Done | Outcome::Late => ticket.ended_at,
        Outcome::Missed => ticket.afterwards_at,
        Outcome::Waived | Outcome::Open => None,
    };
    Some(Closed {
        at: at?,
        by: ticket
            .closed_by
            .as_ref()
            .map(|person| visit.person_named(person)),
        verdict: ticket.verdict.unwrap_or(Verdict::Unknown),
    })
}

async fn waived(visit: &Visit, ticket: &Ticket) -> Result<Option<Waived>, Problem> {
    let Some(exception) = &ticket.exception else {
        return Ok(None);
    };
    let published = visit.store().published(&ticket.client).await?;
    let found = published.and_then(|published| {
        published
            .exceptions
            .into_iter()
            .find(|one| one.id == *exception)
    });
    Ok(found.map(|exception| Waived {
        exception: exception.id,
        by: waived_by(exception.by).to_owned(),
        reason: exception.reason,
        granted_at: exception.granted_at,
    }))
}

/// How a ticket is snoozed; one that is not open any more is not.
async fn snoozed(visit: &Visit, ticket: &Ticket) -> Result<Option<Snooze>, Problem> {
    if ticket.outcome != Outcome::Open {
        return Ok(None);
    }
    let (client, id) = (&ticket.client, &ticket.id);
    let snooze = visit.store().snooze_of(client, id, visit.now).await?;
    Ok(snooze.map(|snooze| Snooze {
        until: snooze.until,
        reason: snooze.reason,
        who: visit.person_named(&snooze.person),
    }))
}

/// Who waived, in words.
pub(crate) fn waived_by(by: duly_core::scope::WaivedBy) -> &'static str {
    match by {
        duly_core::scope::WaivedBy::Client => "the client",
        duly_core::scope::WaivedBy::Provider => "the provider",
    }
}

fn shape(
    visit: &Visit,
    ticket: &Ticket,
    step: &TicketStep,
    runs: &[Run],
    history: &History,
    files: &[Evidence],
) -> Step {
    let measured = step
        .run
        .as_ref()
        .and_then(|id| runs.iter().find(|run| run.id == *id));
    let running = runs
        .iter()
        .find(|run| run.step == step.id && run.ended_at.is_none());
    let is_probes = step.probe.as_deref().is_some_and(probe_is_known);
    let state = match (measured, step.state) {
        (Some(run), _) => measured_by(run, step),
        (None, StepState::Pending) => match running {
            Some(run) => Shape::Running {
                since: run.started_at,
            },
            None => Shape::Waiting,
        },
        (None, StepState::Filled) => Shape::Answered(answered(visit, ticket, step, history)),
        (None, StepState::Skipped) => Shape::Skipped(answered(visit, ticket, step, history)),
    };
    let is_open = matches!(state, Shape::Waiting) && !is_probes;
    let needs_mending = matches!(&state, Shape::Measured(measured) if !measured.verdict.holds());
    let may_act = ticket.is_owed() && visit.may(Action::DoWork, &ticket.client);
    let is_recorded = matches!(state, Shape::Answered(_) | Shape::Skipped(_));
    Step {
        id: step.id.to_string(),
        text: step.instruction.clone(),
        gate: step.gate,
        probe: step.probe.clone().filter(|_| is_probes),
        evidence: step.evidence.clone(),
        answerable: is_open && may_act,
        repeatable: needs_mending && may_act,
        changeable: is_recorded && may_act,
        files: beside::files(visit, files, Some(&step.id)),
        lacks: gates::lacks(step, files),
        state,
        revision: step.revision,
    }
}

fn measured_by(run: &Run, step: &TicketStep) -> Shape {
    Shape::Measured(Measured {
        run: run.id.to_string(),
        at: run.ended_at.unwrap_or(run.started_at),
        verdict: step.verdict.unwrap_or(Verdict::Unknown),
        message: run
            .judgement
            .as_ref()
            .map_or_else(|| "It has no result.".to_owned(), judged::message),
        source: "read from the repository itself".to_owned(),
    })
}

fn answered(visit: &Visit, ticket: &Ticket, step: &TicketStep, history: &History) -> Answered {
    Answered {
        who: step.person.as_ref().map_or_else(
            || "somebody".to_owned(),
            |person| visit.person_named(person),
        ),
        at: step.changed_at.unwrap_or(ticket.opened_at),
        in_order: step.verdict.map(|verdict| verdict == Verdict::Pass),
        note: step.note.clone().unwrap_or_default(),
        excuse: step.excuse.clone(),
        entry: history.step_entries.get(step.id.as_str()).copied(),
    }
}

/// Where entries of a client's log stand, under the first checkpoint that covers them all.
pub(crate) async fn place(
    visit: &Visit,
    client: &ClientRow,
    entries: Vec<u64>,
) -> Result<Place, Problem> {
    let checkpoint = match entries.iter().max() {
        Some(last) => {
            visit
                .store()
                .checkpoint_covering(&client.scope.id, *last)
                .await?
        }
        None => None,
    };
    Ok(Place {
        client_name: client.name.clone(),
        origin: client.origin.clone(),
        entries,
        checkpoint: checkpoint.map(|found| Checkpoint {
            size: found.size,
            root: Base64::encode_string(&found.root.0),
            // Nothing gathers cosignatures yet.
            cosigned: false,
        }),
    })
}
