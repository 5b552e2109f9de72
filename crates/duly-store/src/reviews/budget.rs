//! The weekly minutes of each reviewer: one figure, the provider's, whose every change is an entry.

use std::collections::BTreeMap;

use duly_core::entry::EntryDraft;
use duly_core::id::{ClientId, PersonId};
use duly_core::review::document::BUDGET;
use duly_core::review::{BUDGET_MINUTES_DEFAULT, BUDGET_MINUTES_MAX, BUDGET_MINUTES_MIN};
use jiff::Timestamp;

use crate::database::value::args;
use crate::error::Error;
use crate::store::Store;
use crate::transaction::Transaction;
use crate::writer::Lane;

impl Store {
    /// Minutes a week that each reviewer of this provider has.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn review_budget(&self, provider: &ClientId) -> Result<u32, Error> {
        let mut rows = self.read().await?;
        let found = rows
            .first(
                "select minutes from review_budget where client = $1",
                args![provider],
            )
            .await?;
        let Some(row) = found else {
            return Ok(BUDGET_MINUTES_DEFAULT);
        };
        let minutes = row.whole("minutes")?;
        u32::try_from(minutes).map_err(|_| Error::unreadable("minutes", minutes))
    }

    /// Sets them; `false` when the figure is outside what can be set.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn set_review_budget(
        &self,
        provider: &ClientId,
        minutes: u32,
        person: &PersonId,
        now: Timestamp,
    ) -> Result<bool, Error> {
        if !(BUDGET_MINUTES_MIN..=BUDGET_MINUTES_MAX).contains(&minutes) {
            return Ok(false);
        }
        let input = (provider.clone(), minutes, person.clone(), now);
        self.write(
            Lane::Acknowledge,
            input,
            |tx, (provider, minutes, person, now)| {
                Box::pin(set(tx, provider, *minutes, person, *now))
            },
        )
        .await?;
        Ok(true)
    }

    /// Minutes of review that each person was given since an instant, done or not.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn review_minutes_since(
        &self,
        since: Timestamp,
    ) -> Result<BTreeMap<PersonId, u32>, Error> {
        let mut rows = self.read().await?;
        let found = rows
            .all(
                "select reviewer, cast(sum(minutes) as bigint) as minutes from review \
                 where drawn_at >= $1 and reviewer is not null group by reviewer",
                args![since],
            )
            .await?;
        let mut load = BTreeMap::new();
        for row in found {
            let minutes = u32::try_from(row.count("minutes")?).unwrap_or(u32::MAX);
            load.insert(row.id("reviewer")?, minutes);
        }
        Ok(load)
    }
}

async fn set(
    tx: &mut Transaction,
    provider: &ClientId,
    minutes: u32,
    person: &PersonId,
    now: Timestamp,
) -> Result<(), Error> {
    let at = tx.at(provider, now).await?;
    let draft = EntryDraft {
        person: Some(person.clone()),
        ..EntryDraft::new(BUDGET).with_field("minutes", &minutes)?
    };
    tx.append(provider, draft, now).await?;
    tx.rows()
        .run(
            "insert into review_budget(client, minutes, set_at, set_by) \
             values ($1, $2, $3, $4) on conflict (client) do update \
             set minutes = excluded.minutes, set_at = excluded.set_at, set_by = excluded.set_by",
            args![provider, i64::from(minutes), at, person],
        )
        .await?;
    Ok(())
}
