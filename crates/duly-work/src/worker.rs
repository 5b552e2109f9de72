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

use duly_core::id::ClientId;
use duly_store::{ClientRow, Store};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use crate::clock::Clock;
use crate::close::{Ended, end_tickets, mark_missed};
use crate::control::{Control, Looked};
use crate::error::WorkError;
use crate::lists;
use crate::open_due::look_ahead;
use crate::publish::today;
use crate::reviews::act::second_looks;
use crate::reviews::{Night, night};
use crate::run_probe::{Runs, run_pending};
use crate::stopping::Stopping;
use crate::watch::{WATCH_CHANGED_EVERY, WATCH_EVERY, watch};

mod running;

pub use running::ROUND_EVERY;

/// The worker of one installation.
#[derive(Debug)]
pub struct Worker {
    store: Store,
    probe_program: PathBuf,
    complete_on: BTreeMap<ClientId, Date>,
    opened: BTreeMap<ClientId, Opened>,
    beat_at: Option<Timestamp>,
    /// The client's date of the last night that was worked through.
    night_of: BTreeMap<ClientId, Date>,
    /// The client's date of the last night whose months were counted.
    months_of: BTreeMap<ClientId, Date>,
    /// The last of these days on which the database looked at its tables.
    statistics_of: Option<Date>,
    watched: BTreeMap<ClientId, Watched>,
    idle: BTreeMap<ClientId, Idle>,
    control: Control,
    stopping: Stopping,
}

/// How long a client's tickets are left alone at which the last look found nothing to do and
/// nothing was entered since: probes that are to be tried again wait for ten minutes and more.
const IDLE_FOR: SignedDuration = SignedDuration::from_secs(60);

