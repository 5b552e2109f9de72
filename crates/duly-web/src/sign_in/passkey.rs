//! Passkeys: challenges are made here and answers checked, by `webauthn-rs`; between the two the
//! challenge waits in the store. Any passkey that is found on a device signs in, without a name
//! typed first, so nobody learns who has one.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use duly_core::id::{ClientId, PersonId};
use duly_proof::hash::hash_parts;
use duly_store::{
    Error as StoreError, FirstProof, NewPasskey, Pending, PendingKind, Person, Proved, SignIn,
    SignedIn, Taking, TryOn, Way, WhyRefused, random_id,
};
use jiff::SignedDuration;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use webauthn_rs::prelude::{
    CreationChallengeResponse, DiscoverableAuthentication, Passkey, PasskeyRegistration,
    PublicKeyCredential, RegisterPublicKeyCredential, Url, Uuid, Webauthn, WebauthnBuilder,
};

use super::{browser_token, cookies, local};
use crate::came::Came;
use crate::page::visit::Visit;
use crate::problem::{self, Problem};
use crate::serve::App;
use crate::session::SESSION_FOR;

/// How long a challenge waits: time to find a key and to put a finger on it.
const ANSWER_WITHIN: SignedDuration = SignedDuration::from_mins(5);

/// Longest name of a passkey.
const NAME_CHARS_MAX: usize = 60;

/// Who relies on the passkeys: duly at its public address.
fn relying_party(came: &Came) -> Result<Webauthn, Problem> {
    let origin = came
        .origin
        .as_deref()
        .ok_or_else(problem::no_passkeys_here)?;
    let url = Url::parse(origin).map_err(Problem::unexpected)?;
    let domain = url.domain().ok_or_else(problem::no_passkeys_here)?;
    WebauthnBuilder::new(domain, &url)
        .map(|builder| builder.rp_name("duly"))
        .and_then(WebauthnBuilder::build)
        .map_err(Problem::unexpected)
}

/// By what authenticators know a person: nothing that tells who it is.
fn handle(client: &ClientId, person: &PersonId) -> Uuid {
    let parts: [&[u8]; 3] = [
        b"duly-passkey1",
        client.as_str().as_bytes(),
        person.as_str().as_bytes(),
    ];
    let mut bytes = [0; 16];
    for (to, from) in bytes.iter_mut().zip(hash_parts(&parts).0) {
        *to = from;
    }
    Uuid::from_bytes(bytes)
}

/// What a browser sends back.
#[derive(Debug, Deserialize)]
pub(crate) struct Answer<T> {
    token: String,
    credential: T,
    #[serde(default)]
    name: String,
    #[serde(default)]
    to: String,
}

async fn limited(app: &App, came: &Came, on: TryOn) -> Result<(), Problem> {
    match app
        .store
        .take_tries(&[on], &came.visitor, app.now())
        .await?
    {
        Taking::Taken => Ok(()),
        Taking::TooMany { .. } => Err(problem::too_many_tries()),
    }
}

/// Keeps a challenge; what the browser gets.
async fn asked(
    app: &App,
    kind: PendingKind,
    person: Option<(ClientId, PersonId)>,
    state: &impl Serialize,
    options: Value,
) -> Result<Response, Problem> {
    let pending = Pending {
        person,
        document: serde_json::to_string(state).map_err(Problem::unexpected)?,
    };
    let token = app
        .store
        .begin_pending(kind, pending, ANSWER_WITHIN, app.now())
        .await?
        .ok_or_else(problem::too_many_half_way)?;
    Ok(Json(json!({ "token": token, "options": options })).into_response())
}

/// Takes a challenge back, once.
async fn state<T: DeserializeOwned>(
    app: &App,
    kind: PendingKind,
    token: &str,
) -> Result<(Option<(ClientId, PersonId)>, T), Problem> {
    let found = app.store.end_pending(kind, token, app.now()).await?;
    let found = found.ok_or_else(problem::wrong_passkey)?;
    let state = serde_json::from_str(&found.document).map_err(Problem::unexpected)?;
    Ok((found.person, state))
}

/// `POST /sign-in/passkey/options`: a challenge for whichever passkey answers.
pub(crate) async fn sign_in_options(
    State(app): State<App>,
    came: Came,
) -> Result<Response, Problem> {
    let party = relying_party(&came)?;
    limited(&app, &came, came.beginning()).await?;
    let (options, state) = party
        .start_discoverable_authentication()
        .map_err(Problem::unexpected)?;
    let mut options = serde_json::to_value(options).map_err(Problem::unexpected)?;
    // A button was pressed for it, so the browser may ask at once.
    if let Some(options) = options.as_object_mut() {
        options.remove("mediation");
    }
    asked(&app, PendingKind::Passkey, None, &state, options).await
}

