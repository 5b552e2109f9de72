//! `GET /processes`: every process that is published for anybody.

use std::collections::{BTreeMap, BTreeSet};

use duly_core::id::{ClientId, ProcessId};
use duly_core::permit::Action;
use duly_core::process::Process;
use duly_core::scope::Client;
use jiff::civil::Date;

use crate::page::today::probe_is_known;
use crate::page::visit::Visit;
use crate::page::{Shown, published, shown};
use crate::view::Named;
use crate::view::frame::Section;
use crate::view::processes::{Processes, Row};
use crate::words;

/// Shows it.
pub(crate) async fn show(visit: Visit) -> Shown {
    let frame = visit.frame(Section::Processes, true);
    let today = frame.today();
    let mut newest: BTreeMap<ProcessId, Process> = BTreeMap::new();
    let mut versions: BTreeMap<ProcessId, BTreeSet<Date>> = BTreeMap::new();
    let mut clients: BTreeMap<ProcessId, u64> = BTreeMap::new();
    let mut next: BTreeMap<ProcessId, Date> = BTreeMap::new();
    for client in &visit.clients {
        let Some(published) = published::of(visit.store(), &client.scope.id).await? else {
            continue;
        };
        for version in &published.processes {
            let (id, effective) = (version.process.process.clone(), version.process.effective);
            versions.entry(id).or_default().insert(effective);
        }
        for (id, version) in published::in_force(&published, today) {
            let process = &version.process;
            let has = clients.entry(id.clone()).or_default();
            *has = has.saturating_add(u64::from(!process.is_ended()));
            let slot = newest.entry(id.clone()).or_insert_with(|| process.clone());
            if process.effective > slot.effective {
                *slot = process.clone();
            }
        }
        for duty in published::coming(&published, today) {
            let first = next.entry(duty.process).or_insert(duty.slot);
            *first = duty.slot.min(*first);
        }
    }
    let rows = newest
        .values()
        .map(|process| {
            let id = &process.process;
            Row {
                versions: count(versions.get(id).map_or(0, BTreeSet::len)),
                clients: clients.get(id).copied().unwrap_or(0),
                ..row(process, next.get(id))
            }
        })
        .collect();
    let provider = ClientId::from(Client::PROVIDER);
    shown(&Processes {
        rows,
        may_publish: visit.may(Action::PublishProcesses, &provider),
        may_see_load: visit.may(Action::ReadQueue, &provider),
        frame,
    })
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

fn row(process: &Process, next: Option<&Date>) -> Row {
    let is_measured =
        |step: &&duly_core::process::Step| step.probe.as_deref().is_some_and(probe_is_known);
    Row {
        process: Named::new(process.process.as_str(), process.title.clone()),
        recurrence: process.schedule.recurrence.to_string(),
        applies_to: words::process::applies_to(&process.applies_to),
        steps: count(process.checklist.len()),
        measured: count(process.checklist.iter().filter(is_measured).count()),
        versions: 0,
        clients: 0,
        ended: process.is_ended().then_some(process.effective),
        takes: words::process::takes(process),
        next: next.copied(),
    }
}
