//! The small pieces that pages are made of, each a type that writes its own escaped markup.
//!
//! A piece is shown the same way wherever it stands: a state is always a word, a shape and a hue
//! together; a time is always machine-readable beside its words; the equation always has six
//! terms. Pieces hold no page and read nothing.

pub mod chart;
pub mod client_nav;
pub mod equation;
pub mod line_diff;
pub mod moment;
pub mod paging;
pub mod place;
pub mod standing;
pub mod state;
