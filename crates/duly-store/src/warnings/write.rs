//! What is written when a single warning is raised, taken on or cleared: the row, the entry, and
//! what is to be told of it.

use duly_core::entry::EntryDraft;
use duly_core::id::{AssetId, ClientId, DutyId, ProcessId};
use jiff::Timestamp;

use super::settle::{insert, told_of};
use super::{Firing, NewWarning, OnWarning, WARNING_ACKNOWLEDGE, WARNING_CLEAR, WarningAct, id_of};
use crate::database::value::args;
use crate::error::Error;
use crate::tickets;
use crate::transaction::Transaction;

pub(crate) async fn raise(
    tx: &mut Transaction,
    warning: &NewWarning,
    now: Timestamp,
) -> Result<Option<String>, Error> {
    let client = &warning.client;
    let found = tx
        .rows()
        .first(
            "select count(*) as number, count(*) - count(cleared_at) as raised from warning \
             where client = $1 and rule = $2 and about = $3",
            args![client, warning.rule.as_str(), warning.about.as_str()],
        )
        .await?;
    let (number, raised) = match &found {
        Some(row) => (row.count("number")?, row.count("raised")?),
        None => (0, 0),
    };
    if raised > 0 {
        return Ok(None);
    }
    let (process, asset) = of_ticket(tx, client, warning.ticket.as_ref()).await?;
    let firing = Firing {
        warning: warning.clone(),
        source: None,
        process,
        asset,
        owner: "manager".to_owned(),
        number: number + 1,
    };
    let fresh = insert(tx, client, std::slice::from_ref(&firing), now).await?;
    told_of(tx, client, &fresh, now).await?;
    Ok((!fresh.is_empty()).then(|| id_of(warning, number + 1)))
}

/// The process and the asset of the ticket that a warning arose from.
async fn of_ticket(
    tx: &mut Transaction,
    client: &ClientId,
    ticket: Option<&DutyId>,
) -> Result<(Option<ProcessId>, Option<AssetId>), Error> {
    let Some(ticket) = ticket else {
        return Ok((None, None));
    };
    let found = tickets::one(tx.rows(), client, ticket).await?;
    Ok(found.map_or((None, None), |ticket| (Some(ticket.process), ticket.asset)))
}

pub(super) async fn acknowledge(
    tx: &mut Transaction,
    on: &OnWarning,
    now: Timestamp,
) -> Result<WarningAct, Error> {
    if on.word.trim().is_empty() {
        return Ok(WarningAct::NoWord);
    }
    let at = tx.at(&on.client, now).await?;
    let taken = tx
        .rows()
        .run(
            "update warning set acknowledged_at = $1, acknowledged_by = $2, \
             acknowledged_word = $3 where client = $4 and warning = $5 \
             and acknowledged_at is null and cleared_at is null",
            args![
                at,
                &on.person,
                on.word.as_str(),
                &on.client,
                on.warning.as_str()
            ],
        )
        .await?;
    if taken == 0 {
        return missed(tx, on).await;
    }
    tx.append(&on.client, draft(WARNING_ACKNOWLEDGE, on)?, now)
        .await?;
    Ok(WarningAct::Done)
}

pub(super) async fn settle_by_word(
    tx: &mut Transaction,
    on: &OnWarning,
    now: Timestamp,
) -> Result<WarningAct, Error> {
    if on.word.trim().is_empty() {
        return Ok(WarningAct::NoWord);
    }
    let at = tx.at(&on.client, now).await?;
    let cleared = tx
        .rows()
        .run(
            "update warning set cleared_at = $1, cleared_by = $2, cleared_word = $3 \
             where client = $4 and warning = $5 and cleared_at is null",
            args![
                at,
                &on.person,
                on.word.as_str(),
                &on.client,
                on.warning.as_str()
            ],
        )
        .await?;
    if cleared == 0 {
        return missed(tx, on).await;
    }
    tx.append(&on.client, draft(WARNING_CLEAR, on)?, now)
        .await?;
    Ok(WarningAct::Done)
}

/// Why nothing was changed.
async fn missed(tx: &mut Transaction, on: &OnWarning) -> Result<WarningAct, Error> {
    let found = tx
        .rows()
        .first(
            "select warning from warning where client = $1 and warning = $2",
            args![&on.client, on.warning.as_str()],
        )
        .await?;
    Ok(match found {
        Some(_) => WarningAct::Already,
        None => WarningAct::NoSuch,
    })
}

fn draft(kind: &str, on: &OnWarning) -> Result<EntryDraft, Error> {
    Ok(EntryDraft {
        person: Some(on.person.clone()),
        ..EntryDraft::new(kind)
            .with_field("warning", &on.warning)?
            .with_field("word", &on.word)?
    })
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
