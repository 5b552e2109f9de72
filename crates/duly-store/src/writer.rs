//! The one writer: a task that owns all writing, so that nothing else ever waits for a lock.
//!
//! Work arrives in two lanes, acknowledgements first: whoever waits for an answer on a page is
//! not queued behind ten thousand tickets. What waits together is committed together (*group
//! commit*): one sync to the disk, some milliseconds, then serves them all. An answer is given
//! only after the commit. Each piece of work stands in a savepoint, so that one that fails does
//! not take its neighbours along.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use tokio::sync::{mpsc, oneshot};

use crate::database::Database;
use crate::error::Error;
use crate::faults::Faults;
use crate::heads::Heads;
use crate::instance::Instance;
use crate::keys::Keys;
use crate::log::release::{self, Release};
use crate::request_keys::{self, RequestKey};
use crate::transaction::Transaction;

/// Work that may wait in a lane; beyond it, whoever brings more waits outside. Some seconds of
/// work, and at a few kilobytes apiece a bounded memory.
const WAITING_MAX: usize = 1_024;

/// Pieces of work in one commit. At a sync of 2 to 4 ms and some 0.1 ms a piece, more would
/// lengthen the wait of the first without making the last sooner.
const GROUP_MAX: usize = 64;

/// Groups of the acknowledging lane in a row after which the bulk lane gets its turn: a flood of
/// check-ins must not keep tickets from being raised.
const GROUPS_IN_A_ROW_MAX: u32 = 8;

/// How often a transaction is tried again when the database itself asks for it.
const TRIES_MAX: usize = 5;

/// A future of a verb inside a transaction.
pub(crate) type Doing<'a, T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send + 'a>>;

/// Which lane work waits in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lane {
    /// Somebody waits for the answer: a page, a check-in.
    Acknowledge,
    /// The worker's bulk.
    Bulk,
}

/// A piece of work whose types are forgotten.
pub(crate) trait Work: Send {
    /// Does it, and keeps its result; `Err` when it has to be undone.
    fn attempt<'a>(&'a mut self, tx: &'a mut Transaction) -> Doing<'a, ()>;
    /// The request that it is done for, if it bears a key.
    fn request(&self) -> Option<&RequestKey>;
    /// Gives the answer, after the commit or after its failure.
    fn answer(self: Box<Self>, failed: Option<Error>);
}

/// A verb with its input. The input stays apart from the function, so that the same work can be
/// done again when a transaction has to be.
struct Verb<I, T, F> {
    input: I,
    function: F,
    result: Option<T>,
    request: Option<RequestKey>,
    reply: oneshot::Sender<Result<T, Error>>,
}

impl<I, T, F> Work for Verb<I, T, F>
where
    I: Send + Sync,
    T: Send,
    F: for<'a> Fn(&'a mut Transaction, &'a I) -> Doing<'a, T> + Send,
{
    fn attempt<'a>(&'a mut self, tx: &'a mut Transaction) -> Doing<'a, ()> {
        let doing = (self.function)(tx, &self.input);
        let result = &mut self.result;
        Box::pin(async move {
            *result = Some(doing.await?);
            Ok(())
        })
    }

    fn request(&self) -> Option<&RequestKey> {
        self.request.as_ref()
    }

    fn answer(self: Box<Self>, failed: Option<Error>) {
        let answer = match (failed, self.result) {
            (Some(error), _) => Err(error),
            (None, Some(result)) => Ok(result),
            (None, None) => Err(Error::WriterStopped),
        };
        // Whoever asked may be gone; the work is done all the same.
        drop(self.reply.send(answer));
    }
}

/// What waits in the bulk lane.
enum Bulk {
    Work(Box<dyn Work>),
    Release(Release),
}

/// The handle through which work reaches the writer.
#[derive(Clone, Debug)]
pub(crate) struct Writer {
    acknowledge: mpsc::Sender<Box<dyn Work>>,
    bulk: mpsc::Sender<Bulk>,
}

impl Writer {
    /// Starts the task. It ends when the last handle is dropped, after what is queued.
    pub(crate) fn start(
        database: Database,
        keys: Arc<Keys>,
        heads: Heads,
        instance: Instance,
        faults: Faults,
    ) -> (Self, tokio::task::JoinHandle<()>) {
        let (acknowledge, acknowledge_rx) = mpsc::channel(WAITING_MAX);
        let (bulk, bulk_rx) = mpsc::channel(WAITING_MAX);
        let task = Task {
            database,
            keys,
            heads: Arc::new(Mutex::new(heads)),
            _instance: instance,
            faults,
            acknowledge: acknowledge_rx,
            bulk: bulk_rx,
            groups_in_a_row: 0,
        };
        (Self { acknowledge, bulk }, tokio::spawn(task.run()))
    }

    /// Does a verb in a transaction and returns after its commit.
    pub(crate) async fn write<I, T, F>(&self, lane: Lane, input: I, function: F) -> Result<T, Error>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
        F: for<'a> Fn(&'a mut Transaction, &'a I) -> Doing<'a, T> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let verb = Verb {
            input,
            function,
            result: None,
            // What is brought in pieces becomes something only when it is named, and that waits in
            // the other lane.
            request: request_keys::current().filter(|_| lane == Lane::Acknowledge),
            reply,
        };
        let work: Box<dyn Work> = Box::new(verb);
        let sent = match lane {
            Lane::Acknowledge => self.acknowledge.send(work).await.is_ok(),
            Lane::Bulk => self.bulk.send(Bulk::Work(work)).await.is_ok(),
        };
        if !sent {
            return Err(Error::WriterStopped);
        }
        answer.await.map_err(|_| Error::WriterStopped)?
    }

    /// Locks and signs heads; see [`release`].
    pub(crate) async fn release(
        &self,
        client: Option<duly_core::id::ClientId>,
        now: jiff::Timestamp,
    ) -> Result<usize, Error> {
        let (reply, answer) = oneshot::channel();
        let release = Bulk::Release(Release { client, now, reply });
        if self.bulk.send(release).await.is_err() {
            return Err(Error::WriterStopped);
        }
        answer.await.map_err(|_| Error::WriterStopped)?
    }
}

