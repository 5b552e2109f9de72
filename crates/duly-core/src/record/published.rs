//! What was published, entry by entry, and the rules by which it may be changed: forward only.
//!
//! A process version, a plan or an asset's retirement binds from its own entry's local date on,
//! never earlier; the years that a calendar knows never change; a zone's past never changes. The
//! first version of a process may carry an earlier date, since a version governs only slots after
//! its publication; so may the first plan.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;

use super::forward;
use super::replay::{Line, ReplayError};
use super::{Entered, Finding, SignedPlan};
use crate::entry::kind;
use crate::id::{AssetId, ProcessId};
use crate::process::Process;
use crate::schedule::calendar::Calendar;
use crate::schedule::duties::{Published, PublishedProcess, local_date, past};
use crate::schedule::zone::Zone;
use crate::scope::{Asset, Client, Consent, Exception, ServicePlan};

/// A signed plan, where it stands.
#[derive(Debug)]
pub(super) struct Signed {
    pub(super) entered: Entered,
    pub(super) plan: ServicePlan,
    consent: Option<Consent>,
}

/// What has been published so far.
#[derive(Debug, Default)]
pub(super) struct Publishing {
    pub(super) clients: Vec<(Entered, Client)>,
    pub(super) processes: Vec<(Entered, Process)>,
    pub(super) retirements: Vec<(Entered, Asset)>,
    pub(super) plans: Vec<Signed>,
    pub(super) zones: BTreeMap<String, Zone>,
    names: BTreeMap<String, String>,
    assets: Vec<Asset>,
    /// Where the spans of each asset stand, and each version of a process.
    spans: BTreeMap<AssetId, Vec<usize>>,
    versions: BTreeMap<(ProcessId, Date), usize>,
    exception_ids: BTreeSet<String>,
    calendars: BTreeMap<String, Calendar>,
    exceptions: Vec<(Entered, Exception)>,
    changes: Vec<(Entered, Finding)>,
}

/// Everything that duties are computed from, and what goes with it.
pub(super) struct Scope {
    pub published: Published,
    pub opened_on: Date,
    pub plans: Vec<SignedPlan>,
    pub exceptions: Vec<Entered>,
    pub names: BTreeMap<String, String>,
    pub changes: Vec<(Entered, Finding)>,
}

impl Publishing {
    /// Takes an entry that publishes something.
    pub(super) fn take(
        &mut self,
        line: &Line<'_>,
        found: &mut Vec<Finding>,
    ) -> Result<(), ReplayError> {
        let problem = match line.entry.t.as_str() {
            kind::LOG_OPEN | kind::CLIENT_CHANGE => {
                let client: Client = line.needed("client")?;
                self.name(line, client.id.as_str())?;
                self.client(line, client)
            }
            kind::PROCESS_PUBLISH => self.process(line, line.process()?),
            kind::CALENDAR_PUBLISH => self.calendar(line, line.needed("calendar")?),
            kind::ZONE_PUBLISH => self.zone(line, line.needed("zone")?),
            kind::ASSET_ADD => {
                let asset: Asset = line.needed("asset")?;
                self.name(line, asset.id.as_str())?;
                self.add(line, asset)
            }
            kind::ASSET_RETIRE => self.retire(line, line.needed("asset")?),
            kind::PLAN_SIGN => {
                let consent = line.optional("consent")?;
                self.plan(line, line.needed("plan")?, consent)
            }
            kind::EXCEPTION_GRANT => match line.optional("exception")? {
                Some(exception) => self.exception(line, exception),
                None => {
                    self.change(line, "exception-withheld", "an exception is not disclosed");
                    None
                }
            },
            // Entries are read strictly: no other type gets here.
            _ => None,
        };
        let finding = |(code, message)| Finding::at(line.entered.index, code, message);
        found.extend(problem.map(finding));
        Ok(())
    }

    /// Notes what the opaque id stands for; a name may be withheld or erased.
    fn name(&mut self, line: &Line<'_>, id: &str) -> Result<(), ReplayError> {
        if let Some(name) = line.optional::<String>("name")? {
            self.names.insert(id.to_owned(), name);
        }
        Ok(())
    }

    /// Notes another name of an asset. A name that does not read names nothing: it is no part of
    /// what is owed.
    pub(super) fn rename(&mut self, line: &Line<'_>) {
        let name: Option<String> = line.optional("name").ok().flatten();
        let (Some(id), Some(name)) = (&line.entry.asset, name) else {
            return;
        };
        let before = self.names.insert(id.0.clone(), name.clone());
        let before = before.unwrap_or_else(|| id.0.clone());
        if before != name {
            let message = format!("{before} is called {name} from now on");
            self.change(line, "asset-renamed", &message);
        }
    }

