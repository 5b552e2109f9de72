//! Looks at what is in care: what lacks a process, what its source sees no more, what is seen and
//! nobody's, which jobs fail or fell silent. Raises a warning for each and clears it when it is
//! over; changes nothing else.

use std::collections::BTreeMap;

use duly_core::id::ClientId;
use duly_core::ping::JobState;
use duly_core::presence::{Presence, claim_by, presence};
use duly_core::process::Severity;
use duly_store::{NewWarning, SightingFilter, Store};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::error::WorkError;
use crate::publish::{DECLARED, today};
use crate::{coverage, lists};

/// An asset lacks a process that its kind requires or that is promised.
pub const UNCOVERED: &str = "uncovered";

/// An asset was not seen by its source for a time.
pub const SOURCE_SILENT: &str = "source-silent";

/// Something is seen by a source and nobody's for too long.
pub const UNCLAIMED_ASSET: &str = "unclaimed-asset";

/// A job that pings says that it failed.
pub const JOB_FAILED: &str = "job-failed";

/// How often it is looked at while nothing happens: the shortest interval of a job, and the rest is
/// counted in days.
pub const WATCH_EVERY: SignedDuration = SignedDuration::from_mins(15);

/// How often it is looked at while the client's log grows, so that whoever publishes what was
/// lacking sees the warning end while they look.
pub const WATCH_CHANGED_EVERY: SignedDuration = SignedDuration::from_secs(20);

/// What holds now: rule and what it is about, with severity and sentence.
type Found = BTreeMap<(&'static str, String), (Severity, String)>;

/// Looks at one client; how many warnings are new.
///
/// # Errors
///
/// When the store fails.
pub async fn watch(store: &Store, client: &ClientId, now: Timestamp) -> Result<usize, WorkError> {
    let mut found = Found::new();
    for gap in coverage::uncovered(store, client, now).await?.gaps {
        let asset = gap.uncovered.asset.map_or_else(String::new, |id| id.0);
        let process = gap.uncovered.process.map_or_else(String::new, |id| id.0);
        let about = format!("{asset}/{process}");
        found.insert((UNCOVERED, about), (Severity::High, gap.words));
    }
    seen(store, client, now, &mut found).await?;
    heard(store, client, now, &mut found).await?;
    let rules = [UNCOVERED, SOURCE_SILENT, UNCLAIMED_ASSET, JOB_FAILED];
    for warning in lists::warnings(store, client).await? {
        let (rule, about) = (warning.raised.rule, warning.raised.about);
        let Some(rule) = rules.into_iter().find(|name| *name == rule) else {
            continue;
        };
        // One that is raised already is not written again at every look.
        if found.remove(&(rule, about.clone())).is_none() {
            store.clear_warning(client, rule, &about, now).await?;
        }
    }
    let mut raised = 0;
    for ((rule, about), (severity, message)) in found {
        let warning = NewWarning {
            client: client.clone(),
            rule: rule.to_owned(),
            about,
            severity,
            message,
            ticket: None,
        };
        raised += usize::from(store.raise_warning(warning, now).await?.is_some());
    }
    Ok(raised)
}

/// Jobs that ping: what they say of themselves, and those that should have been heard of.
async fn heard(
    store: &Store,
    client: &ClientId,
    now: Timestamp,
    found: &mut Found,
) -> Result<(), WorkError> {
    for job in lists::ping_addresses(store, client).await? {
        let (name, about) = (&job.name, format!("ping/{}", job.id));
        let heard = job.heard_at.map_or_else(
            || "it was never heard of".to_owned(),
            |at| format!("it was last heard of at {at:.0}"),
        );
        match job.state(now) {
            JobState::New | JobState::Well => {}
            JobState::Silent => {
                let words = format!("{name}: silent; {heard}");
                found.insert((SOURCE_SILENT, about), (Severity::Medium, words));
            }
            JobState::Failed => {
                let words = format!("{name}: says that it failed; {heard}");
                found.insert((JOB_FAILED, about), (Severity::High, words));
            }
        }
    }
    Ok(())
}

/// What sources see no more, and what they see that is nobody's.
async fn seen(
    store: &Store,
    client: &ClientId,
    now: Timestamp,
    found: &mut Found,
) -> Result<(), WorkError> {
    let sightings = lists::sightings(store, client, &SightingFilter::default()).await?;
    if sightings.is_empty() {
        return Ok(());
    }
    let Some(published) = store.published(client).await? else {
        return Ok(());
    };
    let day = today(&published.client.tz, now)?;
    let zone = TimeZone::get(&published.client.tz).unwrap_or(TimeZone::UTC);
    let calendar = published.calendars.get(&published.client.calendar);
    let sources: BTreeMap<String, _> = lists::sources(store, client)
        .await?
        .into_iter()
        .map(|source| (source.source.name.clone(), source))
        .collect();
    let in_care: BTreeMap<_, _> = lists::assets(store, client)
        .await?
        .into_iter()
        .filter(|row| row.scope.until.is_none_or(|until| until > day))
        .map(|row| (row.scope.id, row.name))
        .collect();
    for sighting in &sightings {
        let source = &sighting.source;
        let about = format!("{source}/{}", sighting.sighted.thing);
        match &sighting.sighted.asset {
            None if sighting.dismissed.is_some() => {}
            None => {
                let first = zone.to_datetime(sighting.first_seen_at).date();
                let last = calendar.and_then(|calendar| claim_by(first, calendar).ok());
                if last.is_some_and(|last| day > last) {
                    let name = &sighting.sighted.name;
                    let words = format!("{name}: seen by {source} since {first}, and nobody’s");
                    found.insert((UNCLAIMED_ASSET, about), (Severity::Medium, words));
                }
            }
            Some(_) if source == DECLARED => {}
            Some(asset) => {
                let (Some(name), Some(known)) = (in_care.get(asset), sources.get(source)) else {
                    continue;
                };
                let days = known.source.expected_days;
                let reported_at = known.reported_at.unwrap_or(sighting.last_seen_at);
                let at = sighting.last_seen_at;
                if presence(at, reported_at, days, now) == Presence::Silent {
                    let last = zone.to_datetime(at).date();
                    let words = format!("{name}: not seen by {source} since {last}");
                    found.insert((SOURCE_SILENT, about), (Severity::Medium, words));
                }
            }
        }
    }
    Ok(())
}
