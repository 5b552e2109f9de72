//! Puts the pages on a listener: every bound that holds for all requests is set here.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use duly_store::Store;
use duly_work::clock::Clock;
use duly_work::equations::Equations;
use duly_work::lists;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tower_http::csrf::CsrfLayer;

use crate::access::Access;
use crate::buckets::Buckets;
use crate::came::Peer;
use crate::changes::Changes;
use crate::connections::Bounded;
use crate::page::visit::zone_of;
use crate::sign_in::hash::HASHES_AT_ONCE;
use crate::{headers, problem, routes, session};

/// Largest body of a request: the longest note a person may leave, percent-encoded three times as
/// long, and room for the fields around it.
pub const BODY_BYTES_MAX: usize = 64 * 1024;

/// Longest that a page or a form may take. A page takes milliseconds; a form may wait behind a
/// round of the worker.
pub const REQUEST_WITHIN: Duration = Duration::from_secs(30);

/// Longest that bringing a file may take: ten megabytes over a slow line, and the queue of pictures
/// to be looked at.
pub const UPLOAD_WITHIN: Duration = Duration::from_secs(180);

/// Longest that making a pack may take; a year of a large client is seconds.
pub const PACK_WITHIN: Duration = Duration::from_secs(300);

/// Packs made at the same time. Each holds a client's whole log in memory.
const PACKS_AT_ONCE: usize = 2;

/// What the pages are made from.
#[derive(Clone, Debug)]
pub struct Web {
    /// Everything that is remembered.
    pub store: Store,
    /// Where the time comes from.
    pub clock: Clock,
    /// How it is reached.
    pub access: Access,
}

/// What every handler has.
#[derive(Clone, Debug)]
pub(crate) struct App {
    pub store: Store,
    pub clock: Clock,
    /// How it is reached.
    pub access: Arc<Access>,
    /// One permit for each pack that may be made at the same time.
    pub packs: Arc<Semaphore>,
    /// What open pages listen to.
    pub changes: Changes,
    /// What was counted of the month, for pages over all clients.
    pub equations: Equations,
    /// Turns true when the server is to end.
    pub stop: watch::Receiver<bool>,
    /// One permit for each password that may be hashed at the same time.
    pub hashing: Arc<Semaphore>,
    /// How often programs and jobs may still ask.
    pub buckets: Buckets,
}

impl App {
    fn new(web: Web, stop: watch::Receiver<bool>) -> Self {
        let Web {
            store,
            clock,
            access,
        } = web;
        Self {
            store,
            clock,
            access: Arc::new(access),
            hashing: Arc::new(Semaphore::new(HASHES_AT_ONCE)),
            packs: Arc::new(Semaphore::new(PACKS_AT_ONCE)),
            changes: Changes::new(),
            buckets: Buckets::default(),
            equations: Equations::default(),
            stop,
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

/// Serves until `stop` resolves, then finishes what is under way.
///
/// # Errors
///
/// When the listener fails for good.
pub async fn serve(
    listener: TcpListener,
    web: Web,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let (stopping, stopped) = watch::channel(false);
    let app = App::new(web, stopped.clone());
    let looking = tokio::spawn(app.changes.clone().look(app.store.clone(), stopped.clone()));
    // Counted before the first one asks: of a large installation that takes some seconds.
    let counting = tokio::spawn(count_month(app.clone()));
    let service = around(app).into_make_service_with_connect_info::<Peer>();
    let mut asked_to = stopped;
    tokio::spawn(async move {
        stop.await;
        // Nobody left to hear it means that serving has ended before.
        let _ = stopping.send(true);
    });
    let served = axum::serve(Bounded::new(listener), service)
        .with_graceful_shutdown(async move {
            // An error is the sender gone without a word: the same.
            let _ = asked_to.wait_for(|stop| *stop).await;
        })
        .await;
    looking.abort();
    counting.abort();
    served
}

async fn count_month(app: App) {
    let now = app.now();
    let counted = async {
        let clients = lists::clients(&app.store).await?;
        let provider = clients.iter().find(|client| client.provider);
        let today = now
            .to_zoned_datetime(provider.map_or(TimeZone::UTC, zone_of))
            .date();
        let equations = &app.equations;
        equations.of_month(&app.store, &clients, today, now).await
    };
    if let Err(error) = counted.await {
        tracing::warn!(%error, "the month could not be counted beforehand");
    }
}

/// All routes with everything around them, for a test without a server.
pub fn router(web: Web) -> Router {
    let (_, stopped) = watch::channel(false);
    around(App::new(web, stopped))
}

fn around(app: App) -> Router {
    let same_site =
        CsrfLayer::new().with_rejection_response(|_| problem::cross_site().into_response());
    // The last one is the outermost.
    routes::all(&app)
        .layer(from_fn_with_state(app.clone(), session::recognise))
        .layer(same_site)
        .layer(from_fn_with_state(app.clone(), problem::show))
        .layer(from_fn(headers::set))
        .with_state(app)
}

/// Gives up on a request that takes longer than its kind may.
pub(crate) async fn within(
    State(limit): State<Duration>,
    request: Request,
    next: Next,
) -> Response {
    match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => problem::too_slow().into_response(),
    }
}
