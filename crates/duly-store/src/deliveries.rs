//! Deliveries: one notice on its way to one recipient, taken by a worker under a lease, until it
//! arrived or was given up.
//!
//! At least once: whoever dies between sending and [`Store::delivered`] leaves a lease that ends,
//! and the same bundle goes out again under the same id, by which a mail server or a receiver
//! tells the second from a new one. In order: of one queue, one bundle at a time is under way, and
//! one that is to be tried again holds up those behind it.

mod lease;

use duly_core::id::{ClientId, PersonId};
use duly_core::process::Severity;
use duly_core::scope::Client;
use jiff::{SignedDuration, Timestamp};

use crate::database::value::args;
use crate::error::Error;
use crate::random;
use crate::store::Store;
use crate::transaction::Transaction;
use crate::warnings::{self, NewWarning};
use crate::writer::Lane;

pub use lease::{BUNDLE_MAX, Bundle, LEASE_FOR};

/// The rule of the warning that something cannot be delivered.
pub const UNDELIVERABLE: &str = "undeliverable";

/// How long what arrived or was given up is remembered: a quarter, for whoever asks whether they
/// were told.
pub const DELIVERIES_KEPT_FOR: SignedDuration = SignedDuration::from_hours(24 * 92);

/// Rows forgotten in one transaction; the rest goes in the next round.
const FORGOTTEN_MAX: i64 = 500;

/// A delivery to be queued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDelivery {
    /// About whom it is.
    pub client: ClientId,
    /// Unique for the client; queueing the same again queues nothing.
    pub id: String,
    /// Whose order is kept.
    pub queue: String,
    /// Through what it leaves.
    pub connection: String,
    /// To which person, of which client; absent where nobody is named.
    pub to: Option<(ClientId, PersonId)>,
    /// What kind of thing it is.
    pub kind: String,
    /// Whether others of its queue about the same client go into the same message.
    pub is_gathered: bool,
    /// What it says.
    pub document: String,
    /// Not before this.
    pub not_before: Timestamp,
}

impl NewDelivery {
    /// A fresh id.
    ///
    /// # Errors
    ///
    /// When the system gives no random bytes.
    pub fn drawn_id() -> Result<String, Error> {
        random::id()
    }
}

/// What became of a bundle that did not get through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undelivered {
    /// Why.
    pub problem: String,
    /// When to try again; absent when it is given up.
    pub again_at: Option<Timestamp>,
    /// What the warning is of, if one is to be raised: a connection, a recipient.
    pub warn_of: Option<String>,
}

impl Store {
    /// Ends a bundle that got through, and the warnings that it did not. `false` when the lease
    /// was somebody else's by then.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn delivered(
        &self,
        bundle: &Bundle,
        warned_of: Vec<String>,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let input = (bundle.clone(), warned_of, now);
        self.write(Lane::Bulk, input, |tx, (bundle, warned_of, now)| {
            Box::pin(delivered(tx, bundle, warned_of, *now))
        })
        .await
    }

    /// Records that a bundle did not get through. `false` when the lease was somebody else's by
    /// then.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn not_delivered(
        &self,
        bundle: &Bundle,
        undelivered: Undelivered,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let input = (bundle.clone(), undelivered, now);
        self.write(Lane::Bulk, input, |tx, (bundle, undelivered, now)| {
            Box::pin(not_delivered(tx, bundle, undelivered, *now))
        })
        .await
    }

    /// Forgets what ended longer ago than [`DELIVERIES_KEPT_FOR`]; how many rows went.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn forget_deliveries(&self, now: Timestamp) -> Result<u64, Error> {
        let before = now
            .saturating_sub(DELIVERIES_KEPT_FOR)
            .unwrap_or(Timestamp::MIN);
        self.write(Lane::Bulk, before, |tx, before| {
            Box::pin(forget(tx, *before))
        })
        .await
    }
}

