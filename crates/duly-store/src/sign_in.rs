//! Signing in: how people prove who they are, and the sessions that follow.
//!
//! Read in this order: [`link`], the one-time links; [`proof`], by which somebody signs in;
//! [`session`]; then what proofs are held against: [`password`], [`codes`], [`passkey`]; what is
//! half way ([`pending`]), and what keeps guessing in bounds ([`tries`], [`browser`]).
//!
//! A token has 256 random bits and leaves the store once, on being made; the database holds its
//! SHA-256, so that whoever reads the database cannot sign in. Every sign-in, good or refused, is
//! an entry of the provider's log: in clear only the person's opaque id; from where and by which
//! way are fields. Hashing passwords and checking codes is not done here.

mod browser;
mod codes;
pub(crate) mod link;
mod passkey;
mod password;
mod pending;
mod proof;
mod session;
mod tries;

use duly_core::entry::EntryDraft;
use duly_core::id::{ClientId, PersonId};
use duly_proof::hash::{Hash, hash};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::database::value::args;
use crate::error::Error;
use crate::random;
use crate::transaction::Transaction;

pub use browser::BROWSER_FOR;
pub use codes::{CODES, CODES_END, CodeSecrets, CodesConfirmed, RECOVERY_CODES};
pub use link::Invited;
pub use passkey::{NewPasskey, PASSKEY_ADD, PASSKEY_REMOVE, PASSKEYS_MAX, Passkey};
pub use password::{Account, PASSWORD_SET, WaysIn};
pub use pending::{PENDING_MAX, PENDING_TRIES_MAX, Pending, PendingKind};
pub use proof::{FirstProof, Proved, SignIn, SignedIn};
pub use session::{IDLE_FOR, Session, SessionRow};
pub use tries::{Taking, TryOn};

/// Type of the entry for somebody who signed in. Fields: `way`, and `address` and `browser` as far
/// as they are known.
pub const SIGN_IN: &str = "x.sign-in.good";
/// Type of the entry for a sign-in that was refused. Fields: `way`, `why`, and `address` and
/// `browser` as far as they are known. What was typed is not kept: it may be a password in the
/// wrong place. The person is named only where there is one.
pub const SIGN_IN_REFUSED: &str = "x.sign-in.refused";
/// Type of the entry for tries that have run out. Fields: `about` (`account`, `browser`,
/// `address`), and `address` and `browser` as far as they are known.
pub const SIGN_IN_LIMIT: &str = "x.sign-in.limit";
/// Type of the entry for sessions that were ended before their time. Fields: `by`, `sessions` (how
/// many).
pub const SIGN_IN_END: &str = "x.sign-in.end";

/// Longest token that is looked at: ours have 64 digits.
pub(crate) const TOKEN_BYTES_MAX: usize = 64;

/// Longest that is kept of what a visitor says about itself.
const VISITOR_BYTES_MAX: usize = 120;

/// From where somebody comes, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Visitor {
    /// The network address.
    pub address: Option<String>,
    /// Which kind of browser.
    pub browser: Option<String>,
}

/// By which way somebody signs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// A one-time link.
    Link,
    /// An invitation.
    Invitation,
    /// A password alone.
    Password,
    /// A password and a time-based code.
    PasswordAndCode,
    /// A password and a recovery code.
    PasswordAndRecoveryCode,
    /// A passkey.
    Passkey,
    /// An identity provider.
    IdentityProvider,
}

/// Why a sign-in was refused; for the log, not for whoever tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WhyRefused {
    /// Nobody has this mail address.
    NoSuchPerson,
    /// The person has no password.
    NoPassword,
    /// Another password.
    WrongPassword,
    /// Another code.
    WrongCode,
    /// A code that was used before.
    UsedCode,
    /// A passkey that is not known, or does not answer as it must.
    WrongPasskey,
    /// The identity provider names somebody who was not invited.
    NotInvited,
    /// The identity provider says another subject than it did for this person before.
    OtherSubject,
    /// The identity provider's answer does not hold.
    WrongAnswer,
    /// The person was removed, or their time is over.
    NoLonger,
    /// The link is unknown, used or over.
    SpentLink,
}

/// The log in which sign-ins stand: the provider's; where there is none, the client's own.
pub(crate) async fn journal_of(tx: &mut Transaction, client: &ClientId) -> Result<ClientId, Error> {
    let found = tx
        .rows()
        .first(
            "select client from client where provider = 1 order by client limit 1",
            args![],
        )
        .await?;
    found.map_or_else(|| Ok(client.clone()), |row| row.id("client"))
}

/// An entry about a sign-in, with where it came from.
pub(crate) fn drafted(
    kind: &str,
    person: Option<&PersonId>,
    visitor: &Visitor,
) -> Result<EntryDraft, Error> {
    let mut draft = EntryDraft::new(kind);
    for (name, value) in [("address", &visitor.address), ("browser", &visitor.browser)] {
        if let Some(value) = value {
            draft = draft.with_field(name, &cut(value))?;
        }
    }
    draft.person = person.cloned();
    Ok(draft)
}

/// Text of a visitor, cut to what is kept of it.
pub(crate) fn cut(text: &str) -> String {
    let mut cut = String::new();
    for c in text.chars().filter(|c| !c.is_control()) {
        if cut.len() + c.len_utf8() > VISITOR_BYTES_MAX {
            break;
        }
        cut.push(c);
    }
    cut
}

pub(crate) fn fresh_token() -> Result<String, Error> {
    Ok(Hash(random::bytes()?).to_hex())
}

pub(crate) fn digest(token: &str) -> Hash {
    hash(token.as_bytes())
}

/// Appends that a sign-in was refused.
pub(crate) async fn tell_refused(
    tx: &mut Transaction,
    journal: &ClientId,
    person: Option<&PersonId>,
    refused: (Way, WhyRefused),
    visitor: &Visitor,
    now: Timestamp,
) -> Result<(), Error> {
    let draft = drafted(SIGN_IN_REFUSED, person, visitor)?
        .with_field("way", &refused.0)?
        .with_field("why", &refused.1)?;
    tx.append(journal, draft, now).await?;
    Ok(())
}
