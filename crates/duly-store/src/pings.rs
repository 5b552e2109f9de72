//! Addresses that jobs ping, and what was heard of each. A ping is a receipt: a row outside of the
//! log, acknowledged after its commit. Declaring an address, drawing it anew and removing it are
//! acts with entries. The address leaves the store once, on being drawn; the database holds its
//! SHA-256.

use duly_core::entry::EntryDraft;
use duly_core::id::{AssetId, ClientId, PersonId};
use duly_core::ping::{Expected, Heard, JobState, PINGS_KEPT_MAX, Ping, PingSays, job_state, uuid};
use duly_proof::hash::{Hash, hash};
use jiff::Timestamp;

use crate::database::connection::Connection;
use crate::database::value::{Row, args, word};
use crate::error::{Error, at_most};
use crate::log::append::signed;
use crate::page::{Listed, Page};
use crate::random;
use crate::store::Store;
use crate::transaction::Transaction;
use crate::writer::Lane;

/// Type of the entry for an address that jobs are to ping. Fields: `address` (its id), `name`,
/// `every_minutes`, `grace_minutes`.
pub const PING_DECLARE: &str = "x.ping.declare";
/// Type of the entry for one that was drawn anew; the old one is nobody's. Field: `address`.
pub const PING_ROTATE: &str = "x.ping.rotate";
/// Type of the entry for one that is not listened to any more. Field: `address`.
pub const PING_REMOVE: &str = "x.ping.remove";

/// Most addresses of one client that are listened to: one for each job of each of some hundred
/// machines.
pub const PING_ADDRESSES_MAX: usize = 500;

/// An address to be declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPingAddress {
    /// Whose.
    pub client: ClientId,
    /// For which asset; none for the client as a whole.
    pub asset: Option<AssetId>,
    /// What the job is called.
    pub name: String,
    /// How often it is to be heard of.
    pub expected: Expected,
    /// Who declares it.
    pub person: PersonId,
}

/// An address as remembered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PingAddress {
    /// Names it; nothing can be pinged with it.
    pub id: String,
    /// Whose.
    pub client: ClientId,
    /// For which asset.
    pub asset: Option<AssetId>,
    /// What the job is called.
    pub name: String,
    /// How often it is to be heard of.
    pub expected: Expected,
    /// Since when.
    pub since: Timestamp,
    /// What was heard.
    pub heard: Heard,
    /// When anything was last heard.
    pub heard_at: Option<Timestamp>,
    /// Pings that ever came.
    pub pings: u64,
}

impl PingAddress {
    /// How its job stands.
    #[must_use]
    pub fn state(&self, now: Timestamp) -> JobState {
        job_state(self.expected, self.since, &self.heard, now)
    }

    /// What its observations are about.
    #[must_use]
    pub fn subject(&self) -> &str {
        let asset = self.asset.as_ref().map(AssetId::as_str);
        asset.unwrap_or(self.client.as_str())
    }
}

/// What came of declaring one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PingDeclared {
    /// It is listened to.
    Declared {
        /// Its id.
        id: String,
        /// What is to be pinged; never shown again.
        uuid: String,
    },
    /// There is no such asset in care.
    NoSuchAsset,
    /// The interval or the grace is out of its limits.
    Unsound,
}

/// A ping that comes in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPing {
    /// The address that was asked for.
    pub uuid: String,
    /// What it says.
    pub says: PingSays,
    /// The exit status, where it was given.
    pub exit_status: Option<u8>,
    /// The caller's own id of a run.
    pub rid: Option<String>,
    /// What came with it, cut.
    pub body: Vec<u8>,
}

macro_rules! address_columns {
    () => {
        "client, address, asset, name, every_minutes, grace_minutes, since, pings, ended_says, \
         ended_at, began_at, heard_at"
    };
}

const ONE: &str = concat!(
    "select ",
    address_columns!(),
    " from ping_address where client = $1 and address = $2 and removed_at is null"
);

impl Store {
    /// Declares an address.
    ///
    /// # Errors
    ///
    /// [`Error::TooMuch`] when the client has [`PING_ADDRESSES_MAX`].
    pub async fn declare_ping(
        &self,
        new: NewPingAddress,
        now: Timestamp,
    ) -> Result<PingDeclared, Error> {
        if !new.expected.is_sound() {
            return Ok(PingDeclared::Unsound);
        }
        let (id, uuid) = (random::id()?, uuid(random::bytes()?));
        let input = (new, id.clone(), hash(uuid.as_bytes()), now);
        let done = self.write(Lane::Acknowledge, input, |tx, (new, id, digest, now)| {
            Box::pin(declare(tx, new, id, *digest, *now))
        });
        Ok(match done.await? {
            true => PingDeclared::Declared { id, uuid },
            false => PingDeclared::NoSuchAsset,
        })
    }

