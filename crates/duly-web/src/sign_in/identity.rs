//! Signing in through an identity provider (OpenID Connect): the code flow with PKCE, state and
//! nonce. Who comes back is let in only if they were invited by that mail address, and from then on
//! by the provider's own name for them.
//!
//! Everything the provider says is fetched when it is needed: two requests to begin, three to end.
//! That is slower than keeping its keys, and follows it when it changes them.

use std::time::Duration;

use axum::extract::{Query, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use duly_core::id::{ClientId, PersonId};
use duly_core::scope::Client;
use duly_core::sign_in::mail::folded;
use duly_store::{Pending, PendingKind, Proved, SignIn, SignedIn, Way, WhyRefused};
use jiff::SignedDuration;
use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreProviderMetadata};
use openidconnect::{
    AccessTokenHash, AuthorizationCode, ClientId as RegisteredId, ClientSecret, CsrfToken,
    EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, IssuerUrl, Nonce,
    OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope,
    TokenResponse as _,
};
use serde::{Deserialize, Serialize};

use super::{browser_token, lead_on, local, page, tries};
use crate::access::{IDENTITY_SECRET, IdentityProvider};
use crate::came::Came;
use crate::problem::{self, Problem};
use crate::serve::App;
use crate::session::{SESSION_FOR, cookie};
use crate::view::sign_in::Stage;

/// How long somebody may take at the provider: to find a password and a telephone there.
const AWAY_FOR: SignedDuration = SignedDuration::from_mins(10);

/// Longest that one request to the provider may take.
const REQUEST_WITHIN: Duration = Duration::from_secs(8);

/// Longest answer of the provider that is read: a set of keys has some kilobytes.
const ANSWER_BYTES_MAX: u64 = 512 * 1024;

/// Longest code and state that are looked at.
const PARAMETER_BYTES_MAX: usize = 4 * 1024;

/// Where the provider sends people back to.
const BACK: &str = "/sign-in/identity/answer";

/// What the address may hold.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    to: String,
}

/// What the provider's answer is held against.
#[derive(Debug, Serialize, Deserialize)]
struct Away {
    state: String,
    nonce: String,
    verifier: String,
    to: String,
}

/// What the provider says about whoever came.
struct Said {
    subject: String,
    mail: Option<String>,
}

/// One provider and one secret, for one request; everything here blocks.
struct Speaker {
    provider: IdentityProvider,
    secret: String,
    back: String,
}

/// A client that knows where to send people and where to ask for tokens.
type Ready = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// `GET /sign-in/identity`: sends the browser to the provider.
pub(crate) async fn begin(
    State(app): State<App>,
    came: Came,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    came.in_private()?;
    let speaker = speaker(&app).await?;
    if let Some(answer) = tries(&app, &came, &[came.beginning()]).await? {
        return Ok(answer);
    }
    let (address, mut away) = on_a_thread(move || speaker.begin()).await?;
    local(&asked.to).clone_into(&mut away.to);
    let pending = Pending {
        person: None,
        document: serde_json::to_string(&away).map_err(Problem::unexpected)?,
    };
    let token = app
        .store
        .begin_pending(PendingKind::Identity, pending, AWAY_FOR, app.now())
        .await?
        .ok_or_else(problem::too_many_half_way)?;
    let transport = came.transport;
    let name = transport.identity_cookie_name();
    let kept = transport.cookie(name, &token, AWAY_FOR.as_secs());
    let kept = HeaderValue::from_str(&kept).map_err(Problem::unexpected)?;
    Ok(([(SET_COOKIE, kept)], Redirect::to(&address)).into_response())
}

/// What the provider sends back with the browser.
#[derive(Debug, Deserialize)]
pub(crate) struct Sent {
    #[serde(default)]
    code: String,
    #[serde(default)]
    state: String,
}

