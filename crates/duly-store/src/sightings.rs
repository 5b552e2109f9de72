//! What sources saw: claimed by an asset, dismissed with a reason, or still nobody's.

use duly_core::entry::EntryDraft;
use duly_core::id::{AssetId, ClientId, PersonId};
use jiff::Timestamp;

use crate::asset_acts::{self, AssetChange, Told, tell};
use crate::assets::{self, NewAsset};
use crate::database::value::{Row, args};
use crate::error::{Error, at_most};
use crate::page::{Listed, Page};
use crate::sources::Sighted;
use crate::store::Store;
use crate::transaction::Transaction;
use crate::writer::Lane;

/// Type of the entry for something that was seen and is an asset in care. Fields: `source`,
/// `thing`.
pub const ASSET_CLAIM: &str = "x.asset.claim";

/// Type of the entry for something that was seen and is not looked after. Fields: `source`,
/// `thing`, `reason`.
pub const ASSET_DISMISS: &str = "x.asset.dismiss";

/// Which sightings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SightingFilter {
    /// Of this source.
    pub source: Option<String>,
    /// Of this asset.
    pub asset: Option<AssetId>,
    /// Those that are nobody's, and not dismissed.
    pub unclaimed: bool,
}

/// A sighting as remembered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// Which source.
    pub source: String,
    /// What it saw.
    pub sighted: Sighted,
    /// When it first did.
    pub first_seen_at: Timestamp,
    /// When it last did.
    pub last_seen_at: Timestamp,
    /// When somebody said that it is not looked after, and why.
    pub dismissed: Option<(Timestamp, String)>,
}

/// Something seen that becomes an asset in care, or is one already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// A new one.
    New(NewAsset),
    /// One that is in care under another name.
    Known(AssetId),
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SightingChange {
    /// It is done.
    Done,
    /// There is no such sighting, or it is somebody's by now, or dismissed.
    NotThere,
    /// The asset could not be taken into care, or is not there.
    Refused(AssetChange),
}

impl Store {
    /// Sightings by filter, by source and thing.
    ///
    /// # Errors
    ///
    /// When the database fails, or [`Page::after`] is not from such a list.
    pub async fn sightings(
        &self,
        client: &ClientId,
        filter: &SightingFilter,
        page: &Page,
    ) -> Result<Listed<Sighting>, Error> {
        let (source, thing) = match &page.after {
            Some(after) => after
                .split_once('\n')
                .map(|(source, thing)| (source.to_owned(), thing.to_owned()))
                .ok_or_else(|| Error::unreadable("a place in a list", after))?,
            None => (String::new(), String::new()),
        };
        let mut rows = self.read().await?;
        let found = rows
            .all(
                "select source, thing, name, kind, first_seen_at, last_seen_at, asset, \
                 dismissed_at, reason from sighting where client = $1 \
                 and ($2 = '' or source = $2) and ($3 = '' or asset = $3) \
                 and ($4 = 0 or (asset is null and dismissed_at is null)) \
                 and (source > $5 or (source = $5 and thing > $6)) \
                 order by source, thing limit $7",
                args![
                    client,
                    filter.source.as_deref().unwrap_or_default(),
                    filter.asset.as_ref().map_or("", AssetId::as_str),
                    i64::from(filter.unclaimed),
                    source,
                    thing,
                    page.fetch(),
                ],
            )
            .await?;
        let seen = found.iter().map(sighting_row).collect::<Result<_, _>>()?;
        Ok(Listed::cut(seen, page, |seen: &Sighting| {
            format!("{}\n{}", seen.source, seen.sighted.thing)
        }))
    }

    /// Makes something that was seen somebody's.
    ///
    /// # Errors
    ///
    /// As [`Store::add_asset`].
    pub async fn claim_sighting(
        &self,
        client: &ClientId,
        (source, thing): (&str, &str),
        claim: Claim,
        person: &PersonId,
        now: Timestamp,
    ) -> Result<SightingChange, Error> {
        let place = (source.to_owned(), thing.to_owned());
        let how = (claim, person.clone());
        let input = (client.clone(), place, how, now);
        self.write(Lane::Acknowledge, input, |tx, (client, place, how, now)| {
            Box::pin(claim_one(tx, client, place, how, *now))
        })
        .await
    }

