//! Names of files and folders of code: each must finish the sentence "this file is about …".

use crate::tidy::tree::Tree;
use crate::tidy::{Rule, Violation};

/// Names that say where something was put and not what it is.
const BANNED: [&str; 11] = [
    "util", "utils", "helper", "helpers", "common", "manager", "managers", "service", "services",
    "handler", "handlers",
];

static RULE: Rule = Rule {
    why: "A file's name finishes the sentence \"this file is about …\".",
    instead: "Name it after its subject, or move its parts to where they are used.",
};

/// Checks the path of every Rust file.
pub fn check(tree: &Tree, found: &mut Vec<Violation>) {
    for file in tree.rust() {
        let folders = file
            .path
            .rsplit_once('/')
            .map_or("", |(folders, _)| folders);
        let banned = folders
            .split('/')
            .chain([file.stem()])
            .find(|part| BANNED.contains(part));
        if let Some(part) = banned {
            found.push(file.violation(1, format!("`{part}` as a name."), &RULE));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(path: &str) -> usize {
        let mut found = Vec::new();
        check(&Tree::planted(&[(path, "")]), &mut found);
        found.len()
    }

    #[test]
    fn a_file_or_folder_named_after_nothing_is_found() {
        assert_eq!(count("crates/a/src/utils.rs"), 1);
        assert_eq!(count("crates/a/src/helpers/text.rs"), 1);
    }

    #[test]
    fn a_banned_word_inside_a_longer_name_is_fine() {
        assert_eq!(count("crates/a/src/service_plan.rs"), 0);
    }
}
