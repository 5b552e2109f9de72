//! What differs between two versions of a process, in words, and whether the later one asks for
//! less. Whoever is to publish it reads this first, and the client reads it afterwards.
//!
//! How many duties come and go is not said here: that takes calendars and assets, and is counted
//! in [`crate::schedule::affected`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    Allowance, AllowanceUnit, Control, Gate, Measure, Oversight, Process, QualityControl, Severity,
    Step,
};

/// Which part of a process a change is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// Title, reason, estimate, frameworks.
    About,
    /// When it is due, and for what.
    Schedule,
    /// Who does, checks and oversees.
    Roles,
    /// The first element.
    Checklist,
    /// The second element.
    QualityControl,
    /// The third element.
    Oversight,
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Change {
    /// Where.
    pub part: Part,
    /// What, as a sentence.
    pub says: String,
    /// Whether less is asked for than before.
    pub loosens: bool,
}

/// Every difference between two versions, part by part. Nothing for two that mean the same; the
/// day on which a version takes effect is not a difference.
#[must_use]
pub fn changes(before: &Process, after: &Process) -> Vec<Change> {
    let mut found = Found(Vec::new());
    found.about(before, after);
    found.schedule(before, after);
    found.roles(before, after);
    found.checklist(&before.checklist, &after.checklist);
    found.control(&before.quality_control, &after.quality_control);
    found.oversight(&before.oversight, &after.oversight);
    found.0
}

/// Whether one length of time is longer than another. A business day counts as a fifth of a week,
/// so that five of them and seven days are alike.
#[must_use]
pub fn is_longer(one: Allowance, other: Allowance) -> bool {
    let tenths = |allowance: Allowance| {
        u64::from(allowance.count)
            * match allowance.unit {
                AllowanceUnit::Hours => 10,
                AllowanceUnit::Days => 240,
                AllowanceUnit::BusinessDays => 336,
            }
    };
    tenths(one) > tenths(other)
}

struct Found(Vec<Change>);

impl Found {
    fn say(&mut self, part: Part, loosens: bool, says: impl Into<String>) {
        self.0.push(Change {
            part,
            says: says.into(),
            loosens,
        });
    }

    fn about(&mut self, before: &Process, after: &Process) {
        let part = Part::About;
        if before.title != after.title {
            self.say(part, false, format!("The title is now “{}”.", after.title));
        }
        if before.why != after.why {
            self.say(part, false, "The reason why it is done is worded anew.");
        }
        if before.satisfies != after.satisfies {
            let says = "The identifiers in other people’s frameworks change.";
            self.say(part, false, says);
        }
        let (was, is) = (before.expected_minutes(), after.expected_minutes());
        if was != is {
            let (is, was) = (time(is), time(was));
            let says = format!("A duty is expected to take {is}, before {was}.");
            self.say(part, false, says);
        }
    }

    fn schedule(&mut self, before: &Process, after: &Process) {
        let part = Part::Schedule;
        if before.applies_to != after.applies_to {
            // Whom it leaves out cannot be told from here; it is said aloud either way.
            self.say(part, true, "It is about something else than before.");
        }
        let (was, is) = (&before.schedule, &after.schedule);
        if after.is_ended() && !before.is_ended() {
            let says = format!("It ends: nothing is due from {} on.", after.effective);
            self.say(part, true, says);
        } else if was.recurrence != is.recurrence {
            let says = format!("It is due {}, before {}.", is.recurrence, was.recurrence);
            self.say(part, false, says);
        }
        if was.at != is.at {
            let clock = |at: jiff::civil::Time| at.strftime("%H:%M").to_string();
            let says = format!("It opens at {}, before {}.", clock(is.at), clock(was.at));
            self.say(part, false, says);
        }
        if was.tz != is.tz {
            let says = format!("Its times are those of {}, before {}.", is.tz, was.tz);
            self.say(part, false, says);
        }
        if was.roll != is.roll || was.calendar != is.calendar {
            self.say(part, false, "Closed days are treated otherwise.");
        }
        for (what, was, is) in [
            ("until it is late", was.due_within, is.due_within),
            ("from late to missed", was.grace, is.grace),
        ] {
            if was != is {
                let says = format!("The time {what} is {is}, before {was}.");
                self.say(part, is_longer(is, was), says);
            }
        }
    }

    fn roles(&mut self, before: &Process, after: &Process) {
        let (was, is) = (&before.roles, &after.roles);
        for (what, was, is) in [
            ("done", &was.does, &is.does),
            ("checked", &was.checks, &is.checks),
            ("overseen", &was.oversees, &is.oversees),
        ] {
            if was != is {
                let says = format!("It is {what} by the {is}, before by the {was}.");
                self.say(Part::Roles, false, says);
            }
        }
    }

