//! The control board in one verb: what is not cleared, counted by client, process and rule, and one
//! page of it, the worst first.
//!
//! It reads warnings only, never tickets: what is on the board was found when it happened, so the
//! board costs the same with two years of tickets as with two days.

use std::fmt::Write as _;
use std::sync::Arc;

use duly_core::id::{ClientId, ProcessId};
use jiff::civil::Date;
use sqlx::AssertSqlSafe;

use crate::database::value::{Value, args};
use crate::error::Error;
use crate::page::{Listed, Page};
use crate::store::Store;
use crate::warnings::{Warning, WarningFilter, warning_columns, warning_row};

/// How many of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoardCount {
    /// Whose.
    pub client: ClientId,
    /// Under which process.
    pub process: Option<ProcessId>,
    /// Of which rule.
    pub rule: String,
    /// How many are not cleared.
    pub number: u64,
    /// How many of these nobody took on.
    pub untaken: u64,
}

/// One warning with what it is about by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoardRow {
    /// The warning.
    pub warning: Warning,
    /// Name of the asset.
    pub asset_name: Option<String>,
    /// Nominal date of the ticket.
    pub slot: Option<Date>,
}

/// What the board shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Board {
    /// Counts over everything that the filter's client lets through, whatever else it asks for.
    pub counts: Vec<BoardCount>,
    /// One page of what the whole filter lets through.
    pub rows: Listed<BoardRow>,
}

/// The order of the board: the worst first, of these the oldest.
const ORDER: &str = "case w.severity when 'high' then 0 when 'medium' then 1 else 2 end";

impl Store {
    /// The board.
    ///
    /// # Errors
    ///
    /// When the database fails, or [`Page::after`] is not from such a list.
    pub async fn control_board(&self, filter: &WarningFilter, page: &Page) -> Result<Board, Error> {
        let mut rows = self.read().await?;
        let found = rows
            .all(
                "select w.client, w.process, w.rule, count(*) as number, \
                 count(*) - count(w.acknowledged_at) as untaken from warning w \
                 where w.cleared_at is null and ($1 is null or w.client = $1) \
                 group by w.client, w.process, w.rule order by w.client, w.process, w.rule",
                args![filter.client.as_ref()],
            )
            .await?;
        let mut counts = Vec::with_capacity(found.len());
        for row in &found {
            counts.push(BoardCount {
                client: row.id("client")?,
                process: row.id_or_none("process")?,
                rule: row.text("rule")?,
                number: row.count("number")?,
                untaken: row.count("untaken")?,
            });
        }
        let (sql, values) = statement(filter, page)?;
        // Put together from the texts in this file; what the caller gives is bound.
        let found = rows.all(AssertSqlSafe(Arc::new(sql)), values).await?;
        let mut shown = Vec::with_capacity(found.len());
        for row in &found {
            let slot = row.text_or_none("slot")?;
            shown.push(BoardRow {
                warning: warning_row(row)?,
                asset_name: row.text_or_none("asset_name")?,
                slot: slot.and_then(|slot| slot.parse().ok()),
            });
        }
        Ok(Board {
            counts,
            rows: Listed::cut(shown, page, place),
        })
    }
}

fn statement(filter: &WarningFilter, page: &Page) -> Result<(String, Vec<Value>), Error> {
    let mut sql = String::from(concat!(
        "select ",
        warning_columns!(),
        ", a.name as asset_name, t.slot as slot from warning w \
         left join asset a on a.client = w.client and a.asset = w.asset \
         left join ticket t on t.client = w.client and t.ticket = w.ticket where 1 = 1"
    ));
    let mut values = Vec::new();
    filter.conditions(&mut sql, &mut values)?;
    if let Some(after) = &page.after {
        let (rank, at, client, id) = read_place(after)?;
        values.extend([rank.into(), at.into(), client.into(), id.into()]);
        let last = values.len();
        let (rank, at, client) = (last - 3, last - 2, last - 1);
        // Writing to a string cannot fail.
        let _ = write!(
            sql,
            " and ({ORDER} > ${rank} or ({ORDER} = ${rank} and (w.raised_at > ${at} \
             or (w.raised_at = ${at} and (w.client > ${client} \
             or (w.client = ${client} and w.warning > ${last}))))))"
        );
    }
    values.push(page.fetch().into());
    let _ = write!(
        sql,
        " order by {ORDER}, w.raised_at, w.client, w.warning limit ${}",
        values.len()
    );
    Ok((sql, values))
}

fn place(row: &BoardRow) -> String {
    let warning = &row.warning;
    let rank = match warning.raised.severity {
        duly_core::process::Severity::High => 0,
        duly_core::process::Severity::Medium => 1,
        duly_core::process::Severity::Low => 2,
    };
    let at = warning.raised_at.as_millisecond();
    format!("{rank}~{at}~{}~{}", warning.id, warning.raised.client)
}

fn read_place(place: &str) -> Result<(i64, i64, &str, &str), Error> {
    let read = || {
        let mut parts = place.splitn(4, '~');
        let rank = parts.next()?.parse().ok()?;
        let at = parts.next()?.parse().ok()?;
        let id = parts.next()?;
        Some((rank, at, parts.next()?, id))
    };
    read().ok_or_else(|| Error::unreadable("a place in a list", place))
}
