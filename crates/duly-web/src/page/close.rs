//! `POST /clients/{client}/tickets/{ticket}/close`.

use axum::extract::{Form, Path};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use duly_core::id::DutyId;
use duly_store::{ClosedBy, Closing};
use duly_work::acts::close_ticket;
use serde::Deserialize;

use crate::page::today::encoded;
use crate::page::visit::Visit;
use crate::page::{gates, ticket};
use crate::problem::{self, Problem};

/// The form.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Said {
    #[serde(default)]
    word: String,
}

/// Closes it, if its gates allow, and leads back to it; or shows it with what stands in the way.
pub(crate) async fn take(
    visit: Visit,
    Path((client, ticket)): Path<(String, String)>,
    Form(said): Form<Said>,
) -> Result<Response, Problem> {
    let id = visit.client(&client)?.scope.id.clone();
    let duty = DutyId::from(ticket.as_str());
    let by = ClosedBy {
        person: visit.person.id.clone(),
        word: Some(said.word.clone()),
    };
    let problems = match close_ticket(visit.store(), &id, &duty, by, visit.now).await? {
        Closing::Closed { .. } | Closing::Afterwards { .. } | Closing::Reworked { .. } => {
            let back = format!("/clients/{}/tickets/{}", encoded(&client), encoded(&ticket));
            return Ok(Redirect::to(&back).into_response());
        }
        Closing::NoSuch => return Err(problem::not_found()),
        Closing::GatesOpen(in_the_way) => {
            let steps = visit.store().ticket(&id, &duty).await?;
            let steps = steps.map_or_else(Vec::new, |(_, steps)| steps);
            let mut problems = vec!["It cannot be closed yet.".to_owned()];
            problems.extend(gates::sentences(&in_the_way, &steps));
            problems
        }
        Closing::Already(_) => vec!["It had ended before; nothing was changed.".to_owned()],
    };
    ticket::refused(
        &visit,
        &client,
        &ticket,
        "close",
        said.word,
        problems,
        StatusCode::CONFLICT,
    )
    .await
}
