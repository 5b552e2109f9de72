//! Asks for a permit before a request is answered: what the address needs, and whether the person
//! who is signed in may do that. The rule is `duly_core::permit::may`; what is refused is told
//! here.

use axum::extract::{FromRequestParts, RawPathParams, Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use duly_core::id::ClientId;
use duly_core::permit::{Action, Refusal, Thing, Who, may};
use duly_store::Person;
use jiff::Timestamp;

use crate::page::today::encoded;
use crate::problem::{self, Problem};
use crate::session::SignedIn;

/// What an address needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Need {
    /// What is done there.
    pub action: Action,
    /// To what.
    pub about: About,
}

/// What an address is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// The installation, or all clients together.
    Everything,
    /// The client that `{client}` in the path names.
    Client,
    /// Whatever the person may see: all clients for staff, their own for somebody of a client. The
    /// handler finds nothing else in its visit.
    Home,
    /// What belongs to the person alone.
    Own,
}

impl Need {
    /// Whether this person may, at an address whose `{client}` is this.
    ///
    /// # Errors
    ///
    /// Why not.
    pub fn allows(
        &self,
        person: &Person,
        client: Option<&ClientId>,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        self.allows_whom(person.who(now), client)
    }

    /// The same for whoever asks, be it through a token.
    ///
    /// # Errors
    ///
    /// Why not.
    pub fn allows_whom(&self, who: Who<'_>, client: Option<&ClientId>) -> Result<(), Refusal> {
        let only = who.limits.and_then(|limits| limits.only.as_ref());
        let thing = match (self.about, client) {
            (About::Client, Some(client)) => Thing::Client(client),
            (About::Client, None) | (About::Everything, _) => Thing::Everything,
            (About::Home, _) => Thing::Client(only.unwrap_or(who.home)),
            (About::Own, _) => Thing::Own,
        };
        may(who, self.action, thing)
    }
}

/// Lets only those through who may. Reading a page leads others to sign-in, and somebody of a
/// client from the first page to their own; anything else is refused.
pub(crate) async fn required(State(need): State<Need>, request: Request, next: Next) -> Response {
    let Some(signed_in) = request.extensions().get::<SignedIn>().cloned() else {
        return if leads_on(&request) {
            Redirect::to("/sign-in").into_response()
        } else {
            problem::not_signed_in().into_response()
        };
    };
    let (mut parts, body) = request.into_parts();
    let client = match RawPathParams::from_request_parts(&mut parts, &()).await {
        // No id holds a NUL, and one of the databases takes no text with one.
        Ok(names) if names.iter().any(|(_, value)| value.contains('\0')) => {
            return problem::not_found().into_response();
        }
        Ok(names) => names
            .iter()
            .find(|(name, _)| *name == "client")
            .map(|(_, client)| ClientId::from(client)),
        Err(error) => return Problem::unexpected(error).into_response(),
    };
    let request = Request::from_parts(parts, body);
    let person = &signed_in.person;
    match need.allows_whom(signed_in.who(), client.as_ref()) {
        Ok(()) => next.run(request).await,
        Err(Refusal::NotThisRole) if is_first_page(&request) && !is_of_provider(person) => {
            let own = format!("/clients/{}", encoded(person.client.as_str()));
            Redirect::to(&own).into_response()
        }
        Err(refusal) => refused(refusal).into_response(),
    }
}

/// A refusal as a person sees it. What is another client's is not there.
pub(crate) fn refused(refusal: Refusal) -> Problem {
    match refusal {
        Refusal::NoLonger => problem::not_signed_in(),
        Refusal::NotThisRole => problem::not_for_this_role(),
        Refusal::NotThisClient => problem::not_found(),
        Refusal::OwnWork => problem::own_work(),
        Refusal::NotThisToken => problem::not_this_token(),
    }
}

fn leads_on(request: &Request) -> bool {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    reads && !problem::wants_json(request.uri().path())
}

fn is_first_page(request: &Request) -> bool {
    leads_on(request) && request.uri().path() == "/"
}

/// Whether somebody is of the provider, and so reaches every client.
pub(crate) fn is_of_provider(person: &Person) -> bool {
    person.client.as_str() == duly_core::scope::Client::PROVIDER
}
