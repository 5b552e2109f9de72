//! Every address there is: a table in which each names what it needs. [`crate::permit`] asks for
//! it before the handler is reached, and the test that walks every address as every role reads the
//! same table.

mod api;
mod clients;
mod people;
mod processes;
mod quality;
mod work;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::http::Method;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodFilter, MethodRouter, on};
use duly_core::permit::Action;

use crate::idempotency::once;
use crate::permit::{self, About, Need};
use crate::problem;
use crate::serve::{App, BODY_BYTES_MAX, REQUEST_WITHIN, within};

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

impl Address {
    /// Whether a program changes something here.
    pub(crate) fn is_api_write(&self) -> bool {
        self.path.starts_with("/api/v1/") && self.method == Method::POST
    }
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

    fn put_on(self, router: Router<App>, app: &App) -> Router<App> {
        let mut answers = self
            .answers
            .layer(DefaultBodyLimit::max(self.body_bytes_max))
            .route_layer(from_fn_with_state(self.within, within));
        if self.address.is_api_write() {
            let bytes_max = self.body_bytes_max;
            answers = answers.route_layer(from_fn_with_state((app.clone(), bytes_max), once));
        }
        // The last one is the outermost: nothing is read of a request that may not be made.
        if let Some(need) = self.address.need {
            answers = answers.route_layer(from_fn_with_state(need, permit::required));
        }
        router.route(self.address.path, answers)
    }
}

/// All of them as a router.
pub(crate) fn all(app: &App) -> Router<App> {
    table()
        .into_iter()
        .fold(Router::new(), |router, line| line.put_on(router, app))
        .fallback(async || problem::not_found())
}

/// All of them as data.
#[must_use]
pub fn addresses() -> Vec<Address> {
    table().into_iter().map(|line| line.address).collect()
}

fn table() -> Vec<Line> {
    [
        work::lines(),
        quality::lines(),
        processes::lines(),
        clients::lines(),
        people::lines(),
        api::lines(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
