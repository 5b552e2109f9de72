//! The way back: a published process as the file that a person would edit. Reading what is written
//! here gives the same process again; comments, which were never published, are not in it.

use duly_core::process::{
    Control, Measure, Per, Process, QualityControl, Roll, Schedule, Severity, Step,
};
use duly_core::schedule::rule::{DayInMonth, DayOfMonth, MONTHS, Recurrence};
use serde_json::Value;

use crate::form::Number;
use crate::grammar::controls;
use crate::grammar::{Key, Shape};

/// Longest line of prose that is written: the width at which the shipped files are kept.
const PROSE_CHARS_MAX: usize = 90;

/// Writes the file.
#[must_use]
pub fn write(process: &Process) -> String {
    let mut file = File(String::new());
    file.line(0, "duly: 1");
    file.line(0, &format!("process: {}", process.process));
    file.prose(0, "title: ", &process.title);
    if let Some(why) = &process.why {
        file.prose(0, "why: ", why);
    }
    if let Some(minutes) = process.minutes {
        file.line(0, &format!("minutes: {minutes}"));
    }
    file.line(0, &format!("effective: {}", process.effective));
    let kind = process.applies_to.kind.as_ref();
    let kind = kind.map_or_else(String::new, |kind| format!("kind: {kind}, "));
    let per = match process.applies_to.per {
        Per::Asset => "asset",
        Per::Site => "site",
        Per::Client => "client",
        Per::Provider => "provider",
    };
    file.line(0, &format!("applies_to: {{ {kind}per: {per} }}"));
    if !process.satisfies.is_empty() {
        file.line(0, "satisfies:");
        for (framework, ids) in &process.satisfies {
            let ids = ids.iter().map(|id| quoted(id));
            file.line(2, &format!("{framework}: {}", list(ids)));
        }
    }
    file.schedule(&process.schedule);
    let roles = &process.roles;
    file.line(
        0,
        &format!(
            "roles: {{ does: {}, checks: {}, oversees: {} }}",
            roles.does, roles.checks, roles.oversees
        ),
    );
    file.line(0, "checklist:");
    for step in &process.checklist {
        file.step(step);
    }
    file.control(&process.quality_control);
    file.line(0, "oversight:");
    let every = &process.oversight.review_every;
    file.line(2, &format!("review: {{ every: {every} }}"));
    file.line(2, "measures:");
    for measure in &process.oversight.measures {
        file.measure(measure);
    }
    file.0
}

struct File(String);

impl File {
    fn line(&mut self, indent: usize, text: &str) {
        self.0.extend(std::iter::repeat_n(' ', indent));
        self.0.push_str(text);
        self.0.push('\n');
    }

