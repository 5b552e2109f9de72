//! `/set-up`: from a fresh installation to a working queue. What is done is read off what there is,
//! so it can be left anywhere and taken up again; the forms are read here, the acts are
//! `duly-work`'s.

use std::collections::BTreeSet;

use axum::http::header::HOST;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use duly_core::id::ClientId;
use duly_core::permit::{Action, Role};
use duly_core::scope::Client;
use duly_store::{ClientRow, Page, Person};
use duly_work::error::WorkError;
use duly_work::lists;
use serde::Deserialize;

use crate::page::visit::{Visit, named};
use crate::page::{Shown, shown};
use crate::problem::{self, Problem};
use crate::transport::Transport;
use crate::view::frame::Section;
use crate::view::set_up::{SetUp, Step, StepLink};
use crate::words;

pub(crate) mod assets;
pub(crate) mod people;
pub(crate) mod place;
pub(crate) mod processes;

/// Longest name, in characters.
const NAME_CHARS_MAX: usize = 80;

/// Which client is meant; the first one where none is named.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    client: String,
}

/// `GET /set-up`.
pub(crate) async fn overview(visit: Visit) -> Shown {
    shown(&page(&visit, "", Step::Overview, Vec::new(), "/set-up").await?)
}

const PROVIDER: &str = "/set-up/provider";
const CLIENT: &str = "/set-up/client";
const ASSETS: &str = "/set-up/assets";
const PROCESSES: &str = "/set-up/processes";
const PEOPLE: &str = "/set-up/people";

/// Beginning of this server's own addresses, as whoever asks reached it.
pub(crate) fn own_address(headers: &HeaderMap) -> String {
    let scheme = match Transport::of(headers) {
        Transport::Https => "https",
        _ => "http",
    };
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    format!("{scheme}://{}", host.unwrap_or("localhost"))
}

fn provider_of(visit: &Visit) -> Result<&ClientRow, Problem> {
    let mut clients = visit.clients.iter();
    clients
        .find(|client| client.provider)
        .ok_or_else(problem::not_found)
}

/// The client that is named; the first one where none is.
fn meant<'a>(visit: &'a Visit, id: &str) -> Result<Option<&'a ClientRow>, Problem> {
    match id {
        "" => Ok(visit.looked_after().next()),
        id => visit.client(id).map(Some),
    }
}

async fn refused(
    visit: &Visit,
    client: &str,
    step: Step,
    problems: Vec<String>,
    at: &'static str,
) -> Result<Response, Problem> {
    let page = shown(&page(visit, client, step, problems, at).await?)?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

async fn page(
    visit: &Visit,
    client: &str,
    step: Step,
    problems: Vec<String>,
    at: &'static str,
) -> Result<SetUp, Problem> {
    Ok(SetUp {
        frame: visit.frame(Section::Clients, false),
        steps: steps(visit, at).await?,
        step,
        problems,
        client: meant(visit, client)?.map(named),
    })
}

/// Which steps are done, read off what there is.
async fn steps(visit: &Visit, at: &'static str) -> Result<Vec<StepLink>, Problem> {
    let provider = provider_of(visit)?;
    let counted = |count: usize, one: &str, many: &str| {
        let number = u64::try_from(count).unwrap_or(u64::MAX);
        (count > 0).then(|| words::number::counted(number, one, many))
    };
    let (mut assets, mut processes) = (0, BTreeSet::new());
    // Clients made in this request are not in the visit yet.
    for client in lists::clients(visit.store()).await? {
        let Some(published) = visit.store().published(&client.scope.id).await? else {
            continue;
        };
        assets += published.assets.len();
        let versions = published.processes.into_iter();
        processes.extend(versions.map(|version| version.process.process));
    }
    let lacking = lacking(visit).await?;
    let staff = staff_of(visit).await?.len();
    let people = (lacking.is_empty() && !processes.is_empty())
        .then(|| counted(staff, "person", "people"))
        .flatten();
    let link = |address, name, done| StepLink {
        address,
        name,
        done,
        current: address == at,
    };
    let clients = visit.looked_after().count();
    Ok(vec![
        link(PROVIDER, "Who you are", Some(provider.name.clone())),
        link(
            CLIENT,
            "Whom you look after",
            counted(clients, "client", "clients"),
        ),
        link(
            ASSETS,
            "What you look after",
            counted(assets, "asset", "assets"),
        ),
        link(
            PROCESSES,
            "What is done about it",
            counted(processes.len(), "process", "processes"),
        ),
        link(PEOPLE, "Who does, checks and oversees it", people),
    ])
}

/// Everybody who works for the provider; at most one page of the widest.
async fn staff_of(visit: &Visit) -> Result<Vec<Person>, Problem> {
    let provider = &provider_of(visit)?.scope.id;
    let people = visit.store().people(provider, &Page::widest()).await?;
    let staff = people.rows.into_iter();
    Ok(staff.filter(|person| person.removed_at.is_none()).collect())
}

/// Roles that a published process names and that nobody has.
async fn lacking(visit: &Visit) -> Result<Vec<String>, Problem> {
    let staff = staff_of(visit).await?;
    let has = |role: Role| staff.iter().any(|person| person.roles.contains(&role));
    let mut needed = BTreeSet::new();
    for client in &visit.clients {
        let Some(published) = visit.store().published(&client.scope.id).await? else {
            continue;
        };
        for version in published.processes {
            let roles = version.process.roles;
            let words = [roles.does, roles.checks, roles.oversees];
            needed.extend(words.iter().filter_map(|word| Role::from_word(word)));
        }
    }
    let lacking = needed
        .into_iter()
        .filter(|role| role.is_staff() && !has(*role));
    Ok(lacking.map(|role| role.word().to_owned()).collect())
}

/// Whether there is nothing yet to look after, and this person could change that.
pub(crate) fn is_wanted(visit: &Visit) -> bool {
    let provider = ClientId::from(Client::PROVIDER);
    visit.looked_after().next().is_none() && visit.may(Action::KeepClients, &provider)
}

fn wrong_name(name: &str) -> Option<String> {
    match name.chars().count() {
        0 => Some("Write a name.".to_owned()),
        1..=NAME_CHARS_MAX => None,
        _ => Some(format!(
            "The name is longer than {NAME_CHARS_MAX} characters."
        )),
    }
}

/// What a person can mend, in words; everything else is a failure.
fn in_words(error: WorkError) -> Result<String, Problem> {
    match error {
        WorkError::UnknownZone(_)
        | WorkError::UnknownCalendar(_)
        | WorkError::KindChanged { .. } => Ok(format!("{error}.")),
        other => Err(other.into()),
    }
}
