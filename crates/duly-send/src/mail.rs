//! A mail, from parts to bytes: plain text, with the headers that tell other programs what it is.
//!
//! No part can become a header or a second recipient: names and subjects are made one line
//! ([`one_line`]) before they are encoded, and addresses are parsed, not pasted.

use std::time::{Duration, UNIX_EPOCH};

use duly_core::telling::one_line;
use jiff::Timestamp;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MessageBuilder};
use lettre::{Address, Message};

use crate::NotSent;

/// Largest body, in bytes: a summary of some hundred lines. Longer ones are cut at a line, and say
/// so.
pub const BODY_BYTES_MAX: usize = 128 * 1_024;

/// A mail to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// What it is, for ever: a second attempt at the same mail bears the same.
    pub id: String,
    /// Under which domain [`Mail::id`] is named in the Message-ID.
    pub domain: String,
    /// Who it is from: a name and an address.
    pub from: (String, String),
    /// Who it is to: a name and an address.
    pub to: (String, String),
    /// What it is about.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// The [`Mail::id`] of the mail that it follows.
    pub follows: Option<String>,
    /// Where the reader says which messages they want; for messages a person can turn off.
    pub unsubscribe: Option<String>,
    /// When it was written; the same for every attempt.
    pub written_at: Timestamp,
}

impl Mail {
    /// The Message-ID, in its brackets. Only letters, digits, `.`, `-` and `_` of id and domain
    /// stand in it.
    #[must_use]
    pub fn message_id(&self) -> String {
        message_id(&self.id, &self.domain)
    }

    /// Puts it together.
    ///
    /// # Errors
    ///
    /// [`NotSent::Never`] when an address is none.
    pub fn message(&self) -> Result<Message, NotSent> {
        let seconds = u64::try_from(self.written_at.as_second()).unwrap_or(0);
        let date = UNIX_EPOCH + Duration::from_secs(seconds);
        let mut message = Message::builder()
            .message_id(Some(self.message_id()))
            .date(date)
            .from(mailbox(&self.from)?)
            .to(mailbox(&self.to)?)
            .subject(one_line(&self.subject));
        // RFC 3834: so that nobody's automatic answer comes back, and no two programs write to
        // each other for ever.
        message = raw(message, "Auto-Submitted", "auto-generated");
        message = raw(message, "X-Auto-Response-Suppress", "All");
        if let Some(follows) = &self.follows {
            let earlier = message_id(follows, &self.domain);
            message = message.in_reply_to(earlier.clone()).references(earlier);
        }
        if let Some(link) = &self.unsubscribe {
            let plain: String = link.chars().filter(|c| c.is_ascii_graphic()).collect();
            message = raw(message, "List-Unsubscribe", &format!("<{plain}>"));
        }
        message
            .header(ContentType::TEXT_PLAIN)
            .body(bounded(&self.text))
            .map_err(NotSent::never)
    }
}

fn raw(message: MessageBuilder, name: &'static str, value: &str) -> MessageBuilder {
    let name = HeaderName::new_from_ascii_str(name);
    message.raw_header(HeaderValue::new(name, one_line(value)))
}

fn message_id(id: &str, domain: &str) -> String {
    let plain = |text: &str| -> String {
        text.chars()
            .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))
            .collect()
    };
    format!("<duly.{}@{}>", plain(id), plain(domain))
}

fn mailbox((name, address): &(String, String)) -> Result<Mailbox, NotSent> {
    let parsed = parse_address(address)
        .ok_or_else(|| NotSent::never(format!("`{address}` is not a mail address")))?;
    let name = one_line(name);
    Ok(Mailbox::new((!name.is_empty()).then_some(name), parsed))
}

fn parse_address(text: &str) -> Option<Address> {
    let plain = text.len() <= 254 && text.chars().all(|c| c.is_ascii_graphic());
    text.parse().ok().filter(|_| plain)
}

/// Whether something is a mail address that can be sent to.
#[must_use]
pub fn is_address(text: &str) -> bool {
    parse_address(text).is_some()
}

