//! One spelling for each JSON document: what is read has to be, byte for byte, what writing it
//! again would give.
//!
//! So nothing hides in white space, repeated keys or the order of keys, and two readers that take
//! a document apart differently cannot be played off against each other.

use std::io::{Error, ErrorKind, Write};

use serde::Serialize;

/// Whether these bytes are how the value is written. Compares while writing, and keeps nothing.
pub(crate) fn is_spelled(value: &impl Serialize, bytes: &[u8]) -> bool {
    let mut rest = Rest(bytes);
    serde_json::to_writer(&mut rest, value).is_ok() && rest.0.is_empty()
}

/// What of the bytes has not been written yet.
struct Rest<'a>(&'a [u8]);

impl Write for Rest<'_> {
    fn write(&mut self, written: &[u8]) -> Result<usize, Error> {
        match self.0.strip_prefix(written) {
            Some(rest) => {
                self.0 = rest;
                Ok(written.len())
            }
            None => Err(Error::from(ErrorKind::InvalidData)),
        }
    }

    fn flush(&mut self) -> Result<(), Error> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::is_spelled;

    #[test]
    fn only_the_written_form_is_the_spelling() {
        let value = serde_json::json!({ "a": [1, "é\n"] });
        assert!(is_spelled(&value, r#"{"a":[1,"é\n"]}"#.as_bytes()));
        for other in [
            r#"{"a": [1,"é\n"]}"#,
            r#"{"a":[1,"\u00e9\n"]}"#,
            r#"{"a":[1,"é\n"]"#,
        ] {
            assert!(!is_spelled(&value, other.as_bytes()), "{other}");
        }
        assert!(!is_spelled(&value, "{\"a\":[1,\"é\\n\"]}\n".as_bytes()));
    }
}
