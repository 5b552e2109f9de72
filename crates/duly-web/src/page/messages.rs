//! `/account/messages`: what a person is told, by which way and when; and whether it arrives.

use std::collections::BTreeMap;

use axum::extract::Form;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use duly_core::process::Severity;
use duly_core::telling::quiet::Quiet;
use duly_core::telling::{Kind, Notice, Preferences};
use jiff::civil::Time;
use jiff::tz::TimeZone;

use crate::page::visit::Visit;
use crate::page::{Shown, shown};
use crate::problem::Problem;
use crate::view::frame::Section;
use crate::view::messages::{Messages, Wanted};

/// The fields of the form, by name.
type Fields = BTreeMap<String, String>;

/// Shows it.
pub(crate) async fn show(visit: Visit) -> Shown {
    let (home, person) = (&visit.person.client, &visit.person.id);
    let chosen = visit.store().preferences(home, person).await?;
    shown(&view(&visit, &chosen.preferences, Vec::new()).await?)
}

/// Keeps what was chosen; or shows it again with what is wrong.
pub(crate) async fn keep(visit: Visit, Form(fields): Form<Fields>) -> Result<Response, Problem> {
    let (preferences, problems) = read(&fields);
    if !problems.is_empty() {
        let page = shown(&view(&visit, &preferences, problems).await?)?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let (home, person) = (&visit.person.client, &visit.person.id);
    visit
        .store()
        .keep_preferences(home, person, preferences, visit.now)
        .await?;
    Ok(Redirect::to("/account/messages").into_response())
}

/// Asks for a test message.
pub(crate) async fn test(visit: Visit) -> Result<Response, Problem> {
    let line = "This is the test message you asked for; messages arrive";
    let notice = Notice::new(Kind::Test, Severity::High, line)
        .to_people(std::slice::from_ref(&visit.person.id))
        .at("/account/messages");
    let home = &visit.person.client;
    visit.store().tell(home, notice, visit.now).await?;
    Ok(Redirect::to("/account/messages?sent=test").into_response())
}

async fn view(
    visit: &Visit,
    preferences: &Preferences,
    problems: Vec<String>,
) -> Result<Messages, Problem> {
    let connections = visit.store().connections().await?;
    let kinds = Kind::ALL.iter().filter(|kind| kind.can_be_off());
    let time = |time: Time| time.strftime("%H:%M").to_string();
    let quiet = preferences.quiet;
    Ok(Messages {
        frame: visit.frame(Section::Messages, true),
        problems,
        mail: preferences.mail.clone().unwrap_or_default(),
        zone: preferences.zone.clone().unwrap_or_default(),
        kinds: kinds
            .map(|kind| Wanted {
                word: kind.word(),
                says: kind.says(),
                is_on: preferences.wants(*kind),
            })
            .collect(),
        quiet_from: quiet.map_or_else(String::new, |quiet| time(quiet.from)),
        quiet_to: quiet.map_or_else(String::new, |quiet| time(quiet.to)),
        summary_at: time(preferences.summary_at),
        can_mail: connections.iter().any(|one| one.kept.kind == "smtp"),
    })
}

/// Reads the form; everything that is wrong with it.
fn read(fields: &Fields) -> (Preferences, Vec<String>) {
    let mut problems = Vec::new();
    let text = |name: &str| fields.get(name).map_or("", |value| value.trim());
    let filled = |name: &str| Some(text(name)).filter(|text| !text.is_empty());
    let mail = filled("mail");
    if mail.is_some_and(|mail| !duly_work::telling::is_address(mail)) {
        problems.push("This is not one mail address: tess@example.com.".to_owned());
    }
    let zone = filled("zone");
    if zone.is_some_and(|zone| TimeZone::get(zone).is_err()) {
        problems.push("There is no such time zone; use a name such as Europe/London.".to_owned());
    }
    let mut time = |name: &str, what: &str| -> Option<Time> {
        let read = text(name).parse().ok();
        if read.is_none() {
            problems.push(format!("Give the time {what} as hours and minutes: 07:30."));
        }
        read
    };
    let quiet = match (filled("quiet-from"), filled("quiet-to")) {
        (None, None) => None,
        _ => time("quiet-from", "at which quiet hours begin")
            .zip(time("quiet-to", "at which quiet hours end"))
            .map(|(from, to)| Quiet { from, to }),
    };
    let summary_at = time("summary-at", "of the daily summary");
    let is_off =
        |kind: &&Kind| kind.can_be_off() && !fields.contains_key(&format!("tell-{}", kind.word()));
    let preferences = Preferences {
        mail: mail.map(str::to_owned),
        zone: zone.map(str::to_owned),
        off: Kind::ALL.iter().filter(is_off).copied().collect(),
        quiet,
        summary_at: summary_at.unwrap_or_else(|| Preferences::default().summary_at),
    };
    (preferences, problems)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> Fields {
        let mut all: Fields = BTreeMap::from([("summary-at".to_owned(), "07:30".to_owned())]);
        for (name, value) in pairs {
            all.insert((*name).to_owned(), (*value).to_owned());
        }
        all
    }

    #[test]
    fn what_is_not_ticked_is_off() {
        let (preferences, problems) = read(&fields(&[("tell-warning", "on")]));
        assert!(problems.is_empty());
        assert!(preferences.wants(Kind::Warning));
        assert!(!preferences.wants(Kind::Missed));
        assert!(preferences.wants(Kind::Escalation));
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let (_, problems) = read(&fields(&[
            ("mail", "tess@harbour.example, mara@harbour.example"),
            ("zone", "Europe/Nowhere"),
            ("quiet-from", "22:00"),
            ("summary-at", "soon"),
        ]));
        assert_eq!(problems.len(), 4, "{problems:?}");
    }

    #[test]
    fn quiet_hours_over_midnight_are_read_as_they_are_given() {
        let given = fields(&[("quiet-from", "22:00"), ("quiet-to", "07:00")]);
        let quiet = read(&given).0.quiet.unwrap();
        assert!(quiet.from > quiet.to);
    }
}
