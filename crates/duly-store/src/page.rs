//! Lists come in pages; no list is ever read whole.

/// Most rows of a page: what a screen can show and a request can carry in some milliseconds.
pub const ROWS_MAX: u32 = 500;

/// Which page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Where the page before ended: its [`Listed::next`]; absent for the first.
    pub after: Option<String>,
    /// How many rows, at most [`ROWS_MAX`].
    pub rows: u32,
}

impl Default for Page {
    fn default() -> Self {
        Self {
            after: None,
            rows: 50,
        }
    }
}

impl Page {
    /// The first page with as many rows as there may be.
    #[must_use]
    pub fn widest() -> Self {
        Self {
            after: None,
            rows: ROWS_MAX,
        }
    }

    /// The page after the one that ended here.
    #[must_use]
    pub fn after(&self, next: &str) -> Self {
        Self {
            after: Some(next.to_owned()),
            rows: self.rows,
        }
    }

    /// One row more than asked for, to see whether there is another page.
    pub(crate) fn fetch(&self) -> i64 {
        i64::from(self.rows.clamp(1, ROWS_MAX)) + 1
    }
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// Where to go on; absent on the last page.
    pub next: Option<String>,
}

impl<T> Listed<T> {
    /// Cuts what was fetched with [`Page::fetch`] to the page; `place` names where a row stands.
    pub(crate) fn cut(mut rows: Vec<T>, page: &Page, place: impl Fn(&T) -> String) -> Self {
        let wanted = page.rows.clamp(1, ROWS_MAX) as usize;
        let more = rows.len() > wanted;
        rows.truncate(wanted);
        let next = rows.last().filter(|_| more).map(place);
        Self { rows, next }
    }
}
