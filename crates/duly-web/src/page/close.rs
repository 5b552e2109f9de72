//! `POST /clients/{client}/tickets/{ticket}/close`.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use duly_core::id::DutyId;
use duly_store::{ClosedBy, Closing};
use duly_work::acts::close_ticket;

use crate::page::today::encoded;
use crate::page::visit::Visit;
use crate::page::{shown, ticket};
use crate::problem::{self, Problem};
use crate::view::ticket::Refused;

/// Closes it, if its gates allow, and leads back to it; or shows it with what stands in the way.
pub(crate) async fn take(
    visit: Visit,
    Path((client, ticket)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let id = visit.client(&client)?.scope.id.clone();
    let duty = DutyId::from(ticket.as_str());
    let by = ClosedBy::person(&visit.person.id);
    let problem = match close_ticket(visit.store(), &id, &duty, by, visit.now).await? {
        Closing::Closed { .. } | Closing::Afterwards { .. } | Closing::Reworked { .. } => {
            let back = format!("/clients/{}/tickets/{}", encoded(&client), encoded(&ticket));
            return Ok(Redirect::to(&back).into_response());
        }
        Closing::NoSuch => return Err(problem::not_found()),
        Closing::GatesOpen(_) => {
            "It cannot be closed yet; what stands in the way is said below the checklist."
        }
        Closing::Already(_) => "It had ended before; nothing was changed.",
    };
    let refused = Refused {
        step: None,
        answer: None,
        note: String::new(),
        problems: vec![problem.to_owned()],
    };
    let page = shown(&ticket::view(&visit, &client, &ticket, Some(refused)).await?)?;
    Ok((StatusCode::CONFLICT, page).into_response())
}
