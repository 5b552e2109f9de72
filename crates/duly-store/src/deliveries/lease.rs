//! Taking what is to be sent: the first of each queue whose time has come, with what is gathered
//! to it.

use duly_core::id::{ClientId, PersonId};
use jiff::{SignedDuration, Timestamp};

use crate::database::value::{Row, args};
use crate::error::Error;
use crate::store::Store;
use crate::transaction::Transaction;
use crate::writer::Lane;

/// How long a bundle is somebody's. Longer than any attempt may take, so that nothing is sent twice
/// merely because a peer is slow.
pub const LEASE_FOR: SignedDuration = SignedDuration::from_mins(5);

/// Most deliveries of a bundle. After an outage of days a recipient gets one message of this size,
/// which counts what it does not list.
pub const BUNDLE_MAX: i64 = 500;

/// What is sent as one message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundle {
    /// About whom it is.
    pub client: ClientId,
    /// The same at every attempt.
    pub id: String,
    /// Through what it leaves.
    pub connection: String,
    /// To whom.
    pub to: Option<(ClientId, PersonId)>,
    /// What kind of thing the first of it is.
    pub kind: String,
    /// What each of it says, in order.
    pub documents: Vec<String>,
    /// When the first of it was queued.
    pub queued_at: Timestamp,
    /// When the first of it might have been sent.
    pub not_before: Timestamp,
    /// How often it was tried, with this time.
    pub tries: u64,
    /// Until when it is whose it is: the compare-and-set word of its end.
    pub leased_until: Timestamp,
}

impl Store {
    /// Takes the first bundle of up to `queues_max` queues, each until [`LEASE_FOR`] from now.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn lease_deliveries(
        &self,
        queues_max: u32,
        now: Timestamp,
    ) -> Result<Vec<Bundle>, Error> {
        self.write(Lane::Bulk, (queues_max, now), |tx, (queues_max, now)| {
            Box::pin(lease(tx, *queues_max, *now))
        })
        .await
    }
}

/// The first of each queue whose time has come. A queue is held up by what is under way, and by
/// what was tried and is to be tried again; what merely waits for its hour holds up nothing.
const FIRST: &str = "select d.client, d.delivery, d.queue, d.connection, d.home, d.person, \
     d.kind, d.is_gathered, d.bundle, d.queued_at, d.not_before, d.tries, d.place \
     from delivery d where d.state = 'waiting' and d.not_before <= $1 and d.again_at <= $1 \
     and d.leased_until <= $1 \
     and not exists (select 1 from delivery e where e.state = 'waiting' and e.queue = d.queue \
     and (e.leased_until > $1 or e.again_at > $1)) \
     and not exists (select 1 from delivery e where e.state = 'waiting' and e.queue = d.queue \
     and e.place < d.place and e.not_before <= $1) \
     order by d.place limit $2";

async fn lease(
    tx: &mut Transaction,
    queues_max: u32,
    now: Timestamp,
) -> Result<Vec<Bundle>, Error> {
    let until = now.saturating_add(LEASE_FOR).unwrap_or(Timestamp::MAX);
    let firsts = tx
        .rows()
        .all(FIRST, args![now, i64::from(queues_max)])
        .await?;
    let mut bundles = Vec::with_capacity(firsts.len());
    for first in &firsts {
        bundles.push(take(tx, first, until, now).await?);
    }
    Ok(bundles)
}

async fn take(
    tx: &mut Transaction,
    first: &Row,
    until: Timestamp,
    now: Timestamp,
) -> Result<Bundle, Error> {
    let client: ClientId = first.id("client")?;
    let (id, queue) = (first.text("delivery")?, first.text("queue")?);
    let place = first.whole("place")?;
    // The other way of a statement than the one below: what was sent together once stays together.
    let bundle = match first.text_or_none("bundle")? {
        Some(bundle) => bundle,
        None => {
            let more = if first.truth("is_gathered")? {
                BUNDLE_MAX - 1
            } else {
                0
            };
            tx.rows()
                .run(
                    "update delivery set bundle = $1 where place = $2 or place in ( \
                     select d.place from delivery d where d.state = 'waiting' and d.queue = $3 \
                     and d.client = $4 and d.place > $2 and d.bundle is null \
                     and d.is_gathered = 1 and d.not_before <= $5 order by d.place limit $6)",
                    args![id.as_str(), place, queue.as_str(), &client, now, more],
                )
                .await?;
            id
        }
    };
    tx.rows()
        .run(
            "update delivery set leased_until = $1, tries = tries + 1 \
             where bundle = $2 and client = $3 and state = 'waiting'",
            args![until, bundle.as_str(), &client],
        )
        .await?;
    tx.step("delivery-leased");
    let found = tx
        .rows()
        .all(
            "select document from delivery where bundle = $1 and client = $2 \
             and state = 'waiting' order by place",
            args![bundle.as_str(), &client],
        )
        .await?;
    let mut documents = Vec::with_capacity(found.len());
    for row in &found {
        documents.push(row.text("document")?);
    }
    let home: Option<ClientId> = first.id_or_none("home")?;
    let person: Option<PersonId> = first.id_or_none("person")?;
    Ok(Bundle {
        client,
        id: bundle,
        connection: first.text("connection")?,
        to: home.zip(person),
        kind: first.text("kind")?,
        documents,
        queued_at: first.at("queued_at")?,
        not_before: first.at("not_before")?,
        tries: first.count("tries")? + 1,
        leased_until: until,
    })
}
