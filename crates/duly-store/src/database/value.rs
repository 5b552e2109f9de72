//! What goes into a statement and what comes out of a row: text, whole numbers, bytes, and
//! nothing else, so that both databases store the same thing.

use duly_core::id::{AssetId, ClientId, DutyId, PersonId, ProcessId, RunId, StepId};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{ColumnIndex, Decode, Row as _, Type};

use crate::error::Error;

/// One parameter of a statement. An absent value keeps its type, since PostgreSQL asks for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Text(Option<String>),
    Whole(Option<i64>),
    Bytes(Option<Vec<u8>>),
}

/// Makes the list of parameters of a statement.
macro_rules! args {
    ($($value:expr),* $(,)?) => {
        vec![$($crate::database::value::Value::from($value)),*]
    };
}
pub(crate) use args;

macro_rules! text {
    ($($type:ty),*) => {$(
        impl From<&$type> for Value {
            fn from(id: &$type) -> Self {
                Self::Text(Some(id.0.clone()))
            }
        }
        impl From<Option<&$type>> for Value {
            fn from(id: Option<&$type>) -> Self {
                Self::Text(id.map(|id| id.0.clone()))
            }
        }
    )*};
}
text!(
    ClientId, AssetId, ProcessId, StepId, PersonId, RunId, DutyId
);

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(Some(text.to_owned()))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(Some(text))
    }
}

impl From<Option<String>> for Value {
    fn from(text: Option<String>) -> Self {
        Self::Text(text)
    }
}

impl From<Option<&str>> for Value {
    fn from(text: Option<&str>) -> Self {
        Self::Text(text.map(str::to_owned))
    }
}

impl From<Date> for Value {
    fn from(date: Date) -> Self {
        Self::Text(Some(date.to_string()))
    }
}

impl From<Option<Date>> for Value {
    fn from(date: Option<Date>) -> Self {
        Self::Text(date.map(|date| date.to_string()))
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Whole(Some(number))
    }
}

impl From<Option<i64>> for Value {
    fn from(number: Option<i64>) -> Self {
        Self::Whole(number)
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Self::Whole(Some(i64::from(truth)))
    }
}

impl From<Timestamp> for Value {
    fn from(at: Timestamp) -> Self {
        Self::Whole(Some(at.as_millisecond()))
    }
}

impl From<Option<Timestamp>> for Value {
    fn from(at: Option<Timestamp>) -> Self {
        Self::Whole(at.map(Timestamp::as_millisecond))
    }
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(Some(bytes))
    }
}

impl From<&[u8]> for Value {
    fn from(bytes: &[u8]) -> Self {
        Self::Bytes(Some(bytes.to_vec()))
    }
}

impl From<duly_proof::hash::Hash> for Value {
    fn from(hash: duly_proof::hash::Hash) -> Self {
        Self::Bytes(Some(hash.0.to_vec()))
    }
}

/// The kebab-case word of a unit enum, as it stands in JSON: one spelling in log, row and page.
pub(crate) fn word<T: Serialize>(value: &T) -> Result<String, Error> {
    match serde_json::to_value(value)? {
        serde_json::Value::String(word) => Ok(word),
        other => Err(Error::unreadable("a word", other)),
    }
}

/// One row.
pub(crate) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl Row {
    fn get<T>(&self, column: &str) -> Result<T, Error>
    where
        T: for<'r> Decode<'r, sqlx::Sqlite> + Type<sqlx::Sqlite>,
        T: for<'r> Decode<'r, sqlx::Postgres> + Type<sqlx::Postgres>,
        for<'c> &'c str: ColumnIndex<SqliteRow> + ColumnIndex<PgRow>,
    {
        Ok(match self {
            Self::Sqlite(row) => row.try_get(column)?,
            Self::Postgres(row) => row.try_get(column)?,
        })
    }

    pub(crate) fn text(&self, column: &str) -> Result<String, Error> {
        self.get(column)
    }

    pub(crate) fn text_or_none(&self, column: &str) -> Result<Option<String>, Error> {
        self.get(column)
    }

    /// An identifier.
    pub(crate) fn id<T: From<String>>(&self, column: &str) -> Result<T, Error> {
        self.text(column).map(T::from)
    }

    pub(crate) fn id_or_none<T: From<String>>(&self, column: &str) -> Result<Option<T>, Error> {
        Ok(self.text_or_none(column)?.map(T::from))
    }

    pub(crate) fn whole(&self, column: &str) -> Result<i64, Error> {
        self.get(column)
    }

    /// A whole number that cannot be negative: a size, an index, a count.
    pub(crate) fn count(&self, column: &str) -> Result<u64, Error> {
        let number = self.whole(column)?;
        u64::try_from(number).map_err(|_| Error::unreadable(column, number))
    }

    pub(crate) fn count_or_none(&self, column: &str) -> Result<Option<u64>, Error> {
        self.get::<Option<i64>>(column)?
            .map(|number| u64::try_from(number).map_err(|_| Error::unreadable(column, number)))
            .transpose()
    }

    pub(crate) fn truth(&self, column: &str) -> Result<bool, Error> {
        Ok(self.whole(column)? != 0)
    }

    pub(crate) fn bytes(&self, column: &str) -> Result<Vec<u8>, Error> {
        self.get(column)
    }

    pub(crate) fn bytes_or_none(&self, column: &str) -> Result<Option<Vec<u8>>, Error> {
        self.get(column)
    }

    pub(crate) fn hash(&self, column: &str) -> Result<duly_proof::hash::Hash, Error> {
        let bytes = self.bytes(column)?;
        let array = <[u8; 32]>::try_from(bytes.as_slice())
            .map_err(|_| Error::unreadable(column, bytes.len()))?;
        Ok(duly_proof::hash::Hash(array))
    }

    pub(crate) fn at(&self, column: &str) -> Result<Timestamp, Error> {
        instant(column, self.whole(column)?)
    }

    pub(crate) fn at_or_none(&self, column: &str) -> Result<Option<Timestamp>, Error> {
        self.get::<Option<i64>>(column)?
            .map(|ms| instant(column, ms))
            .transpose()
    }

    pub(crate) fn date(&self, column: &str) -> Result<Date, Error> {
        let text = self.text(column)?;
        text.parse().map_err(|_| Error::unreadable(column, text))
    }

    /// A JSON document.
    pub(crate) fn json<T: DeserializeOwned>(&self, column: &str) -> Result<T, Error> {
        let text = self.text(column)?;
        serde_json::from_str(&text).map_err(|error| Error::unreadable(column, error))
    }

    pub(crate) fn json_or_none<T: DeserializeOwned>(
        &self,
        column: &str,
    ) -> Result<Option<T>, Error> {
        self.text_or_none(column)?
            .map(|text| {
                serde_json::from_str(&text).map_err(|error| Error::unreadable(column, error))
            })
            .transpose()
    }

    /// The value of a unit enum, from its word.
    pub(crate) fn word<T: DeserializeOwned>(&self, column: &str) -> Result<T, Error> {
        let text = self.text(column)?;
        serde_json::from_value(serde_json::Value::String(text))
            .map_err(|error| Error::unreadable(column, error))
    }

    pub(crate) fn word_or_none<T: DeserializeOwned>(
        &self,
        column: &str,
    ) -> Result<Option<T>, Error> {
        match self.text_or_none(column)? {
            Some(_) => self.word(column).map(Some),
            None => Ok(None),
        }
    }
}

fn instant(column: &str, ms: i64) -> Result<Timestamp, Error> {
    Timestamp::from_millisecond(ms).map_err(|_| Error::unreadable(column, ms))
}
