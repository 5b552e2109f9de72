//! Reading warnings: by filter and page, one by its id, and what is known of the causes that a
//! look is about to settle.

use std::fmt::Write as _;
use std::sync::Arc;

use duly_core::id::{ClientId, DutyId, ProcessId};
use duly_core::process::Severity;
use jiff::Timestamp;
use sqlx::AssertSqlSafe;

use super::{Firing, Keeper, NewWarning, Rungs, Warning};
use crate::database::value::{Row, Value, args, word};
use crate::error::Error;
use crate::page::{Listed, Page};
use crate::store::Store;

/// Which warnings; everything absent means all that are not cleared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WarningFilter {
    /// Of this client.
    pub client: Option<ClientId>,
    /// Of this process.
    pub process: Option<ProcessId>,
    /// Of these rules; none means all.
    pub rules: Vec<String>,
    /// Of none of these rules.
    pub not_rules: Vec<String>,
    /// Of this severity.
    pub severity: Option<Severity>,
    /// Acknowledged, or not.
    pub acknowledged: Option<bool>,
    /// Those that were cleared too.
    pub cleared_too: bool,
}

/// What is remembered of one cause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownWarning {
    /// Its warning's id; absent while it only waits to be raised.
    pub id: Option<String>,
    /// The rule.
    pub rule: String,
    /// What it is of.
    pub about: String,
    /// The ticket.
    pub ticket: Option<DutyId>,
    /// The number of the firing.
    pub number: u64,
    /// Whether it was cleared.
    pub cleared: bool,
    /// Whether a person did, by their word.
    pub by_word: bool,
    /// Since when its cause is no longer seen.
    pub gone_since: Option<Timestamp>,
    /// Since when it waits to be raised.
    pub pending_since: Option<Timestamp>,
}

/// The columns of a warning; the table is `w`.
macro_rules! warning_columns {
    () => {
        "w.client, w.warning, w.rule, w.about, w.severity, w.message, w.ticket, w.process, \
         w.asset, w.owner, w.firing, w.raised_at, w.acknowledged_at, w.acknowledged_by, \
         w.acknowledged_word, w.cleared_at, w.cleared_by, w.cleared_word, w.gone_since, w.rungs"
    };
}
pub(crate) use warning_columns;

const ONE: &str = concat!(
    "select ",
    warning_columns!(),
    " from warning w where w.client = $1 and w.warning = $2"
);
const UNTAKEN: &str = concat!(
    "select ",
    warning_columns!(),
    " from warning w where w.client = $1 and w.cleared_at is null and w.acknowledged_at is null \
     and (w.raised_at > $2 or (w.raised_at = $2 and w.warning > $3)) \
     order by w.raised_at, w.warning limit $4"
);

impl Store {
    /// Warnings by filter, the oldest first; those that were cleared too the newest first.
    ///
    /// # Errors
    ///
    /// When the database fails, or [`Page::after`] is not from such a list.
    pub async fn warnings_by(
        &self,
        filter: &WarningFilter,
        page: &Page,
    ) -> Result<Listed<Warning>, Error> {
        let (sql, values) = filter.statement(page)?;
        let mut rows = self.read().await?;
        // Put together from the texts in this file; what the caller gives is bound.
        let found = rows.all(AssertSqlSafe(Arc::new(sql)), values).await?;
        let warnings = found.iter().map(warning_row).collect::<Result<_, _>>()?;
        Ok(Listed::cut(warnings, page, place))
    }

