//! What people do to assets: take into care, change, let go; each with its entry, and with a row
//! that a page can show. Nothing here lets go of an asset by itself.

use duly_core::care::SITE;
use duly_core::entry::{EntryDraft, kind};
use duly_core::id::{AssetId, ClientId, PersonId};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::assets::{self, AssetRow, KeptAsset, NewAsset, asset_row};
use crate::database::connection::Connection;
use crate::database::value::{Row, args};
use crate::error::{Error, at_most};
use crate::log::append::{Appended, signed};
use crate::page::{Listed, Page};
use crate::store::Store;
use crate::transaction::Transaction;
use crate::writer::Lane;

pub use duly_core::entry::kind::ASSET_CHANGE;

/// Longest reason for letting an asset go, in bytes: a page of text.
pub const ASSET_REASON_BYTES_MAX: usize = 4_000;

/// A change of an asset's name or place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssetAct {
    /// Whose.
    pub client: ClientId,
    /// Which.
    pub asset: AssetId,
    /// The revision that the person saw.
    pub revision: u64,
    /// Its name from now on.
    pub name: String,
    /// The site it lies at from now on.
    pub site: Option<AssetId>,
    /// Who.
    pub person: Option<PersonId>,
}

/// An asset that is let go: a signed act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retirement {
    /// Whose.
    pub client: ClientId,
    /// Which.
    pub asset: AssetId,
    /// First local date no longer in care; after the date on which it is recorded, so that
    /// whatever is due by then stands.
    pub until: Date,
    /// Why.
    pub reason: String,
    /// Who.
    pub person: PersonId,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AssetChange {
    /// It is done.
    Done,
    /// It is so already; nothing was recorded.
    Same,
    /// Somebody else changed it in the meantime.
    Raced,
    /// There is no such asset.
    NoSuch,
    /// It was let go before.
    Gone,
    /// Another asset in care of this client has that name.
    NameTaken,
    /// There is no such site in care.
    NoSuchSite,
    /// It is a site at which assets in care lie.
    HoldsAssets,
    /// The last day in care would be before the day on which it is recorded.
    InThePast,
}

/// A line of an asset's history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssetEvent {
    /// The entry that tells of it.
    pub index: u64,
    /// When.
    pub at: Timestamp,
    /// `added`, `claimed`, `changed`, `retired`.
    pub what: String,
    /// Who; nobody where a configuration file or a list did.
    pub person: Option<PersonId>,
    /// What was changed, or why.
    pub words: String,
}

impl Store {
    /// Takes an asset into care whose name no other in care has.
    ///
    /// # Errors
    ///
    /// As [`Store::add_asset`].
    pub async fn take_into_care(
        &self,
        asset: NewAsset,
        now: Timestamp,
    ) -> Result<AssetChange, Error> {
        self.write(Lane::Acknowledge, (asset, now), |tx, (asset, now)| {
            Box::pin(take(tx, asset, *now))
        })
        .await
    }

    /// Gives an asset another name or place. Its kind stays: what it requires hangs on it.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn change_asset(&self, act: AssetAct, now: Timestamp) -> Result<AssetChange, Error> {
        self.write(Lane::Acknowledge, (act, now), |tx, (act, now)| {
            Box::pin(change(tx, act, *now))
        })
        .await
    }

    /// Lets an asset go.
    ///
    /// # Errors
    ///
    /// [`Error::TooMuch`] when the reason is too long.
    pub async fn retire_asset(
        &self,
        retirement: Retirement,
        now: Timestamp,
    ) -> Result<AssetChange, Error> {
        let reason = retirement.reason.len();
        at_most("a reason in bytes", reason, ASSET_REASON_BYTES_MAX)?;
        let input = (retirement, now);
        self.write(Lane::Acknowledge, input, |tx, (retirement, now)| {
            Box::pin(retire(tx, retirement, *now))
        })
        .await
    }

    /// What happened to an asset, the last first.
    ///
    /// # Errors
    ///
    /// When the database fails, or [`Page::after`] is not from such a list.
    pub async fn asset_events(
        &self,
        client: &ClientId,
        asset: &AssetId,
        page: &Page,
    ) -> Result<Listed<AssetEvent>, Error> {
        let before = page.after.as_deref().map(str::parse).transpose();
        let before = before.map_err(|error| Error::unreadable("a place in a list", error))?;
        let mut rows = self.read().await?;
        let found = rows
            .all(
                "select idx, at, what, person, words from asset_event \
                 where client = $1 and asset = $2 and idx < $3 order by idx desc limit $4",
                args![client, asset, before.unwrap_or(i64::MAX), page.fetch()],
            )
            .await?;
        let event = |row: &Row| {
            Ok::<_, Error>(AssetEvent {
                index: row.count("idx")?,
                at: row.at("at")?,
                what: row.text("what")?,
                person: row.id_or_none("person")?,
                words: row.text("words")?,
            })
        };
        let events = found.iter().map(event).collect::<Result<_, _>>()?;
        Ok(Listed::cut(events, page, |event: &AssetEvent| {
            event.index.to_string()
        }))
    }
}

