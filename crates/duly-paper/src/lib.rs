//! What is handed over on paper: the report of a client's month as a PDF, one page and an annex.
//!
//! The report is made elsewhere; here it is only set. [`Press`] holds what every report needs,
//! fonts and layout, and turns one report after another into bytes: the same bytes for the same
//! report, since nothing here knows the time, draws a number or reads a file. What a report says
//! reaches the page as data and never as markup, so that a client's name prints as it is written.
//!
//! The PDF is tagged for screen readers (PDF/UA-1), made to be kept (PDF/A-3a), and carries its own
//! figures as `report.json`. Typst, which sets it, is built in with the feature `pdf` alone;
//! without it [`Press::new`] says so.

#[cfg(feature = "pdf")]
mod desk;
#[cfg(feature = "pdf")]
mod letters;
#[cfg(feature = "pdf")]
mod press;
#[cfg(feature = "pdf")]
mod sheet;

#[cfg(not(feature = "pdf"))]
mod none;

#[cfg(not(feature = "pdf"))]
pub use none::Press;
#[cfg(feature = "pdf")]
pub use press::Press;

/// The name under which the figures of a report are attached to its PDF.
pub const ATTACHED: &str = "report.json";

/// Why there is no PDF.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PaperError {
    /// Built without it.
    #[error(
        "this program was built without PDFs; build it with them: \
         cargo build --release --package duly --features pdf"
    )]
    NotBuiltIn,
    /// A font of its own, or one handed in, cannot be read.
    #[error("the font number {number} cannot be read: it is no TrueType or OpenType file")]
    Font {
        /// Which, the built-in ones first.
        number: usize,
    },
    /// The report cannot be set.
    #[error("the report of {month} for the client `{client}` cannot be set: {why}")]
    Unset {
        /// Whose report.
        client: String,
        /// Of which month.
        month: String,
        /// What is said about it.
        why: String,
    },
}
