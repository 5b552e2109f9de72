//! Taking a client's assets from a list that somebody exported: read ([`table`]), told what its
//! columns are ([`mapping`]), compared with what is known ([`compare`]), and only then taken.
//!
//! Page and command line both come through here. Nothing is written before somebody has seen what
//! would be; and a row that is missing from a list is missing, never let go.

pub mod compare;
pub mod mapping;
pub mod table;

use duly_core::id::{AssetId, ClientId, PersonId};
use duly_core::scope::Asset;
use duly_store::{
    AssetFilter, AssetRow, KeptAsset, ListTaken, NewAsset, NewSource, Sighted, SightingFilter,
    Source, Store, TakeList, TakenAsset, TakenName, random_id,
};
use jiff::Timestamp;

use crate::error::WorkError;
use crate::lists;
use crate::publish::today;
use compare::{Comparison, Known, compare};
use mapping::{Mapping, Rows};
use table::{Table, TableError};

/// A list, read and compared.
#[derive(Clone, Debug)]
pub struct Looked {
    /// What it says, cell by cell.
    pub table: Table,
    /// What its columns are taken for.
    pub mapping: Mapping,
    /// What would come of it.
    pub comparison: Comparison,
    source: Option<Source>,
}

/// Why a list cannot be looked at.
#[derive(Debug, thiserror::Error)]
pub enum LookError {
    /// The file is not a list that can be read.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The store failed.
    #[error(transparent)]
    Work(#[from] WorkError),
}

impl From<duly_store::Error> for LookError {
    fn from(error: duly_store::Error) -> Self {
        Self::Work(error.into())
    }
}

/// What came of taking a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taking {
    /// It is taken: so many added, so many changed.
    Taken {
        /// Came into care, or were noted as unclaimed.
        added: usize,
        /// Are called otherwise or lie elsewhere.
        changed: usize,
    },
    /// Something stands in the way; see [`Comparison::refusals`].
    Refused(Vec<String>),
    /// Something has changed since it was looked at.
    Raced,
}

/// The mapping that was remembered for a client's source, or for the last of its sources where
/// none is named.
///
/// # Errors
///
/// When the store fails.
pub async fn remembered(
    store: &Store,
    client: &ClientId,
    source: Option<&str>,
) -> Result<Option<Mapping>, WorkError> {
    let mut sources = lists::sources(store, client).await?;
    sources.sort_by_key(|source| source.reported_at);
    let wanted = |found: &Source| source.is_none_or(|name| found.source.name == name);
    let mappings = sources.iter().rev().filter(|source| wanted(source));
    let read = |source: &Source| {
        let mapping = source.source.mapping.as_deref()?;
        serde_json::from_str(mapping).ok()
    };
    Ok(mappings.into_iter().find_map(read))
}

/// Reads a list and says what would come of it. Without a mapping, columns are guessed from their
/// names.
///
/// # Errors
///
/// When the file cannot be read as a list, or the store fails.
pub async fn look(
    store: &Store,
    client: &ClientId,
    bytes: &[u8],
    mapping: Option<Mapping>,
) -> Result<Looked, LookError> {
    let table = table::read(bytes)?;
    let mapping = match mapping {
        Some(mapping) => mapping,
        None => match remembered(store, client, None).await? {
            Some(known) if known.fits(&table) => known,
            _ => Mapping::guessed(&table),
        },
    };
    let sources = lists::sources(store, client).await?;
    let source = sources
        .into_iter()
        .find(|source| source.source.name == mapping.source);
    let known = known(store, client, &mapping.source).await?;
    let rows = Rows::of(&table, &mapping);
    let comparison = compare(&rows, &mapping, &known);
    Ok(Looked {
        table,
        mapping,
        comparison,
        source,
    })
}

async fn known(store: &Store, client: &ClientId, source: &str) -> Result<Known, WorkError> {
    let assets = lists::kept_assets(store, client, &AssetFilter::default()).await?;
    let filter = SightingFilter {
        source: Some(source.to_owned()),
        ..SightingFilter::default()
    };
    let sightings = lists::sightings(store, client, &filter).await?;
    Ok(Known { assets, sightings })
}

/// Takes a list as it was looked at.
///
/// # Errors
///
/// When there is no such client, or the store fails; nothing is taken then.
pub async fn take(
    store: &Store,
    client: &ClientId,
    looked: &Looked,
    person: Option<&PersonId>,
    now: Timestamp,
) -> Result<Taking, WorkError> {
    let comparison = &looked.comparison;
    let refusals = comparison.refusals();
    if !refusals.is_empty() {
        return Ok(Taking::Refused(refusals));
    }
    let row = store.client(client).await?;
    let row = row.ok_or_else(|| WorkError::NoClient(client.clone()))?;
    let since = today(&row.scope.tz, now)?;
    let mut added = Vec::new();
    if looked.mapping.takes_into_care {
        for row in &comparison.added {
            let scope = Asset {
                id: AssetId(random_id()?),
                client: client.clone(),
                kind: row.kind.clone(),
                since,
                until: None,
            };
            let asset = NewAsset {
                row: AssetRow {
                    scope,
                    name: row.name.clone(),
                },
                site: row.site.clone(),
                person: person.cloned(),
            };
            added.push(TakenAsset {
                thing: row.thing.clone(),
                asset,
            });
        }
    }
    let changed = comparison.changed.iter().map(|change| TakenName {
        asset: change.before.row.scope.id.clone(),
        revision: change.before.revision,
        name: change.row.name.clone(),
        site: change.site.clone(),
    });
    let list = TakeList {
        client: client.clone(),
        source: NewSource {
            name: looked.mapping.source.clone(),
            expected_days: looked.mapping.expected_days,
            mapping: Some(serde_json::to_string(&looked.mapping)?),
        },
        reported_before: looked.source.as_ref().and_then(|source| source.reported_at),
        added,
        changed: changed.collect(),
        seen: comparison.seen(),
        vanished: comparison.vanished.len(),
        person: person.cloned(),
    };
    let (added, changed) = (comparison.added.len(), list.changed.len());
    match store.take_list(list, now).await? {
        ListTaken::Taken => Ok(Taking::Taken { added, changed }),
        ListTaken::Raced => Ok(Taking::Raced),
    }
}

impl Comparison {
    /// Everything in the list, each row with the asset it is, where that is known.
    fn seen(&self) -> Vec<Sighted> {
        let of = |row: &mapping::Row, asset: Option<&KeptAsset>| Sighted {
            thing: row.thing.clone(),
            name: row.name.clone(),
            kind: row.kind.clone(),
            asset: asset.map(|asset| asset.row.scope.id.clone()),
        };
        let added = self.added.iter().map(|row| of(row, None));
        let changed = self.changed.iter();
        let changed = changed.map(|change| of(&change.row, Some(&change.before)));
        let same = self.same.iter();
        let same = same.map(|same| of(&same.row, same.asset.as_ref()));
        added.chain(changed).chain(same).collect()
    }
}