    fn client(&mut self, line: &Line<'_>, client: Client) -> Option<Problem> {
        if let Some((_, before)) = self.clients.last() {
            if before.id != client.id {
                let (old, new) = (&before.id, &client.id);
                return problem(
                    "client-exchanged",
                    format!("the log of {old} becomes that of {new}"),
                );
            }
            let message = format!(
                "zone {}, calendar {} from now on",
                client.tz, client.calendar
            );
            self.change(line, "client-changed", &message);
        }
        self.clients.push((line.entered, client));
        None
    }

    fn process(&mut self, line: &Line<'_>, process: Process) -> Option<Problem> {
        let (name, version) = (process.process.clone(), process.version());
        let place = (name.clone(), process.effective);
        let known = self.versions.get(&place);
        if let Some((before, known)) = known.and_then(|known| self.processes.get(*known)) {
            if *known == process {
                return None;
            }
            let message = format!(
                "{name}, version {version}, is not what entry {} published under that name",
                before.index
            );
            return problem("version-rewritten", message);
        }
        self.change(
            line,
            "process-published",
            &format!("{name}, version {version}"),
        );
        self.versions.insert(place, self.processes.len());
        self.processes.push((line.entered, process));
        None
    }

    fn calendar(&mut self, line: &Line<'_>, calendar: Calendar) -> Option<Problem> {
        if let Err(error) = calendar.check() {
            return problem("calendar-unsound", error.to_string());
        }
        let known = self.calendars.get(&calendar.id);
        let rewritten = known.and_then(|known| forward::rewritten_year(known, &calendar));
        if let Some(year) = rewritten {
            let message = format!(
                "the calendar {} changes the year {year}, known before",
                calendar.id
            );
            return problem("calendar-rewritten", message);
        }
        if known.is_some() {
            self.change(line, "calendar-extended", &calendar.id);
        }
        self.calendars.insert(calendar.id.clone(), calendar);
        None
    }

    fn zone(&mut self, line: &Line<'_>, zone: Zone) -> Option<Problem> {
        if let Err(error) = zone.check() {
            return problem("zone-unsound", error.to_string());
        }
        let now_s = line.entered.at.as_second();
        if let Some(known) = self.zones.get(&zone.id) {
            if !forward::is_same_past(known, &zone, now_s) {
                let message = format!("the zone {} has another past than before", zone.id);
                return problem("zone-rewritten", message);
            }
            self.change(line, "zone-extended", &zone.id);
        }
        self.zones.insert(zone.id.clone(), zone);
        None
    }

    fn add(&mut self, line: &Line<'_>, asset: Asset) -> Option<Problem> {
        if asset.until.is_some() {
            self.retirements.push((line.entered, asset.clone()));
        }
        if self.is_foreign(&asset.client) || names_another(line, &asset) {
            return problem(
                "asset-exchanged",
                format!("asset {} is not the entry's own", asset.id),
            );
        }
        let spans = self.spans.entry(asset.id.clone()).or_default();
        let mut earlier = spans.iter().filter_map(|span| self.assets.get(*span));
        let overlaps = |known: &Asset| known.until.is_none_or(|until| until > asset.since);
        if earlier.any(overlaps) {
            let message = format!("asset {} is in care already", asset.id);
            return problem("asset-added-twice", message);
        }
        spans.push(self.assets.len());
        let message = format!("{} ({})", self.name_of(&asset), asset.kind);
        self.change(line, "asset-added", &message);
        self.assets.push(asset);
        None
    }

    fn retire(&mut self, line: &Line<'_>, asset: Asset) -> Option<Problem> {
        let Some(until) = asset.until else {
            let message = format!("asset {} leaves care without a date", asset.id);
            return problem("retired-without-date", message);
        };
        let as_added = Asset {
            until: None,
            ..asset.clone()
        };
        let span = self.spans.get(&asset.id).and_then(|spans| spans.last());
        let known = span.and_then(|span| self.assets.get_mut(*span));
        let known = known.filter(|known| **known == as_added);
        let Some(known) = known.filter(|_| !names_another(line, &asset)) else {
            let message = format!(
                "asset {} leaves care, but it was not in it as described",
                asset.id
            );
            return problem("retired-otherwise", message);
        };
        known.until = Some(until);
        let message = format!("{}, until {until}", self.name_of(&asset));
        self.change(line, "asset-retired", &message);
        self.retirements.push((line.entered, asset));
        None
    }

