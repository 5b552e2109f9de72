//! What was published for a client: processes, calendars, zones, assets, exceptions, the plan.
//!
//! Each is a row for the worker and an entry for the client's verifier, made together; both then
//! compute the duties from the same documents. Nothing published is ever changed: a new version, a
//! later calendar, another exception.

use std::collections::BTreeMap;

use duly_core::entry::{EntryDraft, kind};
use duly_core::id::ClientId;
use duly_core::process::Process;
use duly_core::schedule::calendar::Calendar;
use duly_core::schedule::duties::{Published, PublishedProcess, past};
use duly_core::schedule::zone::Zone;
use duly_core::scope::{Client, Exception};
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::assets;
use crate::clients::{self, Made, taken};
use crate::database::connection::Connection;
use crate::database::value::{Value, args};
use crate::error::Error;
use crate::log::append::signed;
use crate::store::Store;
use crate::transaction::Transaction;
use crate::writer::Lane;

impl Store {
    /// Publishes a version of a process.
    ///
    /// # Errors
    ///
    /// [`Error::Taken`] when the same version was published before with other content.
    pub async fn publish_process(
        &self,
        client: &ClientId,
        process: &Process,
        now: Timestamp,
    ) -> Result<Made, Error> {
        let input = (client.clone(), process.clone(), now);
        self.write(Lane::Acknowledge, input, |tx, (client, process, now)| {
            Box::pin(publish_process(tx, client, process, *now))
        })
        .await
    }

    /// Publishes a calendar; from its entry on it takes the place of the one before.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn publish_calendar(
        &self,
        client: &ClientId,
        calendar: &Calendar,
        now: Timestamp,
    ) -> Result<Made, Error> {
        let document = Document {
            kind: kind::CALENDAR_PUBLISH,
            field: "calendar",
            id: calendar.id.clone(),
            text: serde_json::to_string(calendar)?,
            last: "select document from calendar where client = $1 and calendar = $2 \
                   order by idx desc limit 1",
            insert: "insert into calendar(client, calendar, idx, document) \
                     values ($1, $2, $3, $4)",
        };
        self.publish_document(client, document, now).await
    }

    /// Publishes a zone's transitions; from its entry on they take the place of those before.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn publish_zone(
        &self,
        client: &ClientId,
        zone: &Zone,
        now: Timestamp,
    ) -> Result<Made, Error> {
        let document = Document {
            kind: kind::ZONE_PUBLISH,
            field: "zone",
            id: zone.id.clone(),
            text: serde_json::to_string(zone)?,
            last: "select document from zone where client = $1 and zone = $2 \
                   order by idx desc limit 1",
            insert: "insert into zone(client, zone, idx, document) values ($1, $2, $3, $4)",
        };
        self.publish_document(client, document, now).await
    }

    /// Everything published for a client, as the pure function wants it; `None` for no client.
    ///
    /// # Errors
    ///
    /// When the database fails or a document in it does not read.
    pub async fn published(&self, client: &ClientId) -> Result<Option<Published>, Error> {
        let mut rows = self.read().await?;
        let Some(row) = rows
            .first(
                "select client, tz, calendar from client where client = $1",
                args![client],
            )
            .await?
        else {
            return Ok(None);
        };
        let zones: BTreeMap<String, Zone> = latest(
            &mut rows,
            "select zone as id, document from zone where client = $1 order by idx",
            client,
        )
        .await?;
        let eras = clients::eras(&mut rows, client).await?;
        Ok(Some(Published {
            client: Client {
                id: row.id("client")?,
                tz: row.text("tz")?,
                calendar: row.text("calendar")?,
            },
            past: past(&eras, &zones),
            processes: processes(&mut rows, client).await?,
            assets: assets::scope_of(&mut rows, client).await?,
            calendars: latest(
                &mut rows,
                "select calendar as id, document from calendar where client = $1 order by idx",
                client,
            )
            .await?,
            zones,
            exceptions: exceptions(&mut rows, client).await?,
        }))
    }

    async fn publish_document(
        &self,
        client: &ClientId,
        document: Document,
        now: Timestamp,
    ) -> Result<Made, Error> {
        let input = (client.clone(), document, now);
        self.write(Lane::Acknowledge, input, |tx, (client, document, now)| {
            Box::pin(publish(tx, client, document, *now))
        })
        .await
    }
}

/// A document of which the last one published counts.
struct Document {
    kind: &'static str,
    field: &'static str,
    id: String,
    text: String,
    last: &'static str,
    insert: &'static str,
}

async fn publish(
    tx: &mut Transaction,
    client: &ClientId,
    document: &Document,
    now: Timestamp,
) -> Result<Made, Error> {
    let id = document.id.as_str();
    let last = tx.rows().first(document.last, args![client, id]).await?;
    if let Some(row) = last
        && row.text("document")? == document.text
    {
        return Ok(Made::Already);
    }
    let mut draft = EntryDraft::new(document.kind);
    draft
        .fields
        .insert(document.field.to_owned(), document.text.clone());
    let appended = tx.append(client, draft, now).await?;
    let row = args![client, id, signed(appended.index)?, document.text.as_str(),];
    tx.rows().run(document.insert, row).await?;
    Ok(Made::New)
}

pub(crate) async fn publish_process(
    tx: &mut Transaction,
    client: &ClientId,
    process: &Process,
    now: Timestamp,
) -> Result<Made, Error> {
    let version = process.version();
    let text = serde_json::to_string(process)?;
    let found = tx
        .rows()
        .first(
            "select document from process where client = $1 and process = $2 and version = $3",
            args![client, &process.process, version.as_str()],
        )
        .await?;
    if let Some(row) = found {
        return if row.text("document")? == text {
            Ok(Made::Already)
        } else {
            Err(taken(
                "process version",
                format!("{} {version}", process.process),
            ))
        };
    }
    let draft = EntryDraft::new(kind::PROCESS_PUBLISH).with_field("process", process)?;
    let appended = tx.append(client, draft, now).await?;
    let row = args![
        client,
        &process.process,
        version,
        text,
        appended.at,
        signed(appended.index)?,
    ];
    tx.rows()
        .run(
            "insert into process(client, process, version, document, published_at, idx) \
             values ($1, $2, $3, $4, $5, $6)",
            row,
        )
        .await?;
    Ok(Made::New)
}

async fn processes(
    rows: &mut Connection,
    client: &ClientId,
) -> Result<Vec<PublishedProcess>, Error> {
    let found = rows
        .all(
            "select document, published_at from process where client = $1 order by idx",
            args![client],
        )
        .await?;
    found
        .iter()
        .map(|row| {
            Ok(PublishedProcess {
                process: row.json("document")?,
                published_at: row.at("published_at")?,
            })
        })
        .collect()
}

async fn exceptions(rows: &mut Connection, client: &ClientId) -> Result<Vec<Exception>, Error> {
    let found = rows
        .all(
            "select document from exception where client = $1 order by idx",
            args![client],
        )
        .await?;
    found.iter().map(|row| row.json("document")).collect()
}

/// The last document by id; rows come in the order of their entries.
async fn latest<T: DeserializeOwned + Serialize>(
    rows: &mut Connection,
    sql: &'static str,
    client: &ClientId,
) -> Result<BTreeMap<String, T>, Error> {
    let values: Vec<Value> = args![client];
    let mut latest = BTreeMap::new();
    for row in rows.all(sql, values).await? {
        latest.insert(row.text("id")?, row.json("document")?);
    }
    Ok(latest)
}
