//! What measures came to, month by month: counted from the other tables ([`month`]), and kept. A
//! month whose duties have all ended is kept for good, and an entry commits to its readings.

pub mod month;

use std::collections::BTreeMap;

use duly_core::entry::EntryDraft;
use duly_core::id::{ClientId, ProcessId};
use duly_core::measure::reading::Reading;
use duly_core::oversight::report::{Counted, Report, Summary};
use duly_core::review::period::Period;
use jiff::Timestamp;
use serde::Serialize;

use crate::database::value::{Row, args};
use crate::error::{Error, at_most};
use crate::log::append::signed;
use crate::page::ROWS_MAX;
use crate::store::Store;
use crate::transaction::Transaction;
use crate::writer::Lane;
use crate::{notices, tellings};

/// Type of the entry for a month's readings. Field: `readings` (the month, its equation, and each
/// measure's reading with numerator and denominator).
pub const READINGS: &str = "x.readings";

/// Most measures of one client: three for each of a hundred processes.
pub const MEASURES_MAX: usize = 300;

/// Which measure.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct MeasureKey {
    /// The process that declares it.
    pub process: ProcessId,
    /// Its name there.
    pub measure: String,
}

/// A month of one client as counted.
#[derive(Clone, Debug, PartialEq)]
pub struct CountedMonth {
    /// Whose.
    pub client: ClientId,
    /// Which month.
    pub month: Period,
    /// Its duties.
    pub equation: Counted,
    /// Its readings.
    pub readings: BTreeMap<MeasureKey, Reading>,
}

/// How far a month is.
#[derive(Clone, Debug, PartialEq)]
pub enum MonthStage {
    /// Some of its duties may still come to anything.
    Running,
    /// All have ended; with the report that executive and owner are told of, if they are.
    Over(Option<Box<Report>>),
}

/// A month as kept, without its readings.
#[derive(Clone, Debug, PartialEq)]
pub struct KeptMonth {
    /// Whose.
    pub client: ClientId,
    /// Which month.
    pub month: Period,
    /// Its duties.
    pub equation: Counted,
    /// When it was counted.
    pub counted_at: Timestamp,
    /// The entry that commits to it, once it is final.
    pub entry: Option<u64>,
    /// What its report says in short.
    pub summary: Option<Summary>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Committed<'a> {
    month: Period,
    equation: Counted,
    measures: Vec<CommittedMeasure<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct CommittedMeasure<'a> {
    #[serde(flatten)]
    key: &'a MeasureKey,
    reading: &'a Reading,
}

impl Store {
    /// Keeps a month as counted, in place of how it was counted before; once all its duties have
    /// ended this writes an entry, and may tell of its report. A month that is final stays as it
    /// is: `false`.
    ///
    /// # Errors
    ///
    /// [`Error::TooMuch`] when there are more than [`MEASURES_MAX`].
    pub async fn keep_month(
        &self,
        month: CountedMonth,
        stage: MonthStage,
        now: Timestamp,
    ) -> Result<bool, Error> {
        at_most("measures of a client", month.readings.len(), MEASURES_MAX)?;
        let input = (month, stage, now);
        self.write(Lane::Bulk, input, |tx, (month, stage, now)| {
            Box::pin(keep(tx, month, stage, *now))
        })
        .await
    }

    /// Keeps what a month's report says in short; nothing for a month that was never counted.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn summarize_month(
        &self,
        client: &ClientId,
        month: Period,
        summary: Summary,
    ) -> Result<(), Error> {
        let input = (client.clone(), month.to_string(), summary);
        self.write(Lane::Bulk, input, |tx, (client, month, summary)| {
            Box::pin(async move {
                let sql = "update reading_month set summary = $1 \
                           where client = $2 and month = $3";
                let row = args![serde_json::to_string(summary)?, client, month.as_str()];
                tx.rows().run(sql, row).await?;
                Ok(())
            })
        })
        .await
    }

    /// The months of a client that are kept, oldest first, from one to another.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn kept_months(
        &self,
        client: &ClientId,
        from: Period,
        to: Period,
    ) -> Result<Vec<KeptMonth>, Error> {
        let mut rows = self.read().await?;
        let found = rows
            .all(
                "select client, month, due, done, late, missed, waived, open, counted_at, \
                 counted_idx, summary from reading_month where client = $1 and month >= $2 \
                 and month <= $3 order by month limit $4",
                args![
                    client,
                    from.to_string(),
                    to.to_string(),
                    i64::from(ROWS_MAX)
                ],
            )
            .await?;
        found.iter().map(kept_row).collect()
    }

    /// One month of every client for which it is kept.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn kept_month_of_all(&self, month: Period) -> Result<Vec<KeptMonth>, Error> {
        let mut rows = self.read().await?;
        let found = rows
            .all(
                "select m.client, m.month, m.due, m.done, m.late, m.missed, m.waived, m.open, \
                 m.counted_at, m.counted_idx, m.summary from client c join reading_month m \
                 on m.client = c.client and m.month = $1 order by m.client limit $2",
                args![month.to_string(), i64::from(ROWS_MAX)],
            )
            .await?;
        found.iter().map(kept_row).collect()
    }

    /// The readings of a client's months, each measure's oldest first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn readings(
        &self,
        client: &ClientId,
        from: Period,
        to: Period,
    ) -> Result<BTreeMap<MeasureKey, Vec<Reading>>, Error> {
        let mut rows = self.read().await?;
        let found = rows
            .all(
                "select process, measure, document from reading where client = $1 \
                 and month >= $2 and month <= $3 order by process, measure, month",
                args![client, from.to_string(), to.to_string()],
            )
            .await?;
        let mut readings: BTreeMap<MeasureKey, Vec<Reading>> = BTreeMap::new();
        for row in &found {
            let key = MeasureKey {
                process: row.id("process")?,
                measure: row.text("measure")?,
            };
            readings.entry(key).or_default().push(row.json("document")?);
        }
        Ok(readings)
    }
}

