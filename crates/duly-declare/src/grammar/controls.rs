//! The quality-control rules: their names, what each raises a warning about, how bad that is unless
//! said otherwise, and their parameters. The rules are declared and published here; what they mean
//! is in `duly_core::control`, whose parameters a test holds equal to these. Nothing here evaluates
//! one.

use duly_core::process::Severity;

use super::{Key, Lines, List, Map, Shape};
use crate::grammar::file::STEPS_MAX;
use crate::{form, words};

/// Longest condition of a custom rule, in characters: two lines of a screen. What needs more is a
/// rule of its own.
pub(crate) const CONDITION_CHARS_MAX: usize = 500;

/// A quality-control rule.
#[derive(Debug)]
pub(crate) struct Rule {
    /// The key under which its parameters stand.
    pub name: &'static str,
    /// When it raises a warning.
    pub about: &'static str,
    /// How bad that is unless the file says otherwise.
    pub severity: Severity,
    /// Its parameters, `severity` included.
    pub map: Map,
}

const SEVERITY: Key = Key::new(
    "severity",
    Shape::Word(&words::SEVERITIES),
    "How bad it is; each rule has its own default.",
);

const STEPS: Key = Key::new(
    "steps",
    Shape::List(&List {
        of: Shape::Form(&form::NAME),
        items_max: STEPS_MAX,
    }),
    "Only these steps of the checklist; all of them if left out.",
);

const fn last(about: &'static str) -> Key {
    Key::new("last", Shape::Whole { min: 2, max: 100 }, about).needed("last: 6")
}

const fn after(about: &'static str) -> Key {
    Key::new("after", Shape::Form(&form::DAYS), about).needed("after: 14 days")
}

macro_rules! rules {
    ($($name:literal, $severity:ident, $about:literal, [$($key:expr),*];)*) => {
        /// Every rule there is.
        pub(crate) const RULES: &[Rule] = &[$(
            Rule {
                name: $name,
                about: $about,
                severity: Severity::$severity,
                map: Map {
                    what: concat!("`", $name, "`"),
                    keys: &[SEVERITY, $($key),*],
                    explained: &[],
                },
            },
        )*];
    };
}

