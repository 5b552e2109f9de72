//! What a client has in care, sites among it: listed, read, taken into care, changed, retired.

use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use duly_core::care::SITE;
use duly_core::id::AssetId;
use duly_core::scope;
use duly_store::{
    ASSET_REASON_BYTES_MAX, AssetAct, AssetChange, AssetFilter, AssetRow, ClientRow, KeptAsset,
    Retirement, random_id,
};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::failed::{Failed, all_well, conflict, refused};
use super::sent::{Asked, Paged, Sent, page, place};
use crate::page::about_client::{kind, name, site};
use crate::page::asset::why_not;
use crate::page::visit::{Visit, zone_of};
use crate::problem;
use crate::view::asset::REASON_CHARS_MAX;

/// An asset.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Asset {
    id: String,
    name: String,
    /// `backup`, `firewall`, `site`, …
    kind: String,
    /// The site at which it lies.
    site: Option<String>,
    /// First day in care.
    since: Date,
    /// First day no longer in care.
    until: Option<Date>,
    /// What a change has to name.
    revision: u64,
}

impl From<KeptAsset> for Asset {
    fn from(kept: KeptAsset) -> Self {
        let scope = kept.row.scope;
        Self {
            id: scope.id.to_string(),
            name: kept.row.name,
            kind: scope.kind,
            site: kept.site.map(|site| site.to_string()),
            since: scope.since,
            until: scope.until,
            revision: kept.revision,
        }
    }
}

/// A page of assets.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Assets {
    assets: Vec<Asset>,
    /// Where the next page begins; none on the last.
    next: Option<String>,
}

/// Which assets.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Which {
    /// Of this kind.
    kind: Option<String>,
    /// At this site.
    site: Option<String>,
    /// Those that were retired instead.
    #[serde(default)]
    #[param(default = false)]
    gone: bool,
    /// Where the page before ended: its `next`.
    after: Option<String>,
    /// How many rows at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
}

/// Assets in care, or those that were retired. Sites are assets of the kind `site`.
#[utoipa::path(get, path = "/api/v1/clients/{client}/assets", params(Which),
    responses((status = 200, body = Assets)))]
pub(crate) async fn list(
    visit: Visit,
    Path(client): Path<String>,
    Asked(which): Asked<Which>,
) -> Result<Json<Assets>, Failed> {
    let id = &visit.client(&client)?.scope.id;
    let filter = AssetFilter {
        kind: which.kind,
        site: which.site.map(AssetId::from),
        gone: which.gone,
    };
    let page = page(which.after, which.limit)?;
    let listed = visit.store().kept_assets(id, &filter, &page).await?;
    Ok(Json(Assets {
        assets: listed.rows.into_iter().map(Asset::from).collect(),
        next: place(listed.next),
    }))
}

/// One asset.
#[utoipa::path(get, path = "/api/v1/clients/{client}/assets/{asset}",
    responses((status = 200, body = Asset)))]
pub(crate) async fn get(
    visit: Visit,
    Path((client, asset)): Path<(String, String)>,
) -> Result<Json<Asset>, Failed> {
    let client = visit.client(&client)?;
    Ok(Json(read(&visit, client, &asset.into()).await?))
}

async fn read(visit: &Visit, client: &ClientRow, asset: &AssetId) -> Result<Asset, Failed> {
    let kept = visit.store().kept_asset(&client.scope.id, asset).await?;
    Ok(Asset::from(kept.ok_or_else(problem::not_found)?))
}

/// A line of an asset's history.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Event {
    /// The entry that tells of it.
    entry: u64,
    at: Timestamp,
    /// `added`, `claimed`, `changed`, `retired`.
    what: String,
    /// Who; nobody where a file or a list did.
    person: Option<String>,
    /// What was changed, or why.
    words: String,
}

/// A page of an asset's history.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Events {
    events: Vec<Event>,
    /// Where the next page begins; none on the last.
    next: Option<String>,
}

/// What was done to an asset, each with its entry in the log.
#[utoipa::path(get, path = "/api/v1/clients/{client}/assets/{asset}/events", params(Paged),
    responses((status = 200, body = Events)))]
pub(crate) async fn events(
    visit: Visit,
    Path((client, asset)): Path<(String, String)>,
    Asked(paged): Asked<Paged>,
) -> Result<Json<Events>, Failed> {
    let client = visit.client(&client)?;
    let asset = AssetId::from(asset);
    read(&visit, client, &asset).await?;
    let page = paged.page()?;
    let id = &client.scope.id;
    let listed = visit.store().asset_events(id, &asset, &page).await?;
    let events = listed.rows.into_iter().map(|event| Event {
        entry: event.index,
        at: event.at,
        what: event.what,
        person: event.person.map(|person| person.0),
        words: event.words,
    });
    Ok(Json(Events {
        events: events.collect(),
        next: place(listed.next),
    }))
}

