//! The duties of a period: a pure function of what was published.
//!
//! Which version of a process governs a slot is worked out in [`in_force`], when a slot opens and
//! falls due in [`timing`]. Here each slot becomes one duty for each asset, site, client or
//! provider. Exceptions remove nothing: a waived duty is still a duty, counted as waived. But one
//! may add: what is due at once when it ends, in [`resume`].

mod eras;
mod in_force;
mod resume;
mod timing;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::care::SITE;
use crate::id::{AssetId, ClientId, DutyId, ProcessId};
use crate::process::{Per, Process};
use crate::schedule::calendar::Calendar;
use crate::schedule::civil::day_number;
use crate::schedule::error::{DUTIES_MAX, SPAN_DAYS_MAX, ScheduleError};
use crate::schedule::zone::Zone;
use crate::scope::{Asset, Client, Exception};

pub use eras::{Past, local_date, past};

/// Everything that was published for one client, and nothing else.
#[derive(Clone, Debug, PartialEq)]
pub struct Published {
    /// The client, as it is now.
    pub client: Client,
    /// The client as it was before each change, oldest first; empty for one that never changed.
    pub past: Vec<Past>,
    /// Every version of every process, with the instant of its publication.
    pub processes: Vec<PublishedProcess>,
    /// Every asset with its history.
    pub assets: Vec<Asset>,
    /// Calendars by name.
    pub calendars: BTreeMap<String, Calendar>,
    /// Zones by name.
    pub zones: BTreeMap<String, Zone>,
    /// Exceptions granted.
    pub exceptions: Vec<Exception>,
}

/// A process version and when it was published.
#[derive(Clone, Debug, PartialEq)]
pub struct PublishedProcess {
    /// The version.
    pub process: Process,
    /// The instant of its entry in the log.
    pub published_at: Timestamp,
}

/// One expected occurrence; also a line of `duly plan`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Duty {
    /// See [`DutyId::of`].
    pub id: DutyId,
    /// Whose.
    pub client: ClientId,
    /// Of which process.
    pub process: ProcessId,
    /// In which version.
    pub version: String,
    /// About which asset; `null` for a duty per client or provider.
    pub asset: Option<AssetId>,
    /// Nominal local date, before rolling.
    pub slot: Date,
    /// When its ticket opens.
    pub opens_at: Timestamp,
    /// Closed by then, it is `done`.
    pub due_at: Timestamp,
    /// Closed by then, it is `late`; after that it is `missed`.
    pub missed_at: Timestamp,
}

/// The duties whose slot is dated from `from` to `to`, both included, in order of slot, process
/// and asset. Periods that follow each other have each duty exactly once between them.
///
/// A slot exists if the version of the process in force for it names its date. In force is the
/// last version published before the slot opens whose `effective` is not after the slot; so
/// nothing published later changes a slot that has opened. A slot is rolled off a closed day, never
/// dropped: two that roll onto one day are two duties.
///
/// An exception published with `resume: at-once` adds the duties that are due on the first day
/// after it: of each process and asset of which it waived a slot, where none is dated that day.
///
/// # Errors
/// Anything that is missing from what was published, or does not reach far enough: a calendar, one
/// of its years, a time zone. It is never taken for "none".
pub fn duties(published: &Published, from: Date, to: Date) -> Result<Vec<Duty>, ScheduleError> {
    if to < from {
        return Ok(Vec::new());
    }
    if day_number(to) - day_number(from) > SPAN_DAYS_MAX {
        return Err(ScheduleError::SpanTooLong { from, to });
    }
    if published.past.is_empty() {
        return of_client(published, from, to);
    }
    let mut duties = eras::duties(published, from, to)?;
    duties.sort_by(|left, right| {
        let by_process = || left.process.cmp(&right.process);
        let by_asset = || left.asset.cmp(&right.asset);
        left.slot
            .cmp(&right.slot)
            .then_with(by_process)
            .then_with(by_asset)
    });
    Ok(duties)
}

/// The duties under one client throughout, in order.
fn of_client(published: &Published, from: Date, to: Date) -> Result<Vec<Duty>, ScheduleError> {
    let assets = by_kind(published)?;
    let processes = by_process(published);
    let mut slots = resume::slots(published, &processes, from, to)?;
    let left = slots.len();
    for versions in processes.into_values() {
        slots.extend(in_force::slots(published, versions, from, to)?);
    }
    resume::keep_apart(&mut slots, left);
    slots.sort_by(|left, right| {
        let by_process = || left.process.process.cmp(&right.process.process);
        left.date.cmp(&right.date).then_with(by_process)
    });
    let mut duties = Vec::new();
    for slot in &slots {
        slot.raise(published, &assets, &mut duties)?;
    }
    if left > 0 {
        duties.sort_by(|one, other| {
            let rest = || (&one.process, &one.asset).cmp(&(&other.process, &other.asset));
            one.slot.cmp(&other.slot).then_with(rest)
        });
    }
    Ok(duties)
}

