//! `contradiction`: two sources say different things about one asset.

use std::collections::BTreeMap;

use jiff::SignedDuration;

use crate::control::facts::{ClientFacts, Reading};
use crate::control::planted::{asset, nine, spoiled_client};
use crate::control::{Judge, Kind, Raised, Rule, SETTLED, With};
use crate::observation::Method;
use crate::process::Severity;

/// What is older says how things were, and contradicts nothing.
const READING_AGE_MAX: SignedDuration = SignedDuration::from_hours(24 * 7);

pub(super) static RULE: Rule = Rule {
    id: "contradiction",
    kind: Kind::Contradiction,
    severity: Severity::High,
    looks_for: "Two sources say different things about the same asset within a week.",
    may_mean: "Consoles lag behind, and names are used twice. One of the two is wrong; which one \
               is a person's question.",
    parameters: &[],
    cause: SETTLED,
    judge: Judge::Client(judge),
    planted: || {
        spoiled_client(|facts| {
            for (source, value) in [("console", "on"), ("device", "off")] {
                facts.readings.push(Reading {
                    asset: asset(),
                    asset_name: "front desk".to_owned(),
                    property: "protection".to_owned(),
                    source: source.to_owned(),
                    method: Method::Console,
                    value: value.to_owned(),
                    at: nine(),
                });
            }
        })
    },
};

fn judge(facts: &ClientFacts, _: &With<'_>) -> Vec<Raised> {
    let mut about: BTreeMap<(&str, &str), Vec<&Reading>> = BTreeMap::new();
    for reading in &facts.readings {
        if facts.now.duration_since(reading.at) <= READING_AGE_MAX {
            let key = (reading.asset.as_str(), reading.property.as_str());
            about.entry(key).or_default().push(reading);
        }
    }
    about
        .values()
        .filter_map(|readings| differing(readings))
        .map(|(one, other)| {
            let message = format!(
                "{}, {}: {} says {}, {} says {}.",
                one.asset_name, one.property, one.source, one.value, other.source, other.value
            );
            let about = format!("{}/{}", one.asset, one.property);
            Raised::new(about, message).of(&one.asset)
        })
        .collect()
}

/// The first reading, and one of another source that differs from it.
fn differing<'a>(readings: &[&'a Reading]) -> Option<(&'a Reading, &'a Reading)> {
    let first = readings.first()?;
    let other = readings
        .iter()
        .find(|one| one.value != first.value && one.source != first.source)?;
    Some((first, other))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::planted::{client, days};

    #[test]
    fn a_source_that_changed_its_mind_contradicts_nobody_and_an_old_reading_nothing() {
        let mut facts = client();
        let reading = |source: &str, value: &str, ago| Reading {
            asset: asset(),
            asset_name: "front desk".to_owned(),
            property: "protection".to_owned(),
            source: source.to_owned(),
            method: Method::Console,
            value: value.to_owned(),
            at: nine() - days(ago),
        };
        facts.readings = vec![reading("a", "on", 0), reading("a", "off", 1)];
        assert_eq!(judge(&facts, &With::defaults(&RULE)), []);
        facts.readings = vec![reading("a", "on", 0), reading("b", "off", 8)];
        assert_eq!(judge(&facts, &With::defaults(&RULE)), []);
    }
}
