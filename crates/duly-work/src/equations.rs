//! The equations of many clients at once, for pages that stand over all of them: what
//! [`crate::count::equation`] counts for one, remembered for as long as it holds.
//!
//! Which duties a client has follows from its log, and so does what became of each. So what was
//! counted when a log had a certain size holds until it has another, whoever wrote to it; and of a
//! log that has grown, the duties are computed anew only if something was published since. Nothing
//! is remembered longer than the program runs, and nothing is shown that a fresh count would not
//! show.

use std::collections::BTreeMap;
use std::sync::Arc;

use duly_core::accounts::Equation;
use duly_core::id::ClientId;
use duly_core::schedule::duties::duties;
use duly_store::{ClientRow, Store};
use jiff::Timestamp;
use jiff::civil::Date;
use tokio::sync::Mutex;

use crate::error::WorkError;
use crate::publish::today;

/// A month's equation of one client, and of what is waived, how many by the client's own word.
pub type Counted = (Equation, u64);

/// What was counted, shared by everybody who asks.
#[derive(Clone, Debug, Default)]
pub struct Equations {
    known: Arc<Mutex<BTreeMap<ClientId, Known>>>,
}

/// What is known of a client's month.
#[derive(Clone, Debug)]
struct Known {
    /// First day of the month.
    month: Date,
    /// The size of the log up to which nothing more was published than what `due` counts.
    size: u64,
    /// How many duties are dated on each day of the month.
    due: Vec<u64>,
    /// The size of the log and the day up to which `tickets` were counted.
    counted: Option<(u64, Date)>,
    /// The equation over the tickets.
    tickets: Counted,
}

impl Equations {
    /// The equation of each client for the month of a day, over the slots up to the client's own
    /// today.
    ///
    /// # Errors
    ///
    /// When a client's duties cannot be computed, or the store fails.
    pub async fn of_month(
        &self,
        store: &Store,
        clients: &[ClientRow],
        day: Date,
        now: Timestamp,
    ) -> Result<BTreeMap<ClientId, Counted>, WorkError> {
        let month = day.first_of_month();
        // Whoever comes meanwhile waits for the same counts in place of making them twice.
        let mut known = self.known.lock().await;
        // Sizes first: what is read after them is at least as new as they say.
        let sizes = store.log_sizes().await?;
        let size = |client: &ClientId| sizes.get(client).copied().unwrap_or_default();
        known.retain(|client, known| known.month == month && sizes.contains_key(client));
        forget_published(store, &mut known, &size).await?;
        let mut asked = Vec::new();
        for client in clients {
            let id = &client.scope.id;
            if !known.contains_key(id) {
                let due = due_by_day(store, id, month).await?;
                let fresh = Known {
                    month,
                    size: size(id),
                    due,
                    counted: None,
                    tickets: Counted::default(),
                };
                known.insert(id.clone(), fresh);
            }
            let to = today(&client.scope.tz, now)?.min(month.last_of_month());
            let counted = known.get(id).and_then(|known| known.counted);
            if counted != Some((size(id), to)) {
                asked.push((id.clone(), month, to));
            }
        }
        let mut found = store.equations(&asked).await?;
        for (client, _, to) in asked {
            if let Some(known) = known.get_mut(&client) {
                known.tickets = found.remove(&client).unwrap_or_default();
                known.counted = Some((size(&client), to));
            }
        }
        let whole = clients.iter().filter_map(|client| {
            let known = known.get(&client.scope.id)?;
            Some((client.scope.id.clone(), known.equation()))
        });
        Ok(whole.collect())
    }
}

impl Known {
    /// What is due and has no ticket yet is open.
    fn equation(&self) -> Counted {
        let (mut equation, by_client) = self.tickets;
        let to = self.counted.map_or(self.month, |(_, to)| to);
        let days = usize::try_from(to.day()).unwrap_or_default();
        let days = if to < self.month { 0 } else { days };
        let due: u64 = self.due.iter().take(days).sum();
        let not_raised = due.saturating_sub(equation.due);
        equation.due += not_raised;
        equation.open += not_raised;
        (equation, by_client)
    }
}

/// Forgets the clients for which something was published since.
async fn forget_published(
    store: &Store,
    known: &mut BTreeMap<ClientId, Known>,
    size: &impl Fn(&ClientId) -> u64,
) -> Result<(), WorkError> {
    let grown: Vec<(ClientId, u64)> = known
        .iter()
        .filter(|(client, known)| known.size != size(client))
        .map(|(client, known)| (client.clone(), known.size))
        .collect();
    if grown.is_empty() {
        return Ok(());
    }
    for client in store.published_since(&grown).await? {
        known.remove(&client);
    }
    for (client, _) in grown {
        let now = size(&client);
        if let Some(known) = known.get_mut(&client) {
            known.size = now;
        }
    }
    Ok(())
}

/// How many duties are dated on each day of a month.
async fn due_by_day(store: &Store, client: &ClientId, month: Date) -> Result<Vec<u64>, WorkError> {
    let published = store
        .published(client)
        .await?
        .ok_or_else(|| WorkError::NoClient(client.clone()))?;
    let last = month.last_of_month();
    let mut due = vec![0; usize::try_from(last.day()).unwrap_or_default()];
    for duty in duties(&published, month, last)? {
        let place = usize::try_from(duty.slot.day()).unwrap_or_default();
        if let Some(number) = due.get_mut(place.saturating_sub(1)) {
            *number += 1;
        }
    }
    Ok(due)
}
