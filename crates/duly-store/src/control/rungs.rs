//! Rungs of the ladder: a warning that nobody acknowledged reaches them one by one, each an entry
//! and a message.

use std::collections::BTreeMap;

use duly_core::entry::EntryDraft;
use duly_core::id::ClientId;
use duly_core::telling::Kind;
use jiff::Timestamp;

use crate::database::value::args;
use crate::error::Error;
use crate::log::append::signed;
use crate::silences;
use crate::store::Store;
use crate::transaction::Transaction;
use crate::warnings::telling::{self, Line};
use crate::warnings::{Rungs, WARNING_ESCALATE, Warning};
use crate::writer::Lane;

/// Rungs in one transaction, as for tickets.
const RUNGS_AT_A_TIME: usize = 448;

/// A rung that a warning has reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rung {
    /// The warning, as it was read.
    pub warning: Warning,
    /// Which rung of its ladder.
    pub place: usize,
    /// Who is told there.
    pub to: String,
}

impl Store {
    /// Records the rungs that warnings of a client have reached, and tells whom they name, one
    /// message each. A warning that was acknowledged, cleared or raised to that rung meanwhile is
    /// passed over. How many were reached.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn escalate_warnings(
        &self,
        client: &ClientId,
        rungs: &[Rung],
        now: Timestamp,
    ) -> Result<usize, Error> {
        let mut reached = 0;
        for chunk in rungs.chunks(RUNGS_AT_A_TIME) {
            let input = (client.clone(), chunk.to_vec(), now);
            reached += self
                .write(Lane::Bulk, input, |tx, (client, rungs, now)| {
                    Box::pin(escalate(tx, client, rungs, *now))
                })
                .await?;
        }
        Ok(reached)
    }
}

async fn escalate(
    tx: &mut Transaction,
    client: &ClientId,
    rungs: &[Rung],
    now: Timestamp,
) -> Result<usize, Error> {
    let silences = silences::in_force(tx.rows(), client, now).await?;
    let mut lines: BTreeMap<&str, Vec<Line>> = BTreeMap::new();
    let mut stand: BTreeMap<&str, Rungs> = BTreeMap::new();
    let mut reached = 0;
    for rung in rungs {
        let warning = &rung.warning;
        let before = stand
            .get(warning.id.as_str())
            .copied()
            .unwrap_or(warning.rungs);
        let after = before.with(rung.place);
        let climbed = tx
            .rows()
            .run(
                "update warning set rungs = $1 where client = $2 and warning = $3 \
                 and rungs = $4 and acknowledged_at is null and cleared_at is null",
                args![
                    signed(after.0)?,
                    client,
                    warning.id.as_str(),
                    signed(before.0)?
                ],
            )
            .await?;
        if climbed == 0 || after == before {
            continue;
        }
        reached += 1;
        stand.insert(&warning.id, after);
        let raised = &warning.raised;
        let muted = silences
            .iter()
            .any(|silence| silence.mutes(&raised.rule, &raised.about));
        let told = serde_json::json!({ "id": warning.id, "to": rung.to, "told": !muted });
        let draft = EntryDraft {
            duty: raised.ticket.clone(),
            ..EntryDraft::new(WARNING_ESCALATE).with_field("warning", &told)?
        };
        tx.append(client, draft, now).await?;
        if !muted {
            lines.entry(&rung.to).or_default().push(Line {
                rule: raised.rule.clone(),
                severity: raised.severity,
                message: raised.message.clone(),
            });
        }
    }
    for (audience, lines) in lines {
        telling::tell(tx, client, Kind::Escalation, audience, lines, now).await?;
    }
    Ok(reached)
}
