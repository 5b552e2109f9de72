//! Every table of the database has a line in `docs/TRUST.md` that says what an attacker who can
//! write there can do at most.

use std::collections::BTreeMap;

use crate::tidy::tree::{File, Tree};
use crate::tidy::{Rule, Violation};

/// The document.
const TRUST: &str = "docs/TRUST.md";

static UNTRUSTED: Rule = Rule {
    why: "A store whose abuse nobody thought through is a hole.",
    instead: "Add a line to docs/TRUST.md: what whoever writes there can do at most.",
};
static GONE: Rule = Rule {
    why: "A statement about nothing is not true.",
    instead: "Remove the line from docs/TRUST.md, or give the table its new name.",
};

/// Compares the tables that the migrations create with the document's.
pub fn check(tree: &Tree, found: &mut Vec<Violation>) {
    let created = created(tree);
    let Some(trust) = tree.file(TRUST) else {
        return;
    };
    let described = described(trust);
    for (table, (file, line)) in &created {
        if !described.contains_key(table) {
            let what = format!("The table `{table}` is not in docs/TRUST.md.");
            found.push(file.violation(*line, what, &UNTRUSTED));
        }
    }
    for (table, line) in &described {
        if !created.is_empty() && !created.contains_key(table) {
            found.push(trust.violation(*line, format!("There is no table `{table}`."), &GONE));
        }
    }
}

/// Tables by name, with the place that creates each.
fn created(tree: &Tree) -> BTreeMap<String, (&File, usize)> {
    let mut tables = BTreeMap::new();
    for file in tree
        .files
        .iter()
        .filter(|file| file.crate_name() == "duly-store")
    {
        if file.extension() != "sql" {
            continue;
        }
        for (number, line) in file.lines() {
            let lower = line.trim().to_lowercase();
            let Some(rest) = lower.strip_prefix(concat!("create ta", "ble ")) else {
                continue;
            };
            let rest = rest.strip_prefix("if not exists ").unwrap_or(rest);
            let name = rest
                .split(|c: char| !(c.is_alphanumeric() || c == '_'))
                .next();
            tables
                .entry(name.unwrap_or("").to_owned())
                .or_insert((file, number));
        }
    }
    tables
}

/// Tables that the document describes: rows of its tables that begin with `table` and a name.
fn described(trust: &File) -> BTreeMap<String, usize> {
    let mut tables = BTreeMap::new();
    for (number, line) in trust.lines() {
        let first = line
            .strip_prefix("| table ")
            .and_then(|row| row.split('|').next());
        let names = first.unwrap_or("").split('`').skip(1).step_by(2);
        tables.extend(names.map(|name| (name.to_owned(), number)));
    }
    tables
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(sql: &str, trust: &str) -> Vec<String> {
        let mut found = Vec::new();
        let path = "crates/duly-store/migrations/sqlite/0001_first.sql";
        check(&Tree::planted(&[(path, sql), (TRUST, trust)]), &mut found);
        found.into_iter().map(|violation| violation.what).collect()
    }

    const SQL: &str = concat!("create ta", "ble ticket (\n  id text\n) strict;\n");

    #[test]
    fn a_table_without_a_line_is_found() {
        assert_eq!(
            found(SQL, "# Trust\n"),
            ["The table `ticket` is not in docs/TRUST.md."]
        );
    }

    #[test]
    fn a_table_with_a_line_is_fine() {
        assert!(found(SQL, "| table `ticket` | at most … |\n").is_empty());
    }

    #[test]
    fn a_line_about_a_table_that_is_gone_is_found() {
        let trust = "| table `ticket`, `job` | at most … |\n";
        assert_eq!(found(SQL, trust), ["There is no table `job`."]);
    }
}
