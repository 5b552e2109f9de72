//! The headers that every answer bears, whatever it is: what a browser may do with it.

use axum::extract::Request;
use axum::http::HeaderValue;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::middleware::Next;
use axum::response::Response;

/// Only our own scripts run, none that stands in a page; nothing may be framed, nothing comes from
/// elsewhere and nothing is told elsewhere.
pub const POLICY: &str = "default-src 'none'; script-src 'self'; connect-src 'self'; \
                          style-src 'self'; img-src 'self' data:; font-src 'self'; \
                          form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// Not `no-referrer`: under that a browser sends `Origin: null` with a form, and the check against
/// forms from other sites could not tell them apart where `Sec-Fetch-Site` is missing.
const REFERRER: &str = "same-origin";

const OPENER: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const RESOURCE: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const PERMISSIONS: HeaderName = HeaderName::from_static("permissions-policy");

/// Sets them. An answer that says how long it may be kept is left its word; any other is kept
/// nowhere, since it tells of a client.
pub(crate) async fn set(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    // A file that is handed out brings a narrower one.
    headers
        .entry(CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static(POLICY));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static(REFERRER));
    headers.insert(OPENER, HeaderValue::from_static("same-origin"));
    headers.insert(RESOURCE, HeaderValue::from_static("same-origin"));
    headers.insert(
        PERMISSIONS,
        HeaderValue::from_static("camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    );
    headers
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browser_tests_serve_pages_under_the_same_policy() {
        let tests = include_str!("../../../tests/e2e/static-server.mjs");
        let joined = tests.replace("\" +\n  \"", "");
        assert!(joined.contains(&format!("\"{POLICY}\"")));
    }
}
