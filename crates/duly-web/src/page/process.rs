//! `GET /processes/{process}`: one version in plain words, the one in force if none is named; every
//! version with whom it is for, who published it and what it changed; the next dates.

use std::collections::BTreeMap;

use axum::extract::{Path, Query};
use duly_core::id::{ClientId, ProcessId};
use duly_core::permit::Action;
use duly_core::schedule::duties::PublishedProcess;
use duly_core::scope::Client;
use serde::Deserialize;

use crate::page::names::Names;
use crate::page::visit::{Visit, named};
use crate::page::{Shown, published, shown};
use crate::problem;
use crate::view::frame::Section;
use crate::view::process::{NEXT_SHOWN_MAX, Next, Process, VersionRow};

/// Which version; without it, the one in force.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    version: String,
}

/// Shows it.
pub(crate) async fn show(
    visit: Visit,
    Path(process): Path<String>,
    Query(asked): Query<Asked>,
) -> Shown {
    let id = ProcessId::from(process);
    let frame = visit.frame(Section::Processes, false);
    let today = frame.today();
    let mut newest: Option<PublishedProcess> = None;
    let mut wanted: Option<PublishedProcess> = None;
    let mut versions: BTreeMap<String, VersionRow> = BTreeMap::new();
    let mut coming = Vec::new();
    for client in &visit.clients {
        let Some(published) = published::of(visit.store(), &client.scope.id).await? else {
            continue;
        };
        let own = |version: &&PublishedProcess| version.process.process == id;
        let origins = visit.store().origins(&client.scope.id).await?;
        for version in published.processes.iter().filter(own) {
            let name = version.process.version();
            if name == asked.version {
                wanted = wanted.or_else(|| Some(version.clone()));
            }
            let row = versions.entry(name.clone()).or_insert_with(|| VersionRow {
                version: name.clone(),
                published_at: version.published_at,
                clients: Vec::new(),
                origin: "from a file".to_owned(),
                changes: Vec::new(),
                fewer: false,
                current: false,
            });
            row.clients.push(named(client));
            let mut of_page = origins.iter();
            let origin = of_page.find(|one| one.process == id && one.version == name);
            if let Some(origin) = origin {
                let by = visit.person_named(&origin.person);
                row.origin = format!("by {by}: {}", origin.reason);
                row.fewer |= origin.fewer;
                for change in &origin.changes {
                    let line = (change.says.clone(), change.loosens);
                    if !row.changes.contains(&line) {
                        row.changes.push(line);
                    }
                }
            }
        }
        let in_force = published::in_force(&published, today).remove(&id).cloned();
        if let Some(version) = in_force {
            let is_newer =
                |known: &PublishedProcess| version.process.effective > known.process.effective;
            if newest.as_ref().is_none_or(is_newer) {
                newest = Some(version);
            }
        }
        let duties = published::coming(&published, today);
        let of_process = duties.into_iter().filter(|duty| duty.process == id);
        coming.extend(of_process.take(NEXT_SHOWN_MAX).map(|duty| (client, duty)));
    }
    let shown_version = match asked.version.is_empty() {
        true => newest,
        false => wanted,
    };
    let shown_version = shown_version.ok_or_else(problem::not_found)?;
    coming.sort_by_key(|(_, duty)| duty.due_at);
    let mut names = Names::new(visit.store());
    let mut next = Vec::new();
    for (client, duty) in coming.into_iter().take(NEXT_SHOWN_MAX) {
        next.push(Next {
            slot: duty.slot,
            due_at: duty.due_at,
            client: named(client),
            asset: match &duty.asset {
                Some(asset) => Some(names.asset(&duty.client, asset).await?),
                None => None,
            },
        });
    }
    let name = shown_version.process.version();
    if let Some(row) = versions.get_mut(&name) {
        row.current = true;
    }
    let provider = ClientId::from(Client::PROVIDER);
    shown(&Process {
        may_publish: visit.may(Action::PublishProcesses, &provider),
        versions: versions.into_values().rev().collect(),
        declared: shown_version.process,
        published_at: Some(shown_version.published_at),
        next,
        frame,
    })
}
