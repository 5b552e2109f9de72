//! The work: each ticket as its entry opened it and ended as its entry says, with the steps of its
//! process version; each run with its two entries.

use std::collections::BTreeMap;

use duly_core::accounts::Outcome;
use duly_core::id::{AssetId, ClientId, DutyId, ProcessId, RunId};
use duly_core::process::Process;
use duly_core::schedule::duties::Duty;
use duly_core::verdict::Verdict;

use super::Fsck;
use super::chain::{Told, ToldDuty};
use crate::database::connection::Connection;
use crate::database::value::{Row, args};
use crate::error::Error;

/// Rows read at a time.
const ROWS_AT_A_TIME: i64 = 5_000;

pub(super) async fn check(
    rows: &mut Connection,
    client: &ClientId,
    told: &Told,
    report: &mut Fsck,
) -> Result<(), Error> {
    tickets(rows, client, told, report).await?;
    runs(rows, client, told, report).await
}

async fn tickets(
    rows: &mut Connection,
    client: &ClientId,
    told: &Told,
    report: &mut Fsck,
) -> Result<(), Error> {
    let checklists = checklists(rows, client).await?;
    let mut unseen: BTreeMap<&DutyId, &ToldDuty> = told.duties.iter().collect();
    let mut after = String::new();
    loop {
        let page = rows
            .all(
                "select ticket, process, version, asset, slot, opens_at, due_at, missed_at, \
                 outcome, verdict, ended_at, afterwards_at from ticket \
                 where client = $1 and ticket > $2 order by ticket limit $3",
                args![client, after.as_str(), ROWS_AT_A_TIME],
            )
            .await?;
        let Some(last) = page.last() else { break };
        let until = last.text("ticket")?;
        let mut steps = steps(rows, client, &after, &until).await?;
        for row in &page {
            report.tickets += 1;
            let duty = duty_of(row, client)?;
            let place = format!("client {client}, ticket {}", duty.id);
            let version = (duty.process.clone(), duty.version.clone());
            let found = steps.remove(&duty.id).unwrap_or_default();
            if checklists.get(&version) != Some(&found) {
                let message = "its steps are not those of its process version";
                report.find("steps-differ", &place, message);
            }
            match unseen.remove(&duty.id) {
                Some(entries) => ticket(row, &duty, entries, &place, report)?,
                None => report.find("ticket-without-entry", place, "no entry opened it"),
            }
        }
        after = until;
    }
    for duty in unseen.into_keys() {
        let place = format!("client {client}, ticket {duty}");
        report.find(
            "ticket-missing",
            place,
            "entries tell of it, but its row is missing",
        );
    }
    Ok(())
}

/// One ticket against its entries.
fn ticket(
    row: &Row,
    duty: &Duty,
    entries: &ToldDuty,
    place: &str,
    report: &mut Fsck,
) -> Result<(), Error> {
    match entries.opened.as_slice() {
        [] => report.find("ticket-without-entry", place, "no entry opened it"),
        [Some(text)] => {
            if serde_json::from_str::<Duty>(text).ok().as_ref() != Some(duty) {
                let message = "slot, times or version are not those of its entry";
                report.find("ticket-differs", place, message);
            }
        }
        [None] => {}
        many => report.find(
            "entry-doubled",
            place,
            format!("{} entries opened it", many.len()),
        ),
    }
    let outcome: Outcome = row.word("outcome")?;
    let verdict: Option<Verdict> = row.word_or_none("verdict")?;
    let ended_at = row.at_or_none("ended_at")?;
    let afterwards_at = row.at_or_none("afterwards_at")?;
    let agrees = match entries.ended.as_slice() {
        [] => outcome == Outcome::Open && ended_at.is_none(),
        [(told, found, at)] => {
            let same_verdict = outcome == Outcome::Missed || *found == verdict;
            *told == outcome && Some(*at) == ended_at && same_verdict
        }
        _ => false,
    };
    if !agrees {
        let told: Vec<&str> = entries.ended.iter().map(|(told, ..)| told.word()).collect();
        let told = if told.is_empty() {
            "nothing".to_owned()
        } else {
            told.join(" and ")
        };
        let message = format!("the row says {}, the entries say {told}", outcome.word());
        report.find("outcome-differs", place, message);
    }
    let agrees = match entries.afterwards.as_slice() {
        [] => afterwards_at.is_none(),
        [(found, at)] => afterwards_at == Some(*at) && *found == verdict,
        _ => false,
    };
    if !agrees {
        let message = "row and entries differ on whether it was done afterwards";
        report.find("outcome-differs", place, message);
    }
    Ok(())
}

fn duty_of(row: &Row, client: &ClientId) -> Result<Duty, Error> {
    let asset: Option<AssetId> = row.id_or_none("asset")?;
    Ok(Duty {
        id: row.id("ticket")?,
        client: client.clone(),
        process: row.id("process")?,
        version: row.text("version")?,
        asset,
        slot: row.date("slot")?,
        opens_at: row.at("opens_at")?,
        due_at: row.at("due_at")?,
        missed_at: row.at("missed_at")?,
    })
}

/// The step ids of every process version, in order.
async fn checklists(
    rows: &mut Connection,
    client: &ClientId,
) -> Result<BTreeMap<(ProcessId, String), Vec<String>>, Error> {
    let found = rows
        .all(
            "select process, version, document from process where client = $1",
            args![client],
        )
        .await?;
    let mut checklists = BTreeMap::new();
    for row in found {
        let process: Process = row.json("document")?;
        let steps = process.checklist.into_iter().map(|step| step.id.0);
        checklists.insert((row.id("process")?, row.text("version")?), steps.collect());
    }
    Ok(checklists)
}

/// The steps of the tickets after one and up to another, in order.
async fn steps(
    rows: &mut Connection,
    client: &ClientId,
    after: &str,
    until: &str,
) -> Result<BTreeMap<DutyId, Vec<String>>, Error> {
    let found = rows
        .all(
            "select ticket, step from step where client = $1 and ticket > $2 and ticket <= $3 \
             order by ticket, position",
            args![client, after, until],
        )
        .await?;
    let mut steps: BTreeMap<DutyId, Vec<String>> = BTreeMap::new();
    for row in found {
        steps
            .entry(row.id("ticket")?)
            .or_default()
            .push(row.text("step")?);
    }
    Ok(steps)
}

async fn runs(
    rows: &mut Connection,
    client: &ClientId,
    told: &Told,
    report: &mut Fsck,
) -> Result<(), Error> {
    let mut unseen: BTreeMap<&RunId, _> = told.runs.iter().collect();
    let mut after = String::new();
    loop {
        let page = rows
            .all(
                "select run, start_idx, result_idx from run where client = $1 and run > $2 \
                 order by run limit $3",
                args![client, after.as_str(), ROWS_AT_A_TIME],
            )
            .await?;
        let Some(last) = page.last() else { break };
        after = last.text("run")?;
        for row in &page {
            let run: RunId = row.id("run")?;
            let held = (
                Some(row.count("start_idx")?),
                row.count_or_none("result_idx")?,
            );
            if unseen.remove(&run) != Some(&held) {
                let place = format!("client {client}, run {run}");
                let message = "row and entries differ on where it began and ended";
                report.find("run-differs", place, message);
            }
        }
    }
    for run in unseen.into_keys() {
        let place = format!("client {client}, run {run}");
        report.find(
            "run-missing",
            place,
            "entries tell of it, but its row is missing",
        );
    }
    Ok(())
}
