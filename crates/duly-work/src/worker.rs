//! A round of work: for each client open what is due, run the probes, end what has ended; then
//! sign; then look at what quality control makes of it. The first round of a client's day also
//! closes months and draws what a second person looks at. At its own pace, never in reaction to a
//! request.
//!
//! Between rounds it leaves its heartbeat, and once a night it counts again from nothing.
//!
//! One client that cannot be worked on does not stop the others: its error is returned beside
//! their results, and the next round tries again.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use duly_core::id::ClientId;
use duly_core::scope::Client;
use duly_store::{ClientRow, Store};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use crate::clock::Clock;
use crate::close::{Ended, end_tickets};
use crate::control::{Control, Looked};
use crate::error::WorkError;
use crate::lists;
use crate::open_due::open_due;
use crate::publish::today;
use crate::reviews::act::second_looks;
use crate::reviews::{Night, night};
use crate::watch::{WATCH_CHANGED_EVERY, WATCH_EVERY, watch};
use crate::{recount, run_probe};

/// How often the worker looks. Duties are due by the minute; a person who waits for a test they
/// asked for should not wait long.
pub const ROUND_EVERY: Duration = Duration::from_secs(5);

/// How often it leaves its heartbeat: often enough to tell a gap from a pause, and seldom enough to
/// cost nothing.
const HEARTBEAT_EVERY: SignedDuration = SignedDuration::from_secs(60);

/// How long a night's recount may keep the next round waiting; what is left follows after it.
const RECOUNT_FOR: SignedDuration = SignedDuration::from_secs(2);

/// The worker of one installation.
#[derive(Debug)]
pub struct Worker {
    store: Store,
    probe_program: PathBuf,
    complete_on: BTreeMap<ClientId, Date>,
    beat_at: Option<Timestamp>,
    /// The client's date of the last night that was worked through.
    night_of: BTreeMap<ClientId, Date>,
    watched: BTreeMap<ClientId, Watched>,
    control: Control,
}

/// When what is in care was looked at, and what there was to see then: how many entries the log
/// had, and when a job was last heard of, which is not in the log.
#[derive(Clone, Copy, Debug)]
struct Watched {
    at: Timestamp,
    size: u64,
    heard_at: Option<Timestamp>,
}

impl Watched {
    async fn now(store: &Store, client: &ClientId, at: Timestamp) -> Result<Self, WorkError> {
        Ok(Self {
            at,
            size: store.log_head(client).await?.map_or(0, |head| head.size),
            heard_at: store.pings_heard_at(client).await?,
        })
    }

    /// Whether to look again.
    fn is_due_after(&self, last: Option<&Self>) -> bool {
        last.is_none_or(|last| {
            let is_same = (last.size, last.heard_at) == (self.size, self.heard_at);
            let every = if is_same {
                WATCH_EVERY
            } else {
                WATCH_CHANGED_EVERY
            };
            self.at.duration_since(last.at).abs() >= every
        })
    }
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
    /// What quality control came to.
    pub looked: Looked,
}

impl Worker {
    /// A worker over this store. `probe_program` is duly itself: probes are its children.
    #[must_use]
    pub fn new(store: Store, probe_program: PathBuf) -> Self {
        Self {
            store,
            probe_program,
            complete_on: BTreeMap::new(),
            beat_at: None,
            night_of: BTreeMap::new(),
            watched: BTreeMap::new(),
            control: Control::default(),
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
        let clients = lists::clients(&self.store).await?;
        for client in &clients {
            let client = &client.scope.id;
            if let Err(error) = self.work_on(client, clock).await {
                failures.push((client.clone(), error));
            }
        }
        // Only when every client's duties are opened and ended is anybody's quality looked at.
        let provider = clients.iter().find(|client| client.provider);
        if let Some(provider) = provider {
            match self.control.prove(&self.store, provider, clock.now()).await {
                Ok(silent) => {
                    for rule in silent {
                        tracing::error!(rule, "a rule stayed silent on its planted input");
                    }
                }
                Err(error) => failures.push((provider.scope.id.clone(), error)),
            }
        }
        for client in &clients {
            if let Err(error) = self.look_at(client, provider, clock).await {
                failures.push((client.scope.id.clone(), error));
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
        let mut round = self.work_on(client, clock).await?;
        let clients = lists::clients(&self.store).await?;
        let provider = clients.iter().find(|client| client.provider);
        if let Some(row) = clients.iter().find(|row| row.scope.id == *client) {
            round.looked = self.look_at(row, provider, clock).await?;
        }
        Ok(round)
    }

    async fn look_at(
        &mut self,
        client: &ClientRow,
        provider: Option<&ClientRow>,
        clock: Clock,
    ) -> Result<Looked, WorkError> {
        let now = clock.now();
        let looked = self
            .control
            .look(&self.store, client, provider, now)
            .await?;
        if looked != Looked::default() {
            self.store.release_checkpoints(clock.now()).await?;
        }
        Ok(looked)
    }

    async fn work_on(&mut self, client: &ClientId, clock: Clock) -> Result<Round, WorkError> {
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
        second_looks(store, client, clock.now()).await?;
        store.sweep_contents(client, clock.now()).await?;
        let state = Watched::now(store, client, now).await?;
        if state.is_due_after(self.watched.get(client)) {
            watch(store, client, now).await?;
            let state = Watched::now(store, client, now).await?;
            self.watched.insert(client.clone(), state);
        }
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
            looked: Looked::default(),
        })
    }

    /// Leaves the heartbeat, at most once a minute; what it missed since the last one becomes a
    /// warning. Nothing without a provider, in whose log it would stand.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn beat(&mut self, now: Timestamp) -> Result<(), WorkError> {
        let is_recent = |beat: Timestamp| now.duration_since(beat).abs() < HEARTBEAT_EVERY;
        if self.beat_at.is_some_and(is_recent) {
            return Ok(());
        }
        let provider = ClientId::from(Client::PROVIDER);
        if self.store.client(&provider).await?.is_some() {
            self.store.heartbeat(&provider, now).await?;
            self.store.release_checkpoints(now).await?;
        }
        self.beat_at = Some(now);
        Ok(())
    }

    /// Recounts each client whose night it is, as many as there is time for; warns of those that
    /// were left out for too long.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn recount(&self, clock: Clock) -> Result<(), WorkError> {
        recount::nightly(&self.store, clock, RECOUNT_FOR).await
    }

    /// Rounds until `stop` resolves. What a round could not do is logged once, here.
    pub async fn run(mut self, stop: impl Future<Output = ()>) {
        tokio::pin!(stop);
        loop {
            if let Err(error) = self.beat(Clock::System.now()).await {
                tracing::error!(%error, "the heartbeat could not be left");
            }
            match self.round(Clock::System).await {
                Ok(failures) => {
                    for (client, error) in failures {
                        tracing::error!(%client, %error, "a round could not be completed");
                    }
                }
                Err(error) => tracing::error!(%error, "the clients could not be listed"),
            }
            // After a round: what a restart had still to raise is raised by then.
            if let Err(error) = self.recount(Clock::System).await {
                tracing::error!(%error, "the recount could not be carried through");
            }
            tokio::select! {
                () = &mut stop => return,
                () = tokio::time::sleep(ROUND_EVERY) => {}
            }
        }
    }
}
