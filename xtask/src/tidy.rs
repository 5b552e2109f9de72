//! The style and the floors of this repository, checked by a program so that nobody has to
//! remember them.
//!
//! Every rule is a pure function from the [`Tree`] of files to [`Violation`]s, one file a subject;
//! its unit tests plant the violation it must find. Tidy never mends anything and has no switch
//! that turns a rule off: where a rule is wrong, the rule is changed.

pub mod databases;
pub mod decisions;
pub mod floors;
pub mod glossary;
pub mod leaks;
pub mod links;
pub mod names;
pub mod purity;
pub mod reach;
pub mod rust_text;
pub mod shape;
pub mod test_code;
pub mod tree;
pub mod trust;
pub mod words;

use anyhow::{Result, bail};

use crate::say;
use crate::workspace::Workspace;
use tree::Tree;

/// Why a rule exists and how to satisfy it; printed with each violation.
pub struct Rule {
    /// One sentence for someone who has never met the rule.
    pub why: &'static str,
    /// One sentence in the imperative.
    pub instead: &'static str,
}

/// One place that breaks a rule.
pub struct Violation {
    /// Path from the root of the repository, with forward slashes.
    pub file: String,
    /// Counted from 1.
    pub line: usize,
    /// What stands there.
    pub what: String,
    /// The rule it breaks.
    pub rule: &'static Rule,
}

/// A check of the whole tree.
type Check = fn(&Tree, &mut Vec<Violation>);

/// Every check, in the order in which a reader wants to hear about them.
const CHECKS: [Check; 12] = [
    leaks::check,
    floors::check,
    purity::check,
    databases::check,
    test_code::check,
    shape::check,
    names::check,
    words::check,
    glossary::check,
    trust::check,
    decisions::check,
    links::check,
];

/// Checks the repository and fails if anything is amiss.
///
/// # Errors
///
/// Any violation, or a file that cannot be read.
pub fn run(workspace: &Workspace) -> Result<()> {
    let tree = Tree::read(workspace)?;
    let mut found = violations(&tree);
    found.extend(reach::check(workspace)?);
    for violation in &found {
        say(format!(
            "{}:{}: {} {} {}",
            violation.file,
            violation.line,
            violation.what,
            violation.rule.why,
            violation.rule.instead
        ));
    }
    match found.len() {
        0 => {
            say(format!("tidy: {} files, nothing to mend", tree.files.len()));
            Ok(())
        }
        count => bail!("{count} places to mend, listed above"),
    }
}

/// What every pure check finds in a tree, ordered by place.
fn violations(tree: &Tree) -> Vec<Violation> {
    let mut found = Vec::new();
    for check in CHECKS {
        check(tree, &mut found);
    }
    found.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn violations_come_in_the_order_of_their_places() {
        let long = format!("//! About.\n// {}\n// trailing \n", "x".repeat(120));
        let tree = Tree::planted(&[
            ("crates/duly-web/src/b.rs", &long),
            ("crates/duly-web/src/a.rs", "fn a() {}\n"),
            (
                "crates/duly-web/src/lib.rs",
                "//! The map.\nmod a;\nmod b;\n",
            ),
        ]);
        let places: Vec<(String, usize)> = violations(&tree)
            .into_iter()
            .filter(|violation| violation.file.ends_with(".rs"))
            .map(|violation| (violation.file, violation.line))
            .collect();
        let expected = [
            ("crates/duly-web/src/a.rs", 1),
            ("crates/duly-web/src/b.rs", 2),
        ]
        .map(|(file, line)| (file.to_owned(), line));
        assert_eq!(places.get(..2), Some(&expected[..]));
        assert_eq!(
            places.last(),
            Some(&("crates/duly-web/src/b.rs".to_owned(), 3))
        );
    }
}
