//! A list beside what is known: what is new, what is called otherwise, what is missing, and what
//! stands in the way of taking it. Pure; whoever shows it and whoever takes it see the same.

use std::collections::{BTreeMap, BTreeSet};

use duly_core::care::SITE;
use duly_core::id::AssetId;
use duly_core::presence::{VANISHED_PERCENT_MAX, is_too_much_gone};
use duly_proof::hash::hash;
use duly_store::{KeptAsset, Sighting};

use super::mapping::{Mapping, Row, Rows};

/// What is known before a list is taken.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// The client's assets in care.
    pub assets: Vec<KeptAsset>,
    /// What the source of this list saw before.
    pub sightings: Vec<Sighting>,
}

/// An asset that is called otherwise or lies elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What the list says.
    pub row: Row,
    /// What it is now.
    pub before: KeptAsset,
    /// The site it lies at from now on.
    pub site: Option<AssetId>,
}

/// A row that changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Same {
    /// What the list says.
    pub row: Row,
    /// The asset it is; nothing for what is unclaimed or dismissed.
    pub asset: Option<KeptAsset>,
}

/// What would come of taking a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// Comes into care, or is noted as unclaimed.
    pub added: Vec<Row>,
    /// Is called otherwise or lies elsewhere.
    pub changed: Vec<Change>,
    /// Is as it was.
    pub same: Vec<Same>,
    /// The source knew it, or had told of this asset, and it is not in the list. It stays in care.
    pub vanished: Vec<Sighting>,
    /// How many things the source told of before and ought to tell of again.
    pub known: usize,
    /// Rows that cannot be taken, and why; one is enough for nothing to be taken.
    pub problems: Vec<(usize, String)>,
}

impl Comparison {
    /// Why it is not taken; empty when it can be.
    #[must_use]
    pub fn refusals(&self) -> Vec<String> {
        let problem = |(row, problem): &(usize, String)| format!("Row {row}: {problem}");
        let mut refusals: Vec<String> = self.problems.iter().map(problem).collect();
        if is_too_much_gone(self.known, self.vanished.len()) {
            refusals.push(format!(
                "{} of the {} things that this source told of before are missing from the list: \
                 more than {VANISHED_PERCENT_MAX} in a hundred. It may be cut off, or a part of \
                 the whole. Export all of it; what is really gone is retired one by one.",
                self.vanished.len(),
                self.known
            ));
        }
        refusals
    }

    /// A short text that is another one as soon as anything that would come of it is.
    #[must_use]
    pub fn digest(&self) -> String {
        hash(format!("{self:?}").as_bytes()).to_hex()
    }
}

/// Compares.
#[must_use]
pub fn compare(rows: &Rows, mapping: &Mapping, known: &Known) -> Comparison {
    let mut comparison = Comparison::default();
    let by_thing: BTreeMap<&str, &Sighting> = known
        .sightings
        .iter()
        .map(|sighting| (sighting.sighted.thing.as_str(), sighting))
        .collect();
    let by_id: BTreeMap<&AssetId, &KeptAsset> = known
        .assets
        .iter()
        .map(|asset| (&asset.row.scope.id, asset))
        .collect();
    let by_name: BTreeMap<&str, &KeptAsset> = known
        .assets
        .iter()
        .map(|asset| (asset.row.name.as_str(), asset))
        .collect();
    let mut things = BTreeSet::new();
    let mut names = BTreeSet::new();
    for row in &rows.0 {
        let mut problem = |why: String| comparison.problems.push((row.number, why));
        if row.name.is_empty() {
            problem(format!("column `{}` is empty", mapping.name));
            continue;
        }
        if !things.insert(row.thing.as_str()) {
            problem(format!("`{}` is in the list twice", row.thing));
            continue;
        }
        if !names.insert(row.name.as_str()) {
            problem(format!("two rows are called `{}`", row.name));
            continue;
        }
        let site = match site_of(row, known) {
            Ok(site) => site,
            Err(why) => {
                problem(why);
                continue;
            }
        };
        let seen = by_thing.get(row.thing.as_str());
        let asset = seen
            .and_then(|seen| seen.sighted.asset.as_ref())
            .and_then(|id| by_id.get(id).copied());
        let is_open = seen.is_some_and(|seen| seen.sighted.asset.is_none());
        let asset = asset.or_else(|| by_name.get(row.name.as_str()).copied());
        let row = Row {
            site: site.clone(),
            ..row.clone()
        };
        match asset {
            Some(asset) => comparison.known_asset(row, asset, site, &by_name),
            // What is unclaimed is claimed by somebody, not by the next list.
            None if is_open => comparison.same.push(Same { row, asset: None }),
            None => comparison.new_asset(row, mapping),
        }
    }
    let expected = expected(known);
    let is_vanished = |sighting: &&&Sighting| !things.contains(sighting.sighted.thing.as_str());
    comparison.known = expected.len();
    comparison.vanished = expected
        .iter()
        .filter(is_vanished)
        .copied()
        .cloned()
        .collect();
    comparison
}

