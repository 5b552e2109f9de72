//! `GET /control/rules/{rule}`: what one rule looks for, its parameters, where it is declared, when
//! it last proved that it can fire, and what it raised.

use axum::extract::Path;
use duly_core::control::rules::rule;
use duly_core::id::ClientId;
use duly_core::scope::Client;
use duly_store::{Declared, Page, Warning, WarningFilter};

use crate::page::visit::Visit;
use crate::page::{Shown, shown};
use crate::problem;
use crate::view::frame::Section;
use crate::view::rule::{Place, Raised, RulePage, Setting};
use crate::words;

/// What it raised last, in full; the board has the rest.
const RAISED_SHOWN: u32 = 20;

/// Shows it.
pub(crate) async fn show(visit: Visit, Path(id): Path<String>) -> Shown {
    let store = visit.store();
    let provider = ClientId::from(Client::PROVIDER);
    let built_in = rule(&id);
    let declared = store.declared_rule(&id, visit.bound_to()).await?;
    let filter = WarningFilter {
        client: visit.bound_to().cloned(),
        rules: vec![id.clone()],
        cleared_too: true,
        ..WarningFilter::default()
    };
    let page = Page {
        after: None,
        rows: RAISED_SHOWN,
    };
    let raised = store.warnings_by(&filter, &page).await?;
    let elsewhere = duly_core::control::rules::RAISED_ELSEWHERE;
    let known = built_in.is_some() || elsewhere.iter().any(|(name, ..)| *name == id);
    if !known && declared.is_empty() && raised.rows.is_empty() {
        return Err(problem::not_found());
    }
    let proofs = store.rule_proofs(&provider).await?;
    let settings = built_in.map_or(&[][..], |rule| rule.parameters);
    shown(&RulePage {
        frame: visit.frame(Section::Control, false),
        looks_for: words::rule::looks_for(&id),
        may_mean: words::rule::may_mean(&id),
        is_built_in: built_in.is_some(),
        is_standing: built_in.is_some_and(duly_core::control::Rule::is_standing),
        proof: proofs.into_iter().find(|proof| proof.rule == id),
        settings: settings.iter().map(setting).collect(),
        places: declared.iter().filter_map(|one| place(one, &id)).collect(),
        raised: raised
            .rows
            .into_iter()
            .map(|one| row(&visit, one))
            .collect(),
        more: raised.next.is_some(),
        id,
    })
}

fn setting(parameter: &duly_core::control::Parameter) -> Setting {
    Setting {
        name: parameter.name,
        about: parameter.about,
        default: parameter.default.map(u64::from),
        because: parameter.because,
    }
}

fn place(declared: &Declared, id: &str) -> Option<Place> {
    let process = &declared.process;
    let mut rules = process.quality_control.rules.iter();
    let control = rules.find(|control| control.id == id)?;
    let with = control.with.iter().map(|(name, value)| match value {
        serde_json::Value::Array(items) => {
            let items: Vec<&str> = items.iter().filter_map(|item| item.as_str()).collect();
            format!("{name} {}", items.join(", "))
        }
        value => format!("{name} {value}"),
    });
    Some(Place {
        process: process.process.to_string(),
        title: process.title.clone(),
        version: process.version(),
        clients: declared.clients,
        severity: control.severity,
        with: with.collect::<Vec<_>>().join("; "),
        when: control.when.clone(),
    })
}

fn row(visit: &Visit, warning: Warning) -> Raised {
    Raised {
        id: warning.id,
        client: visit.named(&warning.raised.client),
        message: warning.raised.message,
        severity: warning.raised.severity,
        raised_at: warning.raised_at,
        cleared_at: warning.cleared_at,
    }
}
