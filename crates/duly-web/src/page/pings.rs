//! `/clients/{client}/pings`: addresses that jobs ping, of one asset with `?asset=`, paged by
//! `after`; declaring one, drawing it anew, removing it.

use axum::extract::{Form, Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use duly_core::id::AssetId;
use duly_core::permit::Action;
use duly_core::ping::{
    EVERY_MINUTES_MAX, EVERY_MINUTES_MIN, Expected, GRACE_MINUTES_MIN, JobState,
};
use duly_store::{AssetFilter, NewPingAddress, Page, PingAddress, PingDeclared};
use serde::Deserialize;

use crate::came::Came;
use crate::page::about_client::{address as path_of, name, nav};
use crate::page::names::Names;
use crate::page::visit::{Visit, named};
use crate::page::{Shown, shown};
use crate::part::client_nav::ClientPage;
use crate::part::paging::{Paging, ROWS_PER_PAGE};
use crate::ping::address;
use crate::problem::{self, Problem};
use crate::view::Named;
use crate::view::frame::Section;
use crate::view::pings::{Form as Typed, Pings, Row};
use crate::words::number::counted;

/// What the address may hold.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    asset: String,
    after: Option<String>,
}

/// The form.
#[derive(Debug, Deserialize)]
pub(crate) struct Sent {
    #[serde(default)]
    name: String,
    #[serde(default)]
    asset: String,
    #[serde(default)]
    every: String,
    #[serde(default)]
    grace: String,
}

/// Shows them.
pub(crate) async fn show(
    visit: Visit,
    Path(client): Path<String>,
    Query(asked): Query<Asked>,
) -> Shown {
    shown(&view(&visit, &client, asked, Typed::default(), Vec::new(), None).await?)
}

/// Declares one, and shows its address this once.
pub(crate) async fn declare(
    visit: Visit,
    came: Came,
    Path(client): Path<String>,
    Form(sent): Form<Sent>,
) -> Result<Response, Problem> {
    let id = visit.client(&client)?.scope.id.clone();
    let mut problems = Vec::new();
    let new = NewPingAddress {
        client: id,
        asset: Some(sent.asset.as_str())
            .filter(|asset| !asset.is_empty())
            .map(AssetId::from),
        name: name(&sent.name, &mut problems),
        expected: Expected {
            every_minutes: sent.every.trim().parse().unwrap_or(0),
            grace_minutes: sent.grace.trim().parse().unwrap_or(0),
        },
        person: visit.person.id.clone(),
    };
    if problems.is_empty() {
        let made = match visit.store().declare_ping(new, visit.now).await {
            Err(duly_store::Error::TooMuch { .. }) => return Err(problem::too_many_pings()),
            made => made?,
        };
        match made {
            PingDeclared::Declared { uuid, .. } => {
                return drawn(&visit, &client, address(&came, &uuid)).await;
            }
            PingDeclared::NoSuchAsset => problems.push("No such asset is in care.".to_owned()),
            PingDeclared::Unsound => problems.push(format!(
                "The interval is from {EVERY_MINUTES_MIN} to {EVERY_MINUTES_MAX} minutes, the \
                 grace from {GRACE_MINUTES_MIN} to {EVERY_MINUTES_MAX}."
            )),
        }
    }
    let typed = Typed {
        name: sent.name,
        asset: sent.asset,
        every: sent.every,
        grace: sent.grace,
    };
    let page = view(&visit, &client, Asked::default(), typed, problems, None).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, shown(&page)?).into_response())
}

