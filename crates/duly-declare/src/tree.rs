//! YAML text as a tree in which every key and value knows where it stands.
//!
//! Every later check walks this tree; nothing here knows processes, and nothing here refuses.

use std::ops::Range;

use crate::source::Source;

mod read;

pub(crate) use read::read;

/// A value, and the bytes it was read from.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Node {
    pub value: Value,
    pub span: Range<usize>,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Scalar(Scalar),
    List(Vec<Node>),
    Mapping(Vec<Entry>),
    /// Something that was refused already, such as an alias: nothing more is to be said of it.
    Refused,
}

/// Text as written, quotes and escapes resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Scalar {
    pub text: String,
    /// Without quotes, so that YAML takes `1` for a number and `no` for a truth value.
    pub plain: bool,
}

/// A key with its value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    pub key: String,
    pub key_span: Range<usize>,
    pub value: Node,
}

/// What YAML 1.2 takes a plain scalar for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Null,
    Truth,
    Number,
    Text,
}

impl Scalar {
    /// What YAML's core schema makes of it.
    pub fn kind(&self) -> Kind {
        if !self.plain {
            return Kind::Text;
        }
        match self.text.as_str() {
            "" | "~" | "null" | "Null" | "NULL" => Kind::Null,
            "true" | "True" | "TRUE" | "false" | "False" | "FALSE" => Kind::Truth,
            text if is_number(text) => Kind::Number,
            _ => Kind::Text,
        }
    }
}

fn is_number(text: &str) -> bool {
    if let Some(digits) = text.strip_prefix("0x") {
        return !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_hexdigit());
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return !digits.is_empty() && digits.bytes().all(|b| (b'0'..=b'7').contains(&b));
    }
    let body = text.strip_prefix(['-', '+']).unwrap_or(text);
    if matches!(body, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    let starts = body.strip_prefix('.').unwrap_or(body);
    starts.bytes().next().is_some_and(|b| b.is_ascii_digit()) && body.parse::<f64>().is_ok()
}

impl Node {
    /// The value of a key, if this is a mapping that has it.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// A key with its value, if this is a mapping that has it.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| entry.key == key)
    }

    /// The entries, if this is a mapping.
    pub fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Mapping(entries) => entries,
            _ => &[],
        }
    }

    /// The items, if this is a list.
    pub fn items(&self) -> &[Self] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// The text, if this is a scalar, without blanks around it.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar(scalar) => Some(scalar.text.trim()),
            _ => None,
        }
    }

    /// Whether nothing stands here: null, or an empty list or mapping.
    pub fn is_nothing(&self) -> bool {
        match &self.value {
            Value::Scalar(scalar) => scalar.kind() == Kind::Null,
            Value::List(items) => items.is_empty(),
            Value::Mapping(entries) => entries.is_empty(),
            Value::Refused => false,
        }
    }

    /// Where the byte `at` of [`Node::text`] stands in the file; the whole value where quotes,
    /// escapes or line breaks make that impossible to say.
    pub fn place_in_text(&self, source: &Source<'_>, at: usize) -> Range<usize> {
        let written = source.text().get(self.span.clone()).unwrap_or("");
        let found = self
            .text()
            .and_then(|text| written.find(text).map(|from| (from, text.len())));
        match found {
            Some((from, length)) if at <= length => {
                self.span.start + from + at..self.span.start + from + length
            }
            _ => self.span.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, Scalar};

    #[test]
    fn plain_scalars_are_what_yaml_1_2_says() {
        let kind = |text: &str| {
            Scalar {
                text: text.to_owned(),
                plain: true,
            }
            .kind()
        };
        for text in [
            "1", "-1", "+1", "0x1F", "0o17", "1.5", ".5", "1.", "1e3", "-.inf", ".nan",
        ] {
            assert_eq!(kind(text), Kind::Number, "{text}");
        }
        for text in [
            "yes",
            "off",
            "1:30",
            "2026-01-01",
            "20%",
            "1_000",
            "inf",
            "nan",
            "-",
            "+",
        ] {
            assert_eq!(kind(text), Kind::Text, "{text}");
        }
        assert_eq!(kind("~"), Kind::Null);
        assert_eq!(kind("True"), Kind::Truth);
    }
}
