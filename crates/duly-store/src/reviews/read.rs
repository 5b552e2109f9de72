//! Reading months, reviews and looks.

use std::fmt::Write as _;
use std::sync::Arc;

use duly_core::id::{ClientId, DutyId, ProcessId};
use duly_core::review::document::Draw;
use duly_core::review::period::Period;
use jiff::Timestamp;
use sqlx::AssertSqlSafe;

use super::{Review, ReviewLook, ReviewMonth, ReviewState, Said};
use crate::database::connection::Connection;
use crate::database::value::{Row, Value, args};
use crate::error::Error;
use crate::page::{Listed, Page};
use crate::store::Store;

/// Which reviews; everything absent means all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReviewFilter {
    /// Of this client.
    pub client: Option<ClientId>,
    /// In this state.
    pub state: Option<ReviewState>,
    /// Due before this instant.
    pub due_before: Option<Timestamp>,
    /// Drawn from this month.
    pub month: Option<(ProcessId, Period)>,
}

const COLUMNS: &str = "client, ticket, process, period, position, reviewer, stands_as, minutes, \
                       drawn_at, due_at, state, round, revision";
const MONTH: &str = "select client, process, period, close_idx, close_root, closed_at, draw_idx, \
                     drawn_at, document from review_draw where client = $1 \
                     and (period < $2 or (period = $2 and process > $3)) \
                     order by period desc, process limit $4";
const ONE_MONTH: &str = "select client, process, period, close_idx, close_root, closed_at, \
                         draw_idx, drawn_at, document from review_draw \
                         where client = $1 and process = $2 and period = $3";
const ONE: &str = "select client, ticket, process, period, position, reviewer, stands_as, minutes, \
                   drawn_at, due_at, state, round, revision \
                   from review where client = $1 and ticket = $2";
const LOOKS: &str = "select client, ticket, round, person, opened_at, decided_at, agrees, words, \
                     steps from review_look where client = $1 and ticket = $2 \
                     order by round, opened_at, person";

/// A month later than any.
const AFTER_ALL_MONTHS: &str = "9999-99";

impl Store {
    /// The closed months of a client, the latest first.
    ///
    /// # Errors
    ///
    /// When the database fails, or [`Page::after`] is not from such a list.
    pub async fn review_months(
        &self,
        client: &ClientId,
        page: &Page,
    ) -> Result<Listed<ReviewMonth>, Error> {
        let (period, process) = match &page.after {
            Some(after) => after
                .split_once('~')
                .ok_or_else(|| Error::unreadable("a place in a list", after))?,
            None => (AFTER_ALL_MONTHS, ""),
        };
        let mut rows = self.read().await?;
        let values = args![client, period, process, page.fetch()];
        let found = rows.all(MONTH, values).await?;
        let months = found.iter().map(month_row).collect::<Result<_, _>>()?;
        Ok(Listed::cut(months, page, |month: &ReviewMonth| {
            format!("{}~{}", month.period, month.process)
        }))
    }

    /// One closed month of a process; none where it is not closed.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn review_month(
        &self,
        client: &ClientId,
        process: &ProcessId,
        period: Period,
    ) -> Result<Option<ReviewMonth>, Error> {
        let mut rows = self.read().await?;
        let values = args![client, process, period.to_string()];
        let found = rows.first(ONE_MONTH, values).await?;
        found.as_ref().map(month_row).transpose()
    }

    /// Reviews by filter, the one due first first.
    ///
    /// # Errors
    ///
    /// When the database fails, or [`Page::after`] is not from such a list.
    pub async fn reviews(
        &self,
        filter: &ReviewFilter,
        page: &Page,
    ) -> Result<Listed<Review>, Error> {
        let (sql, values) = filter.statement(page)?;
        let mut rows = self.read().await?;
        // Put together from the texts in this file; what the caller gives is bound.
        let found = rows.all(AssertSqlSafe(Arc::new(sql)), values).await?;
        let reviews = found.iter().map(review_row).collect::<Result<_, _>>()?;
        Ok(Listed::cut(reviews, page, |review: &Review| {
            let at = review.due_at.as_millisecond();
            format!("{at}~{}~{}", review.client, review.ticket)
        }))
    }

    /// One review; none where the ticket was not drawn.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn review(
        &self,
        client: &ClientId,
        ticket: &DutyId,
    ) -> Result<Option<Review>, Error> {
        let mut rows = self.read().await?;
        one(&mut rows, client, ticket).await
    }

    /// Everybody's looks at a drawn ticket, in their order. As many as people opened it.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn review_looks(
        &self,
        client: &ClientId,
        ticket: &DutyId,
    ) -> Result<Vec<ReviewLook>, Error> {
        let mut rows = self.read().await?;
        let found = rows.all(LOOKS, args![client, ticket]).await?;
        found.iter().map(look_row).collect()
    }

    /// What reviewers said from an instant on, at most a widest page of it, the latest first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn review_words_since(&self, since: Timestamp) -> Result<Vec<ReviewLook>, Error> {
        let mut rows = self.read().await?;
        let found = rows
            .all(
                "select client, ticket, round, person, opened_at, decided_at, agrees, words, \
                 steps from review_look where decided_at >= $1 \
                 order by decided_at desc, client, ticket limit $2",
                args![since, Page::widest().fetch()],
            )
            .await?;
        found.iter().map(look_row).collect()
    }
}

