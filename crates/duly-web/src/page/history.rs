//! What happened to a ticket, told from the entries of its duty.

use std::collections::BTreeMap;

use duly_core::accounts::Outcome;
use duly_core::entry::{Entry, kind};
use duly_core::review::document;
use duly_core::verdict::Verdict;
use duly_store::{NOTE_ADD, STEP_AGAIN, STEP_FILL, STEP_SKIP, StoredEntry, TicketStep};

use crate::page::visit::Visit;
use crate::problem::Problem;
use crate::view::ticket::Happening;

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
        });
    }
    Ok(history)
}

/// A disclosed field that is a text; none where it was erased.
fn field(stored: &StoredEntry, name: &str) -> Option<String> {
    let json = stored.fields.get(name)?;
    serde_json::from_str(json).ok()
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
        kind::DUTY_OPEN => "ticket opened".to_owned(),
        kind::RUN_START => "verification announced, before its draw was known".to_owned(),
        kind::RUN_RESULT => format!("verification ended{found}"),
        STEP_FILL => format!("{step} done{in_order}"),
        STEP_SKIP => format!("{step} left out"),
        STEP_AGAIN => format!("{step} to be measured again"),
        NOTE_ADD => "note left".to_owned(),
        document::OPEN => "review opened".to_owned(),
        document::AGREE => "review: as recorded".to_owned(),
        document::DISAGREE => "review: not as recorded, to be done again".to_owned(),
        document::REWORK => "done again, for a second look".to_owned(),
        kind::DUTY_CLOSE => match entry.outcome {
            Some(Outcome::Late) => format!("closed late{found}"),
            _ => format!("closed in time{found}"),
        },
        kind::DUTY_MISS => "missed".to_owned(),
        kind::DUTY_WAIVE => "waived".to_owned(),
        kind::DUTY_AFTERWARDS => format!("done afterwards{found}"),
        other => other.to_owned(),
    }
}
