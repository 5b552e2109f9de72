//! `source-silent`: a source has said nothing for too long.

use jiff::SignedDuration;

use crate::control::facts::{ClientFacts, SourceFacts};
use crate::control::planted::{days, nine, spoiled_client};
use crate::control::{AT_ONCE, Judge, Kind, Parameter, Raised, Rule, With};
use crate::process::Severity;

pub(super) static RULE: Rule = Rule {
    id: "source-silent",
    kind: Kind::Stale,
    severity: Severity::High,
    looks_for: "A source that should be heard of has said nothing for too long.",
    may_mean: "An expired password, a moved server, a device on holiday. What it last said is what \
               was known then, and no longer what is known.",
    parameters: &[Parameter {
        name: "after-days",
        default: Some(2),
        about: "Silent for this long.",
        because: "One missed nightly report is a restart; two are a silence.",
    }],
    cause: AT_ONCE,
    judge: Judge::Client(judge),
    planted: || {
        spoiled_client(|facts| {
            facts.sources.push(SourceFacts {
                source: "console".to_owned(),
                heard_at: Some(nine() - days(4)),
                since: nine() - days(100),
            });
        })
    },
};

fn judge(facts: &ClientFacts, with: &With<'_>) -> Vec<Raised> {
    let after = SignedDuration::from_hours(24 * i64::from(with.number("after-days")));
    let silence = |source: &SourceFacts| {
        let silent_for = facts
            .now
            .duration_since(source.heard_at.unwrap_or(source.since));
        (silent_for > after).then(|| {
            let message = match source.heard_at {
                Some(_) => format!(
                    "{} has been silent for {}.",
                    source.source,
                    super::length(silent_for.as_secs())
                ),
                None => format!("{} was never heard of.", source.source),
            };
            Raised::new(source.source.as_str(), message)
        })
    };
    facts.sources.iter().filter_map(silence).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::planted::client;

    #[test]
    fn a_source_expected_since_yesterday_is_given_its_time() {
        let mut facts = client();
        let mut source = SourceFacts {
            source: "console".to_owned(),
            heard_at: None,
            since: nine() - days(1),
        };
        facts.sources = vec![source.clone()];
        assert_eq!(judge(&facts, &With::defaults(&RULE)), []);
        source.since = nine() - days(3);
        facts.sources = vec![source];
        assert_eq!(judge(&facts, &With::defaults(&RULE)).len(), 1);
    }
}
