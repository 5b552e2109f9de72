//! Lists of assets as people look for them: of a kind, at a site, by a part of the name.

use duly_core::id::{AssetId, ClientId};

use crate::asset_acts::{kept, kept_row};
use crate::assets::KeptAsset;
use crate::database::value::args;
use crate::error::Error;
use crate::page::{Listed, Page};
use crate::store::Store;

/// Which assets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AssetFilter {
    /// Of this kind.
    pub kind: Option<String>,
    /// Lying at this site.
    pub site: Option<AssetId>,
    /// Those let go instead of those in care.
    pub gone: bool,
}

impl Store {
    /// One asset, with where it lies.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn kept_asset(
        &self,
        client: &ClientId,
        asset: &AssetId,
    ) -> Result<Option<KeptAsset>, Error> {
        let mut rows = self.read().await?;
        kept(&mut rows, client, asset).await
    }

    /// Assets by filter, by name.
    ///
    /// # Errors
    ///
    /// When the database fails, or [`Page::after`] is not from such a list.
    pub async fn kept_assets(
        &self,
        client: &ClientId,
        filter: &AssetFilter,
        page: &Page,
    ) -> Result<Listed<KeptAsset>, Error> {
        let (name, id) = match &page.after {
            Some(after) => after
                .rsplit_once('~')
                .map(|(name, id)| (name.to_owned(), id.to_owned()))
                .ok_or_else(|| Error::unreadable("a place in a list", after))?,
            None => (String::new(), String::new()),
        };
        let mut rows = self.read().await?;
        let found = rows
            .all(
                "select client, asset, kind, name, since, until, site, revision from asset \
                 where client = $1 and ($2 = '' or kind = $2) and ($3 = '' or site = $3) \
                 and (case when until is null then 0 else 1 end) = $4 \
                 and (name > $5 or (name = $5 and asset > $6)) \
                 order by name, asset limit $7",
                args![
                    client,
                    filter.kind.as_deref().unwrap_or_default(),
                    filter.site.as_ref().map_or("", AssetId::as_str),
                    filter.gone,
                    name,
                    id,
                    page.fetch(),
                ],
            )
            .await?;
        let assets = found.iter().map(kept_row).collect::<Result<_, _>>()?;
        Ok(Listed::cut(assets, page, |asset: &KeptAsset| {
            format!("{}~{}", asset.row.name, asset.row.scope.id)
        }))
    }
}
