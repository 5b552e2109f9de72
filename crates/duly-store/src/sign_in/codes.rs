//! Secrets of time-based codes, sealed, and recovery codes, hashed. Codes are checked elsewhere;
//! here it is held that none is taken twice.

use duly_core::id::{ClientId, PersonId};
use duly_proof::hash::{Hash, hash_parts};
use jiff::Timestamp;

use super::{Visitor, drafted, journal_of};
use crate::database::value::args;
use crate::error::{Error, at_most};
use crate::secrets::{open, seal};
use crate::store::Store;
use crate::transaction::Transaction;
use crate::writer::Lane;

/// Type of the entry for time-based codes that were set up, and for fresh recovery codes. Field:
/// `what` (`codes`, `recovery-codes`).
pub const CODES: &str = "x.account.codes";
/// Type of the entry for time-based codes that are asked for no longer.
pub const CODES_END: &str = "x.account.codes-end";

/// Recovery codes at a time: enough for a lost telephone and some mishaps after it.
pub const RECOVERY_CODES: usize = 10;

/// What came of confirming.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodesConfirmed {
    /// Codes are asked for from now on.
    Done,
    /// Nothing was waiting to be confirmed, or the code was taken before.
    Nothing,
}

/// The secrets of a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CodeSecrets {
    /// The one that codes are checked with.
    pub current: Option<Vec<u8>>,
    /// One that was shown and is not confirmed yet.
    pub pending: Option<Vec<u8>>,
}

/// What a sealed secret is bound to beside the client.
fn sealed_as(person: &PersonId) -> String {
    format!("sign-in codes of {person}")
}

/// How a recovery code is remembered. It has 80 random bits, which no list of hashes gives away.
#[must_use]
fn recovery_hash(client: &ClientId, person: &PersonId, code: &str) -> Hash {
    hash_parts(&[
        b"duly-recovery1",
        client.as_str().as_bytes(),
        person.as_str().as_bytes(),
        code.as_bytes(),
    ])
}

impl Store {
    /// Keeps a fresh secret that waits to be confirmed by a code; what is asked for until then
    /// stays as it was.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn offer_codes(
        &self,
        client: &ClientId,
        person: &PersonId,
        secret: &[u8],
        now: Timestamp,
    ) -> Result<(), Error> {
        let key = self.client_key(client).await?;
        let sealed = seal(&key, client, &sealed_as(person), secret)?;
        let input = (client.clone(), person.clone(), sealed, now);
        self.write(
            Lane::Acknowledge,
            input,
            |tx, (client, person, sealed, now)| {
                Box::pin(async move {
                    tx.rows()
                        .run(
                            "insert into code_secret(client, person, sealed, pending, used_step, \
                         set_at) values ($1, $2, null, $3, 0, $4) \
                         on conflict (client, person) do update set pending = excluded.pending",
                            args![client, person, &sealed[..], *now],
                        )
                        .await?;
                    Ok(())
                })
            },
        )
        .await
    }

    /// A person's secrets, for one check.
    ///
    /// # Errors
    ///
    /// [`Error::SealBroken`] when one does not open.
    pub async fn code_secrets(
        &self,
        client: &ClientId,
        person: &PersonId,
    ) -> Result<CodeSecrets, Error> {
        let mut rows = self.read().await?;
        let found = rows
            .first(
                "select sealed, pending from code_secret where client = $1 and person = $2",
                args![client, person],
            )
            .await?;
        drop(rows);
        let Some(row) = found else {
            return Ok(CodeSecrets::default());
        };
        let key = self.client_key(client).await?;
        let opened = |sealed: Option<Vec<u8>>| {
            sealed
                .map(|sealed| open(&key, client, &sealed_as(person), &sealed))
                .transpose()
        };
        Ok(CodeSecrets {
            current: opened(row.bytes_or_none("sealed")?)?,
            pending: opened(row.bytes_or_none("pending")?)?,
        })
    }

    /// Confirms the waiting secret by the step of a code that fits it, and keeps fresh recovery
    /// codes in place of earlier ones.
    ///
    /// # Errors
    ///
    /// [`Error::TooMuch`] for more than [`RECOVERY_CODES`].
    pub async fn confirm_codes(
        &self,
        client: &ClientId,
        person: &PersonId,
        step: u64,
        recovery: &[String],
        now: Timestamp,
    ) -> Result<CodesConfirmed, Error> {
        let hashes = hashed(client, person, recovery)?;
        let step = i64::try_from(step).map_err(|_| Error::unreadable("a step", step))?;
        let input = (client.clone(), person.clone(), step, hashes, now);
        self.write(
            Lane::Acknowledge,
            input,
            |tx, (client, person, step, hashes, now)| {
                Box::pin(async move {
                    let confirmed = tx
                        .rows()
                        .run(
                            "update code_secret set sealed = pending, pending = null, \
                             used_step = $1, set_at = $2 where client = $3 and person = $4 \
                             and pending is not null",
                            args![*step, *now, client, person],
                        )
                        .await?;
                    if confirmed == 0 {
                        return Ok(CodesConfirmed::Nothing);
                    }
                    put_recovery(tx, client, person, hashes).await?;
                    tell(tx, client, person, CODES, Some("codes"), *now).await?;
                    Ok(CodesConfirmed::Done)
                })
            },
        )
        .await
    }

    /// Keeps fresh recovery codes in place of earlier ones.
    ///
    /// # Errors
    ///
    /// [`Error::TooMuch`] for more than [`RECOVERY_CODES`].
    pub async fn renew_recovery_codes(
        &self,
        client: &ClientId,
        person: &PersonId,
        recovery: &[String],
        now: Timestamp,
    ) -> Result<(), Error> {
        let hashes = hashed(client, person, recovery)?;
        let input = (client.clone(), person.clone(), hashes, now);
        self.write(
            Lane::Acknowledge,
            input,
            |tx, (client, person, hashes, now)| {
                Box::pin(async move {
                    put_recovery(tx, client, person, hashes).await?;
                    tell(tx, client, person, CODES, Some("recovery-codes"), *now).await
                })
            },
        )
        .await
    }

    /// Asks for codes no longer; `false` when none were asked for.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn end_codes(
        &self,
        client: &ClientId,
        person: &PersonId,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let input = (client.clone(), person.clone(), now);
        self.write(Lane::Acknowledge, input, |tx, (client, person, now)| {
            Box::pin(async move {
                let gone = tx
                    .rows()
                    .run(
                        "delete from code_secret where client = $1 and person = $2",
                        args![client, person],
                    )
                    .await?;
                put_recovery(tx, client, person, &[]).await?;
                if gone > 0 {
                    tell(tx, client, person, CODES_END, None, *now).await?;
                }
                Ok(gone > 0)
            })
        })
        .await
    }
}

