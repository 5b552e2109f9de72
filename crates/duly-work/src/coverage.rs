//! What nothing looks after, asked of what is published now: the same rule that the client's
//! verifier applies, in words for people.

use std::collections::BTreeMap;

use duly_core::care::{self, Ground, Uncovered};
use duly_core::id::{AssetId, ClientId, ProcessId};
use duly_core::process::Process;
use duly_core::schedule::duties::Published;
use duly_core::scope::ServicePlan;
use duly_store::Store;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::error::WorkError;
use crate::lists;
use crate::publish::today;

/// What is uncovered for a client.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// One for each asset and process that is lacking.
    pub gaps: Vec<Gap>,
}

/// Something uncovered, and how it is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// What core found.
    pub uncovered: Uncovered,
    /// In a sentence.
    pub words: String,
}

impl Coverage {
    /// What an asset lacks.
    pub fn of<'a>(&'a self, asset: &'a AssetId) -> impl Iterator<Item = &'a Gap> {
        let is_its = move |gap: &&Gap| gap.uncovered.asset.as_ref() == Some(asset);
        self.gaps.iter().filter(is_its)
    }
}

/// What is uncovered for a client now.
///
/// # Errors
///
/// When the store fails.
pub async fn uncovered(
    store: &Store,
    client: &ClientId,
    now: Timestamp,
) -> Result<Coverage, WorkError> {
    let Some(published) = store.published(client).await? else {
        return Ok(Coverage::default());
    };
    let day = today(&published.client.tz, now)?;
    let plans = store.plans(client).await?;
    let plan = ServicePlan::on(plans.iter(), day);
    let in_force = in_force(&published, day);
    let assets = published
        .assets
        .iter()
        .filter(|asset| asset.until.is_none_or(|until| until > day));
    let found = care::uncovered(assets, &in_force, plan, &published.exceptions, day);
    let names: BTreeMap<AssetId, String> = lists::assets(store, client)
        .await?
        .into_iter()
        .map(|row| (row.scope.id, row.name))
        .collect();
    let gaps = found.into_iter().map(|uncovered| Gap {
        words: words(&uncovered, &names),
        uncovered,
    });
    Ok(Coverage {
        gaps: gaps.collect(),
    })
}

/// The version of each process in force on a day.
fn in_force(published: &Published, day: Date) -> BTreeMap<&ProcessId, &Process> {
    let mut in_force: BTreeMap<&ProcessId, &Process> = BTreeMap::new();
    for version in &published.processes {
        if version.process.effective <= day {
            in_force.insert(&version.process.process, &version.process);
        }
    }
    in_force
}

fn words(uncovered: &Uncovered, names: &BTreeMap<AssetId, String>) -> String {
    let asset = uncovered.asset.as_ref();
    let name = asset.map(|asset| names.get(asset).map_or(asset.as_str(), String::as_str));
    let kind = uncovered.kind.as_deref().unwrap_or_default();
    match (name, &uncovered.process) {
        (Some(name), Some(process)) => {
            let required = care::required_of(kind).find(|one| one.process == process.as_str());
            match (uncovered.ground, required) {
                (Ground::Promised, _) => format!("{name}: {process} is promised and not in force"),
                (_, Some(one)) => format!("{name}: nobody sees to it that it is {}", one.wanted),
                (_, None) => format!("{name}: {process} is not in force"),
            }
        }
        (Some(name), None) => format!("{name}: no process looks after it"),
        (None, Some(process)) => format!("{process} is promised and not in force"),
        (None, None) => "something without a name".to_owned(),
    }
}