    /// Draws an address anew: what is to be pinged from now on; nothing where there is no such.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn rotate_ping(
        &self,
        client: &ClientId,
        id: &str,
        person: &PersonId,
        now: Timestamp,
    ) -> Result<Option<String>, Error> {
        let uuid = uuid(random::bytes()?);
        let digest = hash(uuid.as_bytes());
        let input = (client.clone(), id.to_owned(), person.clone(), digest, now);
        let done = self.write(
            Lane::Acknowledge,
            input,
            |tx, (client, id, person, digest, now)| {
                Box::pin(async move {
                    let sql = "update ping_address set uuid_hash = $1 where client = $2 \
                               and address = $3 and removed_at is null";
                    let row = args![*digest, client, id.as_str()];
                    let changed = tx.rows().run(sql, row).await? == 1;
                    if changed {
                        tell(tx, PING_ROTATE, client, id, person, *now).await?;
                    }
                    Ok(changed)
                })
            },
        );
        Ok(done.await?.then_some(uuid))
    }

    /// Stops listening to an address; `false` when there was none.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn remove_ping(
        &self,
        client: &ClientId,
        id: &str,
        person: &PersonId,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let input = (client.clone(), id.to_owned(), person.clone(), now);
        self.write(Lane::Acknowledge, input, |tx, (client, id, person, now)| {
            Box::pin(async move {
                let sql = "update ping_address set removed_at = $1 where client = $2 \
                           and address = $3 and removed_at is null";
                let row = args![*now, client, id.as_str()];
                let changed = tx.rows().run(sql, row).await? == 1;
                if changed {
                    tell(tx, PING_REMOVE, client, id, person, *now).await?;
                }
                Ok(changed)
            })
        })
        .await
    }

    /// Takes a ping in; `false` when nobody listens at that address.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn take_ping(&self, ping: NewPing, now: Timestamp) -> Result<bool, Error> {
        let digest = hash(ping.uuid.to_ascii_lowercase().as_bytes());
        let input = (ping, digest, now);
        self.write(Lane::Acknowledge, input, |tx, (ping, digest, now)| {
            Box::pin(take(tx, ping, *digest, *now))
        })
        .await
    }

    /// The addresses of a client that are listened to, by id; of one asset where it is named.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn ping_addresses(
        &self,
        client: &ClientId,
        asset: Option<&AssetId>,
        page: &Page,
    ) -> Result<Listed<PingAddress>, Error> {
        let after = page.after.clone().unwrap_or_default();
        let of_asset = asset.map_or("", AssetId::as_str);
        let mut rows = self.read().await?;
        let found = rows
            .all(
                concat!(
                    "select ",
                    address_columns!(),
                    " from ping_address where client = $1 and removed_at is null \
                     and ($2 = '' or asset = $2) and address > $3 order by address limit $4"
                ),
                args![client, of_asset, after, page.fetch()],
            )
            .await?;
        let found = found.iter().map(address_row).collect::<Result<_, _>>()?;
        Ok(Listed::cut(found, page, |one: &PingAddress| one.id.clone()))
    }

    /// When any job of a client was last heard of.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn pings_heard_at(&self, client: &ClientId) -> Result<Option<Timestamp>, Error> {
        let mut rows = self.read().await?;
        let row = rows
            .first(
                "select max(heard_at) as heard_at from ping_address \
                 where client = $1 and removed_at is null",
                args![client],
            )
            .await?;
        row.map_or(Ok(None), |row| row.at_or_none("heard_at"))
    }

    /// One address that is listened to.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn ping_address(
        &self,
        client: &ClientId,
        id: &str,
    ) -> Result<Option<PingAddress>, Error> {
        let mut rows = self.read().await?;
        let found = rows.first(ONE, args![client, id]).await?;
        found.as_ref().map(address_row).transpose()
    }

    /// What an address heard, the newest first.
    ///
    /// # Errors
    ///
    /// When the database fails, or [`Page::after`] is not from such a list.
    pub async fn pings(
        &self,
        client: &ClientId,
        id: &str,
        page: &Page,
    ) -> Result<Listed<Ping>, Error> {
        let before: i64 = match &page.after {
            Some(after) => after
                .parse()
                .map_err(|_| Error::unreadable("a place in a list", after))?,
            None => i64::MAX,
        };
        let mut rows: Connection = self.read().await?;
        let found = rows
            .all(
                "select number, says, exit_status, rid, body, received_at from ping \
                 where client = $1 and address = $2 and number < $3 \
                 order by number desc limit $4",
                args![client, id, before, page.fetch()],
            )
            .await?;
        let found = found.iter().map(ping_row).collect::<Result<_, _>>()?;
        Ok(Listed::cut(found, page, |one: &Ping| {
            one.number.to_string()
        }))
    }
}

