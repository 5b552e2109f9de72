//! Spot checks: what was drawn, opening one, saying what was found. What is not as recorded is done
//! again as a ticket that was re-opened.

use axum::Json;
use axum::extract::Path;
use duly_core::id::{DutyId, StepId};
use duly_core::permit::Action;
use duly_store::{ReviewChange, ReviewFilter, ReviewState, ReviewWord, StepWord};
use duly_work::reviews::act;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::failed::{Failed, conflict, refused};
use super::sent::{Asked, Sent, page, place};
use super::words;
use crate::page::visit::Visit;
use crate::problem;

/// A drawn ticket and its review.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Review {
    client: String,
    ticket: String,
    process: String,
    /// The month from which it was drawn: `2026-10`.
    month: String,
    /// Who owes it; nobody where nobody may.
    reviewer: Option<String>,
    /// Expected minutes.
    minutes: u32,
    drawn_at: Timestamp,
    due_at: Timestamp,
    #[schema(schema_with = words::review_state)]
    state: ReviewState,
    /// Which look this is, from 1.
    round: u64,
    /// What a change has to name.
    revision: u64,
}

impl From<duly_store::Review> for Review {
    fn from(review: duly_store::Review) -> Self {
        Self {
            client: review.client.to_string(),
            ticket: review.ticket.to_string(),
            process: review.process.to_string(),
            month: review.period.to_string(),
            reviewer: review.reviewer.map(|(person, _)| person.0),
            minutes: review.minutes,
            drawn_at: review.drawn_at,
            due_at: review.due_at,
            state: review.state,
            round: review.round,
            revision: review.revision,
        }
    }
}

/// A page of reviews.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Reviews {
    reviews: Vec<Review>,
    /// Where the next page begins; none on the last.
    next: Option<String>,
}

/// How a review stands.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum StateWord {
    Owed,
    Agreed,
    Rework,
}

/// Which reviews.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Which {
    /// Of this client.
    client: Option<String>,
    /// In this state.
    #[param(inline)]
    state: Option<StateWord>,
    /// Where the page before ended: its `next`.
    after: Option<String>,
    /// How many rows at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
}

/// A page of reviews, the one due first first.
#[utoipa::path(get, path = "/api/v1/reviews", params(Which),
    responses((status = 200, body = Reviews)))]
pub(crate) async fn list(
    visit: Visit,
    Asked(which): Asked<Which>,
) -> Result<Json<Reviews>, Failed> {
    let client = visit.asked_for(which.client.as_deref())?;
    let filter = ReviewFilter {
        client,
        state: which.state.map(|state| match state {
            StateWord::Owed => ReviewState::Owed,
            StateWord::Agreed => ReviewState::Agreed,
            StateWord::Rework => ReviewState::Rework,
        }),
        ..ReviewFilter::default()
    };
    let page = page(which.after, which.limit)?;
    let listed = visit.store().reviews(&filter, &page).await?;
    Ok(Json(Reviews {
        reviews: listed.rows.into_iter().map(Review::from).collect(),
        next: place(listed.next),
    }))
}

/// Which drawn ticket of which client.
type Drawn = Path<(String, String)>;

async fn read(visit: &Visit, client: &str, ticket: &str) -> Result<Json<Review>, Failed> {
    let id = &visit.client(client)?.scope.id;
    let found = visit.store().review(id, &DutyId::from(ticket)).await?;
    Ok(Json(Review::from(found.ok_or_else(problem::not_found)?)))
}

/// One review.
#[utoipa::path(get, path = "/api/v1/clients/{client}/reviews/{ticket}",
    responses((status = 200, body = Review)))]
pub(crate) async fn get(
    visit: Visit,
    Path((client, ticket)): Drawn,
) -> Result<Json<Review>, Failed> {
    read(&visit, &client, &ticket).await
}

/// Opens a review; from then on the time is taken.
#[utoipa::path(post, path = "/api/v1/clients/{client}/reviews/{ticket}/open",
    responses((status = 200, body = Review)))]
pub(crate) async fn open(
    visit: Visit,
    Path((client, ticket)): Drawn,
) -> Result<Json<Review>, Failed> {
    let id = visit.client(&client)?.scope.id.clone();
    let duty = DutyId::from(ticket.as_str());
    let person = &visit.person.id;
    changed(act::open(visit.store(), &id, &duty, person, visit.now).await?)?;
    read(&visit, &client, &ticket).await
}

/// What was found at a step.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OnStep {
    step: String,
    /// Whether it is as recorded.
    agrees: bool,
    /// Why not.
    #[serde(default)]
    words: String,
}

/// What a reviewer found, step by step.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Found {
    /// Every step of the checklist, in its order.
    steps: Vec<OnStep>,
    /// On the ticket as a whole.
    #[serde(default)]
    words: String,
    /// The revision that was read.
    revision: u64,
}

/// Says what was found; never by whoever had a hand in the work.
#[utoipa::path(post, path = "/api/v1/clients/{client}/reviews/{ticket}/word",
    request_body = Found, responses((status = 200, body = Review)))]
pub(crate) async fn word(
    visit: Visit,
    Path((client, ticket)): Drawn,
    Sent(found): Sent<Found>,
) -> Result<Json<Review>, Failed> {
    let id = visit.client(&client)?.scope.id.clone();
    let duty = DutyId::from(ticket.as_str());
    if visit.store().ticket(&id, &duty).await?.is_none() {
        return Err(problem::not_found().into());
    }
    let hands = visit.store().hands_in(&id, &duty).await?;
    visit.may_about(Action::Review, &id, &hands)?;
    let mut steps = Vec::with_capacity(found.steps.len());
    for on in found.steps {
        let said = on.words.trim().to_owned();
        if !on.agrees {
            let missing = "Say why a step is not as recorded; whoever does it again must know.";
            super::sent::words(&said, missing)?;
        }
        bounded(&said)?;
        steps.push(StepWord {
            step: StepId::from(on.step),
            agrees: on.agrees,
            words: said,
        });
    }
    let whole = found.words.trim().to_owned();
    bounded(&whole)?;
    let said = ReviewWord {
        client: id,
        ticket: duty,
        person: visit.person.id.clone(),
        revision: found.revision,
        words: whole,
        steps,
    };
    changed(act::decide(visit.store(), said, visit.now).await?)?;
    read(&visit, &client, &ticket).await
}

/// Words that may be missing, and may not be too long.
fn bounded(text: &str) -> Result<(), Failed> {
    if text.is_empty() {
        return Ok(());
    }
    super::sent::words(text, "").map(|_| ())
}

fn changed(change: ReviewChange) -> Result<(), Failed> {
    Err(match change {
        ReviewChange::Changed(_) => return Ok(()),
        ReviewChange::NoSuch => problem::not_found().into(),
        ReviewChange::OwnWork => problem::own_work().into(),
        ReviewChange::Raced(_) => conflict("raced", "It changed meanwhile; read it again."),
        ReviewChange::NotOpened => conflict(
            "not-opened",
            "Open the review first; the time is taken from there.",
        ),
        ReviewChange::NoWords => refused("no-words", "Words are missing."),
        ReviewChange::OtherSteps => refused(
            "other-steps",
            "Name every step of the checklist, in its order.",
        ),
    })
}