/// Puts a delivery at the end of its queue.
pub(crate) async fn queue(
    tx: &mut Transaction,
    delivery: &NewDelivery,
    now: Timestamp,
) -> Result<bool, Error> {
    let (home, person) = match &delivery.to {
        Some((home, person)) => (Some(home), Some(person)),
        None => (None, None),
    };
    let row = args![
        &delivery.client,
        delivery.id.as_str(),
        delivery.queue.as_str(),
        delivery.connection.as_str(),
        home,
        person,
        delivery.kind.as_str(),
        delivery.is_gathered,
        delivery.document.as_str(),
        now,
        delivery.not_before,
    ];
    let queued = tx
        .rows()
        .run(
            "insert into delivery(client, delivery, place, queue, connection, home, person, \
             kind, is_gathered, document, queued_at, not_before, again_at, tries, leased_until, \
             state) \
             values ($1, $2, (select coalesce(max(d.place), 0) + 1 from delivery d), $3, $4, \
             $5, $6, $7, $8, $9, $10, $11, 0, 0, 0, 'waiting') on conflict do nothing",
            row,
        )
        .await?;
    Ok(queued > 0)
}

async fn delivered(
    tx: &mut Transaction,
    bundle: &Bundle,
    warned_of: &[String],
    now: Timestamp,
) -> Result<bool, Error> {
    let ended = tx
        .rows()
        .run(
            "update delivery set state = 'delivered', ended_at = $1, problem = null \
             where client = $2 and bundle = $3 and state = 'waiting' and leased_until = $4",
            args![now, &bundle.client, bundle.id.as_str(), bundle.leased_until],
        )
        .await?;
    if ended == 0 {
        return Ok(false);
    }
    tx.step("delivery-ended");
    tx.rows()
        .run(
            "update connection set delivered_at = $1, problem = null \
             where client = $2 and connection = $3",
            args![now, Client::PROVIDER, bundle.connection.as_str()],
        )
        .await?;
    let provider = ClientId::from(Client::PROVIDER);
    for about in warned_of {
        warnings::clear(tx, &provider, UNDELIVERABLE, about, now).await?;
    }
    Ok(true)
}

async fn not_delivered(
    tx: &mut Transaction,
    bundle: &Bundle,
    undelivered: &Undelivered,
    now: Timestamp,
) -> Result<bool, Error> {
    let state = if undelivered.again_at.is_some() {
        "waiting"
    } else {
        "failed"
    };
    let ended_at = undelivered.again_at.is_none().then_some(now);
    let noted = tx
        .rows()
        .run(
            "update delivery set state = $1, ended_at = $2, problem = $3, \
             again_at = coalesce($4, again_at), leased_until = 0 \
             where client = $5 and bundle = $6 and state = 'waiting' and leased_until = $7",
            args![
                state,
                ended_at,
                undelivered.problem.as_str(),
                undelivered.again_at,
                &bundle.client,
                bundle.id.as_str(),
                bundle.leased_until,
            ],
        )
        .await?;
    if noted == 0 {
        return Ok(false);
    }
    tx.rows()
        .run(
            "update connection set failed_at = $1, problem = $2 \
             where client = $3 and connection = $4",
            args![
                now,
                undelivered.problem.as_str(),
                Client::PROVIDER,
                bundle.connection.as_str(),
            ],
        )
        .await?;
    if let Some(about) = &undelivered.warn_of {
        let warning = NewWarning {
            client: Client::PROVIDER.into(),
            rule: UNDELIVERABLE.to_owned(),
            about: about.clone(),
            severity: Severity::High,
            message: format!("Messages do not arrive: {}", undelivered.problem),
            ticket: None,
        };
        warnings::raise(tx, &warning, now).await?;
    }
    Ok(true)
}

async fn forget(tx: &mut Transaction, before: Timestamp) -> Result<u64, Error> {
    let mut gone = 0;
    for state in ["delivered", "failed"] {
        gone += tx
            .rows()
            .run(
                "delete from delivery where place in (select d.place from delivery d \
                 where d.state = $1 and d.ended_at < $2 order by d.ended_at limit $3)",
                args![state, before, FORGOTTEN_MAX],
            )
            .await?;
    }
    gone += tx
        .rows()
        .run(
            "delete from notice where notice in (select n.notice from notice n \
             where n.told_at < $1 order by n.told_at limit $2)",
            args![before, FORGOTTEN_MAX],
        )
        .await?;
    Ok(gone)
}
