//! `GET /processes/{process}`: the version in force, and its next dates for everybody.

use axum::extract::Path;
use duly_core::id::ProcessId;
use duly_core::schedule::duties::PublishedProcess;

use crate::page::names::Names;
use crate::page::visit::{Visit, named};
use crate::page::{Shown, published, shown};
use crate::problem;
use crate::view::frame::Section;
use crate::view::process::{NEXT_SHOWN_MAX, Next, Process};

/// Shows it.
pub(crate) async fn show(visit: Visit, Path(process): Path<String>) -> Shown {
    let id = ProcessId::from(process);
    let frame = visit.frame(Section::Processes, false);
    let today = frame.today();
    let mut newest: Option<PublishedProcess> = None;
    let mut coming = Vec::new();
    for client in &visit.clients {
        let Some(published) = published::of(visit.store(), &client.scope.id).await? else {
            continue;
        };
        let Some(version) = published::in_force(&published, today).remove(&id).cloned() else {
            continue;
        };
        let is_newer =
            |known: &PublishedProcess| version.process.effective > known.process.effective;
        if newest.as_ref().is_none_or(is_newer) {
            newest = Some(version);
        }
        let duties = published::coming(&published, today);
        let of_process = duties.into_iter().filter(|duty| duty.process == id);
        coming.extend(of_process.take(NEXT_SHOWN_MAX).map(|duty| (client, duty)));
    }
    let newest = newest.ok_or_else(problem::not_found)?;
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
    shown(&Process {
        frame,
        declared: newest.process,
        published_at: Some(newest.published_at),
        next,
    })
}
