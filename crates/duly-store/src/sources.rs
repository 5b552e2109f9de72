//! Sources: who tells of a client's assets, how often, and what its lists look like. A connector
//! and a list that somebody imports are both sources.

use duly_core::id::{AssetId, ClientId};
use duly_core::presence::EXPECTED_DAYS_MAX;
use jiff::Timestamp;

use crate::assets;
use crate::database::batch::Batch;
use crate::database::connection::Connection;
use crate::database::value::{Row, args};
use crate::error::Error;
use crate::page::{Listed, Page};
use crate::store::Store;
use crate::transaction::Transaction;
use crate::writer::Lane;

/// A source, and how it is to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSource {
    /// Its name, as people call it; unique for the client.
    pub name: String,
    /// It is expected to report at least every so many days.
    pub expected_days: u32,
    /// What the columns of its lists are: a JSON document, for whoever reads them.
    pub mapping: Option<String>,
}

/// A source as remembered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// What it is.
    pub source: NewSource,
    /// When it last reported.
    pub reported_at: Option<Timestamp>,
}

/// One thing that a source says it saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighted {
    /// The source's own word for it: a serial number, or its name where there is none.
    pub thing: String,
    /// What it is called.
    pub name: String,
    /// What kind of asset it would be; empty where the source does not say.
    pub kind: String,
    /// The asset that it is, where that is known.
    pub asset: Option<AssetId>,
}

impl Store {
    /// The sources of a client, by name.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn sources(&self, client: &ClientId, page: &Page) -> Result<Listed<Source>, Error> {
        let after = page.after.clone().unwrap_or_default();
        let mut rows = self.read().await?;
        let found = rows
            .all(
                "select source, expected_days, mapping, reported_at from source \
                 where client = $1 and source > $2 order by source limit $3",
                args![client, after, page.fetch()],
            )
            .await?;
        let sources = found.iter().map(source_row).collect::<Result<_, _>>()?;
        Ok(Listed::cut(sources, page, |source: &Source| {
            source.source.name.clone()
        }))
    }

    /// Remembers a source: how often it reports and what its lists look like.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn keep_source(&self, client: &ClientId, source: NewSource) -> Result<(), Error> {
        let input = (client.clone(), source);
        self.write(Lane::Acknowledge, input, |tx, (client, source)| {
            Box::pin(keep(tx, client, source))
        })
        .await
    }

    /// Notes what a source saw, all of it in one report. What it does not name any more is
    /// missing, and in time silent; it is never let go.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn report_sightings(
        &self,
        client: &ClientId,
        source: NewSource,
        seen: Vec<Sighted>,
        now: Timestamp,
    ) -> Result<(), Error> {
        let input = (client.clone(), source, seen, now);
        self.write(Lane::Bulk, input, |tx, (client, source, seen, now)| {
            Box::pin(report(tx, client, source, seen, *now))
        })
        .await
    }
}

pub(crate) async fn one(
    rows: &mut Connection,
    client: &ClientId,
    source: &str,
) -> Result<Option<Source>, Error> {
    let found = rows
        .first(
            "select source, expected_days, mapping, reported_at from source \
             where client = $1 and source = $2",
            args![client, source],
        )
        .await?;
    found.as_ref().map(source_row).transpose()
}

fn source_row(row: &Row) -> Result<Source, Error> {
    let days = row.count("expected_days")?;
    Ok(Source {
        source: NewSource {
            name: row.text("source")?,
            expected_days: u32::try_from(days).unwrap_or(EXPECTED_DAYS_MAX),
            mapping: row.text_or_none("mapping")?,
        },
        reported_at: row.at_or_none("reported_at")?,
    })
}

pub(crate) async fn keep(
    tx: &mut Transaction,
    client: &ClientId,
    source: &NewSource,
) -> Result<(), Error> {
    let days = i64::from(source.expected_days.clamp(1, EXPECTED_DAYS_MAX));
    tx.rows()
        .run(
            "insert into source(client, source, expected_days, mapping) values ($1, $2, $3, $4) \
             on conflict (client, source) do update set expected_days = excluded.expected_days, \
             mapping = coalesce(excluded.mapping, source.mapping)",
            args![
                client,
                source.name.as_str(),
                days,
                source.mapping.as_deref()
            ],
        )
        .await?;
    Ok(())
}

static SEEN: Batch = Batch::new(
    "insert into sighting(client, source, thing, name, kind, first_seen_at, last_seen_at, asset) \
     values",
    8,
    "on conflict (client, source, thing) do update set name = excluded.name, \
     kind = excluded.kind, last_seen_at = excluded.last_seen_at, \
     asset = coalesce(excluded.asset, sighting.asset)",
);

/// Notes what a source saw, within a transaction.
pub(crate) async fn report(
    tx: &mut Transaction,
    client: &ClientId,
    source: &NewSource,
    seen: &[Sighted],
    now: Timestamp,
) -> Result<(), Error> {
    keep(tx, client, source).await?;
    let at = tx.at(client, now).await?;
    // What a report names twice is one thing; PostgreSQL would refuse to write a row twice.
    let once: std::collections::BTreeMap<&str, &Sighted> = seen
        .iter()
        .map(|sighted| (sighted.thing.as_str(), sighted))
        .collect();
    let rows = once.into_values().map(|sighted| {
        args![
            client,
            source.name.as_str(),
            sighted.thing.as_str(),
            sighted.name.as_str(),
            sighted.kind.as_str(),
            at,
            at,
            sighted.asset.as_ref(),
        ]
    });
    SEEN.insert(tx.rows(), rows.collect()).await?;
    reopen(tx, client, &source.name, at).await?;
    tx.rows()
        .run(
            "update source set reported_at = $1 where client = $2 and source = $3",
            args![at, client, source.name.as_str()],
        )
        .await?;
    Ok(())
}

/// What is seen although it was let go is nobody's again: somebody has to say what it is.
async fn reopen(
    tx: &mut Transaction,
    client: &ClientId,
    source: &str,
    at: Timestamp,
) -> Result<(), Error> {
    let today = assets::local_date(tx, client, at).await?;
    tx.rows()
        .run(
            "update sighting set asset = null, first_seen_at = last_seen_at \
             where client = $1 and source = $2 and last_seen_at = $3 and asset in \
             (select asset from asset where client = $1 and until <= $4)",
            args![client, source, at, today],
        )
        .await?;
    Ok(())
}
