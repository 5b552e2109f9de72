//! Quality control: after each round, looks at what changed, and by time at what only time changes;
//! raises, settles and escalates warnings. It runs behind the opening of duties, never before it.
//!
//! What changed is read from the client's own log, window by window, so nothing is looked at twice
//! and nothing is left out, whatever dies when. The rules are those of the process version that
//! governs the ticket; what they mean is in `duly_core::control`, and what follows from seeing a
//! cause, or no longer seeing it, in `duly_core::control::settle`.

mod clients;
mod climb;
mod conditions;
mod desk;
mod gather;
mod prove;
mod readings;
mod settle;
mod tickets;

use std::collections::BTreeMap;

use duly_core::id::ClientId;
use duly_core::schedule::duties::Published;
use duly_store::{ClientRow, Settled, Store};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use crate::error::WorkError;
use conditions::Conditions;

pub use prove::prove_rules;

/// Windows of a client's log in one round: some two thousand entries. After a long absence the rest
/// is looked at in the next rounds, and no other client waits for it.
const WINDOWS_MAX: usize = 4;

/// How often is looked at what only time changes at the desk: causes that have lasted long enough,
/// rungs that are reached. A rung is counted in days, at the least in hours.
const DESK_EVERY: SignedDuration = SignedDuration::from_mins(1);

/// How often a client as a whole is looked at. What is found there lasts for days.
const CLIENT_EVERY: SignedDuration = SignedDuration::from_mins(15);

/// Quality control of one installation, with what it remembers between rounds. Nothing of it has to
/// be kept: after a start everything is looked at once more, with the same result.
#[derive(Debug, Default)]
pub struct Control {
    conditions: Conditions,
    desk_at: BTreeMap<ClientId, Timestamp>,
    client_at: BTreeMap<ClientId, Timestamp>,
    proved_on: Option<Date>,
}

/// What one look at a client came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Looked {
    /// Warnings raised.
    pub raised: usize,
    /// Warnings cleared because their cause was gone.
    pub cleared: usize,
    /// Rungs reached.
    pub escalated: usize,
}

impl Looked {
    fn add(&mut self, settled: Settled) {
        self.raised += settled.raised;
        self.cleared += settled.cleared;
    }
}

/// A client under a look.
struct At<'a> {
    store: &'a Store,
    client: &'a ClientRow,
    provider: Option<&'a ClientRow>,
    published: &'a Published,
    today: Date,
    now: Timestamp,
}

impl At<'_> {
    fn id(&self) -> &ClientId {
        &self.client.scope.id
    }
}

impl Control {
    /// Looks at one client.
    ///
    /// # Errors
    ///
    /// When the store fails or a calendar does not reach; what was settled before stands.
    pub async fn look(
        &mut self,
        store: &Store,
        client: &ClientRow,
        provider: Option<&ClientRow>,
        now: Timestamp,
    ) -> Result<Looked, WorkError> {
        let id = &client.scope.id;
        let (looked, last) = store.control_place(id).await?;
        let desk = is_due(&self.desk_at, id, DESK_EVERY, now);
        let whole = is_due(&self.client_at, id, CLIENT_EVERY, now);
        let mut result = Looked::default();
        if looked == last && !desk && !whole {
            return Ok(result);
        }
        let Some(published) = store.published(id).await? else {
            return Ok(result);
        };
        let at = At {
            store,
            client,
            provider,
            published: &published,
            today: crate::publish::today(&client.scope.tz, now)?,
            now,
        };
        for _ in 0..WINDOWS_MAX {
            let (settled, more) = tickets::look(&at, &mut self.conditions).await?;
            result.add(settled);
            if !more {
                break;
            }
        }
        if whole {
            result.add(clients::look(&at).await?);
            self.client_at.insert(id.clone(), now);
        }
        if desk {
            result.add(desk::look(&at).await?);
            result.escalated = climb::look(&at).await?;
            self.desk_at.insert(id.clone(), now);
        }
        Ok(result)
    }

    /// Runs every rule on its planted input, at the start and once a day; which stayed silent.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn prove(
        &mut self,
        store: &Store,
        provider: &ClientRow,
        now: Timestamp,
    ) -> Result<Vec<String>, WorkError> {
        let today = crate::publish::today(&provider.scope.tz, now)?;
        if self.proved_on == Some(today) {
            return Ok(Vec::new());
        }
        let silent = prove_rules(store, &provider.scope.id, now).await?;
        self.proved_on = Some(today);
        Ok(silent)
    }
}

/// Whether it is time again; also when the clock was set back.
fn is_due(
    last: &BTreeMap<ClientId, Timestamp>,
    client: &ClientId,
    every: SignedDuration,
    now: Timestamp,
) -> bool {
    last.get(client)
        .is_none_or(|at| now.duration_since(*at) >= every || now < *at)
}
