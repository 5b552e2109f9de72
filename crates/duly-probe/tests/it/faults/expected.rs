//! What duly has to say about each scenario, and where the documentation shows it.

use duly_core::verdict::Judgement;

use super::scenario::Scenario;

/// Where the table begins and ends in the documentation.
pub const MARKS: [&str; 2] = [
    "<!-- the fault table begins -->",
    "<!-- the fault table ends -->",
];

/// Whether duly said what it has to say.
pub fn as_expected(scenario: &Scenario, judgement: &Judgement) -> Result<(), String> {
    let first = judgement.reasons.first().map(|reason| reason.code.as_str());
    if judgement.verdict == scenario.verdict() && first == scenario.reason {
        Ok(())
    } else {
        Err(format!(
            "{}: expected {} for {:?}, got {judgement:#?}",
            scenario.name,
            scenario.verdict().word(),
            scenario.reason
        ))
    }
}
