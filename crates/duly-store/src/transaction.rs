//! A transaction of the writer: the connection, and the entries it is about to append.
//!
//! A verb changes its rows through [`Transaction::rows`] and says what happened through
//! [`Transaction::append`]; both commit together or not at all.

use std::collections::BTreeMap;

use duly_core::entry::{EntryDraft, Seen};
use duly_core::id::ClientId;
use jiff::Timestamp;

use crate::database::Database;
use crate::database::connection::Connection;
use crate::error::Error;
use crate::faults::Faults;
use crate::log::append::{Appended, OpenLog};

/// See the module.
pub(crate) struct Transaction {
    connection: Connection,
    logs: BTreeMap<ClientId, OpenLog>,
    faults: Faults,
}

impl Transaction {
    pub(crate) async fn begin(database: &Database, faults: Faults) -> Result<Self, Error> {
        Ok(Self {
            connection: database.write().await?,
            logs: BTreeMap::new(),
            faults,
        })
    }

    /// The rows.
    pub(crate) fn rows(&mut self) -> &mut Connection {
        &mut self.connection
    }

    /// A named step; nothing happens here but in tests that die at it.
    pub(crate) fn step(&self, name: &'static str) {
        self.faults.step(name);
    }

    /// The time an entry of this client would bear now: never before the entry above it, in whole
    /// milliseconds. All judging of "in time" uses it, so that whoever reads the log comes to the
    /// same result.
    pub(crate) async fn at(
        &mut self,
        client: &ClientId,
        now: Timestamp,
    ) -> Result<Timestamp, Error> {
        Ok(self.log(client).await?.at(now))
    }

    /// Appends an entry to the client's log.
    pub(crate) async fn append(
        &mut self,
        client: &ClientId,
        draft: EntryDraft,
        now: Timestamp,
    ) -> Result<Appended, Error> {
        self.log(client).await?.append(draft, now)
    }

    /// The head of the client's log with everything appended so far.
    pub(crate) async fn head(&mut self, client: &ClientId) -> Result<Seen, Error> {
        Ok(self.log(client).await?.head())
    }

    async fn log(&mut self, client: &ClientId) -> Result<&mut OpenLog, Error> {
        if !self.logs.contains_key(client) {
            let log = OpenLog::read(&mut self.connection, client).await?;
            self.logs.insert(client.clone(), log);
        }
        self.logs
            .get_mut(client)
            .ok_or_else(|| Error::no_such(client, "log", client))
    }

    /// Writes what was appended and moves the heads.
    pub(crate) async fn flush(&mut self) -> Result<(), Error> {
        self.step("before-entries");
        for (client, log) in &mut self.logs {
            log.flush(&mut self.connection, client).await?;
        }
        self.step("after-entries");
        Ok(())
    }

    pub(crate) async fn savepoint(&mut self) -> Result<(), Error> {
        self.connection.run("savepoint work", vec![]).await?;
        Ok(())
    }

    pub(crate) async fn release_savepoint(&mut self) -> Result<(), Error> {
        self.connection
            .run("release savepoint work", vec![])
            .await?;
        Ok(())
    }

    pub(crate) async fn back_to_savepoint(&mut self) -> Result<(), Error> {
        self.connection
            .run("rollback to savepoint work", vec![])
            .await?;
        // Heads are read again: those in memory may have moved.
        self.logs.clear();
        self.release_savepoint().await
    }

    pub(crate) async fn rollback(self) {
        // Dropping it would do the same a little later; an error here changes nothing.
        drop(self.connection.rollback().await);
    }

    pub(crate) async fn commit(self) -> Result<(), Error> {
        self.step("before-commit");
        let faults = self.faults.clone();
        let done = faults.commit(self.connection).await;
        faults.step("after-commit");
        done
    }
}