async fn declare(
    tx: &mut Transaction,
    new: &NewPingAddress,
    id: &str,
    digest: Hash,
    now: Timestamp,
) -> Result<bool, Error> {
    let client = &new.client;
    let at = tx.at(client, now).await?;
    if let Some(asset) = &new.asset {
        let kept = crate::asset_acts::kept(tx.rows(), client, asset).await?;
        if kept.is_none_or(|kept| kept.row.scope.until.is_some()) {
            return Ok(false);
        }
    }
    let sql = "select count(*) as number from ping_address where client = $1 \
               and removed_at is null";
    let found = tx.rows().first(sql, args![client]).await?;
    let number = found.map_or(Ok(0), |row| row.count("number"))?;
    let number = usize::try_from(number).unwrap_or(usize::MAX);
    let limit = PING_ADDRESSES_MAX;
    at_most("addresses to ping", number.saturating_add(1), limit)?;
    tx.rows()
        .run(
            "insert into ping_address(client, address, asset, name, uuid_hash, every_minutes, \
             grace_minutes, since, person, pings) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0)",
            args![
                client,
                id,
                new.asset.as_ref(),
                new.name.as_str(),
                digest,
                i64::from(new.expected.every_minutes),
                i64::from(new.expected.grace_minutes),
                at,
                &new.person,
            ],
        )
        .await?;
    let draft = EntryDraft {
        asset: new.asset.clone(),
        person: Some(new.person.clone()),
        ..EntryDraft::new(PING_DECLARE)
            .with_field("address", &id)?
            .with_field("name", &new.name)?
            .with_field("every_minutes", &new.expected.every_minutes)?
            .with_field("grace_minutes", &new.expected.grace_minutes)?
    };
    tx.append(client, draft, now).await?;
    Ok(true)
}

async fn tell(
    tx: &mut Transaction,
    kind: &str,
    client: &ClientId,
    id: &str,
    person: &PersonId,
    now: Timestamp,
) -> Result<(), Error> {
    let draft = EntryDraft {
        person: Some(person.clone()),
        ..EntryDraft::new(kind).with_field("address", &id)?
    };
    tx.append(client, draft, now).await?;
    Ok(())
}

async fn take(
    tx: &mut Transaction,
    ping: &NewPing,
    digest: Hash,
    now: Timestamp,
) -> Result<bool, Error> {
    let counted = tx
        .rows()
        .first(
            "update ping_address set pings = pings + 1, heard_at = $1 where uuid_hash = $2 \
             and removed_at is null returning client, address, pings",
            args![now, digest],
        )
        .await?;
    let Some(row) = counted else {
        return Ok(false);
    };
    let (client, address): (ClientId, String) = (row.id("client")?, row.text("address")?);
    let number = row.count("pings")?;
    let place = args![now, word(&ping.says)?, &client, address.as_str()];
    match ping.says {
        PingSays::Success | PingSays::Fail => {
            let sql = "update ping_address set ended_at = $1, ended_says = $2 \
                       where client = $3 and address = $4";
            tx.rows().run(sql, place).await?;
        }
        PingSays::Start => {
            let sql = "update ping_address set began_at = $1 where client = $2 and address = $3";
            let place = args![now, &client, address.as_str()];
            tx.rows().run(sql, place).await?;
        }
        PingSays::Log => {}
    }
    tx.rows()
        .run(
            "insert into ping(client, address, number, says, exit_status, rid, body, received_at) \
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
            args![
                &client,
                address.as_str(),
                signed(number)?,
                word(&ping.says)?,
                ping.exit_status.map(i64::from),
                ping.rid.as_deref(),
                ping.body.as_slice(),
                now,
            ],
        )
        .await?;
    let last_gone = signed(number)? - i64::from(PINGS_KEPT_MAX);
    let sql = "delete from ping where client = $1 and address = $2 and number <= $3";
    let row = args![&client, address.as_str(), last_gone];
    tx.rows().run(sql, row).await?;
    Ok(true)
}

fn address_row(row: &Row) -> Result<PingAddress, Error> {
    let minutes = |column: &str| {
        let number = row.count(column)?;
        u32::try_from(number).map_err(|_| Error::unreadable("minutes", number))
    };
    let says: Option<PingSays> = row.word_or_none("ended_says")?;
    Ok(PingAddress {
        id: row.text("address")?,
        client: row.id("client")?,
        asset: row.id_or_none("asset")?,
        name: row.text("name")?,
        expected: Expected {
            every_minutes: minutes("every_minutes")?,
            grace_minutes: minutes("grace_minutes")?,
        },
        since: row.at("since")?,
        heard: Heard {
            ended: says.zip(row.at_or_none("ended_at")?),
            began_at: row.at_or_none("began_at")?,
        },
        heard_at: row.at_or_none("heard_at")?,
        pings: row.count("pings")?,
    })
}

fn ping_row(row: &Row) -> Result<Ping, Error> {
    let status = row.count_or_none("exit_status")?;
    Ok(Ping {
        number: row.count("number")?,
        says: row.word("says")?,
        exit_status: status.and_then(|status| u8::try_from(status).ok()),
        rid: row.text_or_none("rid")?,
        body: row.bytes("body")?,
        received_at: row.at("received_at")?,
    })
}
