//! `GET /control/silences`: what is silent or asked to be; `POST …/warnings/{warning}/silence`
//! asks, and `POST /clients/{client}/silences/{silence}` grants or refuses, never by whoever asked.

use axum::extract::{Form, Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use duly_core::id::PersonId;
use duly_core::permit::{Action, Thing, may};
use duly_store::{NewSilence, Page, SILENCE_MAX, Silence, SilenceAct};
use jiff::SignedDuration;
use serde::Deserialize;

use crate::page::visit::Visit;
use crate::page::{Shown, shown, warning};
use crate::part::paging::{Paging, ROWS_PER_PAGE};
use crate::problem::{self, Problem};
use crate::view::control::WORD_CHARS_MAX;
use crate::view::frame::Section;
use crate::view::silences::{Row, Silences};
use crate::view::warning::Refused;

/// What the address may hold.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    after: Option<String>,
}

/// The form that asks.
#[derive(Debug, Deserialize)]
pub(crate) struct Wish {
    #[serde(default)]
    reason: String,
    #[serde(default)]
    days: String,
}

/// The form that decides.
#[derive(Debug, Deserialize)]
pub(crate) struct Decision {
    #[serde(default)]
    answer: String,
}

/// Shows them.
pub(crate) async fn show(visit: Visit, Query(asked): Query<Asked>) -> Shown {
    let page = Page {
        after: asked.after.filter(|after| !after.is_empty()),
        rows: ROWS_PER_PAGE,
    };
    let listed = visit
        .store()
        .silences(visit.bound_to(), visit.now, &page)
        .await?;
    shown(&Silences {
        rows: listed
            .rows
            .into_iter()
            .map(|one| row(&visit, one))
            .collect(),
        paging: Paging {
            address: "/control/silences".to_owned(),
            is_continued: page.after.is_some(),
            next: listed.next,
        },
        frame: visit.frame(Section::Control, false),
    })
}

fn row(visit: &Visit, silence: Silence) -> Row {
    let asker = [silence.asked.person.clone()];
    let thing = Thing::WorkOf {
        client: &silence.asked.client,
        by: &asker,
    };
    let may = may(visit.who(), Action::GrantSilence, thing).is_ok();
    let granted = silence.decided.as_ref();
    Row {
        id: silence.id,
        client: visit.named(&silence.asked.client),
        rule: silence.asked.rule,
        reason: silence.asked.reason,
        asked_by: visit.person_named(&silence.asked.person),
        asked_at: silence.asked_at,
        ends_at: silence.asked.ends_at,
        granted_by: granted.map(|(person, ..)| visit.person_named(person)),
        may_decide: may && granted.is_none(),
    }
}

/// Asks for it.
pub(crate) async fn ask(
    visit: Visit,
    Path((client, id)): Path<(String, String)>,
    Form(wish): Form<Wish>,
) -> Result<Response, Problem> {
    let scope = visit.client(&client)?.scope.id.clone();
    let found = visit.store().warning(&scope, &id).await?;
    let found = found.ok_or_else(problem::not_found)?;
    let days = wish.days.trim().parse::<u32>().unwrap_or(0);
    let reason = wish.reason.trim();
    let ends_at = visit
        .now
        .saturating_add(SignedDuration::from_hours(24 * i64::from(days)))
        .unwrap_or(visit.now);
    let silence = NewSilence {
        client: scope,
        rule: found.raised.rule,
        about: None,
        reason: reason.to_owned(),
        person: visit.person.id.clone(),
        ends_at,
    };
    let most = SILENCE_MAX.as_hours() / 24;
    let problem = if reason.chars().count() > WORD_CHARS_MAX {
        format!("The reason is longer than {WORD_CHARS_MAX} characters; shorten it.")
    } else {
        match visit.store().ask_silence(silence, visit.now).await? {
            SilenceAct::Done(_) => {
                visit.store().release_checkpoints(visit.now).await?;
                return Ok(Redirect::to("/control/silences").into_response());
            }
            SilenceAct::NoReason => "Say why it should be silent.".to_owned(),
            _ => format!("A silence lasts from 1 to {most} days."),
        }
    };
    let refused = Refused {
        clearing: true,
        word: wish.reason,
        problem,
    };
    let page = shown(&warning::view(&visit, &client, &id, Some(refused)).await?)?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// Grants or refuses it.
pub(crate) async fn decide(
    visit: Visit,
    Path((client, id)): Path<(String, String)>,
    Form(decision): Form<Decision>,
) -> Result<Response, Problem> {
    let scope = visit.client(&client)?.scope.id.clone();
    let granted = match decision.answer.as_str() {
        "grant" => true,
        "refuse" => false,
        _ => return Err(problem::bad_request()),
    };
    let store = visit.store();
    let silence = store.silence(&scope, &id).await?;
    let silence = silence.ok_or_else(problem::not_found)?;
    let asker: [PersonId; 1] = [silence.asked.person];
    visit.may_about(Action::GrantSilence, &scope, &asker)?;
    let person = &visit.person.id;
    match store
        .decide_silence(&scope, &id, person, granted, visit.now)
        .await?
    {
        SilenceAct::OwnWish => Err(problem::own_work()),
        SilenceAct::NoSuch => Err(problem::not_found()),
        _ => {
            store.release_checkpoints(visit.now).await?;
            Ok(Redirect::to("/control/silences").into_response())
        }
    }
}
