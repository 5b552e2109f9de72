//! Adding a client, and changing its name, zone and calendar.

use askama::Template;

use crate::filters;
use crate::part::client_nav::ClientNav;
use crate::view::Named;
use crate::view::asset::NAME_CHARS_MAX;
use crate::view::frame::Frame;

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "client-form.html")]
pub struct ClientForm {
    /// What stands around it.
    pub frame: Frame,
    /// The client, and links to the other pages about it; none for a new one.
    pub client: Option<(Named, ClientNav)>,
    /// Its id, for a new one.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Zone.
    pub tz: String,
    /// Calendar.
    pub calendar: String,
    /// Calendars to choose from.
    pub calendars: Vec<String>,
    /// The client whose processes a new one gets; empty for none.
    pub like: String,
    /// Clients to choose from.
    pub clients: Vec<Named>,
    /// What was wrong with what was sent.
    pub problems: Vec<String>,
}

impl ClientForm {
    fn action(&self) -> String {
        self.client.as_ref().map_or_else(
            || "/clients".to_owned(),
            |(client, _)| {
                format!(
                    "/clients/{}/settings",
                    crate::page::today::encoded(&client.id)
                )
            },
        )
    }
}
