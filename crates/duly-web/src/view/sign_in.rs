//! The pages before sign-in: how to get a link, the button that redeems one, and what to do when
//! a link is spent.
//!
//! Opening a link redeems nothing: mail scanners and chat previews open links too. Only the
//! button does.

use askama::Template;

use crate::filters;
use crate::view::frame::Frame;

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "sign-in.html")]
pub struct SignIn {
    /// What stands around it; nobody is signed in.
    pub frame: Frame,
    /// Which of the three it is.
    pub stage: Stage,
}

/// Where somebody stands who is not signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Came without a link.
    NoLink,
    /// Came with one; the token goes back with the button.
    Link {
        /// The token, as it stands in the address.
        token: String,
    },
    /// The link was used before, has expired, or never was one. Which of these is not told.
    Spent,
    /// Has just signed out.
    SignedOut,
}
