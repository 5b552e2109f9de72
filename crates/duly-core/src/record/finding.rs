//! One thing that a reader of the record should know.

use serde::{Deserialize, Serialize};

/// A finding, or a contradiction; which of the two, the list says in which it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Finding {
    /// Stable, kebab-case, documented in `docs/pack.md`.
    pub code: String,
    /// One sentence for a person, with the facts in it.
    pub message: String,
    /// The entry it is about, counted from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<u64>,
}

impl Finding {
    /// A finding about the record as a whole.
    pub(crate) fn new(code: &str, message: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            message: message.into(),
            entry: None,
        }
    }

    /// A finding about one entry.
    pub(crate) fn at(index: u64, code: &str, message: impl Into<String>) -> Self {
        Self {
            entry: Some(index),
            ..Self::new(code, message)
        }
    }
}
