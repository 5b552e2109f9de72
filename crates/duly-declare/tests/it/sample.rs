//! The complete example of the design: accepted as it stands, and compiled to the published form.

use duly_declare::load;
use serde_json::json;

pub const SAMPLE: &str = include_str!("../fixtures/sample.yaml");

#[test]
fn the_sample_compiles_to_the_published_form() {
    let process = load(SAMPLE.as_bytes(), "sample.yaml").unwrap();
    let published = serde_json::to_string_pretty(&process).unwrap();
    // Field for field and in this order: the document is hashed as it is written.
    assert_eq!(
        published,
        include_str!("../fixtures/sample.json").trim_end()
    );
}

#[test]
fn the_published_form_reads_back_to_the_same_process() {
    let process = load(SAMPLE.as_bytes(), "sample.yaml").unwrap();
    let text = serde_json::to_string(&process).unwrap();
    let back: duly_core::process::Process = serde_json::from_str(&text).unwrap();
    assert_eq!(back, process);
    assert_eq!(serde_json::to_string(&back).unwrap(), text);
}

#[test]
fn a_field_that_the_published_form_does_not_have_is_refused() {
    let process = load(SAMPLE.as_bytes(), "sample.yaml").unwrap();
    let published = serde_json::to_value(&process).unwrap();
    // A field that a verifier overlooks could change what a duty means without its noticing.
    for pointer in paths_of_objects(&published, String::new()) {
        let mut changed = published.clone();
        let object = changed
            .pointer_mut(&pointer)
            .unwrap()
            .as_object_mut()
            .unwrap();
        object.insert("smuggled".to_owned(), json!(1));
        let read = serde_json::from_value::<duly_core::process::Process>(changed);
        // Two tables have keys of the author's choosing.
        let open = pointer.ends_with("/with") || pointer == "/satisfies";
        assert!(open || read.is_err(), "{pointer} takes any field");
    }
}

fn paths_of_objects(value: &serde_json::Value, at: String) -> Vec<String> {
    let mut paths = Vec::new();
    match value {
        serde_json::Value::Object(fields) => {
            for (key, field) in fields {
                paths.extend(paths_of_objects(field, format!("{at}/{key}")));
            }
            paths.push(at);
        }
        serde_json::Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                paths.extend(paths_of_objects(item, format!("{at}/{index}")));
            }
        }
        _ => {}
    }
    paths
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_change_nothing() {
    let plain = load(SAMPLE.as_bytes(), "sample.yaml").unwrap();
    let windows = format!("\u{FEFF}{}", SAMPLE.replace('\n', "\r\n"));
    assert_eq!(load(windows.as_bytes(), "sample.yaml").unwrap(), plain);
}