/// `POST /sign-in/passkey`: the answer.
pub(crate) async fn sign_in(
    State(app): State<App>,
    came: Came,
    Json(answer): Json<Answer<PublicKeyCredential>>,
) -> Result<Response, Problem> {
    let party = relying_party(&came)?;
    limited(&app, &came, came.address_try()).await?;
    let (_, challenge) = state(&app, PendingKind::Passkey, &answer.token).await?;
    let now = app.now();
    let proved = check(&app, &party, challenge, &answer.credential).await?;
    let Checked { person, holds } = proved;
    let Some(proved) = holds else {
        let whose = person.as_ref().map(|person| (&person.client, &person.id));
        let why = WhyRefused::WrongPasskey;
        app.store
            .refuse_sign_in(whose, Way::Passkey, why, &came.visitor, now)
            .await?;
        return Err(problem::wrong_passkey());
    };
    let person = person.ok_or_else(problem::wrong_passkey)?;
    let browser = browser_token(&came)?;
    let sign_in = SignIn {
        client: person.client,
        person: person.id,
        proved,
        visitor: came.visitor.clone(),
        browser: Some(browser.clone()),
        tries: vec![came.address_try()],
    };
    match app.store.sign_in(sign_in, SESSION_FOR, now).await? {
        SignedIn::Refused(_) => Err(problem::wrong_passkey()),
        SignedIn::Began(session) => {
            let to = local(&answer.to).to_owned();
            begun(&app, &came, &session, &browser, &to).await
        }
    }
}

/// A session for a script, which then leads on by itself.
async fn begun(
    app: &App,
    came: &Came,
    session: &str,
    browser: &str,
    to: &str,
) -> Result<Response, Problem> {
    let mut response = Json(json!({ "to": to })).into_response();
    for (name, value) in cookies(app, came, session, Some(browser)).await? {
        response.headers_mut().append(name, value);
    }
    Ok(response)
}

/// Whose passkey answered, if anybody's, and whether the answer holds.
struct Checked {
    person: Option<Person>,
    holds: Option<Proved>,
}

async fn check(
    app: &App,
    party: &Webauthn,
    challenge: DiscoverableAuthentication,
    credential: &PublicKeyCredential,
) -> Result<Checked, Problem> {
    let nobody = Checked {
        person: None,
        holds: None,
    };
    let Ok((named, id)) = party.identify_discoverable_authentication(credential) else {
        return Ok(nobody);
    };
    let Some((person, kept)) = app.store.passkey_of_credential(id).await? else {
        return Ok(nobody);
    };
    let mut passkey: Passkey = serde_json::from_str(&kept.document).map_err(Problem::unexpected)?;
    let answer = party.finish_discoverable_authentication_v2(credential, challenge, &passkey);
    let holds = match answer {
        Ok(result) if named == handle(&person.client, &person.id) && result.user_verified() => {
            let document = match passkey.update_credential(&result) {
                Some(true) => Some(serde_json::to_string(&passkey).map_err(Problem::unexpected)?),
                _ => None,
            };
            Some(Proved::Passkey {
                passkey: kept.id,
                document,
            })
        }
        Ok(_) => None,
        Err(error) => {
            tracing::info!(%error, "a passkey's answer does not hold");
            None
        }
    };
    Ok(Checked {
        person: Some(person),
        holds,
    })
}

/// A challenge for a new passkey of a person.
async fn new_options(app: &App, came: &Came, person: &Person) -> Result<Response, Problem> {
    let party = relying_party(came)?;
    limited(app, came, came.beginning()).await?;
    let kept = app.store.passkeys(&person.client, &person.id).await?;
    let mut known = Vec::with_capacity(kept.len());
    for one in kept {
        let passkey: Passkey = serde_json::from_str(&one.document).map_err(Problem::unexpected)?;
        known.push(passkey.cred_id().clone());
    }
    let name = person.mail.as_deref().unwrap_or(&person.name);
    let (options, state): (CreationChallengeResponse, PasskeyRegistration) = party
        .start_passkey_registration(
            handle(&person.client, &person.id),
            name,
            &person.name,
            Some(known),
        )
        .map_err(Problem::unexpected)?;
    let mut options = serde_json::to_value(options).map_err(Problem::unexpected)?;
    // The device has to remember whose it is, since no name is typed when signing in.
    let selection = options.pointer_mut("/publicKey/authenticatorSelection");
    if let Some(selection) = selection.and_then(Value::as_object_mut) {
        selection.insert("residentKey".to_owned(), "required".into());
        selection.insert("requireResidentKey".to_owned(), true.into());
    }
    let whose = Some((person.client.clone(), person.id.clone()));
    asked(app, PendingKind::NewPasskey, whose, &state, options).await
}

