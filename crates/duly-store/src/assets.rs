//! Assets: the things cared for. The log knows them by opaque ids; a name is a commitment
//! there, which the pack discloses and erasing forgets. Settings (where a repository lies, what its
//! roots are) stay here, sealed.

use std::collections::BTreeMap;

use duly_core::entry::{EntryDraft, kind};
use duly_core::id::{AssetId, ClientId, PersonId};
use duly_core::schedule::duties;
use duly_core::schedule::zone::Zone;
use duly_core::scope::Asset;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::asset_acts::{Told, tell};
use crate::clients::{self, Made, taken};
use crate::database::connection::Connection;
use crate::database::value::{Row, args};
use crate::error::Error;
use crate::log::append::signed;
use crate::page::{Listed, Page};
use crate::store::Store;
use crate::transaction::Transaction;
use crate::writer::Lane;

/// An asset as remembered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssetRow {
    /// What bears on duties.
    pub scope: Asset,
    /// As shown.
    pub name: String,
}

/// An asset to be taken into care.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAsset {
    /// What it is, and its name.
    pub row: AssetRow,
    /// The site it lies at: an asset of the same client, of the kind `site`.
    pub site: Option<AssetId>,
    /// Who takes it into care; nobody where a configuration file or a list does.
    pub person: Option<PersonId>,
}

/// An asset with where it lies, and how often it was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptAsset {
    /// What it is, and its name.
    pub row: AssetRow,
    /// The site it lies at.
    pub site: Option<AssetId>,
    /// Counts its changes: the compare-and-set word.
    pub revision: u64,
}

impl Store {
    /// Takes an asset into care. One that is gone already by the local date `since` of its entry
    /// never was in it: whoever calls this sees to that; a span that is empty is refused here.
    ///
    /// # Errors
    ///
    /// [`Error::Taken`] when its id stands for another asset; [`Error::NeverInCare`] when it ends
    /// before it begins, or before this entry.
    pub async fn add_asset(&self, asset: AssetRow, now: Timestamp) -> Result<Made, Error> {
        let asset = NewAsset {
            row: asset,
            site: None,
            person: None,
        };
        self.write(Lane::Acknowledge, (asset, now), |tx, (asset, now)| {
            Box::pin(add(tx, asset, *now))
        })
        .await
    }

    /// One asset.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn asset(
        &self,
        client: &ClientId,
        asset: &AssetId,
    ) -> Result<Option<AssetRow>, Error> {
        let mut rows = self.read().await?;
        let found = rows
            .first(
                "select client, asset, kind, name, since, until from asset \
                 where client = $1 and asset = $2",
                args![client, asset],
            )
            .await?;
        found.as_ref().map(asset_row).transpose()
    }

    /// All assets of a client, by id, those let go too.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn assets(&self, client: &ClientId, page: &Page) -> Result<Listed<AssetRow>, Error> {
        let mut rows = self.read().await?;
        let after = page.after.clone().unwrap_or_default();
        let found = rows
            .all(
                "select client, asset, kind, name, since, until from asset \
                 where client = $1 and asset > $2 order by asset limit $3",
                args![client, after, page.fetch()],
            )
            .await?;
        let assets = found.iter().map(asset_row).collect::<Result<_, _>>()?;
        Ok(Listed::cut(assets, page, |asset: &AssetRow| {
            asset.scope.id.0.clone()
        }))
    }

    /// Seals an asset's settings: a JSON text that only the worker opens.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuch`] when there is no such asset.
    pub async fn put_asset_settings(
        &self,
        client: &ClientId,
        asset: &AssetId,
        settings: &str,
        now: Timestamp,
    ) -> Result<(), Error> {
        if self.asset(client, asset).await?.is_none() {
            return Err(Error::no_such(client, "asset", asset));
        }
        self.secret_put(client, &settings_name(asset), settings.as_bytes(), now)
            .await
    }

    /// Opens an asset's settings.
    ///
    /// # Errors
    ///
    /// [`Error::SealBroken`] when they do not open.
    pub async fn open_asset_settings(
        &self,
        client: &ClientId,
        asset: &AssetId,
    ) -> Result<Option<String>, Error> {
        let opened = self.secret_open(client, &settings_name(asset)).await?;
        opened
            .map(|bytes| {
                String::from_utf8(bytes).map_err(|error| Error::unreadable("settings", error))
            })
            .transpose()
    }
}