fn hashed(client: &ClientId, person: &PersonId, codes: &[String]) -> Result<Vec<Hash>, Error> {
    at_most("recovery codes", codes.len(), RECOVERY_CODES)?;
    let hash = |code: &String| recovery_hash(client, person, code);
    Ok(codes.iter().map(hash).collect())
}

async fn put_recovery(
    tx: &mut Transaction,
    client: &ClientId,
    person: &PersonId,
    hashes: &[Hash],
) -> Result<(), Error> {
    tx.rows()
        .run(
            "delete from recovery_code where client = $1 and person = $2",
            args![client, person],
        )
        .await?;
    for hash in hashes {
        tx.rows()
            .run(
                "insert into recovery_code(client, person, code_hash) values ($1, $2, $3)",
                args![client, person, *hash],
            )
            .await?;
    }
    Ok(())
}

async fn tell(
    tx: &mut Transaction,
    client: &ClientId,
    person: &PersonId,
    kind: &str,
    what: Option<&str>,
    now: Timestamp,
) -> Result<(), Error> {
    let journal = journal_of(tx, client).await?;
    let mut draft = drafted(kind, Some(person), &Visitor::default())?;
    if let Some(what) = what {
        draft = draft.with_field("what", &what)?;
    }
    tx.append(&journal, draft, now).await?;
    Ok(())
}

/// Takes the code of a step; `false` when it, or a later one, was taken before.
pub(super) async fn take_step(
    tx: &mut Transaction,
    client: &ClientId,
    person: &PersonId,
    step: u64,
) -> Result<bool, Error> {
    let step = i64::try_from(step).map_err(|_| Error::unreadable("a step", step))?;
    let taken = tx
        .rows()
        .run(
            "update code_secret set used_step = $1 where client = $2 and person = $3 \
             and used_step < $1 and sealed is not null",
            args![step, client, person],
        )
        .await?;
    Ok(taken == 1)
}

/// Takes a recovery code; `false` when it is unknown or was taken before.
pub(super) async fn take_recovery(
    tx: &mut Transaction,
    client: &ClientId,
    person: &PersonId,
    code: &str,
    now: Timestamp,
) -> Result<bool, Error> {
    let taken = tx
        .rows()
        .run(
            "update recovery_code set used_at = $1 where client = $2 and person = $3 \
             and code_hash = $4 and used_at is null",
            args![now, client, person, recovery_hash(client, person, code)],
        )
        .await?;
    Ok(taken == 1)
}
