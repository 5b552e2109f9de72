//! The database underneath: SQLite or PostgreSQL, and the few words in which they differ.
//!
//! Everything above speaks one SQL text with `$1` parameters and three types: text, whole numbers
//! (64 bits) and bytes. Times are milliseconds since 1970 in UTC, dates and JSON are text. Here is
//! the only `match` over the two databases; nothing here knows a domain word.

use std::path::PathBuf;

use sqlx::{PgPool, SqlitePool};

use crate::error::Error;

pub(crate) mod batch;
pub(crate) mod connection;
pub(crate) mod migration;
mod postgres;
pub(crate) mod sqlite;
pub(crate) mod value;

use connection::Connection;

/// Connections for reading. Pages and the worker seldom read more than a few things at once, and
/// beyond the number of cores more connections only queue in the database instead of here.
pub(crate) const READERS_MAX: u32 = 4;

/// Where a store keeps its rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// One file, made if it is not there.
    Sqlite(PathBuf),
    /// One schema of a PostgreSQL database, made if it is not there.
    Postgres {
        /// `postgres://user@host/database`, or with `host=/run/postgresql` a Unix socket.
        url: String,
        /// Lower-case letters, digits and `_`.
        schema: String,
    },
}

/// One writer and some readers.
#[derive(Clone, Debug)]
pub(crate) enum Database {
    Sqlite {
        writer: SqlitePool,
        readers: SqlitePool,
    },
    Postgres {
        pool: PgPool,
    },
}

impl Database {
    /// Opens the database, makes it what we promise it to be and brings its schema up to date.
    pub(crate) async fn open(location: &Location) -> Result<Self, Error> {
        match location {
            Location::Sqlite(path) => sqlite::open(path).await,
            Location::Postgres { url, schema } => postgres::open(url, schema).await,
        }
    }

    /// An existing database, only for reading: nothing is made, no schema changed.
    pub(crate) async fn open_for_reading(location: &Location) -> Result<Self, Error> {
        match location {
            Location::Sqlite(path) => sqlite::open_for_reading(path).await,
            Location::Postgres { url, schema } => postgres::open_for_reading(url, schema).await,
        }
    }

    /// A transaction of the one writer. Dropped without a commit, it is rolled back.
    pub(crate) async fn write(&self) -> Result<Connection, Error> {
        Ok(match self {
            Self::Sqlite { writer, .. } => {
                Connection::SqliteWriter(sqlite::SqliteWriter::begin(writer).await?)
            }
            Self::Postgres { pool } => Connection::Postgres(pool.begin().await?),
        })
    }

    /// A transaction for reading: everything read in it is of one moment.
    pub(crate) async fn read(&self) -> Result<Connection, Error> {
        Ok(match self {
            Self::Sqlite { readers, .. } => Connection::SqliteReader(readers.begin().await?),
            Self::Postgres { pool } => Connection::Postgres(
                pool.begin_with("begin isolation level repeatable read, read only")
                    .await?,
            ),
        })
    }

    /// Closes every connection, after what they are doing.
    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres { pool } => pool.close().await,
        }
    }
}
