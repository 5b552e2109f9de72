//! `GET /reviews/owed`: what this person has to look at, may look at, or has to do again.

use duly_core::permit::Action;
use duly_store::{Page, Review, ReviewFilter, ReviewState};

use crate::page::names::Names;
use crate::page::visit::Visit;
use crate::page::{Shown, shown};
use crate::problem::Problem;
use crate::view::frame::Section;
use crate::view::owed_reviews::{OwedReviews, Row};

/// Most reviews of one list; whoever owes more is not helped by a longer one.
const ROWS_MAX: usize = 50;

/// Shows it.
pub(crate) async fn show(visit: Visit) -> Shown {
    let mut names = Names::new(visit.store());
    let (mut own, mut others) = (Vec::new(), Vec::new());
    for review in in_state(&visit, ReviewState::Owed).await? {
        let is_own = review
            .reviewer
            .as_ref()
            .is_some_and(|(who, _)| *who == visit.person.id);
        if is_own && own.len() < ROWS_MAX {
            own.push(row(&visit, &mut names, &review).await?);
        } else if !is_own && others.len() < ROWS_MAX && may_make(&visit, &review).await? {
            others.push(row(&visit, &mut names, &review).await?);
        }
    }
    let mut rework = Vec::new();
    for review in in_state(&visit, ReviewState::Rework).await? {
        if rework.len() < ROWS_MAX && visit.may(Action::DoWork, &review.client) {
            rework.push(row(&visit, &mut names, &review).await?);
        }
    }
    shown(&OwedReviews {
        frame: visit.frame(Section::Reviews, true),
        own,
        others,
        rework,
    })
}

/// The first page of reviews in a state, of the clients that this person may see.
async fn in_state(visit: &Visit, state: ReviewState) -> Result<Vec<Review>, Problem> {
    let filter = ReviewFilter {
        client: visit.bound_to().cloned(),
        state: Some(state),
        ..ReviewFilter::default()
    };
    Ok(visit.store().reviews(&filter, &Page::widest()).await?.rows)
}

async fn may_make(visit: &Visit, review: &Review) -> Result<bool, Problem> {
    let hands = visit
        .store()
        .hands_in(&review.client, &review.ticket)
        .await?;
    let permit = visit.may_about(Action::Review, &review.client, &hands);
    Ok(permit.is_ok())
}

async fn row(visit: &Visit, names: &mut Names<'_>, review: &Review) -> Result<Row, Problem> {
    let found = visit.store().ticket(&review.client, &review.ticket).await?;
    let (title, about) = match &found {
        Some((ticket, _)) => {
            let asset = names.asset_of(ticket).await?;
            let asset = asset.map_or(String::new(), |asset| format!("{}, ", asset.name));
            let title = names.title_of(ticket).await?;
            (title, format!("{asset}duty of {}", ticket.slot))
        }
        None => (review.process.to_string(), String::new()),
    };
    Ok(Row {
        client: visit.named(&review.client),
        ticket: review.ticket.to_string(),
        title,
        about,
        by: reviewer(visit, review),
        due_at: review.due_at,
    })
}

/// Who owes a review, and as what.
pub(crate) fn reviewer(visit: &Visit, review: &Review) -> String {
    use duly_core::review::reviewer::As;
    let Some((person, stands_as)) = &review.reviewer else {
        return "nobody here may; add a manager, another technician or the client’s owner"
            .to_owned();
    };
    let stands_as = match stands_as {
        As::Manager => "as manager",
        As::Technician => "as another technician",
        As::Executive => "as executive",
        As::Owner => "as the client’s owner, since nobody else at the provider may",
    };
    format!("{}, {stands_as}", visit.person_named(person))
}
