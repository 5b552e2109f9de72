//! The transactions that ask for, decide on and withdraw an exception: row and entry together, each
//! holding what it changes against what the person saw.

use duly_core::entry::{EntryDraft, kind};
use duly_core::exception::{Ask, check};
use duly_core::id::{ClientId, PersonId};
use duly_core::scope::{Exception, Resume};
use jiff::Timestamp;

use super::{
    Asking, Deciding, Decision, EXCEPTION_ASK, EXCEPTION_REFUSE, EXCEPTION_WITHDRAW,
    ExceptionState, NewAsk, one,
};
use crate::clients::taken;
use crate::database::value::{args, word};
use crate::error::Error;
use crate::log::append::signed;
use crate::transaction::Transaction;
use crate::{notices, tellings};

pub(super) async fn ask_for(
    tx: &mut Transaction,
    new: &NewAsk,
    now: Timestamp,
) -> Result<Asking, Error> {
    let (client, ask) = (&new.client, &new.ask);
    let at = tx.at(client, now).await?;
    if let Some(known) = one(tx.rows(), client, &new.id).await? {
        return if known.ask == *ask {
            Ok(Asking::Already)
        } else {
            Err(taken("exception", &new.id))
        };
    }
    let problems = check(ask, new.today);
    if !problems.is_empty() {
        return Ok(Asking::Refused(problems));
    }
    exists(tx, client, ask).await?;
    let draft = EntryDraft {
        asset: ask.asset.clone(),
        person: Some(new.person.clone()),
        ..EntryDraft::new(EXCEPTION_ASK)
            .with_field("ask", &serde_json::json!({ "id": new.id, "ask": ask }))?
    };
    tx.append(client, draft, now).await?;
    insert(tx, client, &new.id, ask, at, Some(&new.person)).await?;
    notices::tell(tx, client, &tellings::asked(client, &new.id, ask), now).await?;
    Ok(Asking::Asked)
}

/// Whether what a wish is about is the client's.
async fn exists(tx: &mut Transaction, client: &ClientId, ask: &Ask) -> Result<(), Error> {
    if let Some(process) = &ask.process {
        let sql = "select process from process where client = $1 and process = $2";
        let found = tx.rows().first(sql, args![client, process]).await?;
        found.ok_or_else(|| Error::no_such(client, "process", process))?;
    }
    if let Some(asset) = &ask.asset {
        let sql = "select asset from asset where client = $1 and asset = $2";
        let found = tx.rows().first(sql, args![client, asset]).await?;
        found.ok_or_else(|| Error::no_such(client, "asset", asset))?;
    }
    Ok(())
}

async fn insert(
    tx: &mut Transaction,
    client: &ClientId,
    id: &str,
    ask: &Ask,
    at: Timestamp,
    person: Option<&PersonId>,
) -> Result<(), Error> {
    tx.rows()
        .run(
            "insert into exception_ask(client, exception, process, asset, first_slot, last_slot, \
             reason, measure, asked_at, asked_by, state) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'asked')",
            args![
                client,
                id,
                ask.process.as_ref(),
                ask.asset.as_ref(),
                ask.from,
                ask.to,
                ask.reason.as_str(),
                ask.measure.as_deref(),
                at,
                person,
            ],
        )
        .await?;
    Ok(())
}

pub(super) async fn decide(
    tx: &mut Transaction,
    decision: &Decision,
    now: Timestamp,
) -> Result<Deciding, Error> {
    let (client, id) = (&decision.client, decision.id.as_str());
    let at = tx.at(client, now).await?;
    let Some(asked) = one(tx.rows(), client, id).await? else {
        return Ok(Deciding::NoSuch);
    };
    if asked.state != ExceptionState::Asked {
        return Ok(Deciding::Already);
    }
    if asked.asked_by.as_ref() == Some(&decision.person) {
        return Ok(Deciding::OwnWish);
    }
    if asked.ask.to < decision.today && decision.grant.is_some() {
        return Ok(Deciding::Over);
    }
    if let Some(person) = &asked.asked_by {
        let is_granted = decision.grant.is_some();
        let notice = tellings::decided(client, id, is_granted, &decision.answer, person);
        notices::tell(tx, client, &notice, now).await?;
    }
    let Some(by) = decision.grant else {
        let told = serde_json::json!({ "id": id, "why": decision.answer });
        let draft = EntryDraft {
            asset: asked.ask.asset.clone(),
            person: Some(decision.person.clone()),
            ..EntryDraft::new(EXCEPTION_REFUSE).with_field("refusal", &told)?
        };
        tx.append(client, draft, now).await?;
        return mark(tx, decision, ExceptionState::Refused, at).await;
    };
    let exception = Exception {
        id: id.to_owned(),
        client: client.clone(),
        process: asked.ask.process,
        asset: asked.ask.asset,
        from: asked.ask.from,
        to: asked.ask.to,
        by,
        granted_at: at,
        reason: asked.ask.reason,
        resume: Some(Resume::AtOnce),
    };
    publish(tx, client, &exception, Some(&decision.person), now).await?;
    mark(tx, decision, ExceptionState::Granted, at).await
}

