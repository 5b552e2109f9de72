//! Tells people, and mirrors tickets: from what there is to tell to whoever is to know.
//!
//! [`address`] decides to whom a notice goes, [`summary`] makes the daily one, [`mirror`] decides
//! what becomes of mirrors; all three only queue. [`send`] takes what is queued and hands it to
//! `duly-send` through a [`connection`], in a task of its own: a peer that is slow or dead delays
//! no duty. [`text`] says what a message says.

pub mod address;
pub mod connection;
pub mod mirror;
pub mod send;
pub mod summary;
pub mod text;

use duly_core::id::DutyId;
use duly_core::telling::Notice;
use duly_core::telling::mirror::MirrorAct;
pub use duly_send::mail::is_address;
use serde::{Deserialize, Serialize};

/// What a delivery says, as it stands in its queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum Document {
    /// A notice.
    Notice {
        /// It.
        notice: Notice,
    },
    /// A text that was put together when it was queued.
    Text {
        /// What it is about.
        subject: String,
        /// What it says.
        text: String,
    },
    /// Something to be done to a ticket's mirror.
    Mirror {
        /// What.
        act: MirrorAct,
        /// Of which ticket.
        ticket: DutyId,
        /// What is to be done in that ticket.
        what: String,
        /// What is written over there.
        text: String,
    },
}
