//! A person's own account: how they sign in, and where they are signed in now.

use askama::Template;
use duly_store::{Passkey, SessionRow};
use jiff::Timestamp;

use crate::filters;
use crate::view::frame::Frame;
use crate::words::sign_in::way;

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "account.html")]
pub struct Account {
    /// What stands around it.
    pub frame: Frame,
    /// The name.
    pub name: String,
    /// What they sign in with.
    pub mail: Option<String>,
    /// Whether the last sign-in was a short while ago, so that things may be changed.
    pub is_fresh: bool,
    /// When it was.
    pub proved_at: Timestamp,
    /// Since when the password holds, if there is one.
    pub password_at: Option<Timestamp>,
    /// Since when codes are asked for, if they are.
    pub codes_at: Option<Timestamp>,
    /// Recovery codes that are left.
    pub recovery_codes: u64,
    /// The passkeys.
    pub passkeys: Vec<Key>,
    /// Whether a passkey can be added at this address.
    pub can_add_passkeys: bool,
    /// Where they are signed in.
    pub sessions: Vec<Sitting>,
    /// What was wrong with a new password.
    pub problem: Option<String>,
}

/// A passkey.
#[derive(Clone, Debug)]
pub struct Key {
    /// Names it.
    pub id: String,
    /// What its person calls it.
    pub name: String,
    /// Since when.
    pub added_at: Timestamp,
    /// When it was last used.
    pub used_at: Option<Timestamp>,
}

impl From<Passkey> for Key {
    fn from(passkey: Passkey) -> Self {
        Self {
            id: passkey.id,
            name: passkey.name,
            added_at: passkey.added_at,
            used_at: passkey.used_at,
        }
    }
}

/// A session.
#[derive(Clone, Debug)]
pub struct Sitting {
    /// Names it.
    pub id: String,
    /// Whether it is the one that looks.
    pub is_this: bool,
    /// In which kind of browser.
    pub browser: String,
    /// By which way it began, in words.
    pub way: &'static str,
    /// When.
    pub began_at: Timestamp,
    /// When it was last used.
    pub seen_at: Timestamp,
}

impl Sitting {
    /// A session, seen from another or from itself.
    #[must_use]
    pub fn of(session: SessionRow, here: &str) -> Self {
        Self {
            is_this: session.id == here,
            id: session.id,
            browser: session
                .browser
                .unwrap_or_else(|| "an unknown browser".to_owned()),
            way: session.way.map_or("an unknown way", way),
            began_at: session.began_at,
            seen_at: session.seen_at,
        }
    }
}

impl Account {
    fn has_others(&self) -> bool {
        self.sessions.iter().any(|session| !session.is_this)
    }
}

/// A secret for time-based codes, to be taken over by an application.
#[derive(Clone, Debug, Template)]
#[template(path = "codes.html")]
pub struct Codes {
    /// What stands around it.
    pub frame: Frame,
    /// The secret's address as a picture.
    pub picture: Picture,
    /// The secret, in groups of four letters.
    pub secret: String,
    /// What was wrong with the code.
    pub problem: Option<String>,
}

/// A square picture in black and white.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// How many modules wide and high.
    pub width: usize,
    /// The dark ones, as the path of an SVG.
    pub path: String,
}

impl Picture {
    /// The window on it, with the quiet border that readers need.
    fn view_box(&self) -> String {
        let whole = self.width + 8;
        format!("-4 -4 {whole} {whole}")
    }
}

/// Fresh recovery codes, shown once.
#[derive(Clone, Debug, Template)]
#[template(path = "recovery-codes.html")]
pub struct RecoveryCodes {
    /// What stands around it.
    pub frame: Frame,
    /// The codes.
    pub codes: Vec<String>,
}
