//! `/set-up/assets`: what is looked after, and for a backup how it is tested.

use axum::extract::{Form, Query};
use axum::response::{IntoResponse, Redirect, Response};
use duly_work::declaration::BackupSettings;
use duly_work::lists;
use duly_work::set_up::{NewAsset, take_asset};

use super::{ASSETS, Asked, in_words, meant, page, refused, wrong_name};
use crate::page::chosen::{Pairs, field};
use crate::page::today::encoded;
use crate::page::visit::Visit;
use crate::page::{Shown, shown};
use crate::problem::Problem;
use crate::view::set_up::{Assets, Step};

/// `GET /set-up/assets`.
pub(crate) async fn assets(visit: Visit, Query(asked): Query<Asked>) -> Shown {
    let assets = assets_of(&visit, &asked.client).await?;
    let page = page(
        &visit,
        &asked.client,
        Step::Assets(assets),
        Vec::new(),
        ASSETS,
    );
    shown(&page.await?)
}

/// `POST /set-up/assets`.
pub(crate) async fn keep_asset(
    visit: Visit,
    Form(pairs): Form<Pairs>,
) -> Result<Response, Problem> {
    let id = field(&pairs, "client").to_owned();
    let client = visit.client(&id)?.scope.id.clone();
    let text = |name: &str| field(&pairs, name).trim().to_owned();
    let mut assets = Assets {
        kind: text("kind"),
        name: text("name"),
        repository: text("repository"),
        roots: text("roots"),
        manifest: text("manifest"),
        ..assets_of(&visit, &id).await?
    };
    let mut problems = Vec::new();
    if let Some(problem) = wrong_name(&assets.name) {
        problems.push(problem);
    }
    if !assets.kinds.contains(&assets.kind) {
        problems.push("Choose a kind from the list.".to_owned());
    }
    let backup = match backup(&assets, field(&pairs, "password")) {
        Ok(backup) => backup,
        Err(wrong) => {
            problems.extend(wrong);
            None
        }
    };
    if problems.is_empty() {
        let new = NewAsset {
            client,
            kind: assets.kind.clone(),
            name: assets.name.clone(),
            backup,
        };
        match take_asset(visit.store(), new, visit.now).await {
            Ok(_) => {
                let to = format!("{ASSETS}?client={}", encoded(&id));
                return Ok(Redirect::to(&to).into_response());
            }
            Err(error) => problems.push(in_words(error)?),
        }
    }
    assets.known = assets_of(&visit, &id).await?.known;
    refused(&visit, &id, Step::Assets(assets), problems, ASSETS).await
}

async fn assets_of(visit: &Visit, client: &str) -> Result<Assets, Problem> {
    let known = match meant(visit, client)? {
        Some(client) => lists::assets(visit.store(), &client.scope.id).await?,
        None => Vec::new(),
    };
    let in_care = known.into_iter().filter(|row| row.scope.until.is_none());
    Ok(Assets {
        known: in_care.map(|row| (row.scope.kind, row.name)).collect(),
        kinds: duly_declare::kinds().map(str::to_owned).collect(),
        ..Assets::default()
    })
}

/// How a backup is tested, where a repository was named; everything that is wrong with it.
fn backup(
    assets: &Assets,
    password: &str,
) -> Result<Option<(BackupSettings, String)>, Vec<String>> {
    if assets.repository.is_empty() {
        return Ok(None);
    }
    let mut problems = Vec::new();
    if assets.kind != "backup" {
        problems.push("Only a backup has a repository.".to_owned());
    }
    let roots: Vec<String> = assets
        .roots
        .lines()
        .map(str::trim)
        .map(str::to_owned)
        .collect();
    let roots: Vec<String> = roots.into_iter().filter(|root| !root.is_empty()).collect();
    if roots.is_empty() {
        problems.push("Name at least one folder that the backup ought to hold.".to_owned());
    }
    let paths = roots.iter().chain([&assets.repository, &assets.manifest]);
    for path in paths.filter(|path| !std::path::Path::new(path).is_absolute()) {
        problems.push(format!(
            "“{path}” is not a whole path; begin it with a slash."
        ));
    }
    if password.is_empty() {
        problems.push("The repository has a password; write it here.".to_owned());
    }
    let settings = BackupSettings::restic(&assets.repository, roots, &assets.manifest);
    match problems.is_empty() {
        true => Ok(Some((settings, password.to_owned()))),
        false => Err(problems),
    }
}
