//! The grammar of a process file as data: which keys stand where, of which shape, which are needed.
//!
//! One description, three readers: [`crate::structure`] checks a tree against it,
//! [`crate::schema`] prints it as JSON Schema, and the tests hold `docs/processes.md` to it. It
//! never looks at a file and never says what a key means for the compiled process.

use crate::code::Code;
use crate::form::Form;
use crate::words::Vocabulary;

pub(crate) mod controls;
pub(crate) mod file;
mod schedule;

/// What may stand at a place.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape {
    /// The file format's version, exactly 1.
    Version,
    /// Free text.
    Text { chars_max: usize, lines: Lines },
    /// Text of a form.
    Form(&'static Form),
    /// A word of a closed set.
    Word(&'static Vocabulary),
    /// A whole number.
    Whole { min: u32, max: u32 },
    /// A list, each item once.
    List(&'static List),
    /// A list, or its only item alone.
    OneOrMore(&'static List),
    /// A mapping of fixed keys.
    Map(&'static Map),
    /// A mapping whose keys are words of a closed set.
    Table(&'static Vocabulary, &'static Shape),
    /// A quality-control rule: a mapping of one key, the rule's name, to its parameters.
    Rule,
}

/// Whether free text may go over several lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lines {
    One,
    Many,
}

/// A list.
#[derive(Debug)]
pub(crate) struct List {
    pub of: Shape,
    pub items_max: usize,
}

/// A mapping.
#[derive(Debug)]
pub(crate) struct Map {
    /// With its article: `a step`.
    pub what: &'static str,
    pub keys: &'static [Key],
    /// Keys that people try and that are refused for a reason of their own.
    pub explained: &'static [Explained],
}

/// A key of a mapping.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Key {
    pub name: &'static str,
    pub shape: Shape,
    /// For the JSON Schema's `description` and for the documentation.
    pub about: &'static str,
    /// Why its absence is refused, if it is, and what to write then.
    pub missing: Option<(Code, &'static str)>,
    /// Why null, `[]` or `{}` is refused, where the reason is not the shape's usual one.
    pub nothing: Option<Code>,
    /// Other names under which people look for it.
    pub also: &'static [&'static str],
}

/// A key that does not exist, with the reason.
#[derive(Debug)]
pub(crate) struct Explained {
    pub key: &'static str,
    pub code: Code,
    pub message: &'static str,
    pub help: &'static str,
}

impl Key {
    /// A key that may be left out.
    pub const fn new(name: &'static str, shape: Shape, about: &'static str) -> Self {
        Self {
            name,
            shape,
            about,
            missing: None,
            nothing: None,
            also: &[],
        }
    }

    /// It must be there; `example` is what to write.
    pub const fn needed(self, example: &'static str) -> Self {
        self.needed_or(Code::MissingKey, example)
    }

    /// It must be there, with a reason of its own for refusing its absence.
    pub const fn needed_or(self, code: Code, example: &'static str) -> Self {
        Self {
            missing: Some((code, example)),
            ..self
        }
    }

    /// Null, `[]` and `{}` are refused for this reason.
    pub const fn not_empty(self, code: Code) -> Self {
        Self {
            nothing: Some(code),
            ..self
        }
    }

    /// Other names under which people look for it.
    pub const fn also(self, also: &'static [&'static str]) -> Self {
        Self { also, ..self }
    }
}

impl Map {
    /// The key of this name.
    pub fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }

    /// The names of the keys.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + Clone {
        self.keys.iter().map(|key| key.name)
    }
}
