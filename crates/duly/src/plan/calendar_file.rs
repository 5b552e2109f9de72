//! Duties as an iCalendar file (RFC 5545): an event from a ticket's opening to its due time.

use std::collections::BTreeMap;

use duly_core::process::Process;
use duly_core::schedule::duties::Duty;
use jiff::Timestamp;

/// Longest line in octets before it is folded (RFC 5545, section 3.1), without its line end.
const LINE_BYTES_MAX: usize = 75;

/// The file. The stamp of each event is its opening, since nothing here knows what time it is.
#[must_use]
pub fn text(duties: &[Duty], processes: &[Process]) -> String {
    let titles: BTreeMap<&str, &str> = processes
        .iter()
        .map(|process| (process.process.as_str(), process.title.as_str()))
        .collect();
    let mut text = String::new();
    let mut line = |content: &str| fold(content, &mut text);
    line("BEGIN:VCALENDAR");
    line("VERSION:2.0");
    line("PRODID:-//duly//duly plan//EN");
    for duty in duties {
        let title = titles
            .get(duty.process.as_str())
            .copied()
            .unwrap_or_default();
        let about = duty.asset.as_ref().map_or("", |asset| asset.as_str());
        line("BEGIN:VEVENT");
        line(&format!("UID:{}@duly", duty.id));
        line(&format!("DTSTAMP:{}", stamp(duty.opens_at)));
        line(&format!("DTSTART:{}", stamp(duty.opens_at)));
        line(&format!("DTEND:{}", stamp(duty.due_at)));
        line(&format!(
            "SUMMARY:{}",
            escaped(&format!("{title} ({} {about})", duty.client))
        ));
        line("END:VEVENT");
    }
    line("END:VCALENDAR");
    text
}

fn stamp(at: Timestamp) -> String {
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' | ';' | ',' => out.extend(['\\', character]),
            '\n' => out.push_str("\\n"),
            character if character.is_control() => {}
            character => out.push(character),
        }
    }
    out
}

/// Appends a content line, folded between characters, never within one.
fn fold(content: &str, text: &mut String) {
    let mut length = 0;
    for character in content.chars() {
        if length + character.len_utf8() > LINE_BYTES_MAX {
            text.push_str("\r\n ");
            length = 1;
        }
        text.push(character);
        length += character.len_utf8();
    }
    text.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_folded_between_characters_at_75_octets() {
        let mut text = String::new();
        fold(&"é".repeat(100), &mut text);
        assert!(
            text.split("\r\n").all(|line| line.len() <= LINE_BYTES_MAX),
            "{text}"
        );
        assert_eq!(text.replace("\r\n ", "").trim_end(), "é".repeat(100));
    }

    #[test]
    fn what_would_end_a_value_is_escaped() {
        assert_eq!(escaped("a;b,c\\d\ne\u{7}"), "a\\;b\\,c\\\\d\\ne");
    }
}