/// A look at a client's tickets that found nothing to do.
#[derive(Clone, Copy, Debug)]
struct Idle {
    /// The size of the log before it looked.
    size: u64,
    /// When it looked.
    at: Timestamp,
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

/// What the last round knew of a client's openings: as long as nothing was published since, no
/// duty opens before `next_at`, and nothing has to be computed.
#[derive(Clone, Copy, Debug)]
struct Opened {
    /// The size of the log before it looked.
    size: u64,
    /// When it looked.
    at: Timestamp,
    /// The client's day then.
    day: Date,
    /// When the next duty opens, as far as it looked.
    next_at: Option<Timestamp>,
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
            opened: BTreeMap::new(),
            beat_at: None,
            night_of: BTreeMap::new(),
            months_of: BTreeMap::new(),
            statistics_of: None,
            watched: BTreeMap::new(),
            idle: BTreeMap::new(),
            control: Control::default(),
            stopping: Stopping::default(),
        }
    }

    /// By which a round is asked to end before its last client; the next one goes on from what is
    /// in the store.
    #[must_use]
    pub fn stopping(&self) -> Stopping {
        self.stopping.clone()
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
        self.forget_published().await?;
        for client in &clients {
            if self.stopping.is_asked() {
                return self.ended_early(failures, clock).await;
            }
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
            if self.stopping.is_asked() {
                return self.ended_early(failures, clock).await;
            }
            if let Err(error) = self.look_at(client, provider, clock).await {
                failures.push((client.scope.id.clone(), error));
            }
        }
        if self.night_of.values().max().copied() > self.statistics_of {
            self.store.keep_statistics().await?;
            self.statistics_of = self.night_of.values().max().copied();
        }
        // What people did meanwhile is signed for with it.
        self.store.release_checkpoints(clock.now()).await?;
        Ok(failures)
    }

    /// Signs for what was done of a round that is not carried through.
    async fn ended_early(
        &self,
        failures: Vec<(ClientId, WorkError)>,
        clock: Clock,
    ) -> Result<Vec<(ClientId, WorkError)>, WorkError> {
        self.store.release_checkpoints(clock.now()).await?;
        Ok(failures)
    }

    /// One round for one client.
    ///
    /// # Errors
    ///
    /// When its duties cannot be computed or the store fails; what was done before stands.
    pub async fn round_of(&mut self, client: &ClientId, clock: Clock) -> Result<Round, WorkError> {
        self.forget_published().await?;
        let mut round = self.work_on(client, clock).await?;
        self.store.release_checkpoints(clock.now()).await?;
        let clients = lists::clients(&self.store).await?;
        let provider = clients.iter().find(|client| client.provider);
        if let Some(row) = clients.iter().find(|row| row.scope.id == *client) {
            round.looked = self.look_at(row, provider, clock).await?;
        }
        Ok(round)
    }

    /// Forgets what was known of the clients for which something was published since.
    async fn forget_published(&mut self) -> Result<(), WorkError> {
        let sizes = self.store.log_sizes().await?;
        let size = |client: &ClientId| sizes.get(client).copied().unwrap_or_default();
        let all = self.opened.iter();
        let grown: Vec<(ClientId, u64)> = all
            .filter(|(client, opened)| opened.size != size(client))
            .map(|(client, opened)| (client.clone(), opened.size))
            .collect();
        for client in self.store.published_since(&grown).await? {
            self.opened.remove(&client);
        }
        for (client, _) in grown {
            if let Some(opened) = self.opened.get_mut(&client) {
                opened.size = size(&client);
            }
        }
        Ok(())
    }

    /// Raises what has opened at a client, unless it is known that nothing has.
    async fn open(&mut self, client: &ClientRow, now: Timestamp) -> Result<usize, WorkError> {
        let id = &client.scope.id;
        let day = today(&client.scope.tz, now)?;
        let nothing_opened = self.opened.get(id).is_some_and(|opened| {
            let has_next = opened.next_at.is_some_and(|next_at| next_at <= now);
            opened.day == day && opened.at <= now && !has_next
        });
        if nothing_opened {
            return Ok(0);
        }
        self.opened.remove(id);
        let size = self.store.log_head(id).await?.map_or(0, |head| head.size);
        let complete_on = self.complete_on.get(id).copied();
        let opening = look_ahead(&self.store, id, complete_on, now).await?;
        self.complete_on.insert(id.clone(), day);
        let known = Opened {
            size,
            at: now,
            day,
            next_at: opening.next_at,
        };
        self.opened.insert(id.clone(), known);
        Ok(opening.raised)
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
        let row = self
            .store
            .client(client)
            .await?
            .ok_or_else(|| WorkError::NoClient(client.clone()))?;
        let now = clock.now();
        let opened = self.open(&row, now).await?;
        let (runs, ended) = self.advance(client, clock).await?;
        let store = &self.store;
        let state = Watched::now(store, client, now).await?;
        if state.is_due_after(self.watched.get(client)) {
            watch(store, client, now).await?;
            store.sweep_contents(client, now).await?;
            let state = Watched::now(store, client, now).await?;
            self.watched.insert(client.clone(), state);
        }
        if opened > 0 || runs.run > 0 || ended != Ended::default() {
            store.release_checkpoints(clock.now()).await?;
        }
        let date = today(&row.scope.tz, clock.now())?;
        let night = match self.night_of.get(client) {
            Some(done) if *done == date => Night::default(),
            _ => night(store, client, clock.now()).await?,
        };
        self.night_of.insert(client.clone(), date);
        Ok(Round {
            opened,
            runs: runs.run,
            failed: runs.failed,
            ended,
            night,
            looked: Looked::default(),
        })
    }

    /// Runs the probes that are due at a client, and ends what has ended.
    async fn advance(
        &mut self,
        client: &ClientId,
        clock: Clock,
    ) -> Result<(Runs, Ended), WorkError> {
        let (store, now) = (&self.store, clock.now());
        let size = store.log_head(client).await?.map_or(0, |head| head.size);
        let is_idle = self
            .idle
            .get(client)
            .is_some_and(|idle| idle.size == size && now.duration_since(idle.at).abs() < IDLE_FOR);
        if is_idle {
            let missed = mark_missed(store, client, now).await?;
            return Ok((Runs::default(), Ended { closed: 0, missed }));
        }
        // What was missed while nobody worked is missed, whatever a probe would find now.
        let before = end_tickets(store, client, now).await?;
        let program = &self.probe_program;
        let runs = run_pending(store, program, client, clock, &self.stopping).await?;
        let after = match runs.run {
            0 => Ended::default(),
            _ => end_tickets(store, client, clock.now()).await?,
        };
        let looks = second_looks(store, client, clock.now()).await?;
        let ended = Ended {
            closed: before.closed + after.closed,
            missed: before.missed + after.missed,
        };
        if runs.run == 0 && looks == 0 && ended == Ended::default() {
            self.idle.insert(client.clone(), Idle { size, at: now });
        }
        Ok((runs, ended))
    }
}
