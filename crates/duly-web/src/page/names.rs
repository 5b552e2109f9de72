//! What tickets refer to by id, looked up once a page: assets by name, process versions by title.

use std::collections::BTreeMap;

use duly_core::id::{AssetId, ClientId, ProcessId};
use duly_core::process::Process;
use duly_store::{Store, Ticket};

use crate::problem::Problem;
use crate::view::Named;

/// Names that were looked up for one page.
pub(crate) struct Names<'a> {
    store: &'a Store,
    assets: BTreeMap<(ClientId, AssetId), String>,
    processes: BTreeMap<ClientId, Vec<Process>>,
}

impl<'a> Names<'a> {
    pub(crate) fn new(store: &'a Store) -> Self {
        Self {
            store,
            assets: BTreeMap::new(),
            processes: BTreeMap::new(),
        }
    }

    /// An asset of a client; its id where it has no name.
    pub(crate) async fn asset(
        &mut self,
        client: &ClientId,
        asset: &AssetId,
    ) -> Result<Named, Problem> {
        let key = (client.clone(), asset.clone());
        if let Some(name) = self.assets.get(&key) {
            return Ok(Named::new(asset.as_str(), name.clone()));
        }
        let found = self.store.asset(client, asset).await?;
        let name = found.map_or_else(|| asset.to_string(), |row| row.name);
        self.assets.insert(key, name.clone());
        Ok(Named::new(asset.as_str(), name))
    }

    /// What a ticket is about.
    pub(crate) async fn asset_of(&mut self, ticket: &Ticket) -> Result<Option<Named>, Problem> {
        match &ticket.asset {
            Some(asset) => Ok(Some(self.asset(&ticket.client, asset).await?)),
            None => Ok(None),
        }
    }

    /// The process version that a ticket falls under.
    pub(crate) async fn process_of(
        &mut self,
        ticket: &Ticket,
    ) -> Result<Option<&Process>, Problem> {
        let versions = self.processes(&ticket.client).await?;
        let is_it = |process: &&Process| {
            process.process == ticket.process && process.version() == ticket.version
        };
        Ok(versions.iter().find(is_it))
    }

    /// What a ticket asks for; the id of its process where that was not published.
    pub(crate) async fn title_of(&mut self, ticket: &Ticket) -> Result<String, Problem> {
        let title = self
            .process_of(ticket)
            .await?
            .map(|process| process.title.clone());
        Ok(title.unwrap_or_else(|| title_from_id(&ticket.process)))
    }

    /// What a process of a client is called in its newest version; its id where it has none.
    pub(crate) async fn title_in(
        &mut self,
        client: &ClientId,
        process: &ProcessId,
    ) -> Result<String, Problem> {
        let versions = self.processes(client).await?;
        let its = versions
            .iter()
            .filter(|version| version.process == *process);
        let newest = its.max_by_key(|version| version.effective);
        Ok(newest.map_or_else(|| title_from_id(process), |found| found.title.clone()))
    }

    /// Every version of every process of a client.
    pub(crate) async fn processes(&mut self, client: &ClientId) -> Result<&[Process], Problem> {
        if !self.processes.contains_key(client) {
            let published = self.store.published(client).await?;
            let versions = published.map_or_else(Vec::new, |published| {
                published
                    .processes
                    .into_iter()
                    .map(|version| version.process)
                    .collect()
            });
            self.processes.insert(client.clone(), versions);
        }
        Ok(self.processes.get(client).map_or(&[], Vec::as_slice))
    }
}

fn title_from_id(process: &ProcessId) -> String {
    process.to_string()
}
