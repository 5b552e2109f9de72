//! What pure floors must not do, and who may read the clock.

use crate::tidy::rust_text;
use crate::tidy::tree::{File, Tree};
use crate::tidy::{Rule, Violation};

/// Crates in which nothing waits.
const NO_ASYNC: [&str; 3] = ["duly-proof", "duly-core", "duly-verify"];

/// Crates in which nothing opens a file, a socket or another program.
const NO_OUTSIDE: [&str; 2] = ["duly-proof", "duly-core"];

/// Crates that may ask for the time; everything else is told.
const MAY_READ_CLOCK: [&str; 3] = ["duly-work", "duly", "xtask"];

static ASYNC: Rule = Rule {
    why: "The rules of duly are pure functions; waiting belongs to the shell.",
    instead: "Return a decision and let `duly-work` apply it.",
};
static OUTSIDE: Rule = Rule {
    why: "The lowest floors do no input or output, so that anyone can run them anywhere.",
    instead: "Take the bytes as a parameter.",
};
static CLOCK: Rule = Rule {
    why: "A duty must come out the same whenever it is computed.",
    instead: "Take `now` as a parameter.",
};

/// Checks the code of every Rust file.
pub fn check(tree: &Tree, found: &mut Vec<Violation>) {
    for file in tree.rust() {
        let code = rust_text::read(&file.text).code;
        let name = file.crate_name();
        if NO_ASYNC.contains(&name) {
            search(
                file,
                &code,
                &["async fn", "async move", "async {", ".await"],
                &ASYNC,
                found,
            );
        }
        if NO_OUTSIDE.contains(&name) && file.path.contains("/src/") {
            let calls = [
                "std::fs",
                "std::net",
                "std::process",
                "std::env",
                "std::io::stdin",
            ];
            search(file, &code, &calls, &OUTSIDE, found);
        }
        if !MAY_READ_CLOCK.contains(&name) {
            let calls = [
                "Timestamp::now",
                "SystemTime::now",
                "Zoned::now",
                "ZonedDateTime::now",
            ];
            search(file, &code, &calls, &CLOCK, found);
        }
    }
}

fn search(
    file: &File,
    code: &str,
    needles: &[&str],
    rule: &'static Rule,
    found: &mut Vec<Violation>,
) {
    for (index, line) in code.lines().enumerate() {
        if let Some(needle) = needles.iter().find(|needle| line.contains(**needle)) {
            let what = format!("`{needle}` in `{}`.", file.crate_name());
            found.push(file.violation(index + 1, what, rule));
        }
    }
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
    fn an_async_function_in_core_is_found() {
        assert_eq!(
            lines("crates/duly-core/src/a.rs", "//! A.\npub async fn a() {}\n"),
            [2]
        );
        assert!(lines("crates/duly-work/src/a.rs", "pub async fn a() {}\n").is_empty());
    }

    #[test]
    fn a_comment_about_async_functions_is_fine() {
        assert!(lines("crates/duly-core/src/a.rs", "// no async fn here\n").is_empty());
    }

    #[test]
    fn a_file_opened_in_core_is_found_and_one_in_its_tests_is_not() {
        let code = "use std::fs::File;\n";
        assert_eq!(lines("crates/duly-core/src/a.rs", code), [1]);
        assert!(lines("crates/duly-core/tests/it/a.rs", code).is_empty());
    }

    #[test]
    fn the_clock_is_read_by_the_shell_alone() {
        let code = "let now = jiff::Timestamp::now();\n";
        assert_eq!(lines("crates/duly-probe/src/a.rs", code), [1]);
        assert!(lines("crates/duly-work/src/clock.rs", code).is_empty());
        assert!(lines("crates/duly/src/main.rs", code).is_empty());
    }
}
