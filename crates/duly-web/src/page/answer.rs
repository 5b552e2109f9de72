//! `POST /clients/{client}/tickets/{ticket}/steps/{step}`: what a person did for a step, why
//! they left it out, or what they mended so that it is to be measured again. The form is read here;
//! what it does is `duly-work`'s.

use axum::extract::{Form, Path};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use duly_core::id::{DutyId, StepId};
use duly_core::verdict::Verdict;
use duly_store::{Fill, NOTE_BYTES_MAX, StepChange};
use duly_work::acts::{OnStep, ask_again, fill_step, skip_step};
use serde::Deserialize;

use crate::page::today::encoded;
use crate::page::visit::Visit;
use crate::page::{shown, ticket};
use crate::problem::{self, Problem};
use crate::view::step::NOTE_CHARS_MAX;
use crate::view::ticket::Refused;

/// The form.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Answer {
    #[serde(default)]
    answer: String,
    #[serde(default)]
    note: String,
    revision: u64,
}

/// What the form asks for.
enum Act {
    Fill(Verdict),
    Skip,
    Again,
}

/// Takes it, and leads back to the ticket; or shows the ticket with what is wrong.
pub(crate) async fn take(
    visit: Visit,
    Path((client, ticket, step)): Path<(String, String, String)>,
    Form(form): Form<Answer>,
) -> Result<Response, Problem> {
    let id = visit.client(&client)?.scope.id.clone();
    let act = match read(&form) {
        Ok(act) => act,
        Err(problems) => return refuse(&visit, &client, &ticket, &step, form, problems).await,
    };
    let on = OnStep {
        client: id,
        ticket: DutyId::from(ticket.as_str()),
        step: StepId::from(step.as_str()),
        revision: form.revision,
        person: visit.person.id.clone(),
    };
    let note = form.note.trim().to_owned();
    let store = visit.store();
    let change = match act {
        Act::Fill(verdict) => fill_step(store, on, Fill::of(verdict, note), visit.now).await?,
        Act::Skip => skip_step(store, on, note, visit.now).await?,
        Act::Again => ask_again(store, on, note, visit.now).await?,
    };
    let problem = match change {
        StepChange::Changed { .. } => {
            let (client, ticket) = (encoded(&client), encoded(&ticket));
            let back = format!("/clients/{client}/tickets/{ticket}#step-{}", encoded(&step));
            return Ok(Redirect::to(&back).into_response());
        }
        StepChange::NoSuch => return Err(problem::not_found()),
        StepChange::Raced { .. } => {
            "Somebody else recorded this step in the meantime; see below what they wrote."
        }
        StepChange::Ended(_) => "The ticket has ended in the meantime; nothing was recorded.",
        StepChange::Critical => "This step is critical and cannot be left out.",
        StepChange::NoReason => "Say why.",
        StepChange::NoEvidence => "The file that the process asks for is not there yet.",
        StepChange::NothingToMend => "There is nothing to measure again: see below what holds now.",
    };
    refuse(
        &visit,
        &client,
        &ticket,
        &step,
        form,
        vec![problem.to_owned()],
    )
    .await
}

/// Reads the form; everything that is wrong with it, not the first thing alone.
fn read(form: &Answer) -> Result<Act, Vec<String>> {
    let mut problems = Vec::new();
    let act = match form.answer.as_str() {
        "pass" => Some(Act::Fill(Verdict::Pass)),
        "fail" => Some(Act::Fill(Verdict::Fail)),
        "skip" => Some(Act::Skip),
        "again" => Some(Act::Again),
        _ => {
            problems.push("Choose how it went.".to_owned());
            None
        }
    };
    if form.note.trim().is_empty() {
        problems.push(match act {
            Some(Act::Skip) => "Say why the step was left out.".to_owned(),
            Some(Act::Again) => "Say what was mended.".to_owned(),
            _ => "Write what you did and what you saw.".to_owned(),
        });
    }
    if form.note.chars().count() > NOTE_CHARS_MAX || form.note.len() > NOTE_BYTES_MAX {
        problems.push(format!(
            "The note is longer than {NOTE_CHARS_MAX} characters; shorten it."
        ));
    }
    match act {
        Some(act) if problems.is_empty() => Ok(act),
        _ => Err(problems),
    }
}

async fn refuse(
    visit: &Visit,
    client: &str,
    ticket: &str,
    step: &str,
    form: Answer,
    problems: Vec<String>,
) -> Result<Response, Problem> {
    let refused = Refused {
        step: Some(step.to_owned()),
        answer: Some(form.answer),
        note: form.note,
        problems,
    };
    let page = shown(&ticket::view(visit, client, ticket, Some(refused)).await?)?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(answer: &str, note: &str) -> Vec<String> {
        let form = Answer {
            answer: answer.to_owned(),
            note: note.to_owned(),
            revision: 0,
        };
        read(&form).err().unwrap_or_default()
    }

    #[test]
    fn a_form_with_a_choice_and_a_note_is_taken() {
        assert!(problems("pass", "opened it").is_empty());
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        assert_eq!(problems("", " ").len(), 2);
        assert_eq!(problems("perhaps", "x"), ["Choose how it went."]);
    }

    #[test]
    fn leaving_out_needs_a_reason() {
        assert_eq!(problems("skip", "\n"), ["Say why the step was left out."]);
    }

    #[test]
    fn a_note_of_many_bytes_or_characters_is_too_long() {
        assert_eq!(problems("pass", &"x".repeat(NOTE_CHARS_MAX + 1)).len(), 1);
        assert_eq!(problems("pass", &"本".repeat(NOTE_CHARS_MAX)).len(), 1);
    }
}
