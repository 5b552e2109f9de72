//! What each kind of asset requires, and what is never promised less often than this without the
//! client's own word. From the starter catalogue; a provider may promise and do more.
//!
//! So that an equation of noughts is never a comfort: an asset that nothing looks after, or not
//! everything that its kind requires, is *uncovered*, and worker, pages and verifier find it here
//! in the same way.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::id::{AssetId, ProcessId};
use crate::process::{Per, Process};
use crate::scope::{Asset, Exception, Promise, ServicePlan, WaivedBy};

/// The kind of asset that a place of a client is, and that a process per site is about.
pub const SITE: &str = "site";

/// Something that an asset of a kind requires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// The kind of asset.
    pub kind: &'static str,
    /// The process of the catalogue that sees to it.
    pub process: &'static str,
    /// What is wanted, so that it can be said in a sentence: "kept current".
    pub wanted: &'static str,
}

const fn requires(kind: &'static str, process: &'static str, wanted: &'static str) -> Requirement {
    Requirement {
        kind,
        process,
        wanted,
    }
}

/// Every requirement, kind by kind. A kind that is not named here requires that anything at all
/// looks after it; a site requires nothing by itself, what lies there does.
pub const REQUIREMENTS: [Requirement; 13] = [
    requires("backup", "backup.jobs", "copied on site, freshly"),
    requires("backup", "backup.offsite", "copied off site"),
    requires("backup", "backup.restore-test", "restored and compared"),
    requires("certificate", "comms.certs-vpn", "renewed in time"),
    requires("domain", "comms.mail", "protected in its mail"),
    requires("endpoint", "av.coverage", "protected against malware"),
    requires("endpoint", "av.functional", "tried out against malware"),
    requires("endpoint", "patch.critical", "patched"),
    requires("firewall", "fw.firmware", "kept current"),
    requires("firewall", "fw.review", "reviewed in its rules"),
    requires(
        "firewall",
        "fw.subscriptions",
        "covered by valid subscriptions",
    ),
    requires(
        "server",
        "backup.scope",
        "known to be in a backup, or not to need one",
    ),
    requires("server", "patch.critical", "patched"),
];

/// The least number of times in a calendar year, for each process of the catalogue.
///
/// Each is what its schedule in the catalogue comes to, with one exception: `backup.jobs` is
/// looked at on every business day there, but a backup that runs weekly has nothing new on the
/// other days, so that weekly is the least.
const LEAST_PER_YEAR: [(&str, u32); 15] = [
    ("acct.review", 12),
    ("av.coverage", 52),
    ("av.functional", 12),
    ("backup.jobs", 52),
    ("backup.offsite", 52),
    ("backup.restore-test", 24),
    ("backup.scope", 4),
    ("bc.exercise", 2),
    ("comms.certs-vpn", 12),
    ("comms.mail", 12),
    ("fw.firmware", 12),
    ("fw.review", 4),
    ("fw.subscriptions", 12),
    ("gov.oversight", 12),
    ("patch.critical", 52),
];

/// What an asset of this kind requires.
pub fn required_of(kind: &str) -> impl Iterator<Item = &'static Requirement> {
    REQUIREMENTS
        .iter()
        .filter(move |requirement| requirement.kind == kind)
}

/// The kinds that have requirements, and `site`, in order: what a page offers to choose from.
#[must_use]
pub fn kinds() -> BTreeSet<&'static str> {
    let named = REQUIREMENTS.iter().map(|requirement| requirement.kind);
    named.chain([SITE]).collect()
}

/// The least number of times a year that may be promised without the client's word; nothing for a
/// process that is not of the catalogue.
#[must_use]
pub fn least_per_year(process: &ProcessId) -> Option<u32> {
    let found = LEAST_PER_YEAR
        .iter()
        .find(|(name, _)| *name == process.as_str());
    found.map(|(_, least)| *least)
}

/// Whether a process looks after an asset: it names its kind, it goes through the sites and the
/// asset is one, or it is for the client as a whole and the kind requires it.
#[must_use]
pub fn looks_after(process: &Process, asset: &Asset) -> bool {
    match process.applies_to.per {
        Per::Asset => process.applies_to.kind.as_deref() == Some(asset.kind.as_str()),
        Per::Site => asset.kind == SITE,
        Per::Client => required_of(&asset.kind).any(|one| one.process == process.process.as_str()),
        Per::Provider => false,
    }
}

