//! The planted inputs: every rule is run on the input on which it must fire, and what stays silent
//! is a finding.

use duly_core::control::facts::{DeskFacts, RuleFailure};
use duly_core::control::rules::{RULES, rule};
use duly_core::id::ClientId;
use duly_store::{NewWarning, Store};
use jiff::Timestamp;

use crate::error::WorkError;

/// Runs them all, records which fired, and raises a warning for each that did not; those.
///
/// # Errors
///
/// When the store fails.
pub async fn prove_rules(
    store: &Store,
    provider: &ClientId,
    now: Timestamp,
) -> Result<Vec<String>, WorkError> {
    let tried: Vec<(String, bool)> = RULES
        .into_iter()
        .map(|rule| (rule.id.to_owned(), rule.proves()))
        .collect();
    record(store, provider, tried, now).await
}

async fn record(
    store: &Store,
    provider: &ClientId,
    tried: Vec<(String, bool)>,
    now: Timestamp,
) -> Result<Vec<String>, WorkError> {
    store.record_rule_proofs(provider, &tried, now).await?;
    let silent: Vec<String> = tried
        .into_iter()
        .filter(|(_, fired)| !fired)
        .map(|(rule, _)| rule)
        .collect();
    let failures = silent.iter().map(|rule| RuleFailure {
        rule: rule.clone(),
        at: "the planted inputs".to_owned(),
        why: "it stayed silent on the input on which it must fire".to_owned(),
    });
    let facts = DeskFacts {
        now,
        waiting: Vec::new(),
        failures: failures.collect(),
        gaps: Vec::new(),
    };
    if let Some(rule) = rule("rule-error") {
        for raised in rule.at_desk(&facts) {
            let warning = NewWarning {
                client: provider.clone(),
                rule: rule.id.to_owned(),
                about: raised.about,
                severity: rule.severity,
                message: raised.message,
                ticket: None,
            };
            store.raise_warning(warning, now).await?;
        }
    }
    Ok(silent)
}