/// A slot of a process: one nominal date and the version that governs it.
struct Slot<'a> {
    date: Date,
    process: &'a Process,
    opens_on: Date,
    opens_at: Timestamp,
    due_at: Timestamp,
    missed_at: Timestamp,
    /// When the version that governs it was published.
    published_at: Timestamp,
    /// For these alone; absent for everything that the process applies to.
    about: Option<BTreeSet<Option<AssetId>>>,
    /// But not for these, which have theirs from an exception that ended.
    except: BTreeSet<Option<AssetId>>,
}

impl Slot<'_> {
    /// Appends its duties: one for each thing that the process applies to.
    fn raise(
        &self,
        published: &Published,
        assets: &BTreeMap<&str, Vec<&Asset>>,
        duties: &mut Vec<Duty>,
    ) -> Result<(), ScheduleError> {
        let slot = self.date.to_string();
        let version = self.process.version();
        self.each(published, assets, |asset| {
            let (client, process) = (&published.client.id, &self.process.process);
            if !self.is_about(asset) {
                return;
            }
            duties.push(Duty {
                id: DutyId::of_dated(client, process, asset, &slot),
                client: client.clone(),
                process: process.clone(),
                version: version.clone(),
                asset: asset.cloned(),
                slot: self.date,
                opens_at: self.opens_at,
                due_at: self.due_at,
                missed_at: self.missed_at,
            });
        })?;
        if duties.len() > DUTIES_MAX {
            return Err(ScheduleError::TooMany);
        }
        Ok(())
    }

    fn is_about(&self, asset: Option<&AssetId>) -> bool {
        if self.about.is_none() && self.except.is_empty() {
            return true;
        }
        let asset = asset.cloned();
        let among = self
            .about
            .as_ref()
            .is_none_or(|about| about.contains(&asset));
        among && !self.except.contains(&asset)
    }

    /// Names each thing that the process applies to on this date, in order: an asset, or nothing
    /// for the client as a whole.
    fn each(
        &self,
        published: &Published,
        assets: &BTreeMap<&str, Vec<&Asset>>,
        mut name: impl FnMut(Option<&AssetId>),
    ) -> Result<(), ScheduleError> {
        let applies_to = &self.process.applies_to;
        let kind = match applies_to.per {
            Per::Asset => match &applies_to.kind {
                Some(kind) => Some(kind.as_str()),
                None => {
                    let process = self.process.process.to_string();
                    return Err(ScheduleError::KindMissing(process));
                }
            },
            Per::Site => Some(SITE),
            Per::Client => None,
            Per::Provider if published.client.is_provider() => None,
            Per::Provider => return Ok(()),
        };
        let Some(kind) = kind else {
            name(None);
            return Ok(());
        };
        let mut last = None;
        for asset in assets.get(kind).into_iter().flatten() {
            // One that left and came back has two spans, which may meet on a day.
            if self.cares_for(asset) && last != Some(&asset.id) {
                last = Some(&asset.id);
                name(Some(&asset.id));
            }
        }
        Ok(())
    }

    /// Whether the asset was in care on the nominal date. One that was rolled back and opened
    /// while the asset was in care stands.
    fn cares_for(&self, asset: &Asset) -> bool {
        let begins = self.date.min(self.opens_on);
        asset.since <= self.date && asset.until.is_none_or(|until| begins < until)
    }
}

/// The assets of the client by kind, each kind in order of id.
fn by_kind(published: &Published) -> Result<BTreeMap<&str, Vec<&Asset>>, ScheduleError> {
    let mut assets: BTreeMap<&str, Vec<&Asset>> = BTreeMap::new();
    for asset in &published.assets {
        if asset.client != published.client.id {
            return Err(ScheduleError::ForeignAsset(asset.id.to_string()));
        }
        assets.entry(&asset.kind).or_default().push(asset);
    }
    for of_kind in assets.values_mut() {
        of_kind.sort_by(|left, right| (&left.id, left.since).cmp(&(&right.id, right.since)));
    }
    Ok(assets)
}

/// The versions of each process, in order of publication.
fn by_process(published: &Published) -> BTreeMap<&ProcessId, Vec<&PublishedProcess>> {
    let mut versions: BTreeMap<&ProcessId, Vec<&PublishedProcess>> = BTreeMap::new();
    for version in &published.processes {
        versions
            .entry(&version.process.process)
            .or_default()
            .push(version);
    }
    for of_process in versions.values_mut() {
        of_process.sort_by_key(|version| (version.published_at, version.process.effective));
    }
    versions
}