async fn keep(
    tx: &mut Transaction,
    month: &CountedMonth,
    stage: &MonthStage,
    now: Timestamp,
) -> Result<bool, Error> {
    let (client, name) = (&month.client, month.month.to_string());
    let at = tx.at(client, now).await?;
    let before = tx
        .rows()
        .first(
            "select counted_idx from reading_month where client = $1 and month = $2",
            args![client, name.as_str()],
        )
        .await?;
    let final_before = before.map_or(Ok(None), |row| row.count_or_none("counted_idx"))?;
    if final_before.is_some() {
        return Ok(false);
    }
    let index = match stage {
        MonthStage::Running => None,
        MonthStage::Over(report) => {
            let index = commit(tx, month, now).await?;
            if let Some(report) = report {
                notices::tell(tx, client, &tellings::reported(report), now).await?;
            }
            Some(index)
        }
    };
    let equation = month.equation;
    tx.rows()
        .run(
            "insert into reading_month(client, month, due, done, late, missed, waived, open, \
             counted_at, counted_idx) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
             on conflict (client, month) do update set due = excluded.due, \
             done = excluded.done, late = excluded.late, missed = excluded.missed, \
             waived = excluded.waived, open = excluded.open, \
             counted_at = excluded.counted_at, counted_idx = excluded.counted_idx",
            args![
                client,
                name.as_str(),
                signed(equation.due)?,
                signed(equation.done)?,
                signed(equation.late)?,
                signed(equation.missed)?,
                signed(equation.waived)?,
                signed(equation.open)?,
                at,
                index,
            ],
        )
        .await?;
    write_readings(tx, month, &name).await?;
    Ok(true)
}

/// Puts the readings of a month in the place of those before.
async fn write_readings(
    tx: &mut Transaction,
    month: &CountedMonth,
    name: &str,
) -> Result<(), Error> {
    let client = &month.client;
    tx.rows()
        .run(
            "delete from reading where client = $1 and month = $2",
            args![client, name],
        )
        .await?;
    for (key, reading) in &month.readings {
        tx.rows()
            .run(
                "insert into reading(client, month, process, measure, document) \
                 values ($1, $2, $3, $4, $5)",
                args![
                    client,
                    name,
                    &key.process,
                    key.measure.as_str(),
                    serde_json::to_string(reading)?,
                ],
            )
            .await?;
    }
    Ok(())
}

/// Writes the entry of a month; its index.
async fn commit(tx: &mut Transaction, month: &CountedMonth, now: Timestamp) -> Result<i64, Error> {
    let measures = month.readings.iter();
    let committed = Committed {
        month: month.month,
        equation: month.equation,
        measures: measures
            .map(|(key, reading)| CommittedMeasure { key, reading })
            .collect(),
    };
    let draft = EntryDraft::new(READINGS).with_field("readings", &committed)?;
    let appended = tx.append(&month.client, draft, now).await?;
    signed(appended.index)
}

fn kept_row(row: &Row) -> Result<KeptMonth, Error> {
    let month = row.text("month")?;
    Ok(KeptMonth {
        client: row.id("client")?,
        month: month
            .parse()
            .map_err(|_| Error::unreadable("reading_month.month", &month))?,
        equation: Counted {
            due: row.count("due")?,
            done: row.count("done")?,
            late: row.count("late")?,
            missed: row.count("missed")?,
            waived: row.count("waived")?,
            open: row.count("open")?,
        },
        counted_at: row.at("counted_at")?,
        entry: row.count_or_none("counted_idx")?,
        summary: row.json_or_none("summary")?,
    })
}
