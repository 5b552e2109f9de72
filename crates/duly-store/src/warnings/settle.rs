//! Many warnings of a client at once: what quality control found in one look, raised, remembered
//! and cleared in transactions of some hundred rows, together with how far it has looked.

use std::collections::BTreeMap;

use duly_core::entry::EntryDraft;
use duly_core::id::ClientId;
use duly_core::telling::Kind;
use jiff::Timestamp;

use super::telling::{self, Line};
use super::{Firing, WARNING_CLEAR, WARNING_RAISE, id_of};
use crate::database::batch::{Batch, ROWS};
use crate::database::value::{args, word};
use crate::error::Error;
use crate::log::append::signed;
use crate::silences;
use crate::store::Store;
use crate::transaction::Transaction;
use crate::writer::Lane;

/// Changes in one transaction, as for tickets.
const CHANGES_AT_A_TIME: usize = 7 * ROWS;

/// What follows for one cause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settle {
    /// Its warning is raised.
    Raise(Firing),
    /// It is remembered, to be raised once it has lasted until then.
    Wait {
        /// The warning to be.
        firing: Firing,
        /// When it will have lasted long enough.
        ripe_at: Timestamp,
    },
    /// It did not last.
    Forget {
        /// The rule.
        rule: String,
        /// What it was of.
        about: String,
    },
    /// It is no longer seen; its warning, by id.
    Gone(String),
    /// It is seen again; its warning, by id.
    Back(String),
    /// It has been gone long enough; its warning, by id.
    Clear(String),
}

/// What was changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settled {
    /// Warnings raised.
    pub raised: usize,
    /// Warnings cleared.
    pub cleared: usize,
}

impl Store {
    /// Does what follows from one look at a client, and remembers up to which entry was looked.
    /// After a failure the first changes may be made: look again, and the same follows.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn settle_warnings(
        &self,
        client: &ClientId,
        changes: &[Settle],
        looked_up_to: Option<u64>,
        now: Timestamp,
    ) -> Result<Settled, Error> {
        let mut settled = Settled::default();
        for chunk in changes.chunks(CHANGES_AT_A_TIME) {
            let input = (client.clone(), chunk.to_vec(), now);
            let some = self
                .write(Lane::Bulk, input, |tx, (client, changes, now)| {
                    Box::pin(settle(tx, client, changes, *now))
                })
                .await?;
            settled.raised += some.raised;
            settled.cleared += some.cleared;
        }
        if let Some(up_to) = looked_up_to {
            let input = (client.clone(), up_to, now);
            self.write(Lane::Bulk, input, |tx, (client, up_to, now)| {
                Box::pin(mark(tx, client, *up_to, *now))
            })
            .await?;
        }
        Ok(settled)
    }
}

async fn settle(
    tx: &mut Transaction,
    client: &ClientId,
    changes: &[Settle],
    now: Timestamp,
) -> Result<Settled, Error> {
    let mut raised = Vec::new();
    let mut settled = Settled::default();
    for change in changes {
        match change {
            Settle::Raise(firing) => raised.push(firing.clone()),
            Settle::Wait { firing, ripe_at } => wait(tx, client, firing, *ripe_at, now).await?,
            Settle::Forget { rule, about } => forget(tx, client, rule, about).await?,
            Settle::Gone(id) => gone(tx, client, id, Some(now)).await?,
            Settle::Back(id) => gone(tx, client, id, None).await?,
            Settle::Clear(id) => settled.cleared += clear(tx, client, id, now).await?,
        }
    }
    for firing in &raised {
        forget(tx, client, &firing.warning.rule, &firing.warning.about).await?;
    }
    let fresh = insert(tx, client, &raised, now).await?;
    tx.step("warnings-raised");
    told_of(tx, client, &fresh, now).await?;
    settled.raised = fresh.len();
    Ok(settled)
}

static WARNINGS: Batch = Batch::new(
    "insert into warning(client, warning, rule, about, severity, message, ticket, raised_at, \
     source, process, asset, owner, firing) values",
    13,
    "on conflict do nothing returning warning",
);

