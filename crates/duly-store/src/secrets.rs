//! Secrets: put in, opened for one call, shown to nobody.
//!
//! XChaCha20-Poly1305 with a random nonce, under a key of the client's own, which is itself sealed
//! under the root key that lies outside the database. The client and the name are associated data:
//! a row moved to another client or name does not open. A database or its backup without the root
//! key opens nothing.

use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use duly_core::id::ClientId;
use jiff::Timestamp;

use crate::database::connection::Connection;
use crate::database::value::args;
use crate::error::{Error, at_most};
use crate::random;
use crate::store::Store;
use crate::transaction::Transaction;
use crate::writer::Lane;

/// Longest secret: a private key in text form, or an asset's settings, with room.
pub const SECRET_BYTES_MAX: usize = 64 * 1_024;

const NONCE_BYTES: usize = 24;

/// Sets the wrapping of a client's key apart from the sealing of a secret.
const KEY_NAME: &str = "duly client key";

impl Store {
    /// Seals a secret under a name; an earlier one of that name is gone.
    ///
    /// # Errors
    ///
    /// [`Error::TooMuch`] when it is longer than [`SECRET_BYTES_MAX`].
    pub async fn secret_put(
        &self,
        client: &ClientId,
        name: &str,
        secret: &[u8],
        now: Timestamp,
    ) -> Result<(), Error> {
        at_most("a secret in bytes", secret.len(), SECRET_BYTES_MAX)?;
        let key = self.client_key(client).await?;
        let sealed = seal(&key, client, name, secret)?;
        let input = (client.clone(), name.to_owned(), sealed, now);
        self.write(
            Lane::Acknowledge,
            input,
            |tx, (client, name, sealed, now)| Box::pin(put(tx, client, name, sealed, *now)),
        )
        .await
    }

    /// Opens a secret, for one call; `None` when there is none of that name.
    ///
    /// # Errors
    ///
    /// [`Error::SealBroken`] when it does not open: wrong root key, moved or altered.
    pub async fn secret_open(
        &self,
        client: &ClientId,
        name: &str,
    ) -> Result<Option<Vec<u8>>, Error> {
        let mut rows = self.read().await?;
        let found = rows
            .first(
                "select sealed from secret where client = $1 and name = $2",
                args![client, name],
            )
            .await?;
        let Some(row) = found else { return Ok(None) };
        let wrapped = wrapped(&mut rows, client).await?;
        let key = wrapped.ok_or_else(|| Error::SealBroken {
            name: KEY_NAME.to_owned(),
        })?;
        let key = unwrap_key(self.keys().sealing_root(), client, &key)?;
        open(&key, client, name, &row.bytes("sealed")?).map(Some)
    }

    /// The client's key, drawn and wrapped at its first use.
    pub(crate) async fn client_key(&self, client: &ClientId) -> Result<[u8; 32], Error> {
        let root = self.keys().sealing_root();
        let found = wrapped(&mut self.read().await?, client).await?;
        if let Some(wrapped) = found {
            return unwrap_key(root, client, &wrapped);
        }
        let fresh = seal(root, client, KEY_NAME, &random::bytes::<32>()?)?;
        let kept = self
            .write(
                Lane::Acknowledge,
                (client.clone(), fresh),
                |tx, (client, fresh)| Box::pin(keep_key(tx, client, fresh)),
            )
            .await?;
        unwrap_key(root, client, &kept)
    }
}

async fn wrapped(rows: &mut Connection, client: &ClientId) -> Result<Option<Vec<u8>>, Error> {
    rows.first(
        "select wrapped from client_key where client = $1",
        args![client],
    )
    .await?
    .map(|row| row.bytes("wrapped"))
    .transpose()
}

/// Keeps a fresh key, unless another was kept meanwhile; the one that counts.
async fn keep_key(tx: &mut Transaction, client: &ClientId, fresh: &[u8]) -> Result<Vec<u8>, Error> {
    let row = args![client, fresh];
    tx.rows()
        .run(
            "insert into client_key(client, wrapped) values ($1, $2) on conflict do nothing",
            row,
        )
        .await?;
    wrapped(tx.rows(), client)
        .await?
        .ok_or_else(|| Error::no_such(client, "key", KEY_NAME))
}

async fn put(
    tx: &mut Transaction,
    client: &ClientId,
    name: &str,
    sealed: &[u8],
    now: Timestamp,
) -> Result<(), Error> {
    tx.rows()
        .run(
            "insert into secret(client, name, sealed, put_at) values ($1, $2, $3, $4) \
             on conflict (client, name) do update set sealed = excluded.sealed, \
             put_at = excluded.put_at",
            args![client, name, sealed, now],
        )
        .await?;
    Ok(())
}

/// What a sealed text is bound to; the length keeps client and name from running together.
fn bound_to(client: &ClientId, name: &str) -> Vec<u8> {
    let mut bytes = (client.0.len() as u64).to_be_bytes().to_vec();
    bytes.extend_from_slice(client.0.as_bytes());
    bytes.extend_from_slice(name.as_bytes());
    bytes
}

pub(crate) fn seal(
    key: &[u8; 32],
    client: &ClientId,
    name: &str,
    secret: &[u8],
) -> Result<Vec<u8>, Error> {
    let nonce = random::bytes::<NONCE_BYTES>()?;
    let payload = Payload {
        msg: secret,
        aad: &bound_to(client, name),
    };
    let sealed = XChaCha20Poly1305::new(key.into())
        .encrypt(&XNonce::from(nonce), payload)
        .map_err(|_| broken(name))?;
    Ok([&nonce[..], &sealed].concat())
}

pub(crate) fn open(
    key: &[u8; 32],
    client: &ClientId,
    name: &str,
    sealed: &[u8],
) -> Result<Vec<u8>, Error> {
    let (nonce, sealed) = sealed
        .split_first_chunk::<NONCE_BYTES>()
        .ok_or_else(|| broken(name))?;
    let payload = Payload {
        msg: sealed,
        aad: &bound_to(client, name),
    };
    XChaCha20Poly1305::new(key.into())
        .decrypt(&XNonce::from(*nonce), payload)
        .map_err(|_| broken(name))
}

fn unwrap_key(root: &[u8; 32], client: &ClientId, wrapped: &[u8]) -> Result<[u8; 32], Error> {
    let key = open(root, client, KEY_NAME, wrapped)?;
    key.try_into().map_err(|_| broken(KEY_NAME))
}

fn broken(name: &str) -> Error {
    Error::SealBroken {
        name: name.to_owned(),
    }
}
