//! Requests that may be sent again: the first answer is kept under the caller's key, and given
//! again to whoever sends the same request.
//!
//! What a request changes and the mark that it changed something commit together ([`under`]): after
//! a death in between, a request without the mark is made anew, and one with it never is. What such
//! a one would have answered is then not known any more, and that is what is said. Answers are
//! sealed: one may hold a link that lets somebody in.

use duly_core::id::{ClientId, PersonId};
use duly_proof::hash::Hash;
use jiff::{SignedDuration, Timestamp};

use crate::database::value::{Row, args};
use crate::error::{Error, at_most};
use crate::secrets::{open, seal};
use crate::store::Store;
use crate::transaction::Transaction;
use crate::writer::Lane;

/// How long an answer is kept: whoever did not hear it asks again the same day.
pub const REQUEST_KEYS_KEPT_FOR: SignedDuration = SignedDuration::from_hours(24);

/// How long a request may be under way before it counts as dead: the longest that any may take is
/// three minutes.
pub const REQUEST_DEAD_AFTER: SignedDuration = SignedDuration::from_mins(5);

/// Most keys of one person at a time: a write every nine seconds for a whole day. Beyond it
/// something runs in circles.
pub const REQUEST_KEYS_MAX: usize = 10_000;

/// Longest key, in bytes; a UUID has 36.
pub const REQUEST_KEY_BYTES_MAX: usize = 255;

/// Longest answer that is kept, in bytes; those of acts are some hundred.
pub const REQUEST_ANSWER_BYTES_MAX: usize = 256 * 1024;

/// A request with its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestKey {
    /// Under whom its person stands.
    pub client: ClientId,
    /// Who sends it.
    pub person: PersonId,
    /// The caller's word for it.
    pub key: String,
    /// SHA-256 of all that makes it the same request.
    pub fingerprint: Hash,
}

impl RequestKey {
    /// What a sealed answer is bound to beside the client.
    fn sealed_as(&self) -> String {
        format!("request/{}/{}", self.person, self.key)
    }
}

/// An answer that was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptAnswer {
    /// HTTP status.
    pub status: u16,
    /// Media type; absent for an answer without a body.
    pub content_type: Option<String>,
    /// The body.
    pub body: Vec<u8>,
}

/// What is known of a request that begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequestBegun {
    /// It is to be made.
    New,
    /// It was made; this was its answer.
    Answered(KeptAnswer),
    /// It is being made.
    UnderWay,
    /// It changed something, and duly ended before its answer was kept.
    AnswerLost,
    /// Its key stands for another request.
    Other,
}

tokio::task_local! {
    static UNDER: RequestKey;
}

/// Does something for a request: whatever it changes bears the mark of its key, in the same
/// transaction. Waiting for what was given to another task is not covered.
pub async fn under<T>(key: RequestKey, doing: impl Future<Output = T>) -> T {
    UNDER.scope(key, doing).await
}

/// The request for which the running task does something.
pub(crate) fn current() -> Option<RequestKey> {
    UNDER.try_with(RequestKey::clone).ok()
}

impl Store {
    /// Begins a request, or says what became of it before.
    ///
    /// # Errors
    ///
    /// [`Error::TooMuch`] when the key is too long, or the person has [`REQUEST_KEYS_MAX`].
    pub async fn begin_request(
        &self,
        key: RequestKey,
        now: Timestamp,
    ) -> Result<RequestBegun, Error> {
        at_most("a key in bytes", key.key.len(), REQUEST_KEY_BYTES_MAX)?;
        let begun = self.write(Lane::Acknowledge, (key.clone(), now), |tx, (key, now)| {
            Box::pin(begin(tx, key, *now))
        });
        let mut kept = match begun.await? {
            RequestBegun::Answered(kept) => kept,
            other => return Ok(other),
        };
        let secret = self.client_key(&key.client).await?;
        kept.body = open(&secret, &key.client, &key.sealed_as(), &kept.body)?;
        Ok(RequestBegun::Answered(kept))
    }

