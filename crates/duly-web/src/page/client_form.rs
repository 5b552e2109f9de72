//! `GET /clients/new` and `POST /clients` add a client; `/clients/{client}/settings` changes its
//! name, zone and calendar.

use axum::extract::{Form, Path};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use duly_core::id::ClientId;
use duly_core::scope::Client;
use duly_store::ClientRow;
use duly_work::clients::{self, AddClient, Added, CLIENT_ID_CHARS_MAX};
use duly_work::error::WorkError;
use serde::Deserialize;

use crate::page::about_client::{address, name, nav};
use crate::page::visit::{Visit, named};
use crate::page::{Shown, shown};
use crate::part::client_nav::ClientPage;
use crate::problem::Problem;
use crate::view::client_form::ClientForm;
use crate::view::frame::Section;

/// The form.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Sent {
    #[serde(default)]
    id: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    tz: String,
    #[serde(default)]
    calendar: String,
    #[serde(default)]
    like: String,
}

/// Shows the form for a new one; as the first client is, which most others are like.
pub(crate) async fn ask(visit: Visit) -> Shown {
    let first = visit.looked_after().next();
    let sent = first.map_or_else(Sent::default, |first| Sent {
        tz: first.scope.tz.clone(),
        calendar: first.scope.calendar.clone(),
        like: first.scope.id.to_string(),
        ..Sent::default()
    });
    shown(&view(&visit, None, sent, Vec::new()))
}

/// Adds one.
pub(crate) async fn add(visit: Visit, Form(sent): Form<Sent>) -> Result<Response, Problem> {
    let mut problems = Vec::new();
    let id = ClientId::from(sent.id.trim());
    let new = AddClient {
        scope: scope(id.clone(), &sent),
        name: name(&sent.name, &mut problems),
        like: Some(sent.like.as_str())
            .filter(|like| !like.is_empty())
            .map(ClientId::from),
    };
    if problems.is_empty() {
        match clients::add(visit.store(), new, visit.now).await {
            Ok(Added::Added) => return Ok(Redirect::to(&address(&id, "/assets")).into_response()),
            Ok(Added::BadId) => problems.push(format!(
                "The short name has at most {CLIENT_ID_CHARS_MAX} lower-case letters, digits and \
                 hyphens, and is not `new` or `provider`."
            )),
            Ok(Added::IdTaken) => problems.push("Another client has this short name.".to_owned()),
            Err(error) => problems.push(told(error)?),
        }
    }
    let page = shown(&view(&visit, None, sent, problems))?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// Shows what a client is.
pub(crate) async fn settings(visit: Visit, Path(client): Path<String>) -> Shown {
    let client = visit.client(&client)?;
    let sent = Sent {
        name: client.name.clone(),
        tz: client.scope.tz.clone(),
        calendar: client.scope.calendar.clone(),
        ..Sent::default()
    };
    shown(&view(&visit, Some(client), sent, Vec::new()))
}

/// Changes it.
pub(crate) async fn change(
    visit: Visit,
    Path(client): Path<String>,
    Form(sent): Form<Sent>,
) -> Result<Response, Problem> {
    let client = visit.client(&client)?;
    let id = &client.scope.id;
    let mut problems = Vec::new();
    let name = name(&sent.name, &mut problems);
    if problems.is_empty() {
        let (store, person) = (visit.store(), Some(&visit.person.id));
        let scope = scope(id.clone(), &sent);
        match clients::change(store, scope, person, visit.now).await {
            Ok(_) => {
                store.rename_client(id, &name, person, visit.now).await?;
                return Ok(Redirect::to(&address(id, "/settings")).into_response());
            }
            Err(error) => problems.push(told(error)?),
        }
    }
    let page = shown(&view(&visit, Some(client), sent, problems))?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

fn scope(id: ClientId, sent: &Sent) -> Client {
    Client {
        id,
        tz: sent.tz.trim().to_owned(),
        calendar: sent.calendar.trim().to_owned(),
    }
}

/// What was wrong with what a person typed; anything else is a problem of ours.
fn told(error: WorkError) -> Result<String, Problem> {
    match error {
        WorkError::UnknownZone(zone) => Ok(format!(
            "There is no time zone `{zone}`; use an IANA name such as Europe/London."
        )),
        WorkError::UnknownCalendar(name) => Ok(format!("There is no calendar `{name}`.")),
        WorkError::NoClient(client) => Ok(format!("There is no client `{client}`.")),
        other => Err(other.into()),
    }
}

fn view(
    visit: &Visit,
    client: Option<&ClientRow>,
    sent: Sent,
    problems: Vec<String>,
) -> ClientForm {
    let about = |client| (named(client), nav(visit, client, ClientPage::Settings));
    let frame = client.map_or_else(
        || visit.frame(Section::Clients, false),
        |client| visit.frame_of(client, Section::Clients),
    );
    ClientForm {
        frame,
        client: client.map(about),
        id: sent.id,
        name: sent.name,
        tz: sent.tz,
        calendar: sent.calendar,
        calendars: clients::calendars(),
        like: sent.like,
        clients: visit.looked_after().map(named).collect(),
        problems,
    }
}
