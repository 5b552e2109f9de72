//! `GET /clients/{client}/reviews/{ticket}`: the ticket as it was at closing, and what people said
//! of it.

use axum::extract::Path;
use duly_core::entry::kind;
use duly_core::id::{DutyId, PersonId, RunId, StepId};
use duly_core::permit::Action;
use duly_core::verdict::Verdict;
use duly_store::{
    ClientRow, REWORK_DONE, Review as Row, ReviewLook, ReviewState, StepState, StoredEntry,
    TicketStep,
};
use jiff::Timestamp;
use serde::Deserialize;

use crate::page::names::Names;
use crate::page::owed_reviews::reviewer;
use crate::page::today::encoded;
use crate::page::visit::{Visit, named};
use crate::page::{Shown, judged, shown};
use crate::part::state::{Shape, State};
use crate::problem::{self, Problem};
use crate::view::Named;
use crate::view::frame::Section;
use crate::view::review::{Again, Look, Offer, Refused, Review, Said, Standing, Step};
use crate::words::age;

/// Shows it.
pub(crate) async fn show(visit: Visit, Path((client, ticket)): Path<(String, String)>) -> Shown {
    shown(&view(&visit, &client, &ticket, None).await?)
}

/// What the entry that closed a ticket says of its steps.
#[derive(Debug, Deserialize)]
struct Closing {
    steps: Vec<AtClosing>,
}

/// A step, as it was.
#[derive(Debug, Deserialize)]
struct AtClosing {
    step: StepId,
    state: StepState,
    verdict: Option<Verdict>,
    run: Option<RunId>,
    person: Option<PersonId>,
    note: Option<String>,
    at: Option<Timestamp>,
}

/// The view of a review, with a form that was refused if there is one.
pub(crate) async fn view(
    visit: &Visit,
    client: &str,
    ticket: &str,
    refused: Option<Refused>,
) -> Result<Review, Problem> {
    let client = visit.client(client)?;
    let id = &client.scope.id;
    let store = visit.store();
    let duty = DutyId::from(ticket);
    let review = store.review(id, &duty).await?;
    let review = review.ok_or_else(problem::not_found)?;
    let found = store.ticket(id, &duty).await?;
    let (ticket, steps) = found.ok_or_else(problem::not_found)?;
    let entries = store.entries_of(id, &duty).await?;
    let finished = last_finished(&entries)?;
    let again = again(visit, finished, review.round)?;
    let at_closing = at_closing(finished);
    let looks = store.review_looks(id, &duty).await?;
    let mut names = Names::new(store);
    let title = names.title_of(&ticket).await?;
    let process = names.title_in(id, &review.process).await?;
    let may_see_draw = visit.may(Action::ReadQuality, id);
    let draw_address = may_see_draw.then(|| {
        let (client, process) = (encoded(id.as_str()), encoded(review.process.as_str()));
        format!("/clients/{client}/draws/{process}/{}", review.period)
    });
    Ok(Review {
        frame: visit.frame_of(client, Section::Reviews),
        client: named(client),
        ticket: ticket.id.to_string(),
        title,
        asset: names.asset_of(&ticket).await?,
        slot: ticket.slot,
        outcome: ticket.outcome,
        closed_at: ticket.afterwards_at.or(ticket.ended_at),
        closed_by: match &ticket.closed_by {
            Some(person) => format!("by {}", visit.person_named(person)),
            None => "by itself".to_owned(),
        },
        close_entry: closed_by(&entries)?,
        process: Named::new(review.process.as_str(), process),
        month: review.period.first().strftime("%B %Y").to_string(),
        draw_address,
        by: reviewer(visit, &review),
        due_at: review.due_at,
        standing: match review.state {
            ReviewState::Owed => Standing::Owed,
            ReviewState::Agreed => Standing::Agreed,
            ReviewState::Rework => Standing::Rework,
        },
        round: review.round,
        steps: shapes(visit, client, &steps, at_closing).await?,
        looks: looks.iter().map(|look| told(visit, look, &steps)).collect(),
        rework: again,
        offer: offer(visit, &review, &looks).await?,
        refused,
    })
}

/// The last entry that finished the work: after rework, the one that tells of it.
fn last_finished(entries: &[StoredEntry]) -> Result<Option<&StoredEntry>, Problem> {
    let mut last = None;
    for stored in entries {
        let finishes = [kind::DUTY_CLOSE, kind::DUTY_AFTERWARDS, REWORK_DONE];
        if finishes.contains(&stored.entry()?.t.as_str()) {
            last = Some(stored);
        }
    }
    Ok(last)
}

/// The entry by which it was counted: the first that finished the work, whatever was done again.
fn closed_by(entries: &[StoredEntry]) -> Result<Option<u64>, Problem> {
    for stored in entries {
        if matches!(
            stored.entry()?.t.as_str(),
            kind::DUTY_CLOSE | kind::DUTY_AFTERWARDS
        ) {
            return Ok(Some(stored.index));
        }
    }
    Ok(None)
}

