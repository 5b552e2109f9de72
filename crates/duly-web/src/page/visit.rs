//! What every page needs to know about whoever came and the world they see: the person, the time,
//! the clients and the staff by name.

use std::collections::BTreeMap;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use duly_core::accounts::Outcome;
use duly_core::id::{ClientId, PersonId};
use duly_store::{ClientRow, Page, Person, Role, Store, TicketFilter};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::problem::{self, Problem};
use crate::serve::App;
use crate::session::{SignedIn, who};
use crate::view::Named;
use crate::view::frame::{DEMONSTRATION_ORIGIN, Frame, Section};

/// One request of somebody who is signed in.
pub(crate) struct Visit {
    pub app: App,
    pub person: Person,
    pub now: Timestamp,
    /// Every client, the provider among them; at most one page of the widest.
    pub clients: Vec<ClientRow>,
    staff: BTreeMap<PersonId, String>,
    owed: u64,
}

impl FromRequestParts<App> for Visit {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let SignedIn(person) = parts
            .extensions
            .get::<SignedIn>()
            .cloned()
            .ok_or_else(problem::not_signed_in)?;
        let store = &app.store;
        let clients = store.clients(&Page::widest()).await?.rows;
        let staff = store.people(&person.client, &Page::widest()).await?.rows;
        let missed = TicketFilter {
            outcome: Some(Outcome::Missed),
            owed: true,
            ..TicketFilter::default()
        };
        let owed = store.tickets(&missed, &Page::widest()).await?.rows.len();
        Ok(Self {
            app: app.clone(),
            person,
            now: app.now(),
            clients,
            staff: staff
                .into_iter()
                .map(|person| (person.id, person.name))
                .collect(),
            owed: u64::try_from(owed).unwrap_or(u64::MAX),
        })
    }
}

impl Visit {
    pub(crate) fn store(&self) -> &Store {
        &self.app.store
    }

    /// The frame of a page that speaks in the provider's own time.
    pub(crate) fn frame(&self, section: Section, is_head: bool) -> Frame {
        let provider = self.clients.iter().find(|client| client.provider);
        Frame {
            now: self.now,
            zone: provider.map_or(TimeZone::UTC, zone_of),
            who: Some(who(&self.person)),
            section: Some(section),
            is_head,
            owed: self.owed,
            demonstration: self.is_demonstration(),
        }
    }

    /// The frame of a page about one client, in the client's own time.
    pub(crate) fn frame_of(&self, client: &ClientRow, section: Section) -> Frame {
        Frame {
            zone: zone_of(client),
            ..self.frame(section, false)
        }
    }

    fn is_demonstration(&self) -> bool {
        self.clients
            .iter()
            .any(|client| client.origin.starts_with(DEMONSTRATION_ORIGIN))
    }

    /// The client of this id.
    pub(crate) fn client(&self, id: &str) -> Result<&ClientRow, Problem> {
        self.clients
            .iter()
            .find(|client| client.scope.id.as_str() == id)
            .ok_or_else(problem::not_found)
    }

    /// A client by name; its id where there is none.
    pub(crate) fn named(&self, id: &ClientId) -> Named {
        let known = self.clients.iter().find(|client| client.scope.id == *id);
        known.map_or_else(|| Named::new(id.as_str(), id.as_str()), named)
    }

    /// Everybody whose duties are looked after, the provider only if it has any itself.
    pub(crate) fn looked_after(&self) -> impl Iterator<Item = &ClientRow> {
        self.clients.iter().filter(|client| !client.provider)
    }

    /// A person of the staff by name; somebody else is not named.
    pub(crate) fn person_named(&self, id: &PersonId) -> String {
        self.staff
            .get(id)
            .cloned()
            .unwrap_or_else(|| "somebody no longer named".to_owned())
    }

    /// Whether this person does the work.
    pub(crate) fn is_technician(&self) -> bool {
        self.person.role == Role::Technician
    }
}

/// A client's id and name.
pub(crate) fn named(client: &ClientRow) -> Named {
    Named::new(client.scope.id.as_str(), client.name.clone())
}

/// A client's zone; UTC where its name means nothing here.
pub(crate) fn zone_of(client: &ClientRow) -> TimeZone {
    TimeZone::get(&client.scope.tz).unwrap_or(TimeZone::UTC)
}
