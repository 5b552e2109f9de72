//! Closing the months that are over, and drawing from them once a checkpoint covers the closing.

use std::collections::{BTreeMap, BTreeSet};

use duly_core::accounts::Outcome;
use duly_core::id::{ClientId, DutyId, PersonId, ProcessId};
use duly_core::permit::{Action, Role, Thing, may};
use duly_core::process::SpotCheck;
use duly_core::review::document::{Close, Draw};
use duly_core::review::month::{months as by_month, spot_check};
use duly_core::review::period::Period;
use duly_core::review::reviewer::{As, Candidate, assign};
use duly_core::schedule::duties::{Duty, Published, duties};
use duly_core::scope::Client;
use duly_proof::hash::Hash;
use duly_store::{MonthClosed, NewDraw, Person, ReviewMonth, Store, TicketFilter};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::due_at;
use crate::error::WorkError;
use crate::lists;
use crate::open_due::first_day;
use crate::publish::today;

/// A month of a process that asks for a spot check, with its duties.
struct Month<'a> {
    process: &'a ProcessId,
    period: Period,
    duties: Vec<&'a Duty>,
    check: &'a SpotCheck,
}

/// Closes and draws what is over and was not closed or drawn; how many of each.
///
/// # Errors
///
/// When duties cannot be computed or the store fails.
pub async fn months(
    store: &Store,
    published: &Published,
    now: Timestamp,
) -> Result<(usize, usize), WorkError> {
    let client = &published.client.id;
    let present = Period::of(today(&published.client.tz, now)?);
    let Some(first) = first_day(published) else {
        return Ok((0, 0));
    };
    let Ok(last) = present.first().yesterday() else {
        return Ok((0, 0));
    };
    let all = duties(published, first, last)?;
    let checked = by_month(&all);
    let checked: Vec<Month<'_>> = checked
        .into_iter()
        .filter_map(|((process, period), duties)| {
            let check = spot_check(&published.processes, &duties)?;
            Some(Month {
                process,
                period,
                duties,
                check,
            })
        })
        .collect();
    let known: BTreeSet<(ProcessId, Period)> = lists::review_months(store, client)
        .await?
        .into_iter()
        .map(|month| (month.process, month.period))
        .collect();
    let mut closed = 0;
    for month in &checked {
        if !known.contains(&(month.process.clone(), month.period)) {
            closed += usize::from(close(store, client, month, now).await?);
        }
    }
    if closed > 0 {
        store.release_checkpoints(now).await?;
    }
    let drawn = draw_all(store, published, &checked, now).await?;
    Ok((closed, drawn))
}

/// Closes a month if every one of its duties has ended and something was finished in it.
async fn close(
    store: &Store,
    client: &ClientId,
    month: &Month<'_>,
    now: Timestamp,
) -> Result<bool, WorkError> {
    let filter = TicketFilter {
        client: Some(client.clone()),
        process: Some(month.process.clone()),
        slot_from: Some(month.period.first()),
        slot_to: Some(month.period.last()),
        ..TicketFilter::default()
    };
    let tickets = lists::tickets(store, &filter).await?;
    let ended: BTreeSet<&DutyId> = tickets
        .iter()
        .filter(|ticket| ticket.outcome != Outcome::Open)
        .map(|ticket| &ticket.id)
        .collect();
    if !month.duties.iter().all(|duty| ended.contains(&duty.id)) {
        return Ok(false);
    }
    let Some(head) = store.log_head(client).await? else {
        return Ok(false);
    };
    let material = store
        .review_material(client, month.process, month.period, head.size)
        .await?;
    if material.lot.size() == 0 {
        return Ok(false);
    }
    let close = Close {
        process: month.process.clone(),
        period: month.period,
        lot: material.lot.size(),
        lot_root: material.lot.root().to_hex(),
    };
    let closed = store.close_review_month(client, close, now).await?;
    Ok(closed == MonthClosed::Closed)
}

