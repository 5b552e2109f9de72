//! When each rule last fired on the input on which it must: a rule that cannot fire looks like a
//! good week.

use duly_core::entry::EntryDraft;
use duly_core::id::ClientId;
use duly_core::process::Process;
use jiff::Timestamp;

use crate::database::value::args;
use crate::error::Error;
use crate::store::Store;
use crate::transaction::Transaction;
use crate::writer::Lane;

/// Type of the entry for a round of planted inputs. Field: `proofs` (how many rules `fired`, which
/// were `silent`).
pub const CONTROL_PROVE: &str = "x.control.prove";

/// A process version that declares a rule, and for how many clients it was published.
#[derive(Clone, Debug, PartialEq)]
pub struct Declared {
    /// The version.
    pub process: Process,
    /// For how many.
    pub clients: u64,
}

/// Versions listed for one rule: more than a page of them tells nobody anything.
const DECLARED_MAX: i64 = 100;

/// A rule's last try on its planted input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleProof {
    /// The rule.
    pub rule: String,
    /// When it last fired on it.
    pub fired_at: Option<Timestamp>,
    /// When it was last tried.
    pub tried_at: Timestamp,
}

impl Store {
    /// Records which rules fired on their planted inputs, in the log of the provider.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn record_rule_proofs(
        &self,
        provider: &ClientId,
        tried: &[(String, bool)],
        now: Timestamp,
    ) -> Result<(), Error> {
        let input = (provider.clone(), tried.to_vec(), now);
        self.write(Lane::Bulk, input, |tx, (provider, tried, now)| {
            Box::pin(record(tx, provider, tried, *now))
        })
        .await
    }

    /// Each rule's last try; there are as many as rules.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn rule_proofs(&self, provider: &ClientId) -> Result<Vec<RuleProof>, Error> {
        let mut rows = self.read().await?;
        let found = rows
            .all(
                "select rule, fired_at, tried_at from rule_proof where client = $1 order by rule",
                args![provider],
            )
            .await?;
        let mut proofs = Vec::with_capacity(found.len());
        for row in &found {
            proofs.push(RuleProof {
                rule: row.text("rule")?,
                fired_at: row.at_or_none("fired_at")?,
                tried_at: row.at("tried_at")?,
            });
        }
        Ok(proofs)
    }
}

impl Store {
    /// The process versions that declare a rule, each once whatever the number of its clients; of
    /// one client only, where it is given.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn declared_rule(
        &self,
        rule: &str,
        client: Option<&ClientId>,
    ) -> Result<Vec<Declared>, Error> {
        let mut rows = self.read().await?;
        // A version is the same text for all clients that have it. What merely resembles the rule
        // in the text is sorted out below.
        let found = rows
            .all(
                "select document, count(*) as clients from process \
                 where ($1 is null or client = $1) and document like $2 \
                 group by process, version, document order by process, version limit $3",
                args![client, format!("%\"id\":\"{rule}\"%"), DECLARED_MAX],
            )
            .await?;
        let mut declared = Vec::with_capacity(found.len());
        for row in &found {
            let process: Process = row.json("document")?;
            let mut rules = process.quality_control.rules.iter();
            if rules.any(|control| control.id == rule) {
                declared.push(Declared {
                    process,
                    clients: row.count("clients")?,
                });
            }
        }
        Ok(declared)
    }

    /// How many warnings of each rule are not cleared; of one client only, where it is given.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn rule_counts(
        &self,
        client: Option<&ClientId>,
    ) -> Result<Vec<(String, u64)>, Error> {
        let mut rows = self.read().await?;
        let found = rows
            .all(
                "select rule, count(*) as number from warning where cleared_at is null \
                 and ($1 is null or client = $1) group by rule order by rule",
                args![client],
            )
            .await?;
        found
            .iter()
            .map(|row| Ok((row.text("rule")?, row.count("number")?)))
            .collect()
    }
}

async fn record(
    tx: &mut Transaction,
    provider: &ClientId,
    tried: &[(String, bool)],
    now: Timestamp,
) -> Result<(), Error> {
    let at = tx.at(provider, now).await?;
    for (rule, fired) in tried {
        let fired_at = fired.then_some(at);
        tx.rows()
            .run(
                "insert into rule_proof(client, rule, fired_at, tried_at) \
                 values ($1, $2, $3, $4) on conflict (client, rule) do update set \
                 fired_at = coalesce(excluded.fired_at, rule_proof.fired_at), \
                 tried_at = excluded.tried_at",
                args![provider, rule.as_str(), fired_at, at],
            )
            .await?;
    }
    let silent: Vec<&str> = tried
        .iter()
        .filter(|(_, fired)| !fired)
        .map(|(rule, _)| rule.as_str())
        .collect();
    let told = serde_json::json!({ "fired": tried.len() - silent.len(), "silent": silent });
    let draft = EntryDraft::new(CONTROL_PROVE).with_field("proofs", &told)?;
    tx.append(provider, draft, now).await?;
    Ok(())
}