    fn checklist(&mut self, before: &[Step], after: &[Step]) {
        let part = Part::Checklist;
        for step in before {
            match named(after, step) {
                Some(now) => self.step(step, now),
                None => self.say(part, true, format!("The step `{}` is taken out.", step.id)),
            }
        }
        for step in after.iter().filter(|step| named(before, step).is_none()) {
            let says = format!("There is a new step `{}`: {}", step.id, step.text);
            self.say(part, false, says);
        }
        let kept = |steps: &[Step], others: &[Step]| -> Vec<String> {
            let kept = steps.iter().filter(|step| named(others, step).is_some());
            kept.map(|step| step.id.to_string()).collect()
        };
        if kept(before, after) != kept(after, before) {
            self.say(part, false, "The steps come in another order.");
        }
    }

    fn step(&mut self, was: &Step, is: &Step) {
        let (part, id) = (Part::Checklist, &is.id);
        if was.text != is.text {
            self.say(
                part,
                false,
                format!("The step `{id}` now says: {}", is.text),
            );
        }
        if was.gate != is.gate {
            let (now, then) = (gate(is.gate), gate(was.gate));
            let says = format!("The step `{id}` is {now}, before {then}.");
            self.say(part, is.gate == Gate::Standard, says);
        }
        match (&was.probe, &is.probe) {
            (Some(probe), None) => {
                let says = format!("The step `{id}` is no longer measured by `{probe}`.");
                self.say(part, true, says);
            }
            (was, Some(probe)) if was.as_ref() != Some(probe) => {
                let says = format!("The step `{id}` is measured by `{probe}`.");
                self.say(part, false, says);
            }
            _ => {}
        }
        if was.evidence != is.evidence {
            let list = |evidence: &[String]| match evidence.is_empty() {
                true => "nothing".to_owned(),
                false => evidence.join(", "),
            };
            let less = was.evidence.iter().any(|kind| !is.evidence.contains(kind));
            let (now, then) = (list(&is.evidence), list(&was.evidence));
            let says = format!("The step `{id}` asks for {now}, before {then}.");
            self.say(part, less, says);
        }
    }

    fn control(&mut self, before: &QualityControl, after: &QualityControl) {
        let part = Part::QualityControl;
        let by_id = |rules: &[Control]| -> BTreeMap<String, Control> {
            let named = rules.iter().map(|rule| (rule.id.clone(), rule.clone()));
            named.collect()
        };
        let (was, is) = (by_id(&before.rules), by_id(&after.rules));
        for (id, rule) in &was {
            match is.get(id) {
                None => self.say(part, true, format!("The rule `{id}` is taken out.")),
                Some(now) => self.rule(rule, now),
            }
        }
        for id in is.keys().filter(|id| !was.contains_key(*id)) {
            self.say(part, false, format!("There is a new rule `{id}`."));
        }
        if before.spot_check != after.spot_check {
            let ((was, was_least), (is, is_least)) = (drawn(before), drawn(after));
            let says = format!(
                "A second person inspects {is} % of the finished work (at least {is_least} for \
                 each technician in a month), before {was} % (at least {was_least})."
            );
            self.say(part, is < was || is_least < was_least, says);
        }
        if before.escalate != after.escalate {
            let less = before.escalate.iter().any(|rung| {
                let kept = after.escalate.iter().find(|other| other.to == rung.to);
                kept.is_none_or(|kept| is_longer(kept.after, rung.after))
            });
            let says = "Who is told of a warning, and after how long, changes.";
            self.say(part, less, says);
        }
    }

    fn rule(&mut self, was: &Control, is: &Control) {
        let (part, id) = (Part::QualityControl, &is.id);
        if was.severity != is.severity {
            let (now, then) = (severity(is.severity), severity(was.severity));
            let says = format!("The rule `{id}` is of {now} severity, before {then}.");
            self.say(part, is.severity < was.severity, says);
        }
        if was.with != is.with || was.when != is.when || was.say != is.say {
            // Whether other figures catch less depends on the rule; it is marked, not guessed.
            let says = format!("The rule `{id}` fires on other figures than before.");
            self.say(part, true, says);
        }
    }

    fn oversight(&mut self, before: &Oversight, after: &Oversight) {
        let part = Part::Oversight;
        if before.review_every != after.review_every {
            let (is, was) = (&after.review_every, &before.review_every);
            let says = format!("It is reviewed every {is}, before every {was}.");
            self.say(part, is == "quarter", says);
        }
        let named = |measures: &[Measure], id: &str| {
            let found = measures.iter().find(|measure| measure.id == id);
            found.cloned()
        };
        for measure in &before.measures {
            let id = &measure.id;
            match named(&after.measures, id) {
                None => self.say(part, true, format!("The measure `{id}` is taken out.")),
                Some(now) if now.target != measure.target => {
                    let (is, was) = (&now.target, &measure.target);
                    let says = format!("The measure `{id}` aims at {is}, before {was}.");
                    self.say(part, true, says);
                }
                Some(now) if now != *measure => {
                    let says = format!("The measure `{id}` is counted otherwise.");
                    self.say(part, false, says);
                }
                Some(_) => {}
            }
        }
        for measure in &after.measures {
            if named(&before.measures, &measure.id).is_none() {
                let says = format!("There is a new measure `{}`.", measure.id);
                self.say(part, false, says);
            }
        }
    }
}

fn named<'a>(steps: &'a [Step], step: &Step) -> Option<&'a Step> {
    steps.iter().find(|other| other.id == step.id)
}

