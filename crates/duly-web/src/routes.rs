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
    answer, calendar, client, clients, close, draft, draft_changes, drafts, ending, load, pack,
    process, processes, proof, proofs, set_up, ticket, today, verification, verifications,
};
use crate::permit::{self, About, Need};
use crate::serve::{App, BODY_BYTES_MAX, PACK_WITHIN, REQUEST_WITHIN, within};
use crate::{api, asset, changes, problem, sign_in};

/// Largest form with a draft: its text with every byte escaped, three for one, and a little more.
const DRAFT_FORM_BYTES_MAX: usize = 4 * duly_store::DRAFT_BYTES_MAX;

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
    lines.extend(processes());
    lines.extend(setting_up());
    lines.extend(clients_and_proofs());
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
    ]
}

/// Processes: what is published, what somebody is writing, what is to come.
fn processes() -> Vec<Line> {
    use About::{Everything, Home, Own};
    let read = Action::ReadProcesses;
    let publish = Action::PublishProcesses;
    vec![
        Line::get("/processes", read, Home, processes::show),
        Line::get("/processes/{process}", read, Home, process::show),
        Line::get(
            "/processes/{process}/end",
            publish,
            Everything,
            ending::show,
        ),
        Line::post(
            "/processes/{process}/end",
            publish,
            Everything,
            ending::take,
        ),
        Line::get("/drafts", publish, Everything, drafts::show),
        Line::post("/drafts", publish, Everything, drafts::begin),
        Line::get("/drafts/{draft}", publish, Everything, draft::show),
        Line::post("/drafts/{draft}", publish, Everything, draft::take)
            .with_body(DRAFT_FORM_BYTES_MAX),
        Line::post(
            "/drafts/{draft}/check",
            publish,
            Everything,
            draft::check_text,
        )
        .with_body(DRAFT_FORM_BYTES_MAX),
        Line::get(
            "/drafts/{draft}/changes",
            publish,
            Everything,
            draft_changes::show,
        ),
        Line::post(
            "/drafts/{draft}/publish",
            publish,
            Everything,
            draft_changes::publish,
        ),
        Line::get("/load", Action::ReadQueue, Everything, load::show),
        Line::get("/calendar", read, Home, calendar::show),
        Line::post(
            "/calendar/links",
            Action::KeepOwnAccount,
            Own,
            calendar::make,
        ),
        Line::post(
            "/calendar/links/{link}/revoke",
            Action::KeepOwnAccount,
            Own,
            calendar::revoke,
        ),
    ]
}

/// From a fresh installation to a working queue, a step each.
fn setting_up() -> Vec<Line> {
    use About::Everything;
    let keep = Action::KeepClients;
    let publish = Action::PublishProcesses;
    let people = Action::KeepPeople;
    vec![
        Line::get("/set-up", keep, Everything, set_up::overview),
        Line::get(
            "/set-up/provider",
            keep,
            Everything,
            set_up::place::provider,
        ),
        Line::post(
            "/set-up/provider",
            keep,
            Everything,
            set_up::place::keep_provider,
        ),
        Line::get("/set-up/client", keep, Everything, set_up::place::client),
        Line::post(
            "/set-up/client",
            keep,
            Everything,
            set_up::place::keep_client,
        ),
        Line::get("/set-up/assets", keep, Everything, set_up::assets::assets),
        Line::post(
            "/set-up/assets",
            keep,
            Everything,
            set_up::assets::keep_asset,
        ),
        Line::get(
            "/set-up/processes",
            publish,
            Everything,
            set_up::processes::processes,
        ),
        Line::post(
            "/set-up/processes",
            publish,
            Everything,
            set_up::processes::keep_processes,
        ),
        Line::get("/set-up/people", people, Everything, set_up::people::people),
        Line::post(
            "/set-up/people",
            people,
            Everything,
            set_up::people::keep_person,
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
        Line::open(Method::GET, "/calendar/{file}", calendar::file),
        Line::open(Method::GET, "/healthz", api::health),
    ]
}
