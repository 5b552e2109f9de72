//! What must never stand in a template, so that the content security policy can stay as it is.

use std::fs;
use std::path::{Path, PathBuf};

fn templates(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            templates(&path, found);
        } else {
            found.push(path);
        }
    }
}

const OUR_SCRIPT: &str = "<script type=\"module\" src=\"{{ frame.script() }}\"></script>";

#[test]
fn no_template_holds_a_script_a_style_a_handler_or_a_way_round_escaping() {
    let mut found = Vec::new();
    templates(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("templates"),
        &mut found,
    );
    assert!(found.len() >= 15, "the templates were found");
    for path in found {
        // The one script that every page loads is a file of ours; what runs is never in a page.
        let text = fs::read_to_string(&path)
            .unwrap()
            .to_ascii_lowercase()
            .replace(OUR_SCRIPT, "");
        for banned in [
            "<script",
            "<style",
            " style=",
            "javascript:",
            "|safe",
            "escape false",
            "hx-",
            "http://",
        ] {
            assert!(!text.contains(banned), "{} holds {banned}", path.display());
        }
        for word in text.split_whitespace() {
            let handler = word.starts_with("on") && word.contains('=');
            assert!(!handler, "{} holds {word}", path.display());
        }
    }
}
