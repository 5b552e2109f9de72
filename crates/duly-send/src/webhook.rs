//! A webhook: a JSON document posted to an address, signed so that whoever receives it knows that
//! it is from here, new, and unaltered.
//!
//! The signature is that of the "Standard Webhooks" specification: HMAC-SHA-256 over
//! `id.timestamp.body`, in the header `webhook-signature` as `v1,` and base64. A second attempt
//! has the same id and a new timestamp.

use std::time::Duration;

use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use sha2::Sha256;
use ureq::http::Request;

use crate::reach::Reach;
use crate::{ATTEMPT_WITHIN, NotSent, http};

/// What a secret begins with; what follows is base64.
pub const SECRET_PREFIX: &str = "whsec_";

/// Fewest and most bytes of a secret, as the specification has them.
pub const SECRET_BYTES: std::ops::RangeInclusive<usize> = 24..=64;

/// Where to post, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hook {
    /// The address.
    pub address: String,
    /// The secret, with its prefix.
    pub secret: String,
    /// How far it may reach.
    pub reach: Reach,
}

impl Hook {
    /// Posts a document, once. It waits, so call it where waiting is allowed.
    ///
    /// # Errors
    ///
    /// [`NotSent::Later`] when nobody answers in time or the answer says to come back;
    /// [`NotSent::Never`] when it says no, leads elsewhere, or the address is out of reach.
    pub fn post(&self, id: &str, body: &str, now: Timestamp) -> Result<(), NotSent> {
        self.post_within(id, body, now, ATTEMPT_WITHIN)
    }

    /// Posts a document, once, within this time.
    ///
    /// # Errors
    ///
    /// As [`Hook::post`].
    pub fn post_within(
        &self,
        id: &str,
        body: &str,
        now: Timestamp,
        limit: Duration,
    ) -> Result<(), NotSent> {
        let at = now.as_second();
        let signature = sign(&self.secret, id, at, body)?;
        let request = Request::post(self.address.as_str())
            .header("content-type", "application/json")
            .header("webhook-id", id)
            .header("webhook-timestamp", at.to_string())
            .header("webhook-signature", signature)
            .body(body.as_bytes().to_vec())
            .map_err(NotSent::never)?;
        let answer = http::send(request, self.reach, None, limit)?;
        match answer.status {
            200..=299 => Ok(()),
            300..=399 => Err(NotSent::never(format!(
                "it answered {}, leading elsewhere; that is not followed",
                answer.status
            ))),
            // "Gone" asks never to come back.
            410 => Err(NotSent::never("it answered 410: it is gone")),
            status if answer.retry_later => Err(NotSent::later(format!("it answered {status}"))),
            status => Err(NotSent::never(format!("it answered {status}"))),
        }
    }
}

/// The signature header of a document.
///
/// # Errors
///
/// [`NotSent::Never`] when the secret is not one.
pub fn sign(secret: &str, id: &str, at: i64, body: &str) -> Result<String, NotSent> {
    let key = key_of(secret).ok_or_else(|| {
        NotSent::never("the secret must be `whsec_` and the base64 of 24 to 64 bytes")
    })?;
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).map_err(NotSent::never)?;
    mac.update(format!("{id}.{at}.{body}").as_bytes());
    let code = mac.finalize().into_bytes();
    Ok(format!("v1,{}", encode(&code)))
}

/// Whether a text is a secret as the specification has them.
#[must_use]
pub fn is_secret(text: &str) -> bool {
    key_of(text).is_some()
}

/// A secret from random bytes.
#[must_use]
pub fn secret_from(bytes: &[u8; 32]) -> String {
    format!("{SECRET_PREFIX}{}", encode(bytes))
}

fn key_of(secret: &str) -> Option<Vec<u8>> {
    use base64ct::{Base64, Encoding as _};
    let key = Base64::decode_vec(secret.strip_prefix(SECRET_PREFIX)?).ok()?;
    SECRET_BYTES.contains(&key.len()).then_some(key)
}

fn encode(bytes: &[u8]) -> String {
    use base64ct::{Base64, Encoding as _};
    Base64::encode_string(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_the_one_of_the_specifications_own_library() {
        // Computed with `standardwebhooks` 1.0 for Python.
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
        let signature = sign(secret, id, 1_614_265_330, r#"{"test": 2432232314}"#).unwrap();
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn a_drawn_secret_is_one_and_short_or_unmarked_ones_are_not() {
        assert!(is_secret(&secret_from(&[7; 32])));
        for text in [
            "",
            "whsec_",
            "whsec_c2hvcnQ=",
            "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "whsec_!",
        ] {
            assert!(!is_secret(text), "{text}");
            assert!(sign(text, "id", 0, "{}").unwrap_err().is_final());
        }
    }
}
