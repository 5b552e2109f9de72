//! The JSON Schema of a process file, for editors: printed from the same grammar that the check
//! reads, so that the two cannot come apart.
//!
//! It refuses what a schema can: keys, types, forms, words, bounds. What parts mean together
//! (roles, step names, dates that occur) only `duly check` knows.

use serde_json::{Map as Object, Value, json};

use crate::form::{Form, Number};
use crate::grammar::{Key, Lines, List, Map, Shape, controls, file};
use crate::words::Vocabulary;

/// The JSON Schema (draft 2020-12) of a process file.
#[must_use]
pub fn schema() -> Value {
    let mut schema = mapping(&file::FILE);
    if let Value::Object(fields) = &mut schema {
        let dialect = "https://json-schema.org/draft/2020-12/schema";
        fields.insert("$schema".to_owned(), dialect.into());
        fields.insert("title".to_owned(), "duly process file".into());
    }
    schema
}

fn shape(shape: &Shape) -> Value {
    match shape {
        Shape::Version => json!({ "const": 1 }),
        Shape::Text { chars_max, lines } => text(*chars_max, *lines),
        Shape::Form(form) => form_of(form),
        Shape::Word(vocabulary) => words(vocabulary),
        Shape::Whole { min, max } => json!({ "type": "integer", "minimum": min, "maximum": max }),
        Shape::List(list) => list_of(list),
        Shape::OneOrMore(list) => json!({ "anyOf": [shape_of_items(list), list_of(list)] }),
        Shape::Map(map) => mapping(map),
        Shape::Table(keys, of) => table(keys, of),
        Shape::Rule => rule(),
    }
}

fn text(chars_max: usize, lines: Lines) -> Value {
    // Something other than blanks; on one line unless more are allowed.
    let pattern = match lines {
        Lines::One => "^[^\\n\\r]*\\S[^\\n\\r]*$",
        Lines::Many => "\\S",
    };
    json!({ "type": "string", "maxLength": chars_max, "pattern": pattern })
}

fn form_of(form: &Form) -> Value {
    let text = json!({ "type": "string", "pattern": form.pattern });
    match form.number {
        Number::No => text,
        Number::Fraction => json!({ "anyOf": [
            text,
            { "type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1 },
        ] }),
        Number::Count => json!({ "anyOf": [
            text,
            { "type": "integer", "minimum": 0, "maximum": 999_999 },
        ] }),
    }
}

/// Each word with its meaning, as editors show it beside the choice.
fn words(vocabulary: &Vocabulary) -> Value {
    let choices = vocabulary.words.iter();
    let choices: Vec<Value> = choices
        .map(|(word, about)| json!({ "const": word, "description": about }))
        .collect();
    json!({ "oneOf": choices })
}

fn shape_of_items(list: &List) -> Value {
    shape(&list.of)
}

fn list_of(list: &List) -> Value {
    json!({
        "type": "array",
        "items": shape_of_items(list),
        "minItems": 1,
        "maxItems": list.items_max,
        "uniqueItems": true,
    })
}

fn mapping(map: &Map) -> Value {
    let keys = map.keys.iter();
    let properties: Object<String, Value> = keys
        .clone()
        .map(|key| (key.name.to_owned(), described(key)))
        .collect();
    let required: Vec<&str> = keys
        .filter(|key| key.missing.is_some())
        .map(|key| key.name)
        .collect();
    json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

fn described(key: &Key) -> Value {
    let mut value = shape(&key.shape);
    if let Value::Object(fields) = &mut value {
        fields.insert("description".to_owned(), key.about.into());
    }
    value
}

fn table(keys: &Vocabulary, of: &Shape) -> Value {
    let properties: Object<String, Value> = keys
        .words
        .iter()
        .map(|(word, about)| {
            let mut value = shape(of);
            if let Value::Object(fields) = &mut value {
                fields.insert("description".to_owned(), (*about).into());
            }
            ((*word).to_owned(), value)
        })
        .collect();
    json!({
        "type": "object",
        "properties": properties,
        "minProperties": 1,
        "additionalProperties": false,
    })
}

/// One key of those that are rules; each with its own parameters.
fn rule() -> Value {
    let properties: Object<String, Value> = controls::RULES
        .iter()
        .map(|rule| {
            let mut value = mapping(&rule.map);
            if let Value::Object(fields) = &mut value {
                fields.insert("description".to_owned(), rule.about.into());
            }
            (rule.name.to_owned(), value)
        })
        .collect();
    json!({
        "type": "object",
        "properties": properties,
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": false,
    })
}
