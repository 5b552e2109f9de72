//! Counts months: each night those that are not final, as far back as is looked at.

use std::collections::BTreeMap;

use duly_core::id::ClientId;
use duly_core::measure::reading::read;
use duly_core::oversight::report::{Counted, MONTHS, Report};
use duly_core::review::period::Period;
use duly_core::schedule::calendar::Calendar;
use duly_core::schedule::duties::Published;
use duly_declare::calendars;
use duly_store::{CountedMonth, KeptMonth, MonthStage, Span, Store};
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::count::equation;
use crate::error::WorkError;
use crate::oversight::gather::{Desk, Month};
use crate::oversight::measures::measures;
use crate::oversight::report::report;
use crate::publish::today;

/// So many months up to one, oldest first, this one included.
#[must_use]
pub fn months(to: Period, number: u32) -> Vec<Period> {
    let back = i32::try_from(number).unwrap_or(i32::MAX) - 1;
    let first = Period::of(to.first().saturating_sub(back.months()));
    let following = |month: &Period| Some(month.next()).filter(|next| *next <= to);
    std::iter::successors(Some(first), following).collect()
}

/// Counts what is not final of a client's last months; how many became final.
///
/// # Errors
///
/// When its duties cannot be computed or the store fails; what was counted before stands.
pub async fn night(store: &Store, client: &ClientId, now: Timestamp) -> Result<usize, WorkError> {
    let Some(published) = store.published(client).await? else {
        return Err(WorkError::NoClient(client.clone()));
    };
    let Some(begun) = began(&published) else {
        return Ok(0);
    };
    let today = today(&published.client.tz, now)?;
    let all = months(Period::of(today), MONTHS);
    let (Some(first), Some(last)) = (all.first().copied(), all.last().copied()) else {
        return Ok(0);
    };
    let kept: BTreeMap<Period, KeptMonth> = store
        .kept_months(client, first, last)
        .await?
        .into_iter()
        .map(|month| (month.month, month))
        .collect();
    let mut made_final = 0;
    for month in all.into_iter().filter(|month| month.last() >= begun) {
        if kept.get(&month).is_some_and(|kept| kept.entry.is_some()) {
            continue;
        }
        let counted = count(store, &published, month, now).await?;
        let is_final = month.is_over_on(today) && counted.equation.open == 0;
        made_final += usize::from(is_final);
        // Only of the newest months is there anything to tell: of a month that was over long
        // before anybody counted it, nobody wants a message.
        let report = if month.next() >= last {
            Some(report(store, client, month, now).await?)
        } else {
            None
        };
        let summary = report.as_ref().map(Report::summary);
        let stage = match is_final {
            true => MonthStage::Over(report.map(Box::new)),
            false => MonthStage::Running,
        };
        store.keep_month(counted, stage, now).await?;
        if let Some(summary) = summary {
            store.summarize_month(client, month, summary).await?;
        }
    }
    Ok(made_final)
}

/// Counts one month as it stands.
///
/// # Errors
///
/// When its duties cannot be computed or the store fails.
pub async fn count(
    store: &Store,
    published: &Published,
    month: Period,
    now: Timestamp,
) -> Result<CountedMonth, WorkError> {
    let client = &published.client.id;
    let zone = zone(&published.client.tz)?;
    let today = today(&published.client.tz, now)?;
    let to = month.last().min(today).max(month.first());
    let (measures, unknown) = measures(published, to);
    for problem in unknown {
        tracing::warn!(%client, problem, "a measure is left out");
    }
    let span = Span {
        from: month.first(),
        to,
        begins_at: begin_of(month.first(), &zone, now),
        ends_at: begin_of(to.saturating_add(1.day()), &zone, now).min(now),
    };
    let calendar = calendar(published)?;
    let desk = Desk { calendar, zone };
    let rows = Month::read(store, client, span, &measures).await?;
    let readings = measures
        .iter()
        .map(|measure| {
            let facts = rows.facts(measure, published, &desk);
            (
                measure.key.clone(),
                read(&measure.definition, &facts, month),
            )
        })
        .collect();
    Ok(CountedMonth {
        client: client.clone(),
        month,
        equation: Counted::from(equation(store, client, month.first(), to, now).await?),
        readings,
    })
}

/// The day from which anything could be due.
fn began(published: &Published) -> Option<Date> {
    let begun = published.processes.iter();
    begun.map(|version| version.process.effective).min()
}

fn zone(tz: &str) -> Result<TimeZone, WorkError> {
    TimeZone::get(tz).map_err(|_| WorkError::UnknownZone(tz.to_owned()))
}

fn calendar(published: &Published) -> Result<&Calendar, WorkError> {
    let name = &published.client.calendar;
    published
        .calendars
        .get(name)
        .or_else(|| calendars::calendar(name))
        .ok_or_else(|| WorkError::UnknownCalendar(name.clone()))
}

fn begin_of(day: Date, zone: &TimeZone, now: Timestamp) -> Timestamp {
    let begin = day
        .to_datetime(Time::midnight())
        .to_zoned_datetime(zone.clone());
    begin.map_or(now, |begin| begin.timestamp())
}