/// The passkey that answered a challenge for this person.
async fn made(
    app: &App,
    came: &Came,
    person: &Person,
    answer: &Answer<RegisterPublicKeyCredential>,
) -> Result<NewPasskey, Problem> {
    let party = relying_party(came)?;
    let (whose, challenge): (_, PasskeyRegistration) =
        state(app, PendingKind::NewPasskey, &answer.token).await?;
    if whose != Some((person.client.clone(), person.id.clone())) {
        return Err(problem::wrong_passkey());
    }
    let passkey = party
        .finish_passkey_registration(&answer.credential, &challenge)
        .map_err(|error| {
            tracing::info!(%error, "a new passkey's answer does not hold");
            problem::wrong_passkey()
        })?;
    let typed: String = answer.name.trim().chars().take(NAME_CHARS_MAX).collect();
    let name = if typed.is_empty() {
        let browser = came.visitor.browser.clone();
        browser.unwrap_or_else(|| "passkey".to_owned())
    } else {
        typed
    };
    Ok(NewPasskey {
        id: random_id()?,
        credential: passkey.cred_id().to_vec(),
        name,
        document: serde_json::to_string(&passkey).map_err(Problem::unexpected)?,
    })
}

/// `POST /account/passkey/options`.
pub(crate) async fn account_options(
    visit: Visit,
    came: Came,
    State(app): State<App>,
) -> Result<Response, Problem> {
    if !visit.is_fresh() {
        return Err(problem::prove_again());
    }
    new_options(&app, &came, &visit.person).await
}

/// `POST /account/passkey`: adds it.
pub(crate) async fn account_add(
    visit: Visit,
    came: Came,
    State(app): State<App>,
    Json(answer): Json<Answer<RegisterPublicKeyCredential>>,
) -> Result<Response, Problem> {
    if !visit.is_fresh() {
        return Err(problem::prove_again());
    }
    let person = &visit.person;
    let new = made(&app, &came, person, &answer).await?;
    let added = app
        .store
        .add_passkey(&person.client, &person.id, new, visit.now)
        .await;
    match added {
        Ok(()) => Ok(Json(json!({ "to": "/account" })).into_response()),
        Err(StoreError::Taken { .. }) => Err(problem::wrong_passkey()),
        Err(error) => Err(error.into()),
    }
}

/// `POST /invitation/{token}/passkey/options`.
pub(crate) async fn invitation_options(
    State(app): State<App>,
    came: Came,
    Path(token): Path<String>,
) -> Result<Response, Problem> {
    let invited = app.store.invitation(&token, app.now()).await?;
    let invited = invited.ok_or_else(problem::not_found)?;
    new_options(&app, &came, &invited.person).await
}

/// `POST /invitation/{token}/passkey`: adds it, uses the invitation up and signs in.
pub(crate) async fn invitation_accept(
    State(app): State<App>,
    came: Came,
    Path(token): Path<String>,
    Json(answer): Json<Answer<RegisterPublicKeyCredential>>,
) -> Result<Response, Problem> {
    let invited = app.store.invitation(&token, app.now()).await?;
    let invited = invited.ok_or_else(problem::not_found)?;
    let proof = FirstProof::Passkey(made(&app, &came, &invited.person, &answer).await?);
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
        .await?
        .ok_or_else(problem::not_found)?;
    begun(&app, &came, &session, &browser, "/account").await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn authenticators_know_people_apart_and_nothing_of_them() {
        let tess = handle(&"provider".into(), &"p-tess".into());
        assert_eq!(tess, handle(&"provider".into(), &"p-tess".into()));
        assert_ne!(tess, handle(&"provider".into(), &"p-mara".into()));
        assert_ne!(tess, handle(&"providerp".into(), &"-tess".into()));
        assert!(!tess.to_string().contains("tess"));
    }
}
