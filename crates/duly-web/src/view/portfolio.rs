//! Oversight over all clients: worst first, each with the reason.

use askama::Template;
use duly_core::oversight::report::Counted;
use jiff::Timestamp;

use crate::filters;
use crate::view::Named;
use crate::view::frame::Frame;

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "portfolio.html")]
pub struct Portfolio {
    /// What stands around it.
    pub frame: Frame,
    /// The month in words.
    pub month: String,
    /// The month as an address holds it.
    pub month_key: String,
    /// The month before.
    pub before: String,
    /// The month after, up to the present one.
    pub after: Option<String>,
    /// Clients, worst first.
    pub rows: Vec<Row>,
    /// Clients for which nothing was counted.
    pub uncounted: Vec<Named>,
    /// How many more there are of these.
    pub uncounted_more: usize,
}

/// A client's month.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The client.
    pub client: Named,
    /// Its duties.
    pub equation: Counted,
    /// What its report says; nothing for a month too old to have one.
    pub sentence: Option<String>,
    /// Measures that worsen.
    pub worse: u64,
    /// Measures that never reach their aim.
    pub failing: u64,
    /// What is not covered.
    pub uncovered: u64,
    /// When it was counted.
    pub counted_at: Timestamp,
    /// Whether that is final.
    pub is_final: bool,
}

impl Portfolio {
    fn headline(&self) -> String {
        let missed = self
            .rows
            .iter()
            .filter(|row| row.equation.missed > 0)
            .count();
        let worse = self.rows.iter().filter(|row| row.worse > 0).count();
        match (self.rows.len(), missed, worse) {
            (0, ..) => format!("Nothing was counted in {}", self.month),
            (_, 0, 0) => "Nothing was missed, and nothing worsens".to_owned(),
            (_, 0, worse) => format!("Something worsens at {}", clients(worse)),
            (_, missed, 0) => format!("Something was missed at {}", clients(missed)),
            (_, missed, worse) => format!(
                "Something was missed at {}, and worsens at {}",
                clients(missed),
                clients(worse)
            ),
        }
    }
}

fn clients(count: usize) -> String {
    match count {
        1 => "one client".to_owned(),
        count => format!("{count} clients"),
    }
}