    fn plan(
        &mut self,
        line: &Line<'_>,
        plan: ServicePlan,
        consent: Option<Consent>,
    ) -> Option<Problem> {
        if !self.plans.is_empty() {
            self.change(line, "plan-changed", &format!("from {} on", plan.effective));
        }
        self.plans.push(Signed {
            entered: line.entered,
            plan,
            consent,
        });
        None
    }

    fn exception(&mut self, line: &Line<'_>, exception: Exception) -> Option<Problem> {
        let id = &exception.id;
        if !self.exception_ids.insert(id.clone()) {
            return problem(
                "exception-granted-twice",
                format!("exception {id} was granted before"),
            );
        }
        if self.is_foreign(&exception.client) {
            return problem(
                "exception-exchanged",
                format!("exception {id} is another client's"),
            );
        }
        if exception.granted_at > line.entered.at {
            let message = format!("exception {id} is said to be granted after its own entry");
            return problem("exception-of-the-future", message);
        }
        if exception.resume.is_some() && exception.days() > i64::from(Exception::DAYS_MAX) {
            let message = format!(
                "exception {id} covers {} to {}, more than {} days",
                exception.from,
                exception.to,
                Exception::DAYS_MAX
            );
            return problem("exception-too-long", message);
        }
        let message = format!("{id}: {} to {}", exception.from, exception.to);
        self.change(line, "exception-granted", &message);
        self.exceptions.push((line.entered, exception));
        None
    }

    /// What an asset is called, or its id.
    fn name_of<'a>(&'a self, asset: &'a Asset) -> &'a str {
        let name = self.names.get(asset.id.as_str());
        name.map_or(asset.id.as_str(), String::as_str)
    }

    /// Notes a change of what is owed, for the reader to know.
    fn change(&mut self, line: &Line<'_>, code: &str, message: &str) {
        let finding = Finding::at(line.entered.index, code, message);
        self.changes.push((line.entered, finding));
    }

    fn is_foreign(&self, client: &crate::id::ClientId) -> bool {
        self.clients
            .first()
            .is_some_and(|(_, own)| own.id != *client)
    }

    /// What duties are computed from; `None` where there is no client.
    pub(super) fn finish(self, opened_at: Timestamp, found: &mut Vec<Finding>) -> Option<Scope> {
        found.extend(forward::breaches(&self));
        let opened_on = self.local_date(opened_at);
        let is_later =
            |(entered, _): &&(Entered, Finding)| self.local_date(entered.at) != opened_on;
        let changes = self.changes.iter().filter(is_later).cloned().collect();
        let clients: Vec<(Timestamp, Client)> = self
            .clients
            .into_iter()
            .map(|(entered, client)| (entered.at, client))
            .collect();
        let past = past(&clients, &self.zones);
        let (_, client) = clients.into_iter().next_back()?;
        let processes = self
            .processes
            .into_iter()
            .map(|(entered, process)| PublishedProcess {
                process,
                published_at: entered.at,
            });
        let plans = self.plans.into_iter().map(|signed| SignedPlan {
            plan: signed.plan,
            signed_at: signed.entered.at,
            consent: signed.consent,
        });
        let (entered, exceptions) = self.exceptions.into_iter().unzip();
        Some(Scope {
            published: Published {
                client,
                past,
                processes: processes.collect(),
                assets: self.assets,
                calendars: self.calendars,
                zones: self.zones,
                exceptions,
            },
            opened_on,
            plans: plans.collect(),
            exceptions: entered,
            names: self.names,
            changes,
        })
    }

    /// The local date where the client was at an instant; in UTC where its zone is not published,
    /// which is a contradiction of its own.
    pub(super) fn local_date(&self, instant: Timestamp) -> Date {
        let then = self
            .clients
            .iter()
            .rev()
            .find(|(entered, _)| entered.at <= instant);
        let client = then.or(self.clients.first());
        client.map_or_else(
            || jiff::tz::TimeZone::UTC.to_datetime(instant).date(),
            |(_, client)| local_date(&self.zones, client, instant),
        )
    }
}

/// Code and message of a contradiction.
type Problem = (&'static str, String);

fn problem(code: &'static str, message: String) -> Option<Problem> {
    Some((code, message))
}

/// Whether the entry, in clear, speaks of another asset than the disclosed one.
fn names_another(line: &Line<'_>, asset: &Asset) -> bool {
    line.entry.asset.as_ref().is_some_and(|id| *id != asset.id)
}