async fn draw_all(
    store: &Store,
    published: &Published,
    checked: &[Month<'_>],
    now: Timestamp,
) -> Result<usize, WorkError> {
    let client = &published.client.id;
    let mut drawn = 0;
    for closed in lists::review_months(store, client).await? {
        let month = checked
            .iter()
            .find(|month| *month.process == closed.process && month.period == closed.period);
        let Some(month) = month.filter(|_| closed.drawn.is_none()) else {
            continue;
        };
        // The seed counts once it can no longer be changed unseen.
        let covering = store.checkpoint_covering(client, closed.close_index);
        if covering.await?.is_some() {
            draw(store, published, month, &closed, now).await?;
            drawn += 1;
        }
    }
    if drawn > 0 {
        store.release_checkpoints(now).await?;
    }
    Ok(drawn)
}

async fn draw(
    store: &Store,
    published: &Published,
    month: &Month<'_>,
    closed: &ReviewMonth,
    now: Timestamp,
) -> Result<(), WorkError> {
    let client = &published.client.id;
    let (process, period) = (month.process, month.period);
    let root = Hash::from_hex(&closed.close_root)
        .ok_or_else(|| WorkError::Review(format!("the root of {process}, {period} is no hash")))?;
    let material = store
        .review_material(client, process, period, closed.close_index)
        .await?;
    let about = (process, period);
    let mut draw = Draw::of(
        &root,
        client,
        about,
        &material.lot,
        month.check,
        material.stage,
    );
    let seed = duly_core::review::draw::seed(&root, client, process, period);
    let hands = |ticket: &DutyId| material.hands.get(ticket).cloned().unwrap_or_default();
    let candidates = candidates(store, client, now).await?;
    let assigned = assign(&seed, &draw.drawn, hands, &candidates, draw.minutes);
    let cut = draw.drawn.len().saturating_sub(assigned.len());
    draw.cut = u32::try_from(cut).unwrap_or(u32::MAX);
    let new = NewDraw {
        client: client.clone(),
        due_at: due_at(published, month.check.due_business_days(), now)?,
        assigned,
        draw,
    };
    store.record_review_draw(new, now).await?;
    Ok(())
}

/// Who may review work of a client, and how many minutes this week leaves each.
async fn candidates(
    store: &Store,
    client: &ClientId,
    now: Timestamp,
) -> Result<Vec<Candidate>, WorkError> {
    let provider = ClientId::from(Client::PROVIDER);
    let budget = store.review_budget(&provider).await?;
    let since = week_began(store, &provider, now).await?;
    let spent: BTreeMap<PersonId, u32> = store.review_minutes_since(since).await?;
    let mut people = lists::people_of(store, &provider).await?;
    if *client != provider {
        people.extend(lists::people_of(store, client).await?);
    }
    let may_review = |person: &&Person| {
        let who = person.who(now);
        person.removed_at.is_none() && may(who, Action::Review, Thing::Client(client)).is_ok()
    };
    let candidate = |person: &Person| {
        let minutes = spent.get(&person.id).copied().unwrap_or(0);
        Some(Candidate {
            person: person.id.clone(),
            stands_as: stands_as(person)?,
            minutes_left: budget.saturating_sub(minutes),
        })
    };
    Ok(people
        .iter()
        .filter(may_review)
        .filter_map(candidate)
        .collect())
}

/// As what somebody reviews: the first of their roles that can.
fn stands_as(person: &Person) -> Option<As> {
    let order = [
        (Role::Manager, As::Manager),
        (Role::Technician, As::Technician),
        (Role::Executive, As::Executive),
        (Role::Owner, As::Owner),
    ];
    let found = order.iter().find(|(role, _)| person.roles.contains(role));
    found.map(|(_, stands_as)| *stands_as)
}

/// Midnight of this week's Monday, where the provider is.
async fn week_began(
    store: &Store,
    provider: &ClientId,
    now: Timestamp,
) -> Result<Timestamp, WorkError> {
    let row = store.client(provider).await?;
    let zone = row.and_then(|row| TimeZone::get(&row.scope.tz).ok());
    let zone = zone.unwrap_or(TimeZone::UTC);
    let local = now.to_zoned_datetime(zone.clone()).date();
    let days = i64::from(local.weekday().to_monday_zero_offset());
    let monday = local.saturating_sub(days.days());
    let began = monday.to_zoned_datetime(zone);
    Ok(began.map_or(now, |began| began.timestamp()))
}
