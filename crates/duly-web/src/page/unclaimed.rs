//! `GET /clients/{client}/unclaimed`, paged by `after`; `POST` claims or dismisses one.

use axum::extract::{Form, Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use duly_core::id::AssetId;
use duly_core::permit::Action;
use duly_core::presence::claim_by;
use duly_core::scope;
use duly_store::{
    AssetFilter, AssetRow, Claim, ClientRow, NewAsset, Page, SightingChange, SightingFilter,
    random_id,
};
use serde::Deserialize;

use crate::page::about_client::{address, kind, kinds, name, nav};
use crate::page::asset::why_not;
use crate::page::visit::{Visit, named, zone_of};
use crate::page::{Shown, published, shown};
use crate::part::client_nav::ClientPage;
use crate::part::paging::{Paging, ROWS_PER_PAGE};
use crate::problem::Problem;
use crate::view::Named;
use crate::view::asset::REASON_CHARS_MAX;
use crate::view::assets::{Seen, Unclaimed};
use crate::view::frame::Section;

/// What the address may hold.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    after: Option<String>,
}

/// The form.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Sent {
    #[serde(default)]
    act: String,
    #[serde(default)]
    source: String,
    #[serde(default)]
    thing: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    asset: String,
    #[serde(default)]
    reason: String,
}

/// Shows them.
pub(crate) async fn show(
    visit: Visit,
    Path(client): Path<String>,
    Query(asked): Query<Asked>,
) -> Shown {
    let client = visit.client(&client)?;
    shown(&view(&visit, client, asked.after, Vec::new()).await?)
}

/// Claims or dismisses one.
pub(crate) async fn take(
    visit: Visit,
    Path(client): Path<String>,
    Form(sent): Form<Sent>,
) -> Result<Response, Problem> {
    let client = visit.client(&client)?;
    let id = &client.scope.id;
    let mut problems = Vec::new();
    let (store, person, now) = (visit.store(), &visit.person.id, visit.now);
    let place = (sent.source.as_str(), sent.thing.as_str());
    let done = match sent.act.as_str() {
        "claim" => {
            let claim = Claim::New(NewAsset {
                row: AssetRow {
                    scope: scope::Asset {
                        id: AssetId(random_id()?),
                        client: id.clone(),
                        kind: kind(&sent.kind, &mut problems),
                        since: visit.frame_of(client, Section::Clients).today(),
                        until: None,
                    },
                    name: name(&sent.name, &mut problems),
                },
                site: None,
                person: Some(person.clone()),
            });
            if problems.is_empty() {
                Some(store.claim_sighting(id, place, claim, person, now).await?)
            } else {
                None
            }
        }
        "known" => {
            let claim = Claim::Known(AssetId::from(sent.asset.as_str()));
            Some(store.claim_sighting(id, place, claim, person, now).await?)
        }
        "dismiss" => {
            let reason = sent.reason.trim();
            if reason.is_empty() || reason.chars().count() > REASON_CHARS_MAX {
                problems.push(format!(
                    "Say in at most {REASON_CHARS_MAX} characters why it is not looked after."
                ));
                None
            } else {
                let dismissed = store.dismiss_sighting(id, place, reason, person, now);
                Some(dismissed.await?)
            }
        }
        _ => {
            problems.push("Choose what it is.".to_owned());
            None
        }
    };
    match done {
        Some(SightingChange::Done) => {
            return Ok(Redirect::to(&address(id, "/unclaimed")).into_response());
        }
        Some(SightingChange::NotThere) => {
            problems.push("Somebody else decided on it in the meantime.".to_owned());
        }
        Some(SightingChange::Refused(why)) => problems.extend(why_not(why)?),
        None => {}
    }
    let page = shown(&view(&visit, client, None, problems).await?)?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

async fn view(
    visit: &Visit,
    client: &ClientRow,
    after: Option<String>,
    problems: Vec<String>,
) -> Result<Unclaimed, Problem> {
    let (store, id) = (visit.store(), &client.scope.id);
    let frame = visit.frame_of(client, Section::Clients);
    let filter = SightingFilter {
        unclaimed: true,
        ..SightingFilter::default()
    };
    let page = Page {
        after: after.clone(),
        rows: ROWS_PER_PAGE,
    };
    let listed = store.sightings(id, &filter, &page).await?;
    let published = published::of(store, id).await?;
    let calendar = published
        .as_ref()
        .and_then(|published| published.calendars.get(&client.scope.calendar));
    let (zone, today) = (zone_of(client), frame.today());
    let rows = listed.rows.into_iter().map(|seen| {
        let first = zone.to_datetime(seen.first_seen_at).date();
        let claim_by = calendar.and_then(|calendar| claim_by(first, calendar).ok());
        Seen {
            source: seen.source,
            thing: seen.sighted.thing,
            name: seen.sighted.name,
            kind: seen.sighted.kind,
            first_seen_at: seen.first_seen_at,
            last_seen_at: seen.last_seen_at,
            claim_by,
            is_overdue: claim_by.is_some_and(|by| today > by),
        }
    });
    let rows = rows.collect();
    let in_care = AssetFilter::default();
    let assets = store.kept_assets(id, &in_care, &Page::widest()).await?.rows;
    let assets = assets.into_iter();
    Ok(Unclaimed {
        client: named(client),
        nav: nav(visit, client, ClientPage::Unclaimed),
        rows,
        paging: Paging {
            address: address(id, "/unclaimed"),
            is_continued: after.is_some(),
            next: listed.next,
        },
        keeps: visit.may(Action::KeepAssets, id),
        kinds: kinds(),
        assets: assets
            .map(|asset| Named::new(asset.row.scope.id.as_str(), asset.row.name))
            .collect(),
        problems,
        frame,
    })
}
