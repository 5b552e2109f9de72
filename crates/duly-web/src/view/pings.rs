//! Addresses that a client's jobs ping, with how each job stands.

use askama::Template;
use jiff::Timestamp;

use crate::filters;
use crate::part::client_nav::ClientNav;
use crate::part::paging::Paging;
use crate::view::Named;
use crate::view::frame::Frame;

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "pings.html")]
pub struct Pings {
    /// What stands around it.
    pub frame: Frame,
    /// Whose.
    pub client: Named,
    /// The links to the client's other pages.
    pub nav: ClientNav,
    /// The addresses.
    pub rows: Vec<Row>,
    /// Where the list goes on.
    pub paging: Paging,
    /// An address that was just drawn; shown this once.
    pub made: Option<String>,
    /// What was wrong with the form.
    pub problems: Vec<String>,
    /// Whether they may declare one.
    pub may_keep: bool,
    /// Assets to choose from.
    pub assets: Vec<Named>,
    /// What was typed.
    pub form: Form,
}

/// An address.
#[derive(Clone, Debug)]
pub struct Row {
    /// Names it.
    pub id: String,
    /// What the job is called.
    pub name: String,
    /// For which asset.
    pub asset: Option<Named>,
    /// How the job stands, in words.
    pub says: &'static str,
    /// How that looks.
    pub look: &'static str,
    /// When anything was last heard.
    pub heard_at: Option<Timestamp>,
    /// How often it is expected, in words.
    pub every: String,
    /// How much later it may be, in words.
    pub grace: String,
    /// Pings that ever came.
    pub pings: u64,
}

/// The form.
#[derive(Clone, Debug)]
pub struct Form {
    /// What the job is called.
    pub name: String,
    /// For which asset.
    pub asset: String,
    /// Minutes.
    pub every: String,
    /// Minutes.
    pub grace: String,
}

impl Default for Form {
    /// A nightly job that takes up to an hour.
    fn default() -> Self {
        Self {
            name: String::new(),
            asset: String::new(),
            every: "1440".to_owned(),
            grace: "60".to_owned(),
        }
    }
}
