//! Warnings: what a quality-control rule raises. Raising the same twice raises it once, until it
//! is cleared.

use duly_core::entry::EntryDraft;
use duly_core::id::{ClientId, DutyId, PersonId};
use duly_core::process::Severity;
use duly_core::telling::{Kind, Notice};
use jiff::Timestamp;

use crate::database::value::{Row, args, word};
use crate::error::Error;
use crate::notices;
use crate::page::{Listed, Page};
use crate::random;
use crate::store::Store;
use crate::transaction::Transaction;
use crate::writer::Lane;

/// Type of the entry for a warning that was raised. Field: `warning`.
pub const WARNING_RAISE: &str = "x.warning.raise";
/// Type of the entry for one that was acknowledged. Field: `warning` (its id).
pub const WARNING_ACKNOWLEDGE: &str = "x.warning.acknowledge";
/// Type of the entry for one that was cleared. Field: `warning` (its id).
pub const WARNING_CLEAR: &str = "x.warning.clear";

/// A warning to be raised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewWarning {
    /// Whose.
    pub client: ClientId,
    /// The rule that fired.
    pub rule: String,
    /// What it is of: an asset, a duty. Together with the rule it names the warning.
    pub about: String,
    /// How bad.
    pub severity: Severity,
    /// One sentence, with the facts in it.
    pub message: String,
    /// The ticket it arose from.
    pub ticket: Option<DutyId>,
}

/// A warning as remembered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Random.
    pub id: String,
    /// What was raised.
    pub raised: NewWarning,
    /// When.
    pub raised_at: Timestamp,
    /// When somebody took it on.
    pub acknowledged_at: Option<Timestamp>,
    /// Who.
    pub acknowledged_by: Option<PersonId>,
    /// When it was over.
    pub cleared_at: Option<Timestamp>,
}

impl Store {
    /// Raises a warning, unless the same one is raised and not cleared; its id if it is new.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn raise_warning(
        &self,
        warning: NewWarning,
        now: Timestamp,
    ) -> Result<Option<String>, Error> {
        let id = random::id()?;
        self.write(Lane::Bulk, (id, warning, now), |tx, (id, warning, now)| {
            Box::pin(raise(tx, id, warning, *now))
        })
        .await
    }

    /// Takes a warning on; `false` when somebody did before, or it is cleared, or not there.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn acknowledge_warning(
        &self,
        client: &ClientId,
        warning: &str,
        person: &PersonId,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let input = (client.clone(), warning.to_owned(), person.clone(), now);
        self.write(
            Lane::Acknowledge,
            input,
            |tx, (client, warning, person, now)| {
                Box::pin(acknowledge(tx, client, warning, person, *now))
            },
        )
        .await
    }

    /// Ends the warning of a rule about something; `false` when there is none.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn clear_warning(
        &self,
        client: &ClientId,
        rule: &str,
        about: &str,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let input = (client.clone(), rule.to_owned(), about.to_owned(), now);
        self.write(Lane::Bulk, input, |tx, (client, rule, about, now)| {
            Box::pin(clear(tx, client, rule, about, *now))
        })
        .await
    }

    /// The warnings of a client that are not cleared, oldest first.
    ///
    /// # Errors
    ///
    /// When the database fails, or [`Page::after`] is not from such a list.
    pub async fn warnings(&self, client: &ClientId, page: &Page) -> Result<Listed<Warning>, Error> {
        let (at, id) = match &page.after {
            Some(after) => place(after)?,
            None => (i64::MIN, String::new()),
        };
        let mut rows = self.read().await?;
        let found = rows
            .all(
                "select client, warning, rule, about, severity, message, ticket, raised_at, \
                 acknowledged_at, acknowledged_by, cleared_at from warning \
                 where client = $1 and cleared_at is null \
                 and (raised_at > $2 or (raised_at = $2 and warning > $3)) \
                 order by raised_at, warning limit $4",
                args![client, at, id, page.fetch()],
            )
            .await?;
        let warnings = found.iter().map(warning_row).collect::<Result<_, _>>()?;
        Ok(Listed::cut(warnings, page, |warning: &Warning| {
            format!("{}~{}", warning.raised_at.as_millisecond(), warning.id)
        }))
    }
}

