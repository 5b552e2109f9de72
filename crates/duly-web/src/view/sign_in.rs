//! The pages before sign-in: password and code, the button that redeems a link, an invitation, and
//! what to do when something is spent.
//!
//! Opening a link redeems nothing: mail scanners and chat previews open links too. Only the
//! button does.

use askama::Template;
use jiff::Timestamp;

use crate::access::Access;
use crate::filters;
use crate::view::frame::Frame;

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "sign-in.html")]
pub struct SignIn {
    /// What stands around it; nobody is signed in.
    pub frame: Frame,
    /// Which of them it is.
    pub stage: Stage,
}

/// Where somebody stands who is not signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Is asked for mail address and password.
    Ask(Ask),
    /// Is asked for a code.
    Code {
        /// Names what is half way.
        token: String,
        /// Where to lead on to.
        to: String,
        /// What was wrong with the last one.
        problem: Option<String>,
    },
    /// Took too long, or tried too often, for the code.
    TooLate,
    /// Tried too often.
    TooMany {
        /// After how long there is another try.
        again_in: String,
    },
    /// Came with a link.
    Link {
        /// The token, as it stands in the address.
        token: String,
    },
    /// The link was used before, has expired, or never was one. Which of these is not told.
    Spent,
    /// Was invited, and chooses how to sign in.
    Invitation(Invitation),
    /// The invitation was accepted before, has expired, or never was one.
    SpentInvitation,
    /// The identity provider's answer led to nobody.
    NotByIdentity {
        /// What the provider is called.
        provider: String,
    },
    /// Has just signed out.
    SignedOut,
}

/// The first page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ask {
    /// As it was typed.
    pub mail: String,
    /// Where to lead on to.
    pub to: String,
    /// What was wrong.
    pub problem: Option<String>,
    /// Whether a passkey can be used at this address.
    pub passkeys: bool,
    /// What the identity provider is called, if there is one.
    pub identity: Option<String>,
}

impl Ask {
    pub(crate) fn new(access: &Access, origin: &Option<String>, to: &str) -> Self {
        Self {
            to: to.to_owned(),
            passkeys: origin.is_some(),
            identity: access.identity.as_ref().map(|one| one.name.clone()),
            ..Self::default()
        }
    }
}

/// An invitation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// The token, as it stands in the address.
    pub token: String,
    /// Whom it is for.
    pub name: String,
    /// What they sign in with.
    pub mail: Option<String>,
    /// Until when it holds.
    pub expires_at: Timestamp,
    /// Whether a passkey can be used at this address.
    pub passkeys: bool,
    /// What the identity provider is called, if there is one.
    pub identity: Option<String>,
    /// What was wrong with the password.
    pub problem: Option<String>,
}
