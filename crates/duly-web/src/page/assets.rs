//! `GET /clients/{client}/assets`, by `kind`, or those `gone`; and `…/sites`. Both paged by
//! `after`.

use std::collections::BTreeMap;

use axum::extract::{Path, Query};
use duly_core::care::SITE;
use duly_core::commissioning::commissioning;
use duly_core::id::AssetId;
use duly_core::permit::Action;
use duly_core::presence::{Presence, presence};
use duly_store::{AssetFilter, ClientRow, Page, Sighting, SightingFilter};
use duly_work::publish::DECLARED;
use duly_work::{coverage, lists};
use serde::Deserialize;

use crate::page::about_client::{address, kinds, nav, sites};
use crate::page::visit::{Visit, named};
use crate::page::{Shown, shown};
use crate::part::client_nav::ClientPage;
use crate::part::paging::{Paging, ROWS_PER_PAGE};
use crate::problem::Problem;
use crate::view::Named;
use crate::view::assets::{Assets, Row, SiteRow, Sites};
use crate::view::frame::Section;

/// What the address may hold.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    kind: Option<String>,
    gone: Option<String>,
    after: Option<String>,
}

/// Shows assets.
pub(crate) async fn show(
    visit: Visit,
    Path(client): Path<String>,
    Query(asked): Query<Asked>,
) -> Shown {
    let client = visit.client(&client)?;
    let id = &client.scope.id;
    let store = visit.store();
    let frame = visit.frame_of(client, Section::Clients);
    let today = frame.today();
    let filter = AssetFilter {
        kind: asked.kind.clone().filter(|kind| !kind.is_empty()),
        site: None,
        gone: asked.gone.is_some(),
    };
    let listed = store.kept_assets(id, &filter, &page(&asked)).await?;
    let lacking = coverage::uncovered(store, id, visit.now).await?;
    let seen = presences(&visit, client).await?;
    let names: BTreeMap<String, String> = sites(&visit, id)
        .await?
        .into_iter()
        .map(|site| (site.id, site.name))
        .collect();
    let rows = listed.rows.into_iter().map(|asset| {
        let scope = asset.row.scope;
        let site = asset.site.map(|site| {
            let name = names
                .get(site.as_str())
                .map_or(site.as_str(), String::as_str);
            Named::new(site.as_str(), name)
        });
        let gaps = lacking.of(&scope.id);
        Row {
            lacking: gaps.map(|gap| after_name(&gap.words)).collect(),
            presence: seen.get(&scope.id).copied(),
            commissioning: commissioning(scope.since, today).filter(|_| scope.until.is_none()),
            asset: Named::new(scope.id.as_str(), asset.row.name),
            kind: scope.kind,
            site,
            since: scope.since,
            until: scope.until,
        }
    });
    let mut query = address(id, "/assets?");
    if let Some(kind) = &filter.kind {
        query.push_str(&format!("kind={}", crate::page::today::encoded(kind)));
    }
    if filter.gone {
        query.push_str("gone=yes");
    }
    shown(&Assets {
        client: named(client),
        nav: nav(&visit, client, ClientPage::Assets),
        kinds: kinds(),
        kind: filter.kind,
        gone: filter.gone,
        rows: rows.collect(),
        paging: Paging {
            address: query.trim_end_matches('?').to_owned(),
            is_continued: asked.after.is_some(),
            next: listed.next,
        },
        keeps: visit.may(Action::KeepAssets, id),
        frame,
    })
}

/// What stands after the name of the asset, on a line that bears the name already.
pub(crate) fn after_name(words: &str) -> String {
    let rest = words.split_once(": ");
    rest.map_or(words, |(_, rest)| rest).to_owned()
}

fn page(asked: &Asked) -> Page {
    Page {
        after: asked.after.clone(),
        rows: ROWS_PER_PAGE,
    }
}

/// How each asset stands with the source that sees it best.
async fn presences(
    visit: &Visit,
    client: &ClientRow,
) -> Result<BTreeMap<AssetId, Presence>, Problem> {
    let (store, id) = (visit.store(), &client.scope.id);
    let sightings = lists::sightings(store, id, &SightingFilter::default()).await?;
    let mut best = BTreeMap::new();
    for (asset, found, _) in seen_by(visit, client, sightings).await? {
        let slot = best.entry(asset).or_insert(found);
        if found == Presence::Seen || *slot == Presence::Silent {
            *slot = found;
        }
    }
    Ok(best)
}

/// How what is somebody's stands with each source that told of it.
pub(crate) async fn seen_by(
    visit: &Visit,
    client: &ClientRow,
    sightings: Vec<Sighting>,
) -> Result<Vec<(AssetId, Presence, Sighting)>, Problem> {
    let sources = lists::sources(visit.store(), &client.scope.id).await?;
    let mut seen = Vec::new();
    for sighting in sightings {
        let Some(asset) = sighting.sighted.asset.clone() else {
            continue;
        };
        let source = sources
            .iter()
            .find(|one| one.source.name == sighting.source);
        let found = match source {
            // The file is read at every start, and says nothing in between.
            Some(_) if sighting.source == DECLARED => Presence::Seen,
            Some(source) => {
                let reported_at = source.reported_at.unwrap_or(sighting.last_seen_at);
                let days = source.source.expected_days;
                presence(sighting.last_seen_at, reported_at, days, visit.now)
            }
            None => continue,
        };
        seen.push((asset, found, sighting));
    }
    Ok(seen)
}

/// Shows sites.
pub(crate) async fn show_sites(
    visit: Visit,
    Path(client): Path<String>,
    Query(asked): Query<Asked>,
) -> Shown {
    let client = visit.client(&client)?;
    let id = &client.scope.id;
    let filter = AssetFilter {
        kind: Some(SITE.to_owned()),
        ..AssetFilter::default()
    };
    let store = visit.store();
    let listed = store.kept_assets(id, &filter, &page(&asked)).await?;
    let mut rows = Vec::new();
    for site in listed.rows {
        let scope = site.row.scope;
        rows.push(SiteRow {
            assets: lying_at(&visit, client, &scope.id).await?,
            site: Named::new(scope.id.as_str(), site.row.name),
            since: scope.since,
        });
    }
    shown(&Sites {
        frame: visit.frame_of(client, Section::Clients),
        client: named(client),
        nav: nav(&visit, client, ClientPage::Sites),
        rows,
        paging: Paging {
            address: address(id, "/sites"),
            is_continued: asked.after.is_some(),
            next: listed.next,
        },
        keeps: visit.may(Action::KeepAssets, id),
    })
}

/// What lies at a site, a page of it at most.
pub(crate) async fn lying_at(
    visit: &Visit,
    client: &ClientRow,
    site: &AssetId,
) -> Result<Vec<Named>, Problem> {
    let filter = AssetFilter {
        site: Some(site.clone()),
        ..AssetFilter::default()
    };
    let page = Page {
        after: None,
        rows: ROWS_PER_PAGE,
    };
    let id = &client.scope.id;
    let listed = visit.store().kept_assets(id, &filter, &page).await?;
    let named = listed.rows.into_iter();
    Ok(named
        .map(|asset| Named::new(asset.row.scope.id.as_str(), asset.row.name))
        .collect())
}
