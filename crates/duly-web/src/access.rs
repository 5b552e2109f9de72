//! What an installation says about how it is reached: its public address, the proxies in front of
//! it, and an identity provider. Everything else about signing in lies in the store.

use std::net::IpAddr;

use axum::http::HeaderMap;
use axum::http::header::HOST;

use crate::transport::Transport;

/// How an installation is reached.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Access {
    /// The origin under which people open it: `https://duly.example`. Passkeys and the identity
    /// provider are bound to it.
    pub origin: Option<String>,
    /// Addresses of the proxies in front. Only what comes from one of these is believed about the
    /// address of whoever it forwards for.
    pub proxies: Vec<IpAddr>,
    /// Whom people may sign in through.
    pub identity: Option<IdentityProvider>,
}

/// An OpenID provider. Its client secret is sealed in the store under [`IDENTITY_SECRET`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityProvider {
    /// What people call it: `Harbour IT account`.
    pub name: String,
    /// Its issuer, exactly as it names itself.
    pub issuer: String,
    /// As whom duly is registered there.
    pub client_id: String,
    /// Whether it is believed about addresses that it does not say it has verified.
    pub takes_unverified_mail: bool,
}

/// Name under which the secret of the identity provider is sealed, under the provider's client.
pub const IDENTITY_SECRET: &str = "identity provider";

impl Access {
    /// The origin that a request came to, if passkeys can be bound to it: the one that is set, or
    /// `localhost` itself where none is.
    pub(crate) fn origin_of(&self, headers: &HeaderMap) -> Option<String> {
        if let Some(origin) = &self.origin {
            return Some(origin.clone());
        }
        let host = headers.get(HOST)?.to_str().ok()?;
        let name = host.split(':').next()?;
        let is_local = Transport::of(headers) == Transport::Loopback && name == "localhost";
        is_local.then(|| format!("http://{host}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(host: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(HOST, host.parse().unwrap())])
    }

    #[test]
    fn without_a_setting_only_localhost_is_an_origin() {
        let access = Access::default();
        let origin = access.origin_of(&headers("localhost:7177"));
        assert_eq!(origin.as_deref(), Some("http://localhost:7177"));
        for host in [
            "127.0.0.1:7177",
            "duly.example",
            "localhost.example",
            "[::1]:7177",
        ] {
            assert_eq!(access.origin_of(&headers(host)), None, "{host}");
        }
    }

    #[test]
    fn the_setting_counts_whatever_a_request_says() {
        let access = Access {
            origin: Some("https://duly.example".to_owned()),
            ..Access::default()
        };
        let origin = access.origin_of(&headers("localhost:7177"));
        assert_eq!(origin.as_deref(), Some("https://duly.example"));
    }
}