/// `GET /sign-in/identity/answer`: who came back.
pub(crate) async fn answer(
    State(app): State<App>,
    came: Came,
    headers: HeaderMap,
    Query(sent): Query<Sent>,
) -> Result<Response, Problem> {
    came.in_private()?;
    let speaker = speaker(&app).await?;
    let provider = speaker.provider.clone();
    if let Some(answer) = tries(&app, &came, &[came.address_try()]).await? {
        return Ok(answer);
    }
    let is_long = sent.code.len() > PARAMETER_BYTES_MAX || sent.state.len() > PARAMETER_BYTES_MAX;
    let away = match cookie(&headers, came.transport.identity_cookie_name()) {
        Some(token) if !is_long => {
            let kind = PendingKind::Identity;
            app.store.end_pending(kind, &token, app.now()).await?
        }
        _ => None,
    };
    let away: Option<Away> = away.and_then(|found| serde_json::from_str(&found.document).ok());
    // Another state than this browser was sent away with: somebody else's answer.
    let Some(away) = away.filter(|away| !sent.code.is_empty() && away.state == sent.state) else {
        return refuse(&app, &came, &provider, None, WhyRefused::WrongAnswer).await;
    };
    let to = away.to.clone();
    let said = on_a_thread(move || speaker.end(sent.code, away)).await;
    let said = match said {
        Ok(Some(said)) => said,
        Ok(None) => return refuse(&app, &came, &provider, None, WhyRefused::WrongAnswer).await,
        Err(problem) => return Err(problem),
    };
    let Some((client, person)) = whose(&app, &provider, &said).await? else {
        return refuse(&app, &came, &provider, None, WhyRefused::NotInvited).await;
    };
    let browser = browser_token(&came)?;
    let sign_in = SignIn {
        client,
        person,
        proved: Proved::Identity {
            issuer: provider.issuer.clone(),
            subject: said.subject,
        },
        visitor: came.visitor.clone(),
        browser: Some(browser.clone()),
        tries: vec![came.address_try()],
    };
    match app.store.sign_in(sign_in, SESSION_FOR, app.now()).await? {
        SignedIn::Began(session) => lead_on(&app, &came, &session, Some(&browser), &to).await,
        SignedIn::Refused(_) => not_by_identity(&app, &provider),
    }
}

/// Who is meant: whoever came by this subject before, else whoever was invited by this address.
async fn whose(
    app: &App,
    provider: &IdentityProvider,
    said: &Said,
) -> Result<Option<(ClientId, PersonId)>, Problem> {
    let known = app
        .store
        .person_of_subject(&provider.issuer, &said.subject)
        .await?;
    if known.is_some() {
        return Ok(known);
    }
    let Some(mail) = said.mail.as_deref().and_then(folded) else {
        return Ok(None);
    };
    let invited = app.store.person_by_mail(&mail).await?;
    Ok(invited.map(|person| (person.client, person.id)))
}

async fn refuse(
    app: &App,
    came: &Came,
    provider: &IdentityProvider,
    person: Option<(&ClientId, &PersonId)>,
    why: WhyRefused,
) -> Result<Response, Problem> {
    let way = Way::IdentityProvider;
    app.store
        .refuse_sign_in(person, way, why, &came.visitor, app.now())
        .await?;
    not_by_identity(app, provider)
}

fn not_by_identity(app: &App, provider: &IdentityProvider) -> Result<Response, Problem> {
    let provider = provider.name.clone();
    page(
        app,
        StatusCode::FORBIDDEN,
        Stage::NotByIdentity { provider },
    )
}

async fn speaker(app: &App) -> Result<Speaker, Problem> {
    let access = &app.access;
    let provider = access.identity.clone().ok_or_else(problem::not_found)?;
    let origin = access.origin.clone().ok_or_else(problem::not_found)?;
    let home = ClientId::from(Client::PROVIDER);
    let secret = app.store.secret_open(&home, IDENTITY_SECRET).await?;
    let secret = secret.and_then(|bytes| String::from_utf8(bytes).ok());
    let secret = secret.ok_or_else(|| silent("no secret is sealed for the identity provider"))?;
    Ok(Speaker {
        provider,
        secret,
        back: format!("{origin}{BACK}"),
    })
}

