//! Makes what a client holds: the pack, and the policy it is checked with.
//!
//! Before it, the tickets are brought up to the moment, so that a duty whose grace ended a second
//! ago is in the pack as missed and not as a gap. The policy is no part of the pack: the client
//! gets it once, another way.

use duly_core::entry::kind;
use duly_core::id::ClientId;
use duly_core::pack::{PackDraft, build};
use duly_core::record::Disclosure;
use duly_core::scope::Client;
use duly_store::{PackData, Store, StoredEntry};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::close::end_tickets;
use crate::error::WorkError;
use crate::open_due::open_due;
use crate::publish::today;

/// A pack and what belongs to it.
#[derive(Clone, Debug)]
pub struct MadePack {
    /// The archive.
    pub bytes: Vec<u8>,
    /// The policy that names the log's key: C2SP `tlog-policy`, without a witness so far.
    pub policy: String,
    /// Number of entries in it.
    pub entries: usize,
    /// First and last date that it answers for.
    pub period: (Date, Date),
}

/// Makes the pack of a client for a period, or for everything since its log was opened.
///
/// # Errors
///
/// When there is no such client, the duties cannot be computed, or the store fails.
pub async fn make_pack(
    store: &Store,
    client: &ClientId,
    period: Option<(Date, Date)>,
    now: Timestamp,
) -> Result<MadePack, WorkError> {
    if store.client(client).await?.is_none() {
        return Err(WorkError::NoClient(client.clone()));
    }
    open_due(store, client, None, now).await?;
    end_tickets(store, client, now).await?;
    store.release_checkpoints(now).await?;
    let data = store
        .pack_data(client)
        .await?
        .ok_or_else(|| WorkError::Pack("the log has no checkpoint yet".to_owned()))?;
    let period = match period {
        Some(period) => period,
        None => whole_record(&data, now)?,
    };
    let bytes = archive(store, client, period, &data)?;
    Ok(MadePack {
        bytes,
        policy: format!("log {}\nquorum none\n", data.verifier),
        entries: data.entries.len(),
        period,
    })
}

fn archive(
    store: &Store,
    client: &ClientId,
    (from, to): (Date, Date),
    data: &PackData,
) -> Result<Vec<u8>, WorkError> {
    let told = |error: &dyn std::fmt::Display| WorkError::Pack(error.to_string());
    let signer = store.keys().signer(&data.origin)?;
    let entries: Vec<Vec<u8>> = data
        .entries
        .iter()
        .map(|entry| entry.bytes.clone())
        .collect();
    let disclosures: Vec<Disclosure> = data.entries.iter().filter_map(disclosure).collect();
    let mut notes = data
        .checkpoints
        .iter()
        .map(|checkpoint| checkpoint.note.clone());
    let checkpoint = notes
        .next_back()
        .ok_or_else(|| told(&"the log has no checkpoint yet"))?;
    let earlier: Vec<String> = notes.collect();
    let draft = PackDraft {
        client,
        from,
        to,
        entries: &entries,
        disclosures: &disclosures,
        checkpoint: &checkpoint,
        earlier_checkpoints: &earlier,
    };
    build(&draft, &signer).map_err(|error| told(&error))
}

/// What is disclosed of an entry; nothing of one whose seed was erased.
fn disclosure(entry: &StoredEntry) -> Option<Disclosure> {
    let seed = duly_proof::hash::Hash(entry.seed?).to_hex();
    Some(Disclosure {
        index: entry.index,
        seed,
        fields: entry.fields.clone(),
    })
}

/// From the day the log was opened to today, in the client's own dates.
fn whole_record(data: &PackData, now: Timestamp) -> Result<(Date, Date), WorkError> {
    let opened = data
        .entries
        .iter()
        .map(|stored| Ok::<_, WorkError>((stored, stored.entry()?)))
        .find(|read| {
            read.as_ref()
                .is_ok_and(|(_, entry)| entry.t == kind::LOG_OPEN)
        });
    let Some(opened) = opened else {
        return Err(WorkError::Pack("the log has no first entry".to_owned()));
    };
    let (stored, entry) = opened?;
    let client = stored
        .fields
        .get("client")
        .ok_or_else(|| WorkError::Pack("who the client is was erased; name a period".to_owned()))?;
    let client: Client = serde_json::from_str(client)?;
    Ok((today(&client.tz, entry.at)?, today(&client.tz, now)?))
}
