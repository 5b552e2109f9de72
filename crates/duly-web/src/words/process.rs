//! The rules of a process in plain words: what it applies to, how long there is, what a control
//! watches for, what a measure aims at.

use duly_core::process::minutes::Load;
use duly_core::process::{
    AppliesTo, Control, Escalation, Measure, Per, Process, Roll, SamplingPlan, Schedule, Severity,
    SpotCheck,
};

use crate::words::number::sentence_case;

/// When it falls due, in two or three sentences.
#[must_use]
pub fn schedule(schedule: &Schedule) -> String {
    let zone = match schedule.tz.as_str() {
        "client" => "in the client’s own time zone".to_owned(),
        name => format!("in {name}"),
    };
    let roll = match schedule.roll {
        None => "A date that falls on a closed day stays where it is.",
        Some(Roll::Following) => "A date that falls on a closed day moves to the next open one.",
        Some(Roll::Preceding) => "A date that falls on a closed day moves to the open one before.",
    };
    format!(
        "It opens {} at {} {zone}. {roll} Closed within {}, it is done in time; closed within {} \
         after that, it is late; then it is missed for ever.",
        schedule.recurrence,
        schedule.at.strftime("%H:%M"),
        schedule.due_within,
        schedule.grace,
    )
}

/// How much of a person's time a duty takes: `45 min`, `nothing: it is all measured`.
#[must_use]
pub fn takes(process: &Process) -> String {
    match process.expected_minutes() {
        None => "nobody estimated it".to_owned(),
        Some(0) => "no time of a person".to_owned(),
        Some(minutes) => length(u64::from(minutes)),
    }
}

/// The hours of one role in a week; what nobody estimated is said, not guessed.
#[must_use]
pub fn hours(load: Option<&Load>) -> String {
    match load {
        None => "–".to_owned(),
        Some(load) if load.minutes == 0 && load.without_estimate > 0 => "not estimated".to_owned(),
        Some(load) if load.without_estimate > 0 => format!("at least {}", length(load.minutes)),
        Some(load) => length(load.minutes),
    }
}

/// `45 min`, `1 h 30`.
fn length(minutes: u64) -> String {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes:02}"),
    }
}

/// What a process says, in a sentence, for whoever is writing it.
#[must_use]
pub fn in_a_sentence(process: &Process) -> String {
    format!(
        "“{}” is due {} for {}, takes {}, and holds from {} on.",
        process.title,
        process.schedule.recurrence,
        applies_to(&process.applies_to),
        takes(process),
        process.effective
    )
}

/// One duty for each what: `each backup`, `each client`, `the provider itself`.
#[must_use]
pub fn applies_to(applies: &AppliesTo) -> String {
    match (applies.per, &applies.kind) {
        (Per::Asset, Some(kind)) => format!("each {kind}"),
        (Per::Asset, None) => "each asset".to_owned(),
        (Per::Site, _) => "each site".to_owned(),
        (Per::Client, _) => "each client".to_owned(),
        (Per::Provider, _) => "the provider itself".to_owned(),
    }
}

/// How much finished work a second person looks at.
#[must_use]
pub fn spot_check(check: &SpotCheck) -> String {
    let least = check
        .at_least_per_technician_per_month
        .map(|count| format!(", and at least {count} for each technician in a month"))
        .unwrap_or_default();
    let plan = match check.plan {
        Some(SamplingPlan::MilStd105e) => ", never fewer than MIL-STD-105E draws at level II",
        None => "",
    };
    format!(
        "A second person inspects {} % of the finished tickets{least}{plan}. The draw is made \
         after the month is closed, and one that is not as recorded doubles it until ten in a row \
         are.",
        check.rate_percent
    )
}

/// What a control watches for, with its parameters as they were published. A custom rule speaks
/// for itself; one that this page has no words for is shown by its name, so that nothing declared
/// stays hidden.
#[must_use]
pub fn control(control: &Control) -> String {
    if let Some(say) = &control.say {
        return say.clone();
    }
    let name = control.id.replace('_', "-");
    let about = CONTROLS
        .iter()
        .find(|(known, _)| *known == name)
        .map_or_else(|| name.replace('-', " "), |(_, about)| (*about).to_owned());
    let parameters: Vec<String> = control
        .with
        .iter()
        .map(|(key, value)| parameter(key, value))
        .collect();
    let parameters = match parameters.is_empty() {
        true => String::new(),
        false => format!(" ({})", parameters.join(", ")),
    };
    format!("{}{parameters}.", sentence_case(&about))
}

