//! Identifiers: opaque text, one type each, so that a client cannot be passed for an asset.
//!
//! A [`DutyId`] is the only one that is computed; all others are given by whoever declares the
//! thing, or drawn at random by the store. None of them carries a name of a person or a machine.

use std::fmt;

use duly_proof::hash::{Hash, hash_parts};
use serde::{Deserialize, Serialize};

/// Longest identifier accepted anywhere; long enough for a host name in a path, short enough for
/// an index key in both databases.
pub const ID_BYTES_MAX: usize = 128;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// The text of the identifier.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }
    };
}

id!(
    /// Whose duties these are. The provider is a client too: number one, with a log of its own.
    ClientId
);
id!(
    /// The thing cared for: a backup set, a firewall, an endpoint.
    AssetId
);
id!(
    /// A process, by its dotted name: `backup.restore-test`.
    ProcessId
);
id!(
    /// A step of a checklist, unique within its process.
    StepId
);
id!(
    /// A person, by a random opaque id; the name lives in the store and can be erased.
    PersonId
);
id!(
    /// One attempt to find something out with a probe.
    RunId
);
id!(
    /// One expected occurrence of a process: 64 lower-case hexadecimal digits, see [`DutyId::of`].
    DutyId
);

impl DutyId {
    /// The id of a duty: SHA-256 over the length-prefixed client, process, asset (or `-`) and the
    /// nominal local date before any rolling.
    ///
    /// The process version is not part of it: publishing a new version must not turn one duty
    /// into two. Nor is any instant: a change of time zone rules must not either.
    #[must_use]
    pub fn of(
        client: &ClientId,
        process: &ProcessId,
        asset: Option<&AssetId>,
        slot: jiff::civil::Date,
    ) -> Self {
        Self::of_dated(client, process, asset, &slot.to_string())
    }

    /// As [`DutyId::of`], for whoever has the date as text already.
    pub(crate) fn of_dated(
        client: &ClientId,
        process: &ProcessId,
        asset: Option<&AssetId>,
        slot: &str,
    ) -> Self {
        let asset = asset.map_or("-", AssetId::as_str);
        let parts: [&[u8]; 4] = [
            client.0.as_bytes(),
            process.0.as_bytes(),
            asset.as_bytes(),
            slot.as_bytes(),
        ];
        let hash: Hash = hash_parts(&parts);
        Self(hash.to_hex())
    }
}
