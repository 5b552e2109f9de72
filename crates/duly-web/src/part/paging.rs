//! Where in a long list the page stands, and the links to go on; every list has a bound.
//!
//! A list goes forward only: each page says where the next one begins, so that rows which come in
//! between are neither skipped nor shown twice.

use askama::Template;
use askama::filters::HtmlSafe;

/// Rows on one page of any list: what a person reads through, and far below what makes a page
/// slow.
pub const ROWS_PER_PAGE: u32 = 50;

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "part/paging.html")]
pub struct Paging {
    /// Address of the list from its beginning: `/clients`, `/?client=baker`.
    pub address: String,
    /// Whether this page is not the first.
    pub is_continued: bool,
    /// Where the next page begins; none on the last.
    pub next: Option<String>,
}

impl HtmlSafe for Paging {}

impl Paging {
    /// What the address needs before its next parameter.
    fn joint(&self) -> char {
        if self.address.contains('?') { '&' } else { '?' }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paging(is_continued: bool, next: Option<&str>) -> String {
        Paging {
            address: "/?client=baker".to_owned(),
            is_continued,
            next: next.map(str::to_owned),
        }
        .to_string()
    }

    #[test]
    fn a_list_that_fits_has_no_links() {
        assert_eq!(paging(false, None).trim(), "");
    }

    #[test]
    fn the_filter_stays_in_the_address() {
        let html = paging(true, Some("17~a&b"));
        assert!(html.contains("href=\"/?client=baker\""), "{html}");
        assert!(html.contains("/?client=baker&#38;after=17~a%26b"), "{html}");
    }

    #[test]
    fn the_last_page_has_no_next() {
        let html = paging(true, None);
        assert!(!html.contains("after="), "{html}");
    }
}