struct Task {
    database: Database,
    keys: Arc<Keys>,
    heads: Arc<Mutex<Heads>>,
    /// Held to the last commit: whoever opens the store next finds nothing still moving.
    _instance: Instance,
    faults: Faults,
    acknowledge: mpsc::Receiver<Box<dyn Work>>,
    bulk: mpsc::Receiver<Bulk>,
    groups_in_a_row: u32,
}

impl Task {
    async fn run(mut self) {
        loop {
            if self.groups_in_a_row >= GROUPS_IN_A_ROW_MAX
                && let Ok(bulk) = self.bulk.try_recv()
            {
                self.bulk(bulk).await;
                continue;
            }
            tokio::select! {
                biased;
                Some(work) = self.acknowledge.recv() => {
                    self.groups_in_a_row += 1;
                    let group = self.gather(work);
                    self.commit_group(group).await;
                }
                Some(bulk) = self.bulk.recv() => self.bulk(bulk).await,
                // Both lanes are closed and empty.
                else => return,
            }
        }
    }

    /// Takes along what waits already for an answer.
    fn gather(&mut self, first: Box<dyn Work>) -> Vec<Box<dyn Work>> {
        let mut group = vec![first];
        while group.len() < GROUP_MAX {
            match self.acknowledge.try_recv() {
                Ok(work) => group.push(work),
                Err(_) => break,
            }
        }
        group
    }

    /// Bulk goes alone: a piece of it is as large as a transaction may be.
    async fn bulk(&mut self, bulk: Bulk) {
        self.groups_in_a_row = 0;
        match bulk {
            Bulk::Work(work) => self.commit_alone(work).await,
            Bulk::Release(release) => self.release(release).await,
        }
    }

    async fn release(&mut self, release: Release) {
        let done = release::run(
            &self.database,
            &self.keys,
            &self.heads,
            &self.faults,
            &release,
        )
        .await;
        drop(release.reply.send(done));
    }

    /// Commits the group as one; if that fails before the commit, each piece alone.
    async fn commit_group(&mut self, mut group: Vec<Box<dyn Work>>) {
        let alone = group.len() == 1;
        if !alone {
            match self.try_group(&mut group).await {
                Tried::Committed(outcomes) => return answer_all(group, outcomes),
                Tried::Unknown(why) => {
                    for work in group {
                        work.answer(Some(Error::CommitUnknown(why.clone())));
                    }
                    return;
                }
                Tried::RolledBack(_) => {}
            }
        }
        for work in group {
            self.commit_alone(work).await;
        }
    }

    async fn commit_alone(&mut self, mut work: Box<dyn Work>) {
        let mut tries = 0;
        let failed = loop {
            tries += 1;
            match self.try_group(std::slice::from_mut(&mut work)).await {
                Tried::Committed(mut outcomes) => break outcomes.pop().flatten(),
                Tried::Unknown(why) => break Some(Error::CommitUnknown(why)),
                Tried::RolledBack(error) if error.asks_for_retry() && tries < TRIES_MAX => {}
                Tried::RolledBack(error) => break Some(error),
            }
        };
        work.answer(failed);
    }

    async fn try_group(&mut self, group: &mut [Box<dyn Work>]) -> Tried {
        let mut tx = match Transaction::begin(&self.database, self.faults.clone()).await {
            Ok(tx) => tx,
            Err(error) => return Tried::RolledBack(error),
        };
        let mut outcomes = Vec::with_capacity(group.len());
        for work in group {
            match attempt(&mut tx, work.as_mut()).await {
                Ok(outcome) => outcomes.push(outcome),
                Err(error) => {
                    tx.rollback().await;
                    return Tried::RolledBack(error);
                }
            }
        }
        match tx.commit().await {
            Ok(()) => Tried::Committed(outcomes),
            Err(error) => Tried::Unknown(error.to_string()),
        }
    }
}

/// How the transaction of a group went.
enum Tried {
    /// Committed; for each piece of work, why it alone was undone.
    Committed(Vec<Option<Error>>),
    /// Nothing of it remains.
    RolledBack(Error),
    /// The commit was reported as failed.
    Unknown(String),
}

/// One piece of work in its savepoint. The outer error loses the whole transaction.
async fn attempt(tx: &mut Transaction, work: &mut dyn Work) -> Result<Option<Error>, Error> {
    tx.savepoint().await?;
    let done = match work.attempt(tx).await {
        Ok(()) => finish(tx, work.request()).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => {
            tx.release_savepoint().await?;
            Ok(None)
        }
        Err(error) if error.breaks_transaction() => Err(error),
        Err(error) => {
            tx.back_to_savepoint().await?;
            Ok(Some(error))
        }
    }
}

/// Marks the request that it was done for, and writes the entries.
async fn finish(tx: &mut Transaction, request: Option<&RequestKey>) -> Result<(), Error> {
    if let Some(request) = request {
        request_keys::mark(tx, request).await?;
    }
    tx.flush().await
}

fn answer_all(group: Vec<Box<dyn Work>>, outcomes: Vec<Option<Error>>) {
    for (work, failed) in group.into_iter().zip(outcomes) {
        work.answer(failed);
    }
}