/// A line for an asset's history, of an entry that was appended.
pub(crate) struct Told<'a> {
    pub(crate) what: &'static str,
    pub(crate) person: Option<&'a PersonId>,
    pub(crate) words: &'a str,
}

pub(crate) async fn tell(
    tx: &mut Transaction,
    client: &ClientId,
    asset: &AssetId,
    told: &Told<'_>,
    appended: Appended,
) -> Result<(), Error> {
    let row = args![
        client,
        asset,
        signed(appended.index)?,
        appended.at,
        told.what,
        told.person,
        told.words,
    ];
    tx.rows()
        .run(
            "insert into asset_event(client, asset, idx, at, what, person, words) \
             values ($1, $2, $3, $4, $5, $6, $7)",
            row,
        )
        .await?;
    Ok(())
}

async fn take(
    tx: &mut Transaction,
    asset: &NewAsset,
    now: Timestamp,
) -> Result<AssetChange, Error> {
    let AssetRow { scope, name } = &asset.row;
    if let Some(problem) = problem(tx.rows(), &scope.client, None, name, &asset.site).await? {
        return Ok(problem);
    }
    assets::add(tx, asset, now).await?;
    Ok(AssetChange::Done)
}

/// Why an asset cannot have this name or lie at this site.
pub(crate) async fn problem(
    rows: &mut Connection,
    client: &ClientId,
    asset: Option<&AssetId>,
    name: &str,
    site: &Option<AssetId>,
) -> Result<Option<AssetChange>, Error> {
    let other = asset.map_or("", AssetId::as_str);
    let taken = rows
        .first(
            "select asset from asset where client = $1 and name = $2 and asset <> $3 \
             and until is null limit 1",
            args![client, name, other],
        )
        .await?;
    if taken.is_some() {
        return Ok(Some(AssetChange::NameTaken));
    }
    let Some(site) = site else { return Ok(None) };
    let found = rows
        .first(
            "select asset from asset where client = $1 and asset = $2 and kind = $3 \
             and until is null and asset <> $4",
            args![client, site, SITE, other],
        )
        .await?;
    Ok(found.is_none().then_some(AssetChange::NoSuchSite))
}

pub(crate) async fn kept(
    rows: &mut Connection,
    client: &ClientId,
    asset: &AssetId,
) -> Result<Option<KeptAsset>, Error> {
    let found = rows
        .first(
            "select client, asset, kind, name, since, until, site, revision from asset \
             where client = $1 and asset = $2",
            args![client, asset],
        )
        .await?;
    found.as_ref().map(kept_row).transpose()
}

pub(crate) fn kept_row(row: &Row) -> Result<KeptAsset, Error> {
    Ok(KeptAsset {
        row: asset_row(row)?,
        site: row.id_or_none("site")?,
        revision: row.count("revision")?,
    })
}

