//! Backups: a source's own picture of itself, the draw of what is read back, and what the
//! comparison means. The reading itself is `duly-probe`'s.
//!
//! Read in this order: what is asked ([`request`]), the source's picture ([`manifest`], over
//! [`path`]), what is remembered of the repository ([`known`]), which snapshot stands for which
//! root ([`choose`]), which files are read back ([`draw`]), what one of them is worth
//! ([`weigh`]), what was found ([`facts`]), what a sample proves ([`bound`]) and what it all means
//! ([`judge`], with its [`code`]s).

pub mod bound;
pub mod choose;
pub mod code;
pub mod draw;
pub mod facts;
pub mod judge;
pub mod known;
pub mod manifest;
pub mod path;
pub mod request;
pub mod weigh;
