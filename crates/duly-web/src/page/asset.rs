//! `GET /clients/{client}/assets/{asset}`, and the acts on one: changing and retiring it.

use axum::extract::{Form, Path};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use duly_core::care::{SITE, looks_after};
use duly_core::commissioning::commissioning;
use duly_core::id::AssetId;
use duly_core::permit::Action;
use duly_store::{
    ASSET_REASON_BYTES_MAX, AssetAct, AssetChange, ClientRow, KeptAsset, Page, PingAddress,
    Retirement, SightingFilter,
};
use duly_work::{coverage, lists};
use jiff::civil::Date;
use serde::Deserialize;

use crate::page::about_client::{address, name, nav, site, sites};
use crate::page::assets::{after_name, lying_at, seen_by};
use crate::page::pings::state_words;
use crate::page::visit::{Visit, named};
use crate::page::{Shown, published, shown};
use crate::part::client_nav::ClientPage;
use crate::problem::{self, Problem};
use crate::view::Named;
use crate::view::asset::{Asset, AssetForm, Event, Job, REASON_CHARS_MAX, RetireForm, SeenBy};
use crate::view::frame::Section;

/// The form that changes one.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct ChangeForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    site: String,
    #[serde(default)]
    revision: u64,
}

/// The form that retires one.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct LetGoForm {
    #[serde(default)]
    last_day: String,
    #[serde(default)]
    reason: String,
}

/// What was sent and not taken.
#[derive(Default)]
struct Refused {
    problems: Vec<String>,
    change: Option<ChangeForm>,
    retire: Option<LetGoForm>,
}

/// Shows it.
pub(crate) async fn show(visit: Visit, Path((client, asset)): Path<(String, String)>) -> Shown {
    let client = visit.client(&client)?;
    shown(&view(&visit, client, &asset, Refused::default()).await?)
}

/// Changes its name or site.
pub(crate) async fn change(
    visit: Visit,
    Path((client, asset)): Path<(String, String)>,
    Form(form): Form<ChangeForm>,
) -> Result<Response, Problem> {
    let client = visit.client(&client)?;
    let mut problems = Vec::new();
    let act = AssetAct {
        client: client.scope.id.clone(),
        asset: AssetId::from(asset.as_str()),
        revision: form.revision,
        name: name(&form.name, &mut problems),
        site: site(&form.site),
        person: Some(visit.person.id.clone()),
    };
    if problems.is_empty() {
        let done = visit.store().change_asset(act, visit.now).await?;
        match why_not(done)? {
            None => return Ok(back(client, &asset)),
            Some(problem) => problems.push(problem),
        }
    }
    let refused = Refused {
        problems,
        change: Some(form),
        retire: None,
    };
    refuse(&visit, client, &asset, refused).await
}

/// Retires it.
pub(crate) async fn retire(
    visit: Visit,
    Path((client, asset)): Path<(String, String)>,
    Form(form): Form<LetGoForm>,
) -> Result<Response, Problem> {
    let client = visit.client(&client)?;
    let mut problems = Vec::new();
    let reason = form.reason.trim();
    if reason.is_empty() {
        problems.push("Say why it leaves care.".to_owned());
    }
    if reason.chars().count() > REASON_CHARS_MAX || reason.len() > ASSET_REASON_BYTES_MAX {
        problems.push(format!(
            "The reason has more than {REASON_CHARS_MAX} characters."
        ));
    }
    let last_day: Option<Date> = form.last_day.trim().parse().ok();
    let until = last_day.and_then(|last| last.tomorrow().ok());
    if until.is_none() {
        problems.push("Give the last day in care as YYYY-MM-DD.".to_owned());
    }
    if let (Some(until), true) = (until, problems.is_empty()) {
        let retirement = Retirement {
            client: client.scope.id.clone(),
            asset: AssetId::from(asset.as_str()),
            until,
            reason: reason.to_owned(),
            person: visit.person.id.clone(),
        };
        let done = visit.store().retire_asset(retirement, visit.now).await?;
        match why_not(done)? {
            None => return Ok(back(client, &asset)),
            Some(problem) => problems.push(problem),
        }
    }
    let refused = Refused {
        problems,
        change: None,
        retire: Some(form),
    };
    refuse(&visit, client, &asset, refused).await
}

fn back(client: &ClientRow, asset: &str) -> Response {
    let asset = crate::page::today::encoded(asset);
    let back = address(&client.scope.id, &format!("/assets/{asset}"));
    Redirect::to(&back).into_response()
}

/// Why something was not done, in a sentence; nothing when it was.
pub(crate) fn why_not(done: AssetChange) -> Result<Option<String>, Problem> {
    let why = match done {
        AssetChange::Done | AssetChange::Same => return Ok(None),
        AssetChange::NoSuch => return Err(problem::not_found()),
        AssetChange::Raced => "Somebody else changed it in the meantime; see what it is now.",
        AssetChange::Gone => "It was retired before; nothing was changed.",
        AssetChange::NameTaken => "Another asset in care has this name; give it another.",
        AssetChange::NoSuchSite => "There is no such site in care.",
        AssetChange::HoldsAssets => {
            "Assets in care lie at this site; say first where they lie from now on."
        }
        AssetChange::InThePast => {
            "The last day in care is today at the earliest: what was due by then stands."
        }
    };
    Ok(Some(why.to_owned()))
}