/// Inserts those that are not there yet, each with its entry; which ones they were.
pub(super) async fn insert(
    tx: &mut Transaction,
    client: &ClientId,
    firings: &[Firing],
    now: Timestamp,
) -> Result<Vec<Firing>, Error> {
    if firings.is_empty() {
        return Ok(Vec::new());
    }
    let at = tx.at(client, now).await?;
    let mut by_id: BTreeMap<String, &Firing> = BTreeMap::new();
    let mut rows = Vec::with_capacity(firings.len());
    for firing in firings {
        let warning = &firing.warning;
        if warning.client != *client {
            return Err(Error::no_such(client, "warning", &warning.about));
        }
        let id = id_of(warning, firing.number);
        rows.push(args![
            client,
            id.as_str(),
            warning.rule.as_str(),
            warning.about.as_str(),
            word(&warning.severity)?,
            warning.message.as_str(),
            warning.ticket.as_ref(),
            at,
            firing.source.map(|source| word(&source)).transpose()?,
            firing.process.as_ref(),
            firing.asset.as_ref(),
            firing.owner.as_str(),
            signed(firing.number)?,
        ]);
        by_id.insert(id, firing);
    }
    let inserted = WARNINGS.insert_returning(tx.rows(), rows).await?;
    let mut fresh = Vec::with_capacity(inserted.len());
    for row in &inserted {
        let id = row.text("warning")?;
        let Some(firing) = by_id.remove(&id) else {
            continue;
        };
        let warning = &firing.warning;
        let told = serde_json::json!({
            "id": id,
            "rule": warning.rule,
            "about": warning.about,
            "severity": warning.severity,
            "message": warning.message,
            "firing": firing.number,
        });
        let draft = EntryDraft {
            duty: warning.ticket.clone(),
            asset: firing.asset.clone(),
            ..EntryDraft::new(WARNING_RAISE).with_field("warning", &told)?
        };
        tx.append(client, draft, now).await?;
        fresh.push(firing.clone());
    }
    Ok(fresh)
}

/// The rule whose warnings are not told of: that a duty was missed is told when it is.
const TOLD_AS_IT_HAPPENS: &str = "missed";

/// Tells the roles that own them of new warnings: one message a role, whatever their number.
pub(super) async fn told_of(
    tx: &mut Transaction,
    client: &ClientId,
    fresh: &[Firing],
    now: Timestamp,
) -> Result<(), Error> {
    if fresh.is_empty() {
        return Ok(());
    }
    let silences = silences::in_force(tx.rows(), client, now).await?;
    let mut lines: BTreeMap<&str, Vec<Line>> = BTreeMap::new();
    for firing in fresh {
        let warning = &firing.warning;
        let is_muted = silences
            .iter()
            .any(|one| one.mutes(&warning.rule, &warning.about));
        if is_muted || warning.rule == TOLD_AS_IT_HAPPENS {
            continue;
        }
        lines.entry(&firing.owner).or_default().push(Line {
            rule: warning.rule.clone(),
            severity: warning.severity,
            message: warning.message.clone(),
        });
    }
    for (audience, lines) in lines {
        telling::tell(tx, client, Kind::Warning, audience, lines, now).await?;
    }
    Ok(())
}

async fn wait(
    tx: &mut Transaction,
    client: &ClientId,
    firing: &Firing,
    ripe_at: Timestamp,
    now: Timestamp,
) -> Result<(), Error> {
    let row = args![
        client,
        firing.warning.rule.as_str(),
        firing.warning.about.as_str(),
        now,
        ripe_at,
        firing
            .source
            .map(|source| word(&source))
            .transpose()?
            .unwrap_or_default(),
        firing.warning.ticket.as_ref(),
        serde_json::to_string(firing)?,
    ];
    tx.rows()
        .run(
            "insert into warning_pending(client, rule, about, since, ripe_at, source, ticket, \
             document) values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing",
            row,
        )
        .await?;
    Ok(())
}

async fn forget(
    tx: &mut Transaction,
    client: &ClientId,
    rule: &str,
    about: &str,
) -> Result<(), Error> {
    tx.rows()
        .run(
            "delete from warning_pending where client = $1 and rule = $2 and about = $3",
            args![client, rule, about],
        )
        .await?;
    Ok(())
}

async fn gone(
    tx: &mut Transaction,
    client: &ClientId,
    id: &str,
    since: Option<Timestamp>,
) -> Result<(), Error> {
    tx.rows()
        .run(
            "update warning set gone_since = $1 where client = $2 and warning = $3",
            args![since, client, id],
        )
        .await?;
    Ok(())
}

async fn clear(
    tx: &mut Transaction,
    client: &ClientId,
    id: &str,
    now: Timestamp,
) -> Result<usize, Error> {
    let at = tx.at(client, now).await?;
    let cleared = tx
        .rows()
        .run(
            "update warning set cleared_at = $1 where client = $2 and warning = $3 \
             and cleared_at is null",
            args![at, client, id],
        )
        .await?;
    if cleared == 0 {
        return Ok(0);
    }
    let draft = EntryDraft::new(WARNING_CLEAR).with_field("warning", &id)?;
    tx.append(client, draft, now).await?;
    Ok(1)
}

async fn mark(
    tx: &mut Transaction,
    client: &ClientId,
    up_to: u64,
    now: Timestamp,
) -> Result<(), Error> {
    tx.rows()
        .run(
            "insert into control_mark(client, idx, looked_at) values ($1, $2, $3) \
             on conflict (client) do update set idx = excluded.idx, looked_at = excluded.looked_at \
             where control_mark.idx < excluded.idx",
            args![client, signed(up_to)?, now],
        )
        .await?;
    Ok(())
}