/// Changes an asset, within a transaction.
pub(crate) async fn change(
    tx: &mut Transaction,
    act: &AssetAct,
    now: Timestamp,
) -> Result<AssetChange, Error> {
    let (client, asset) = (&act.client, &act.asset);
    let Some(before) = kept(tx.rows(), client, asset).await? else {
        return Ok(AssetChange::NoSuch);
    };
    if before.row.scope.until.is_some() {
        return Ok(AssetChange::Gone);
    }
    if before.row.name == act.name && before.site == act.site {
        return Ok(AssetChange::Same);
    }
    if before.revision != act.revision {
        return Ok(AssetChange::Raced);
    }
    let found = problem(tx.rows(), client, Some(asset), &act.name, &act.site).await?;
    if let Some(problem) = found {
        return Ok(problem);
    }
    let row = args![
        act.name.as_str(),
        act.site.as_ref(),
        client,
        asset,
        signed(act.revision)?,
    ];
    let changed = tx
        .rows()
        .run(
            "update asset set name = $1, site = $2, revision = revision + 1 \
             where client = $3 and asset = $4 and revision = $5",
            row,
        )
        .await?;
    if changed == 0 {
        return Ok(AssetChange::Raced);
    }
    let mut draft = EntryDraft {
        asset: Some(asset.clone()),
        person: act.person.clone(),
        ..EntryDraft::new(ASSET_CHANGE).with_field("name", &act.name)?
    };
    if let Some(site) = &act.site {
        draft = draft.with_field("site", site)?;
    }
    let appended = tx.append(client, draft, now).await?;
    let words = difference(tx.rows(), &before, act).await?;
    let told = Told {
        what: "changed",
        person: act.person.as_ref(),
        words: &words,
    };
    tell(tx, client, asset, &told, appended).await?;
    Ok(AssetChange::Done)
}

/// What a change changed, in words for the history.
async fn difference(
    rows: &mut Connection,
    before: &KeptAsset,
    act: &AssetAct,
) -> Result<String, Error> {
    let mut parts = Vec::new();
    if before.row.name != act.name {
        parts.push(format!("called {} before", before.row.name));
    }
    if before.site != act.site {
        parts.push(match &act.site {
            None => "lies at no site any more".to_owned(),
            Some(site) => {
                let site = kept(rows, &act.client, site).await?;
                let name = site.map_or_else(String::new, |site| site.row.name);
                format!("lies at {name}")
            }
        });
    }
    Ok(parts.join("; "))
}

async fn retire(
    tx: &mut Transaction,
    retirement: &Retirement,
    now: Timestamp,
) -> Result<AssetChange, Error> {
    let Retirement {
        client,
        asset,
        until,
        reason,
        person,
    } = retirement;
    let Some(before) = kept(tx.rows(), client, asset).await? else {
        return Ok(AssetChange::NoSuch);
    };
    if before.row.scope.until.is_some() {
        return Ok(AssetChange::Gone);
    }
    // What was due today stands, whatever the hour.
    if *until <= assets::local_date(tx, client, now).await? {
        return Ok(AssetChange::InThePast);
    }
    let lies_here = tx
        .rows()
        .first(
            "select asset from asset where client = $1 and site = $2 and until is null limit 1",
            args![client, asset],
        )
        .await?;
    if lies_here.is_some() {
        return Ok(AssetChange::HoldsAssets);
    }
    let retired = tx
        .rows()
        .first(
            "update asset set until = $1, revision = revision + 1 \
             where client = $2 and asset = $3 and until is null \
             returning client, asset, kind, name, since, until",
            args![*until, client, asset],
        )
        .await?;
    let Some(row) = retired else {
        return Ok(AssetChange::Gone);
    };
    let draft = EntryDraft {
        asset: Some(asset.clone()),
        person: Some(person.clone()),
        ..EntryDraft::new(kind::ASSET_RETIRE)
            .with_field("asset", &asset_row(&row)?.scope)?
            .with_field("reason", reason)?
    };
    let appended = tx.append(client, draft, now).await?;
    let told = Told {
        what: "retired",
        person: Some(person),
        words: reason,
    };
    tell(tx, client, asset, &told, appended).await?;
    Ok(AssetChange::Done)
}
