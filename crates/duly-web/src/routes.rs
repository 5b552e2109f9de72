//! Every address there is: a table in which each names what it needs. [`crate::permit`] asks for
//! it before the handler is reached, and the test that walks every address as every role reads the
//! same table.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::http::Method;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodFilter, MethodRouter, on};
use duly_core::permit::Action;

use crate::page::{
    answer, client, clients, close, connections, messages, pack, process, processes, proof, proofs,
    ticket, today, verification, verifications,
};
use crate::permit::{self, About, Need};
use crate::serve::{App, BODY_BYTES_MAX, PACK_WITHIN, REQUEST_WITHIN, within};
use crate::{api, asset, changes, problem, sign_in};

/// An address, as the table has it.
#[derive(Clone, Debug)]
pub struct Address {
    /// `GET` or another method.
    pub method: Method,
    /// With `{names}` where ids stand.
    pub path: &'static str,
    /// What it takes; nothing for addresses that everybody may ask for.
    pub need: Option<Need>,
}

/// A line of the table: an address and what answers.
pub(crate) struct Line {
    address: Address,
    answers: MethodRouter<App>,
    within: std::time::Duration,
    body_bytes_max: usize,
}

impl Line {
    /// A page or document that is read, for whoever may do `action` about that.
    pub(crate) fn get<H, T>(path: &'static str, action: Action, about: About, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        Self::of(Method::GET, path, Some(Need { action, about }), handler)
    }

    /// An act, for whoever may do `action` about that.
    pub(crate) fn post<H, T>(path: &'static str, action: Action, about: About, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        Self::of(Method::POST, path, Some(Need { action, about }), handler)
    }

    /// Something for whoever comes.
    pub(crate) fn open<H, T>(method: Method, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        Self::of(method, path, None, handler)
    }

    fn of<H, T>(method: Method, path: &'static str, need: Option<Need>, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        let filter = MethodFilter::try_from(method.clone()).unwrap_or(MethodFilter::GET);
        Self {
            address: Address { method, path, need },
            answers: on(filter, handler),
            within: REQUEST_WITHIN,
            body_bytes_max: BODY_BYTES_MAX,
        }
    }

    /// It may take this long instead.
    pub(crate) fn within(mut self, limit: std::time::Duration) -> Self {
        self.within = limit;
        self
    }

    /// It may bear a body of this size instead.
    #[expect(dead_code, reason = "the first upload uses it")]
    pub(crate) fn with_body(mut self, bytes_max: usize) -> Self {
        self.body_bytes_max = bytes_max;
        self
    }

    fn put_on(self, router: Router<App>) -> Router<App> {
        let mut answers = self
            .answers
            .layer(DefaultBodyLimit::max(self.body_bytes_max))
            .route_layer(from_fn_with_state(self.within, within));
        // The last one is the outermost: nothing is read of a request that may not be made.
        if let Some(need) = self.address.need {
            answers = answers.route_layer(from_fn_with_state(need, permit::required));
        }
        router.route(self.address.path, answers)
    }
}

/// All of them as a router.
pub(crate) fn all() -> Router<App> {
    table()
        .into_iter()
        .fold(Router::new(), |router, line| line.put_on(router))
        .fallback(async || problem::not_found())
}

/// All of them as data.
#[must_use]
pub fn addresses() -> Vec<Address> {
    table().into_iter().map(|line| line.address).collect()
}

fn table() -> Vec<Line> {
    let mut lines = work();
    lines.extend(clients_and_proofs());
    lines.extend(telling());
    lines.extend(programs());
    lines.extend(for_everybody());
    lines
}

/// Tickets and what is done to them.
fn work() -> Vec<Line> {
    use About::{Client, Everything, Home};
    vec![
        Line::get("/", Action::ReadQueue, Everything, today::show),
        Line::get("/changes", Action::ReadClient, Home, changes::listen),
        Line::get(
            "/clients/{client}/tickets/{ticket}",
            Action::ReadClient,
            Client,
            ticket::show,
        ),
        Line::post(
            "/clients/{client}/tickets/{ticket}/steps/{step}",
            Action::DoWork,
            Client,
            answer::take,
        ),
        Line::post(
            "/clients/{client}/tickets/{ticket}/close",
            Action::DoWork,
            Client,
            close::take,
        ),
        Line::get(
            "/clients/{client}/verifications/{run}",
            Action::ReadClient,
            Client,
            verification::show,
        ),
        Line::get(
            "/verifications",
            Action::ReadClient,
            Home,
            verifications::show,
        ),
        Line::get("/processes", Action::ReadProcesses, Home, processes::show),
        Line::get(
            "/processes/{process}",
            Action::ReadProcesses,
            Home,
            process::show,
        ),
    ]
}

/// Clients, and what they can check without us.
fn clients_and_proofs() -> Vec<Line> {
    use About::{Client, Everything, Home};
    vec![
        Line::get("/clients", Action::ReadQueue, Everything, clients::show),
        Line::get(
            "/clients/{client}",
            Action::ReadClient,
            Client,
            client::show,
        ),
        Line::get("/proof", Action::ReadProof, Home, proofs::show),
        Line::get(
            "/clients/{client}/proof",
            Action::ReadProof,
            Client,
            proof::show,
        ),
        Line::get(
            "/clients/{client}/proof/checkpoint.txt",
            Action::ReadProof,
            Client,
            proof::checkpoint,
        ),
        Line::get(
            "/clients/{client}/proof/policy.txt",
            Action::ReadProof,
            Client,
            proof::policy,
        ),
        Line::get(
            "/clients/{client}/proof/pack.zip",
            Action::ReadProof,
            Client,
            pack::download,
        )
        .within(PACK_WITHIN),
    ]
}

/// Who is told, and through what.
fn telling() -> Vec<Line> {
    use About::{Everything, Own};
    let (own, keep) = (Action::KeepOwnAccount, Action::KeepConnections);
    vec![
        Line::get("/account/messages", own, Own, messages::show),
        Line::post("/account/messages", own, Own, messages::keep),
        Line::post("/account/messages/test", own, Own, messages::test),
        Line::get("/connections", keep, Everything, connections::show),
        Line::post("/connections", keep, Everything, connections::make),
        Line::post(
            "/connections/{connection}/remove",
            keep,
            Everything,
            connections::remove,
        ),
    ]
}

/// What programs ask.
fn programs() -> Vec<Line> {
    vec![
        Line::get(
            "/api/v1/tickets",
            Action::ReadClient,
            About::Home,
            api::tickets,
        ),
        Line::get(
            "/api/v1/duties",
            Action::ReadClient,
            About::Home,
            api::duties,
        ),
    ]
}

/// For whoever comes.
fn for_everybody() -> Vec<Line> {
    vec![
        Line::open(Method::GET, "/sign-in", sign_in::ask),
        Line::open(Method::GET, "/sign-in/{token}", sign_in::offer),
        Line::open(Method::POST, "/sign-in/{token}", sign_in::redeem),
        Line::open(Method::POST, "/sign-out", sign_in::sign_out),
        Line::open(Method::GET, "/signed-out", sign_in::signed_out),
        Line::open(Method::GET, "/assets/{name}", asset::serve),
        Line::open(Method::GET, "/healthz", api::health),
    ]
}
