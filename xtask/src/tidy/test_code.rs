//! What a test must not do: be switched off, or sleep.

use crate::tidy::rust_text;
use crate::tidy::tree::{File, Tree};
use crate::tidy::{Rule, Violation};

/// The one reason for an ignored test: it is no test by itself, but a process that others start.
const STARTED_BY_OTHERS: &str = "= \"started by ";

static IGNORED: Rule = Rule {
    why: "A test that does not run cannot fail.",
    instead: "Make it run everywhere, or delete it.",
};
static SLEEP: Rule = Rule {
    why: "A sleep is too short on a slow machine and too long on a fast one.",
    instead: "Use the fake clock, or wait for the thing itself with a bound.",
};

/// Checks every Rust file.
pub fn check(tree: &Tree, found: &mut Vec<Violation>) {
    for file in tree.rust() {
        let code = rust_text::read(&file.text).code;
        let first = first_line_of_tests(file, &code);
        for ((index, line), raw) in code.lines().enumerate().zip(file.text.lines()) {
            if line.contains("#[ignore") && !raw.contains(STARTED_BY_OTHERS) {
                let what = "An ignored test.".to_owned();
                found.push(file.violation(index + 1, what, &IGNORED));
            }
            let is_test = first.is_some_and(|first| index >= first);
            let sleeps = line.contains("thread::sleep") || line.contains("time::sleep");
            if is_test && sleeps {
                let what = "A sleep in a test.".to_owned();
                found.push(file.violation(index + 1, what, &SLEEP));
            }
        }
    }
}

/// Index of the line from which on a file is test code; none if it has no tests.
fn first_line_of_tests(file: &File, code: &str) -> Option<usize> {
    let is_whole = file.path.contains("/tests/") || file.stem() == "tests";
    let module = || code.lines().position(|line| line.trim() == "#[cfg(test)]");
    if is_whole { Some(0) } else { module() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(path: &str, text: &str) -> Vec<usize> {
        let mut found = Vec::new();
        check(&Tree::planted(&[(path, text)]), &mut found);
        found.into_iter().map(|violation| violation.line).collect()
    }

    #[test]
    fn an_ignored_test_is_found() {
        assert_eq!(
            lines(
                "crates/a/tests/it/b.rs",
                "#[test]\n#[ignore = \"slow\"]\nfn b() {}\n"
            ),
            [2]
        );
    }

    #[test]
    fn a_process_that_other_tests_start_may_be_ignored() {
        let text = "#[test]\n#[ignore = \"started by the tests of this file\"]\nfn b() {}\n";
        assert!(lines("crates/a/tests/it/b.rs", text).is_empty());
    }

    #[test]
    fn a_sleep_is_found_in_tests_only() {
        let code = "fn a() { std::thread::sleep(x) }\n";
        assert_eq!(lines("crates/a/tests/it/b.rs", code), [1]);
        assert!(lines("crates/a/src/b.rs", code).is_empty());
        assert_eq!(
            lines(
                "crates/a/src/b.rs",
                &format!("#[cfg(test)]\nmod tests {{\n{code}}}\n")
            ),
            [3]
        );
    }
}
