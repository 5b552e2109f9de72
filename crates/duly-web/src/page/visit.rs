//! What every page needs to know about whoever came and the world they see: the person, the time,
//! the clients and the staff by name.

use std::collections::BTreeMap;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use duly_core::id::{ClientId, PersonId};
use duly_core::permit::{Action, Thing, Who, may};
use duly_store::{ClientRow, Person, Store, Token};
use duly_work::lists;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::permit::{self, is_of_provider};
use crate::problem::{self, Problem};
use crate::serve::App;
use crate::session::{SignedIn, who};
use crate::view::Named;
use crate::view::frame::{DEMONSTRATION_ORIGIN, Frame, Section};

/// How long after a sign-in somebody may change how they sign in: the time it takes to do so.
pub(crate) const FRESH_FOR: SignedDuration = SignedDuration::from_mins(15);

/// One request of somebody who is signed in.
pub(crate) struct Visit {
    pub app: App,
    pub person: Person,
    pub now: Timestamp,
    /// Names the session in lists of them.
    pub session: String,
    /// When whoever came last proved who they are.
    pub proved_at: Timestamp,
    /// Every client that this person may see; for staff, the provider among them.
    pub clients: Vec<ClientRow>,
    /// The token through which a program asks for the person.
    pub token: Option<Token>,
    names: BTreeMap<PersonId, String>,
    owed: u64,
}

impl FromRequestParts<App> for Visit {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let signed_in = parts.extensions.get::<SignedIn>().cloned();
        let signed_in = signed_in.ok_or_else(problem::not_signed_in)?;
        let store = &app.store;
        let sees = |client: &ClientRow| {
            let thing = Thing::Client(&client.scope.id);
            signed_in.sees(thing)
        };
        let clients = lists::clients(store).await?;
        let clients: Vec<ClientRow> = clients.into_iter().filter(sees).collect();
        let SignedIn {
            person,
            at,
            session,
            began_at,
            token,
        } = signed_in;
        let home = (!is_of_provider(&person)).then_some(&person.client);
        let owed = store.owed(home).await?;
        let names = lists::people(store, home).await?;
        Ok(Self {
            app: app.clone(),
            now: at,
            session,
            proved_at: began_at,
            clients,
            names: names
                .into_iter()
                .map(|person| (person.id, person.name))
                .collect(),
            owed,
            token,
            person,
        })
    }
}

impl Visit {
    pub(crate) fn store(&self) -> &Store {
        &self.app.store
    }

    /// Whoever asks, within the limits of a token.
    pub(crate) fn who(&self) -> Who<'_> {
        Who {
            limits: self.token.as_ref().map(|token| &token.limits),
            ..self.person.who(self.now)
        }
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
            sections: self.sections(),
            owed: self.owed,
            demonstration: self.is_demonstration(),
        }
    }

    /// The frame of a page about the person who looks, outside of all sections.
    pub(crate) fn own_frame(&self) -> Frame {
        Frame {
            section: None,
            ..self.frame(Section::Today, false)
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

    /// A person by name; somebody of another client is not named to somebody of a client.
    pub(crate) fn person_named(&self, id: &PersonId) -> String {
        self.names
            .get(id)
            .cloned()
            .unwrap_or_else(|| "somebody no longer named".to_owned())
    }

    /// Whether this person may do this for that client.
    pub(crate) fn may(&self, action: Action, client: &ClientId) -> bool {
        may(self.who(), action, Thing::Client(client)).is_ok()
    }

    /// Whether this person may, about work or a wish of these people.
    ///
    /// # Errors
    ///
    /// What to answer when not.
    pub(crate) fn may_about(
        &self,
        action: Action,
        client: &ClientId,
        by: &[PersonId],
    ) -> Result<(), Problem> {
        let thing = Thing::WorkOf { client, by };
        may(self.who(), action, thing).map_err(permit::refused)
    }

    /// Whether who they are was proved a short while ago: what changes how somebody signs in asks
    /// for that, so that a browser left open is not enough to lock its owner out.
    pub(crate) fn is_fresh(&self) -> bool {
        self.proved_at + FRESH_FOR > self.now
    }

    /// The client that a list is asked for, if it is theirs; without one, the only one they see.
    pub(crate) fn asked_for(&self, client: Option<&str>) -> Result<Option<ClientId>, Problem> {
        match client {
            Some(id) => Ok(Some(self.client(id)?.scope.id.clone())),
            None => Ok(self.bound_to().cloned()),
        }
    }

    /// The one client that somebody of a client is bound to, or a token; none for staff, who reach
    /// all.
    pub(crate) fn bound_to(&self) -> Option<&ClientId> {
        let only = self.token.as_ref();
        let only = only.and_then(|token| token.limits.only.as_ref());
        if only.is_some() {
            return only;
        }
        (!is_of_provider(&self.person)).then_some(&self.person.client)
    }

    fn sections(&self) -> Vec<Section> {
        let opens = |section: &Section| {
            let need = section.need();
            need.allows(&self.person, None, self.now).is_ok()
        };
        Section::ALL.into_iter().filter(opens).collect()
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
