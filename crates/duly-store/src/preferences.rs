//! What people want to be told, and on which day they last got their summary.

use duly_core::entry::EntryDraft;
use duly_core::id::{ClientId, PersonId};
use duly_core::telling::Preferences;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::database::value::{Row, args};
use crate::deliveries::{self, NewDelivery};
use crate::error::Error;
use crate::store::Store;
use crate::transaction::Transaction;
use crate::writer::Lane;

/// Type of the entry for a person who chose what they are told. Field: `preferences`.
pub const PREFERENCES_KEEP: &str = "x.person.preferences";

/// A person's choice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chosen {
    /// What.
    pub preferences: Preferences,
    /// The date of their last summary.
    pub summary_on: Option<Date>,
}

/// The document of somebody who chose nothing and was sent a summary.
const NOTHING_CHOSEN: &str = "null";

impl Store {
    /// What a person chose. Whoever chose nothing gets what everybody gets, at the address that
    /// they sign in with.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn preferences(&self, home: &ClientId, person: &PersonId) -> Result<Chosen, Error> {
        let mut rows = self.read().await?;
        let row = rows
            .first(
                "select f.document, f.summary_on, p.mail from person p left join preference f \
                 on f.client = p.client and f.person = p.person \
                 where p.client = $1 and p.person = $2",
                args![home, person],
            )
            .await?;
        row.map_or_else(|| Ok(Chosen::default()), |row| chosen_row(&row))
    }

    /// Keeps what a person chose.
    ///
    /// # Errors
    ///
    /// When there is no such person, or the database fails.
    pub async fn keep_preferences(
        &self,
        home: &ClientId,
        person: &PersonId,
        preferences: Preferences,
        now: Timestamp,
    ) -> Result<(), Error> {
        let input = (home.clone(), person.clone(), preferences, now);
        self.write(
            Lane::Acknowledge,
            input,
            |tx, (home, person, preferences, now)| {
                Box::pin(keep(tx, home, person, preferences, *now))
            },
        )
        .await
    }

    /// Queues a person's summary of a date, once; `false` when theirs of that date or a later one
    /// was queued before.
    ///
    /// # Errors
    ///
    /// When there is no such person, or the database fails.
    pub async fn queue_summary(
        &self,
        home: &ClientId,
        person: &PersonId,
        date: Date,
        deliveries: Vec<NewDelivery>,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let input = (home.clone(), person.clone(), date, deliveries, now);
        self.write(
            Lane::Bulk,
            input,
            |tx, (home, person, date, deliveries, now)| {
                Box::pin(summary(tx, home, person, *date, deliveries, *now))
            },
        )
        .await
    }
}

fn chosen_row(row: &Row) -> Result<Chosen, Error> {
    let summary_on = row.text_or_none("summary_on")?;
    let document = row.text_or_none("document")?;
    let chosen = document.filter(|document| document != NOTHING_CHOSEN);
    let preferences = match chosen {
        Some(_) => row.json("document")?,
        None => Preferences {
            mail: row.text_or_none("mail")?,
            ..Preferences::default()
        },
    };
    Ok(Chosen {
        preferences,
        summary_on: match summary_on {
            Some(_) => Some(row.date("summary_on")?),
            None => None,
        },
    })
}

async fn keep(
    tx: &mut Transaction,
    home: &ClientId,
    person: &PersonId,
    preferences: &Preferences,
    now: Timestamp,
) -> Result<(), Error> {
    let at = tx.at(home, now).await?;
    let document = serde_json::to_string(preferences)?;
    tx.rows()
        .run(
            "insert into preference(client, person, document, changed_at) \
             values ($1, $2, $3, $4) on conflict (client, person) do update \
             set document = excluded.document, changed_at = excluded.changed_at",
            args![home, person, document, at],
        )
        .await?;
    let draft = EntryDraft {
        person: Some(person.clone()),
        ..EntryDraft::new(PREFERENCES_KEEP).with_field("preferences", preferences)?
    };
    tx.append(home, draft, now).await?;
    Ok(())
}

async fn summary(
    tx: &mut Transaction,
    home: &ClientId,
    person: &PersonId,
    date: Date,
    deliveries: &[NewDelivery],
    now: Timestamp,
) -> Result<bool, Error> {
    let fresh = tx
        .rows()
        .run(
            "insert into preference(client, person, document, summary_on, changed_at) \
             values ($1, $2, $3, $4, $5) on conflict (client, person) do update \
             set summary_on = excluded.summary_on \
             where preference.summary_on is null or preference.summary_on < excluded.summary_on",
            args![home, person, NOTHING_CHOSEN, date, now],
        )
        .await?;
    if fresh == 0 {
        return Ok(false);
    }
    for delivery in deliveries {
        deliveries::queue(tx, delivery, now).await?;
    }
    Ok(true)
}
