//! `/drafts`: what somebody is writing, and what they can begin from.

use std::collections::BTreeSet;

use axum::extract::Form;
use axum::response::{IntoResponse, Redirect, Response};
use duly_core::id::ProcessId;
use duly_core::process::Process;
use duly_declare::{catalogue, catalogue_text};
use duly_store::Origin;
use jiff::civil::Date;
use serde::Deserialize;

use crate::page::today::encoded;
use crate::page::visit::Visit;
use crate::page::{Shown, shown};
use crate::problem::{self, Problem};
use crate::view::draft::{DraftRow, Drafts, Shipped};
use crate::view::frame::Section;
use crate::words;

/// What an empty draft holds: the three elements, to be filled.
const EMPTY: &str = include_str!("drafts/empty.yaml");

/// `GET /drafts`.
pub(crate) async fn show(visit: Visit) -> Shown {
    let frame = visit.frame(Section::Processes, false);
    let person = &visit.person;
    let drafts = visit.store().drafts(&person.client, &person.id).await?;
    let rows = drafts.into_iter().map(|draft| DraftRow {
        process: named_in(&draft.text),
        id: draft.id,
        saved_at: draft.saved_at,
    });
    let mut published = BTreeSet::new();
    for client in &visit.clients {
        let of_client = visit.store().published(&client.scope.id).await?;
        let versions = of_client.into_iter().flat_map(|found| found.processes);
        published.extend(versions.map(|version| version.process.process));
    }
    let shipped = |process: &Process| Shipped {
        process: process.process.to_string(),
        title: process.title.clone(),
        recurrence: process.schedule.recurrence.to_string(),
        applies_to: words::process::applies_to(&process.applies_to),
        takes: words::process::takes(process),
        published: published.contains(&process.process),
    };
    shown(&Drafts {
        frame,
        rows: rows.collect(),
        catalogue: catalogue().iter().map(shipped).collect(),
    })
}

/// What to begin from.
#[derive(Debug, Deserialize)]
pub(crate) struct Begin {
    from: String,
}

/// `POST /drafts`: begins one, and leads to it.
pub(crate) async fn begin(visit: Visit, Form(form): Form<Begin>) -> Result<Response, Problem> {
    let tomorrow = visit.frame(Section::Processes, false).today();
    let tomorrow = tomorrow.tomorrow().unwrap_or(tomorrow);
    let text = match form.from.split_once(':') {
        Some(("catalogue", name)) => catalogue_text(name).map(str::to_owned),
        Some(("published", name)) => text_of(&visit, &ProcessId::from(name)).await?,
        _ => Some(EMPTY.to_owned()),
    };
    let text = text.ok_or_else(problem::not_found)?;
    let text = taking_effect(&text, tomorrow);
    let (store, person) = (visit.store(), &visit.person);
    let begun = store.begin_draft(&person.client, &person.id, &text, visit.now);
    let draft = match begun.await {
        Err(duly_store::Error::TooMuch { .. }) => return Err(problem::too_many_drafts()),
        begun => begun?,
    };
    Ok(Redirect::to(&format!("/drafts/{}", encoded(&draft))).into_response())
}

/// The file of the newest version of a process, as it was written on a page or as it follows from
/// what was published.
pub(crate) async fn text_of(visit: &Visit, process: &ProcessId) -> Result<Option<String>, Problem> {
    let mut newest: Option<(Process, Option<String>)> = None;
    for client in &visit.clients {
        let id = &client.scope.id;
        let Some(published) = visit.store().published(id).await? else {
            continue;
        };
        let versions = published.processes.into_iter();
        let own = versions.filter(|version| version.process.process == *process);
        let Some(last) = own.map(|version| version.process).next_back() else {
            continue;
        };
        let is_newer = |known: &(Process, Option<String>)| last.effective > known.0.effective;
        if newest.as_ref().is_none_or(is_newer) {
            let version = last.version();
            let is_it = |origin: &&Origin| origin.process == *process && origin.version == version;
            let origins = visit.store().origins(id).await?;
            let text = origins.iter().find(is_it).map(|origin| origin.text.clone());
            // One that ends a process is no file anybody would go on with.
            let text = text.filter(|_| !last.is_ended());
            newest = Some((last, text));
        }
    }
    Ok(newest.map(|(last, text)| text.unwrap_or_else(|| duly_declare::write(&last))))
}

/// The text with another day on which it takes effect; only that line is touched.
pub(crate) fn taking_effect(text: &str, from: Date) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut done = false;
    for line in text.lines() {
        match line.strip_prefix("effective: ") {
            Some(rest) if !done => {
                let comment = rest
                    .find('#')
                    .map_or("", |place| rest.get(place..).unwrap_or(""));
                let comment = match comment {
                    "" => String::new(),
                    comment => format!("  {comment}"),
                };
                lines.push(format!("effective: {from}{comment}"));
                done = true;
            }
            _ => lines.push(line.to_owned()),
        }
    }
    lines.join("\n") + "\n"
}

/// The process that a text names, as far as it does.
pub(crate) fn named_in(text: &str) -> String {
    let named = text.lines().find_map(|line| line.strip_prefix("process:"));
    let named = named.map_or("", |name| name.split('#').next().unwrap_or(name).trim());
    match named {
        "" => "a process without a name".to_owned(),
        named => named.chars().take(80).collect(),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::{EMPTY, named_in, taking_effect};

    #[test]
    fn only_the_day_it_takes_effect_is_changed() {
        let text = "duly: 1\neffective: 2026-01-01  # a word\ntitle: effective: no\n";
        assert_eq!(
            taking_effect(text, date(2026, 12, 1)),
            "duly: 1\neffective: 2026-12-01  # a word\ntitle: effective: no\n"
        );
    }

    #[test]
    fn a_draft_is_called_by_the_process_it_names() {
        assert_eq!(named_in("duly: 1\nprocess: a.b # c\n"), "a.b");
        assert_eq!(named_in("title: x"), "a process without a name");
    }

    #[test]
    fn the_empty_draft_has_all_three_elements_and_says_what_is_missing() {
        let refused = duly_declare::load(EMPTY.as_bytes(), "empty");
        assert!(refused.is_ok(), "{}", refused.unwrap_err()[0]);
    }
}
