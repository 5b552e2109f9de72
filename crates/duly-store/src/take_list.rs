//! Taking a list: what it adds and changes and everything it saw, in one transaction, or nothing
//! at all if anything has changed since somebody looked at it.

use duly_core::entry::EntryDraft;
use duly_core::id::{AssetId, ClientId, PersonId};
use jiff::Timestamp;

use crate::asset_acts::{self, AssetAct, AssetChange};
use crate::assets::{self, NewAsset};
use crate::error::Error;
use crate::sources::{self, NewSource, Sighted};
use crate::store::Store;
use crate::transaction::Transaction;
use crate::writer::Lane;

/// Type of the entry for a list that was taken. Field: `list` (its source, and how many rows it
/// had, added, changed and lacked).
pub const ASSET_IMPORT: &str = "x.asset.import";

/// A list as it is to be taken: what comes of comparing it with what is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakeList {
    /// Whose.
    pub client: ClientId,
    /// Where it comes from, and how to read the next one.
    pub source: NewSource,
    /// When the source had last reported, as far as whoever compared it knew.
    pub reported_before: Option<Timestamp>,
    /// What comes into care, by the source's word for it.
    pub added: Vec<TakenAsset>,
    /// What is called otherwise or lies elsewhere.
    pub changed: Vec<TakenName>,
    /// Everything in the list.
    pub seen: Vec<Sighted>,
    /// How many things the source knew before that are not in it.
    pub vanished: usize,
    /// Who takes it; nobody on the command line.
    pub person: Option<PersonId>,
}

/// A row that comes into care.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakenAsset {
    /// What the source calls it.
    pub thing: String,
    /// What it becomes.
    pub asset: NewAsset,
}

/// A row whose asset is called otherwise or lies elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakenName {
    /// Which asset.
    pub asset: AssetId,
    /// The revision that was compared.
    pub revision: u64,
    /// Its name from now on.
    pub name: String,
    /// The site it lies at from now on.
    pub site: Option<AssetId>,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListTaken {
    /// It is taken.
    Taken,
    /// Something has changed since it was compared; nothing was taken.
    Raced,
}

impl Store {
    /// Takes a list.
    ///
    /// # Errors
    ///
    /// When the database fails; nothing is taken then.
    pub async fn take_list(&self, list: TakeList, now: Timestamp) -> Result<ListTaken, Error> {
        self.write(Lane::Bulk, (list, now), |tx, (list, now)| {
            Box::pin(take(tx, list, *now))
        })
        .await
    }
}

async fn take(tx: &mut Transaction, list: &TakeList, now: Timestamp) -> Result<ListTaken, Error> {
    let client = &list.client;
    if !is_as_compared(tx, list).await? {
        return Ok(ListTaken::Raced);
    }
    let told = serde_json::json!({
        "source": list.source.name,
        "rows": list.seen.len(),
        "added": list.added.len(),
        "changed": list.changed.len(),
        "vanished": list.vanished,
    });
    let draft = EntryDraft {
        person: list.person.clone(),
        ..EntryDraft::new(ASSET_IMPORT).with_field("list", &told)?
    };
    tx.append(client, draft, now).await?;
    for added in &list.added {
        assets::add(tx, &added.asset, now).await?;
    }
    for changed in &list.changed {
        let act = AssetAct {
            client: client.clone(),
            asset: changed.asset.clone(),
            revision: changed.revision,
            name: changed.name.clone(),
            site: changed.site.clone(),
            person: list.person.clone(),
        };
        if asset_acts::change(tx, &act, now).await? == AssetChange::Raced {
            return Err(Error::LogRaced(client.to_string()));
        }
    }
    let mut seen = list.seen.clone();
    for sighted in &mut seen {
        let added = list.added.iter().find(|added| added.thing == sighted.thing);
        if let Some(added) = added {
            sighted.asset = Some(added.asset.row.scope.id.clone());
        }
    }
    sources::report(tx, client, &list.source, &seen, now).await?;
    Ok(ListTaken::Taken)
}

/// Whether everything is still as whoever compared the list knew it. Asked before the first row is
/// written.
async fn is_as_compared(tx: &mut Transaction, list: &TakeList) -> Result<bool, Error> {
    let client = &list.client;
    let source = sources::one(tx.rows(), client, &list.source.name).await?;
    if source.and_then(|source| source.reported_at) != list.reported_before {
        return Ok(false);
    }
    for TakenAsset { asset, .. } in &list.added {
        let (name, site) = (&asset.row.name, &asset.site);
        let problem = asset_acts::problem(tx.rows(), client, None, name, site).await?;
        if problem.is_some() {
            return Ok(false);
        }
    }
    for changed in &list.changed {
        let known = asset_acts::kept(tx.rows(), client, &changed.asset).await?;
        let is_same = |known: &assets::KeptAsset| {
            known.revision == changed.revision && known.row.scope.until.is_none()
        };
        let (id, name) = (Some(&changed.asset), &changed.name);
        let problem = asset_acts::problem(tx.rows(), client, id, name, &changed.site).await?;
        if !known.as_ref().is_some_and(is_same) || problem.is_some() {
            return Ok(false);
        }
    }
    Ok(true)
}
