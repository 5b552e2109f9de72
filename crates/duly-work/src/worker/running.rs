//! The worker from its start to its end: rounds at its own pace, and between them its heartbeat,
//! the night's recount and the counting of months, each for no longer than a round may wait.

use std::time::Duration;

use duly_core::id::ClientId;
use duly_core::scope::Client;
use jiff::{SignedDuration, Timestamp};

use super::Worker;
use crate::clock::Clock;
use crate::error::WorkError;
use crate::publish::today;
use crate::{lists, oversight, recount};

/// How often the worker looks. Duties are due by the minute; a person who waits for a test they
/// asked for should not wait long.
pub const ROUND_EVERY: Duration = Duration::from_secs(5);

/// How often it leaves its heartbeat: often enough to tell a gap from a pause, and seldom enough to
/// cost nothing.
const HEARTBEAT_EVERY: SignedDuration = SignedDuration::from_secs(60);

/// How long a night's recount may keep the next round waiting; what is left follows after it.
const RECOUNT_FOR: SignedDuration = SignedDuration::from_secs(2);

/// How long counting months may keep the next round waiting; what is left follows after it.
const MONTHS_FOR: SignedDuration = SignedDuration::from_secs(2);

impl Worker {
    /// Leaves the heartbeat, at most once a minute; what it missed since the last one becomes a
    /// warning. Nothing without a provider, in whose log it would stand.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn beat(&mut self, now: Timestamp) -> Result<(), WorkError> {
        let is_recent = |beat: Timestamp| now.duration_since(beat).abs() < HEARTBEAT_EVERY;
        if self.beat_at.is_some_and(is_recent) {
            return Ok(());
        }
        let provider = ClientId::from(Client::PROVIDER);
        if self.store.client(&provider).await?.is_some() {
            self.store.heartbeat(&provider, now).await?;
            self.store.release_checkpoints(now).await?;
        }
        self.beat_at = Some(now);
        Ok(())
    }

    /// Recounts each client whose night it is, as many as there is time for; warns of those that
    /// were left out for too long.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn recount(&self, clock: Clock) -> Result<(), WorkError> {
        recount::nightly(&self.store, clock, RECOUNT_FOR).await
    }

    /// Counts the months of each client whose night it is, as many clients as there is time for;
    /// what is left follows after the next round. How many months became final, and the failures.
    ///
    /// # Errors
    ///
    /// When not even the clients can be listed.
    pub async fn count_months(
        &mut self,
        clock: Clock,
    ) -> Result<(usize, Vec<(ClientId, WorkError)>), WorkError> {
        let begun = clock.now();
        let (mut made_final, mut failures) = (0, Vec::new());
        for client in lists::clients(&self.store).await? {
            let id = &client.scope.id;
            let is_over = clock.now().duration_since(begun) > MONTHS_FOR;
            if is_over || self.stopping.is_asked() {
                break;
            }
            let date = today(&client.scope.tz, clock.now())?;
            if self.months_of.get(id) == Some(&date) {
                continue;
            }
            match oversight::count::night(&self.store, id, clock.now()).await {
                Ok(months) => made_final += months,
                Err(error) => failures.push((id.clone(), error)),
            }
            // One that failed is tried again the next night; its page says what is wrong sooner.
            self.months_of.insert(id.clone(), date);
        }
        if made_final > 0 {
            self.store.release_checkpoints(clock.now()).await?;
        }
        Ok((made_final, failures))
    }

    /// Rounds until `stop` resolves: then the client and the probe that are under way are finished,
    /// and no other begun. What a round could not do is logged once, here.
    pub async fn run(mut self, stop: impl Future<Output = ()>) {
        let stopping = self.stopping.clone();
        let told = async {
            stop.await;
            stopping.ask();
        };
        tokio::join!(told, self.rounds());
    }

    /// Rounds until it is asked to stop.
    async fn rounds(&mut self) {
        while !self.stopping.is_asked() {
            if let Err(error) = self.beat(Clock::System.now()).await {
                tracing::error!(%error, "the heartbeat could not be left");
            }
            match self.round(Clock::System).await {
                Ok(failures) => {
                    for (client, error) in failures {
                        tracing::error!(%client, %error, "a round could not be completed");
                    }
                }
                Err(error) => tracing::error!(%error, "the clients could not be listed"),
            }
            if self.stopping.is_asked() {
                return;
            }
            // After a round: what a restart had still to raise is raised by then.
            if let Err(error) = self.recount(Clock::System).await {
                tracing::error!(%error, "the recount could not be carried through");
            }
            match self.count_months(Clock::System).await {
                Ok((_, failures)) => {
                    for (client, error) in failures {
                        tracing::error!(%client, %error, "its months could not be counted");
                    }
                }
                Err(error) => tracing::error!(%error, "the months could not be counted"),
            }
            tokio::select! {
                () = self.stopping.asked() => {}
                () = tokio::time::sleep(ROUND_EVERY) => {}
            }
        }
    }
}
