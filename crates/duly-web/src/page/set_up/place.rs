//! `/set-up/provider` and `/set-up/client`: a name, a zone and a calendar.

use axum::extract::Form;
use axum::response::{IntoResponse, Redirect, Response};
use duly_core::scope::Client;
use duly_declare::calendars;
use duly_store::ClientRow;
use duly_work::publish;
use duly_work::set_up::add_client;

use super::{ASSETS, CLIENT, PROVIDER, in_words, page, provider_of, refused, wrong_name};
use crate::page::chosen::{Pairs, field};
use crate::page::today::encoded;
use crate::page::visit::{Visit, named};
use crate::page::{Shown, shown};
use crate::problem::Problem;
use crate::view::set_up::{Place, Step};

/// `GET /set-up/provider`.
pub(crate) async fn provider(visit: Visit) -> Shown {
    let step = Step::Provider(place_of(provider_of(&visit)?));
    shown(&page(&visit, "", step, Vec::new(), PROVIDER).await?)
}

/// `POST /set-up/provider`.
pub(crate) async fn keep_provider(
    visit: Visit,
    Form(pairs): Form<Pairs>,
) -> Result<Response, Problem> {
    let place = read_place(&pairs);
    let mut problems = wrong_place(&place, &visit);
    if problems.is_empty() {
        let row = provider_of(&visit)?;
        let scope = Client {
            id: row.scope.id.clone(),
            tz: place.tz.clone(),
            calendar: place.calendar.clone(),
        };
        let kept = publish::keep_client(
            visit.store(),
            &row.scope,
            scope,
            (&place.name, &visit.person.id),
            visit.now,
        );
        match kept.await {
            Ok(()) => return Ok(Redirect::to(CLIENT).into_response()),
            Err(error) => problems.push(in_words(error)?),
        }
    }
    refused(&visit, "", Step::Provider(place), problems, PROVIDER).await
}

/// `GET /set-up/client`.
pub(crate) async fn client(visit: Visit) -> Shown {
    let own = place_of(provider_of(&visit)?);
    let step = Step::Client(Place {
        name: String::new(),
        others: visit.looked_after().map(named).collect(),
        ..own
    });
    shown(&page(&visit, "", step, Vec::new(), CLIENT).await?)
}

/// `POST /set-up/client`.
pub(crate) async fn keep_client(
    visit: Visit,
    Form(pairs): Form<Pairs>,
) -> Result<Response, Problem> {
    let place = read_place(&pairs);
    let mut problems = wrong_place(&place, &visit);
    if visit.looked_after().any(|known| known.name == place.name) {
        problems.push("There is a client of this name already.".to_owned());
    }
    if problems.is_empty() {
        let (name, tz, calendar) = (&place.name, &place.tz, &place.calendar);
        match add_client(visit.store(), name, tz, calendar, visit.now).await {
            Ok(id) => {
                let to = format!("{ASSETS}?client={}", encoded(id.as_str()));
                return Ok(Redirect::to(&to).into_response());
            }
            Err(error) => problems.push(in_words(error)?),
        }
    }
    let others = visit.looked_after().map(named).collect();
    let step = Step::Client(Place { others, ..place });
    refused(&visit, "", step, problems, CLIENT).await
}

fn place_of(client: &ClientRow) -> Place {
    Place {
        name: client.name.clone(),
        tz: client.scope.tz.clone(),
        calendar: client.scope.calendar.clone(),
        calendars: calendars::names().map(str::to_owned).collect(),
        others: Vec::new(),
    }
}

fn read_place(pairs: &Pairs) -> Place {
    let text = |name: &str| field(pairs, name).trim().to_owned();
    Place {
        name: text("name"),
        tz: text("tz"),
        calendar: text("calendar"),
        calendars: calendars::names().map(str::to_owned).collect(),
        others: Vec::new(),
    }
}

/// Everything that is wrong with a place.
fn wrong_place(place: &Place, visit: &Visit) -> Vec<String> {
    let mut problems: Vec<String> = wrong_name(&place.name).into_iter().collect();
    if publish::today(&place.tz, visit.now).is_err() {
        problems.push(format!(
            "There is no time zone “{}”; write an IANA name such as Europe/London.",
            place.tz
        ));
    }
    if !place.calendars.contains(&place.calendar) {
        problems.push("Choose a calendar from the list.".to_owned());
    }
    problems
}
