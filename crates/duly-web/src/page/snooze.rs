//! `POST /clients/{client}/tickets/{ticket}/snooze` and `…/wake`: a ticket that leaves the queue
//! for a while, and one that comes back before its time.

use axum::extract::{Form, Path};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use duly_core::id::DutyId;
use duly_store::{NOTE_BYTES_MAX, Snooze, Snoozing};
use duly_work::acts;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::Deserialize;

use crate::page::today::encoded;
use crate::page::visit::{Visit, zone_of};
use crate::page::{shown, ticket};
use crate::problem::{self, Problem};
use crate::view::step::NOTE_CHARS_MAX;
use crate::view::ticket::{Refused, SNOOZE};

/// The form.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    until: String,
    #[serde(default)]
    reason: String,
}

/// Snoozes it and leads back to it; or shows it with what is wrong.
pub(crate) async fn take(
    visit: Visit,
    Path((client, ticket)): Path<(String, String)>,
    Form(form): Form<Asked>,
) -> Result<Response, Problem> {
    let row = visit.client(&client)?;
    let reason = form.reason.trim().to_owned();
    let is_long = reason.chars().count() > NOTE_CHARS_MAX || reason.len() > NOTE_BYTES_MAX;
    let problem = match read(&form.until, &zone_of(row)) {
        None => "Give a day and a time, such as 2026-12-31T09:00.".to_owned(),
        Some(_) if is_long => format!("Write at most {NOTE_CHARS_MAX} characters."),
        Some(until) => {
            let snooze = Snooze {
                client: row.scope.id.clone(),
                ticket: DutyId::from(ticket.as_str()),
                until,
                reason,
                person: visit.person.id.clone(),
            };
            match acts::snooze(visit.store(), snooze, visit.now).await? {
                Snoozing::Changed => return Ok(back(&client, &ticket)),
                Snoozing::NoSuch => return Err(problem::not_found()),
                Snoozing::NoReason => "Say why.".to_owned(),
                Snoozing::NotAhead => "That time is over already.".to_owned(),
                Snoozing::NotOpen(_) => "The ticket is not open; nothing was changed.".to_owned(),
                Snoozing::PastGrace(missed_at) => {
                    let last = visit.frame_of(row, crate::view::frame::Section::Today);
                    let last = last.minute(&missed_at).words;
                    format!("It is missed after {last}; it cannot be snoozed beyond that.")
                }
            }
        }
    };
    let refused = Refused {
        step: None,
        answer: Some(SNOOZE.to_owned()),
        note: form.reason,
        excuse: String::new(),
        problems: vec![problem],
    };
    let page = shown(&ticket::view(&visit, &client, &ticket, Some(refused)).await?)?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// Brings it back and leads to it.
pub(crate) async fn wake(
    visit: Visit,
    Path((client, ticket)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let id = visit.client(&client)?.scope.id.clone();
    let duty = DutyId::from(ticket.as_str());
    let person = &visit.person.id;
    match acts::wake(visit.store(), &id, &duty, person, visit.now).await? {
        Snoozing::NoSuch => Err(problem::not_found()),
        // One that had come back by itself is where it was wanted.
        _ => Ok(back(&client, &ticket)),
    }
}

fn back(client: &str, ticket: &str) -> Response {
    let back = format!("/clients/{}/tickets/{}", encoded(client), encoded(ticket));
    Redirect::to(&back).into_response()
}

/// A local day and time where the client is.
fn read(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let local: DateTime = text.trim().parse().ok()?;
    zone.to_timestamp(local).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_where_the_client_is() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let read = |text| read(text, &zone).map(|at| at.to_string());
        assert_eq!(
            read("2026-12-31T09:00").as_deref(),
            Some("2026-12-31T08:00:00Z")
        );
        assert_eq!(read("tomorrow"), None);
        assert_eq!(read(""), None);
    }
}
