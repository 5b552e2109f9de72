//! `GET /clients/{client}/assets/new`, for a site with `?kind=site`;
//! `POST /clients/{client}/assets` takes one into care.

use axum::extract::{Form, Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use duly_core::care::SITE;
use duly_core::id::AssetId;
use duly_core::scope;
use duly_store::{AssetRow, ClientRow, random_id};
use serde::Deserialize;

use crate::page::about_client::{address, kind, kinds, name, nav, site, sites};
use crate::page::asset::why_not;
use crate::page::visit::{Visit, named};
use crate::page::{Shown, shown};
use crate::part::client_nav::ClientPage;
use crate::problem::Problem;
use crate::view::asset::{AssetForm, NewAsset};
use crate::view::frame::Section;

/// What the address may hold, and the form.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Sent {
    #[serde(default)]
    name: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    site: String,
}

/// Shows the form.
pub(crate) async fn ask(
    visit: Visit,
    Path(client): Path<String>,
    Query(sent): Query<Sent>,
) -> Shown {
    let client = visit.client(&client)?;
    shown(&view(&visit, client, sent, Vec::new()).await?)
}

/// Takes one into care.
pub(crate) async fn take(
    visit: Visit,
    Path(client): Path<String>,
    Form(sent): Form<Sent>,
) -> Result<Response, Problem> {
    let client = visit.client(&client)?;
    let mut problems = Vec::new();
    let scope = scope::Asset {
        id: AssetId(random_id()?),
        client: client.scope.id.clone(),
        kind: kind(&sent.kind, &mut problems),
        since: visit.frame_of(client, Section::Clients).today(),
        until: None,
    };
    let (id, is_site) = (scope.id.clone(), scope.kind == SITE);
    let asset = duly_store::NewAsset {
        row: AssetRow {
            scope,
            name: name(&sent.name, &mut problems),
        },
        site: site(&sent.site).filter(|_| !is_site),
        person: Some(visit.person.id.clone()),
    };
    if problems.is_empty() {
        let done = visit.store().take_into_care(asset, visit.now).await?;
        match why_not(done)? {
            None => {
                let to = address(&client.scope.id, &format!("/assets/{id}"));
                return Ok(Redirect::to(&to).into_response());
            }
            Some(problem) => problems.push(problem),
        }
    }
    let page = shown(&view(&visit, client, sent, problems).await?)?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

async fn view(
    visit: &Visit,
    client: &ClientRow,
    sent: Sent,
    problems: Vec<String>,
) -> Result<NewAsset, Problem> {
    let current = if sent.kind == SITE {
        ClientPage::Sites
    } else {
        ClientPage::Assets
    };
    Ok(NewAsset {
        frame: visit.frame_of(client, Section::Clients),
        client: named(client),
        nav: nav(visit, client, current),
        form: AssetForm {
            name: sent.name,
            kind: sent.kind,
            site: sent.site,
            sites: sites(visit, &client.scope.id).await?,
            revision: 0,
        },
        kinds: kinds(),
        problems,
    })
}
