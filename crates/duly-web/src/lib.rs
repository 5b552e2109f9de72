//! Pages, API and sign-in.
//!
//! Read in this order: the words ([`words`]), the small pieces made of them ([`part`]), what each
//! page shows ([`view`], one plain struct and one template a page), and the files that go with
//! them ([`asset`]).
//!
//! Nothing here holds SQL, reads the clock or computes a verdict: pages show what was stored and
//! recorded, at a `now` that is handed in. Every page works without JavaScript; there is none.

pub mod asset;
mod filters;
pub mod part;
pub mod view;
pub mod words;