fn place(after: &str) -> Result<(i64, String), Error> {
    after
        .split_once('~')
        .and_then(|(at, id)| Some((at.parse().ok()?, id.to_owned())))
        .ok_or_else(|| Error::unreadable("a place in a list", after))
}

pub(crate) async fn raise(
    tx: &mut Transaction,
    id: &str,
    warning: &NewWarning,
    now: Timestamp,
) -> Result<Option<String>, Error> {
    let client = &warning.client;
    let at = tx.at(client, now).await?;
    let raised = tx
        .rows()
        .first(
            "select warning from warning where client = $1 and rule = $2 and about = $3 \
             and cleared_at is null",
            args![client, warning.rule.as_str(), warning.about.as_str()],
        )
        .await?;
    if raised.is_some() {
        return Ok(None);
    }
    let told = serde_json::json!({
        "id": id,
        "rule": warning.rule,
        "about": warning.about,
        "severity": warning.severity,
        "message": warning.message,
    });
    let draft = EntryDraft {
        duty: warning.ticket.clone(),
        ..EntryDraft::new(WARNING_RAISE).with_field("warning", &told)?
    };
    tx.append(client, draft, now).await?;
    let row = args![
        client,
        id,
        warning.rule.as_str(),
        warning.about.as_str(),
        word(&warning.severity)?,
        warning.message.as_str(),
        warning.ticket.as_ref(),
        at,
    ];
    tx.rows()
        .run(
            "insert into warning(client, warning, rule, about, severity, message, ticket, \
             raised_at) values ($1, $2, $3, $4, $5, $6, $7, $8)",
            row,
        )
        .await?;
    let path = match &warning.ticket {
        Some(ticket) => format!("/clients/{client}/tickets/{ticket}"),
        None => format!("/clients/{client}"),
    };
    let notice = Notice::new(Kind::Warning, warning.severity, &warning.message)
        .with_fact("Rule", &warning.rule)
        .about(warning.ticket.as_ref())
        .at(&path);
    notices::tell(tx, client, &notice, now).await?;
    Ok(Some(id.to_owned()))
}

async fn acknowledge(
    tx: &mut Transaction,
    client: &ClientId,
    warning: &str,
    person: &PersonId,
    now: Timestamp,
) -> Result<bool, Error> {
    let at = tx.at(client, now).await?;
    let taken = tx
        .rows()
        .run(
            "update warning set acknowledged_at = $1, acknowledged_by = $2 \
             where client = $3 and warning = $4 and acknowledged_at is null \
             and cleared_at is null",
            args![at, person, client, warning],
        )
        .await?;
    if taken == 0 {
        return Ok(false);
    }
    let draft = EntryDraft {
        person: Some(person.clone()),
        ..EntryDraft::new(WARNING_ACKNOWLEDGE).with_field("warning", &warning)?
    };
    tx.append(client, draft, now).await?;
    Ok(true)
}

pub(crate) async fn clear(
    tx: &mut Transaction,
    client: &ClientId,
    rule: &str,
    about: &str,
    now: Timestamp,
) -> Result<bool, Error> {
    let at = tx.at(client, now).await?;
    let cleared = tx
        .rows()
        .first(
            "update warning set cleared_at = $1 where client = $2 and rule = $3 and about = $4 \
             and cleared_at is null returning warning",
            args![at, client, rule, about],
        )
        .await?;
    let Some(row) = cleared else { return Ok(false) };
    let draft = EntryDraft::new(WARNING_CLEAR).with_field("warning", &row.text("warning")?)?;
    tx.append(client, draft, now).await?;
    Ok(true)
}

fn warning_row(row: &Row) -> Result<Warning, Error> {
    Ok(Warning {
        id: row.text("warning")?,
        raised: NewWarning {
            client: row.id("client")?,
            rule: row.text("rule")?,
            about: row.text("about")?,
            severity: row.word("severity")?,
            message: row.text("message")?,
            ticket: row.id_or_none("ticket")?,
        },
        raised_at: row.at("raised_at")?,
        acknowledged_at: row.at_or_none("acknowledged_at")?,
        acknowledged_by: row.id_or_none("acknowledged_by")?,
        cleared_at: row.at_or_none("cleared_at")?,
    })
}
