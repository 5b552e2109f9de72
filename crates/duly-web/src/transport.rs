//! How a request reached duly, as far as its headers tell: over https through a proxy, from this
//! machine itself, or in clear over a network. A session is never handed out over the last.

use std::net::IpAddr;

use axum::http::HeaderMap;
use axum::http::header::HOST;

/// How a request came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transport {
    /// A proxy in front speaks https with the browser.
    Https,
    /// The browser runs on this machine.
    Loopback,
    /// In clear, over a network.
    Clear,
}

impl Transport {
    /// From the headers. A false `x-forwarded-proto` harms only its sender, who then gets a cookie
    /// that its browser refuses to keep.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        if text("x-forwarded-proto").is_some_and(|scheme| scheme.eq_ignore_ascii_case("https")) {
            return Self::Https;
        }
        match text(HOST.as_str()) {
            Some(host) if is_loopback(host) => Self::Loopback,
            _ => Self::Clear,
        }
    }

    /// Name of the session's cookie. The prefix makes browsers take it over https only, for this
    /// host and all paths.
    pub(crate) fn cookie_name(self) -> &'static str {
        match self {
            Self::Https => "__Host-duly",
            Self::Loopback | Self::Clear => "duly",
        }
    }

    /// Name of the cookie by which a browser is known that was signed in in before.
    pub(crate) fn browser_cookie_name(self) -> &'static str {
        match self {
            Self::Https => "__Host-duly-browser",
            Self::Loopback | Self::Clear => "duly-browser",
        }
    }

    /// Name of the cookie that binds an identity provider's answer to the browser that asked.
    pub(crate) fn identity_cookie_name(self) -> &'static str {
        match self {
            Self::Https => "__Host-duly-identity",
            Self::Loopback | Self::Clear => "duly-identity",
        }
    }

    /// A cookie with everything that keeps it where it belongs; an age of 0 takes it away.
    pub(crate) fn cookie(self, name: &str, value: &str, age_seconds: i64) -> String {
        let secure = if self == Self::Https { "; Secure" } else { "" };
        format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age_seconds}{secure}")
    }
}

/// Whether a `Host` header names this machine: `localhost`, 127.0.0.0/8 or `[::1]`.
fn is_loopback(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    name.eq_ignore_ascii_case("localhost")
        || name
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn transport(pairs: &[(&'static str, &'static str)]) -> Transport {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(*name, value.parse().unwrap());
        }
        Transport::of(&headers)
    }

    #[test]
    fn this_machine_is_known_by_its_names() {
        for host in [
            "localhost:7177",
            "127.0.0.1:7177",
            "127.9.9.9",
            "[::1]:7177",
            "LOCALHOST",
        ] {
            assert_eq!(transport(&[("host", host)]), Transport::Loopback, "{host}");
        }
    }

    #[test]
    fn a_name_that_only_looks_like_this_machine_is_not() {
        for host in [
            "localhost.example.com",
            "127.0.0.1.example.com",
            "192.168.1.5:7177",
            "[::2]",
        ] {
            assert_eq!(transport(&[("host", host)]), Transport::Clear, "{host}");
        }
    }

    #[test]
    fn https_through_a_proxy_takes_the_cookie_bound_to_its_host() {
        let found = transport(&[("host", "duly.example"), ("x-forwarded-proto", "https")]);
        assert_eq!(found, Transport::Https);
        assert_eq!(found.cookie_name(), "__Host-duly");
    }

    #[test]
    fn a_request_that_names_no_host_is_in_clear() {
        assert_eq!(transport(&[]), Transport::Clear);
    }
}
