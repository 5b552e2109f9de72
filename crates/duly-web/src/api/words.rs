//! The words of the API's document: each list of words as a schema, taken from the types that
//! speak them, so that the document says no other ones.

use duly_core::permit::{Action, Role};
use duly_core::token::TokenScope;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Schema, SchemaType, Type};

/// One of these words.
fn one_of(words: &[&str]) -> Schema {
    word(words).into()
}

fn word(words: &[&str]) -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(SchemaType::Type(Type::String))
        .enum_values(Some(words.iter().map(|word| (*word).to_owned())))
}

/// One of these words, or nothing.
fn one_of_or_none(words: &[&str]) -> Schema {
    let word = |word: &&str| serde_json::Value::from(*word);
    let words = words.iter().map(word).chain([serde_json::Value::Null]);
    ObjectBuilder::new()
        .schema_type(SchemaType::Array(vec![Type::String, Type::Null]))
        .enum_values(Some(words))
        .into()
}

fn list_of(words: &[&str]) -> Schema {
    ArrayBuilder::new().items(word(words)).into()
}

const OUTCOMES: [&str; 5] = ["done", "late", "missed", "waived", "open"];
const VERDICTS: [&str; 5] = ["pass", "fail", "review", "unknown", "not-applicable"];

/// How a duty stands.
pub(super) fn outcome() -> Schema {
    one_of(&OUTCOMES)
}

/// How a duty stands, if it is told.
pub(super) fn outcome_or_none() -> Schema {
    one_of_or_none(&OUTCOMES)
}

/// What was found.
pub(super) fn verdict() -> Schema {
    one_of(&VERDICTS)
}

/// What was found, if anything was.
pub(super) fn verdict_or_none() -> Schema {
    one_of_or_none(&VERDICTS)
}

/// What closing without a step takes.
pub(super) fn gate() -> Schema {
    one_of(&["critical", "standard"])
}

/// How a step stands.
pub(super) fn step_state() -> Schema {
    one_of(&["pending", "filled", "skipped"])
}

/// How bad a warning is.
pub(super) fn severity() -> Schema {
    one_of(&["high", "medium", "low"])
}

/// How a wish was decided.
pub(super) fn exception_state() -> Schema {
    one_of(&["asked", "granted", "refused"])
}

/// By whose word something is waived.
pub(super) fn waived_by_or_none() -> Schema {
    one_of_or_none(&["provider", "client"])
}

/// How a review stands.
pub(super) fn review_state() -> Schema {
    one_of(&["owed", "agreed", "rework"])
}

/// What people are.
pub(super) fn roles() -> Schema {
    list_of(&Role::ALL.map(Role::word))
}

/// What a token may be used for.
pub(super) fn scopes() -> Schema {
    list_of(&TokenScope::ALL.map(TokenScope::word))
}

/// What can be done.
pub(super) fn actions() -> Schema {
    let words: Vec<&str> = Action::ALL.iter().map(|action| action.word()).collect();
    list_of(&words)
}

/// What a ping says.
pub(super) fn ping_says() -> Schema {
    one_of(&["success", "start", "fail", "log"])
}

/// How a job stands.
pub(super) fn job_state() -> Schema {
    one_of(&["new", "well", "failed", "silent"])
}

#[cfg(test)]
mod tests {
    use duly_core::accounts::Outcome;
    use duly_core::verdict::Verdict;

    use super::*;

    #[test]
    fn the_words_are_those_of_the_types() {
        for word in OUTCOMES {
            let read: Outcome = serde_json::from_value(word.into()).unwrap();
            assert_eq!(read.word(), word);
        }
        for word in VERDICTS {
            let read: Verdict = serde_json::from_value(word.into()).unwrap();
            assert_eq!(read.word(), word);
        }
    }
}
