//! Whether duly itself was there: the worker leaves its time once a minute, and a gap that is too
//! long becomes an entry in the provider's log and a warning, in the transaction that ends it.

use duly_core::entry::EntryDraft;
use duly_core::id::ClientId;
use duly_core::process::Severity;
use jiff::{SignedDuration, Timestamp};

use crate::database::value::args;
use crate::error::Error;
use crate::store::Store;
use crate::transaction::Transaction;
use crate::warnings::{NewWarning, raise};
use crate::writer::Lane;

/// Type of the entry for a gap. Field: `down` (from when to when).
pub const DULY_DOWN: &str = "x.duly.down";

/// The rule of its warning.
pub const DULY_WAS_DOWN: &str = "duly-was-down";

/// Longest time without a heartbeat that is no gap: an update and a restart fit into it.
pub const GAP_MAX: SignedDuration = SignedDuration::from_mins(15);

impl Store {
    /// Leaves the worker's time with the provider; the time of the one before if duly was down
    /// since then.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn heartbeat(
        &self,
        provider: &ClientId,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, Error> {
        let input = (provider.clone(), now);
        self.write(Lane::Bulk, input, |tx, (provider, now)| {
            Box::pin(beat(tx, provider, *now))
        })
        .await
    }
}

async fn beat(
    tx: &mut Transaction,
    provider: &ClientId,
    now: Timestamp,
) -> Result<Option<Timestamp>, Error> {
    let before = tx
        .rows()
        .first(
            "select beat_at from heartbeat where client = $1",
            args![provider],
        )
        .await?
        .map(|row| row.at("beat_at"))
        .transpose()?;
    // A clock that was set back leaves the later time, or the gap would be counted twice.
    if before.is_some_and(|before| before >= now) {
        return Ok(None);
    }
    tx.rows()
        .run(
            "insert into heartbeat(client, beat_at) values ($1, $2) \
             on conflict (client) do update set beat_at = excluded.beat_at",
            args![provider, now],
        )
        .await?;
    let Some(before) = before.filter(|before| now.duration_since(*before) > GAP_MAX) else {
        return Ok(None);
    };
    let told = serde_json::json!({ "from": before, "to": now });
    let draft = EntryDraft::new(DULY_DOWN).with_field("down", &told)?;
    tx.append(provider, draft, now).await?;
    let warning = NewWarning {
        client: provider.clone(),
        rule: DULY_WAS_DOWN.to_owned(),
        about: before.to_string(),
        severity: Severity::High,
        message: format!(
            "duly was down {}, from {before} to {now}",
            length(now.duration_since(before))
        ),
        ticket: None,
    };
    raise(tx, &warning, now).await?;
    Ok(Some(before))
}

/// `31 h`, or minutes below two hours.
fn length(gap: SignedDuration) -> String {
    if gap < SignedDuration::from_hours(2) {
        format!("{} min", gap.as_mins())
    } else {
        format!("{} h", gap.as_hours())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_is_told_in_hours_from_two_hours_on() {
        assert_eq!(length(SignedDuration::from_mins(16)), "16 min");
        assert_eq!(length(SignedDuration::from_mins(31 * 60 + 5)), "31 h");
    }
}