    /// Keeps the answer of a request that was begun.
    ///
    /// # Errors
    ///
    /// [`Error::TooMuch`] when it is longer than is kept.
    pub async fn answer_request(
        &self,
        key: RequestKey,
        mut answer: KeptAnswer,
    ) -> Result<(), Error> {
        let limit = REQUEST_ANSWER_BYTES_MAX;
        at_most("an answer in bytes", answer.body.len(), limit)?;
        let secret = self.client_key(&key.client).await?;
        answer.body = seal(&secret, &key.client, &key.sealed_as(), &answer.body)?;
        self.write(Lane::Acknowledge, (key, answer), |tx, (key, answer)| {
            Box::pin(async move {
                let sql = "update request_key set status = $1, content_type = $2, answer = $3 \
                           where client = $4 and person = $5 and request_key = $6 \
                           and fingerprint = $7";
                let row = args![
                    i64::from(answer.status),
                    answer.content_type.as_deref(),
                    answer.body.as_slice(),
                    &key.client,
                    &key.person,
                    key.key.as_str(),
                    key.fingerprint,
                ];
                tx.rows().run(sql, row).await?;
                Ok(())
            })
        })
        .await
    }

    /// Forgets a request that was begun, so that it can be sent again; one that changed something
    /// stays.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn forget_request(&self, key: RequestKey) -> Result<(), Error> {
        self.write(Lane::Acknowledge, key, |tx, key| {
            Box::pin(async move {
                let sql = "delete from request_key where client = $1 and person = $2 \
                           and request_key = $3 and fingerprint = $4 and acted = 0";
                let row = args![&key.client, &key.person, key.key.as_str(), key.fingerprint];
                tx.rows().run(sql, row).await?;
                Ok(())
            })
        })
        .await
    }
}

/// Marks that a request changed something.
pub(crate) async fn mark(tx: &mut Transaction, key: &RequestKey) -> Result<(), Error> {
    let sql = "update request_key set acted = 1 where client = $1 and person = $2 \
               and request_key = $3 and acted = 0";
    let row = args![&key.client, &key.person, key.key.as_str()];
    tx.rows().run(sql, row).await?;
    Ok(())
}

async fn begin(
    tx: &mut Transaction,
    key: &RequestKey,
    now: Timestamp,
) -> Result<RequestBegun, Error> {
    let oldest = now - REQUEST_KEYS_KEPT_FOR;
    let sql = "delete from request_key where client = $1 and person = $2 and began_at <= $3";
    let row = args![&key.client, &key.person, oldest];
    tx.rows().run(sql, row).await?;
    if insert(tx, key, now).await? {
        let sql = "select count(*) as keys from request_key where client = $1 and person = $2";
        let row = args![&key.client, &key.person];
        let found = tx.rows().first(sql, row).await?;
        let keys = found.map_or(Ok(0), |row| row.count("keys"))?;
        let keys = usize::try_from(keys).unwrap_or(usize::MAX);
        at_most("keys of requests", keys, REQUEST_KEYS_MAX)?;
        return Ok(RequestBegun::New);
    }
    let sql = "select fingerprint, began_at, acted, status, content_type, answer from request_key \
               where client = $1 and person = $2 and request_key = $3";
    let row = args![&key.client, &key.person, key.key.as_str()];
    let found = tx.rows().first(sql, row).await?;
    let Some(row) = found else {
        return Ok(RequestBegun::UnderWay);
    };
    known(tx, key, &row, now).await
}

async fn known(
    tx: &mut Transaction,
    key: &RequestKey,
    row: &Row,
    now: Timestamp,
) -> Result<RequestBegun, Error> {
    if row.hash("fingerprint")? != key.fingerprint {
        return Ok(RequestBegun::Other);
    }
    if let Some(status) = row.count_or_none("status")? {
        return Ok(RequestBegun::Answered(KeptAnswer {
            status: u16::try_from(status).map_err(|_| Error::unreadable("a status", status))?,
            content_type: row.text_or_none("content_type")?,
            body: row.bytes("answer")?,
        }));
    }
    if now.duration_since(row.at("began_at")?) < REQUEST_DEAD_AFTER {
        return Ok(RequestBegun::UnderWay);
    }
    if row.whole("acted")? == 1 {
        return Ok(RequestBegun::AnswerLost);
    }
    let sql = "update request_key set began_at = $1 where client = $2 and person = $3 \
               and request_key = $4";
    let row = args![now, &key.client, &key.person, key.key.as_str()];
    tx.rows().run(sql, row).await?;
    Ok(RequestBegun::New)
}

async fn insert(tx: &mut Transaction, key: &RequestKey, now: Timestamp) -> Result<bool, Error> {
    let made = tx
        .rows()
        .run(
            "insert into request_key(client, person, request_key, fingerprint, began_at, acted) \
             values ($1, $2, $3, $4, $5, 0) on conflict do nothing",
            args![
                &key.client,
                &key.person,
                key.key.as_str(),
                key.fingerprint,
                now
            ],
        )
        .await?;
    Ok(made == 1)
}
