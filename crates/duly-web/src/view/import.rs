//! Importing a list of assets: handing it in, and looking at what would come of it.

use askama::Template;
use duly_store::UPLOAD_BYTES_MAX;
use duly_work::import::compare::Comparison;
use duly_work::import::mapping::{Mapping, SOURCE_CHARS_MAX};
use duly_work::import::table::ROWS_MAX;
use jiff::Timestamp;

use crate::filters;
use crate::part::client_nav::ClientNav;
use crate::view::Named;
use crate::view::frame::Frame;
use crate::words::number::{counted, grouped};

/// Most rows listed by name in one table of the preview; the figures count all of them.
pub const NAMED_MAX: usize = 100;

/// The page on which a list is handed in.
#[derive(Clone, Debug, Template)]
#[template(path = "import.html")]
pub struct Import {
    /// What stands around it.
    pub frame: Frame,
    /// Whose.
    pub client: Named,
    /// Links to the other pages about this client.
    pub nav: ClientNav,
    /// Who told of assets before, and when it last did.
    pub sources: Vec<(String, Option<Timestamp>)>,
    /// What was wrong with what was sent.
    pub problems: Vec<String>,
}

impl Import {
    fn mebibytes_max(&self) -> usize {
        UPLOAD_BYTES_MAX / (1_024 * 1_024)
    }

    fn rows_max(&self) -> String {
        grouped(u64::try_from(ROWS_MAX).unwrap_or(u64::MAX))
    }
}

/// The page on which a list is looked at.
#[derive(Clone, Debug, Template)]
#[template(path = "import-look.html")]
pub struct Look {
    /// What stands around it.
    pub frame: Frame,
    /// Whose.
    pub client: Named,
    /// Links to the other pages about this client.
    pub nav: ClientNav,
    /// Id of the list that waits.
    pub upload: String,
    /// Name of the file.
    pub file: String,
    /// How its letters and columns were read, in words.
    pub read_as: String,
    /// Its columns.
    pub columns: Vec<String>,
    /// How many rows it has.
    pub rows: u64,
    /// What the columns are taken for.
    pub mapping: Mapping,
    /// Kinds to choose from.
    pub kinds: Vec<String>,
    /// What would come of it.
    pub comparison: Comparison,
    /// Changes with what would come of it.
    pub digest: String,
    /// Why it cannot be taken.
    pub refusals: Vec<String>,
    /// What was wrong with what was sent.
    pub problems: Vec<String>,
}

impl Look {
    fn chose(&self, chosen: &Option<String>, column: &str) -> bool {
        chosen.as_deref() == Some(column)
    }

    /// What would come of it, in figures.
    fn lede(&self) -> String {
        let words = |number: usize, one: &str, many: &str| {
            counted(u64::try_from(number).unwrap_or(u64::MAX), one, many)
        };
        let found = &self.comparison;
        format!(
            "{}, {}, {}, {}.",
            words(found.added.len(), "row is new", "rows are new"),
            words(found.changed.len(), "changes", "change"),
            words(found.same.len(), "is as it was", "are as they were"),
            words(found.vanished.len(), "is missing", "are missing"),
        )
    }

    fn may_take(&self) -> bool {
        self.refusals.is_empty() && self.problems.is_empty()
    }

    fn site_of(&self, row: &duly_work::import::mapping::Row) -> String {
        if row.site_said.is_empty() {
            String::new()
        } else {
            format!(", {}", row.site_said)
        }
    }
}
