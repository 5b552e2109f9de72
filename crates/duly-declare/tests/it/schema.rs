//! The JSON Schema against everything that the check accepts and refuses. The validator is another
//! program's (`jsonschema`), and so is the reading of YAML into JSON (serde-saphyr's own).

use duly_declare::{catalogue, catalogue_text, schema};
use serde_json::Value;

use crate::edits::{CASES, sample_with};
use crate::sample::SAMPLE;

fn validator() -> jsonschema::Validator {
    jsonschema::draft202012::new(&schema()).unwrap()
}

/// The file as an editor's language server reads it: by YAML 1.2's core schema.
fn json(text: &str) -> Value {
    let options = serde_saphyr::options! { strict_booleans: true };
    serde_saphyr::from_str_with_options(text, options).unwrap()
}

#[test]
fn the_schema_is_itself_a_schema() {
    assert!(jsonschema::draft202012::meta::is_valid(&schema()));
}

#[test]
fn the_sample_and_every_file_of_the_catalogue_satisfy_the_schema() {
    let validator = validator();
    let names = catalogue().iter().map(|process| process.process.as_str());
    let texts = names
        .map(|name| catalogue_text(name).unwrap())
        .chain([SAMPLE]);
    for text in texts {
        let document = json(text);
        let errors: Vec<String> = validator
            .iter_errors(&document)
            .map(|error| error.to_string())
            .collect();
        assert_eq!(errors, Vec::<String>::new(), "{}", document["process"]);
    }
}

#[test]
fn the_schema_refuses_every_structural_case() {
    let validator = validator();
    let accepted: Vec<String> = CASES
        .iter()
        .filter(|case| case.structural)
        .filter(|case| validator.is_valid(&json(&sample_with(case.from, case.to))))
        .map(|case| format!("{}: {:?} => {:?}", case.code, case.from, case.to))
        .collect();
    assert_eq!(accepted, Vec::<String>::new());
    assert!(CASES.iter().filter(|case| case.structural).count() > 50);
}

#[test]
fn the_schema_refuses_a_file_without_one_of_the_three_elements() {
    let validator = validator();
    for element in ["checklist", "quality_control", "oversight"] {
        let mut document = json(SAMPLE);
        let empty = if element == "checklist" {
            Value::Array(vec![])
        } else {
            Value::Null
        };
        document[element] = empty;
        assert!(!validator.is_valid(&document), "{element} empty");
        document.as_object_mut().unwrap().remove(element);
        assert!(!validator.is_valid(&document), "{element} missing");
    }
}