    /// Says that something that was seen is not looked after, and why.
    ///
    /// # Errors
    ///
    /// [`Error::TooMuch`] when the reason is too long.
    pub async fn dismiss_sighting(
        &self,
        client: &ClientId,
        (source, thing): (&str, &str),
        reason: &str,
        person: &PersonId,
        now: Timestamp,
    ) -> Result<SightingChange, Error> {
        let limit = asset_acts::ASSET_REASON_BYTES_MAX;
        at_most("a reason in bytes", reason.len(), limit)?;
        let place = (source.to_owned(), thing.to_owned());
        let said = (reason.to_owned(), person.clone());
        let input = (client.clone(), place, said, now);
        self.write(
            Lane::Acknowledge,
            input,
            |tx, (client, place, said, now)| Box::pin(dismiss(tx, client, place, said, *now)),
        )
        .await
    }
}

async fn claim_one(
    tx: &mut Transaction,
    client: &ClientId,
    (source, thing): &(String, String),
    (claim, person): &(Claim, PersonId),
    now: Timestamp,
) -> Result<SightingChange, Error> {
    if !is_unclaimed(tx, client, source, thing).await? {
        return Ok(SightingChange::NotThere);
    }
    let asset = match claim {
        Claim::Known(asset) => {
            let known = asset_acts::kept(tx.rows(), client, asset).await?;
            if known.is_none_or(|known| known.row.scope.until.is_some()) {
                return Ok(SightingChange::Refused(AssetChange::NoSuch));
            }
            asset
        }
        Claim::New(new) => {
            let (name, site) = (&new.row.name, &new.site);
            let problem = asset_acts::problem(tx.rows(), client, None, name, site).await?;
            if let Some(problem) = problem {
                return Ok(SightingChange::Refused(problem));
            }
            assets::add(tx, new, now).await?;
            &new.row.scope.id
        }
    };
    tx.rows()
        .run(
            "update sighting set asset = $1 where client = $2 and source = $3 and thing = $4",
            args![asset, client, source.as_str(), thing.as_str()],
        )
        .await?;
    let draft = EntryDraft {
        asset: Some(asset.clone()),
        person: Some(person.clone()),
        ..EntryDraft::new(ASSET_CLAIM)
            .with_field("source", source)?
            .with_field("thing", thing)?
    };
    let appended = tx.append(client, draft, now).await?;
    let words = format!("seen by {source} as {thing}");
    let told = Told {
        what: "claimed",
        person: Some(person),
        words: &words,
    };
    tell(tx, client, asset, &told, appended).await?;
    Ok(SightingChange::Done)
}

async fn dismiss(
    tx: &mut Transaction,
    client: &ClientId,
    (source, thing): &(String, String),
    (reason, person): &(String, PersonId),
    now: Timestamp,
) -> Result<SightingChange, Error> {
    if !is_unclaimed(tx, client, source, thing).await? {
        return Ok(SightingChange::NotThere);
    }
    let draft = EntryDraft {
        person: Some(person.clone()),
        ..EntryDraft::new(ASSET_DISMISS)
            .with_field("source", source)?
            .with_field("thing", thing)?
            .with_field("reason", reason)?
    };
    let appended = tx.append(client, draft, now).await?;
    let row = args![
        appended.at,
        person,
        reason.as_str(),
        client,
        source.as_str(),
        thing.as_str(),
    ];
    tx.rows()
        .run(
            "update sighting set dismissed_at = $1, dismissed_by = $2, reason = $3 \
             where client = $4 and source = $5 and thing = $6",
            row,
        )
        .await?;
    Ok(SightingChange::Done)
}

async fn is_unclaimed(
    tx: &mut Transaction,
    client: &ClientId,
    source: &str,
    thing: &str,
) -> Result<bool, Error> {
    let found = tx
        .rows()
        .first(
            "select thing from sighting where client = $1 and source = $2 and thing = $3 \
             and asset is null and dismissed_at is null",
            args![client, source, thing],
        )
        .await?;
    Ok(found.is_some())
}

pub(crate) fn sighting_row(row: &Row) -> Result<Sighting, Error> {
    let reason = row.text_or_none("reason")?.unwrap_or_default();
    Ok(Sighting {
        source: row.text("source")?,
        sighted: Sighted {
            thing: row.text("thing")?,
            name: row.text("name")?,
            kind: row.text("kind")?,
            asset: row.id_or_none("asset")?,
        },
        first_seen_at: row.at("first_seen_at")?,
        last_seen_at: row.at("last_seen_at")?,
        dismissed: row.at_or_none("dismissed_at")?.map(|at| (at, reason)),
    })
}