/// The steps as the entry holds them that finished the work.
fn at_closing(finished: Option<&StoredEntry>) -> Vec<AtClosing> {
    let result = finished.and_then(|stored| stored.fields.get("result"));
    let result = result.and_then(|text| serde_json::from_str::<Closing>(text).ok());
    result.map_or_else(Vec::new, |result| result.steps)
}

/// Who did it again, and what they said on closing it; nothing before a second look.
fn again(
    visit: &Visit,
    finished: Option<&StoredEntry>,
    round: u64,
) -> Result<Option<Again>, Problem> {
    let Some(stored) = finished.filter(|_| round > 1) else {
        return Ok(None);
    };
    let entry = stored.entry()?;
    let word = stored.fields.get("word");
    let word = word.and_then(|text| serde_json::from_str::<String>(text).ok());
    Ok(Some(Again {
        words: word.unwrap_or_default(),
        who: match &entry.person {
            Some(person) => visit.person_named(person),
            None => "duly, by itself".to_owned(),
        },
        at: entry.at,
    }))
}

async fn shapes(
    visit: &Visit,
    client: &ClientRow,
    steps: &[TicketStep],
    at_closing: Vec<AtClosing>,
) -> Result<Vec<Step>, Problem> {
    let mut shapes = Vec::new();
    for step in steps {
        let found = at_closing.iter().find(|closed| closed.step == step.id);
        let Some(closed) = found else {
            shapes.push(Step {
                id: step.id.to_string(),
                text: step.instruction.clone(),
                state: State::new(Shape::Unknown, "not in the closing"),
                who: "The entry that closed the ticket says nothing of this step".to_owned(),
                words: String::new(),
                run: None,
            });
            continue;
        };
        shapes.push(Step {
            id: step.id.to_string(),
            text: step.instruction.clone(),
            state: match (closed.state, closed.verdict) {
                (StepState::Skipped, _) => State::new(Shape::Nothing, "left out"),
                (_, Some(verdict)) => State::of_verdict(verdict),
                (_, None) => State::new(Shape::Unknown, "not done"),
            },
            who: who(visit, client, closed),
            words: words(visit, client, closed).await?,
            run: closed.run.as_ref().map(ToString::to_string),
        });
    }
    Ok(shapes)
}

fn who(visit: &Visit, client: &ClientRow, closed: &AtClosing) -> String {
    let frame = visit.frame_of(client, Section::Reviews);
    let when = closed.at.map(|at| frame.minute(&at).words);
    let when = when.unwrap_or_else(|| "at a time not recorded".to_owned());
    match &closed.person {
        Some(person) => format!("Said by {}, {when}", visit.person_named(person)),
        None => format!("Measured by duly, {when}"),
    }
}

async fn words(visit: &Visit, client: &ClientRow, closed: &AtClosing) -> Result<String, Problem> {
    if let Some(note) = &closed.note {
        return Ok(note.clone());
    }
    let Some(run) = &closed.run else {
        return Ok("Nothing was written.".to_owned());
    };
    let run = visit.store().run(&client.scope.id, run).await?;
    let judgement = run.and_then(|run| run.judgement);
    Ok(judgement.as_ref().map_or_else(
        || "What was measured is not remembered.".to_owned(),
        judged::message,
    ))
}

fn told(visit: &Visit, look: &ReviewLook, steps: &[TicketStep]) -> Look {
    let said = look.said.as_ref().map(|said| {
        let number = |id: &StepId| steps.iter().position(|step| step.id == *id);
        let of_steps = said.steps.iter().filter(|one| !one.words.trim().is_empty());
        Said {
            agrees: said.agrees,
            took: age::length(said.at.duration_since(look.opened_at)),
            words: said.words.clone(),
            steps: of_steps
                .map(|one| {
                    let place = number(&one.step).map_or(0, |place| place + 1);
                    (format!("step {place}"), one.words.clone())
                })
                .collect(),
        }
    });
    Look {
        who: visit.person_named(&look.person),
        opened_at: look.opened_at,
        said,
    }
}

/// What this person may do here.
async fn offer(visit: &Visit, review: &Row, looks: &[ReviewLook]) -> Result<Offer, Problem> {
    let revision = review.revision;
    match review.state {
        ReviewState::Agreed => return Ok(Offer::Nothing),
        ReviewState::Rework if visit.may(Action::DoWork, &review.client) => {
            return Ok(Offer::OnTheTicket);
        }
        ReviewState::Rework => return Ok(Offer::Nothing),
        ReviewState::Owed => {}
    }
    let store = visit.store();
    let hands = store.hands_in(&review.client, &review.ticket).await?;
    if hands.contains(&visit.person.id) {
        return Ok(Offer::NotYou {
            why: "You worked on this ticket, so a second person has to look at it.".to_owned(),
        });
    }
    if visit
        .may_about(Action::Review, &review.client, &hands)
        .is_err()
    {
        return Ok(Offer::Nothing);
    }
    let has_opened =
        |look: &ReviewLook| look.person == visit.person.id && look.round == review.round;
    Ok(if looks.iter().any(has_opened) {
        Offer::Decide { revision }
    } else {
        Offer::Open
    })
}
