//! The processes that are published, as the files that would declare them: for whoever keeps a
//! folder of files and wants in it what was published on pages.

use std::collections::BTreeMap;

use duly_core::id::ProcessId;
use duly_core::process::Process;
use duly_store::Store;

use crate::error::WorkError;
use crate::lists;

/// A file, and what whoever asked for it should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProcessFile {
    /// Its name.
    pub name: String,
    /// Its text: as it was written on a page, or as it follows from what was published.
    pub text: String,
    /// Clients that have another newest version than this one, by id.
    pub otherwise: Vec<String>,
}

/// The newest common version of each process.
#[derive(Clone, Debug)]
struct Newest {
    process: Process,
    text: Option<String>,
    clients: Vec<(String, String)>,
}

/// The newest version of each process, one file each, and the names of those that have ended.
///
/// # Errors
///
/// When the store fails.
pub async fn process_files(store: &Store) -> Result<(Vec<ProcessFile>, Vec<ProcessId>), WorkError> {
    let mut newest: BTreeMap<ProcessId, Newest> = BTreeMap::new();
    for client in lists::clients(store).await? {
        let id = &client.scope.id;
        let Some(published) = store.published(id).await? else {
            continue;
        };
        let origins = store.origins(id).await?;
        let mut last: BTreeMap<&ProcessId, &Process> = BTreeMap::new();
        for version in &published.processes {
            last.insert(&version.process.process, &version.process);
        }
        for (name, process) in last {
            let version = process.version();
            let is_it =
                |origin: &&duly_store::Origin| origin.process == *name && origin.version == version;
            let text = origins.iter().find(is_it).map(|origin| origin.text.clone());
            let slot = newest.entry(name.clone()).or_insert_with(|| Newest {
                process: process.clone(),
                text: text.clone(),
                clients: Vec::new(),
            });
            if process.effective > slot.process.effective {
                slot.process = process.clone();
                slot.text = text;
            }
            slot.clients.push((id.to_string(), version));
        }
    }
    let (ended, going): (Vec<_>, Vec<_>) = newest
        .into_values()
        .partition(|newest| newest.process.is_ended());
    let ended = ended.into_iter().map(|newest| newest.process.process);
    Ok((going.into_iter().map(file).collect(), ended.collect()))
}

fn file(newest: Newest) -> ProcessFile {
    let version = newest.process.version();
    let otherwise = newest.clients.into_iter();
    let otherwise = otherwise.filter(|(_, other)| *other != version);
    ProcessFile {
        name: format!("{}.yaml", newest.process.process),
        text: newest
            .text
            .unwrap_or_else(|| duly_declare::write(&newest.process)),
        otherwise: otherwise.map(|(client, _)| client).collect(),
    }
}
