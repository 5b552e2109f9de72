//! Unfinished work, told by its marks.
//!
//! Words of the domain and words of advertisement are held by [`super::glossary`], which reads its
//! lists from the glossary itself.

use crate::tidy::rust_text;
use crate::tidy::tree::Tree;
use crate::tidy::{Rule, Violation};

/// Marks in comments and documents; in halves, so that this file does not hold them.
const MARKS: [&str; 4] = [
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("XX", "X"),
    concat!("HA", "CK"),
];

/// Calls that stand for code that was not written.
const CALLS: [&str; 3] = ["todo!", "unimplemented!", "dbg!"];

static UNFINISHED: Rule = Rule {
    why: "What is in the tree is finished; what is not is in an issue.",
    instead: "Finish it, or leave it out and say so where the user would look for it.",
};

/// Checks all our text files for marks, and Rust files for calls.
pub fn check(tree: &Tree, found: &mut Vec<Violation>) {
    for file in tree
        .files
        .iter()
        .filter(|file| file.is_text && !file.is_foreign())
    {
        for (number, line) in file.lines() {
            let mut words = line.split(|c: char| !c.is_alphanumeric());
            if let Some(mark) = words.find(|word| MARKS.contains(word)) {
                found.push(file.violation(number, format!("The mark `{mark}`."), &UNFINISHED));
            }
        }
        if file.extension() == "rs" {
            let code = rust_text::read(&file.text).code;
            for (index, line) in code.lines().enumerate() {
                if let Some(call) = CALLS.iter().find(|call| line.contains(*call)) {
                    let what = format!("A call of `{call}`.");
                    found.push(file.violation(index + 1, what, &UNFINISHED));
                }
            }
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
    fn a_mark_of_unfinished_work_is_found_in_code_and_documents() {
        assert_eq!(
            lines("crates/a/src/b.rs", concat!("// FIX", "ME: later\n")),
            [1]
        );
        assert_eq!(lines("docs/a.md", concat!("one\n\nTO", "DO two\n")), [3]);
    }

    #[test]
    fn a_call_for_code_that_was_not_written_is_found() {
        assert_eq!(
            lines("crates/a/src/b.rs", "fn a() {\n    todo!()\n}\n"),
            [2]
        );
    }

    #[test]
    fn the_word_in_a_literal_is_no_call() {
        assert!(lines("crates/a/src/b.rs", "let a = \"todo!\";\n").is_empty());
    }
}