/// What each known rule watches for.
const CONTROLS: [(&str, &str); 24] = [
    ("missed", "a duty was missed"),
    ("late", "a duty was closed late"),
    ("too-fast", "a step took far less than its usual time"),
    ("burst", "many steps were ticked within a short time"),
    ("step-skipped", "a ticket was closed without a step"),
    ("evidence-reused", "a file or picture was handed in before"),
    (
        "evidence-stale",
        "evidence is older than the work it is to show",
    ),
    (
        "unchanged",
        "what was handed in is the same as in the runs before",
    ),
    (
        "nothing-found",
        "the same person finds nothing, run after run, while others do",
    ),
    ("unremarked", "many were signed in a row without a word"),
    ("same-target", "the choice fell on too few different things"),
    (
        "self-approval",
        "the doer checked it, or two people always check each other",
    ),
    (
        "coverage-gap",
        "an asset that needs this is not covered by it",
    ),
    (
        "contradiction",
        "two sources say different things about one asset",
    ),
    (
        "claim-contradicted",
        "what was claimed differs from what was measured",
    ),
    ("source-silent", "a source has said nothing for long"),
    (
        "size-collapse",
        "the newest is far smaller than those before it",
    ),
    (
        "firmware-kev",
        "the running firmware has a flaw known to be exploited",
    ),
    ("expiring", "something ends soon and no renewal is on order"),
    ("without-expiry", "an exclusion or exemption has no end"),
    (
        "unclaimed",
        "a source shows something that nobody has claimed",
    ),
    (
        "unresolved",
        "something found, or an action agreed, is still open",
    ),
    (
        "weakened",
        "a setting is weaker than it was the time before",
    ),
    ("leaver-active", "a person who left can still sign in"),
];

/// A parameter in words: `window-months` 24 is `window 24 months`.
fn parameter(key: &str, value: &serde_json::Value) -> String {
    let shown = match value {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Array(items) => {
            let words: Vec<&str> = items.iter().filter_map(serde_json::Value::as_str).collect();
            words.join(", ")
        }
        other => other.to_string(),
    };
    match key.rsplit_once('-') {
        Some((name, unit)) if is_unit(unit) => {
            format!("{} {shown} {unit}", name.replace('-', " "))
        }
        _ => format!("{} {shown}", key.replace(['-', '_'], " ")),
    }
}

/// Whether the last word of a parameter's name is its unit.
fn is_unit(word: &str) -> bool {
    matches!(
        word,
        "seconds" | "minutes" | "hours" | "days" | "months" | "percent" | "bytes" | "s" | "min"
    )
}

/// The severity as a word.
#[must_use]
pub fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Low => "low",
        Severity::Medium => "medium",
        Severity::High => "high",
    }
}

/// One rung of the escalation.
#[must_use]
pub fn escalation(rung: &Escalation) -> String {
    format!(
        "not acknowledged for {}: the {} is told",
        rung.after, rung.to
    )
}

/// What a measure counts, over how long, and what it aims at.
#[must_use]
pub fn measure(measure: &Measure) -> String {
    let counted = match (&measure.good, &measure.total, &measure.value) {
        (Some(good), Some(total), _) => format!("{good} out of {total}"),
        (_, _, Some(value)) => value.clone(),
        (Some(good), None, None) => good.clone(),
        _ => measure.id.clone(),
    };
    let better = match measure.better.as_str() {
        "up" => "more is better",
        "down" => "less is better",
        other => other,
    };
    format!(
        "{counted}, over {}; aim {}, {better}",
        measure.window, measure.target
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn control_of(json: serde_json::Value) -> String {
        control(&serde_json::from_value(json).unwrap())
    }

    #[test]
    fn a_custom_rule_speaks_for_itself() {
        let said = control_of(
            serde_json::json!({"id": "tiny-restore", "severity": "medium",
            "when": "run.restored_bytes < 1048576", "say": "Restored less than 1 MiB"}),
        );
        assert_eq!(said, "Restored less than 1 MiB");
    }

    #[test]
    fn a_known_rule_is_said_with_its_parameters_and_their_units() {
        let said = control_of(
            serde_json::json!({"id": "evidence_reused", "severity": "high",
            "with": {"window-months": 24}}),
        );
        assert_eq!(
            said,
            "A file or picture was handed in before (window 24 months)."
        );
    }

    #[test]
    fn a_rule_without_words_shows_its_name_and_parameters() {
        let said = control_of(serde_json::json!(
            {"id": "new-rule", "severity": "low", "with": {"distinct-at-least": 4}}));
        assert_eq!(said, "New rule (distinct at least 4).");
    }

    #[test]
    fn a_schedule_says_when_it_opens_and_how_long_there_is() {
        let said = schedule(
            &serde_json::from_value(serde_json::json!({
                "recurrence": {"every": "business-day"}, "at": "09:00:00", "tz": "client",
                "roll": "following", "calendar": "client",
                "due-within": {"count": 5, "unit": "business-days"},
                "grace": {"count": 1, "unit": "days"}}))
            .unwrap(),
        );
        assert_eq!(
            said,
            "It opens every business day at 09:00 in the client’s own time zone. A date that \
             falls on a closed day moves to the next open one. Closed within 5 business days, it \
             is done in time; closed within 1 day after that, it is late; then it is missed for \
             ever."
        );
    }
}
