//! The first page of signing in, and the password on it.

use axum::extract::{Form, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use duly_core::sign_in::mail::folded;
use duly_proof::hash::Hash;
use duly_store::{Account, Pending, PendingKind, Proved, SignIn, SignedIn, TryOn, Way, WhyRefused};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::{browser_token, hash, lead_on, local, page, tries};
use crate::came::Came;
use crate::problem::{self, Problem};
use crate::serve::App;
use crate::session::SESSION_FOR;
use crate::view::sign_in::{Ask, Stage};

/// How long a right password waits for its code: time to find the telephone.
const CODE_WITHIN: SignedDuration = SignedDuration::from_mins(5);

/// Longest that is looked at of what was typed as an address.
const TYPED_BYTES_MAX: usize = 254;

/// What the address of the page may hold.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    /// Where to lead on to.
    #[serde(default)]
    to: String,
}

/// The form.
#[derive(Debug, Deserialize)]
pub(crate) struct Typed {
    mail: String,
    password: String,
    #[serde(default)]
    to: String,
}

/// What waits for a code.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct HalfWay {
    pub(super) mail: String,
    /// The known browser's hash, in hexadecimal, if it is one.
    pub(super) known: Option<String>,
}

impl HalfWay {
    /// What a wrong try counts against.
    pub(super) fn tries(&self, came: &Came) -> Vec<TryOn> {
        let known = self.known.as_deref().and_then(Hash::from_hex);
        let account = match known {
            Some(browser) => TryOn::Browser(self.mail.clone(), browser),
            None => TryOn::Account(self.mail.clone()),
        };
        vec![came.address_try(), account]
    }
}

/// `GET /sign-in`.
pub(crate) async fn ask(
    State(app): State<App>,
    came: Came,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let ask = Ask::new(&app.access, &came.origin, local(&asked.to));
    page(&app, StatusCode::OK, Stage::Ask(ask))
}

/// `POST /sign-in`: the password, and what comes after it.
pub(crate) async fn take(
    State(app): State<App>,
    came: Came,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let now = app.now();
    let address = folded(&typed.mail).unwrap_or_else(|| typed.mail.trim().to_lowercase());
    if address.len() > TYPED_BYTES_MAX {
        return Err(problem::bad_request());
    }
    let known = match &came.browser {
        Some(token) => app.store.known_browser(token, &address, now).await?,
        None => None,
    };
    let half_way = HalfWay {
        mail: address,
        known: known.map(|hash| hash.to_hex()),
    };
    if let Some(answer) = tries(&app, &came, &half_way.tries(&came)).await? {
        return Ok(answer);
    }
    // From here on whoever exists and whoever does not cost the same: one look-up, one hash, one
    // entry.
    let account = app.store.account_by_mail(&half_way.mail).await?;
    let phc = account.as_ref().and_then(|account| account.phc.clone());
    let fits = hash::fits(&app, phc, typed.password.clone()).await?;
    match account {
        Some(account) if fits && account.codes_at.is_some() => {
            wait_for_code(&app, &account, &half_way, &typed.to).await
        }
        Some(account) if fits => begin(&app, &came, &account, &half_way, typed).await,
        account => {
            let why = match &account {
                None => WhyRefused::NoSuchPerson,
                Some(account) if account.phc.is_none() => WhyRefused::NoPassword,
                Some(_) => WhyRefused::WrongPassword,
            };
            let person = account.as_ref().map(|account| &account.person);
            let person = person.map(|person| (&person.client, &person.id));
            app.store
                .refuse_sign_in(person, Way::Password, why, &came.visitor, now)
                .await?;
            wrong(&app, &came, typed)
        }
    }
}

async fn wait_for_code(
    app: &App,
    account: &Account,
    half_way: &HalfWay,
    to: &str,
) -> Result<Response, Problem> {
    let person = &account.person;
    let pending = Pending {
        person: Some((person.client.clone(), person.id.clone())),
        document: serde_json::to_string(half_way).map_err(Problem::unexpected)?,
    };
    let token = app
        .store
        .begin_pending(PendingKind::Code, pending, CODE_WITHIN, app.now())
        .await?
        .ok_or_else(problem::too_many_half_way)?;
    let stage = Stage::Code {
        token,
        to: local(to).to_owned(),
        problem: None,
    };
    page(app, StatusCode::OK, stage)
}

async fn begin(
    app: &App,
    came: &Came,
    account: &Account,
    half_way: &HalfWay,
    typed: Typed,
) -> Result<Response, Problem> {
    let now = app.now();
    let person = &account.person;
    let browser = browser_token(came)?;
    let sign_in = SignIn {
        client: person.client.clone(),
        person: person.id.clone(),
        proved: Proved::Password,
        visitor: came.visitor.clone(),
        browser: Some(browser.clone()),
        tries: half_way.tries(came),
    };
    match app.store.sign_in(sign_in, SESSION_FOR, now).await? {
        SignedIn::Refused(_) => wrong(app, came, typed),
        SignedIn::Began(session) => {
            strengthen(app, account, typed.password).await?;
            lead_on(app, came, &session, Some(&browser), &typed.to).await
        }
    }
}

/// Hashes a password anew that was hashed at a lower cost than today's.
async fn strengthen(app: &App, account: &Account, password: String) -> Result<(), Problem> {
    let Some(old) = account.phc.clone().filter(|phc| hash::is_outdated(phc)) else {
        return Ok(());
    };
    let new = hash::hashed(app, password).await?;
    let person = &account.person;
    app.store
        .strengthen_password(&person.client, &person.id, old, new)
        .await?;
    Ok(())
}

fn wrong(app: &App, came: &Came, typed: Typed) -> Result<Response, Problem> {
    let mut ask = Ask::new(&app.access, &came.origin, local(&typed.to));
    ask.mail = typed.mail;
    ask.problem = Some("This mail address and this password do not belong together.".to_owned());
    page(app, StatusCode::UNPROCESSABLE_ENTITY, Stage::Ask(ask))
}
