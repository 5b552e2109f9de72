//! What leaves duly: mail ([`mail`], [`smtp`]), signed webhooks ([`webhook`]), and tickets
//! mirrored into somebody else's help desk ([`desk`]).
//!
//! Each call does one thing once, within a bounded time, and says how it went: delivered, not now
//! ([`NotSent::Later`]) or never ([`NotSent::Never`]). Trying again, and in which order, is
//! decided above; so is what the texts say. Nothing here knows the store, judges, or asks for the
//! time. [`reach`] keeps what is sent from reaching into the provider's own network.

pub mod desk;
mod http;
pub mod mail;
pub mod reach;
pub mod smtp;
pub mod webhook;

/// Longest that one attempt may take, from looking up a name to the last byte of the answer. A
/// mail server that greets slowly against unwanted mail takes up to half a minute.
pub const ATTEMPT_WITHIN: std::time::Duration = std::time::Duration::from_secs(60);

/// Most characters of what the other side said that are kept: enough to see what is wrong.
const SAID_CHARS_MAX: usize = 300;

/// Why something did not leave.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotSent {
    /// It may work later: nobody answered, or the other side asked to come back.
    #[error("{0}")]
    Later(String),
    /// It will not work as it is: a refused recipient, a wrong password, a wrong address.
    #[error("{0}")]
    Never(String),
}

impl NotSent {
    pub(crate) fn later(what: impl ToString) -> Self {
        Self::Later(said(&what.to_string()))
    }

    pub(crate) fn never(what: impl ToString) -> Self {
        Self::Never(said(&what.to_string()))
    }

    /// Whether trying again is of no use.
    #[must_use]
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Never(_))
    }
}

/// What somebody else said, as one line that can be shown and kept.
fn said(text: &str) -> String {
    let line = duly_core::telling::one_line(text);
    if line.chars().count() <= SAID_CHARS_MAX {
        return line;
    }
    let mut cut: String = line.chars().take(SAID_CHARS_MAX).collect();
    cut.push('…');
    cut
}
