//! What a message says: a subject and plain text, with the figures of the pages and links to them.

use duly_core::accounts::Equation;
use duly_core::telling::{Notice, one_line};
use serde_json::{Value, json};

/// Notices that a message lists; it counts the rest.
pub const LISTED_MAX: usize = 50;

/// Where people choose what they are told.
pub const PREFERENCES_PATH: &str = "/account/messages";

/// What a message says of some notices about one client.
#[must_use]
pub fn of_notices(client: &str, notices: &[Notice], links: Option<&str>) -> (String, String) {
    let client = one_line(client);
    let first = notices.first().map_or("", |notice| notice.line.as_str());
    let subject = match notices.len() {
        0 | 1 => format!("{client}: {first}"),
        number => format!("{client}: {number} notices, the first: {first}"),
    };
    let mut text = format!("About {client}:\n\n");
    for notice in notices.iter().take(LISTED_MAX) {
        text.push_str(&format!("* {}\n", notice.line));
        for (name, value) in &notice.facts {
            text.push_str(&format!("  {name}: {value}\n"));
        }
        if let Some(link) = link(links, notice.path.as_deref()) {
            text.push_str(&format!("  {link}\n"));
        }
        text.push('\n');
    }
    if notices.len() > LISTED_MAX {
        let more = notices.len() - LISTED_MAX;
        text.push_str(&format!("and {more} more; the pages list them all.\n\n"));
    }
    text.push_str(&foot(links));
    (one_line(&subject), text)
}

/// What a webhook is sent of some notices about one client.
#[must_use]
pub fn for_webhook(client: &str, notices: &[Notice], links: Option<&str>, at: &str) -> Value {
    let told: Vec<Value> = notices
        .iter()
        .map(|notice| {
            json!({
                "kind": notice.kind,
                "severity": notice.severity,
                "line": notice.line,
                "facts": notice.facts,
                "ticket": notice.ticket,
                "link": link(links, notice.path.as_deref()),
            })
        })
        .collect();
    let kind = notices
        .first()
        .map_or("notice", |notice| notice.kind.word());
    json!({
        "type": format!("duly.{kind}"),
        "timestamp": at,
        "data": { "client": client, "notices": told },
    })
}

/// The equation as a line.
#[must_use]
pub fn equation(equation: &Equation) -> String {
    format!(
        "{} due = {} done + {} late + {} missed + {} waived + {} open",
        equation.due, equation.done, equation.late, equation.missed, equation.waived, equation.open
    )
}

/// The last lines of a message that a person may turn off.
#[must_use]
pub fn foot(links: Option<&str>) -> String {
    match link(links, Some(PREFERENCES_PATH)) {
        Some(link) => format!("-- \nChoose what you are told, and when: {link}\n"),
        None => "-- \nChoose in duly, under Messages, what you are told, and when.\n".to_owned(),
    }
}

/// A path of duly's pages as an address, where that is known.
#[must_use]
pub fn link(links: Option<&str>, path: Option<&str>) -> Option<String> {
    let (links, path) = (links?, path?);
    Some(format!("{}{path}", links.trim_end_matches('/')))
}

#[cfg(test)]
mod tests {
    use duly_core::process::Severity;
    use duly_core::telling::Kind;

    use super::*;

    fn missed(number: usize) -> Vec<Notice> {
        let one = |n: usize| {
            Notice::new(Kind::Missed, Severity::High, &format!("Missed: test {n}"))
                .with_fact("Slot", "2026-11-24")
                .at("/clients/baker/tickets/abc")
        };
        (0..number).map(one).collect()
    }

    #[test]
    fn one_outage_is_one_message_that_counts_what_it_does_not_list() {
        let (subject, text) = of_notices("Baker & Sons", &missed(120), Some("https://d.example/"));
        assert_eq!(
            subject,
            "Baker & Sons: 120 notices, the first: Missed: test 0"
        );
        assert_eq!(text.matches("* Missed").count(), LISTED_MAX);
        assert!(text.contains("and 70 more"), "{text}");
        assert!(
            text.contains("  https://d.example/clients/baker/tickets/abc\n"),
            "{text}"
        );
        assert!(
            text.ends_with("https://d.example/account/messages\n"),
            "{text}"
        );
    }

    #[test]
    fn a_client_whose_name_has_two_lines_has_one_in_the_subject() {
        let (subject, _) = of_notices("Baker\r\nBcc: x@evil.example", &missed(1), None);
        assert_eq!(subject, "Baker Bcc: x@evil.example: Missed: test 0");
    }

    #[test]
    fn without_a_known_address_no_link_is_made_up() {
        let (_, text) = of_notices("Baker & Sons", &missed(1), None);
        assert!(!text.contains("http"), "{text}");
    }
}
