//! `/drafts/{draft}`: writing a process file, checked by the same code as `duly check`.

use axum::extract::{Form, Path};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use duly_store::{DRAFT_BYTES_MAX, DraftOf, Saved};
use serde::Deserialize;

use crate::page::drafts::named_in;
use crate::page::today::encoded;
use crate::page::visit::Visit;
use crate::page::{Shown, shown};
use crate::problem::{self, Problem};
use crate::view::draft::{Draft, Found};
use crate::view::frame::Section;
use crate::words;

/// The name under which a draft is called in refusals.
const FILE: &str = "draft";

/// A draft of whoever visits.
pub(crate) fn of(visit: &Visit, draft: &str) -> DraftOf {
    DraftOf {
        client: visit.person.client.clone(),
        person: visit.person.id.clone(),
        draft: draft.to_owned(),
    }
}

/// `GET /drafts/{draft}`.
pub(crate) async fn show(visit: Visit, Path(draft): Path<String>) -> Shown {
    let found = visit.store().draft(&of(&visit, &draft)).await?;
    let found = found.ok_or_else(problem::not_found)?;
    shown(&Draft {
        process: named_in(&found.text),
        saved_at: found.saved_at,
        found: check(&visit, draft, found.revision, &found.text, None),
        text: found.text,
        frame: visit.frame(Section::Processes, false),
    })
}

/// The form.
#[derive(Debug, Deserialize)]
pub(crate) struct Text {
    text: String,
    revision: u64,
    #[serde(default)]
    then: String,
}

/// `POST /drafts/{draft}`: saves it, and goes on to what was asked for; or throws it away.
pub(crate) async fn take(
    visit: Visit,
    Path(draft): Path<String>,
    Form(form): Form<Text>,
) -> Result<Response, Problem> {
    if form.then == "discard" {
        let gone = visit.store().discard_draft(&of(&visit, &draft)).await?;
        return match gone {
            true => Ok(Redirect::to("/drafts").into_response()),
            false => Err(problem::not_found()),
        };
    }
    let text = unfolded(&form.text);
    let found = save(&visit, &draft, form.revision, &text).await?;
    let is_sound = found.refusals.is_empty();
    if form.then == "changes" && is_sound && found.note.is_none() {
        let to = format!("/drafts/{}/changes", encoded(&found.draft));
        return Ok(Redirect::to(&to).into_response());
    }
    let status = match is_sound {
        true => StatusCode::OK,
        false => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let page = shown(&Draft {
        process: named_in(&text),
        saved_at: visit.now,
        text,
        found,
        frame: visit.frame(Section::Processes, false),
    })?;
    Ok((status, page).into_response())
}

/// `POST /drafts/{draft}/check`: saves it and says what is wrong with it, while somebody types.
pub(crate) async fn check_text(
    visit: Visit,
    Path(draft): Path<String>,
    Form(form): Form<Text>,
) -> Shown {
    let text = unfolded(&form.text);
    shown(&save(&visit, &draft, form.revision, &text).await?)
}

async fn save(visit: &Visit, draft: &str, revision: u64, text: &str) -> Result<Found, Problem> {
    if text.len() > DRAFT_BYTES_MAX {
        // It stays in the browser, and the last text that was short enough stays saved.
        let note = "It is not saved: it is twice as long as a process file may be.";
        return Ok(check(visit, draft.to_owned(), revision, text, Some(note)));
    }
    let own = of(visit, draft);
    let saved = visit.store().save_draft(&own, revision, text, visit.now);
    Ok(match saved.await? {
        Saved::Saved { revision } => check(visit, draft.to_owned(), revision, text, None),
        Saved::Beside { draft } => {
            let note = "It was changed in another window meanwhile. This is a draft of its own \
                        now; the other one is under Drafts.";
            check(visit, draft, 0, text, Some(note))
        }
        Saved::NoSuch => return Err(problem::not_found()),
    })
}

fn check(visit: &Visit, draft: String, revision: u64, text: &str, note: Option<&str>) -> Found {
    let today = visit.frame(Section::Processes, false).today();
    let (refusals, says) = match duly_declare::load_on(text.as_bytes(), FILE, today) {
        Ok(process) => (Vec::new(), Some(words::process::in_a_sentence(&process))),
        Err(refusals) => (refusals, None),
    };
    Found {
        draft,
        revision,
        refusals,
        says,
        note: note.map(str::to_owned),
    }
}

/// A browser sends the ends of lines as CRLF; a file has LF.
fn unfolded(text: &str) -> String {
    text.replace("\r\n", "\n")
}
