//! What happened to a ticket, told from the entries of its duty.

use std::collections::BTreeMap;

use duly_core::accounts::Outcome;
use duly_core::entry::{Entry, kind};
use duly_core::verdict::Verdict;
use duly_store::{
    EVIDENCE_ADD, NOTE_ADD, REWORK_DONE, ROW_FILL, STEP_AGAIN, STEP_FILL, STEP_SKIP, StoredEntry,
    TICKET_HANDOVER, TICKET_REOPEN, TicketStep,
};

use crate::page::visit::Visit;
use crate::problem::Problem;
use crate::view::ticket::Happening;
use crate::words::entry::told;

/// The lines of a ticket's history, and the entry of each step that a person changed last.
pub(crate) struct History {
    pub lines: Vec<Happening>,
    pub step_entries: BTreeMap<String, u64>,
    /// Every entry's number.
    pub indices: Vec<u64>,
}

/// Tells it.
pub(crate) fn tell(
    visit: &Visit,
    entries: &[StoredEntry],
    steps: &[TicketStep],
) -> Result<History, Problem> {
    let mut history = History {
        lines: Vec::new(),
        step_entries: BTreeMap::new(),
        indices: Vec::new(),
    };
    for stored in entries {
        let entry = stored.entry()?;
        let step = field(stored, "step");
        if let Some(step) = &step {
            history.step_entries.insert(step.clone(), stored.index);
        }
        history.indices.push(stored.index);
        history.lines.push(Happening {
            at: entry.at,
            what: sentence(&entry, step.as_deref(), steps),
            who: entry
                .person
                .as_ref()
                .map(|person| visit.person_named(person)),
            entry: Some(stored.index),
            words: words(visit, &entry, stored),
        });
    }
    Ok(history)
}

/// A disclosed field that is a text; none where it was erased.
fn field(stored: &StoredEntry, name: &str) -> Option<String> {
    let json = stored.fields.get(name)?;
    serde_json::from_str(json).ok()
}

/// What was said with it: a note, a reason, a comment, the name of a file.
fn words(visit: &Visit, entry: &Entry, stored: &StoredEntry) -> Option<String> {
    let part = |name: &str, key: &str| {
        let json = stored.fields.get(name)?;
        let value: serde_json::Value = serde_json::from_str(json).ok()?;
        value.get(key)?.as_str().map(str::to_owned)
    };
    match entry.t.as_str() {
        STEP_AGAIN | STEP_SKIP | TICKET_REOPEN => field(stored, "reason"),
        STEP_FILL | ROW_FILL => field(stored, "note"),
        NOTE_ADD => part("note", "words"),
        EVIDENCE_ADD => part("evidence", "name"),
        TICKET_HANDOVER => {
            let to = field(stored, "to").map(|to| visit.person_named(&to.into()));
            let word = field(stored, "word")?;
            Some(to.map_or_else(|| word.clone(), |to| format!("to {to}: {word}")))
        }
        kind::DUTY_CLOSE | kind::DUTY_AFTERWARDS | REWORK_DONE => field(stored, "word"),
        _ => None,
    }
    .filter(|words| !words.trim().is_empty())
}

fn sentence(entry: &Entry, step: Option<&str>, steps: &[TicketStep]) -> String {
    let verdict = entry.verdict.map(Verdict::word);
    let found = verdict.map(|word| format!(": {word}")).unwrap_or_default();
    let place = steps
        .iter()
        .position(|known| Some(known.id.as_str()) == step);
    let step = place.map_or_else(
        || "a step".to_owned(),
        |place| format!("step {}", place + 1),
    );
    let in_order = match entry.verdict {
        Some(Verdict::Pass) => ": in order",
        Some(Verdict::Fail) => ": not in order",
        _ => "",
    };
    match entry.t.as_str() {
        kind::RUN_RESULT => format!("verification ended{found}"),
        STEP_FILL => format!("{step} done{in_order}"),
        STEP_SKIP => format!("{step} left out"),
        STEP_AGAIN => format!("{step} to be measured again"),
        ROW_FILL => format!("an asset looked at{in_order}"),
        REWORK_DONE => format!("done again{found}"),
        kind::DUTY_CLOSE => match entry.outcome {
            Some(Outcome::Late) => format!("closed late{found}"),
            _ => format!("closed in time{found}"),
        },
        kind::DUTY_MISS => "missed".to_owned(),
        kind::DUTY_WAIVE => "waived".to_owned(),
        kind::DUTY_AFTERWARDS => format!("done afterwards{found}"),
        other => told(other).to_owned(),
    }
}
