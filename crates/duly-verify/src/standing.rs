//! What stands behind a record: five words, strongest first.

use serde::{Deserialize, Serialize};

/// The verdict over a pack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// As many independent witnesses as the policy asks for cosigned it.
    Confirmed,
    /// It continues a checkpoint that the client kept; no quorum of witnesses.
    Consistent,
    /// Signed by the provider, and nobody else's memory to compare it with.
    Unanchored,
    /// Signed by the provider, and it cannot be true.
    Contradicted,
    /// Not what the provider signed.
    Altered,
}

impl Standing {
    /// The word, as it stands in JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Consistent => "consistent",
            Self::Unanchored => "unanchored",
            Self::Contradicted => "contradicted",
            Self::Altered => "altered",
        }
    }

    /// Whether nothing in the pack is to be relied on.
    #[must_use]
    pub fn is_refused(self) -> bool {
        matches!(self, Self::Contradicted | Self::Altered)
    }
}