/// Something in care, or promised, without a process that looks after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Uncovered {
    /// The asset; absent where a promise to the client as a whole is not kept.
    pub asset: Option<AssetId>,
    /// Its kind.
    pub kind: Option<String>,
    /// The process that is lacking; absent where nothing at all looks after the asset.
    pub process: Option<ProcessId>,
    /// Why it should be there.
    pub ground: Ground,
}

/// Why a process should be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ground {
    /// The service plan promises it.
    Promised,
    /// The kind of asset requires it.
    Required,
    /// Something ought to look after whatever is in care.
    InCare,
}

/// What is uncovered on a day, of these assets in care.
///
/// An exception that the client itself granted for the lacking process excuses it: the client
/// knows, and sees the exception. The provider's own word does not.
pub fn uncovered<'a>(
    assets: impl IntoIterator<Item = &'a Asset>,
    in_force: &BTreeMap<&ProcessId, &Process>,
    plan: Option<&ServicePlan>,
    exceptions: &[Exception],
    day: Date,
) -> Vec<Uncovered> {
    let promises = plan.map_or(&[][..], |plan| plan.promises.as_slice());
    let mut found = Vec::new();
    for asset in assets {
        let mut wanted: BTreeMap<ProcessId, Ground> = required_of(&asset.kind)
            .map(|one| (ProcessId::from(one.process), Ground::Required))
            .collect();
        let promised = promises
            .iter()
            .filter(|promise| promise.kind.as_deref() == Some(&asset.kind));
        wanted.extend(promised.map(|promise| (promise.process.clone(), Ground::Promised)));
        let gap = |process: Option<ProcessId>, ground| Uncovered {
            asset: Some(asset.id.clone()),
            kind: Some(asset.kind.clone()),
            process,
            ground,
        };
        let covers = |process: &&&Process| looks_after(process, asset);
        if wanted.is_empty() && asset.kind != SITE && !in_force.values().any(|one| covers(&one)) {
            found.push(gap(None, Ground::InCare));
        }
        for (process, ground) in wanted {
            let is_covered = in_force.get(&process).filter(covers).is_some();
            if !is_covered && !is_excused(exceptions, &process, asset, day) {
                found.push(gap(Some(process), ground));
            }
        }
    }
    for promise in promises.iter().filter(|promise| promise.kind.is_none()) {
        if !in_force.contains_key(&promise.process) {
            found.push(Uncovered {
                asset: None,
                kind: None,
                process: Some(promise.process.clone()),
                ground: Ground::Promised,
            });
        }
    }
    found
}

fn is_excused(exceptions: &[Exception], process: &ProcessId, asset: &Asset, day: Date) -> bool {
    exceptions.iter().any(|exception| {
        exception.by == WaivedBy::Client
            && exception.process.as_ref() == Some(process)
            && exception.asset.as_ref().is_none_or(|id| *id == asset.id)
            && (exception.from..=exception.to).contains(&day)
    })
}

/// Where a plan promises less than the catalogue's minimum.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Shortfall {
    /// The process.
    pub process: ProcessId,
    /// Times in a year that are promised; none where the plan does not name it.
    pub promised: u32,
    /// Times in a year that are the least.
    pub least: u32,
}

/// Promises of a plan below the minimum.
#[must_use]
pub fn below_minimum(plan: &ServicePlan) -> Vec<Shortfall> {
    let shortfall = |promise: &Promise| {
        let least = least_per_year(&promise.process)?;
        (promise.per_year_min < least).then(|| Shortfall {
            process: promise.process.clone(),
            promised: promise.per_year_min,
            least,
        })
    };
    plan.promises.iter().filter_map(shortfall).collect()
}

/// As [`below_minimum`], and what assets of these kinds require that the plan does not name at
/// all: promising nothing is below the minimum too.
#[must_use]
pub fn shortfalls<'a>(
    plan: &ServicePlan,
    kinds: impl IntoIterator<Item = &'a str>,
) -> Vec<Shortfall> {
    let mut found = below_minimum(plan);
    for requirement in kinds.into_iter().flat_map(required_of) {
        let names = |process: &ProcessId| process.as_str() == requirement.process;
        let is_named = plan.promises.iter().any(|promise| names(&promise.process))
            || found.iter().any(|shortfall| names(&shortfall.process));
        let process = ProcessId::from(requirement.process);
        if let Some(least) = least_per_year(&process).filter(|_| !is_named) {
            found.push(Shortfall {
                process,
                promised: 0,
                least,
            });
        }
    }
    found.sort_by(|one, other| one.process.cmp(&other.process));
    found
}

#[cfg(test)]
mod tests;