async fn refuse(
    visit: &Visit,
    client: &ClientRow,
    asset: &str,
    refused: Refused,
) -> Result<Response, Problem> {
    let page = shown(&view(visit, client, asset, refused).await?)?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

async fn view(
    visit: &Visit,
    client: &ClientRow,
    asset: &str,
    refused: Refused,
) -> Result<Asset, Problem> {
    let (store, client_id) = (visit.store(), &client.scope.id);
    let id = AssetId::from(asset);
    let kept = store.kept_asset(client_id, &id).await?;
    let kept = kept.ok_or_else(problem::not_found)?;
    let frame = visit.frame_of(client, Section::Clients);
    let today = frame.today();
    let scope = &kept.row.scope;
    let published = published::of(store, client_id).await?;
    let in_force = published
        .as_ref()
        .map(|one| published::in_force(one, today));
    let covering = in_force.iter().flat_map(|versions| versions.values());
    let covering = covering.filter(|version| looks_after(&version.process, scope));
    let covered_by = covering
        .map(|version| version.process.title.clone())
        .collect();
    let lacking = coverage::uncovered(store, client_id, visit.now).await?;
    let filter = SightingFilter {
        asset: Some(id.clone()),
        ..SightingFilter::default()
    };
    let sightings = lists::sightings(store, client_id, &filter).await?;
    let seen = seen_by(visit, client, sightings).await?;
    let sites = sites(visit, client_id).await?;
    let lies_here = if scope.kind == SITE {
        lying_at(visit, client, &id).await?
    } else {
        Vec::new()
    };
    let page = Page::default();
    let jobs = store.ping_addresses(client_id, Some(&id), &page).await?;
    let in_care = scope.until.is_none();
    let may = |action| in_care && visit.may(action, client_id);
    let lies_at = |site: &AssetId| sites.iter().find(|one| one.id == site.as_str()).cloned();
    Ok(Asset {
        client: named(client),
        nav: nav(visit, client, ClientPage::Assets),
        asset: Named::new(asset, kept.row.name.clone()),
        kind: scope.kind.clone(),
        site: kept.site.as_ref().and_then(lies_at),
        since: scope.since,
        until: scope.until,
        commissioning: commissioning(scope.since, today).filter(|_| in_care),
        covered_by,
        lacking: lacking.of(&id).map(|gap| after_name(&gap.words)).collect(),
        seen: seen
            .into_iter()
            .map(|(_, presence, sighting)| SeenBy {
                source: sighting.source,
                thing: sighting.sighted.thing,
                at: sighting.last_seen_at,
                presence,
            })
            .collect(),
        jobs: jobs.rows.into_iter().map(|one| job(visit, one)).collect(),
        lies_here,
        events: events(visit, client, &id).await?,
        change: may(Action::KeepAssets).then(|| change_form(&kept, sites, refused.change)),
        retire: may(Action::RetireAsset).then(|| retire_form(today, refused.retire)),
        problems: refused.problems,
        frame,
    })
}

fn job(visit: &Visit, one: PingAddress) -> Job {
    let (says, look) = state_words(one.state(visit.now));
    Job {
        name: one.name,
        says,
        look,
        heard_at: one.heard_at,
    }
}

fn change_form(kept: &KeptAsset, sites: Vec<Named>, sent: Option<ChangeForm>) -> AssetForm {
    let site = kept.site.as_ref().map_or("", AssetId::as_str);
    let (name, site) = match sent {
        Some(sent) => (sent.name, sent.site),
        None => (kept.row.name.clone(), site.to_owned()),
    };
    AssetForm {
        name,
        kind: kept.row.scope.kind.clone(),
        site,
        sites,
        revision: kept.revision,
    }
}

fn retire_form(today: Date, sent: Option<LetGoForm>) -> RetireForm {
    let (last_day, reason) = match sent {
        Some(sent) => (sent.last_day, sent.reason),
        None => (today.to_string(), String::new()),
    };
    RetireForm {
        last_day,
        earliest: today,
        reason,
    }
}

async fn events(visit: &Visit, client: &ClientRow, asset: &AssetId) -> Result<Vec<Event>, Problem> {
    let store = visit.store();
    let page = Page::default();
    let listed = store.asset_events(&client.scope.id, asset, &page).await?;
    let events = listed.rows.into_iter().map(|event| Event {
        index: event.index,
        at: event.at,
        what: event.what,
        who: event.person.as_ref().map_or_else(
            || "a file or list".to_owned(),
            |person| visit.person_named(person),
        ),
        words: event.words,
    });
    Ok(events.collect())
}
