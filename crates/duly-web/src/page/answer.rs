//! `POST /clients/{client}/tickets/{ticket}/steps/{step}`: what a person did for a step, why
//! they left it out, or what they mended so that it is to be measured again. The form is read here;
//! what it does is `duly-work`'s.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use duly_core::id::{DutyId, StepId};
use duly_core::verdict::Verdict;
use duly_store::{Fill, NOTE_BYTES_MAX, StepChange};
use duly_work::acts::{OnStep, ask_again, fill_step, skip_step};

use crate::page::today::encoded;
use crate::page::upload::Upload;
use crate::page::visit::Visit;
use crate::page::{shown, ticket};
use crate::problem::{self, Problem};
use crate::view::step::NOTE_CHARS_MAX;
use crate::view::ticket::Refused;

/// The form, its files apart.
#[derive(Clone, Debug, Default)]
struct Answer {
    answer: String,
    note: String,
    excuse: String,
}

/// What the form asks for.
enum Act {
    Fill(Verdict),
    Skip,
    Again,
}

/// Takes it, and leads back to the ticket; or shows the ticket with what is wrong. Files are kept
/// first, so that none has to be brought again because of what is wrong with the rest.
pub(crate) async fn take(
    visit: Visit,
    Path((client, ticket, step)): Path<(String, String, String)>,
    mut upload: Upload,
) -> Result<Response, Problem> {
    let id = visit.client(&client)?.scope.id.clone();
    let revision = upload
        .field("revision")
        .parse()
        .map_err(|_| problem::bad_request())?;
    let on = OnStep {
        client: id,
        ticket: DutyId::from(ticket.as_str()),
        step: StepId::from(step.as_str()),
        revision,
        person: visit.person.id.clone(),
    };
    let form = Answer {
        answer: upload.field("answer").to_owned(),
        note: upload.field("note").to_owned(),
        excuse: upload.field("excuse").trim().to_owned(),
    };
    let only_files = upload.field("only") == "files";
    let had_files = upload.has_files();
    let kept = upload.keep(&visit, &on.client, &on.ticket, Some(&on.step));
    let mut problems = kept.await?;
    if only_files && !had_files {
        problems.push("No file was chosen.".to_owned());
    }
    if only_files && problems.is_empty() && form.note.trim().is_empty() {
        return Ok(back(&client, &ticket, &step));
    }
    if only_files || !problems.is_empty() {
        return refuse(&visit, &client, &ticket, &step, form, problems).await;
    }
    let act = match read(&form) {
        Ok(act) => act,
        Err(problems) => return refuse(&visit, &client, &ticket, &step, form, problems).await,
    };
    match act_on(&visit, on, act, &form).await? {
        None => Ok(back(&client, &ticket, &step)),
        Some(problem) => {
            let problems = vec![problem.to_owned()];
            refuse(&visit, &client, &ticket, &step, form, problems).await
        }
    }
}

/// Does it; what stands in the way otherwise.
async fn act_on(
    visit: &Visit,
    on: OnStep,
    act: Act,
    form: &Answer,
) -> Result<Option<&'static str>, Problem> {
    let note = form.note.trim().to_owned();
    let (store, now) = (visit.store(), visit.now);
    let change = match act {
        Act::Fill(verdict) => {
            let excuse = (!form.excuse.is_empty()).then(|| form.excuse.clone());
            let fill = Fill {
                verdict,
                note,
                excuse,
            };
            fill_step(store, on, fill, now).await?
        }
        Act::Skip => skip_step(store, on, note, now).await?,
        Act::Again => ask_again(store, on, note, now).await?,
    };
    Ok(Some(match change {
        StepChange::Changed { .. } => return Ok(None),
        StepChange::NoSuch => return Err(problem::not_found()),
        StepChange::Raced { .. } => {
            "Somebody else recorded this step in the meantime; see what they wrote, and below it \
             what you wrote, which is not recorded yet."
        }
        StepChange::Ended(_) => "The ticket has ended in the meantime; nothing was recorded.",
        StepChange::Critical => "This step is critical and cannot be left out.",
        StepChange::NoReason => "Say why.",
        StepChange::NoEvidence => {
            "The process asks for a file or picture here, and it is not there yet; add it and \
             record the step again."
        }
        StepChange::NothingToMend => "There is nothing to measure again: see below what holds now.",
    }))
}

fn back(client: &str, ticket: &str, step: &str) -> Response {
    let (client, ticket, step) = (encoded(client), encoded(ticket), encoded(step));
    Redirect::to(&format!("/clients/{client}/tickets/{ticket}#step-{step}")).into_response()
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
    let status = if problems.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let refused = Refused {
        step: Some(step.to_owned()),
        answer: Some(form.answer),
        note: form.note,
        excuse: form.excuse,
        problems,
    };
    let page = shown(&ticket::view(visit, client, ticket, Some(refused)).await?)?;
    Ok((status, page).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(answer: &str, note: &str) -> Vec<String> {
        let form = Answer {
            answer: answer.to_owned(),
            note: note.to_owned(),
            ..Answer::default()
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
