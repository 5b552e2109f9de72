//! `GET` and `POST /absences`, `POST /absences/{absence}/end`: who is away; and
//! `POST /clients/{client}/technicians`: who does a client's tickets.

use axum::extract::{Form, Path};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use duly_core::assignment::{Absence, Technicians};
use duly_core::id::{ClientId, PersonId};
use duly_core::permit::Action;
use duly_core::scope::Client;
use duly_store::Assigning;
use jiff::civil::Date;
use serde::Deserialize;

use crate::page::today::encoded;
use crate::page::visit::Visit;
use crate::page::{Shown, beside, client, shown};
use crate::problem::{self, Problem};
use crate::view::absences::{Absences, Away};
use crate::view::frame::Section;

/// Shows who is away.
pub(crate) async fn show(visit: Visit) -> Shown {
    shown(&view(&visit, None).await?)
}

async fn view(visit: &Visit, problem: Option<&str>) -> Result<Absences, Problem> {
    let frame = visit.frame(Section::Today, false);
    let provider = ClientId::from(Client::PROVIDER);
    let noted = visit.store().absences(&provider, frame.today()).await?;
    let may_assign = visit.may(Action::Assign, &provider);
    let rows = noted.into_iter().map(|noted| Away {
        who: visit.person_named(&noted.absence.person),
        id: noted.id,
        from: noted.absence.from,
        to: noted.absence.to,
    });
    Ok(Absences {
        rows: rows.filter(|row| !row.id.is_empty()).collect(),
        may_assign,
        staff: beside::technicians(visit).await?,
        problem: problem.map(str::to_owned),
        frame,
    })
}

/// An absence as it is entered.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Entered {
    #[serde(default)]
    person: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
}

/// Enters one.
pub(crate) async fn add(visit: Visit, Form(form): Form<Entered>) -> Result<Response, Problem> {
    let Some((from, to)) = dates(&form) else {
        return refuse(
            &visit,
            "Give the first day, and the last one if it is known.",
        )
        .await;
    };
    let absence = Absence {
        person: PersonId::from(form.person.as_str()),
        from,
        to,
    };
    let provider = ClientId::from(Client::PROVIDER);
    let by = &visit.person.id;
    let added = visit.store().add_absence(&provider, absence, by, visit.now);
    match added.await? {
        Assigning::Made => Ok(Redirect::to("/absences").into_response()),
        Assigning::Contradiction => refuse(&visit, "The last day is before the first.").await,
        Assigning::NoPerson => refuse(&visit, "Choose somebody of the staff.").await,
        _ => Err(problem::not_found()),
    }
}

fn dates(form: &Entered) -> Option<(Date, Option<Date>)> {
    let from = form.from.parse().ok()?;
    let to = match form.to.as_str() {
        "" => None,
        to => Some(to.parse().ok()?),
    };
    Some((from, to))
}

async fn refuse(visit: &Visit, problem: &str) -> Result<Response, Problem> {
    let page = shown(&view(visit, Some(problem)).await?)?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// Takes one back.
pub(crate) async fn end(visit: Visit, Path(absence): Path<String>) -> Result<Response, Problem> {
    let provider = ClientId::from(Client::PROVIDER);
    let ended = visit
        .store()
        .end_absence(&provider, &absence, &visit.person.id, visit.now);
    match ended.await? {
        Assigning::Made => Ok(Redirect::to("/absences").into_response()),
        _ => Err(problem::not_found()),
    }
}

/// A client's technicians as they are set.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Both {
    #[serde(default)]
    primary: String,
    #[serde(default)]
    backup: String,
    #[serde(default)]
    revision: u64,
}

/// Sets a client's technicians.
pub(crate) async fn technicians(
    visit: Visit,
    Path(id): Path<String>,
    Form(form): Form<Both>,
) -> Result<Response, Problem> {
    let client_id = visit.client(&id)?.scope.id.clone();
    let (primary, backup) = (
        PersonId::from(form.primary.as_str()),
        Some(PersonId::from(form.backup.as_str())).filter(|backup| !backup.0.is_empty()),
    );
    let mut known = beside::is_technician(&visit, &primary).await?;
    if let Some(backup) = &backup {
        known &= beside::is_technician(&visit, backup).await?;
    }
    let problem = if known {
        let both = Technicians { primary, backup };
        let (by, store) = (&visit.person.id, visit.store());
        let set = store.set_technicians(&client_id, both, form.revision, by, visit.now);
        match set.await? {
            Assigning::Made => {
                let back = format!("/clients/{}#technicians", encoded(&id));
                return Ok(Redirect::to(&back).into_response());
            }
            Assigning::Raced => "Somebody else set them in the meantime; see who they are now.",
            _ => "Primary and backup must be two people.",
        }
    } else {
        "Choose technicians of the staff."
    };
    client::refused(visit, id, problem).await
}
