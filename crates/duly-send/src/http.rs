//! One HTTP request: bounded in time and in what is read of the answer, never redirected, never
//! through a proxy that an environment variable names.

use std::sync::Arc;
use std::time::Duration;

use ureq::Agent;
use ureq::http::{Request, Uri};
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::unversioned::transport::DefaultConnector;

use crate::NotSent;
use crate::reach::{OutOfReach, Reach, Within};

/// Most bytes that are read of an answer: a page of a list of tickets.
pub(crate) const ANSWER_BYTES_MAX: u64 = 256 * 1_024;

/// An answer, read.
#[derive(Debug)]
pub(crate) struct Answer {
    pub status: u16,
    pub retry_later: bool,
    pub body: Vec<u8>,
}

/// Sends a request. A status of whatever kind is an answer; `Err` means there was none.
pub(crate) fn send(
    request: Request<Vec<u8>>,
    reach: Reach,
    authority: Option<&str>,
    limit: Duration,
) -> Result<Answer, NotSent> {
    check(request.uri(), reach)?;
    let config = Agent::config_builder()
        .timeout_global(Some(limit))
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .proxy(None)
        .max_response_header_size(32 * 1_024)
        .user_agent("duly")
        .tls_config(tls(authority)?)
        .build();
    let agent = Agent::with_parts(config, DefaultConnector::default(), Within(reach));
    let mut answer = agent.run(request).map_err(not_sent)?;
    let status = answer.status().as_u16();
    let body = answer
        .body_mut()
        .with_config()
        .limit(ANSWER_BYTES_MAX)
        .read_to_vec()
        .map_err(not_sent)?;
    Ok(Answer {
        status,
        retry_later: matches!(status, 408 | 425 | 429 | 500..=599),
        body,
    })
}

/// Only `https`, but where private addresses are allowed.
fn check(uri: &Uri, reach: Reach) -> Result<(), NotSent> {
    match (uri.scheme_str(), reach) {
        (Some("https"), _) | (Some("http"), Reach::PrivateToo) => Ok(()),
        (Some("http"), Reach::Public) => Err(NotSent::never(
            "over http anybody on the way reads along; use https",
        )),
        _ => Err(NotSent::never("this is not an https address")),
    }
}

fn tls(authority: Option<&str>) -> Result<TlsConfig, NotSent> {
    let roots = match authority {
        None => RootCerts::WebPki,
        Some(pem) => {
            let mut found: Vec<Certificate<'static>> = Vec::new();
            for item in parse_pem(pem.as_bytes()) {
                if let Ok(PemItem::Certificate(certificate)) = item {
                    found.push(certificate);
                }
            }
            if found.is_empty() {
                return Err(NotSent::never("the authority is no PEM certificate"));
            }
            RootCerts::Specific(Arc::new(found))
        }
    };
    Ok(TlsConfig::builder().root_certs(roots).build())
}

fn not_sent(error: ureq::Error) -> NotSent {
    match error {
        ureq::Error::Other(inner) if inner.is::<OutOfReach>() => NotSent::never(inner),
        ureq::Error::BadUri(_) | ureq::Error::Http(_) => NotSent::never(error),
        _ => NotSent::later(error),
    }
}
