//! A round of work: for each client open what is due, run the probes, end what has ended; then
//! sign. The first round of a client's day also closes months and draws what a second person looks
//! at. At its own pace, never in reaction to a request.
//!
//! One client that cannot be worked on does not stop the others: its error is returned beside
//! their results, and the next round tries again.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use duly_core::id::ClientId;
use duly_store::Store;
use jiff::civil::Date;

use crate::clock::Clock;
use crate::close::{Ended, end_tickets};
use crate::error::WorkError;
use crate::lists;
use crate::open_due::open_due;
use crate::publish::today;
use crate::reviews::{Night, night};
use crate::run_probe;

/// How often the worker looks. Duties are due by the minute; a person who waits for a test they
/// asked for should not wait long.
pub const ROUND_EVERY: Duration = Duration::from_secs(5);

/// The worker of one installation.
#[derive(Debug)]
pub struct Worker {
    store: Store,
    probe_program: PathBuf,
    complete_on: BTreeMap<ClientId, Date>,
    /// The client's date of the last night that was worked through.
    night_of: BTreeMap<ClientId, Date>,
}

/// What a round did for one client.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Round {
    /// Tickets raised.
    pub opened: usize,
    /// Probes run.
    pub runs: usize,
    /// Of these, not passed.
    pub failed: usize,
    /// Tickets closed by themselves and missed.
    pub ended: Ended,
    /// What the night did, in the first round of a day.
    pub night: Night,
}

impl Worker {
    /// A worker over this store. `probe_program` is duly itself: probes are its children.
    #[must_use]
    pub fn new(store: Store, probe_program: PathBuf) -> Self {
        Self {
            store,
            probe_program,
            complete_on: BTreeMap::new(),
            night_of: BTreeMap::new(),
        }
    }

    /// The store.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// One round over all clients; the failures, each with its client.
    ///
    /// # Errors
    ///
    /// When not even the clients can be listed.
    pub async fn round(&mut self, clock: Clock) -> Result<Vec<(ClientId, WorkError)>, WorkError> {
        let mut failures = Vec::new();
        for client in lists::clients(&self.store).await? {
            let client = client.scope.id;
            if let Err(error) = self.round_of(&client, clock).await {
                failures.push((client, error));
            }
        }
        Ok(failures)
    }

    /// One round for one client.
    ///
    /// # Errors
    ///
    /// When its duties cannot be computed or the store fails; what was done before stands.
    pub async fn round_of(&mut self, client: &ClientId, clock: Clock) -> Result<Round, WorkError> {
        let store = &self.store;
        let row = store
            .client(client)
            .await?
            .ok_or_else(|| WorkError::NoClient(client.clone()))?;
        let complete_on = self.complete_on.get(client).copied();
        let now = clock.now();
        let opened = open_due(store, client, complete_on, now).await?;
        self.complete_on
            .insert(client.clone(), today(&row.scope.tz, now)?);
        // What was missed while nobody worked is missed, whatever a probe would find now.
        let before = end_tickets(store, client, now).await?;
        let runs = run_probe::run_pending(store, &self.probe_program, client, clock).await?;
        let after = end_tickets(store, client, clock.now()).await?;
        store.release_checkpoints(clock.now()).await?;
        let date = today(&row.scope.tz, clock.now())?;
        let night = match self.night_of.get(client) {
            Some(done) if *done == date => Night::default(),
            _ => night(store, client, clock.now()).await?,
        };
        self.night_of.insert(client.clone(), date);
        let ended = Ended {
            closed: before.closed + after.closed,
            missed: before.missed + after.missed,
        };
        Ok(Round {
            opened,
            runs: runs.run,
            failed: runs.failed,
            ended,
            night,
        })
    }

    /// Rounds until `stop` resolves. What a round could not do is logged once, here.
    pub async fn run(mut self, stop: impl Future<Output = ()>) {
        tokio::pin!(stop);
        loop {
            match self.round(Clock::System).await {
                Ok(failures) => {
                    for (client, error) in failures {
                        tracing::error!(%client, %error, "a round could not be completed");
                    }
                }
                Err(error) => tracing::error!(%error, "the clients could not be listed"),
            }
            tokio::select! {
                () = &mut stop => return,
                () = tokio::time::sleep(ROUND_EVERY) => {}
            }
        }
    }
}