    /// A key with text: on one line where it fits, folded where it is long, quoted where folding
    /// would change it.
    fn prose(&mut self, indent: usize, key: &str, text: &str) {
        let room = PROSE_CHARS_MAX.saturating_sub(indent + key.chars().count());
        if text.chars().count() <= room || !folds(text) {
            self.line(indent, &format!("{key}{}", quoted(text)));
            return;
        }
        self.line(indent, &format!("{key}>-"));
        // A list's dash belongs to the key; its text stands further in than the key itself.
        let indent = indent + if key.starts_with("- ") { 4 } else { 2 };
        let mut line = String::new();
        for word in text.split(' ') {
            let longer = line.chars().count() + word.chars().count() + 1 + indent;
            if !line.is_empty() && longer > PROSE_CHARS_MAX {
                self.line(indent, &line);
                line.clear();
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        self.line(indent, &line);
    }

    fn schedule(&mut self, schedule: &Schedule) {
        self.line(0, "schedule:");
        for line in recurrence(&schedule.recurrence) {
            self.line(2, &line);
        }
        let at = schedule.at.strftime("%H:%M");
        self.line(2, &format!("at: \"{at}\""));
        self.line(2, &format!("tz: {}", schedule.tz));
        let roll = match schedule.roll {
            Some(Roll::Following) => ", roll: following",
            Some(Roll::Preceding) => ", roll: preceding",
            None => "",
        };
        let calendar = &schedule.calendar;
        self.line(2, &format!("holidays: {{ calendar: {calendar}{roll} }}"));
        self.line(2, &format!("due_within: {}", schedule.due_within));
        self.line(2, &format!("grace: {}", schedule.grace));
    }

    fn step(&mut self, step: &Step) {
        self.line(2, &format!("- id: {}", step.id));
        self.prose(4, "do: ", &step.text);
        if let Some(minutes) = step.minutes {
            self.line(4, &format!("minutes: {minutes}"));
        }
        if let Some(probe) = &step.probe {
            self.line(4, &format!("probe: {probe}"));
        }
        if !step.evidence.is_empty() {
            let evidence = list(step.evidence.iter().cloned());
            self.line(4, &format!("evidence: {evidence}"));
        }
        let gate = match step.gate {
            duly_core::process::Gate::Critical => "critical",
            duly_core::process::Gate::Standard => "standard",
        };
        self.line(4, &format!("gate: {gate}"));
    }

    fn control(&mut self, control: &QualityControl) {
        self.line(0, "quality_control:");
        if let Some(check) = &control.spot_check {
            let least = check.at_least_per_technician_per_month;
            let least = least.map_or_else(String::new, |least| {
                format!(", at_least: {least} per technician per month")
            });
            let rate = check.rate_percent;
            self.line(2, &format!("spot_check: {{ rate: {rate}%{least} }}"));
        }
        self.line(2, "rules:");
        for rule in &control.rules {
            self.rule(rule);
        }
        if !control.escalate.is_empty() {
            self.line(2, "escalate:");
        }
        for rung in &control.escalate {
            let (after, to) = (rung.after, &rung.to);
            self.line(4, &format!("- {{ after: {after}, to: {to} }}"));
        }
    }

    fn rule(&mut self, control: &Control) {
        let severity = match control.severity {
            Severity::Low => "low",
            Severity::Medium => "medium",
            Severity::High => "high",
        };
        let name = control.id.replace('-', "_");
        let Some(rule) = controls::rule(&name).filter(|rule| rule.name != "custom") else {
            self.line(4, "- custom:");
            self.line(8, &format!("id: {}", control.id));
            let words = [("when: ", &control.when), ("say: ", &control.say)];
            for (key, text) in words {
                let text = text.as_deref().unwrap_or_default();
                self.line(8, &format!("{key}{}", quoted(text)));
            }
            self.line(8, &format!("severity: {severity}"));
            return;
        };
        let mut parameters = vec![format!("severity: {severity}")];
        parameters.extend(
            rule.map
                .keys
                .iter()
                .filter_map(|key| parameter(key, control)),
        );
        let parameters = parameters.join(", ");
        self.line(4, &format!("- {name}: {{ {parameters} }}"));
    }

    fn measure(&mut self, measure: &Measure) {
        self.line(4, &format!("- id: {}", measure.id));
        let keys = [
            ("good", measure.good.as_deref()),
            ("total", measure.total.as_deref()),
            ("value", measure.value.as_deref()),
            ("window", Some(measure.window.as_str())),
            ("unit", Some(measure.unit.as_str())),
            ("better", Some(measure.better.as_str())),
            ("target", Some(measure.target.as_str())),
            ("chart", measure.chart.as_deref()),
        ];
        for (key, value) in keys {
            if let Some(value) = value {
                self.line(6, &format!("{key}: {}", quoted(value)));
            }
        }
    }
}

/// A parameter as it is written, from the unit in which it was published.
fn parameter(key: &Key, control: &Control) -> Option<String> {
    let name = key.name.replace('_', "-");
    let written = match key.shape {
        Shape::Form(form) => {
            let (unit, _) = form.quantity?;
            let number = control.with.get(&format!("{name}-{unit}"))?.as_u64()?;
            match unit {
                "percent" if form.number == Number::Fraction => format!("0.{number:02}"),
                "percent" => format!("{number}%"),
                "seconds" => format!("{number} s"),
                "minutes" => format!("{number} min"),
                unit if number == 1 => format!("1 {}", unit.trim_end_matches('s')),
                unit => format!("{number} {unit}"),
            }
        }
        Shape::Whole { .. } => control.with.get(&name)?.as_u64()?.to_string(),
        Shape::List(_) => {
            let items = control.with.get(&name)?.as_array()?.iter();
            list(items.filter_map(Value::as_str).map(str::to_owned))
        }
        _ => return None,
    };
    Some(format!("{}: {written}", key.name))
}

/// The lines of a recurrence.
fn recurrence(recurrence: &Recurrence) -> Vec<String> {
    let every = |interval: u32, unit: &str| match interval {
        1 => format!("every: {unit}"),
        _ => format!("every: {interval} {unit}s"),
    };
    let on = |days: Vec<String>| format!("on: {}", list(days));
    let mut lines = Vec::new();
    let mut clamps = false;
    let from = match recurrence {
        Recurrence::Day { interval, from } => {
            lines.push(every(*interval, "day"));
            *from
        }
        Recurrence::BusinessDay => {
            lines.push("every: business day".to_owned());
            None
        }
        Recurrence::Week {
            interval,
            from,
            on: days,
        } => {
            lines.push(every(*interval, "week"));
            lines.push(on(days.iter().map(ToString::to_string).collect()));
            *from
        }
        Recurrence::Month {
            interval,
            from,
            on: days,
        } => {
            lines.push(every(*interval, "month"));
            lines.push(on(days.iter().map(|day| of_month(*day)).collect()));
            clamps = days.iter().any(clamped);
            *from
        }
        Recurrence::Quarter {
            interval,
            from,
            on: days,
        } => {
            lines.push(every(*interval, "quarter"));
            let named = |day: &DayInMonth| format!("{} of month {}", of_month(day.day), day.month);
            lines.push(on(days.iter().map(named).collect()));
            clamps = days.iter().any(|day| clamped(&day.day));
            *from
        }
        Recurrence::Year {
            interval,
            from,
            on: days,
        } => {
            lines.push(every(*interval, "year"));
            lines.push(on(days.iter().map(|day| of_year(*day)).collect()));
            clamps = days.iter().any(|day| clamped(&day.day));
            *from
        }
        Recurrence::Dates { dates } => {
            let dates = dates.iter().map(ToString::to_string);
            lines.push(format!("dates: {}", list(dates)));
            None
        }
        Recurrence::Rrule { rule, from } => {
            lines.push(format!("rrule: {}", quoted(rule)));
            *from
        }
    };
    lines.extend(from.map(|from| format!("from: {from}")));
    lines.extend(clamps.then(|| "clamp: last day".to_owned()));
    lines
}

fn clamped(day: &DayOfMonth) -> bool {
    matches!(day, DayOfMonth::Number { clamp: true, .. })
}

fn of_month(day: DayOfMonth) -> String {
    match day {
        DayOfMonth::Number { day, .. } => format!("day {day}"),
        other => other.to_string(),
    }
}

fn of_year(day: DayInMonth) -> String {
    let month = usize::from(day.month).wrapping_sub(1);
    let month = MONTHS.get(month).copied().unwrap_or_default();
    match day.day {
        DayOfMonth::Number { day, .. } => format!("{day} {month}"),
        other => format!("{other} of {month}"),
    }
}

fn list(items: impl IntoIterator<Item = String>) -> String {
    let items: Vec<String> = items.into_iter().collect();
    format!("[{}]", items.join(", "))
}

/// Whether folding over lines and unfolding gives the same text again.
fn folds(text: &str) -> bool {
    let mut before = ' ';
    let sound = text.chars().all(|letter| {
        let doubled = letter == ' ' && before == ' ';
        before = letter;
        !doubled && (letter == ' ' || !letter.is_whitespace() && !letter.is_control())
    });
    sound && !text.ends_with(' ')
}

/// Text as YAML takes it: bare where that is plainly text, else in quotes with JSON's escapes.
fn quoted(text: &str) -> String {
    let plain = |letter: char| letter.is_alphanumeric() || " .;'()/_+-’%".contains(letter);
    let begins = text.starts_with(|letter: char| letter.is_alphabetic());
    // A few words would be taken for a truth value, or for nothing.
    let word = text.to_ascii_lowercase();
    let taken = ["y", "n", "yes", "no", "true", "false", "on", "off", "null"];
    let kept = !text.ends_with(' ') && !taken.contains(&word.as_str());
    if begins && kept && text.chars().all(plain) {
        return text.to_owned();
    }
    let mut quoted = String::from('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}
