//! The press of a program that was built without one: it cannot be had, and says how to get it.

use duly_core::oversight::report::Report;

use crate::PaperError;

/// There is none.
#[derive(Debug)]
pub enum Press {}

impl Press {
    /// Always refuses.
    ///
    /// # Errors
    ///
    /// [`PaperError::NotBuiltIn`].
    pub fn new() -> Result<Self, PaperError> {
        Err(PaperError::NotBuiltIn)
    }

    /// Always refuses.
    ///
    /// # Errors
    ///
    /// [`PaperError::NotBuiltIn`].
    pub fn with_fonts(_: Vec<Vec<u8>>) -> Result<Self, PaperError> {
        Err(PaperError::NotBuiltIn)
    }

    /// Never called, since no press is ever there.
    ///
    /// # Errors
    ///
    /// None.
    pub fn pdf(&self, _: &Report) -> Result<Vec<u8>, PaperError> {
        match *self {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_the_feature_it_is_said_how_to_build_it() {
        let refusal = Press::new().err().map(|error| error.to_string());
        assert!(refusal.is_some_and(|words| words.contains("--features pdf")));
        assert_eq!(
            Press::with_fonts(Vec::new()).err(),
            Some(PaperError::NotBuiltIn)
        );
    }
}
