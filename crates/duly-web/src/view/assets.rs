//! What a client has in care, or had: assets by name, sites, and what is seen and nobody's.

use askama::Template;
use duly_core::commissioning::Commissioning;
use duly_core::presence::{Presence, UNCLAIMED_BUSINESS_DAYS_MAX};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::filters;
use crate::part::client_nav::ClientNav;
use crate::part::paging::Paging;
use crate::part::state::{Shape, State};
use crate::view::Named;
use crate::view::frame::Frame;

/// The list of assets.
#[derive(Clone, Debug, Template)]
#[template(path = "assets.html")]
pub struct Assets {
    /// What stands around it.
    pub frame: Frame,
    /// Whose.
    pub client: Named,
    /// Links to the other pages about this client.
    pub nav: ClientNav,
    /// Kinds to filter by.
    pub kinds: Vec<String>,
    /// The kind that is filtered by.
    pub kind: Option<String>,
    /// Whether those let go are shown.
    pub gone: bool,
    /// By name, at most one page of them.
    pub rows: Vec<Row>,
    /// Which page of the list this is.
    pub paging: Paging,
    /// Whether the reader may add and change.
    pub keeps: bool,
}

/// One asset.
#[derive(Clone, Debug)]
pub struct Row {
    /// Which.
    pub asset: Named,
    /// Of which kind.
    pub kind: String,
    /// Where it lies.
    pub site: Option<Named>,
    /// First day in care.
    pub since: Date,
    /// First day no longer in care.
    pub until: Option<Date>,
    /// What it lacks, in sentences.
    pub lacking: Vec<String>,
    /// How it stands with its source; none for one that no source tells of.
    pub presence: Option<Presence>,
    /// Whether it is new in care.
    pub commissioning: Option<Commissioning>,
}

impl Row {
    fn state(&self) -> State {
        match self.presence {
            _ if self.until.is_some() => State::new(Shape::Nothing, "retired"),
            _ if !self.lacking.is_empty() => State::new(Shape::Look, "uncovered"),
            Some(Presence::Silent) => State::new(Shape::Look, "silent"),
            Some(Presence::Missing) => State::new(Shape::Unknown, "missing from the last list"),
            Some(Presence::Seen) | None => State::new(Shape::Pass, "in care"),
        }
    }
}

/// The list of sites.
#[derive(Clone, Debug, Template)]
#[template(path = "sites.html")]
pub struct Sites {
    /// What stands around it.
    pub frame: Frame,
    /// Whose.
    pub client: Named,
    /// Links to the other pages about this client.
    pub nav: ClientNav,
    /// By name, at most one page of them.
    pub rows: Vec<SiteRow>,
    /// Which page of the list this is.
    pub paging: Paging,
    /// Whether the reader may add and change.
    pub keeps: bool,
}

/// One site.
#[derive(Clone, Debug)]
pub struct SiteRow {
    /// Which.
    pub site: Named,
    /// First day in care.
    pub since: Date,
    /// Assets in care that lie there, by name, at most a page of them.
    pub assets: Vec<Named>,
}

/// What is seen and nobody's.
#[derive(Clone, Debug, Template)]
#[template(path = "unclaimed.html")]
pub struct Unclaimed {
    /// What stands around it.
    pub frame: Frame,
    /// Whose.
    pub client: Named,
    /// Links to the other pages about this client.
    pub nav: ClientNav,
    /// By source, at most one page of them.
    pub rows: Vec<Seen>,
    /// Which page of the list this is.
    pub paging: Paging,
    /// Whether the reader may claim.
    pub keeps: bool,
    /// Kinds to choose from.
    pub kinds: Vec<String>,
    /// Assets in care that it may be.
    pub assets: Vec<Named>,
    /// What was wrong with what was sent.
    pub problems: Vec<String>,
}

/// Something seen.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Who says so.
    pub source: String,
    /// The source's word for it.
    pub thing: String,
    /// What it is called.
    pub name: String,
    /// What it would be.
    pub kind: String,
    /// Since when.
    pub first_seen_at: Timestamp,
    /// When it was last seen.
    pub last_seen_at: Timestamp,
    /// The last day on which it may be nobody's; none where the calendar does not reach.
    pub claim_by: Option<Date>,
    /// Whether that day is over.
    pub is_overdue: bool,
}

impl Unclaimed {
    fn days(&self) -> i64 {
        UNCLAIMED_BUSINESS_DAYS_MAX
    }
}

impl Seen {
    fn state(&self) -> State {
        if self.is_overdue {
            State::new(Shape::Fail, "unclaimed for too long")
        } else {
            State::new(Shape::Open, "unclaimed")
        }
    }
}
