//! `GET /processes`: every process that is published for anybody.

use std::collections::BTreeMap;

use duly_core::id::ProcessId;
use duly_core::process::Process;
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
    let mut next: BTreeMap<ProcessId, Date> = BTreeMap::new();
    for client in &visit.clients {
        let Some(published) = published::of(visit.store(), &client.scope.id).await? else {
            continue;
        };
        for (id, version) in published::in_force(&published, today) {
            let process = &version.process;
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
        .map(|process| row(process, next.get(&process.process)))
        .collect();
    shown(&Processes { frame, rows })
}

fn row(process: &Process, next: Option<&Date>) -> Row {
    let is_measured =
        |step: &&duly_core::process::Step| step.probe.as_deref().is_some_and(probe_is_known);
    let count = |steps: usize| u64::try_from(steps).unwrap_or(u64::MAX);
    Row {
        process: Named::new(process.process.as_str(), process.title.clone()),
        recurrence: process.schedule.recurrence.to_string(),
        applies_to: words::process::applies_to(&process.applies_to),
        steps: count(process.checklist.len()),
        measured: count(process.checklist.iter().filter(is_measured).count()),
        next: next.copied(),
    }
}
