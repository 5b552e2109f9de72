//! A chart on a page: the SVG that the core draws, which escapes every word it bears. Made here
//! alone, so that no other text can get round a template's escaping.

use std::fmt;

use askama::filters::HtmlSafe;
use duly_core::oversight::chart::{Words, large, spark};
use duly_core::trend::chart::Trend;

/// The picture; empty where there is nothing to draw.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chart {
    svg: String,
}

impl Chart {
    /// The small one, for a row of a table.
    #[must_use]
    pub fn small(trend: &Trend, sentence: &str) -> Self {
        Self {
            svg: spark(trend, sentence),
        }
    }

    /// The large one.
    #[must_use]
    pub fn large(trend: &Trend, words: &Words<'_>) -> Self {
        Self {
            svg: large(trend, words),
        }
    }

    /// Whether there is nothing to draw.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.svg.is_empty()
    }
}

impl fmt::Display for Chart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.svg)
    }
}

impl HtmlSafe for Chart {}
