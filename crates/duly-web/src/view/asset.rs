//! One asset or site: what looks after it, who sees it, what happened to it; and the forms to add,
//! change and retire one.

use askama::Template;
use duly_core::commissioning::Commissioning;
use duly_core::presence::Presence;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::filters;
use crate::part::client_nav::ClientNav;
use crate::part::state::{Shape, State};
use crate::view::Named;
use crate::view::frame::Frame;

/// Longest name, in characters.
pub const NAME_CHARS_MAX: usize = duly_work::clients::NAME_CHARS_MAX;

/// Longest reason, in characters; in bytes it is bounded by the store.
pub const REASON_CHARS_MAX: usize = 1_000;

/// The page of one.
#[derive(Clone, Debug, Template)]
#[template(path = "asset.html")]
pub struct Asset {
    /// What stands around it.
    pub frame: Frame,
    /// Whose.
    pub client: Named,
    /// Links to the other pages about this client.
    pub nav: ClientNav,
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
    /// Whether it is new in care.
    pub commissioning: Option<Commissioning>,
    /// Processes that look after it, by title.
    pub covered_by: Vec<String>,
    /// What it lacks, in sentences.
    pub lacking: Vec<String>,
    /// Who sees it.
    pub seen: Vec<SeenBy>,
    /// Jobs that ping about it.
    pub jobs: Vec<Job>,
    /// What lies there, for a site; at most a page.
    pub lies_here: Vec<Named>,
    /// What happened to it, the last first; at most a page.
    pub events: Vec<Event>,
    /// The form to change it, for whoever may.
    pub change: Option<AssetForm>,
    /// The form to retire it, for whoever may.
    pub retire: Option<RetireForm>,
    /// What was wrong with what was sent.
    pub problems: Vec<String>,
}

/// A source that sees it.
#[derive(Clone, Debug)]
pub struct SeenBy {
    /// Which.
    pub source: String,
    /// Its word for it.
    pub thing: String,
    /// When it last did.
    pub at: Timestamp,
    /// How it stands.
    pub presence: Presence,
}

impl SeenBy {
    fn state(&self) -> State {
        match self.presence {
            Presence::Seen => State::new(Shape::Pass, "seen"),
            Presence::Missing => State::new(Shape::Unknown, "missing from the last list"),
            Presence::Silent => State::new(Shape::Look, "silent"),
        }
    }
}

/// Something that happened to it.
#[derive(Clone, Debug)]
pub struct Event {
    /// Its place in the log.
    pub index: u64,
    /// When.
    pub at: Timestamp,
    /// What: `added`, `changed`, …
    pub what: String,
    /// Who.
    pub who: String,
    /// What was changed, or why.
    pub words: String,
}

/// What stands in the form to add or change one.
#[derive(Clone, Debug, Default)]
pub struct AssetForm {
    /// Its name.
    pub name: String,
    /// Its kind; chosen when it is added, and fixed then.
    pub kind: String,
    /// Id of the site; empty for none.
    pub site: String,
    /// Sites to choose from.
    pub sites: Vec<Named>,
    /// The revision that was shown.
    pub revision: u64,
}

/// What stands in the form to retire one.
#[derive(Clone, Debug)]
pub struct RetireForm {
    /// The last day in care.
    pub last_day: String,
    /// The earliest that can be chosen.
    pub earliest: Date,
    /// Why.
    pub reason: String,
}

/// The page to add one.
#[derive(Clone, Debug, Template)]
#[template(path = "asset-new.html")]
pub struct NewAsset {
    /// What stands around it.
    pub frame: Frame,
    /// Whose.
    pub client: Named,
    /// Links to the other pages about this client.
    pub nav: ClientNav,
    /// What stands in the form.
    pub form: AssetForm,
    /// Kinds to choose from.
    pub kinds: Vec<String>,
    /// What was wrong with what was sent.
    pub problems: Vec<String>,
}

impl NewAsset {
    fn is_site(&self) -> bool {
        self.form.kind == duly_core::care::SITE
    }
}

/// A job that pings.
#[derive(Clone, Debug)]
pub struct Job {
    /// What it is called.
    pub name: String,
    /// How it stands, in words.
    pub says: &'static str,
    /// How that looks.
    pub look: &'static str,
    /// When anything was last heard of it.
    pub heard_at: Option<Timestamp>,
}
