//! A process that is about to be published: what it would change, for each client; and then the
//! act. What a person is shown is computed from the same documents as what is owed afterwards.
//!
//! Nothing is guessed for a client that was not chosen, and nothing published is changed: what has
//! opened keeps its version, and a version never takes effect before the day it is published on.

use duly_core::id::{ClientId, PersonId};
use duly_core::process::changes::{Change, changes};
use duly_core::process::minutes::{Load, load};
use duly_core::process::overrides::Overrides;
use duly_core::process::{Per, Process};
use duly_core::schedule::affected::{Affected, affected};
use duly_core::schedule::duties::{Duty, Published, PublishedProcess, duties};
use duly_core::schedule::error::ScheduleError;
use duly_core::schedule::zone::Zone;
use duly_core::scope::Client;
use duly_store::{Publication, Publishing, Store, VersionFor};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use crate::error::WorkError;
use crate::publish::{self, today};

/// How far ahead it is looked: a year, so that a yearly duty is seen.
pub const AHEAD_DAYS: i32 = 365;

/// How far ahead where a calendar or zone ends before a year is over.
const AHEAD_DAYS_LESS: i32 = 31;

/// Whom it is for, and what that client has otherwise.
#[derive(Clone, Debug, PartialEq)]
pub struct Wish {
    /// Whose.
    pub client: ClientId,
    /// What is otherwise.
    pub overrides: Overrides,
}

/// What it would change for one client.
#[derive(Clone, Debug, PartialEq)]
pub struct ForClient {
    /// Whose.
    pub client: ClientId,
    /// What is otherwise for it.
    pub overrides: Overrides,
    /// The newest version that it has.
    pub before: Option<Process>,
    /// The version as it would get it.
    pub after: Process,
    /// What changes against the newest version that it has.
    pub changes: Vec<Change>,
    /// What is otherwise for it than in the common version.
    pub own: Vec<Change>,
    /// Which duties of the next twelve months come, go and move.
    pub affected: Affected,
    /// Its duties of all processes as they are, and as they would be.
    pub load: (Vec<Load>, Vec<Load>),
}

impl ForClient {
    /// Whether the client would get less than before, in words or in duties.
    #[must_use]
    pub fn loosens(&self) -> bool {
        self.affected.is_fewer() || self.changes.iter().any(|change| change.loosens)
    }
}

/// Why a client cannot get it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Whose.
    pub client: ClientId,
    /// Stable, in kebab-case.
    pub code: &'static str,
    /// Why, and what to do.
    pub why: String,
}

/// A process and what it would change.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Proposal {
    /// For whom it can be published.
    pub clients: Vec<ForClient>,
    /// For whom not.
    pub refused: Vec<Refused>,
}

impl Proposal {
    /// Whether anybody would get less than before.
    #[must_use]
    pub fn loosens(&self) -> bool {
        self.clients.iter().any(ForClient::loosens)
    }
}

/// Works out what a process would change for these clients. Changes nothing.
///
/// # Errors
///
/// When the store fails; whatever is wrong with the process for a client is in the proposal.
pub async fn propose(
    store: &Store,
    process: &Process,
    wishes: &[Wish],
    now: Timestamp,
) -> Result<Proposal, WorkError> {
    let mut proposal = Proposal::default();
    for wish in wishes {
        let published = store
            .published(&wish.client)
            .await?
            .ok_or_else(|| WorkError::NoClient(wish.client.clone()))?;
        match for_client(published, process, wish, now)? {
            Ok(client) => proposal.clients.push(client),
            Err((code, why)) => proposal.refused.push(Refused {
                client: wish.client.clone(),
                code,
                why,
            }),
        }
    }
    Ok(proposal)
}

/// Publishes what was proposed, for all its clients or for none. The calendars and zones that it
/// leans on go before it.
///
/// # Errors
///
/// When the store fails.
pub async fn publish_proposal(
    store: &Store,
    proposal: &Proposal,
    by: &PersonId,
    reason: &str,
    text: &str,
    now: Timestamp,
) -> Result<Publishing, WorkError> {
    for client in &proposal.clients {
        publish::lean_on(store, &client.client, &client.after, now).await?;
    }
    let versions = proposal.clients.iter().map(|client| VersionFor {
        client: client.client.clone(),
        process: client.after.clone(),
        overrides: client.overrides.clone(),
        seen: client.before.as_ref().map(Process::version),
        changes: client.changes.clone(),
        fewer: client.affected.is_fewer(),
    });
    let publication = Publication {
        person: by.clone(),
        reason: reason.to_owned(),
        text: text.to_owned(),
        versions: versions.collect(),
    };
    let published = store.publish_by_person(publication, now).await?;
    if published == Publishing::Published {
        for client in &proposal.clients {
            publish::promise(store, &client.client, &client.after, now).await?;
        }
    }
    Ok(published)
}

