//! `GET /control/rules`: every built-in rule, when it last proved that it can fire, and how much of
//! what it raised is open.

use std::collections::BTreeMap;

use duly_core::control::rules::RULES;
use duly_core::id::ClientId;
use duly_core::scope::Client;
use duly_store::RuleProof;

use crate::page::visit::Visit;
use crate::page::{Shown, shown};
use crate::view::frame::Section;
use crate::view::rules::{Row, Rules};

/// Shows them.
pub(crate) async fn show(visit: Visit) -> Shown {
    let provider = ClientId::from(Client::PROVIDER);
    let proofs = visit.store().rule_proofs(&provider).await?;
    let proofs: BTreeMap<String, RuleProof> = proofs
        .into_iter()
        .map(|proof| (proof.rule.clone(), proof))
        .collect();
    let counts = visit.store().rule_counts(visit.bound_to()).await?;
    let counts: BTreeMap<String, u64> = counts.into_iter().collect();
    let row = |rule: &&'static duly_core::control::Rule| Row {
        id: rule.id,
        kind: rule.kind,
        looks_for: rule.looks_for,
        proof: proofs.get(rule.id).cloned(),
        open: counts.get(rule.id).copied().unwrap_or(0),
    };
    let built_in = |id: &String| duly_core::control::rules::rule(id).is_some();
    let others = counts.iter().filter(|(id, _)| !built_in(id));
    shown(&Rules {
        rows: RULES.iter().map(row).collect(),
        others: others.map(|(id, count)| (id.clone(), *count)).collect(),
        frame: visit.frame(Section::Control, false),
    })
}
