//! The rules of signing in, as pure functions: which passwords are refused ([`password`]), how
//! often somebody may try ([`limit`]), and what a mail address is ([`mail`]).
//!
//! Nothing here hashes, compares or remembers a secret; the pages do the first two, the store the
//! third.

pub mod limit;
pub mod mail;
pub mod password;