/// What a source told of before and ought to tell of again: not what was let go, or dismissed.
fn expected(known: &Known) -> Vec<&Sighting> {
    let in_care: BTreeSet<&AssetId> = known
        .assets
        .iter()
        .map(|asset| &asset.row.scope.id)
        .collect();
    let is_expected = |sighting: &&Sighting| match &sighting.sighted.asset {
        Some(asset) => in_care.contains(asset),
        None => sighting.dismissed.is_none(),
    };
    known.sightings.iter().filter(is_expected).collect()
}

impl Comparison {
    fn known_asset(
        &mut self,
        row: Row,
        asset: &KeptAsset,
        site: Option<AssetId>,
        by_name: &BTreeMap<&str, &KeptAsset>,
    ) {
        let AssetParts { id, kind, name } = parts(asset);
        if !row.kind.is_empty() && row.kind != kind {
            let why = format!(
                "`{name}` is in care as a {kind}, and the list says {}; retire it and add it anew \
                 if it really is something else",
                row.kind
            );
            self.problems.push((row.number, why));
            return;
        }
        let other = by_name.get(row.name.as_str());
        if other.is_some_and(|other| other.row.scope.id != *id) {
            let why = format!(
                "`{name}` would be called `{}`, as another asset is",
                row.name
            );
            self.problems.push((row.number, why));
            return;
        }
        // A list without a site for it says nothing about where it lies.
        let site = site.or_else(|| asset.site.clone());
        if row.name == name && site == asset.site {
            self.same.push(Same {
                row,
                asset: Some(asset.clone()),
            });
        } else {
            self.changed.push(Change {
                row,
                before: asset.clone(),
                site,
            });
        }
    }

    fn new_asset(&mut self, row: Row, mapping: &Mapping) {
        if row.kind.is_empty() && mapping.takes_into_care {
            let said = if row.kind_said.is_empty() {
                "it says no kind".to_owned()
            } else {
                format!("the kind `{}` is not understood", row.kind_said)
            };
            let why = format!(
                "`{}`: {said}; choose what such rows are, or note them as unclaimed",
                row.name
            );
            self.problems.push((row.number, why));
            return;
        }
        self.added.push(row);
    }
}

struct AssetParts<'a> {
    id: &'a AssetId,
    kind: &'a str,
    name: &'a str,
}

fn parts(asset: &KeptAsset) -> AssetParts<'_> {
    AssetParts {
        id: &asset.row.scope.id,
        kind: &asset.row.scope.kind,
        name: &asset.row.name,
    }
}

/// The site in care that a row names.
fn site_of(row: &Row, known: &Known) -> Result<Option<AssetId>, String> {
    if row.site_said.is_empty() || row.kind == SITE {
        return Ok(None);
    }
    let is_it = |asset: &&KeptAsset| {
        asset.row.scope.kind == SITE
            && asset.row.name.to_lowercase() == row.site_said.to_lowercase()
    };
    let found = known.assets.iter().find(is_it);
    found
        .map(|site| Some(site.row.scope.id.clone()))
        .ok_or_else(|| {
            format!(
                "there is no site `{}`; add it first, or choose no column for the site",
                row.site_said
            )
        })
}

#[cfg(test)]
mod tests;
