//! Which part of a long list is shown, and the links to its neighbours; every list has a bound.

use askama::Template;
use askama::filters::HtmlSafe;

use crate::filters;

/// Rows on one page of any list: what a person reads through, and far below what makes a page
/// slow.
pub const ROWS_PER_PAGE: u64 = 50;

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "part/paging.html")]
pub struct Paging {
    /// Number of the page, from 1.
    pub page: u64,
    /// Rows in the whole list.
    pub total: u64,
    /// Address of the list without its page: `/?client=baker`.
    pub address: String,
}

impl HtmlSafe for Paging {}

impl Paging {
    /// Number of the last page; 1 for an empty list.
    #[must_use]
    pub fn last(&self) -> u64 {
        self.total.div_ceil(ROWS_PER_PAGE).max(1)
    }

    /// First and last row shown, counted from 1.
    fn shown(&self) -> (u64, u64) {
        let before = self.page.saturating_sub(1).saturating_mul(ROWS_PER_PAGE);
        let last = before.saturating_add(ROWS_PER_PAGE).min(self.total);
        (before.saturating_add(1).min(last), last)
    }

    /// The address of another page of the same list.
    fn address_of(&self, page: u64) -> String {
        let joint = if self.address.contains('?') { '&' } else { '?' };
        format!("{}{joint}page={page}", self.address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paging(page: u64, total: u64, address: &str) -> Paging {
        Paging {
            page,
            total,
            address: address.to_owned(),
        }
    }

    #[test]
    fn a_list_that_fits_has_no_links() {
        assert_eq!(paging(1, ROWS_PER_PAGE, "/").to_string().trim(), "");
    }

    #[test]
    fn the_filter_stays_in_the_address() {
        let html = paging(2, 120, "/?client=baker").to_string();
        assert!(html.contains("/?client=baker&#38;page=1"), "{html}");
        assert!(html.contains("/?client=baker&#38;page=3"), "{html}");
        assert!(html.contains("51 to 100 of 120"), "{html}");
    }

    #[test]
    fn the_last_page_has_no_next() {
        let html = paging(3, 120, "/").to_string();
        assert!(!html.contains("page=4"), "{html}");
        assert!(html.contains("101 to 120 of 120"), "{html}");
    }
}
