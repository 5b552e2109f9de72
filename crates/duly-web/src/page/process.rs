//! `GET /processes/{process}`: one version in plain words, the one in force if none is named; every
//! version with whom it is for, who published it and what it changed; the next dates.

use std::collections::BTreeMap;

use axum::extract::{Path, Query};
use duly_core::id::{ClientId, ProcessId};
use duly_core::permit::Action;
use duly_core::schedule::duties::{Duty, PublishedProcess};
use duly_core::scope::Client;
use duly_store::{ClientRow, Origin};
use jiff::civil::Date;
use serde::Deserialize;

use crate::page::names::Names;
use crate::page::visit::{Visit, named};
use crate::page::{Shown, published, shown};
use crate::problem::{self, Problem};
use crate::view::Named;
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
    let frame = visit.frame(Section::Processes, false);
    let id = ProcessId::from(process);
    let mut known = Known::default();
    for client in &visit.clients {
        known.add(&visit, client, &id, frame.today()).await?;
    }
    let chosen = match asked.version.is_empty() {
        true => known.newest,
        false => known.all.remove(&asked.version),
    };
    let chosen = chosen.ok_or_else(problem::not_found)?;
    if let Some(row) = known.versions.get_mut(&chosen.process.version()) {
        row.current = true;
    }
    known.coming.sort_by_key(|(_, duty)| duty.due_at);
    let mut names = Names::new(visit.store());
    let mut next = Vec::new();
    for (client, duty) in known.coming.into_iter().take(NEXT_SHOWN_MAX) {
        next.push(Next {
            slot: duty.slot,
            due_at: duty.due_at,
            client,
            asset: match &duty.asset {
                Some(asset) => Some(names.asset(&duty.client, asset).await?),
                None => None,
            },
        });
    }
    let provider = ClientId::from(Client::PROVIDER);
    shown(&Process {
        may_publish: visit.may(Action::PublishProcesses, &provider),
        versions: known.versions.into_values().rev().collect(),
        declared: chosen.process,
        published_at: Some(chosen.published_at),
        next,
        frame,
    })
}

/// What is known of a process, client by client.
#[derive(Default)]
struct Known {
    /// The newest version that is in force anywhere.
    newest: Option<PublishedProcess>,
    /// One of each version; clients may have it with what is otherwise for them.
    all: BTreeMap<String, PublishedProcess>,
    versions: BTreeMap<String, VersionRow>,
    coming: Vec<(Named, Duty)>,
}

impl Known {
    async fn add(
        &mut self,
        visit: &Visit,
        client: &ClientRow,
        id: &ProcessId,
        today: Date,
    ) -> Result<(), Problem> {
        let Some(published) = published::of(visit.store(), &client.scope.id).await? else {
            return Ok(());
        };
        let origins = visit.store().origins(&client.scope.id).await?;
        let own = |version: &&PublishedProcess| version.process.process == *id;
        for version in published.processes.iter().filter(own) {
            let name = version.process.version();
            let mut of_page = origins.iter();
            let origin = of_page.find(|one| one.process == *id && one.version == name);
            self.all.entry(name).or_insert_with(|| version.clone());
            self.version(visit, client, version, origin);
        }
        if let Some(version) = published::in_force(&published, today).remove(id) {
            let is_newer =
                |known: &PublishedProcess| version.process.effective > known.process.effective;
            if self.newest.as_ref().is_none_or(is_newer) {
                self.newest = Some(version.clone());
            }
        }
        let duties = published::coming(&published, today).into_iter();
        let duties = duties.filter(|duty| duty.process == *id);
        let duties = duties.take(NEXT_SHOWN_MAX);
        self.coming.extend(duties.map(|duty| (named(client), duty)));
        Ok(())
    }

    fn version(
        &mut self,
        visit: &Visit,
        client: &ClientRow,
        version: &PublishedProcess,
        origin: Option<&Origin>,
    ) {
        let name = version.process.version();
        let row = self
            .versions
            .entry(name.clone())
            .or_insert_with(|| VersionRow {
                version: name,
                published_at: version.published_at,
                clients: Vec::new(),
                origin: "from a file".to_owned(),
                changes: Vec::new(),
                fewer: false,
                current: false,
            });
        row.clients.push(named(client));
        let Some(origin) = origin else { return };
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