/// An asset to be taken into care.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewAsset {
    name: String,
    /// `backup`, `firewall`, `site`, …
    #[schema(example = "firewall")]
    kind: String,
    /// The site at which it lies.
    site: Option<String>,
}

/// Takes an asset into care, from today on.
#[utoipa::path(post, path = "/api/v1/clients/{client}/assets", request_body = NewAsset,
    responses((status = 201, body = Asset)))]
pub(crate) async fn add(
    visit: Visit,
    Path(client): Path<String>,
    Sent(sent): Sent<NewAsset>,
) -> Result<(StatusCode, Json<Asset>), Failed> {
    let client = visit.client(&client)?;
    let mut problems = Vec::new();
    let scope = scope::Asset {
        id: AssetId(random_id()?),
        client: client.scope.id.clone(),
        kind: kind(&sent.kind, &mut problems),
        since: visit.now.to_zoned_datetime(zone_of(client)).date(),
        until: None,
    };
    let (id, is_site) = (scope.id.clone(), scope.kind == SITE);
    let asset = duly_store::NewAsset {
        row: AssetRow {
            scope,
            name: name(&sent.name, &mut problems),
        },
        site: sent.site.as_deref().and_then(site).filter(|_| !is_site),
        person: Some(visit.person.id.clone()),
    };
    all_well(&problems)?;
    done(visit.store().take_into_care(asset, visit.now).await?)?;
    Ok((StatusCode::CREATED, Json(read(&visit, client, &id).await?)))
}

/// What an asset is from now on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangedAsset {
    name: String,
    /// The site at which it lies; none where it lies at no site.
    site: Option<String>,
    /// The one that was read.
    revision: u64,
}

/// Gives an asset another name or place.
#[utoipa::path(post, path = "/api/v1/clients/{client}/assets/{asset}",
    request_body = ChangedAsset, responses((status = 200, body = Asset)))]
pub(crate) async fn change(
    visit: Visit,
    Path((client, asset)): Path<(String, String)>,
    Sent(sent): Sent<ChangedAsset>,
) -> Result<Json<Asset>, Failed> {
    let client = visit.client(&client)?;
    let asset = AssetId::from(asset);
    let mut problems = Vec::new();
    let act = AssetAct {
        client: client.scope.id.clone(),
        asset: asset.clone(),
        revision: sent.revision,
        name: name(&sent.name, &mut problems),
        site: sent.site.as_deref().and_then(site),
        person: Some(visit.person.id.clone()),
    };
    all_well(&problems)?;
    done(visit.store().change_asset(act, visit.now).await?)?;
    Ok(Json(read(&visit, client, &asset).await?))
}

/// An asset that is let go.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LetGo {
    /// Last day in care; today at the earliest.
    last_day: Date,
    /// Why.
    reason: String,
}

/// Retires an asset. What is due by its last day stands.
#[utoipa::path(post, path = "/api/v1/clients/{client}/assets/{asset}/retire",
    request_body = LetGo, responses((status = 200, body = Asset)))]
pub(crate) async fn retire(
    visit: Visit,
    Path((client, asset)): Path<(String, String)>,
    Sent(sent): Sent<LetGo>,
) -> Result<Json<Asset>, Failed> {
    let client = visit.client(&client)?;
    let asset = AssetId::from(asset);
    let reason = sent.reason.trim();
    if reason.is_empty() {
        return Err(refused("no-reason", "Say why it leaves care."));
    }
    if reason.chars().count() > REASON_CHARS_MAX || reason.len() > ASSET_REASON_BYTES_MAX {
        let why = format!("The reason has more than {REASON_CHARS_MAX} characters.");
        return Err(refused("too-much", why));
    }
    let until = sent.last_day.tomorrow();
    let until = until.map_err(|_| refused("no-such-day", "There is no day after that one."))?;
    let retirement = Retirement {
        client: client.scope.id.clone(),
        asset: asset.clone(),
        until,
        reason: reason.to_owned(),
        person: visit.person.id.clone(),
    };
    done(visit.store().retire_asset(retirement, visit.now).await?)?;
    Ok(Json(read(&visit, client, &asset).await?))
}

fn done(change: AssetChange) -> Result<(), Failed> {
    match why_not(change)? {
        None => Ok(()),
        Some(why) => Err(conflict("not-done", why)),
    }
}
