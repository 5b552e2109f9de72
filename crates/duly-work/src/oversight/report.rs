//! Puts a client's month on one page: as data, for whoever shows it.

use std::collections::BTreeMap;

use duly_core::accounts::Outcome;
use duly_core::id::{AssetId, ClientId, ProcessId};
use duly_core::measure::reading::{Figure, Reading};
use duly_core::oversight::report::{
    Checkpoint, Counted, Doubts, EXPIRING_DAYS, Expiring, HISTORY_MONTHS, NamedDuty, Report, Row,
};
use duly_core::oversight::row;
use duly_core::oversight::sentence::sentence;
use duly_core::review::period::Period;
use duly_core::review::words::noticing;
use duly_core::schedule::duties::Published;
use duly_store::{CountedMonth, MeasureKey, Store, Ticket, TicketFilter};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::error::WorkError;
use crate::oversight::count::{count, months};
use crate::oversight::measures::{GOVERNANCE, measures};
use crate::publish::today;
use crate::watch::SOURCE_SILENT;
use crate::{coverage, lists};

/// The measure of oversight that says how much was checked again.
pub(super) const CHECKS_MADE: &str = "checks.made";

/// The report of a client's month as it stands now.
///
/// # Errors
///
/// When there is no such client, its duties cannot be computed, or the store fails.
pub async fn report(
    store: &Store,
    client: &ClientId,
    month: Period,
    now: Timestamp,
) -> Result<Report, WorkError> {
    let missing = || WorkError::NoClient(client.clone());
    let published = store.published(client).await?.ok_or_else(missing)?;
    let kept = store.client(client).await?.ok_or_else(missing)?;
    let (counted, is_final) = counted(store, &published, month, now).await?;
    let day = month.last().min(today(&published.client.tz, now)?);
    let (measures, _) = measures(&published, day);
    let past = past(store, client, month, &counted).await?;
    let starts = store.baselines(client).await?;
    let rows: Vec<Row> = measures
        .iter()
        .map(|measure| {
            let readings = past.get(&measure.key).cloned().unwrap_or_default();
            let starts = starts.get(&measure.key).map_or(&[][..], Vec::as_slice);
            let process = measure.key.process.as_str();
            row::row(process, &measure.definition, readings, starts)
        })
        .collect();
    let rows = row::in_order(rows);
    let uncovered = coverage::uncovered(store, client, now).await?.gaps;
    let uncovered: Vec<String> = uncovered.into_iter().map(|gap| gap.words).collect();
    let (first, rest) = sentence(&counted.equation, &rows, uncovered.len());
    let checkpoint = store.last_checkpoint(client).await?;
    let names = Names::read(store, &published).await?;
    Ok(Report {
        provider: provider_name(store).await?,
        client: client.to_string(),
        client_name: kept.name,
        month,
        is_final,
        made_at: now,
        sentence: first,
        rest,
        equation: counted.equation,
        strongest: row::strongest(&rows),
        missed: duties(store, client, month, Outcome::Missed, &names).await?,
        waived: duties(store, client, month, Outcome::Waived, &names).await?,
        expiring: expiring(store, client, month, &published, now).await?,
        doubts: doubts(store, client, &counted, &rows).await?,
        checkpoint: checkpoint.map(|signed| Checkpoint {
            origin: kept.origin,
            size: signed.size,
            // As the note bears it: the third line of a checkpoint.
            root: signed.note.lines().nth(2).unwrap_or_default().to_owned(),
        }),
        measures: rows,
        uncovered,
    })
}

/// The month as kept, or as it stands where it is not final.
async fn counted(
    store: &Store,
    published: &Published,
    month: Period,
    now: Timestamp,
) -> Result<(CountedMonth, bool), WorkError> {
    let client = &published.client.id;
    let kept = store.kept_months(client, month, month).await?;
    let kept = kept.first().filter(|kept| kept.entry.is_some());
    let Some(kept) = kept else {
        return Ok((count(store, published, month, now).await?, false));
    };
    let readings = store.readings(client, month, month).await?.into_iter();
    let readings = readings.filter_map(|(key, row)| Some((key, row.into_iter().next()?)));
    let counted = CountedMonth {
        client: client.clone(),
        month,
        equation: kept.equation,
        readings: readings.collect(),
    };
    Ok((counted, true))
}

/// The readings of the months up to this one: from the first that was ever counted on, a month of
/// which a measure has none is a gap.
async fn past(
    store: &Store,
    client: &ClientId,
    month: Period,
    newest: &CountedMonth,
) -> Result<BTreeMap<MeasureKey, Vec<Reading>>, WorkError> {
    let mut all = months(month, HISTORY_MONTHS);
    let first = all.first().copied().unwrap_or(month);
    let kept = store.readings(client, first, month).await?;
    let begun = kept.values().flatten().map(|reading| reading.month).min();
    let begun = begun.unwrap_or(month);
    all.retain(|month| *month >= begun);
    let mut past = BTreeMap::new();
    for (key, reading) in &newest.readings {
        let known = kept.get(key).map_or(&[][..], Vec::as_slice);
        let known: BTreeMap<Period, &Reading> = known
            .iter()
            .map(|reading| (reading.month, reading))
            .collect();
        let row = all.iter().map(|one| match known.get(one) {
            _ if *one == month => reading.clone(),
            Some(reading) => (*reading).clone(),
            None => Reading {
                month: *one,
                figure: Figure::NotCounted,
                not_evaluated: 0,
                between: None,
            },
        });
        past.insert(key.clone(), row.collect());
    }
    Ok(past)
}

