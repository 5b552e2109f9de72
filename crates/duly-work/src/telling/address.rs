//! Decides to whom a notice goes, by which way and when, and queues it: each notice once, whatever
//! happens to the worker in between.

use std::collections::BTreeMap;

use duly_core::id::ClientId;
use duly_core::schedule::duties::Published;
use duly_core::telling::quiet::may_arrive;
use duly_core::telling::{GATHER_FOR, Kind, Notice, one_line};
use duly_store::{ClientRow, Connection, NewDelivery, Person, Store, Untold};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::error::WorkError;
use crate::lists;
use crate::telling::Document;

/// What is read once for many notices.
struct Known<'a> {
    store: &'a Store,
    connections: Vec<Connection>,
    people: BTreeMap<ClientId, Vec<Person>>,
    published: BTreeMap<ClientId, Option<Published>>,
}

/// Queues every notice that is not queued yet, one page of them; how many.
///
/// # Errors
///
/// When the store fails.
pub async fn address(store: &Store, now: Timestamp) -> Result<usize, WorkError> {
    let untold = store.untold().await?;
    if untold.is_empty() {
        return Ok(0);
    }
    let mut known = Known {
        store,
        connections: store.connections().await?,
        people: BTreeMap::new(),
        published: BTreeMap::new(),
    };
    let mut addressed = 0;
    for one in untold {
        let deliveries = known.deliveries(&one, now).await?;
        let fresh = store.address(&one.client, &one.id, deliveries, now).await?;
        addressed += usize::from(fresh);
    }
    Ok(addressed)
}

impl Known<'_> {
    async fn deliveries(
        &mut self,
        untold: &Untold,
        now: Timestamp,
    ) -> Result<Vec<NewDelivery>, WorkError> {
        let notice = self.filled_in(untold).await?;
        let gathers = notice.kind.is_gathered();
        let ready = if gathers {
            untold
                .made_at
                .saturating_add(GATHER_FOR)
                .unwrap_or(now)
                .max(now)
        } else {
            now
        };
        let document = serde_json::to_string(&Document::Notice {
            notice: notice.clone(),
        })?;
        let base = NewDelivery {
            client: untold.client.clone(),
            id: String::new(),
            queue: String::new(),
            connection: String::new(),
            to: None,
            kind: notice.kind.word().to_owned(),
            is_gathered: gathers,
            document,
            not_before: ready,
        };
        let mut deliveries = Vec::new();
        for hook in self.of_kind("webhook") {
            deliveries.push(NewDelivery {
                id: NewDelivery::drawn_id()?,
                queue: format!("webhook/{}", hook.kept.id),
                connection: hook.kept.id.clone(),
                ..base.clone()
            });
        }
        let Some(smtp) = self.of_kind("smtp").next().map(|one| one.kept.id.clone()) else {
            return Ok(deliveries);
        };
        let home_zone = zone_of(self.store, &untold.client).await?;
        for person in self.people(&untold.client).await? {
            if !is_told(&person, &notice, now) {
                continue;
            }
            let chosen = self.store.preferences(&person.client, &person.id).await?;
            let wanted = chosen.preferences;
            if wanted.mail.is_none() || !wanted.wants(notice.kind) {
                continue;
            }
            let zone = persons_zone(wanted.zone.as_deref(), &home_zone);
            let quiet = wanted.quiet.as_ref();
            deliveries.push(NewDelivery {
                id: NewDelivery::drawn_id()?,
                queue: mail_queue(&smtp, &person),
                connection: smtp.clone(),
                to: Some((person.client.clone(), person.id.clone())),
                not_before: may_arrive(quiet, &zone, notice.severity, ready),
                ..base.clone()
            });
        }
        Ok(deliveries)
    }

    fn of_kind(&self, kind: &'static str) -> impl Iterator<Item = &Connection> {
        self.connections
            .iter()
            .filter(move |connection| connection.kept.kind == kind)
    }

    /// The provider's people and the client's own.
    async fn people(&mut self, client: &ClientId) -> Result<Vec<Person>, WorkError> {
        if let Some(people) = self.people.get(client) {
            return Ok(people.clone());
        }
        let mut people = lists::people(self.store, Some(client)).await?;
        people.sort_by(|one, other| one.id.cmp(&other.id));
        people.dedup_by(|one, other| one.id == other.id && one.client == other.client);
        self.people.insert(client.clone(), people.clone());
        Ok(people)
    }

    /// A notice of a ticket with what was to be done: the store knows only which ticket.
    async fn filled_in(&mut self, untold: &Untold) -> Result<Notice, WorkError> {
        let mut notice = untold.notice.clone();
        let names_a_ticket = matches!(
            notice.kind,
            Kind::Missed | Kind::Assignment | Kind::HandOver | Kind::ReviewDrawn
        );
        let Some(id) = notice.ticket.as_ref().filter(|_| names_a_ticket) else {
            return Ok(notice);
        };
        let Some((ticket, _)) = self.store.ticket(&untold.client, id).await? else {
            return Ok(notice);
        };
        if !self.published.contains_key(&untold.client) {
            let published = self.store.published(&untold.client).await?;
            self.published.insert(untold.client.clone(), published);
        }
        let published = self.published.get(&untold.client).and_then(Option::as_ref);
        let title = title_of(published, ticket.process.as_str(), &ticket.version);
        notice.line = one_line(&format!("{}: {title}", notice.line));
        Ok(notice.with_fact("Slot", &ticket.slot.to_string()))
    }
}

/// The title of a process version; its name where it has none.
#[must_use]
pub fn title_of(published: Option<&Published>, process: &str, version: &str) -> String {
    let versions = published.map(|published| published.processes.as_slice());
    versions
        .unwrap_or_default()
        .iter()
        .find(|one| one.process.process.as_str() == process && one.process.version() == version)
        .map_or_else(|| process.to_owned(), |one| one.process.title.clone())
}

/// The order that is kept for a person's mail.
pub(crate) fn mail_queue(connection: &str, person: &Person) -> String {
    format!("mail/{connection}/{}/{}", person.client, person.id)
}

/// Whether somebody is still there to be told, and it is for them.
fn is_told(person: &Person, notice: &Notice, now: Timestamp) -> bool {
    is_there(person, now) && notice.is_for(&person.id, &person.roles)
}

/// Whether somebody is still there.
pub(crate) fn is_there(person: &Person, now: Timestamp) -> bool {
    person.removed_at.is_none() && person.until.is_none_or(|until| now < until)
}

/// The zone a client lives in.
pub(crate) async fn zone_of(store: &Store, client: &ClientId) -> Result<TimeZone, WorkError> {
    let row: Option<ClientRow> = store.client(client).await?;
    let zone = row.and_then(|row| TimeZone::get(&row.scope.tz).ok());
    Ok(zone.unwrap_or(TimeZone::UTC))
}

/// The zone a person chose, or that of where they stand.
pub(crate) fn persons_zone(chosen: Option<&str>, home: &TimeZone) -> TimeZone {
    chosen
        .and_then(|name| TimeZone::get(name).ok())
        .unwrap_or_else(|| home.clone())
}
