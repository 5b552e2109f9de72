//! Private addresses of calendars: whoever knows one reads the duties that its person may see. The
//! token leaves the store once, on being made; the database holds its SHA-256, as for sign-ins.

use duly_core::id::{ClientId, PersonId};
use duly_proof::hash::{Hash, hash};
use jiff::Timestamp;

use crate::database::value::{Row, args};
use crate::error::{Error, at_most};
use crate::people::{Person, person_columns, person_row};
use crate::random;
use crate::store::Store;
use crate::transaction::Transaction;
use crate::writer::Lane;

/// Most addresses of one person that are not revoked: one for each device and some to spare.
pub const CALENDAR_LINKS_MAX: usize = 10;

/// Longest token that is looked at: ours have 64 digits.
const TOKEN_BYTES_MAX: usize = 64;

/// An address, without its token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarLink {
    /// The hash of its token, hexadecimal: its name on the page where it is revoked.
    pub id: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// When it was last read.
    pub used_at: Option<Timestamp>,
}

impl Store {
    /// Makes an address for a person; the token in it.
    ///
    /// # Errors
    ///
    /// [`Error::TooMuch`] when the person has too many.
    pub async fn create_calendar_link(
        &self,
        client: &ClientId,
        person: &PersonId,
        now: Timestamp,
    ) -> Result<String, Error> {
        let token = Hash(random::bytes()?).to_hex();
        let input = (client.clone(), person.clone(), hash(token.as_bytes()), now);
        self.write(
            Lane::Acknowledge,
            input,
            |tx, (client, person, digest, now)| Box::pin(make(tx, client, person, *digest, *now)),
        )
        .await?;
        Ok(token)
    }

    /// The person whose address bears this token; notes that it was read. `None` when it is
    /// unknown or revoked, or the person was removed.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn calendar_of(&self, token: &str, now: Timestamp) -> Result<Option<Person>, Error> {
        if token.len() > TOKEN_BYTES_MAX {
            return Ok(None);
        }
        let input = (hash(token.as_bytes()), now);
        self.write(Lane::Acknowledge, input, |tx, (digest, now)| {
            Box::pin(read(tx, *digest, *now))
        })
        .await
    }

    /// The addresses of a person that still work, the newest first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn calendar_links(
        &self,
        client: &ClientId,
        person: &PersonId,
    ) -> Result<Vec<CalendarLink>, Error> {
        let mut rows = self.read().await?;
        let found = rows
            .all(
                "select token_hash, made_at, used_at from calendar_link \
                 where client = $1 and person = $2 and revoked_at is null \
                 order by made_at desc, token_hash",
                args![client, person],
            )
            .await?;
        let link = |row: &Row| {
            Ok(CalendarLink {
                id: row.hash("token_hash")?.to_hex(),
                made_at: row.at("made_at")?,
                used_at: row.at_or_none("used_at")?,
            })
        };
        found.iter().map(link).collect()
    }

    /// Ends one of a person's addresses; `false` when there was none to end.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn revoke_calendar_link(
        &self,
        client: &ClientId,
        person: &PersonId,
        id: &str,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let Some(digest) = Hash::from_hex(id) else {
            return Ok(false);
        };
        let input = (client.clone(), person.clone(), digest, now);
        self.write(
            Lane::Acknowledge,
            input,
            |tx, (client, person, digest, now)| {
                Box::pin(async move {
                    let ended = tx
                        .rows()
                        .run(
                            "update calendar_link set revoked_at = $1 where client = $2 \
                             and person = $3 and token_hash = $4 and revoked_at is null",
                            args![*now, client, person, *digest],
                        )
                        .await?;
                    Ok(ended == 1)
                })
            },
        )
        .await
    }
}

async fn make(
    tx: &mut Transaction,
    client: &ClientId,
    person: &PersonId,
    digest: Hash,
    now: Timestamp,
) -> Result<(), Error> {
    let found = tx
        .rows()
        .first(
            "select count(*) as links from calendar_link \
             where client = $1 and person = $2 and revoked_at is null",
            args![client, person],
        )
        .await?;
    let links = found.map_or(Ok(0), |row| row.count("links"))?;
    let links = usize::try_from(links).unwrap_or(usize::MAX);
    at_most(
        "calendar addresses",
        links.saturating_add(1),
        CALENDAR_LINKS_MAX,
    )?;
    tx.rows()
        .run(
            "insert into calendar_link(client, person, token_hash, made_at) \
             values ($1, $2, $3, $4)",
            args![client, person, digest, now],
        )
        .await?;
    Ok(())
}

async fn read(tx: &mut Transaction, digest: Hash, now: Timestamp) -> Result<Option<Person>, Error> {
    let used = tx
        .rows()
        .run(
            "update calendar_link set used_at = $1 \
             where token_hash = $2 and revoked_at is null",
            args![now, digest],
        )
        .await?;
    if used == 0 {
        return Ok(None);
    }
    let found = tx
        .rows()
        .first(
            concat!(
                "select ",
                person_columns!(),
                " from calendar_link l join person p \
                 on p.client = l.client and p.person = l.person \
                 where l.token_hash = $1 and p.removed_at is null"
            ),
            args![digest],
        )
        .await?;
    found.as_ref().map(person_row).transpose()
}
