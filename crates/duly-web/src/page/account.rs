//! `GET /account`, and what a person does about how they sign in. Each change asks for a sign-in
//! of a short while ago.

pub(crate) mod codes;

use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use duly_store::Account as Held;
use serde::Deserialize;

use crate::came::Came;
use crate::page::visit::Visit;
use crate::page::{Shown, shown};
use crate::problem::{self, Problem};
use crate::serve::App;
use crate::sign_in::hash;
use crate::sign_in::invitation::problem_with;
use crate::view::account::{Account, Key, Sitting};

/// Shows it.
pub(crate) async fn show(visit: Visit, came: Came) -> Shown {
    shown(&view(&visit, &came, None).await?)
}

/// What can be signed in with.
pub(crate) async fn held(visit: &Visit) -> Result<Held, Problem> {
    let person = &visit.person;
    let held = visit.store().account(&person.client, &person.id).await?;
    held.ok_or_else(problem::not_signed_in)
}

async fn view(visit: &Visit, came: &Came, problem: Option<String>) -> Result<Account, Problem> {
    let (store, person) = (visit.store(), &visit.person);
    let held = held(visit).await?;
    let passkeys = store.passkeys(&person.client, &person.id).await?;
    let sessions = store
        .sessions(&person.client, &person.id, visit.now)
        .await?;
    Ok(Account {
        frame: visit.own_frame(),
        name: person.name.clone(),
        mail: person.mail.clone(),
        is_fresh: visit.is_fresh(),
        proved_at: visit.proved_at,
        password_at: held.password_at,
        codes_at: held.codes_at,
        recovery_codes: held.recovery_codes,
        passkeys: passkeys.into_iter().map(Key::from).collect(),
        can_add_passkeys: came.origin.is_some(),
        sessions: sessions
            .into_iter()
            .map(|session| Sitting::of(session, &visit.session))
            .collect(),
        problem,
    })
}

/// Leads to sign-in first when the last one was too long ago.
pub(crate) fn prove_again(visit: &Visit) -> Option<Response> {
    let again = || Redirect::to("/sign-in?to=/account").into_response();
    (!visit.is_fresh()).then(again)
}

fn back() -> Response {
    Redirect::to("/account").into_response()
}

/// The form for a new password.
#[derive(Debug, Deserialize)]
pub(crate) struct NewPassword {
    password: String,
    again: String,
}

/// `POST /account/password`. The person may just have come by a link because they forgot the old
/// one, so it is not asked for; the fresh sign-in is.
pub(crate) async fn password(
    visit: Visit,
    came: Came,
    State(app): State<App>,
    Form(form): Form<NewPassword>,
) -> Result<Response, Problem> {
    if let Some(answer) = prove_again(&visit) {
        return Ok(answer);
    }
    let person = &visit.person;
    let problem = match person.mail {
        None => Some("You have no mail address here to sign in with. Ask an administrator.".into()),
        Some(_) => problem_with(&app, person, &form.password, &form.again).await?,
    };
    if let Some(problem) = problem {
        let page = shown(&view(&visit, &came, Some(problem)).await?)?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let phc = hash::hashed(&app, form.password).await?;
    let but = Some(visit.session.as_str());
    visit
        .store()
        .set_password(&person.client, &person.id, phc, but, visit.now)
        .await?;
    Ok(back())
}

/// `POST /account/passkeys/{passkey}/remove`.
pub(crate) async fn remove_passkey(
    visit: Visit,
    _came: Came,
    Path(passkey): Path<String>,
) -> Result<Response, Problem> {
    if let Some(answer) = prove_again(&visit) {
        return Ok(answer);
    }
    let person = &visit.person;
    let gone = visit
        .store()
        .remove_passkey(&person.client, &person.id, &passkey, visit.now)
        .await?;
    if gone {
        Ok(back())
    } else {
        Err(problem::not_found())
    }
}

/// `POST /account/sessions/{session}/end`. Ending one needs no fresh sign-in: it takes a way in
/// away.
pub(crate) async fn end_session(
    visit: Visit,
    _came: Came,
    Path(session): Path<String>,
) -> Result<Response, Problem> {
    let person = &visit.person;
    let ended = visit
        .store()
        .revoke_session_of(&person.client, &person.id, &session, &person.id, visit.now)
        .await?;
    if ended {
        Ok(back())
    } else {
        Err(problem::not_found())
    }
}

/// `POST /account/sessions/end`: all but this one.
pub(crate) async fn end_sessions(visit: Visit, _came: Came) -> Result<Response, Problem> {
    let person = &visit.person;
    let but = Some(visit.session.as_str());
    visit
        .store()
        .revoke_sessions(&person.client, &person.id, but, &person.id, visit.now)
        .await?;
    Ok(back())
}