/// What things are called.
struct Names {
    assets: BTreeMap<AssetId, String>,
    processes: BTreeMap<ProcessId, String>,
    exceptions: BTreeMap<String, String>,
    zone: TimeZone,
}

impl Names {
    async fn read(store: &Store, published: &Published) -> Result<Self, WorkError> {
        let client = &published.client.id;
        let tz = &published.client.tz;
        let assets = lists::assets(store, client).await?.into_iter();
        let exceptions = lists::exceptions(store, client).await?.into_iter();
        let processes = published.processes.iter().map(|version| &version.process);
        Ok(Self {
            assets: assets.map(|row| (row.scope.id, row.name)).collect(),
            processes: processes
                .map(|process| (process.process.clone(), process.title.clone()))
                .collect(),
            exceptions: exceptions.map(|row| (row.id, row.ask.reason)).collect(),
            zone: TimeZone::get(tz).map_err(|_| WorkError::UnknownZone(tz.clone()))?,
        })
    }

    fn duty(&self, ticket: &Ticket) -> NamedDuty {
        let title = self.processes.get(&ticket.process);
        let asset = ticket.asset.as_ref();
        let word = match (ticket.outcome, ticket.afterwards_at) {
            (Outcome::Waived, _) => {
                let reason = ticket.exception.as_ref();
                let reason = reason.and_then(|id| self.exceptions.get(id));
                reason.cloned().unwrap_or_default()
            }
            (_, Some(at)) => {
                let day = self.zone.to_datetime(at).date();
                format!("done afterwards on {}", day.strftime("%-d %B %Y"))
            }
            (_, None) => "still owed".to_owned(),
        };
        NamedDuty {
            ticket: ticket.id.to_string(),
            title: title.map_or_else(|| ticket.process.to_string(), Clone::clone),
            asset: asset.and_then(|asset| self.assets.get(asset).cloned()),
            slot: ticket.slot,
            word,
        }
    }
}

async fn duties(
    store: &Store,
    client: &ClientId,
    month: Period,
    outcome: Outcome,
    names: &Names,
) -> Result<Vec<NamedDuty>, WorkError> {
    let filter = TicketFilter {
        client: Some(client.clone()),
        outcome: Some(outcome),
        slot_from: Some(month.first()),
        slot_to: Some(month.last()),
        ..TicketFilter::default()
    };
    let tickets = lists::tickets(store, &filter).await?;
    Ok(tickets.iter().map(|ticket| names.duty(ticket)).collect())
}

async fn expiring(
    store: &Store,
    client: &ClientId,
    month: Period,
    published: &Published,
    now: Timestamp,
) -> Result<Vec<Expiring>, WorkError> {
    let from = month.last().min(today(&published.client.tz, now)?);
    let to = from.saturating_add(EXPIRING_DAYS.days());
    let rows = lists::exceptions(store, client).await?.into_iter();
    let ending = rows.filter(|row| {
        let ends = row.ask.to;
        row.is_in_force(ends) && row.ask.from <= from && (from..=to).contains(&ends)
    });
    let mut ending: Vec<Expiring> = ending
        .map(|row| Expiring {
            what: row
                .ask
                .process
                .as_ref()
                .map_or_else(|| "all work".to_owned(), ToString::to_string),
            exception: row.id,
            to: row.ask.to,
            reason: row.ask.reason,
        })
        .collect();
    ending.sort_by_key(|one| one.to);
    Ok(ending)
}

async fn doubts(
    store: &Store,
    client: &ClientId,
    counted: &CountedMonth,
    rows: &[Row],
) -> Result<Doubts, WorkError> {
    let key = MeasureKey {
        process: GOVERNANCE.into(),
        measure: CHECKS_MADE.to_owned(),
    };
    let checks = counted.readings.get(&key);
    let (checked, finished) = match checks.map(|reading| reading.figure) {
        Some(Figure::Ratio(ratio)) => (ratio.good, ratio.total),
        _ => (0, finished(&counted.equation)),
    };
    let silent = lists::warnings(store, client).await?.into_iter();
    let silent = silent.filter(|warning| warning.raised.rule == SOURCE_SILENT);
    let not_counted = rows.iter().filter(|row| row.figure == Figure::NotCounted);
    Ok(Doubts {
        silent: silent.map(|warning| warning.raised.message).collect(),
        not_evaluated: checks.map_or(0, |reading| reading.not_evaluated),
        finished,
        checked,
        power: noticing(narrow(finished), narrow(checked)),
        not_counted: not_counted.map(|row| row.title.clone()).collect(),
    })
}

fn finished(equation: &Counted) -> u64 {
    equation.done + equation.late
}

fn narrow(count: u64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

async fn provider_name(store: &Store) -> Result<String, WorkError> {
    let clients = lists::clients(store).await?;
    let provider = clients.into_iter().find(|client| client.provider);
    Ok(provider.map_or_else(String::new, |provider| provider.name))
}
