//! Request Tracker 5 over its REST interface, version 2. Proven against a real one by the tests.

use serde_json::{Value, json};
use ureq::http::Method;

use super::{Desk, Mirror, encoded, id_in};
use crate::NotSent;

/// Words for a ticket that has ended, in the life cycle that a new installation has.
const CLOSED: [&str; 3] = ["resolved", "rejected", "deleted"];

pub(super) fn make(desk: &Desk, title: &str, text: &str) -> Result<String, NotSent> {
    let body = json!({
        "Queue": desk.queue,
        "Subject": title,
        "Requestor": desk.requester,
        "Content": text,
        "ContentType": "text/plain",
    });
    let made = desk.ask(Method::POST, "/REST/2.0/ticket", Some(&body))?;
    made.as_ref()
        .and_then(|made| made.get("id"))
        .and_then(id_in)
        .ok_or_else(|| NotSent::never(format!("there is no queue `{}`", desk.queue)))
}

pub(super) fn find(desk: &Desk, tag: &str) -> Result<Option<Mirror>, NotSent> {
    // The tag holds nothing that would end the text in quotes.
    let query = encoded(&format!("Subject LIKE '{tag}'"));
    let path = format!("/REST/2.0/tickets?query={query}&fields=Subject,Status&orderby=id");
    let Some(found) = desk.ask(Method::GET, &path, None)? else {
        return Ok(None);
    };
    let items = found.get("items").and_then(Value::as_array);
    Ok(items.into_iter().flatten().find_map(|item| {
        let subject = item.get("Subject").and_then(Value::as_str)?;
        subject.starts_with(tag).then_some(())?;
        mirror(item)
    }))
}

pub(super) fn look(desk: &Desk, id: &str) -> Result<Option<Mirror>, NotSent> {
    let found = desk.ask(
        Method::GET,
        &format!("/REST/2.0/ticket/{}", encoded(id)),
        None,
    )?;
    Ok(found.as_ref().and_then(mirror))
}

pub(super) fn turn(desk: &Desk, id: &str, text: &str, to_closed: bool) -> Result<(), NotSent> {
    let ticket = format!("/REST/2.0/ticket/{}", encoded(id));
    let word = json!({ "Content": text, "ContentType": "text/plain" });
    let state = json!({ "Status": if to_closed { "resolved" } else { "open" } });
    let gone = || NotSent::later("the mirror vanished in between");
    // The word first: whoever reads the change of state finds the reason above it.
    desk.ask(Method::POST, &format!("{ticket}/comment"), Some(&word))?
        .ok_or_else(gone)?;
    desk.ask(Method::PUT, &ticket, Some(&state))?
        .ok_or_else(gone)?;
    Ok(())
}

fn mirror(ticket: &Value) -> Option<Mirror> {
    let status = ticket.get("Status").and_then(Value::as_str)?;
    Some(Mirror {
        id: ticket.get("id").and_then(id_in)?,
        is_closed: CLOSED.contains(&status),
    })
}