/// Whether a process can make anything due for a client: the provider's own processes are nobody
/// else's, and what is about an asset needs one of its kind.
#[must_use]
pub fn applies(process: &Process, published: &Published) -> bool {
    let kind = match process.applies_to.per {
        Per::Provider => return published.client.is_provider(),
        Per::Client => return !published.client.is_provider(),
        Per::Site => Some("site"),
        Per::Asset => process.applies_to.kind.as_deref(),
    };
    let in_care = |asset: &&duly_core::scope::Asset| asset.until.is_none();
    let mut assets = published.assets.iter().filter(in_care);
    assets.any(|asset| Some(asset.kind.as_str()) == kind)
}

type Outcome = Result<ForClient, (&'static str, String)>;

fn for_client(
    mut published: Published,
    process: &Process,
    wish: &Wish,
    now: Timestamp,
) -> Result<Outcome, WorkError> {
    let day = today(&published.client.tz, now)?;
    prepare(&mut published, process, day)?;
    let newest = newest(&published, process);
    if let Some(refused) = out_of_turn(&published, process, newest.as_ref(), day) {
        return Ok(Err(refused));
    }
    let calendar = process.schedule.calendar_name(&published.client);
    let calendar = published.calendars.get(calendar);
    let after = match wish.overrides.apply(process, calendar) {
        Ok(after) => after,
        Err(error) => return Ok(Err((error.code(), error.to_string()))),
    };
    let was = ahead(&published, day);
    let mut coming = published.clone();
    coming.processes.push(PublishedProcess {
        process: after.clone(),
        published_at: now,
    });
    let (was, is) = match (was, ahead(&coming, day)) {
        (Ok(was), Ok(is)) => (was, is),
        (Err(error), _) | (_, Err(error)) => {
            return Ok(Err((error.code(), error.to_string())));
        }
    };
    let of_process = |duties: &[Duty]| -> Vec<Duty> {
        let own = |duty: &&Duty| duty.process == process.process;
        duties.iter().filter(own).cloned().collect()
    };
    let changed = newest
        .as_ref()
        .map_or_else(Vec::new, |before| changes(before, &after));
    Ok(Ok(ForClient {
        client: wish.client.clone(),
        overrides: wish.overrides.clone(),
        changes: changed,
        own: changes(process, &after),
        affected: affected(&of_process(&was), &of_process(&is)),
        load: (load_of(&published, &was), load_of(&coming, &is)),
        before: newest,
        after,
    }))
}

/// Why a version cannot take effect on its day: it is past, or taken, or before a later one.
fn out_of_turn(
    published: &Published,
    process: &Process,
    newest: Option<&Process>,
    day: Date,
) -> Option<(&'static str, String)> {
    if process.effective < day {
        let why = format!(
            "it would take effect on {}, and for this client it is {day} already; give \
             `effective` a date that has not passed",
            process.effective
        );
        return Some(("effective-in-the-past", why));
    }
    let same = |version: &PublishedProcess| {
        let known = &version.process;
        known.process == process.process && known.effective == process.effective
    };
    if published.processes.iter().any(same) {
        let why = format!(
            "a version that takes effect on {} is published already, and a version is never \
             changed; give `effective` a later date",
            process.effective
        );
        return Some(("version-taken", why));
    }
    if let Some(later) = newest.filter(|known| known.effective > process.effective) {
        let why = format!(
            "a later version, of {}, is published already; give `effective` a date after it",
            later.effective
        );
        return Some(("later-version", why));
    }
    None
}

/// The last version of the process that was published for the client.
fn newest(published: &Published, process: &Process) -> Option<Process> {
    let versions = published.processes.iter();
    let own = versions.filter(|version| version.process.process == process.process);
    own.map(|version| version.process.clone()).next_back()
}

/// Adds the calendar and the zone that the process would lean on, as they would be published.
fn prepare(published: &mut Published, process: &Process, day: Date) -> Result<(), WorkError> {
    let client: Client = published.client.clone();
    for name in [process.schedule.calendar_name(&client), &client.calendar] {
        if !published.calendars.contains_key(name) {
            let calendar = duly_declare::calendars::calendar(name)
                .ok_or_else(|| WorkError::UnknownCalendar(name.to_owned()))?;
            published
                .calendars
                .insert(name.to_owned(), calendar.clone());
        }
    }
    let zone = process.schedule.zone_name(&client);
    if !published.zones.contains_key(zone) {
        let table = Zone::of(zone, day.saturating_sub(1.year()), publish::zone_end(day))?;
        published.zones.insert(zone.to_owned(), table);
    }
    Ok(())
}

/// The duties of the coming year, as far as the calendars reach.
fn ahead(published: &Published, day: Date) -> Result<Vec<Duty>, ScheduleError> {
    let ahead = |days: i32| duties(published, day, day.saturating_add(days.days()));
    ahead(AHEAD_DAYS).or_else(|_| ahead(AHEAD_DAYS_LESS))
}

/// The load of these duties, each under the version that it is of.
#[must_use]
pub fn load_of(published: &Published, duties: &[Duty]) -> Vec<Load> {
    load(duties, |duty| {
        let of_duty = |version: &&PublishedProcess| {
            version.process.process == duty.process && version.process.version() == duty.version
        };
        let version = published.processes.iter().find(of_duty);
        version.map(|version| &version.process)
    })
}
