//! Who sends a request: looked up once, from the cookie, for every route; required for most.

use axum::extract::{Request, State};
use axum::http::header::COOKIE;
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use duly_store::{Person, Role};
use jiff::SignedDuration;

use crate::problem::{self, Problem};
use crate::serve::App;
use crate::transport::Transport;
use crate::view::frame::Who;

/// How long somebody stays signed in: a working day, so that a machine left behind is closed the
/// next morning.
pub const SESSION_FOR: SignedDuration = SignedDuration::from_hours(12);

/// The person who is signed in, for whoever handles the request.
#[derive(Clone, Debug)]
pub(crate) struct SignedIn(pub Person);

/// Looks up the session, if there is a cookie. Its person is put on the request for the handlers,
/// and their name on the answer for the page around an error.
pub(crate) async fn recognise(
    State(app): State<App>,
    mut request: Request,
    next: Next,
) -> Response {
    let Some(token) = token(request.headers()) else {
        return next.run(request).await;
    };
    match app.store.session(&token, app.now()).await {
        Ok(Some(session)) => {
            let who = who(&session.person);
            request.extensions_mut().insert(SignedIn(session.person));
            let mut response = next.run(request).await;
            response.extensions_mut().insert(who);
            response
        }
        Ok(None) => next.run(request).await,
        Err(error) => Problem::from(error).into_response(),
    }
}

/// Lets only staff of the provider through. Reading a page leads others to sign-in; anything else
/// is refused. Owners and auditors have no pages of their own yet, and must not see other clients.
pub(crate) async fn required(request: Request, next: Next) -> Response {
    match request.extensions().get::<SignedIn>() {
        Some(SignedIn(person)) if is_staff(person.role) => next.run(request).await,
        Some(_) => problem::not_for_this_role().into_response(),
        None if leads_to_sign_in(&request) => Redirect::to("/sign-in").into_response(),
        None => problem::not_signed_in().into_response(),
    }
}

fn leads_to_sign_in(request: &Request) -> bool {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    reads && !problem::wants_json(request.uri().path())
}

fn is_staff(role: Role) -> bool {
    match role {
        Role::Technician | Role::Manager | Role::Executive => true,
        Role::Owner | Role::Auditor => false,
    }
}

pub(crate) fn who(person: &Person) -> Who {
    let role = match person.role {
        Role::Technician => "technician",
        Role::Manager => "manager",
        Role::Executive => "executive",
        Role::Owner => "owner",
        Role::Auditor => "auditor",
    };
    Who {
        name: person.name.clone(),
        role: role.to_owned(),
    }
}

/// The session's token, from the one cookie that fits how the request came.
pub(crate) fn token(headers: &HeaderMap) -> Option<String> {
    let wanted = Transport::of(headers).cookie_name();
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