    /// One warning.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn warning(
        &self,
        client: &ClientId,
        warning: &str,
    ) -> Result<Option<Warning>, Error> {
        let mut rows = self.read().await?;
        let found = rows.first(ONE, args![client, warning]).await?;
        found.as_ref().map(warning_row).transpose()
    }

    /// The warnings of a client that nobody took on, oldest first.
    ///
    /// # Errors
    ///
    /// When the database fails, or [`Page::after`] is not from such a list.
    pub async fn untaken_warnings(
        &self,
        client: &ClientId,
        page: &Page,
    ) -> Result<Listed<Warning>, Error> {
        let (at, _, id) = match &page.after {
            Some(after) => read_place(after)?,
            None => (i64::MIN, "", ""),
        };
        let mut rows = self.read().await?;
        let found = rows
            .all(UNTAKEN, args![client, at, id, page.fetch()])
            .await?;
        let warnings = found.iter().map(warning_row).collect::<Result<_, _>>()?;
        Ok(Listed::cut(warnings, page, place))
    }

    /// What is known of the causes at the tickets that changed between two entries of the log.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn known_of_tickets(
        &self,
        client: &ClientId,
        after: u64,
        up_to: u64,
    ) -> Result<Vec<KnownWarning>, Error> {
        let (after, up_to) = (
            crate::log::append::signed(after)?,
            crate::log::append::signed(up_to)?,
        );
        let mut rows = self.read().await?;
        let raised = rows
            .all(
                "select warning, rule, about, ticket, firing, cleared_at, cleared_by, gone_since \
                 from warning where client = $1 and source = 'ticket' and ticket in ( \
                 select duty from entry where client = $1 and idx > $2 and idx <= $3)",
                args![client, after, up_to],
            )
            .await?;
        let pending = rows
            .all(
                "select rule, about, ticket, since from warning_pending where client = $1 \
                 and source = 'ticket' and ticket in ( \
                 select duty from entry where client = $1 and idx > $2 and idx <= $3)",
                args![client, after, up_to],
            )
            .await?;
        known(&raised, &pending)
    }

    /// What is known of the causes that one part of quality control looks after at a client.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn known_of(
        &self,
        client: &ClientId,
        source: Keeper,
    ) -> Result<Vec<KnownWarning>, Error> {
        let source = word(&source)?;
        let mut rows = self.read().await?;
        // The last firing of each: whether it is raised, and the number of the next one.
        let raised = rows
            .all(
                "select w.warning, w.rule, w.about, w.ticket, w.firing, w.cleared_at, \
                 w.cleared_by, w.gone_since from warning w where w.client = $1 and w.source = $2 \
                 and not exists (select 1 from warning n where n.client = w.client \
                 and n.rule = w.rule and n.about = w.about and n.firing > w.firing)",
                args![client, source.as_str()],
            )
            .await?;
        let pending = rows
            .all(
                "select rule, about, ticket, since from warning_pending \
                 where client = $1 and source = $2",
                args![client, source.as_str()],
            )
            .await?;
        known(&raised, &pending)
    }

    /// The causes of a client that have lasted long enough to be raised.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn ripe_warnings(
        &self,
        client: &ClientId,
        now: Timestamp,
    ) -> Result<Vec<Firing>, Error> {
        let mut rows = self.read().await?;
        let found = rows
            .all(
                "select document from warning_pending where client = $1 and ripe_at <= $2 \
                 and source = 'ticket' order by ripe_at, rule, about limit $3",
                args![client, now, i64::from(crate::page::ROWS_MAX)],
            )
            .await?;
        found.iter().map(|row| row.json("document")).collect()
    }
}

fn known(raised: &[Row], pending: &[Row]) -> Result<Vec<KnownWarning>, Error> {
    let mut known = Vec::with_capacity(raised.len() + pending.len());
    for row in raised {
        known.push(KnownWarning {
            id: Some(row.text("warning")?),
            rule: row.text("rule")?,
            about: row.text("about")?,
            ticket: row.id_or_none("ticket")?,
            number: row.count("firing")?,
            cleared: row.at_or_none("cleared_at")?.is_some(),
            by_word: row.text_or_none("cleared_by")?.is_some(),
            gone_since: row.at_or_none("gone_since")?,
            pending_since: None,
        });
    }
    for row in pending {
        known.push(KnownWarning {
            id: None,
            rule: row.text("rule")?,
            about: row.text("about")?,
            ticket: row.id_or_none("ticket")?,
            number: 0,
            cleared: true,
            by_word: false,
            gone_since: None,
            pending_since: Some(row.at("since")?),
        });
    }
    Ok(known)
}

