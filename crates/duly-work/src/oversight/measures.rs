//! Which measures a client has: those that its processes declare, and those of oversight itself,
//! which are taken over all its processes together.

use std::collections::BTreeMap;

use duly_core::measure::definition::Definition;
use duly_core::process::Process;
use duly_core::schedule::duties::Published;
use duly_store::MeasureKey;
use jiff::civil::Date;

/// The process whose measures are taken over everything. Where a client has none of its own, those
/// of the catalogue's are taken.
pub const GOVERNANCE: &str = "gov.oversight";

/// A measure of a client.
#[derive(Clone, Debug)]
pub struct Measured<'a> {
    /// Which.
    pub key: MeasureKey,
    /// Its words, read.
    pub definition: Definition,
    /// The process that declares it.
    pub process: &'a Process,
    /// Whether it is taken over all processes.
    pub is_whole: bool,
}

/// The measures in force on a day: those of oversight first, then by process, each in the order of
/// its declaration. One whose words this program does not know is left out, and its name given.
#[must_use]
pub fn measures(published: &Published, day: Date) -> (Vec<Measured<'_>>, Vec<String>) {
    let mut in_force = in_force(published, day);
    if !in_force.contains_key(GOVERNANCE) {
        let shipped = duly_declare::catalogue().iter();
        let shipped = shipped.filter(|process| process.process.as_str() == GOVERNANCE);
        in_force.extend(shipped.map(|process| (process.process.as_str(), process)));
    }
    let mut processes: Vec<&Process> = in_force.into_values().collect();
    processes.sort_by_key(|process| (process.process.as_str() != GOVERNANCE, &process.process));
    let (mut measures, mut unknown) = (Vec::new(), Vec::new());
    for process in processes {
        for measure in &process.oversight.measures {
            match Definition::of(measure) {
                Ok(definition) => measures.push(Measured {
                    key: MeasureKey {
                        process: process.process.clone(),
                        measure: measure.id.clone(),
                    },
                    definition,
                    process,
                    is_whole: process.process.as_str() == GOVERNANCE,
                }),
                Err(error) => unknown.push(error.to_string()),
            }
        }
    }
    (measures, unknown)
}

/// The newest version of each process that has begun by a day.
pub(super) fn in_force(published: &Published, day: Date) -> BTreeMap<&str, &Process> {
    let mut newest: BTreeMap<&str, &Process> = BTreeMap::new();
    let begun = published.processes.iter().map(|version| &version.process);
    for process in begun.filter(|process| process.effective <= day) {
        let slot = newest.entry(process.process.as_str()).or_insert(process);
        if process.effective >= slot.effective {
            *slot = process;
        }
    }
    newest
}