impl ReviewFilter {
    fn statement(&self, page: &Page) -> Result<(String, Vec<Value>), Error> {
        let mut sql = format!("select {COLUMNS} from review where 1 = 1");
        let mut values: Vec<Value> = Vec::new();
        let mut only = |condition: &str, value: Value| {
            values.push(value);
            // Writing to a string cannot fail.
            let _ = write!(sql, " and {condition} ${}", values.len());
        };
        if let Some(client) = &self.client {
            only("client =", client.into());
        }
        match self.state {
            // Spelled out so that the index of what is owed is used.
            Some(ReviewState::Owed) => only("state <> 'agreed' and state =", "owed".into()),
            Some(ReviewState::Rework) => only("state <> 'agreed' and state =", "rework".into()),
            Some(ReviewState::Agreed) => only("state =", "agreed".into()),
            None => {}
        }
        if let Some(due_before) = self.due_before {
            only("due_at <", due_before.into());
        }
        if let Some((process, period)) = &self.month {
            only("process =", process.into());
            only("period =", period.to_string().into());
        }
        if let Some(after) = &page.after {
            let (at, client, ticket) = place(after)?;
            values.extend(args![at, client, ticket]);
            let last = values.len();
            let (first, second) = (last - 2, last - 1);
            let _ = write!(
                sql,
                " and (due_at > ${first} or (due_at = ${first} and (client > ${second} \
                 or (client = ${second} and ticket > ${last}))))"
            );
        }
        values.push(page.fetch().into());
        let _ = write!(
            sql,
            " order by due_at, client, ticket limit ${}",
            values.len()
        );
        Ok((sql, values))
    }
}

fn place(after: &str) -> Result<(i64, String, String), Error> {
    let mut parts = after.splitn(3, '~');
    let at = parts.next().and_then(|at| at.parse().ok());
    match (at, parts.next(), parts.next()) {
        (Some(at), Some(client), Some(ticket)) => Ok((at, client.to_owned(), ticket.to_owned())),
        _ => Err(Error::unreadable("a place in a list", after)),
    }
}

pub(super) async fn one(
    rows: &mut Connection,
    client: &ClientId,
    ticket: &DutyId,
) -> Result<Option<Review>, Error> {
    let found = rows.first(ONE, args![client, ticket]).await?;
    found.as_ref().map(review_row).transpose()
}

fn period(row: &Row) -> Result<Period, Error> {
    let text = row.text("period")?;
    text.parse().map_err(|_| Error::unreadable("period", text))
}

fn month_row(row: &Row) -> Result<ReviewMonth, Error> {
    let index = row.count_or_none("draw_idx")?;
    let at = row.at_or_none("drawn_at")?;
    let draw = row.json_or_none::<Draw>("document")?;
    Ok(ReviewMonth {
        client: row.id("client")?,
        process: row.id("process")?,
        period: period(row)?,
        close_index: row.count("close_idx")?,
        close_root: row.text("close_root")?,
        closed_at: row.at("closed_at")?,
        drawn: index
            .zip(at)
            .zip(draw)
            .map(|((index, at), draw)| (index, at, draw)),
    })
}

fn review_row(row: &Row) -> Result<Review, Error> {
    let reviewer = row.id_or_none("reviewer")?;
    let stands_as = row.word_or_none("stands_as")?;
    let minutes = row.whole("minutes")?;
    Ok(Review {
        client: row.id("client")?,
        ticket: row.id("ticket")?,
        process: row.id("process")?,
        period: period(row)?,
        position: row.count("position")?,
        reviewer: reviewer.zip(stands_as),
        minutes: u32::try_from(minutes).map_err(|_| Error::unreadable("minutes", minutes))?,
        drawn_at: row.at("drawn_at")?,
        due_at: row.at("due_at")?,
        state: row.word("state")?,
        round: row.count("round")?,
        revision: row.count("revision")?,
    })
}

fn look_row(row: &Row) -> Result<ReviewLook, Error> {
    let said = match row.at_or_none("decided_at")? {
        Some(at) => Some(Said {
            at,
            agrees: row.truth("agrees")?,
            words: row.text("words")?,
            steps: row.json("steps")?,
        }),
        None => None,
    };
    Ok(ReviewLook {
        client: row.id("client")?,
        ticket: row.id("ticket")?,
        round: row.count("round")?,
        person: row.id("person")?,
        opened_at: row.at("opened_at")?,
        said,
    })
}
