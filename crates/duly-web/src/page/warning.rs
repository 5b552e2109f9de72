//! One warning with its history: `GET /clients/{client}/warnings/{warning}`, and the two words a
//! person can say on it: `POST …/acknowledge` and `POST …/clear`.

use axum::extract::{Form, Path};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use duly_core::permit::Action;
use duly_store::{OnWarning, WORD_BYTES_MAX, WarningAct};
use serde::Deserialize;

use crate::page::names::Names;
use crate::page::today::encoded;
use crate::page::visit::{Visit, named};
use crate::page::{Shown, shown};
use crate::problem::{self, Problem};
use crate::view::control::WORD_CHARS_MAX;
use crate::view::frame::Section;
use crate::view::warning::{Refused, Said, WarningPage};

/// The form: a word, and where it was written.
#[derive(Debug, Deserialize)]
pub(crate) struct Word {
    #[serde(default)]
    word: String,
    #[serde(default)]
    back: String,
}

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    Acknowledge,
    Clear,
}

/// Shows it.
pub(crate) async fn show(visit: Visit, Path((client, warning)): Path<(String, String)>) -> Shown {
    shown(&view(&visit, &client, &warning, None).await?)
}

/// Takes it on.
pub(crate) async fn acknowledge(
    visit: Visit,
    path: Path<(String, String)>,
    form: Form<Word>,
) -> Result<Response, Problem> {
    act(visit, path, form, Act::Acknowledge).await
}

/// Clears it.
pub(crate) async fn clear(
    visit: Visit,
    path: Path<(String, String)>,
    form: Form<Word>,
) -> Result<Response, Problem> {
    act(visit, path, form, Act::Clear).await
}

async fn act(
    visit: Visit,
    Path((client, warning)): Path<(String, String)>,
    Form(form): Form<Word>,
    act: Act,
) -> Result<Response, Problem> {
    let on = OnWarning {
        client: visit.client(&client)?.scope.id.clone(),
        warning: warning.clone(),
        person: visit.person.id.clone(),
        word: form.word.trim().to_owned(),
    };
    let too_long = form.word.chars().count() > WORD_CHARS_MAX || on.word.len() > WORD_BYTES_MAX;
    let done = if too_long {
        Err(format!(
            "It is longer than {WORD_CHARS_MAX} characters; shorten it."
        ))
    } else {
        let store = visit.store();
        let acted = match act {
            Act::Acknowledge => store.acknowledge_warning(on, visit.now).await?,
            Act::Clear => store.settle_by_word(on, visit.now).await?,
        };
        match acted {
            WarningAct::Done => Ok(()),
            WarningAct::NoSuch => return Err(problem::not_found()),
            WarningAct::NoWord => Err(match act {
                Act::Acknowledge => "Say what is done about it.".to_owned(),
                Act::Clear => "Say why it is settled.".to_owned(),
            }),
            WarningAct::Already => {
                Err("Somebody was there before, or its cause went away; see below.".to_owned())
            }
        }
    };
    match done {
        Ok(()) => {
            visit.store().release_checkpoints(visit.now).await?;
            Ok(Redirect::to(&back(&form.back, &client, &warning)).into_response())
        }
        Err(problem) => {
            let refused = Refused {
                clearing: act == Act::Clear,
                word: form.word,
                problem,
            };
            let page = shown(&view(&visit, &client, &warning, Some(refused)).await?)?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

/// Back to the board it was written on, or to the warning; nowhere else.
fn back(asked: &str, client: &str, warning: &str) -> String {
    let is_board = asked == "/control" || asked.starts_with("/control?");
    let is_plain = asked
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if is_board && is_plain {
        format!("{asked}#list")
    } else {
        format!("/clients/{}/warnings/{}", encoded(client), encoded(warning))
    }
}

/// The page, with what was refused.
pub(crate) async fn view(
    visit: &Visit,
    client: &str,
    warning: &str,
    refused: Option<Refused>,
) -> Result<WarningPage, Problem> {
    let row = visit.client(client)?;
    let id = &row.scope.id;
    let found = visit
        .store()
        .warning(id, warning)
        .await?
        .ok_or_else(problem::not_found)?;
    let mut names = Names::new(visit.store());
    let asset = match &found.asset {
        Some(asset) => Some(names.asset(id, asset).await?),
        None => None,
    };
    let said = |by: &Option<duly_core::id::PersonId>, at, word: &Option<String>| {
        Some(Said {
            by: by.as_ref().map(|person| visit.person_named(person)),
            at: Option::<jiff::Timestamp>::clone(&at)?,
            word: word.clone(),
        })
    };
    let raised = found.raised;
    Ok(WarningPage {
        frame: visit.frame_of(row, Section::Control),
        client: named(row),
        id: found.id,
        message: raised.message,
        severity: raised.severity,
        process: found.process.map(|process| process.to_string()),
        asset,
        ticket: raised.ticket.map(|ticket| ticket.to_string()),
        looks_for: crate::words::rule::looks_for(&raised.rule),
        may_mean: crate::words::rule::may_mean(&raised.rule),
        rule: raised.rule,
        firing: found.firing,
        raised_at: found.raised_at,
        owner: found.owner,
        taken: said(
            &found.acknowledged_by,
            found.acknowledged_at,
            &found.acknowledged_word,
        ),
        cleared: said(&found.cleared_by, found.cleared_at, &found.cleared_word),
        gone_since: found.gone_since.filter(|_| found.cleared_at.is_none()),
        rungs: u64::from(found.rungs.count()),
        may_act: visit.may(Action::Acknowledge, id),
        may_ask_silence: visit.may(Action::AskSilence, id),
        refused,
    })
}

#[cfg(test)]
mod tests {
    use super::back;

    #[test]
    fn a_form_leads_back_to_the_board_or_to_the_warning_and_nowhere_else() {
        assert_eq!(
            back("/control?taken=no", "baker", "ab"),
            "/control?taken=no#list"
        );
        for elsewhere in [
            "",
            "//evil.example",
            "/controlled",
            "https://evil.example/control",
            "/control?\r\nx: y",
            "/control?\\evil",
        ] {
            assert_eq!(back(elsewhere, "baker", "ab"), "/clients/baker/warnings/ab");
        }
    }
}