fn gate(gate: Gate) -> &'static str {
    match gate {
        Gate::Critical => "critical",
        Gate::Standard => "standard",
    }
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Low => "low",
        Severity::Medium => "medium",
        Severity::High => "high",
    }
}

/// Share in per cent, and the least number for each technician.
fn drawn(control: &QualityControl) -> (u32, u32) {
    control.spot_check.as_ref().map_or((0, 0), |check| {
        let least = check.at_least_per_technician_per_month;
        (check.rate_percent, least.unwrap_or(0))
    })
}

fn time(minutes: Option<u32>) -> String {
    match minutes {
        Some(1) => "1 minute".to_owned(),
        Some(minutes) => format!("{minutes} minutes"),
        None => "a time that nobody estimated".to_owned(),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::{Part, changes, is_longer};
    use crate::process::{Allowance, AllowanceUnit, Gate, Process, Severity};

    pub(crate) fn process() -> Process {
        serde_json::from_value(serde_json::json!({
            "rules": 1,
            "process": "a.b",
            "effective": "2026-01-01",
            "title": "Do it",
            "applies-to": { "per": "client" },
            "schedule": {
                "recurrence": { "every": "month", "interval": 1, "on": [
                    { "weekday": { "nth": 2, "weekday": "tuesday" } },
                    { "weekday": { "nth": 4, "weekday": "tuesday" } }
                ] },
                "at": "09:00:00", "tz": "client", "calendar": "client",
                "due-within": { "count": 5, "unit": "days" },
                "grace": { "count": 2, "unit": "days" }
            },
            "roles": { "does": "technician", "checks": "manager", "oversees": "executive" },
            "checklist": [
                { "id": "one", "do": "First", "gate": "critical", "evidence": ["note"] },
                { "id": "two", "do": "Second", "gate": "standard", "evidence": ["file", "note"] }
            ],
            "quality-control": {
                "spot-check": { "rate-percent": 20, "at-least-per-technician-per-month": 1 },
                "rules": [
                    { "id": "missed", "severity": "high" },
                    { "id": "late", "severity": "low" }
                ],
                "escalate": [
                    { "after": { "count": 1, "unit": "business-days" }, "to": "manager" }
                ]
            },
            "oversight": { "review-every": "month", "measures": [
                { "id": "done", "good": "duties.done", "total": "duties.due",
                  "window": "1 month", "unit": "ratio", "better": "up", "target": "98%" }
            ] }
        }))
        .unwrap()
    }

    /// Where something changes, and whether any of it asks for less.
    fn of(change: impl FnOnce(&mut Process)) -> (Vec<Part>, bool) {
        let mut after = process();
        change(&mut after);
        let found = changes(&process(), &after);
        let loosens = found.iter().any(|change| change.loosens);
        let parts = found.into_iter().map(|change| change.part);
        (parts.collect(), loosens)
    }

    #[test]
    fn two_versions_that_mean_the_same_differ_in_nothing() {
        let (parts, _) = of(|after| after.effective = jiff::civil::date(2027, 1, 1));
        assert_eq!(parts, []);
    }

    #[test]
    fn asking_for_less_is_marked_in_each_element() {
        let less: [fn(&mut Process); 12] = [
            |after| drop(after.checklist.remove(0)),
            |after| after.checklist[0].gate = Gate::Standard,
            |after| drop(after.checklist[1].evidence.remove(0)),
            |after| drop(after.quality_control.rules.remove(1)),
            |after| after.quality_control.rules[0].severity = Severity::Low,
            |after| after.quality_control.spot_check = None,
            |after| after.quality_control.escalate.clear(),
            |after| after.oversight.review_every = "quarter".to_owned(),
            |after| after.oversight.measures[0].target = "50%".to_owned(),
            |after| after.oversight.measures.clear(),
            |after| after.schedule.due_within.count = 9,
            |after| *after = after.ended(jiff::civil::date(2026, 6, 1)),
        ];
        for (place, less) in less.into_iter().enumerate() {
            let (parts, loosens) = of(less);
            assert!(loosens, "{place}: {parts:?}");
        }
    }

    #[test]
    fn asking_for_more_is_not_called_less() {
        let more: [fn(&mut Process); 6] = [
            |after| after.checklist[1].gate = Gate::Critical,
            |after| after.quality_control.rules[1].severity = Severity::High,
            |after| after.schedule.due_within.count = 3,
            |after| after.title = "Do it well".to_owned(),
            |after| after.checklist[0].probe = Some("backup.restore".to_owned()),
            |after| after.minutes = Some(30),
        ];
        for (place, more) in more.into_iter().enumerate() {
            let (parts, loosens) = of(more);
            assert!(!loosens && parts.len() == 1, "{place}: {parts:?}");
        }
    }

    #[test]
    fn five_business_days_are_not_longer_than_a_week() {
        let of = |count, unit| Allowance { count, unit };
        let business = of(5, AllowanceUnit::BusinessDays);
        let week = of(7, AllowanceUnit::Days);
        assert!(!is_longer(business, week) && !is_longer(week, business));
    }
}
