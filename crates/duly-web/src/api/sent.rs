//! What a program sends: JSON in the body, filters and place in the address. Anything that is not
//! known is refused: a filter with a typing error must not answer with everything.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use base64ct::{Base64UrlUnpadded, Encoding as _};
use duly_store::Page;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use utoipa::IntoParams;

use super::failed::{Failed, unreadable};
use crate::page::said::wrong_with;
use crate::problem;
use crate::serve::App;

/// Most rows of a page: what is read and written in some milliseconds, and far below what makes an
/// answer too large to be held.
pub(crate) const LIMIT_MAX: u32 = 200;

/// Rows of a page where nothing is said.
const LIMIT: u32 = 50;

/// The body, as JSON of this shape.
pub(crate) struct Sent<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for Sent<T> {
    type Rejection = Failed;

    async fn from_request(request: Request, app: &App) -> Result<Self, Failed> {
        let kind = request.headers().get(CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        if !kind.eq_ignore_ascii_case("application/json") {
            return Err(Failed::Refused {
                status: StatusCode::UNSUPPORTED_MEDIA_TYPE,
                code: "not-json",
                why: "Send JSON, with Content-Type: application/json.".to_owned(),
            });
        }
        let body = Bytes::from_request(request, app).await;
        let body = body.map_err(|_| problem::too_large())?;
        let value: Value = serde_json::from_slice(&body)
            .map_err(|error| unreadable("not-json", format!("The body is no JSON: {error}.")))?;
        if has_nul(&value) {
            return Err(unreadable("nul", "A text holds a NUL character; none may."));
        }
        let read = serde_json::from_value(value);
        read.map(Self).map_err(|error| Failed::Refused {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            code: "wrong-shape",
            why: format!("The body is JSON of another shape: {error}."),
        })
    }
}

/// Whether any text holds a character that one of the databases does not take.
fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(all) => all.iter().any(has_nul),
        Value::Object(all) => all
            .iter()
            .any(|(name, value)| name.contains('\0') || has_nul(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// What stands behind the question mark of the address.
pub(crate) struct Asked<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<App> for Asked<T> {
    type Rejection = Failed;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failed> {
        let query = parts.uri.query().unwrap_or_default();
        if query.contains("%00") {
            return Err(unreadable("nul", "A text holds a NUL character; none may."));
        }
        let read = Query::<T>::from_request_parts(parts, app).await;
        let Query(read) = read.map_err(|error| {
            let why = format!("A part of the address is not as it must be: {error}.");
            unreadable("wrong-query", why)
        })?;
        Ok(Self(read))
    }
}

/// Which page of a list that has no filters.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Paged {
    /// Where the page before ended: its `next`. Absent for the first.
    after: Option<String>,
    /// How many rows at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
}

impl Paged {
    /// As the store takes it.
    pub(crate) fn page(self) -> Result<Page, Failed> {
        page(self.after, self.limit)
    }
}

/// A page as the store takes it.
pub(crate) fn page(after: Option<String>, limit: Option<u32>) -> Result<Page, Failed> {
    let rows = limit.unwrap_or(LIMIT);
    if !(1..=LIMIT_MAX).contains(&rows) {
        let why = format!("`limit` is a number from 1 to {LIMIT_MAX}.");
        return Err(unreadable("wrong-limit", why));
    }
    let after = match after {
        None => None,
        Some(place) => Some(inside(&place)?),
    };
    Ok(Page { after, rows })
}

/// Where a list goes on, as a word that can stand in an address as it is and means nothing to
/// whoever passes it on.
pub(crate) fn place(next: Option<String>) -> Option<String> {
    next.map(|next| Base64UrlUnpadded::encode_string(next.as_bytes()))
}

fn inside(place: &str) -> Result<String, Failed> {
    let bytes = Base64UrlUnpadded::decode_vec(place).ok();
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    let text = text.filter(|text| !text.contains('\0'));
    text.ok_or_else(|| unreadable("wrong-place", "`after` takes the `next` of a page."))
}

/// A period of slots.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Period {
    /// First slot.
    pub from: jiff::civil::Date,
    /// Last slot; at most 366 days later.
    pub to: jiff::civil::Date,
}

/// Longest period at once: a year and its leap day.
const PERIOD_DAYS_MAX: i32 = 366;

/// Refuses a period that ends before it begins, or is too long.
pub(crate) fn sound_period(from: jiff::civil::Date, to: jiff::civil::Date) -> Result<(), Failed> {
    let last = from.saturating_add(jiff::ToSpan::days(PERIOD_DAYS_MAX));
    if to < from || to > last {
        let why = format!("`to` is the same day as `from`, or up to {PERIOD_DAYS_MAX} days later.");
        return Err(unreadable("wrong-period", why));
    }
    Ok(())
}

/// Words of a person, trimmed; `missing` says what is to be written where there are none.
pub(crate) fn words(text: &str, missing: &str) -> Result<String, Failed> {
    match wrong_with(text, missing) {
        Some(wrong) => Err(super::failed::refused("words", wrong)),
        None => Ok(text.trim().to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nul_is_found_wherever_it_hides() {
        for text in ["\"\\u0000\"", "[{\"a\": \"x\\u0000\"}]", "{\"\\u0000\": 1}"] {
            assert!(has_nul(&serde_json::from_str(text).unwrap()), "{text}");
        }
        assert!(!has_nul(&serde_json::json!({"a": ["\\u0000", null, 1]})));
    }

    #[test]
    fn a_page_has_from_one_row_to_two_hundred() {
        assert_eq!(page(None, None).unwrap().rows, LIMIT);
        assert!(page(None, Some(LIMIT_MAX)).is_ok());
        assert!(page(None, Some(0)).is_err());
        assert!(page(None, Some(LIMIT_MAX + 1)).is_err());
    }

    #[test]
    fn a_place_stands_in_an_address_as_it_is_and_leads_back() {
        let next = place(Some("a b\n&%".to_owned())).unwrap();
        assert!(
            next.bytes().all(|byte| byte.is_ascii_alphanumeric()),
            "{next}"
        );
        assert_eq!(
            page(Some(next), None).unwrap().after.as_deref(),
            Some("a b\n&%")
        );
        for wrong in ["a b", "_w", "AA"] {
            assert!(page(Some(wrong.to_owned()), None).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_period_of_a_leap_year_is_whole_and_a_day_more_is_not() {
        let day = jiff::civil::date;
        assert!(sound_period(day(2024, 1, 1), day(2025, 1, 1)).is_ok());
        assert!(sound_period(day(2024, 1, 1), day(2025, 1, 2)).is_err());
        assert!(sound_period(day(2024, 1, 2), day(2024, 1, 1)).is_err());
    }
}
