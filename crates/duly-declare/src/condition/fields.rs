//! The facts that a condition can ask for, with their types: the one list from which the check, the
//! documentation and the evaluation are made.

/// Items of a list that a condition sees: a checklist has at most 40 steps, and more evidence or
/// earlier work than this says nothing new. The bound is part of what an evaluation costs.
pub const LIST_MAX: usize = 100;

/// Characters of a note that a condition sees: a page of text.
pub const NOTE_CHARS_MAX: usize = 2_000;

/// The type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    Bool,
    Int,
    Double,
    Text,
    /// A fact with parts.
    Object(&'static Object),
    /// A list of such facts.
    Objects(&'static Object),
    /// A list of plain values, made in the condition itself.
    Bools,
    Ints,
    Doubles,
    Texts,
    /// An empty list: of anything.
    Nothing,
}

/// A fact with parts.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Object {
    pub name: &'static str,
    pub fields: &'static [Field],
}

/// A part of a fact.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Field {
    pub name: &'static str,
    pub of: Type,
    pub about: &'static str,
}

const fn field(name: &'static str, of: Type, about: &'static str) -> Field {
    Field { name, of, about }
}

/// What stands at the beginning of a path.
pub(super) static ROOT: Object = Object {
    name: "the facts",
    fields: &[
        field("ticket", Type::Object(&TICKET), "the ticket"),
        field("run", Type::Object(&RUN), "what its last run measured"),
        field("steps", Type::Objects(&STEP), "its checklist, in order"),
        field("evidence", Type::Objects(&EVIDENCE), "what was handed in"),
        field(
            "earlier",
            Type::Objects(&EARLIER),
            "the same work before, newest first",
        ),
    ],
};

static TICKET: Object = Object {
    name: "ticket",
    fields: &[
        field("slot", Type::Text, "its date: `2026-11-24`"),
        field(
            "outcome",
            Type::Text,
            "`done`, `late`, `missed`, `waived` or `open`",
        ),
        field(
            "verdict",
            Type::Text,
            "what the work found; empty while it is open",
        ),
        field(
            "late_hours",
            Type::Int,
            "hours from its due time to its end; 0 if in time",
        ),
        field(
            "minutes",
            Type::Int,
            "from the first step recorded to the last",
        ),
        field("people", Type::Int, "how many people had a hand in it"),
        field(
            "closed_itself",
            Type::Bool,
            "whether it was measured throughout",
        ),
    ],
};

static RUN: Object = Object {
    name: "run",
    fields: &[
        field("verdict", Type::Text, "what the run found"),
        field("level", Type::Int, "the highest level that held; 0 if none"),
        field("minutes", Type::Int, "how long it took"),
        field("restored_bytes", Type::Int, "bytes that were read back"),
        field("restored_files", Type::Int, "files that were read back"),
        field("files_in_point", Type::Int, "files in the restore point"),
        field("age_hours", Type::Int, "age of the restore point"),
        field(
            "claimed_success",
            Type::Bool,
            "whether the tool said that all was well",
        ),
    ],
};

static STEP: Object = Object {
    name: "a step",
    fields: &[
        field("id", Type::Text, "its id"),
        field("state", Type::Text, "`pending`, `filled` or `skipped`"),
        field("critical", Type::Bool, "whether its gate is critical"),
        field("measured", Type::Bool, "whether a probe filled it"),
        field(
            "verdict",
            Type::Text,
            "what was found; empty if nothing was",
        ),
        field(
            "minutes",
            Type::Int,
            "since the step before it; 0 for the first",
        ),
        field(
            "note",
            Type::Text,
            "what was written; its first 2,000 characters",
        ),
        field(
            "evidence",
            Type::Int,
            "how many pieces were handed in for it",
        ),
    ],
};

static EVIDENCE: Object = Object {
    name: "a piece of evidence",
    fields: &[
        field("step", Type::Text, "for which step"),
        field("bytes", Type::Int, "how large"),
        field("picture", Type::Bool, "whether it is a picture"),
        field("dated", Type::Bool, "whether it says when it was made"),
        field(
            "age_hours",
            Type::Int,
            "from when it says it was made to its handing in",
        ),
    ],
};

static EARLIER: Object = Object {
    name: "an earlier piece of work",
    fields: &[
        field("verdict", Type::Text, "what it found"),
        field(
            "minutes",
            Type::Int,
            "from the first step recorded to the last",
        ),
        field(
            "restored_bytes",
            Type::Int,
            "bytes read back; 0 if none were",
        ),
        field(
            "files_in_point",
            Type::Int,
            "files in the restore point; 0 if not known",
        ),
    ],
};

impl Object {
    /// The field of this name.
    pub(super) fn field(&self, name: &str) -> Option<&'static Field>
    where
        Self: 'static,
    {
        let found = self.fields.iter().position(|field| field.name == name)?;
        self.fields.get(found)
    }

    /// Its field names.
    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> + Clone + use<> {
        self.fields.iter().map(|field| field.name)
    }
}

impl Type {
    /// In words, with an article.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Bool => "yes or no",
            Self::Int => "a whole number",
            Self::Double => "a number",
            Self::Text => "text",
            Self::Object(object) => object.name,
            Self::Objects(_)
            | Self::Bools
            | Self::Ints
            | Self::Doubles
            | Self::Texts
            | Self::Nothing => "a list",
        }
    }

    /// The type of an item, of a list.
    pub(super) fn item(self) -> Option<Self> {
        Some(match self {
            Self::Objects(object) => Self::Object(object),
            Self::Bools => Self::Bool,
            Self::Ints => Self::Int,
            Self::Doubles => Self::Double,
            Self::Texts => Self::Text,
            _ => return None,
        })
    }

    /// A list of such items; none of lists, which no condition needs.
    pub(super) fn list(self) -> Option<Self> {
        Some(match self {
            Self::Object(object) => Self::Objects(object),
            Self::Bool => Self::Bools,
            Self::Int => Self::Ints,
            Self::Double => Self::Doubles,
            Self::Text => Self::Texts,
            _ => return None,
        })
    }

    pub(super) fn is_number(self) -> bool {
        matches!(self, Self::Int | Self::Double)
    }
}

/// Every field with its type and meaning, for the documentation: `run.restored_bytes`.
#[must_use]
pub fn fields() -> Vec<(String, &'static str, &'static str)> {
    let mut all = Vec::new();
    for root in ROOT.fields {
        let (object, path) = match root.of {
            Type::Object(object) => (object, root.name.to_owned()),
            Type::Objects(object) => (object, format!("{}[]", root.name)),
            _ => continue,
        };
        for field in object.fields {
            let name = format!("{path}.{}", field.name);
            all.push((name, field.of.word(), field.about));
        }
    }
    all
}
