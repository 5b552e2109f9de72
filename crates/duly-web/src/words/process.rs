//! The rules of a process in plain words: what it applies to, how long there is, what a control
//! watches for, what a measure aims at.

use duly_core::process::{
    AppliesTo, Control, Escalation, Measure, Per, Roll, Schedule, Severity, SpotCheck,
};

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
    format!(
        "A second person inspects {} % of the finished tickets{least}. \
         The draw is made after the work is closed.",
        check.rate_percent
    )
}

/// What a control watches for. A custom rule speaks for itself; one that this page has no words
/// for is shown with its name and parameters, so that nothing declared stays hidden.
#[must_use]
pub fn control(control: &Control) -> String {
    if let Some(say) = &control.say {
        return say.clone();
    }
    let parameter = |name: &str| {
        control
            .with
            .get(name)
            .map(value)
            .unwrap_or_else(|| "its default".to_owned())
    };
    match control.id.replace('_', "-").as_str() {
        "missed" => "A duty was missed.".to_owned(),
        "late" => "A duty was closed late.".to_owned(),
        "too-fast" => format!(
            "Work was done in less than {} of the usual time, or under {}.",
            parameter("factor"),
            parameter("floor")
        ),
        "evidence-reused" => format!(
            "Evidence was handed in that had been used before, within {}.",
            parameter("window")
        ),
        "same-target" => format!(
            "The same thing was chosen too often: fewer than {} different ones in the last {}.",
            parameter("distinct_at_least"),
            parameter("last")
        ),
        "self-approval" => "Somebody checked their own work.".to_owned(),
        name if control.with.is_empty() => format!("{}.", name.replace('-', " ")),
        name => {
            let parameters: Vec<String> = control
                .with
                .iter()
                .map(|(key, found)| format!("{} {}", key.replace('_', " "), value(found)))
                .collect();
            format!("{} ({}).", name.replace('-', " "), parameters.join(", "))
        }
    }
}

fn value(found: &serde_json::Value) -> String {
    match found {
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    }
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
    fn a_rule_without_words_shows_its_name_and_parameters() {
        let said = control_of(serde_json::json!(
            {"id": "size_collapse", "severity": "low", "with": {"share_max": "40%"}}));
        assert_eq!(said, "size collapse (share max 40%).");
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
