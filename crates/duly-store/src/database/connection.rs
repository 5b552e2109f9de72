//! A transaction on either database, with the two things one can do in it: run and fetch.

use sqlx::query::Query;
use sqlx::{
    AssertSqlSafe, Encode, PgConnection, Postgres, SqlSafeStr, Sqlite, SqliteConnection,
    Transaction, Type,
};

use super::sqlite::SqliteWriter;
use super::value::{Row, Value};
use crate::error::Error;

/// A transaction. Dropped without [`Connection::commit`], it is rolled back.
pub(crate) enum Connection {
    /// Of one of SQLite's readers.
    SqliteReader(Transaction<'static, Sqlite>),
    /// Of SQLite's one writer.
    SqliteWriter(SqliteWriter),
    /// Of PostgreSQL.
    Postgres(Transaction<'static, Postgres>),
}

/// Which database a statement goes to.
enum Wire<'a> {
    Sqlite(&'a mut SqliteConnection),
    Postgres(&'a mut PgConnection),
}

fn bound<'q, DB>(sql: impl SqlSafeStr, values: Vec<Value>) -> Query<'q, DB, DB::Arguments>
where
    DB: sqlx::Database,
    Option<String>: Encode<'q, DB> + Type<DB>,
    Option<i64>: Encode<'q, DB> + Type<DB>,
    Option<Vec<u8>>: Encode<'q, DB> + Type<DB>,
{
    let mut query = sqlx::query(sql);
    for value in values {
        query = match value {
            Value::Text(text) => query.bind(text),
            Value::Whole(number) => query.bind(number),
            Value::Bytes(bytes) => query.bind(bytes),
        };
    }
    query
}

impl Connection {
    fn wire(&mut self) -> Wire<'_> {
        crate::faults::count_statement();
        match self {
            Self::SqliteReader(tx) => Wire::Sqlite(tx),
            Self::SqliteWriter(tx) => Wire::Sqlite(tx.connection()),
            Self::Postgres(tx) => Wire::Postgres(tx),
        }
    }

    /// Runs a statement; the number of rows it changed.
    pub(crate) async fn run(
        &mut self,
        sql: impl SqlSafeStr,
        values: Vec<Value>,
    ) -> Result<u64, Error> {
        Ok(match self.wire() {
            Wire::Sqlite(wire) => bound(sql, values).execute(wire).await?.rows_affected(),
            Wire::Postgres(wire) => bound(sql, values).execute(wire).await?.rows_affected(),
        })
    }

    /// All rows of a statement. Its author bounds them.
    pub(crate) async fn all(
        &mut self,
        sql: impl SqlSafeStr,
        values: Vec<Value>,
    ) -> Result<Vec<Row>, Error> {
        Ok(match self.wire() {
            Wire::Sqlite(wire) => {
                let rows = bound(sql, values).fetch_all(wire).await?;
                rows.into_iter().map(Row::Sqlite).collect()
            }
            Wire::Postgres(wire) => {
                let rows = bound(sql, values).fetch_all(wire).await?;
                rows.into_iter().map(Row::Postgres).collect()
            }
        })
    }

    /// The first row of a statement.
    pub(crate) async fn first(
        &mut self,
        sql: impl SqlSafeStr,
        values: Vec<Value>,
    ) -> Result<Option<Row>, Error> {
        Ok(match self.wire() {
            Wire::Sqlite(wire) => {
                let row = bound(sql, values).fetch_optional(wire).await?;
                row.map(Row::Sqlite)
            }
            Wire::Postgres(wire) => {
                let row = bound(sql, values).fetch_optional(wire).await?;
                row.map(Row::Postgres)
            }
        })
    }

    /// Several statements at once, without parameters: a step of the schema.
    pub(crate) async fn script(&mut self, sql: String) -> Result<(), Error> {
        let script = sqlx::raw_sql(AssertSqlSafe(sql));
        match self.wire() {
            Wire::Sqlite(wire) => script.execute(wire).await.map(|_| ())?,
            Wire::Postgres(wire) => script.execute(wire).await.map(|_| ())?,
        }
        Ok(())
    }

    pub(crate) async fn commit(self) -> Result<(), Error> {
        match self {
            Self::SqliteReader(tx) => tx.commit().await?,
            Self::SqliteWriter(tx) => tx.end("commit").await?,
            Self::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }

    pub(crate) async fn rollback(self) -> Result<(), Error> {
        match self {
            Self::SqliteReader(tx) => tx.rollback().await?,
            Self::SqliteWriter(tx) => tx.end("rollback").await?,
            Self::Postgres(tx) => tx.rollback().await?,
        }
        Ok(())
    }

    /// A text that only SQLite knows.
    pub(crate) fn pick_sqlite(&self, text: &'static str) -> Option<&'static str> {
        (!matches!(self, Self::Postgres(_))).then_some(text)
    }

    /// Picks one of two texts, for the few statements that differ.
    pub(crate) fn pick(&self, sqlite: &'static str, postgres: &'static str) -> &'static str {
        self.pick_sqlite(sqlite).unwrap_or(postgres)
    }
}
