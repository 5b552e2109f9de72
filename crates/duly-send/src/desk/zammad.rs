//! Zammad over its API, version 1. Written after its documentation and tested against the answers
//! documented there; not proven against a live one.

use serde_json::{Value, json};
use ureq::http::Method;

use super::{Desk, Mirror, encoded, id_in};
use crate::NotSent;

/// Zammad's own word for whoever a ticket is made for; duly has another.
const REQUESTER: &str = concat!("custo", "mer_id");

/// Words for a ticket that has ended.
const CLOSED: [&str; 2] = ["closed", "merged"];

pub(super) fn make(desk: &Desk, title: &str, text: &str) -> Result<String, NotSent> {
    let mut body = json!({
        "title": title,
        "group": desk.queue,
        "article": article(title, text),
    });
    if let Some(body) = body.as_object_mut() {
        // "guess" makes the person over there if nobody has that address.
        let requester = format!("guess:{}", desk.requester);
        body.insert(REQUESTER.to_owned(), requester.into());
    }
    let made = desk.ask(Method::POST, "/api/v1/tickets", Some(&body))?;
    made.as_ref()
        .and_then(|made| made.get("id"))
        .and_then(id_in)
        .ok_or_else(|| NotSent::never("it made no ticket"))
}

pub(super) fn find(desk: &Desk, tag: &str) -> Result<Option<Mirror>, NotSent> {
    let query = encoded(&format!("title:\"{tag}\""));
    let path = format!("/api/v1/tickets/search?query={query}&limit=10&expand=true");
    let Some(found) = desk.ask(Method::GET, &path, None)? else {
        return Ok(None);
    };
    // With `expand` a list; without, or in older versions, ids and the tickets beside them.
    let tickets: Vec<&Value> = match &found {
        Value::Array(tickets) => tickets.iter().collect(),
        _ => found
            .pointer("/assets/Ticket")
            .and_then(Value::as_object)
            .into_iter()
            .flat_map(|tickets| tickets.values())
            .collect(),
    };
    let is_ours = |ticket: &&&Value| {
        let title = ticket.get("title").and_then(Value::as_str);
        title.is_some_and(|title| title.starts_with(tag))
    };
    let number = |ticket: &&&Value| ticket.get("id").and_then(Value::as_u64);
    let oldest = tickets.iter().filter(is_ours).min_by_key(number);
    match oldest.and_then(|ticket| ticket.get("id")).and_then(id_in) {
        // The state stands in the ticket itself for certain.
        Some(id) => look(desk, &id),
        None => Ok(None),
    }
}

pub(super) fn look(desk: &Desk, id: &str) -> Result<Option<Mirror>, NotSent> {
    let path = format!("/api/v1/tickets/{}?expand=true", encoded(id));
    let found = desk.ask(Method::GET, &path, None)?;
    Ok(found.as_ref().and_then(|ticket| {
        let state = ticket.get("state").and_then(Value::as_str)?;
        Some(Mirror {
            id: ticket.get("id").and_then(id_in)?,
            is_closed: CLOSED.contains(&state),
        })
    }))
}

pub(super) fn turn(desk: &Desk, id: &str, text: &str, to_closed: bool) -> Result<(), NotSent> {
    let body = json!({
        "state": if to_closed { "closed" } else { "open" },
        "article": article("duly", text),
    });
    let path = format!("/api/v1/tickets/{}", encoded(id));
    desk.ask(Method::PUT, &path, Some(&body))?
        .map(|_| ())
        .ok_or_else(|| NotSent::later("the mirror vanished in between"))
}

/// A note that staff over there see and nobody is mailed.
fn article(subject: &str, text: &str) -> Value {
    json!({
        "subject": subject,
        "body": text,
        "type": "note",
        "internal": true,
        "content_type": "text/plain",
    })
}