impl WarningFilter {
    fn statement(&self, page: &Page) -> Result<(String, Vec<Value>), Error> {
        let mut sql =
            concat!("select ", warning_columns!(), " from warning w where 1 = 1").to_owned();
        let mut values: Vec<Value> = Vec::new();
        self.conditions(&mut sql, &mut values)?;
        let (before, order) = if self.cleared_too {
            ("<", "desc")
        } else {
            (">", "asc")
        };
        if let Some(after) = &page.after {
            let (at, client, id) = read_place(after)?;
            values.extend([at.into(), client.into(), id.into()]);
            let (third, second) = (values.len(), values.len() - 1);
            let first = second - 1;
            // Writing to a string cannot fail.
            let _ = write!(
                sql,
                " and (w.raised_at {before} ${first} or (w.raised_at = ${first} \
                 and (w.client {before} ${second} or (w.client = ${second} \
                 and w.warning {before} ${third}))))"
            );
        }
        values.push(page.fetch().into());
        let _ = write!(
            sql,
            " order by w.raised_at {order}, w.client {order}, w.warning {order} limit ${}",
            values.len()
        );
        Ok((sql, values))
    }

    pub(crate) fn conditions(
        &self,
        sql: &mut String,
        values: &mut Vec<Value>,
    ) -> Result<(), Error> {
        let mut only = |condition: &str, value: Value| {
            values.push(value);
            // Writing to a string cannot fail.
            let _ = write!(sql, " and {condition} ${}", values.len());
        };
        if let Some(client) = &self.client {
            only("w.client =", client.into());
        }
        if let Some(process) = &self.process {
            only("w.process =", process.into());
        }
        if let Some(severity) = &self.severity {
            only("w.severity =", word(severity)?.into());
        }
        for (word, rules) in [("in", &self.rules), ("not in", &self.not_rules)] {
            if rules.is_empty() {
                continue;
            }
            let mut names = Vec::with_capacity(rules.len());
            for rule in rules {
                values.push(rule.as_str().into());
                names.push(format!("${}", values.len()));
            }
            let _ = write!(sql, " and w.rule {word} ({})", names.join(", "));
        }
        match self.acknowledged {
            Some(true) => sql.push_str(" and w.acknowledged_at is not null"),
            Some(false) => sql.push_str(" and w.acknowledged_at is null"),
            None => {}
        }
        if !self.cleared_too {
            sql.push_str(" and w.cleared_at is null");
        }
        Ok(())
    }
}

fn place(warning: &Warning) -> String {
    let at = warning.raised_at.as_millisecond();
    format!("{at}~{}~{}", warning.id, warning.raised.client)
}

fn read_place(place: &str) -> Result<(i64, &str, &str), Error> {
    let read = || {
        let (at, rest) = place.split_once('~')?;
        let (id, client) = rest.split_once('~')?;
        Some((at.parse().ok()?, client, id))
    };
    read().ok_or_else(|| Error::unreadable("a place in a list", place))
}

pub(crate) fn warning_row(row: &Row) -> Result<Warning, Error> {
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
        process: row.id_or_none("process")?,
        asset: row.id_or_none("asset")?,
        owner: row.text("owner")?,
        firing: row.count("firing")?,
        raised_at: row.at("raised_at")?,
        acknowledged_at: row.at_or_none("acknowledged_at")?,
        acknowledged_by: row.id_or_none("acknowledged_by")?,
        acknowledged_word: row.text_or_none("acknowledged_word")?,
        cleared_at: row.at_or_none("cleared_at")?,
        cleared_by: row.id_or_none("cleared_by")?,
        cleared_word: row.text_or_none("cleared_word")?,
        gone_since: row.at_or_none("gone_since")?,
        rungs: Rungs(row.count("rungs")?),
    })
}
