//! SQLite: the embedded default. Its settings, and the proof that they hold.

use std::path::Path;
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};
use sqlx::{Row as _, Sqlite};

use super::{Database, READERS_MAX, migration};
use crate::error::Error;

/// How long a statement waits for a lock that another process holds (a backup, a shell).
const BUSY: Duration = Duration::from_secs(10);

/// Pages the writer keeps at hand, in KiB when negative: 32 MiB. With SQLite's 2 MiB a transaction
/// of some hundred tickets, whose ids are hashes and so lie everywhere, writes many pages twice.
const WRITER_CACHE: &str = "-32768";

/// Pages in the write-ahead log before they are put in their place: 16 MiB. A page written by
/// several transactions is then put there once; opening after a crash reads as much.
const WAL_PAGES: &str = "4000";

/// Has SQLite look again at the tables that have grown tenfold since it last did, at some hundred
/// rows of each. Without it every client is taken for ten rows, and what has an index is looked for
/// by client alone, through all that the client ever had.
pub(crate) const KEEP_STATISTICS: &str = "pragma analysis_limit = 400; pragma optimize = 0x10002";

/// Words of the schema's text that SQLite spells its own way.
pub(super) const WORDS: migration::Words = migration::Words {
    whole: "integer",
    bytes: "blob",
    table_end: " strict, without rowid",
};

pub(super) async fn open(path: &Path) -> Result<Database, Error> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        // NORMAL loses acknowledged rows when the power goes.
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(BUSY)
        .pragma("secure_delete", "on")
        .statement_cache_capacity(200);
    let writing = options
        .clone()
        .pragma("cache_size", WRITER_CACHE)
        .pragma("wal_autocheckpoint", WAL_PAGES);
    let writer = SqlitePoolOptions::new()
        .max_connections(1)
        .connect_with(writing)
        .await?;
    assert_settings(&writer).await?;
    let readers = SqlitePoolOptions::new()
        .max_connections(READERS_MAX)
        .connect_with(options.read_only(true))
        .await?;
    let database = Database::Sqlite { writer, readers };
    migration::bring_up_to_date(&database, &WORDS).await?;
    let mut rows = database.write().await?;
    rows.script(KEEP_STATISTICS.to_owned()).await?;
    rows.commit().await?;
    Ok(database)
}

/// An existing database, only for reading; nothing is made and no schema changed.
pub(crate) async fn open_for_reading(path: &Path) -> Result<Database, Error> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .busy_timeout(BUSY)
        .read_only(true);
    let readers = SqlitePoolOptions::new()
        .max_connections(READERS_MAX)
        .connect_with(options)
        .await?;
    Ok(Database::Sqlite {
        writer: readers.clone(),
        readers,
    })
}

/// A transaction of the writer, begun and ended by plain statements.
///
/// SQLite ends a transaction by itself when the disk is full or fails, and a driver that counts
/// begins and ends then believes for ever that one is open. Here a transaction that did not end as
/// it was told to takes its connection along, and the pool opens a fresh one.
pub(crate) struct SqliteWriter {
    connection: PoolConnection<Sqlite>,
    ended: bool,
}

impl SqliteWriter {
    pub(super) async fn begin(pool: &SqlitePool) -> Result<Self, Error> {
        let mut writer = Self {
            connection: pool.acquire().await?,
            ended: false,
        };
        // `immediate` takes the write lock now: a lock wanted half-way through can fail.
        sqlx::query("begin immediate")
            .execute(writer.connection())
            .await?;
        Ok(writer)
    }

    pub(super) fn connection(&mut self) -> &mut SqliteConnection {
        &mut self.connection
    }

    /// Commits or rolls back.
    pub(super) async fn end(mut self, how: &'static str) -> Result<(), Error> {
        sqlx::query(how).execute(&mut *self.connection).await?;
        self.ended = true;
        Ok(())
    }
}

impl Drop for SqliteWriter {
    fn drop(&mut self) {
        if !self.ended {
            self.connection.close_on_drop();
        }
    }
}

/// What was asked for is not always what is in force: a file system without shared memory, for
/// one, leaves WAL off and says so only here.
async fn assert_settings(writer: &SqlitePool) -> Result<(), Error> {
    let mode: String = sqlx::query("pragma journal_mode")
        .fetch_one(writer)
        .await?
        .try_get(0)?;
    if mode != "wal" {
        return Err(Error::NotDurable {
            setting: "journal_mode",
            found: mode,
            wanted: "wal",
        });
    }
    let synchronous: i64 = sqlx::query("pragma synchronous")
        .fetch_one(writer)
        .await?
        .try_get(0)?;
    if synchronous != 2 {
        return Err(Error::NotDurable {
            setting: "synchronous",
            found: synchronous.to_string(),
            wanted: "2 (full)",
        });
    }
    let foreign_keys: i64 = sqlx::query("pragma foreign_keys")
        .fetch_one(writer)
        .await?
        .try_get(0)?;
    if foreign_keys != 1 {
        return Err(Error::NotDurable {
            setting: "foreign_keys",
            found: foreign_keys.to_string(),
            wanted: "1 (on)",
        });
    }
    Ok(())
}
