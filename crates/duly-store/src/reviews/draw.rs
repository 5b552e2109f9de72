//! Closing a month and writing down its draw: each once, whoever tries how often.

use duly_core::entry::{EntryDraft, Seen};
use duly_core::id::{ClientId, DutyId, PersonId};
use duly_core::review::document::{CLOSE, Close, DRAW, Draw};
use duly_core::review::reviewer::Assigned;
use jiff::Timestamp;

use super::material;
use crate::clients::Made;
use crate::database::value::{args, word};
use crate::error::{Error, at_most};
use crate::log::append::signed;
use crate::store::Store;
use crate::transaction::Transaction;
use crate::writer::Lane;
use crate::{notices, tellings};

/// Most tickets drawn from one month: with ten minutes each, a year of one reviewer's work.
pub const DRAWN_MAX: usize = 10_000;

/// What became of closing a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MonthClosed {
    /// It is closed now.
    Closed,
    /// It was closed before.
    Already,
    /// A ticket of it has ended or was finished meanwhile, or one is open; look again.
    Changed,
}

/// A draw to be written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDraw {
    /// Whose.
    pub client: ClientId,
    /// The draw, with what was cut.
    pub draw: Draw,
    /// Who looks at what of it, in its order.
    pub assigned: Vec<Assigned>,
    /// By when.
    pub due_at: Timestamp,
}

impl Store {
    /// Closes a month of a process: the entry commits to which tickets were finished. Closing it
    /// again changes nothing.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn close_review_month(
        &self,
        client: &ClientId,
        close: Close,
        now: Timestamp,
    ) -> Result<MonthClosed, Error> {
        let input = (client.clone(), close, now);
        self.write(Lane::Bulk, input, |tx, (client, close, now)| {
            Box::pin(close_month(tx, client, close, *now))
        })
        .await
    }

    /// Writes down the draw of a closed month with its reviews; a second one is not written.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuch`] when the month was never closed, [`Error::TooMuch`] when more than
    /// [`DRAWN_MAX`] are drawn.
    pub async fn record_review_draw(&self, draw: NewDraw, now: Timestamp) -> Result<Made, Error> {
        at_most(
            "tickets drawn from a month",
            draw.draw.drawn.len(),
            DRAWN_MAX,
        )?;
        self.write(Lane::Bulk, (draw, now), |tx, (draw, now)| {
            Box::pin(record(tx, draw, *now))
        })
        .await
    }
}

async fn close_month(
    tx: &mut Transaction,
    client: &ClientId,
    close: &Close,
    now: Timestamp,
) -> Result<MonthClosed, Error> {
    let at = tx.at(client, now).await?;
    let head = tx.head(client).await?;
    let (process, period) = (&close.process, close.period);
    let before = tx
        .rows()
        .first(
            "select close_idx from review_draw \
             where client = $1 and process = $2 and period = $3",
            args![client, process, period.to_string()],
        )
        .await?;
    if before.is_some() {
        return Ok(MonthClosed::Already);
    }
    let open = tx
        .rows()
        .first(
            "select ticket from ticket where client = $1 and process = $2 and slot >= $3 \
             and slot <= $4 and outcome = 'open' limit 1",
            args![client, process, period.first(), period.last()],
        )
        .await?;
    let (lot, _) = material::lot(tx.rows(), client, process, period, head.size).await?;
    let is_same = lot.size() == close.lot && lot.root().to_hex() == close.lot_root;
    if open.is_some() || !is_same {
        return Ok(MonthClosed::Changed);
    }
    let draft = EntryDraft::new(CLOSE).with_field("close", close)?;
    let appended = tx.append(client, draft, now).await?;
    let head = tx.head(client).await?;
    tx.rows()
        .run(
            "insert into review_draw(client, process, period, close_idx, close_root, closed_at) \
             values ($1, $2, $3, $4, $5, $6)",
            args![
                client,
                process,
                period.to_string(),
                signed(appended.index)?,
                head.root,
                at,
            ],
        )
        .await?;
    Ok(MonthClosed::Closed)
}

async fn record(tx: &mut Transaction, new: &NewDraw, now: Timestamp) -> Result<Made, Error> {
    let (client, draw) = (&new.client, &new.draw);
    let at = tx.at(client, now).await?;
    let period = draw.period.to_string();
    let month = tx
        .rows()
        .first(
            "select close_idx, close_root, draw_idx from review_draw \
             where client = $1 and process = $2 and period = $3",
            args![client, &draw.process, period.as_str()],
        )
        .await?
        .ok_or_else(|| Error::no_such(client, "closed month", &period))?;
    if month.count_or_none("draw_idx")?.is_some() {
        return Ok(Made::Already);
    }
    let draft = EntryDraft {
        seen: Some(Seen {
            size: month.count("close_idx")? + 1,
            root: month.text("close_root")?,
        }),
        ..EntryDraft::new(DRAW).with_field("draw", draw)?
    };
    let appended = tx.append(client, draft, now).await?;
    tx.rows()
        .run(
            "update review_draw set draw_idx = $1, drawn_at = $2, document = $3 \
             where client = $4 and process = $5 and period = $6 and draw_idx is null",
            args![
                signed(appended.index)?,
                at,
                serde_json::to_string(draw)?,
                client,
                &draw.process,
                period.as_str(),
            ],
        )
        .await?;
    for (position, one) in (0_i64..).zip(&new.assigned) {
        insert(tx, new, &one.ticket, position, one, at).await?;
        notices::tell(tx, client, &tellings::drawn(client, one), now).await?;
    }
    Ok(Made::New)
}

async fn insert(
    tx: &mut Transaction,
    new: &NewDraw,
    ticket: &DutyId,
    position: i64,
    assigned: &Assigned,
    at: Timestamp,
) -> Result<(), Error> {
    let reviewer: Option<&PersonId> = assigned.reviewer.as_ref().map(|(person, _)| person);
    let stands_as = match &assigned.reviewer {
        Some((_, stands_as)) => Some(word(stands_as)?),
        None => None,
    };
    tx.rows()
        .run(
            "insert into review(client, ticket, process, period, position, reviewer, stands_as, \
             minutes, drawn_at, due_at, state, round, revision) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'owed', 1, 0)",
            args![
                &new.client,
                ticket,
                &new.draw.process,
                new.draw.period.to_string(),
                position,
                reviewer,
                stands_as,
                i64::from(new.draw.minutes),
                at,
                new.due_at,
            ],
        )
        .await?;
    Ok(())
}
