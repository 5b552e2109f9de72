//! What is done to a review: `POST /clients/{client}/reviews/{ticket}/open` and `…/word`.

use std::collections::BTreeMap;

use axum::extract::{Form, Path};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use duly_core::id::DutyId;
use duly_core::permit::Action;
use duly_store::{NOTE_BYTES_MAX, ReviewChange, ReviewState, ReviewWord, StepWord};
use duly_work::reviews::act;

use crate::page::review;
use crate::page::shown;
use crate::page::today::encoded;
use crate::page::visit::Visit;
use crate::problem::{self, Problem};
use crate::view::review::Refused;
use crate::view::step::NOTE_CHARS_MAX;

/// A form by the names of its fields; which steps there are, the ticket says.
type Fields = BTreeMap<String, String>;

/// Opens it, and leads back.
pub(crate) async fn open(
    visit: Visit,
    Path((client, ticket)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let id = visit.client(&client)?.scope.id.clone();
    let duty = DutyId::from(ticket.as_str());
    let person = &visit.person.id;
    let change = act::open(visit.store(), &id, &duty, person, visit.now).await?;
    answered(&visit, &client, &ticket, change, Refused::default()).await
}

/// Takes what a reviewer found.
pub(crate) async fn word(
    visit: Visit,
    Path((client, ticket)): Path<(String, String)>,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let id = visit.client(&client)?.scope.id.clone();
    let duty = DutyId::from(ticket.as_str());
    let found = visit.store().ticket(&id, &duty).await?;
    let (_, steps) = found.ok_or_else(problem::not_found)?;
    let hands = visit.store().hands_in(&id, &duty).await?;
    visit.may_about(Action::Review, &id, &hands)?;
    let field = |name: String| fields.get(&name).map_or("", |text| text.trim()).to_owned();
    let mut refused = Refused {
        problems: Vec::new(),
        words: field("words".to_owned()),
        steps: Vec::new(),
    };
    let mut words = Vec::new();
    for (number, step) in (1..).zip(&steps) {
        let choice = field(format!("step-{}", step.id));
        let on_step = field(format!("words-{}", step.id));
        match choice.as_str() {
            "agree" => {}
            "disagree" if on_step.is_empty() => {
                refused.problems.push(format!(
                    "Say why step {number} is not as recorded; whoever does it again must know."
                ));
            }
            "disagree" => {}
            _ => refused.problems.push(format!("Choose for step {number}.")),
        }
        too_long(&on_step, &mut refused.problems);
        words.push(StepWord {
            step: step.id.clone(),
            agrees: choice == "agree",
            words: on_step.clone(),
        });
        refused.steps.push((step.id.to_string(), choice, on_step));
    }
    too_long(&refused.words, &mut refused.problems);
    if !refused.problems.is_empty() {
        return refuse(&visit, &client, &ticket, refused).await;
    }
    let said = ReviewWord {
        client: id,
        ticket: duty,
        person: visit.person.id.clone(),
        revision: revision(&fields)?,
        words: refused.words.clone(),
        steps: words,
    };
    let change = act::decide(visit.store(), said, visit.now).await?;
    answered(&visit, &client, &ticket, change, refused).await
}

fn revision(fields: &Fields) -> Result<u64, Problem> {
    let revision = fields.get("revision").and_then(|text| text.parse().ok());
    revision.ok_or_else(problem::bad_request)
}

fn too_long(words: &str, problems: &mut Vec<String>) {
    if words.chars().count() > NOTE_CHARS_MAX || words.len() > NOTE_BYTES_MAX {
        problems.push(format!(
            "What you wrote is longer than {NOTE_CHARS_MAX} characters; shorten it."
        ));
    }
}

async fn answered(
    visit: &Visit,
    client: &str,
    ticket: &str,
    change: ReviewChange,
    mut refused: Refused,
) -> Result<Response, Problem> {
    let problem = match change {
        ReviewChange::Changed(_) => {
            let back = format!("/clients/{}/reviews/{}", encoded(client), encoded(ticket));
            return Ok(Redirect::to(&back).into_response());
        }
        ReviewChange::NoSuch => return Err(problem::not_found()),
        ReviewChange::OwnWork => return Err(problem::own_work()),
        ReviewChange::Raced(ReviewState::Rework) => {
            "Somebody else said meanwhile that it is not as recorded; see below."
        }
        ReviewChange::Raced(ReviewState::Agreed) => {
            "It was agreed to meanwhile, or before; nothing was recorded."
        }
        ReviewChange::Raced(ReviewState::Owed) => {
            "It changed meanwhile; look at it again below, and send what you wrote once more."
        }
        ReviewChange::NotOpened => "Open the review first; the time is taken from there.",
        ReviewChange::NoWords => "Words are missing.",
        ReviewChange::OtherSteps => "The checklist is another one; load the page again.",
    };
    refused.problems.push(problem.to_owned());
    let page = shown(&review::view(visit, client, ticket, Some(refused)).await?)?;
    Ok((StatusCode::CONFLICT, page).into_response())
}

async fn refuse(
    visit: &Visit,
    client: &str,
    ticket: &str,
    refused: Refused,
) -> Result<Response, Problem> {
    let page = shown(&review::view(visit, client, ticket, Some(refused)).await?)?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}
