//! `GET /changes`: tells an open page that something changed for a client it may show. The page
//! then reads itself again; nothing of what changed is told here.
//!
//! One task looks at the sizes of all logs while anybody listens: whoever changes something, this
//! process or another, appends an entry. Nothing is looked at while nobody listens.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use duly_core::id::ClientId;
use duly_store::Store;
use futures_util::Stream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use crate::page::visit::Visit;
use crate::problem::{self, Problem};
use crate::serve::App;

/// How often the sizes are looked at. People wait for each other's work, not for machines'.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Longest that one page listens before it asks anew, so that whoever lost their permit is told
/// nothing more after this time.
const LISTEN_FOR: Duration = Duration::from_secs(300);

/// A line every so often, so that nothing on the way takes the connection for dead.
const ALIVE_EVERY: Duration = Duration::from_secs(20);

/// Most pages that listen at once: half the connections there may be, so that listening never
/// keeps anybody from asking.
const LISTENERS_MAX: usize = 256;

/// The size of every log.
type Sizes = Arc<BTreeMap<ClientId, u64>>;

/// Who listens, and what there is to hear.
#[derive(Clone, Debug)]
pub(crate) struct Changes {
    sizes: watch::Sender<Sizes>,
    places: Arc<Semaphore>,
}

impl Changes {
    pub(crate) fn new() -> Self {
        Self {
            sizes: watch::Sender::new(Sizes::default()),
            places: Arc::new(Semaphore::new(LISTENERS_MAX)),
        }
    }

    /// Looks until `stop` turns true; every listener is let go then.
    pub(crate) async fn look(self, store: Store, mut stop: watch::Receiver<bool>) {
        loop {
            if self.sizes.receiver_count() > 0 {
                match store.log_sizes().await {
                    Ok(sizes) => {
                        let sizes = Arc::new(sizes);
                        self.sizes.send_if_modified(|before| {
                            let changed = **before != *sizes;
                            *before = sizes;
                            changed
                        });
                    }
                    Err(error) => tracing::warn!(%error, "the logs' sizes could not be read"),
                }
            }
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => return,
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
        }
    }
}

/// Listens.
pub(crate) async fn listen(State(app): State<App>, visit: Visit) -> Result<Response, Problem> {
    let place = Arc::clone(&app.changes.places)
        .try_acquire_owned()
        .map_err(|_| problem::too_many_listen())?;
    let sees: Vec<ClientId> = visit
        .clients
        .into_iter()
        .map(|client| client.scope.id)
        .collect();
    let sizes = app.changes.sizes.subscribe();
    let heard = Heard {
        seen: sizes_of(&sees, &app.store.log_sizes().await?),
        sees,
        sizes,
        stop: app.stop.clone(),
        _place: place,
    };
    let alive = KeepAlive::new().interval(ALIVE_EVERY);
    Ok(Sse::new(heard.stream()).keep_alive(alive).into_response())
}

/// One page that listens.
struct Heard {
    sees: Vec<ClientId>,
    sizes: watch::Receiver<Sizes>,
    stop: watch::Receiver<bool>,
    /// The sizes of what it may see, when it last heard.
    seen: Vec<u64>,
    _place: OwnedSemaphorePermit,
}

impl Heard {
    fn stream(self) -> impl Stream<Item = Result<Event, Infallible>> {
        let until = tokio::time::Instant::now() + LISTEN_FOR;
        futures_util::stream::unfold(self, move |mut heard| async move {
            heard.next(until).await.map(|event| (Ok(event), heard))
        })
    }

    /// The next event; none when it is over.
    async fn next(&mut self, until: tokio::time::Instant) -> Option<Event> {
        loop {
            let ended = tokio::select! {
                changed = self.sizes.changed() => changed.is_err(),
                _ = self.stop.wait_for(|stop| *stop) => true,
                () = tokio::time::sleep_until(until) => true,
            };
            if ended {
                return None;
            }
            let sizes = Arc::clone(&self.sizes.borrow_and_update());
            let now = sizes_of(&self.sees, &sizes);
            if self.seen != now {
                self.seen = now;
                return Some(Event::default().event("changed").data("1"));
            }
        }
    }
}

fn sizes_of(clients: &[ClientId], sizes: &BTreeMap<ClientId, u64>) -> Vec<u64> {
    let size = |client| sizes.get(client).copied().unwrap_or_default();
    clients.iter().map(size).collect()
}