fn settings_name(asset: &AssetId) -> String {
    format!("asset-settings/{asset}")
}

/// Takes an asset into care, within a transaction.
pub(crate) async fn add(
    tx: &mut Transaction,
    asset: &NewAsset,
    now: Timestamp,
) -> Result<Made, Error> {
    let AssetRow { scope, name } = &asset.row;
    let found = tx
        .rows()
        .first(
            "select client, asset, kind, name, since, until from asset \
             where client = $1 and asset = $2",
            args![&scope.client, &scope.id],
        )
        .await?;
    if let Some(row) = found {
        return if asset_row(&row)? == asset.row {
            Ok(Made::Already)
        } else {
            Err(taken("asset", &scope.id))
        };
    }
    if let Some(until) = scope.until {
        let today = local_date(tx, &scope.client, now).await?;
        if until <= scope.since || until < today {
            return Err(Error::NeverInCare {
                name: name.clone(),
                until,
            });
        }
    }
    let draft = EntryDraft {
        asset: Some(scope.id.clone()),
        person: asset.person.clone(),
        ..EntryDraft::new(kind::ASSET_ADD)
            .with_field("asset", scope)?
            .with_field("name", name)?
    };
    let draft = match &asset.site {
        Some(site) => draft.with_field("site", site)?,
        None => draft,
    };
    let appended = tx.append(&scope.client, draft, now).await?;
    let row = args![
        &scope.client,
        &scope.id,
        scope.kind.as_str(),
        name.as_str(),
        scope.since,
        scope.until,
        signed(appended.index)?,
        asset.site.as_ref(),
    ];
    tx.rows()
        .run(
            "insert into asset(client, asset, kind, name, since, until, idx, site) \
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
            row,
        )
        .await?;
    let told = Told {
        what: "added",
        person: asset.person.as_ref(),
        words: "",
    };
    tell(tx, &scope.client, &scope.id, &told, appended).await?;
    Ok(Made::New)
}

/// The date of an instant where a client is, by the zone it published; in UTC where it published
/// none.
pub(crate) async fn local_date(
    tx: &mut Transaction,
    client: &ClientId,
    now: Timestamp,
) -> Result<Date, Error> {
    let at = tx.at(client, now).await?;
    let eras = clients::eras(tx.rows(), client).await?;
    let Some((_, scope)) = eras.into_iter().next_back() else {
        return Err(Error::no_such(client, "client", client));
    };
    let found = tx
        .rows()
        .first(
            "select document from zone where client = $1 and zone = $2 order by idx desc limit 1",
            args![client, scope.tz.as_str()],
        )
        .await?;
    let mut zones = BTreeMap::new();
    if let Some(row) = found {
        zones.insert(scope.tz.clone(), row.json::<Zone>("document")?);
    }
    Ok(duties::local_date(&zones, &scope, at))
}

/// Every asset of a client, with its history.
pub(crate) async fn scope_of(
    rows: &mut Connection,
    client: &ClientId,
) -> Result<Vec<Asset>, Error> {
    let found = rows
        .all(
            "select client, asset, kind, name, since, until from asset where client = $1 \
             order by asset",
            args![client],
        )
        .await?;
    found.iter().map(|row| Ok(asset_row(row)?.scope)).collect()
}

pub(crate) fn asset_row(row: &Row) -> Result<AssetRow, Error> {
    let until = row
        .text_or_none("until")?
        .map(|text| text.parse().map_err(|_| Error::unreadable("until", text)));
    Ok(AssetRow {
        scope: Asset {
            id: row.id("asset")?,
            client: row.id("client")?,
            kind: row.text("kind")?,
            since: row.date("since")?,
            until: until.transpose()?,
        },
        name: row.text("name")?,
    })
}
