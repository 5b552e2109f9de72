//! What a draw follows from, read from the entries alone: which tickets of a month were finished,
//! whose hands were in them, and what reviewers said before.

use std::collections::{BTreeMap, BTreeSet};

use duly_core::entry::{Entry, kind};
use duly_core::id::{ClientId, DutyId, PersonId, ProcessId};
use duly_core::review::document::{AGREE, DISAGREE};
use duly_core::review::hands::{OF_WORK, finishes, hand};
use duly_core::review::lot::{Finished, Lot};
use duly_core::review::period::Period;
use duly_core::review::stage::{Stage, Verdict};

use crate::database::connection::Connection;
use crate::database::value::args;
use crate::error::Error;
use crate::log::append::signed;
use crate::store::Store;

/// What a draw follows from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewMaterial {
    /// The finished tickets of the month.
    pub lot: Lot,
    /// Whose hands were in each.
    pub hands: BTreeMap<DutyId, Vec<PersonId>>,
    /// How strict inspection is.
    pub stage: Stage,
}

impl Store {
    /// What the draw of a month follows from, by the entries before an index.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn review_material(
        &self,
        client: &ClientId,
        process: &ProcessId,
        period: Period,
        before: u64,
    ) -> Result<ReviewMaterial, Error> {
        let mut rows = self.read().await?;
        let (lot, hands) = lot(&mut rows, client, process, period, before).await?;
        Ok(ReviewMaterial {
            lot,
            hands,
            stage: stage(&mut rows, client, process, before).await?,
        })
    }
}

/// The finished tickets of a month, and whose hands were in each.
pub(super) async fn lot(
    rows: &mut Connection,
    client: &ClientId,
    process: &ProcessId,
    period: Period,
    before: u64,
) -> Result<(Lot, BTreeMap<DutyId, Vec<PersonId>>), Error> {
    let [steps, evidence, rework] = OF_WORK.map(|beginning| format!("{beginning}%"));
    let found = rows
        .all(
            "select e.bytes from ticket t join entry e on e.client = t.client \
             and e.duty = t.ticket where t.client = $1 and t.process = $2 and t.slot >= $3 \
             and t.slot <= $4 and e.idx < $5 and (e.kind = $6 or e.kind = $7 or e.kind like $8 \
             or e.kind like $9 or e.kind like $10) order by e.idx",
            args![
                client,
                process,
                period.first(),
                period.last(),
                signed(before)?,
                kind::DUTY_CLOSE,
                kind::DUTY_AFTERWARDS,
                steps,
                evidence,
                rework,
            ],
        )
        .await?;
    let mut finished: BTreeMap<DutyId, Finished> = BTreeMap::new();
    let mut hands: BTreeMap<DutyId, Vec<PersonId>> = BTreeMap::new();
    for row in found {
        let entry = read(&row.bytes("bytes")?)?;
        let Some(ticket) = entry.duty.clone() else {
            continue;
        };
        let person = hand(&entry).cloned();
        if finishes(&entry) && !finished.contains_key(&ticket) {
            let technician = person.clone();
            let done = Finished {
                ticket: ticket.clone(),
                technician,
            };
            finished.insert(ticket.clone(), done);
        }
        let of_ticket = hands.entry(ticket).or_default();
        of_ticket.extend(person.filter(|person| !of_ticket.contains(person)));
    }
    Ok((Lot::new(finished.into_values().collect()), hands))
}

/// Whose hands were in one ticket, by all entries there are.
pub(super) async fn hands_in(
    rows: &mut Connection,
    client: &ClientId,
    ticket: &DutyId,
) -> Result<Vec<PersonId>, Error> {
    let found = rows
        .all(
            "select bytes from entry where client = $1 and duty = $2 order by idx",
            args![client, ticket],
        )
        .await?;
    let mut people = BTreeSet::new();
    for row in found {
        people.extend(hand(&read(&row.bytes("bytes")?)?).cloned());
    }
    Ok(people.into_iter().collect())
}

/// How strict inspection of a process was before an index.
async fn stage(
    rows: &mut Connection,
    client: &ClientId,
    process: &ProcessId,
    before: u64,
) -> Result<Stage, Error> {
    let found = rows
        .all(
            "select e.duty, e.kind from entry e join ticket t on t.client = e.client \
             and t.ticket = e.duty where e.client = $1 and t.process = $2 and e.idx < $3 \
             and (e.kind = $4 or e.kind = $5) order by e.idx",
            args![client, process, signed(before)?, AGREE, DISAGREE],
        )
        .await?;
    let mut seen = BTreeSet::new();
    let mut verdicts = Vec::with_capacity(found.len());
    for row in found {
        let is_first = seen.insert(row.text("duty")?);
        verdicts.push(match (row.text("kind")? == AGREE, is_first) {
            (false, _) => Verdict::Disagreed,
            (true, true) => Verdict::Agreed,
            (true, false) => Verdict::AgreedAfterRework,
        });
    }
    Ok(Stage::of(verdicts))
}

fn read(bytes: &[u8]) -> Result<Entry, Error> {
    Entry::parse(bytes).map_err(|error| Error::unreadable("an entry", error))
}
