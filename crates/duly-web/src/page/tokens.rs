//! `/account/tokens`: a person's tokens. Making one asks for a sign-in of a short while ago, since
//! it is a way in that lasts; revoking one does not.

use axum::extract::{Form, Path};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use duly_core::id::ClientId;
use duly_core::token::{Limits, TOKEN_FOR_MAX, TOKEN_NAME_CHARS_MAX, TokenScope};
use duly_store::NewToken;
use jiff::SignedDuration;

use crate::came::Came;
use crate::page::account::prove_again;
use crate::page::said::Pairs;
use crate::page::visit::{Visit, named};
use crate::page::{Shown, shown};
use crate::problem::{self, Problem};
use crate::view::tokens::{Choice, Row, Tokens};

/// What the form offers: a quarter.
const DAYS: &str = "90";

/// What was sent.
#[derive(Clone, Debug)]
struct Sent {
    name: String,
    scopes: Vec<TokenScope>,
    only: String,
    days: String,
}

impl Default for Sent {
    fn default() -> Self {
        Self {
            name: String::new(),
            scopes: vec![TokenScope::Read],
            only: String::new(),
            days: DAYS.to_owned(),
        }
    }
}

/// Shows them.
pub(crate) async fn show(visit: Visit) -> Shown {
    shown(&view(&visit, Sent::default(), Vec::new(), None).await?)
}

/// Makes one, and shows it this once.
pub(crate) async fn make(
    visit: Visit,
    _came: Came,
    Form(pairs): Form<Pairs>,
) -> Result<Response, Problem> {
    if let Some(answer) = prove_again(&visit) {
        return Ok(answer);
    }
    let sent = read(pairs);
    let mut problems = Vec::new();
    let name = sent.name.trim();
    let is_long = name.chars().count() > TOKEN_NAME_CHARS_MAX;
    if name.is_empty() || is_long || name.chars().any(char::is_control) {
        problems.push(format!(
            "Say what it is for, in at most {TOKEN_NAME_CHARS_MAX} characters."
        ));
    }
    if sent.scopes.is_empty() {
        problems.push("Choose at least one scope.".to_owned());
    }
    let days_max = TOKEN_FOR_MAX.as_hours() / 24;
    let days = sent.days.trim().parse::<i64>().unwrap_or(0);
    if !(1..=days_max).contains(&days) {
        problems.push(format!("A token is good for 1 to {days_max} days."));
    }
    let only = match sent.only.as_str() {
        "" => None,
        id => Some(visit.client(id)?.scope.id.clone()),
    };
    if !problems.is_empty() {
        let page = shown(&view(&visit, sent, problems, None).await?)?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let length = SignedDuration::from_hours(24 * days);
    let new = NewToken {
        client: visit.person.client.clone(),
        person: visit.person.id.clone(),
        name: name.to_owned(),
        limits: Limits {
            scopes: sent.scopes.iter().copied().collect(),
            only,
        },
        expires_at: visit.now + length,
    };
    let made = match visit.store().make_token(new, visit.now).await {
        Err(duly_store::Error::TooMuch { .. }) => return Err(problem::too_many_tokens()),
        made => made?,
    };
    let page = view(&visit, Sent::default(), Vec::new(), Some(made)).await?;
    Ok(shown(&page)?.into_response())
}

/// Revokes one.
pub(crate) async fn revoke(
    visit: Visit,
    _came: Came,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let person = &visit.person;
    let revoked =
        visit
            .store()
            .revoke_token(&person.client, &person.id, &id, &person.id, visit.now);
    match revoked.await? {
        true => Ok(Redirect::to("/account/tokens").into_response()),
        false => Err(problem::not_found()),
    }
}

fn read(pairs: Pairs) -> Sent {
    let mut sent = Sent {
        scopes: Vec::new(),
        ..Sent::default()
    };
    for (name, value) in pairs {
        match name.as_str() {
            "name" => sent.name = value,
            "scope" => sent.scopes.extend(TokenScope::from_word(&value)),
            "only" => sent.only = value,
            "days" => sent.days = value,
            _ => {}
        }
    }
    sent
}

async fn view(
    visit: &Visit,
    sent: Sent,
    problems: Vec<String>,
    made: Option<String>,
) -> Result<Tokens, Problem> {
    let person = &visit.person;
    let tokens = visit.store().tokens(&person.client, &person.id, visit.now);
    let client = |id: &ClientId| visit.named(id).name;
    let rows = tokens.await?.into_iter().map(|token| Row {
        scopes: words(&token.limits),
        only: token.limits.only.as_ref().map(client),
        id: token.id,
        name: token.name,
        made_at: token.made_at,
        expires_at: token.expires_at,
        used_at: token.used_at,
    });
    let choice = |scope: TokenScope| Choice {
        word: scope.word(),
        says: scope.says(),
        is_on: sent.scopes.contains(&scope),
    };
    Ok(Tokens {
        frame: visit.own_frame(),
        rows: rows.collect(),
        made,
        is_fresh: visit.is_fresh(),
        proved_at: visit.proved_at,
        problems,
        scopes: TokenScope::ALL.into_iter().map(choice).collect(),
        clients: visit.clients.iter().map(named).collect(),
        name: sent.name,
        only: sent.only,
        days: sent.days,
    })
}

fn words(limits: &Limits) -> String {
    let words: Vec<&str> = limits.scopes.iter().map(|scope| scope.word()).collect();
    words.join(", ")
}
