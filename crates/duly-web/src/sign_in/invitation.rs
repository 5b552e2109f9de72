//! An invitation: whoever has its link chooses how to sign in from now on. It is used up by the
//! choice, not by being opened, so that a password which is refused loses nothing.

use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use duly_core::sign_in::password;
use duly_store::{FirstProof, Invited, Page, Person};
use serde::Deserialize;

use super::{browser_token, hash, lead_on, page, tries};
use crate::came::Came;
use crate::problem::Problem;
use crate::serve::App;
use crate::session::SESSION_FOR;
use crate::view::sign_in::{Invitation, Stage};

/// The form.
#[derive(Debug, Deserialize)]
pub(crate) struct Typed {
    password: String,
    again: String,
}

/// `GET /invitation/{token}`.
pub(crate) async fn show(
    State(app): State<App>,
    came: Came,
    Path(token): Path<String>,
) -> Result<Response, Problem> {
    match app.store.invitation(&token, app.now()).await? {
        None => spent(&app),
        Some(invited) => {
            let stage = stage(&app, &came, token, &invited, None);
            page(&app, StatusCode::OK, stage)
        }
    }
}

/// `POST /invitation/{token}`: sets the password and signs in.
pub(crate) async fn take(
    State(app): State<App>,
    came: Came,
    Path(token): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    if let Some(answer) = tries(&app, &came, &[came.beginning()]).await? {
        return Ok(answer);
    }
    let Some(invited) = app.store.invitation(&token, app.now()).await? else {
        return spent(&app);
    };
    if let Some(problem) =
        problem_with(&app, &invited.person, &typed.password, &typed.again).await?
    {
        let stage = stage(&app, &came, token, &invited, Some(problem));
        return page(&app, StatusCode::UNPROCESSABLE_ENTITY, stage);
    }
    let proof = FirstProof::Password(hash::hashed(&app, typed.password).await?);
    let browser = browser_token(&came)?;
    let visitor = came.visitor.clone();
    let session = app
        .store
        .accept_invitation(
            &token,
            proof,
            visitor,
            Some(browser.clone()),
            SESSION_FOR,
            app.now(),
        )
        .await?;
    match session {
        None => spent(&app),
        Some(session) => lead_on(&app, &came, &session, Some(&browser), "/account").await,
    }
}

/// What is wrong with a new password, typed twice.
pub(crate) async fn problem_with(
    app: &App,
    person: &Person,
    new: &str,
    again: &str,
) -> Result<Option<String>, Problem> {
    if new != again {
        let differ = "The two passwords differ. Type the same one twice.";
        return Ok(Some(differ.to_owned()));
    }
    let clients = app.store.clients(&Page::widest()).await?.rows;
    let firms = clients
        .iter()
        .filter(|client| client.provider || client.scope.id == person.client)
        .map(|client| client.name.as_str());
    let mut own: Vec<&str> = firms.collect();
    own.push(&person.name);
    own.extend(person.mail.as_deref());
    let refused = password::check(new, &own).err();
    Ok(refused.map(|refused| refused.says().to_owned()))
}

fn stage(
    app: &App,
    came: &Came,
    token: String,
    invited: &Invited,
    problem: Option<String>,
) -> Stage {
    Stage::Invitation(Invitation {
        token,
        name: invited.person.name.clone(),
        mail: invited.person.mail.clone(),
        expires_at: invited.expires_at,
        passkeys: came.origin.is_some(),
        identity: app.access.identity.as_ref().map(|one| one.name.clone()),
        problem,
    })
}

pub(super) fn spent(app: &App) -> Result<Response, Problem> {
    page(app, StatusCode::GONE, Stage::SpentInvitation)
}