/// Marks what was decided; the state is what whoever decides saw.
async fn mark(
    tx: &mut Transaction,
    decision: &Decision,
    state: ExceptionState,
    at: Timestamp,
) -> Result<Deciding, Error> {
    let by = decision.grant.as_ref().map(word).transpose()?;
    let answer = Some(decision.answer.as_str()).filter(|answer| !answer.is_empty());
    tx.rows()
        .run(
            "update exception_ask set state = $1, waived_by = $2, decided_at = $3, \
             decided_by = $4, answer = $5 \
             where client = $6 and exception = $7 and state = 'asked'",
            args![
                word(&state)?,
                by,
                at,
                &decision.person,
                answer,
                &decision.client,
                decision.id.as_str(),
            ],
        )
        .await?;
    Ok(Deciding::Decided)
}

pub(super) async fn withdraw(
    tx: &mut Transaction,
    withdrawal: &Decision,
    now: Timestamp,
) -> Result<Deciding, Error> {
    let (client, id) = (&withdrawal.client, withdrawal.id.as_str());
    let at = tx.at(client, now).await?;
    let Some(known) = one(tx.rows(), client, id).await? else {
        return Ok(Deciding::NoSuch);
    };
    if known.state == ExceptionState::Granted && known.ask.to < withdrawal.today {
        return Ok(Deciding::Over);
    }
    let why = withdrawal.answer.as_str();
    let withdrawn = tx
        .rows()
        .run(
            "update exception_ask set withdrawn_at = $1, withdrawn_by = $2, withdrawal = $3 \
             where client = $4 and exception = $5 and state = 'granted' and withdrawn_at is null",
            args![at, &withdrawal.person, why, client, id],
        )
        .await?;
    if withdrawn == 0 {
        return Ok(Deciding::Already);
    }
    let told = serde_json::json!({ "id": id, "why": why });
    let draft = EntryDraft {
        asset: known.ask.asset,
        person: Some(withdrawal.person.clone()),
        ..EntryDraft::new(EXCEPTION_WITHDRAW).with_field("withdrawal", &told)?
    };
    tx.append(client, draft, now).await?;
    Ok(Deciding::Decided)
}

pub(super) async fn grant_unasked(
    tx: &mut Transaction,
    client: &ClientId,
    exception: &Exception,
    now: Timestamp,
) -> Result<Exception, Error> {
    let found = tx
        .rows()
        .first(
            "select document from exception where client = $1 and exception = $2",
            args![client, exception.id.as_str()],
        )
        .await?;
    if let Some(row) = found {
        let recorded: Exception = row.json("document")?;
        let same = Exception {
            granted_at: recorded.granted_at,
            ..exception.clone()
        } == recorded;
        return if same {
            Ok(recorded)
        } else {
            Err(taken("exception", &exception.id))
        };
    }
    let at = tx.at(client, now).await?;
    let recorded = Exception {
        granted_at: at,
        ..exception.clone()
    };
    let ask = Ask {
        process: recorded.process.clone(),
        asset: recorded.asset.clone(),
        from: recorded.from,
        to: recorded.to,
        reason: recorded.reason.clone(),
        measure: None,
    };
    insert(tx, client, &recorded.id, &ask, at, None).await?;
    publish(tx, client, &recorded, None, now).await?;
    tx.rows()
        .run(
            "update exception_ask set state = 'granted', waived_by = $1, decided_at = $2 \
             where client = $3 and exception = $4",
            args![word(&recorded.by)?, at, client, recorded.id.as_str()],
        )
        .await?;
    Ok(recorded)
}

/// Publishes a granted exception: its entry, and its document for the worker.
async fn publish(
    tx: &mut Transaction,
    client: &ClientId,
    exception: &Exception,
    person: Option<&PersonId>,
    now: Timestamp,
) -> Result<(), Error> {
    let draft = EntryDraft {
        asset: exception.asset.clone(),
        person: person.cloned(),
        ..EntryDraft::new(kind::EXCEPTION_GRANT).with_field("exception", exception)?
    };
    let appended = tx.append(client, draft, now).await?;
    tx.rows()
        .run(
            "insert into exception(client, exception, document, granted_at, idx) \
             values ($1, $2, $3, $4, $5)",
            args![
                client,
                exception.id.as_str(),
                serde_json::to_string(exception)?,
                appended.at,
                signed(appended.index)?,
            ],
        )
        .await?;
    Ok(())
}
