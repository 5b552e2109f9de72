//! The store as a whole: opening it, closing it, and the two ways into it, reading and writing.
//!
//! The domain verbs are further `impl Store` blocks, one file for each thing they are about.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;

use crate::database::connection::Connection;
use crate::database::{Database, Location};
use crate::error::Error;
use crate::faults::Faults;
use crate::heads::Heads;
use crate::instance::Instance;
use crate::keys::Keys;
use crate::transaction::Transaction;
use crate::writer::{Doing, Lane, Writer};

/// Everything duly remembers. Cheap to clone; all clones are one store.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    database: Database,
    keys: Arc<Keys>,
    /// Taken on closing, which ends the writer.
    writer: tokio::sync::RwLock<Option<Writer>>,
    task: tokio::sync::Mutex<Option<tokio::task::JoinHandle<()>>>,
    faults: Faults,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store")
            .field("database", &self.inner.database)
            .finish_non_exhaustive()
    }
}

impl Store {
    /// Opens a store: takes it for this process, brings the schema up to date and holds every log
    /// against the lock file in the directory of the keys. Must run inside a tokio runtime.
    ///
    /// # Errors
    ///
    /// When another process has it, a setting is not durable, or the database tells less or
    /// something else than what was already signed for: then nothing is opened, so nothing signed.
    pub async fn open(location: Location, keys: Keys) -> Result<Self, Error> {
        let instance = Instance::take(keys.dir())?;
        let database = Database::open(&location).await?;
        let faults = Faults::default();
        let mut rows = database.write().await?;
        let opened = Heads::open(keys.dir(), &mut rows).await;
        let heads = match opened {
            Ok(heads) => heads,
            Err(error) => {
                drop(rows);
                database.close().await;
                return Err(error);
            }
        };
        rows.commit().await?;
        let keys = Arc::new(keys);
        let (writer, task) = Writer::start(
            database.clone(),
            Arc::clone(&keys),
            heads,
            instance,
            faults.clone(),
        );
        Ok(Self {
            inner: Arc::new(Inner {
                database,
                keys,
                writer: tokio::sync::RwLock::new(Some(writer)),
                task: tokio::sync::Mutex::new(Some(task)),
                faults,
            }),
        })
    }

    /// Finishes what is queued, then closes. Every clone is closed with it.
    pub async fn close(&self) {
        drop(self.inner.writer.write().await.take());
        if let Some(task) = self.inner.task.lock().await.take() {
            // A panic of the writer was already answered with `WriterStopped`.
            drop(task.await);
        }
        self.inner.database.close().await;
    }

    /// The faults of this store, for tests that break it.
    #[cfg(feature = "faults")]
    #[must_use]
    pub fn faults(&self) -> &Faults {
        &self.inner.faults
    }

    /// The root keys it was opened with.
    #[must_use]
    pub fn keys(&self) -> &Keys {
        &self.inner.keys
    }

    /// A consistent view for reading.
    pub(crate) async fn read(&self) -> Result<Connection, Error> {
        self.inner.faults.step("read");
        self.inner.database.read().await
    }

    /// Does a verb in a transaction of the writer; returns after its commit.
    pub(crate) async fn write<I, T, F>(&self, lane: Lane, input: I, verb: F) -> Result<T, Error>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
        F: for<'a> Fn(&'a mut Transaction, &'a I) -> Doing<'a, T> + Send + 'static,
    {
        let writer = self.inner.writer.read().await.clone();
        match writer {
            Some(writer) => writer.write(lane, input, verb).await,
            None => Err(Error::WriterStopped),
        }
    }

    /// Locks the head of every log that has grown, then signs and stores a checkpoint of each. For
    /// the end of a round of work. The number of checkpoints signed.
    ///
    /// # Errors
    ///
    /// When the lock file cannot be synced, nothing is signed.
    pub async fn release_checkpoints(&self, now: Timestamp) -> Result<usize, Error> {
        self.release(None, now).await
    }

    pub(crate) async fn release(
        &self,
        client: Option<duly_core::id::ClientId>,
        now: Timestamp,
    ) -> Result<usize, Error> {
        let writer = self.inner.writer.read().await.clone();
        match writer {
            Some(writer) => writer.release(client, now).await,
            None => Err(Error::WriterStopped),
        }
    }
}
