//! Notices: what there is to tell, written in the transaction of what it tells of, so that neither
//! is ever without the other. To whom one goes is decided later, once ([`Store::address`]).

use duly_core::id::ClientId;
use duly_core::telling::Notice;
use jiff::Timestamp;

use crate::database::value::args;
use crate::deliveries::{self, NewDelivery};
use crate::error::Error;
use crate::page::ROWS_MAX;
use crate::random;
use crate::store::Store;
use crate::transaction::Transaction;
use crate::writer::Lane;

/// A notice of which it is not decided to whom it goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Untold {
    /// About whom it is.
    pub client: ClientId,
    /// Random.
    pub id: String,
    /// What it says.
    pub notice: Notice,
    /// When it was written.
    pub made_at: Timestamp,
}

impl Store {
    /// Writes a notice that tells of nothing that is recorded: a test message.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn tell(
        &self,
        client: &ClientId,
        notice: Notice,
        now: Timestamp,
    ) -> Result<(), Error> {
        let input = (client.clone(), notice, now);
        self.write(Lane::Acknowledge, input, |tx, (client, notice, now)| {
            Box::pin(tell(tx, client, notice, *now))
        })
        .await
    }

    /// The oldest notices of which it is not decided to whom they go, at most [`ROWS_MAX`].
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn untold(&self) -> Result<Vec<Untold>, Error> {
        let mut rows = self.read().await?;
        let found = rows
            .all(
                "select client, notice, document, made_at from notice where told_at is null \
                 order by made_at, client, notice limit $1",
                args![i64::from(ROWS_MAX)],
            )
            .await?;
        let mut notices = Vec::with_capacity(found.len());
        for row in &found {
            notices.push(Untold {
                client: row.id("client")?,
                id: row.text("notice")?,
                notice: row.json("document")?,
                made_at: row.at("made_at")?,
            });
        }
        Ok(notices)
    }

    /// Decides, once, to whom a notice goes; `false` when that was decided before.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn address(
        &self,
        client: &ClientId,
        notice: &str,
        deliveries: Vec<NewDelivery>,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let input = (client.clone(), notice.to_owned(), deliveries, now);
        self.write(
            Lane::Bulk,
            input,
            |tx, (client, notice, deliveries, now)| {
                Box::pin(address(tx, client, notice, deliveries, *now))
            },
        )
        .await
    }
}

/// Writes a notice beside what it tells of.
pub(crate) async fn tell(
    tx: &mut Transaction,
    client: &ClientId,
    notice: &Notice,
    now: Timestamp,
) -> Result<(), Error> {
    let row = args![
        client,
        random::id()?,
        notice.kind.word(),
        serde_json::to_string(notice)?,
        now,
    ];
    tx.rows()
        .run(
            "insert into notice(client, notice, kind, document, made_at) \
             values ($1, $2, $3, $4, $5)",
            row,
        )
        .await?;
    Ok(())
}

async fn address(
    tx: &mut Transaction,
    client: &ClientId,
    notice: &str,
    deliveries: &[NewDelivery],
    now: Timestamp,
) -> Result<bool, Error> {
    let told = tx
        .rows()
        .run(
            "update notice set told_at = $1 \
             where client = $2 and notice = $3 and told_at is null",
            args![now, client, notice],
        )
        .await?;
    if told == 0 {
        return Ok(false);
    }
    for delivery in deliveries {
        deliveries::queue(tx, delivery, now).await?;
    }
    Ok(true)
}