/// The text with the line ends of a mail, cut at a line if it is too long.
fn bounded(text: &str) -> String {
    let mut body = String::new();
    for line in text.lines() {
        if body.len() + line.len() > BODY_BYTES_MAX {
            body.push_str("… and more; see the page.\r\n");
            break;
        }
        body.extend(line.chars().filter(|c| !c.is_control() || *c == '\t'));
        body.push_str("\r\n");
    }
    body
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn mail() -> Mail {
        Mail {
            id: "b7-1".to_owned(),
            domain: "harbour.example".to_owned(),
            from: (
                "duly at Harbour IT".to_owned(),
                "duly@harbour.example".to_owned(),
            ),
            to: ("Tess".to_owned(), "tess@harbour.example".to_owned()),
            subject: "Missed: Restore a real backup".to_owned(),
            text: "One line.\nAnother.\n".to_owned(),
            follows: None,
            unsubscribe: Some("https://duly.harbour.example/account/messages".to_owned()),
            written_at: "2026-11-24T09:12:00Z".parse().unwrap(),
        }
    }

    fn formatted(mail: &Mail) -> String {
        String::from_utf8(mail.message().unwrap().formatted()).unwrap()
    }

    /// Header lines, unfolded.
    fn headers(text: &str) -> Vec<String> {
        let head = text.split("\r\n\r\n").next().unwrap();
        let mut lines: Vec<String> = Vec::new();
        for line in head.split("\r\n") {
            match (line.starts_with([' ', '\t']), lines.last_mut()) {
                (true, Some(last)) => last.push_str(line),
                _ => lines.push(line.to_owned()),
            }
        }
        lines
    }

    #[test]
    fn it_says_what_it_is_to_people_and_programs() {
        let text = formatted(&mail());
        for header in [
            "Message-ID: <duly.b7-1@harbour.example>",
            "Auto-Submitted: auto-generated",
            "List-Unsubscribe: <https://duly.harbour.example/account/messages>",
            "Date: Tue, 24 Nov 2026 09:12:00 +0000",
            "Content-Type: text/plain; charset=utf-8",
        ] {
            assert!(
                headers(&text).iter().any(|line| line == header),
                "{header}\n{text}"
            );
        }
        assert!(text.ends_with("One line.\r\nAnother.\r\n"), "{text}");
    }

    #[test]
    fn a_second_attempt_is_the_same_mail_to_the_byte() {
        assert_eq!(formatted(&mail()), formatted(&mail()));
    }

    #[test]
    fn one_that_follows_names_the_first() {
        let follow = Mail {
            follows: Some("b7-0".to_owned()),
            ..mail()
        };
        let text = formatted(&follow);
        assert!(
            text.contains("In-Reply-To: <duly.b7-0@harbour.example>"),
            "{text}"
        );
        assert!(
            text.contains("References: <duly.b7-0@harbour.example>"),
            "{text}"
        );
    }

    #[test]
    fn what_is_no_address_is_refused_for_good() {
        for address in [
            "",
            "tess",
            "tess@harbour.example\r\nBcc: all@harbour.example",
            "tess@harbour.example, mara@harbour.example",
            "<tess@harbour.example>",
        ] {
            let mail = Mail {
                to: ("Tess".to_owned(), address.to_owned()),
                ..mail()
            };
            assert!(mail.message().unwrap_err().is_final(), "{address}");
            assert!(!is_address(address));
        }
    }

    #[test]
    fn a_body_that_is_too_long_is_cut_at_a_line_and_says_so() {
        let long = bounded(&"a line of text\n".repeat(20_000));
        assert!(long.len() <= BODY_BYTES_MAX + 64);
        assert!(long.ends_with("… and more; see the page.\r\n"));
    }

    proptest! {
        #[test]
        fn no_name_or_subject_becomes_a_header_of_its_own(
            name in "\\PC{0,30}[\r\n]{0,2}(Bcc: x@evil.example)?\\PC{0,30}",
            subject in "\\PC{0,40}\r?\n?(Bcc: x@evil.example)?\\PC{0,300}",
        ) {
            let plain = headers(&formatted(&mail())).len();
            let mail = Mail {
                from: (name.clone(), "duly@harbour.example".to_owned()),
                to: (name, "tess@harbour.example".to_owned()),
                subject,
                ..mail()
            };
            let text = formatted(&mail);
            let found = headers(&text);
            prop_assert_eq!(found.len(), plain, "{}", text);
            prop_assert!(!found.iter().any(|line| line.to_lowercase().starts_with("bcc")));
            prop_assert_eq!(mail.message().unwrap().envelope().to().len(), 1);
        }
    }
}
