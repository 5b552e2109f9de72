//! Decision records: numbered without a gap, each with its context, choice, price, and when to
//! look at it again.

use crate::tidy::tree::Tree;
use crate::tidy::{Rule, Violation};

/// The folder they lie in.
const FOLDER: &str = "docs/decisions/";

/// What each of them answers, in this order.
const HEADINGS: [&str; 4] = ["## Context", "## Choice", "## Price", "## Revisit"];

static NUMBER: Rule = Rule {
    why: "A record is cited by its number.",
    instead: "Name it with the next free number of four digits and a slug: `0009-one-log.md`.",
};
static HEADING: Rule = Rule {
    why: "A decision without its price or an end is a rule nobody may question.",
    instead: "Write `## Context`, `## Choice`, `## Price` and `## Revisit`, in this order.",
};

/// Checks names and headings of all records.
pub fn check(tree: &Tree, found: &mut Vec<Violation>) {
    let records = tree
        .files
        .iter()
        .filter(|file| file.path.starts_with(FOLDER));
    for (expected, file) in (1_u32..).zip(records.filter(|file| file.name() != "README.md")) {
        let number = file.name().split_once('-').map_or("", |(number, _)| number);
        if number != format!("{expected:04}") || file.extension() != "md" {
            let what = format!("`{}` where {expected:04} is expected.", file.name());
            found.push(file.violation(1, what, &NUMBER));
        }
        let headings: Vec<&str> = file
            .text
            .lines()
            .filter(|line| line.starts_with("## "))
            .collect();
        if headings != HEADINGS {
            let what = format!("The headings {}.", headings.join(", "));
            found.push(file.violation(1, what, &HEADING));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECORD: &str = "# One\n\n## Context\n\n## Choice\n\n## Price\n\n## Revisit\n";

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        let mut found = Vec::new();
        check(&Tree::planted(files), &mut found);
        found.into_iter().map(|violation| violation.what).collect()
    }

    #[test]
    fn a_gap_in_the_numbers_is_found() {
        let found = found(&[
            ("docs/decisions/0001-one.md", RECORD),
            ("docs/decisions/0003-three.md", RECORD),
        ]);
        assert_eq!(found, ["`0003-three.md` where 0002 is expected."]);
    }

    #[test]
    fn a_record_without_its_price_is_found() {
        let text = RECORD.replace("## Price\n\n", "");
        let expected = ["The headings ## Context, ## Choice, ## Revisit."];
        assert_eq!(found(&[("docs/decisions/0001-one.md", &text)]), expected);
    }
}