/// Draws one anew, and shows it this once.
pub(crate) async fn rotate(
    visit: Visit,
    came: Came,
    Path((client, ping)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let id = visit.client(&client)?.scope.id.clone();
    let person = &visit.person.id;
    let drew = visit.store().rotate_ping(&id, &ping, person, visit.now);
    let uuid = drew.await?.ok_or_else(problem::not_found)?;
    drawn(&visit, &client, address(&came, &uuid)).await
}

/// Stops listening to one.
pub(crate) async fn remove(
    visit: Visit,
    Path((client, ping)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let id = visit.client(&client)?.scope.id.clone();
    let person = &visit.person.id;
    match visit
        .store()
        .remove_ping(&id, &ping, person, visit.now)
        .await?
    {
        true => Ok(Redirect::to(&path_of(&id, "/pings")).into_response()),
        false => Err(problem::not_found()),
    }
}

async fn drawn(visit: &Visit, client: &str, made: String) -> Result<Response, Problem> {
    let (asked, typed) = (Asked::default(), Typed::default());
    let page = view(visit, client, asked, typed, Vec::new(), Some(made)).await?;
    Ok(shown(&page)?.into_response())
}

async fn view(
    visit: &Visit,
    client: &str,
    asked: Asked,
    form: Typed,
    problems: Vec<String>,
    made: Option<String>,
) -> Result<Pings, Problem> {
    let row = visit.client(client)?;
    let id = &row.scope.id;
    let store = visit.store();
    let asset = Some(AssetId::from(asked.asset.as_str())).filter(|_| !asked.asset.is_empty());
    let page = Page {
        after: asked.after.clone(),
        rows: ROWS_PER_PAGE,
    };
    let listed = store.ping_addresses(id, asset.as_ref(), &page).await?;
    let mut names = Names::new(store);
    let mut rows = Vec::new();
    for one in listed.rows {
        let asset = match &one.asset {
            Some(asset) => Some(names.asset(id, asset).await?),
            None => None,
        };
        rows.push(line(visit, one, asset));
    }
    let may_keep = visit.may(Action::KeepAssets, id);
    let in_care = AssetFilter::default();
    let assets = store.kept_assets(id, &in_care, &Page::widest()).await?;
    let assets = assets.rows.into_iter();
    let list = path_of(id, "/pings");
    Ok(Pings {
        frame: visit.frame_of(row, Section::Clients),
        client: named(row),
        nav: nav(visit, row, ClientPage::Pings),
        rows,
        paging: Paging {
            address: match &asset {
                Some(asset) => format!("{list}?asset={}", crate::page::today::encoded(&asset.0)),
                None => list,
            },
            is_continued: asked.after.is_some(),
            next: listed.next,
        },
        made,
        problems,
        may_keep,
        assets: assets
            .map(|kept| Named::new(kept.row.scope.id.as_str(), kept.row.name))
            .collect(),
        form,
    })
}

fn line(visit: &Visit, one: PingAddress, asset: Option<Named>) -> Row {
    let (says, look) = state_words(one.state(visit.now));
    Row {
        id: one.id,
        name: one.name,
        asset,
        says,
        look,
        heard_at: one.heard_at,
        every: length(one.expected.every_minutes),
        grace: length(one.expected.grace_minutes),
        pings: one.pings,
    }
}

/// How a job stands in words, and how that looks. What a job says of itself is claimed.
pub(crate) fn state_words(state: JobState) -> (&'static str, &'static str) {
    match state {
        JobState::New => ("not heard of yet", "look"),
        JobState::Well => ("says it is well", "pass"),
        JobState::Failed => ("says it failed", "fail"),
        JobState::Silent => ("silent", "look"),
    }
}

/// `1 day`, `90 minutes`: in the largest unit that divides it.
fn length(minutes: u32) -> String {
    let minutes = u64::from(minutes);
    match minutes {
        days if days % 1440 == 0 => counted(days / 1440, "day", "days"),
        hours if hours % 60 == 0 => counted(hours / 60, "hour", "hours"),
        minutes => counted(minutes, "minute", "minutes"),
    }
}

#[cfg(test)]
mod tests {
    use super::length;

    #[test]
    fn an_interval_is_told_in_the_largest_unit_that_divides_it() {
        assert_eq!(length(1440), "1 day");
        assert_eq!(length(120), "2 hours");
        assert_eq!(length(90), "90 minutes");
    }
}
