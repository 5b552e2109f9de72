//! From where a request comes: the network address, as far as it can be believed, the kind of
//! browser, and the cookies that a sign-in needs.

use std::net::{IpAddr, SocketAddr};

use axum::extract::FromRequestParts;
use axum::extract::connect_info::{ConnectInfo, Connected};
use axum::http::header::{HOST, USER_AGENT};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};
use axum::serve::IncomingStream;
use duly_store::{TryOn, Visitor};

use crate::access::Access;
use crate::connections::Bounded;
use crate::problem::{self, Problem};
use crate::serve::App;
use crate::session;
use crate::transport::Transport;

/// The other end of a connection.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

impl Connected<IncomingStream<'_, Bounded>> for Peer {
    fn connect_info(stream: IncomingStream<'_, Bounded>) -> Self {
        Self(*stream.remote_addr())
    }
}

/// Forwarded addresses that are looked at: a chain of proxies is shorter.
const FORWARDED_MAX: usize = 16;

/// Somebody who is about to sign in, or does something about how they do.
#[derive(Clone, Debug)]
pub(crate) struct Came {
    pub visitor: Visitor,
    pub transport: Transport,
    /// The origin that passkeys are bound to, if there can be any.
    pub origin: Option<String>,
    /// The address under which duly was opened, for links that are handed over.
    pub base: String,
    /// The token of a browser that was signed in in before.
    pub browser: Option<String>,
    /// The session that was there before.
    pub session: Option<String>,
    address: Option<IpAddr>,
}

impl FromRequestParts<App> for Came {
    type Rejection = Problem;

    /// A session must not travel in clear, so nothing is changed over plain http on a network.
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let peer = parts.extensions.get::<ConnectInfo<Peer>>();
        let peer = peer.map(|ConnectInfo(Peer(address))| address.ip());
        let transport = Transport::of(&parts.headers);
        let reads = matches!(parts.method, Method::GET | Method::HEAD);
        if transport == Transport::Clear && !reads {
            return Err(problem::sign_in_in_clear());
        }
        let address = peer.map(|peer| believed(&app.access, peer, &parts.headers));
        let agent = parts.headers.get(USER_AGENT);
        let browser = agent
            .and_then(|agent| agent.to_str().ok())
            .map(kind_of_browser);
        Ok(Self {
            visitor: Visitor {
                address: address.map(|address| address.to_string()),
                browser,
            },
            transport,
            base: base(&app.access, transport, &parts.headers),
            origin: app.access.origin_of(&parts.headers),
            browser: session::cookie(&parts.headers, transport.browser_cookie_name()),
            session: session::token(&parts.headers),
            address,
        })
    }
}

impl Came {
    /// Refuses what came in clear over a network, also where it only reads: a session is handed out
    /// in answer to it.
    pub(crate) fn in_private(&self) -> Result<(), Problem> {
        if self.transport == Transport::Clear {
            return Err(problem::sign_in_in_clear());
        }
        Ok(())
    }

    fn network(&self) -> String {
        network(self.address.map(|address| address.to_canonical()))
    }

    /// What a wrong try counts against whatever the account.
    pub(crate) fn address_try(&self) -> TryOn {
        TryOn::Address(self.network())
    }

    /// What a beginning counts against.
    pub(crate) fn beginning(&self) -> TryOn {
        TryOn::Beginning(self.network())
    }
}

/// From which network a request comes; see [`network`].
pub(crate) fn network_of(parts: &Parts, app: &App) -> String {
    let peer = parts.extensions.get::<ConnectInfo<Peer>>();
    let peer = peer.map(|ConnectInfo(Peer(address))| address.ip());
    let address = peer.map(|peer| believed(&app.access, peer, &parts.headers));
    network(address.map(|address| address.to_canonical()))
}

/// One machine, as far as addresses tell: of IPv6 the network that a house gets, since whoever has
/// one has all of its addresses.
fn network(address: Option<IpAddr>) -> String {
    match address {
        None => "unknown".to_owned(),
        Some(IpAddr::V4(address)) => address.to_string(),
        Some(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

/// The public address, or, where none is set, the one that the browser used.
fn base(access: &Access, transport: Transport, headers: &HeaderMap) -> String {
    if let Some(origin) = &access.origin {
        return origin.clone();
    }
    let scheme = match transport {
        Transport::Https => "https",
        Transport::Loopback | Transport::Clear => "http",
    };
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    host.map_or_else(String::new, |host| format!("{scheme}://{host}"))
}

/// The address that counts: the peer's, or, if that is one of our proxies, the last one in
/// `x-forwarded-for` that is none of them. What stands before it was written by whoever asked.
fn believed(access: &Access, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
    let is_ours = |address: IpAddr| access.proxies.contains(&address.to_canonical());
    if !is_ours(peer) {
        return peer.to_canonical();
    }
    let lines = headers.get_all("x-forwarded-for");
    let forwarded: Vec<&str> = lines
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .collect();
    for address in forwarded.iter().rev().take(FORWARDED_MAX) {
        match address.trim().parse::<IpAddr>() {
            Ok(address) if is_ours(address) => {}
            Ok(address) => return address.to_canonical(),
            Err(_) => break,
        }
    }
    peer.to_canonical()
}

/// `Firefox on Linux`, from what a browser says of itself. Anybody can say anything: it helps
/// people to know their own sessions, and nothing depends on it.
fn kind_of_browser(agent: &str) -> String {
    let first = |known: &[(&str, &'static str)]| {
        known
            .iter()
            .find(|(mark, _)| agent.contains(mark))
            .map(|(_, name)| *name)
    };
    let browser = first(&[
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("FxiOS/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("CriOS/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = first(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        (None, Some(system)) => format!("something on {system}"),
        (None, None) => "something that says no name".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROXY: &str = "10.0.0.1";

    fn address(peer: &str, forwarded: &[&'static str]) -> String {
        let access = Access {
            proxies: vec![PROXY.parse().unwrap(), "10.0.0.2".parse().unwrap()],
            ..Access::default()
        };
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append("x-forwarded-for", line.parse().unwrap());
        }
        believed(&access, peer.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn a_stranger_is_not_believed_about_its_address() {
        assert_eq!(address("203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
    }

    #[test]
    fn a_proxy_of_ours_is_believed_about_whoever_it_forwards_for() {
        assert_eq!(address(PROXY, &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(
            address(&format!("::ffff:{PROXY}"), &["198.51.100.1"]),
            "198.51.100.1"
        );
    }

    #[test]
    fn what_stands_before_the_last_stranger_was_written_by_them() {
        let forged = address(PROXY, &["127.0.0.1, 192.0.2.7", "198.51.100.1, 10.0.0.2"]);
        assert_eq!(forged, "198.51.100.1");
    }

    #[test]
    fn what_is_no_address_ends_the_looking() {
        assert_eq!(address(PROXY, &["198.51.100.1, what"]), PROXY);
        assert_eq!(address(PROXY, &[]), PROXY);
    }

    #[test]
    fn browsers_are_told_apart_as_people_do() {
        let edge = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) \
                    Chrome/140.0 Safari/537.36 Edg/140.0";
        let safari = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 \
                      Mobile/15E148 Safari/604.1";
        assert_eq!(kind_of_browser(edge), "Edge on Windows");
        assert_eq!(kind_of_browser(safari), "Safari on iPhone");
        let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
        assert_eq!(kind_of_browser(firefox), "Firefox on Linux");
        assert_eq!(kind_of_browser("curl/8"), "something that says no name");
    }
}
