//! Randomness from the system: seeds, tokens, opaque ids. Nothing here is derived from a name.

use duly_proof::hash::Hash;

use crate::error::Error;

/// Random bytes.
///
/// # Errors
///
/// When the system gives none.
pub fn bytes<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| Error::NoRandomness(error.to_string()))?;
    Ok(bytes)
}

/// A fresh opaque id: 32 hexadecimal digits, 128 random bits.
///
/// # Errors
///
/// When the system gives no random bytes.
pub fn id() -> Result<String, Error> {
    let whole = Hash(bytes()?).to_hex();
    Ok(whole.chars().take(32).collect())
}
