//! Setting up time-based codes, renewing recovery codes, and doing without both.

use axum::extract::Form;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use duly_store::CodesConfirmed;
use qrcode::{Color, EcLevel, QrCode};
use serde::Deserialize;

use super::{held, prove_again};
use crate::came::Came;
use crate::page::shown;
use crate::page::visit::Visit;
use crate::problem::{self, Problem};
use crate::sign_in::code::{bare, fresh_recovery_codes, fresh_secret, step_of, totp};
use crate::view::account::{Codes, Picture, RecoveryCodes};

/// `POST /account/codes`: draws a secret and shows it, until it is confirmed or drawn anew.
pub(crate) async fn offer(visit: Visit, _came: Came) -> Result<Response, Problem> {
    if let Some(answer) = prove_again(&visit) {
        return Ok(answer);
    }
    if held(&visit).await?.password_at.is_none() {
        return Err(problem::bad_request());
    }
    let person = &visit.person;
    let secret = fresh_secret()?;
    visit
        .store()
        .offer_codes(&person.client, &person.id, &secret, visit.now)
        .await?;
    Ok(shown(&page(&visit, secret, None)?)?.into_response())
}

fn page(visit: &Visit, secret: Vec<u8>, problem: Option<String>) -> Result<Codes, Problem> {
    let person = &visit.person;
    let name = person.mail.as_deref().unwrap_or(&person.name);
    let totp = totp(secret, name)?;
    let address = totp.to_url().map_err(Problem::unexpected)?;
    let spelt = totp.secret().to_base32();
    let groups: Vec<String> = spelt
        .as_bytes()
        .chunks(4)
        .map(|group| String::from_utf8_lossy(group).into_owned())
        .collect();
    Ok(Codes {
        frame: visit.own_frame(),
        picture: picture(&address)?,
        secret: groups.join(" "),
        problem,
    })
}

/// The address as a picture: one path over a square of that many modules.
fn picture(address: &str) -> Result<Picture, Problem> {
    let code = QrCode::with_error_correction_level(address, EcLevel::M);
    let code = code.map_err(Problem::unexpected)?;
    let width = code.width();
    let mut path = String::new();
    for (index, color) in code.to_colors().into_iter().enumerate() {
        if color == Color::Dark {
            path.push_str(&format!("M{} {}h1v1h-1z", index % width, index / width));
        }
    }
    Ok(Picture { width, path })
}

/// The form that confirms.
#[derive(Debug, Deserialize)]
pub(crate) struct Confirmation {
    code: String,
}

/// `POST /account/codes/confirm`: the first code; shows the recovery codes, once.
pub(crate) async fn confirm(
    visit: Visit,
    _came: Came,
    Form(form): Form<Confirmation>,
) -> Result<Response, Problem> {
    if let Some(answer) = prove_again(&visit) {
        return Ok(answer);
    }
    let (store, person) = (visit.store(), &visit.person);
    let secrets = store.code_secrets(&person.client, &person.id).await?;
    let Some(secret) = secrets.pending else {
        return Ok(Redirect::to("/account").into_response());
    };
    let Some(step) = step_of(secret.clone(), &bare(&form.code), visit.now)? else {
        let problem = "This code is not right. Is the clock of your telephone?".to_owned();
        let page = shown(&page(&visit, secret, Some(problem))?)?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    };
    let codes = fresh_recovery_codes()?;
    let confirmed = store
        .confirm_codes(&person.client, &person.id, step, &codes, visit.now)
        .await?;
    match confirmed {
        CodesConfirmed::Done => recovery_page(&visit, &codes),
        CodesConfirmed::Nothing => Ok(Redirect::to("/account").into_response()),
    }
}

/// `POST /account/recovery-codes`: fresh ones; those before stop working.
pub(crate) async fn renew(visit: Visit, _came: Came) -> Result<Response, Problem> {
    if let Some(answer) = prove_again(&visit) {
        return Ok(answer);
    }
    if held(&visit).await?.codes_at.is_none() {
        return Ok(Redirect::to("/account").into_response());
    }
    let person = &visit.person;
    let codes = fresh_recovery_codes()?;
    visit
        .store()
        .renew_recovery_codes(&person.client, &person.id, &codes, visit.now)
        .await?;
    recovery_page(&visit, &codes)
}

fn recovery_page(visit: &Visit, codes: &[String]) -> Result<Response, Problem> {
    let spaced = |code: &String| {
        let groups = code.as_bytes().chunks(4);
        let groups: Vec<_> = groups.map(String::from_utf8_lossy).collect();
        groups.join("-")
    };
    let page = RecoveryCodes {
        frame: visit.own_frame(),
        codes: codes.iter().map(spaced).collect(),
    };
    Ok(shown(&page)?.into_response())
}

/// `POST /account/codes/end`.
pub(crate) async fn end(visit: Visit, _came: Came) -> Result<Response, Problem> {
    if let Some(answer) = prove_again(&visit) {
        return Ok(answer);
    }
    let person = &visit.person;
    visit
        .store()
        .end_codes(&person.client, &person.id, visit.now)
        .await?;
    Ok(Redirect::to("/account").into_response())
}
