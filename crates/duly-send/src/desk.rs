//! Somebody else's help desk, over its API: making a ticket's mirror there, writing into it,
//! closing it and opening it again.
//!
//! Making is safe to repeat: the mirror bears a tag with duly's id in its title, and is looked for
//! by that tag before it is made. Nothing else over there is read or written. Two help desks are
//! spoken to: [`request_tracker`], proven against a real one, and [`zammad`], against its
//! documented answers. All others are reached by mail.

pub mod request_tracker;
pub mod zammad;

use duly_core::id::DutyId;
use duly_core::telling::one_line;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ureq::http::{Method, Request};

use crate::reach::Reach;
use crate::{ATTEMPT_WITHIN, NotSent, http};

/// Digits of a duty's id in the tag: 16 of them are equal for two duties once in 10^19.
const TAG_DIGITS: usize = 16;

/// Longest title that every desk takes.
const TITLE_CHARS_MAX: usize = 200;

/// Which desk it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Request Tracker 5, by Best Practical.
    RequestTracker,
    /// Zammad.
    Zammad,
}

/// A help desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Desk {
    /// Which.
    pub kind: Kind,
    /// Where its pages begin.
    pub address: String,
    /// Its access token.
    pub token: String,
    /// The queue or group that mirrors go to.
    pub queue: String,
    /// The mail address on whose behalf they are made.
    pub requester: String,
    /// How far requests may reach.
    pub reach: Reach,
    /// The certificate of whoever signed the server's, as PEM, where that is nobody known.
    pub authority: Option<String>,
}

/// A mirror over there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mirror {
    /// Its id over there.
    pub id: String,
    /// Whether it is closed.
    pub is_closed: bool,
}

/// The tag that names a duty in a title: `[duly 0123456789abcdef]`.
#[must_use]
pub fn tag(ticket: &DutyId) -> String {
    let digits: String = ticket.as_str().chars().take(TAG_DIGITS).collect();
    format!("[duly {digits}]")
}

/// The title of a mirror: the tag, which never changes, and what is to be done.
#[must_use]
pub fn title(ticket: &DutyId, what: &str) -> String {
    let title = format!("{} {}", tag(ticket), one_line(what));
    title.chars().take(TITLE_CHARS_MAX).collect()
}

impl Desk {
    /// The mirror of a ticket, made unless it is there.
    ///
    /// # Errors
    ///
    /// When the desk does not answer, or refuses.
    pub fn make(&self, ticket: &DutyId, what: &str, text: &str) -> Result<Mirror, NotSent> {
        if let Some(mirror) = self.find(ticket)? {
            return Ok(mirror);
        }
        let title = title(ticket, what);
        let id = match self.kind {
            Kind::RequestTracker => request_tracker::make(self, &title, text)?,
            Kind::Zammad => zammad::make(self, &title, text)?,
        };
        Ok(Mirror {
            id,
            is_closed: false,
        })
    }

    /// The mirror of a ticket, if there is one; the oldest, should somebody have copied it.
    ///
    /// # Errors
    ///
    /// When the desk does not answer, or refuses.
    pub fn find(&self, ticket: &DutyId) -> Result<Option<Mirror>, NotSent> {
        let tag = tag(ticket);
        match self.kind {
            Kind::RequestTracker => request_tracker::find(self, &tag),
            Kind::Zammad => zammad::find(self, &tag),
        }
    }

    /// How a mirror stands; `None` when it is gone.
    ///
    /// # Errors
    ///
    /// When the desk does not answer, or refuses.
    pub fn look(&self, id: &str) -> Result<Option<Mirror>, NotSent> {
        match self.kind {
            Kind::RequestTracker => request_tracker::look(self, id),
            Kind::Zammad => zammad::look(self, id),
        }
    }

    /// Closes a mirror with a word; one that is closed is left as it is.
    ///
    /// # Errors
    ///
    /// When the desk does not answer, or refuses.
    pub fn close(&self, id: &str, text: &str) -> Result<(), NotSent> {
        self.turn(id, text, true)
    }

