//! Duties as an iCalendar file (RFC 5545), for whoever wants them beside their other dates.
//!
//! Pure text: lines end in CRLF and are folded at 75 octets, text is escaped, and nothing depends
//! on when the file is made, so the same duties always give the same bytes.

use jiff::Timestamp;

use super::duties::Duty;

/// Longest line in octets, without its end (RFC 5545, section 3.1).
const LINE_OCTETS_MAX: usize = 75;

/// Makes the file. `name` is what the calendar is called, `title` gives the heading of a duty.
///
/// Each duty is an event from its opening to its due time that blocks nobody's time. As a file has
/// to say when each event was written, and no clock is read here, that is given as the opening.
#[must_use]
pub fn icalendar(name: &str, duties: &[Duty], title: impl Fn(&Duty) -> String) -> String {
    let mut file = File(String::new());
    file.line("BEGIN", "VCALENDAR");
    file.line("VERSION", "2.0");
    file.line("PRODID", "-//duly//duly plan//EN");
    file.line("CALSCALE", "GREGORIAN");
    file.text("X-WR-CALNAME", name);
    for duty in duties {
        file.line("BEGIN", "VEVENT");
        file.line("UID", duty.id.as_str());
        file.line("DTSTAMP", &instant(duty.opens_at));
        file.line("DTSTART", &instant(duty.opens_at));
        if duty.due_at > duty.opens_at {
            file.line("DTEND", &instant(duty.due_at));
        }
        file.text("SUMMARY", &title(duty));
        file.text("DESCRIPTION", &description(duty));
        file.text("CATEGORIES", duty.process.as_str());
        file.line("TRANSP", "TRANSPARENT");
        file.line("END", "VEVENT");
    }
    file.line("END", "VCALENDAR");
    file.0
}

fn description(duty: &Duty) -> String {
    let asset = duty.asset.as_ref().map_or("-", |asset| asset.as_str());
    format!(
        "Client {}, process {} of {}, asset {asset}.\nSlot {}, due {}, missed after {}.",
        duty.client, duty.process, duty.version, duty.slot, duty.due_at, duty.missed_at
    )
}

/// `20260113T090000Z`.
fn instant(at: Timestamp) -> String {
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}

struct File(String);

impl File {
    /// A property whose value is text.
    fn text(&mut self, name: &str, value: &str) {
        let mut escaped = String::with_capacity(value.len());
        for letter in value.chars() {
            match letter {
                '\\' | ';' | ',' => escaped.extend(['\\', letter]),
                '\n' => escaped.push_str("\\n"),
                // Nothing else below the space may stand in a line.
                letter if letter.is_control() => escaped.push(' '),
                letter => escaped.push(letter),
            }
        }
        self.line(name, &escaped);
    }

    /// A property whose value is written as it is, folded between letters.
    fn line(&mut self, name: &str, value: &str) {
        let mut octets = 0;
        for letter in name.chars().chain([':']).chain(value.chars()) {
            if octets + letter.len_utf8() > LINE_OCTETS_MAX {
                self.0.push_str("\r\n ");
                octets = 1;
            }
            self.0.push(letter);
            octets += letter.len_utf8();
        }
        self.0.push_str("\r\n");
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::{Duty, icalendar};
    use crate::id::DutyId;

    fn duty() -> Duty {
        let (client, process) = ("baker".into(), "backup.restore-test".into());
        Duty {
            id: DutyId::of(&client, &process, None, date(2026, 1, 13)),
            client,
            process,
            version: "2026-01-01".to_owned(),
            asset: None,
            slot: date(2026, 1, 13),
            opens_at: "2026-01-13T09:00:00Z".parse().unwrap(),
            due_at: "2026-01-20T09:00:00Z".parse().unwrap(),
            missed_at: "2026-01-22T09:00:00Z".parse().unwrap(),
        }
    }

    #[test]
    fn every_line_is_short_and_ends_as_the_standard_says() {
        let file = icalendar("Größe", &[duty()], |_| "Prüfung ".repeat(40));
        assert!(file.ends_with("END:VCALENDAR\r\n"));
        for line in file.split_terminator("\r\n") {
            assert!(line.len() <= 75 && !line.contains(['\r', '\n']), "{line}");
        }
        let unfolded = file.replace("\r\n ", "");
        assert!(unfolded.contains(&format!("SUMMARY:{}\r\n", "Prüfung ".repeat(40))));
    }

    #[test]
    fn text_is_escaped() {
        let file = icalendar("n", &[duty()], |_| "a, b; c\\d\ne\r\u{7}".to_owned());
        assert!(
            file.contains("SUMMARY:a\\, b\\; c\\\\d\\ne  \r\n"),
            "{file}"
        );
    }

    #[test]
    fn a_duty_that_is_due_when_it_opens_has_no_end() {
        let mut duty = duty();
        assert!(icalendar("n", &[duty.clone()], |_| String::new()).contains("DTEND"));
        duty.due_at = duty.opens_at;
        assert!(!icalendar("n", &[duty], |_| String::new()).contains("DTEND"));
    }
}
