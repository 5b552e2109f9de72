//! Who sends a request: looked up once, for every address; from the cookie, or from the token of a
//! program where the API is asked. Whether they may is [`crate::permit`]'s question.

use axum::extract::{Request, State};
use axum::http::header::COOKIE;
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use duly_core::permit::{Action, Thing, Who as Asks, may};
use duly_store::{Person, Role, Token};
use jiff::{SignedDuration, Timestamp};

use crate::bearer;
use crate::problem::Problem;
use crate::serve::App;
use crate::transport::Transport;
use crate::view::frame::Who;
use crate::words::number::listed;

/// How long somebody stays signed in: a working day, so that a machine left behind is closed the
/// next morning.
pub const SESSION_FOR: SignedDuration = SignedDuration::from_hours(12);

/// The person who is signed in, for whoever handles the request.
#[derive(Clone, Debug)]
pub(crate) struct SignedIn {
    pub person: Person,
    /// The time of the request; everything about it is judged by this one.
    pub at: Timestamp,
    /// Names the session in lists; gives no way in.
    pub session: String,
    /// Since when the session is there.
    pub began_at: Timestamp,
    /// The token through which a program asks for the person.
    pub token: Option<Token>,
}

impl SignedIn {
    /// The person as [`duly_core::permit::may`] asks for them, within the limits of a token.
    pub(crate) fn who(&self) -> Asks<'_> {
        Asks {
            limits: self.token.as_ref().map(|token| &token.limits),
            ..self.person.who(self.at)
        }
    }

    /// Whether they see a thing at all.
    pub(crate) fn sees(&self, thing: Thing<'_>) -> bool {
        may(self.who(), Action::ReadClient, thing).is_ok()
    }
}

/// Looks up the session, if there is a cookie. Its person is put on the request for the handlers,
/// and their name on the answer for the page around an error.
pub(crate) async fn recognise(
    State(app): State<App>,
    mut request: Request,
    next: Next,
) -> Response {
    if bearer::is_asked_with(&request) {
        return bearer::recognise(&app, request, next).await;
    }
    let Some(token) = token(request.headers()) else {
        return next.run(request).await;
    };
    let at = app.now();
    match app.store.session(&token, at).await {
        Ok(Some(session)) => {
            let who = who(&session.person);
            // That it was used is worth a write, and no reason to refuse a page.
            if session.is_to_be_seen
                && is_use(&request)
                && let Err(error) = app.store.see_session(&token, at).await
            {
                tracing::warn!(%error, "it was not kept that a session is in use");
            }
            request.extensions_mut().insert(SignedIn {
                person: session.person,
                at,
                session: session.id,
                began_at: session.began_at,
                token: None,
            });
            let mut response = next.run(request).await;
            response.extensions_mut().insert(who);
            response
        }
        Ok(None) => next.run(request).await,
        Err(error) => Problem::from(error).into_response(),
    }
}

/// Whether somebody is there: a page that follows changes by itself is no use of a session, or one
/// that was left open would never end.
fn is_use(request: &Request) -> bool {
    let by_script = request
        .headers()
        .get("sec-fetch-dest")
        .is_some_and(|destination| destination.as_bytes() == b"empty");
    *request.method() != Method::GET || !by_script
}

pub(crate) fn who(person: &Person) -> Who {
    Who {
        name: person.name.clone(),
        roles: listed(
            &Role::ALL
                .into_iter()
                .filter(|role| person.roles.contains(role))
                .map(|role| role.word().to_owned())
                .collect::<Vec<_>>(),
        ),
    }
}

/// The session's token, from the one cookie that fits how the request came.
pub(crate) fn token(headers: &HeaderMap) -> Option<String> {
    cookie(headers, Transport::of(headers).cookie_name())
}

/// The value of a cookie.
pub(crate) fn cookie(headers: &HeaderMap, wanted: &str) -> Option<String> {
    headers
        .get_all(COOKIE)
        .into_iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == wanted)
        .map(|(_, token)| token.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token_of(host: &'static str, cookies: &'static str) -> Option<String> {
        let mut headers = HeaderMap::new();
        headers.insert("host", host.parse().unwrap());
        headers.insert("cookie", cookies.parse().unwrap());
        token(&headers)
    }

    #[test]
    fn the_token_is_found_among_other_cookies() {
        let found = token_of("localhost", "theme=dark; duly=abc; other=1");
        assert_eq!(found.as_deref(), Some("abc"));
    }

    #[test]
    fn a_cookie_with_a_similar_name_is_not_ours() {
        assert_eq!(token_of("localhost", "xduly=abc; duly-2=def"), None);
    }
}
