//! Browsers in which a person signed in before. Such a browser has tries of its own, so that
//! whoever guesses from elsewhere uses up nobody's but their own.

use duly_core::id::{ClientId, PersonId};
use duly_proof::hash::Hash;
use jiff::{SignedDuration, Timestamp};

use super::{TOKEN_BYTES_MAX, digest};
use crate::database::value::args;
use crate::error::Error;
use crate::store::Store;
use crate::transaction::Transaction;

/// How long a browser is known after the last sign-in there: somebody who comes once a quarter is
/// still known.
pub const BROWSER_FOR: SignedDuration = SignedDuration::from_hours(24 * 180);

/// Browsers that are known of a person; the one that was seen longest ago makes room.
const BROWSERS_MAX: i64 = 20;

impl Store {
    /// The name under which a browser's tries are counted, if the person signed in there before.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn known_browser(
        &self,
        token: &str,
        mail: &str,
        now: Timestamp,
    ) -> Result<Option<Hash>, Error> {
        if token.len() > TOKEN_BYTES_MAX {
            return Ok(None);
        }
        let digest = digest(token);
        let mut rows = self.read().await?;
        let found = rows
            .first(
                "select b.person from known_browser b \
                 join person p on p.client = b.client and p.person = b.person \
                 where b.token_hash = $1 and p.mail = $2 and b.seen_at > $3 limit 1",
                args![digest, mail, now - BROWSER_FOR],
            )
            .await?;
        Ok(found.map(|_| digest))
    }
}

/// Keeps that a person signed in in a browser.
pub(super) async fn keep(
    tx: &mut Transaction,
    client: &ClientId,
    person: &PersonId,
    browser: &str,
    now: Timestamp,
) -> Result<(), Error> {
    tx.rows()
        .run(
            "insert into known_browser(client, token_hash, person, seen_at) \
             values ($1, $2, $3, $4) \
             on conflict (client, token_hash, person) do update set seen_at = excluded.seen_at",
            args![client, digest(browser), person, now],
        )
        .await?;
    tx.rows()
        .run(
            "delete from known_browser where client = $1 and person = $2 and (seen_at <= $3 \
             or token_hash not in (select token_hash from known_browser \
             where client = $1 and person = $2 order by seen_at desc limit $4))",
            args![client, person, now - BROWSER_FOR, BROWSERS_MAX],
        )
        .await?;
    Ok(())
}
