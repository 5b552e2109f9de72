//! PostgreSQL: for several hosts and a standby. Its settings, and the proof that they hold.

use std::str::FromStr as _;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, PgPool, Row as _};

use super::{Database, READERS_MAX, migration};
use crate::error::Error;

/// How long to wait for a connection before saying that the database is not there.
const CONNECT: Duration = Duration::from_secs(10);

/// Longest schema name; PostgreSQL would silently cut at 63 bytes.
const SCHEMA_BYTES_MAX: usize = 63;

/// Words of the schema's text that PostgreSQL spells its own way.
pub(super) const WORDS: migration::Words = migration::Words {
    whole: "bigint",
    bytes: "bytea",
    table_end: "",
};

pub(super) async fn open(url: &str, schema: &str) -> Result<Database, Error> {
    let pool = connect(url, schema).await?;
    // The name was checked letter by letter.
    let create = format!("create schema if not exists \"{schema}\"");
    sqlx::raw_sql(AssertSqlSafe(create)).execute(&pool).await?;
    assert_settings(&pool).await?;
    let database = Database::Postgres { pool };
    migration::bring_up_to_date(&database, &WORDS).await?;
    Ok(database)
}

/// An existing schema; nothing is made and nothing changed.
pub(crate) async fn open_for_reading(url: &str, schema: &str) -> Result<Database, Error> {
    let pool = connect(url, schema).await?;
    Ok(Database::Postgres { pool })
}

async fn connect(url: &str, schema: &str) -> Result<PgPool, Error> {
    let first = schema.bytes().next();
    let plain = schema
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    if !plain || schema.len() > SCHEMA_BYTES_MAX || first.is_none_or(|b| b.is_ascii_digit()) {
        return Err(Error::SchemaName(schema.to_owned()));
    }
    let options = PgConnectOptions::from_str(url)?
        .application_name(&format!("duly {schema}"))
        .options([("search_path", schema)])
        .statement_cache_capacity(200);
    Ok(PgPoolOptions::new()
        .max_connections(READERS_MAX + 1)
        .acquire_timeout(CONNECT)
        .connect_with(options)
        .await?)
}

async fn assert_settings(pool: &PgPool) -> Result<(), Error> {
    for (setting, wanted, show) in [
        ("fsync", "on", "show fsync"),
        (
            "synchronous_commit",
            "anything but off",
            "show synchronous_commit",
        ),
    ] {
        let found: String = sqlx::query(show).fetch_one(pool).await?.try_get(0)?;
        if found == "off" {
            return Err(Error::NotDurable {
                setting,
                found,
                wanted,
            });
        }
    }
    Ok(())
}
