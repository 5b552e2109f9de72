//! Assets: the things cared for. The log knows them by opaque ids; a name is a commitment
//! there, which the pack discloses and erasing forgets. Settings (where a repository lies, what its
//! roots are) stay here, sealed.

use duly_core::entry::{EntryDraft, kind};
use duly_core::id::{AssetId, ClientId};
use duly_core::scope::Asset;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::clients::{Made, taken};
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

impl Store {
    /// Takes an asset into care.
    ///
    /// # Errors
    ///
    /// [`Error::Taken`] when its id stands for another asset.
    pub async fn add_asset(&self, asset: AssetRow, now: Timestamp) -> Result<Made, Error> {
        self.write(Lane::Acknowledge, (asset, now), |tx, (asset, now)| {
            Box::pin(add(tx, asset, *now))
        })
        .await
    }

    /// Lets an asset go: `until` is the first local date no longer in care. `false` when it was
    /// let go before, or never there.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn retire_asset(
        &self,
        client: &ClientId,
        asset: &AssetId,
        until: Date,
        reason: &str,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let input = (client.clone(), asset.clone(), until, reason.to_owned(), now);
        self.write(
            Lane::Acknowledge,
            input,
            |tx, (client, asset, until, reason, now)| {
                Box::pin(retire(tx, client, asset, *until, reason, *now))
            },
        )
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

async fn add(tx: &mut Transaction, asset: &AssetRow, now: Timestamp) -> Result<Made, Error> {
    let scope = &asset.scope;
    let found = tx
        .rows()
        .first(
            "select client, asset, kind, name, since, until from asset \
             where client = $1 and asset = $2",
            args![&scope.client, &scope.id],
        )
        .await?;
    if let Some(row) = found {
        return if asset_row(&row)? == *asset {
            Ok(Made::Already)
        } else {
            Err(taken("asset", &scope.id))
        };
    }
    let draft = EntryDraft {
        asset: Some(scope.id.clone()),
        ..EntryDraft::new(kind::ASSET_ADD)
            .with_field("asset", scope)?
            .with_field("name", &asset.name)?
    };
    let appended = tx.append(&scope.client, draft, now).await?;
    let row = args![
        &scope.client,
        &scope.id,
        scope.kind.as_str(),
        asset.name.as_str(),
        scope.since,
        scope.until,
        signed(appended.index)?,
    ];
    tx.rows()
        .run(
            "insert into asset(client, asset, kind, name, since, until, idx) \
             values ($1, $2, $3, $4, $5, $6, $7)",
            row,
        )
        .await?;
    Ok(Made::New)
}

async fn retire(
    tx: &mut Transaction,
    client: &ClientId,
    asset: &AssetId,
    until: Date,
    reason: &str,
    now: Timestamp,
) -> Result<bool, Error> {
    let retired = tx
        .rows()
        .first(
            "update asset set until = $1 where client = $2 and asset = $3 and until is null \
             returning client, asset, kind, name, since, until",
            args![until, client, asset],
        )
        .await?;
    let Some(row) = retired else { return Ok(false) };
    let draft = EntryDraft {
        asset: Some(asset.clone()),
        ..EntryDraft::new(kind::ASSET_RETIRE)
            .with_field("asset", &asset_row(&row)?.scope)?
            .with_field("reason", &reason)?
    };
    tx.append(client, draft, now).await?;
    Ok(true)
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

fn asset_row(row: &Row) -> Result<AssetRow, Error> {
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