rules! {
    "missed", High, "a duty was not closed by the end of its grace", [];
    "late", Low, "a duty was closed after its due time", [];
    "not_evaluated", Medium, "a step has had the verdict unknown for twelve hours", [];
    "too_fast", Medium,
        "a step done by hand took less than `factor` of its usual time",
        [Key::new("factor", Shape::Form(&form::FACTOR), "Share of the median of the last 20 runs.")
            .needed("factor: 0.25"),
        Key::new("floor", Shape::Form(&form::MINUTES), "What counts as usual before 5 runs exist.")
            .needed("floor: 5 min"), STEPS];
    "burst", Medium, "so many steps were ticked within so short a time",
        [Key::new("count", Shape::Whole { min: 2, max: 40 }, "So many steps.").needed("count: 4"),
        Key::new("within", Shape::Form(&form::SECONDS), "Within this.").needed("within: 60 s")];
    "step_skipped", Medium, "a ticket was closed without a step", [STEPS];
    "evidence_reused", High, "a file or picture was handed in before",
        [Key::new("window", Shape::Form(&form::MONTHS), "Looking this far back.")
            .needed("window: 24 months"),
        Key::new("bits", Shape::Whole { min: 0, max: 16 },
            "Pictures that differ in at most so many of 64 bits count as the same; 4 if left out."),
        STEPS];
    "back_dated", Medium, "evidence was handed in long after the time it claims, or before",
        [Key::new("apart", Shape::Form(&form::DAYS), "So far apart.").needed("apart: 3 days"),
        STEPS];
    "text_copied", Low, "a longer note is word for word one of an earlier run",
        [last("Compared with so many runs before."), STEPS];
    "evidence_stale", Medium, "evidence is older than the work it is to show", [STEPS];
    "unchanged", Medium, "what was handed in is the same as in the runs before",
        [last("So many runs in a row."), STEPS];
    "nothing_found", Low, "the same person found nothing in so many runs, while others did",
        [last("So many runs in a row.")];
    "unremarked", Low, "so many were signed in a row without a word",
        [last("So many signatures in a row.")];
    "same_target", Medium, "the draw or the choice fell on too few different things",
        [last("Of so many runs."),
        Key::new("distinct_at_least", Shape::Whole { min: 2, max: 100 }, "So many must differ.")
            .needed("distinct_at_least: 4")];
    "self_approval", High, "the doer checked it, or two people always check each other", [];
    "coverage_gap", High, "an asset that needs this is not covered by it", [];
    "contradiction", High, "two sources say different things about one asset", [];
    "claim_contradicted", High, "what was claimed differs from what was measured", [];
    "source_silent", High, "a source has said nothing for this long",
        [after("Silent for this long.")];
    "size_collapse", High, "the newest is smaller than this share of the median before it",
        [Key::new("below", Shape::Form(&form::SHARE), "Share of the median of the last 20.")
            .needed("below: 50%")];
    "firmware_kev", High, "the running firmware has a flaw known to be exploited", [];
    "expiring", Medium, "something ends soon and no renewal is on order",
        [Key::new("within", Shape::Form(&form::DAYS), "Ends within this.")
            .needed("within: 60 days")];
    "exception_expired", Medium, "an exception ended and its work was not done since", [];
    "without_expiry", Medium, "an exclusion or exemption has no end", [];
    "unclaimed", Medium, "a source shows something that nobody has claimed",
        [after("Unclaimed for this long.")];
    "unresolved", Medium, "something found, or an action agreed, is still open",
        [after("Open for this long.")];
    "weakened", High, "a setting is weaker than it was the time before", [];
    "leaver_active", High, "a person who left can still sign in", [];
    "custom", Medium, "its own condition holds",
        [Key::new("id", Shape::Form(&form::NAME), "Unique among the rules of the process.")
            .needed("id: tiny-restore"),
        Key::new("when", Shape::Text { chars_max: CONDITION_CHARS_MAX, lines: Lines::Many },
            "The condition, in CEL, over the facts of a ticket.")
            .needed("when: \"run.restored_bytes < 1048576\""),
        Key::new("say", Shape::Text { chars_max: 160, lines: Lines::One }, "What the warning says.")
            .needed("say: Restored less than 1 MiB")];
}

/// The rule of this name.
pub(crate) fn rule(name: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.name == name)
}

/// The names of all rules.
pub(crate) fn names() -> impl Iterator<Item = &'static str> + Clone {
    RULES.iter().map(|rule| rule.name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use duly_core::control::Judge;
    use duly_core::control::rules::{RULES as BUILT_IN, rule as built_in};

    use super::*;

    /// The name under which a parameter is published.
    fn published(key: &Key) -> String {
        let name = key.name.replace('_', "-");
        match key.shape {
            Shape::Form(form) => match form.quantity {
                Some((unit, _)) => format!("{name}-{unit}"),
                None => name,
            },
            _ => name,
        }
    }

    #[test]
    fn every_declared_rule_is_built_in_with_the_same_severity_and_the_same_parameters() {
        for rule in RULES.iter().filter(|rule| rule.name != "custom") {
            let built_in = built_in(&rule.name.replace('_', "-")).expect(rule.name);
            assert_eq!(built_in.severity, rule.severity, "{}", rule.name);
            let keys = rule.map.keys.iter().filter(|key| key.name != "severity");
            let keys: BTreeSet<String> = keys.map(published).collect();
            let parameters = built_in.parameters.iter();
            let parameters: BTreeSet<String> = parameters
                .map(|parameter| parameter.name.to_owned())
                .collect();
            assert_eq!(keys, parameters, "{}", rule.name);
        }
    }

    #[test]
    fn every_built_in_rule_can_be_declared_but_those_about_the_desk() {
        for built_in in BUILT_IN {
            let declared = rule(&built_in.id.replace('-', "_")).is_some();
            let of_desk = matches!(built_in.judge, Judge::Desk(_));
            assert_ne!(declared, of_desk, "{}", built_in.id);
        }
    }
}