    /// Opens a closed mirror again with a word; one that is open is left as it is.
    ///
    /// # Errors
    ///
    /// When the desk does not answer, or refuses.
    pub fn reopen(&self, id: &str, text: &str) -> Result<(), NotSent> {
        self.turn(id, text, false)
    }

    fn turn(&self, id: &str, text: &str, to_closed: bool) -> Result<(), NotSent> {
        match self.look(id)? {
            // Somebody removed it; there is nothing left to close, and a new one would be a
            // second.
            None if to_closed => return Ok(()),
            None => return Err(NotSent::never("the mirror is no longer there")),
            Some(mirror) if mirror.is_closed == to_closed => return Ok(()),
            Some(_) => {}
        }
        match self.kind {
            Kind::RequestTracker => request_tracker::turn(self, id, text, to_closed),
            Kind::Zammad => zammad::turn(self, id, text, to_closed),
        }
    }

    /// Where people find a mirror.
    #[must_use]
    pub fn link(&self, id: &str) -> String {
        let address = self.address.trim_end_matches('/');
        match self.kind {
            Kind::RequestTracker => format!("{address}/Ticket/Display.html?id={id}"),
            Kind::Zammad => format!("{address}/#ticket/zoom/{id}"),
        }
    }

    /// Asks something; the answer as JSON, or `None` when the thing is not there.
    fn ask(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Option<Value>, NotSent> {
        let address = format!("{}{path}", self.address.trim_end_matches('/'));
        let authorization = match self.kind {
            Kind::RequestTracker => format!("token {}", self.token),
            Kind::Zammad => format!("Token token={}", self.token),
        };
        let request = Request::builder()
            .method(method)
            .uri(address)
            .header("accept", "application/json")
            .header("content-type", "application/json")
            .header("authorization", authorization)
            .body(body.map_or_else(Vec::new, |body| body.to_string().into_bytes()))
            .map_err(|_| NotSent::never("the address or the token is not one"))?;
        let answer = http::send(
            request,
            self.reach,
            self.authority.as_deref(),
            ATTEMPT_WITHIN,
        )?;
        match answer.status {
            200..=299 => serde_json::from_slice(&answer.body)
                .map(Some)
                .map_err(|_| NotSent::later("it answered something that is no JSON")),
            404 => Ok(None),
            401 | 403 => Err(NotSent::never(format!(
                "it answered {}: the token may not do this",
                answer.status
            ))),
            status if answer.retry_later => Err(NotSent::later(format!("it answered {status}"))),
            status => Err(NotSent::never(format!(
                "it answered {status}: {}",
                String::from_utf8_lossy(&answer.body)
            ))),
        }
    }
}

/// Percent-encodes everything but letters and digits.
fn encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// An id, which the desk gives as a number or as a text; only digits are one.
fn id_in(value: &Value) -> Option<String> {
    let text = match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        _ => return None,
    };
    let is_id = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_id.then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_title_bears_the_tag_first_and_is_one_line() {
        let ticket = DutyId::from("0123456789abcdef0123456789abcdef");
        let title = title(&ticket, "Restore\r\nBcc: x@evil.example");
        assert_eq!(title, "[duly 0123456789abcdef] Restore Bcc: x@evil.example");
        assert!(super::title(&ticket, &"x".repeat(999)).chars().count() <= TITLE_CHARS_MAX);
    }

    #[test]
    fn only_digits_are_an_id_so_that_no_answer_leads_to_another_path() {
        for value in [
            serde_json::json!("../users/1"),
            serde_json::json!(""),
            Value::Null,
        ] {
            assert_eq!(id_in(&value), None);
        }
        assert_eq!(id_in(&serde_json::json!(17)).as_deref(), Some("17"));
        assert_eq!(id_in(&serde_json::json!("17")).as_deref(), Some("17"));
    }
}
