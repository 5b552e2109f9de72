//! What a template may call to put a figure into words; nothing else is offered to templates.

use askama::{Result, Values};

use crate::words;

/// `17059|grouped` is `17,059`.
#[askama::filter_fn]
pub fn grouped(number: &u64, _: &dyn Values) -> Result<String> {
    Ok(words::number::grouped(*number))
}

/// `48234567|bytes` is `48.2 MB`.
#[askama::filter_fn]
pub fn bytes(count: &u64, _: &dyn Values) -> Result<String> {
    Ok(words::size::bytes(*count))
}

/// `2|counted("file", "files")` is `2 files`.
#[askama::filter_fn]
pub fn counted(number: &u64, _: &dyn Values, one: &str, many: &str) -> Result<String> {
    Ok(words::number::counted(*number, one, many))
}

/// First letter in upper case.
#[askama::filter_fn]
pub fn sentence_case(text: &str, _: &dyn Values) -> Result<String> {
    Ok(words::number::sentence_case(text))
}