impl Speaker {
    /// What the provider says of itself now.
    fn client(&self) -> Result<Ready, Problem> {
        let issuer = IssuerUrl::new(self.provider.issuer.clone()).map_err(silent)?;
        let metadata = CoreProviderMetadata::discover(&issuer, &ask).map_err(silent)?;
        let back = RedirectUrl::new(self.back.clone()).map_err(silent)?;
        let client = CoreClient::from_provider_metadata(
            metadata,
            RegisteredId::new(self.provider.client_id.clone()),
            Some(ClientSecret::new(self.secret.clone())),
        );
        Ok(client.set_redirect_uri(back))
    }

    fn begin(self) -> Result<(String, Away), Problem> {
        let client = self.client()?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let (address, state, nonce) = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                CsrfToken::new_random,
                Nonce::new_random,
            )
            .add_scope(Scope::new("email".to_owned()))
            .set_pkce_challenge(challenge)
            .url();
        let away = Away {
            state: state.secret().clone(),
            nonce: nonce.secret().clone(),
            verifier: verifier.secret().clone(),
            to: String::new(),
        };
        Ok((address.to_string(), away))
    }

    /// Who came, or nothing when the answer does not hold.
    fn end(self, code: String, away: Away) -> Result<Option<Said>, Problem> {
        let client = self.client()?;
        let exchange = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(silent)?
            .set_pkce_verifier(PkceCodeVerifier::new(away.verifier));
        let tokens = match exchange.request(&ask) {
            Ok(tokens) => tokens,
            Err(error) => {
                tracing::info!(%error, "the identity provider did not take a code");
                return Ok(None);
            }
        };
        let Some(token) = tokens.id_token() else {
            return Ok(None);
        };
        let verifier = client.id_token_verifier();
        let claims = match token.claims(&verifier, &Nonce::new(away.nonce)) {
            Ok(claims) => claims,
            Err(error) => {
                tracing::info!(%error, "an identity token does not hold");
                return Ok(None);
            }
        };
        if let Some(expected) = claims.access_token_hash() {
            let algorithm = token.signing_alg().map_err(silent)?;
            let key = token.signing_key(&verifier).map_err(silent)?;
            let found = AccessTokenHash::from_token(tokens.access_token(), algorithm, key);
            if found.map_err(silent)? != *expected {
                return Ok(None);
            }
        }
        let subject = claims.subject().to_string();
        let mut mail = claims.email().map(|mail| mail.to_string());
        let mut is_verified = claims.email_verified();
        if mail.is_none() {
            // Many providers put addresses only here.
            let asked = client.user_info(
                tokens.access_token().clone(),
                Some(claims.subject().clone()),
            );
            let told: openidconnect::core::CoreUserInfoClaims = match asked {
                Ok(asked) => asked.request(&ask).map_err(silent)?,
                Err(_) => {
                    return Ok(Some(Said {
                        subject,
                        mail: None,
                    }));
                }
            };
            mail = told.email().map(|mail| mail.to_string());
            is_verified = told.email_verified();
        }
        let is_good = is_verified == Some(true)
            || (is_verified.is_none() && self.provider.takes_unverified_mail);
        Ok(Some(Said {
            subject,
            mail: mail.filter(|_| is_good),
        }))
    }
}

/// The provider cannot be used; the log of the program says why.
fn silent(cause: impl ToString) -> Problem {
    problem::identity_provider_silent().because(cause)
}

/// Asks the provider, without following it elsewhere.
fn ask(request: HttpRequest) -> Result<HttpResponse, ureq::Error> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .timeout_global(Some(REQUEST_WITHIN))
        .build()
        .into();
    let (parts, mut body) = agent.run(request)?.into_parts();
    let bytes = body.with_config().limit(ANSWER_BYTES_MAX).read_to_vec()?;
    Ok(HttpResponse::from_parts(parts, bytes))
}

async fn on_a_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(Problem::unexpected)?
}
