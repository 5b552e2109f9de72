//! New starts of a measure's limits: a signed act of the executive, with the month and the reason.
//! What was before keeps its own limits; nothing of it is redrawn.

use std::collections::BTreeMap;

use duly_core::entry::EntryDraft;
use duly_core::id::{ClientId, PersonId};
use duly_core::oversight::row::NewStart;
use duly_core::review::period::Period;
use jiff::Timestamp;

use crate::database::value::args;
use crate::error::{Error, at_most};
use crate::readings::MeasureKey;
use crate::steps::NOTE_BYTES_MAX;
use crate::store::Store;
use crate::transaction::Transaction;
use crate::writer::Lane;

/// Type of the entry for limits that start anew. Field: `start` (process, measure, month, reason,
/// and who).
pub const MEASURE_RESTART: &str = "x.measure.restart";

/// Limits that are to start anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewBaseline {
    /// Whose.
    pub client: ClientId,
    /// Of which measure.
    pub key: MeasureKey,
    /// The first month that counts to the new limits, and what was changed in the process.
    pub start: NewStart,
    /// Who says so.
    pub person: PersonId,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BaselineSet {
    /// It is so.
    Done,
    /// It gives no reason.
    NoReason,
    /// They start anew with this month already, or with a later one.
    NotAfterLast,
}

impl Store {
    /// Starts the limits of a measure anew.
    ///
    /// # Errors
    ///
    /// [`Error::TooMuch`] when the reason is too long.
    pub async fn restart_measure(
        &self,
        new: NewBaseline,
        now: Timestamp,
    ) -> Result<BaselineSet, Error> {
        at_most("a reason in bytes", new.start.reason.len(), NOTE_BYTES_MAX)?;
        if new.start.reason.trim().is_empty() {
            return Ok(BaselineSet::NoReason);
        }
        self.write(Lane::Acknowledge, (new, now), |tx, (new, now)| {
            Box::pin(restart(tx, new, *now))
        })
        .await
    }

    /// The new starts of a client's measures, each measure's oldest first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn baselines(
        &self,
        client: &ClientId,
    ) -> Result<BTreeMap<MeasureKey, Vec<NewStart>>, Error> {
        let mut rows = self.read().await?;
        let found = rows
            .all(
                "select process, measure, month, reason from baseline where client = $1 \
                 order by process, measure, month",
                args![client],
            )
            .await?;
        let mut starts: BTreeMap<MeasureKey, Vec<NewStart>> = BTreeMap::new();
        for row in &found {
            let key = MeasureKey {
                process: row.id("process")?,
                measure: row.text("measure")?,
            };
            let month = row.text("month")?;
            let month: Period = month
                .parse()
                .map_err(|_| Error::unreadable("month", &month))?;
            let reason = row.text("reason")?;
            starts
                .entry(key)
                .or_default()
                .push(NewStart { month, reason });
        }
        Ok(starts)
    }
}

async fn restart(
    tx: &mut Transaction,
    new: &NewBaseline,
    now: Timestamp,
) -> Result<BaselineSet, Error> {
    let (client, key) = (&new.client, &new.key);
    let at = tx.at(client, now).await?;
    let month = new.start.month.to_string();
    let later = tx
        .rows()
        .first(
            "select month from baseline where client = $1 and process = $2 and measure = $3 \
             and month >= $4 limit 1",
            args![client, &key.process, key.measure.as_str(), month.as_str()],
        )
        .await?;
    if later.is_some() {
        return Ok(BaselineSet::NotAfterLast);
    }
    let start = serde_json::json!({
        "process": key.process,
        "measure": key.measure,
        "month": new.start.month,
        "reason": new.start.reason,
        "person": new.person,
    });
    let draft = EntryDraft::new(MEASURE_RESTART).with_field("start", &start)?;
    tx.append(client, draft, now).await?;
    tx.rows()
        .run(
            "insert into baseline(client, process, measure, month, reason, person, set_at) \
             values ($1, $2, $3, $4, $5, $6, $7)",
            args![
                client,
                &key.process,
                key.measure.as_str(),
                month.as_str(),
                new.start.reason.as_str(),
                &new.person,
                at,
            ],
        )
        .await?;
    Ok(BaselineSet::Done)
}
