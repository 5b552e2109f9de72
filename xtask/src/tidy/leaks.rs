//! What must never enter the repository: paths of a developer's machine, and the test virus in
//! clear, which makes virus scanners remove the clone that holds it.

use crate::tidy::tree::Tree;
use crate::tidy::{Rule, Violation};

/// The beginning of the EICAR test file, in two halves so that this file does not hold it.
const EICAR: &str = concat!("X5O!P%@", "AP[4");

/// Paths outside of the repository that only exist where it was developed.
const PLACES: [&str; 2] = [concat!("/wo", "rk/"), concat!("../sha", "red")];

/// The one file that may know where a build machine keeps its data.
const MAY_NAME_PLACES: &str = ".ci/run";

static PLACE: Rule = Rule {
    why: "That path exists on one machine only.",
    instead: "Take it from a variable or an argument.",
};
static VIRUS: Rule = Rule {
    why: "Virus scanners delete files that hold it.",
    instead: "Keep it masked, and put it together in memory.",
};

/// Checks every file, text or not, ours or not.
pub fn check(tree: &Tree, found: &mut Vec<Violation>) {
    for file in &tree.files {
        for (number, line) in file.lines() {
            if line.contains(EICAR) {
                let what = "The EICAR test string in clear.".to_owned();
                found.push(file.violation(number, what, &VIRUS));
            }
            let place = PLACES.into_iter().find(|place| names_place(line, place));
            if let Some(place) = place.filter(|_| file.path != MAY_NAME_PLACES) {
                found.push(file.violation(number, format!("The path `{place}`."), &PLACE));
            }
        }
    }
}

/// Whether the line holds the path and not a longer absolute one that ends alike.
fn names_place(line: &str, place: &str) -> bool {
    line.match_indices(place).any(|(at, _)| {
        let before = line.get(..at).and_then(|text| text.chars().last());
        let is_longer = before.is_some_and(|c| c.is_alphanumeric() || "._-})".contains(c));
        !(is_longer && place.starts_with('/'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(path: &str, text: &str) -> usize {
        let mut found = Vec::new();
        check(&Tree::planted(&[(path, text)]), &mut found);
        found.len()
    }

    #[test]
    fn a_path_of_the_developers_machine_is_found() {
        assert_eq!(count("docs/a.md", concat!("see `/wo", "rk/x`")), 1);
        assert_eq!(
            count("xtask/src/a.rs", concat!("\"../sha", "red/corpus\"")),
            1
        );
        assert_eq!(
            count("xtask/src/a.rs", concat!("\"../../sha", "red/corpus\"")),
            1
        );
    }

    #[test]
    fn the_ci_script_may_name_them() {
        assert_eq!(count(".ci/run", concat!("../sha", "red/corpus")), 0);
    }

    #[test]
    fn a_folder_of_ours_with_the_same_ending_is_fine() {
        assert_eq!(count("docs/a.md", concat!("crates/duly/wo", "rk/x")), 0);
    }

    #[test]
    fn the_test_virus_is_found_even_in_fixtures() {
        assert_eq!(
            count(
                "crates/a/tests/fixtures/f",
                concat!("X5O!P%@", "AP[4", "\\PZX54")
            ),
            1
        );
    }
}
