//! What a template may call to put a figure into words; nothing else is offered to templates.

use askama::{Result, Values};

use crate::words;

/// `17059|grouped` is `17,059`.
#[askama::filter_fn]
pub fn grouped(number: &u64, _: &dyn Values) -> Result<String> {
    Ok(words::number::grouped(*number))
}

/// `2|counted("file", "files")` is `2 files`.
#[askama::filter_fn]
pub fn counted(number: &u64, _: &dyn Values, one: &str, many: &str) -> Result<String> {
    Ok(words::number::counted(*number, one, many))
}
