//! A client's log: appending to it, signing its heads, reading it.

pub(crate) mod append;
pub(crate) mod list;
pub(crate) mod read;
pub(crate) mod release;
