//! Pages, API and sign-in.
//!
//! Read in this order: [`routes`], the table of every address; [`page`], what each one reads and
//! does; [`view`], what each page shows, a plain struct and a template; [`part`] and [`words`],
//! the pieces and sentences they are made of. Around all of them stand [`session`] and
//! [`sign_in`], [`permit`], [`headers`] and [`problem`], put together in [`serve()`].
//!
//! Nothing here holds SQL, reads the clock or computes a verdict: pages show what was stored and
//! recorded, at a `now` that is handed in. Every page works without JavaScript; what the scripts in
//! `assets` add is named at their head.

mod access;
mod api;
pub mod asset;
mod bearer;
mod buckets;
mod came;
mod changes;
mod connections;
mod filters;
pub mod headers;
mod idempotency;
mod page;
pub mod part;
pub mod permit;
mod ping;
mod problem;
mod routes;
mod serve;
mod session;
mod sign_in;
mod transport;
pub mod view;
pub mod words;

pub use access::{Access, IDENTITY_SECRET, IdentityProvider};
pub use api::document::openapi;
pub use came::Peer;
pub use routes::{Address, addresses};
pub use serve::{BODY_BYTES_MAX, PACK_WITHIN, REQUEST_WITHIN, Web, router, serve};
pub use session::SESSION_FOR;
