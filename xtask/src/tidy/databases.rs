//! Where SQL may stand, and what it must never do to the log.
//!
//! Only `duly-store` speaks SQL, and no statement anywhere changes or removes an entry. A literal
//! counts as SQL by its first words, so that a sentence with `select` in it is left alone.

use crate::tidy::rust_text;
use crate::tidy::tree::{File, Tree};
use crate::tidy::{Rule, Violation};

/// The one crate that speaks SQL.
const STORE: &str = "duly-store";

/// Tables of which a row, once written, stays as it is.
const ENTRY_TABLES: [&str; 2] = ["entry", "checkpoint"];

/// First words of statements, lower case.
const STATEMENTS: [&[&str]; 10] = [
    &["select"],
    &["with"],
    &["insert", "into"],
    &["delete", "from"],
    &["create", "table"],
    &["create", "index"],
    &["create", "unique"],
    &["alter", "table"],
    &["drop", "table"],
    &["pragma"],
];

static ELSEWHERE: Rule = Rule {
    why: "SQL occurs only in `duly-store`, where every statement runs on both databases.",
    instead: "Give `Store` a verb for it.",
};
static ENTRY: Rule = Rule {
    why: "Nothing updates or deletes an entry; the log only grows.",
    instead: "Write a new entry that says what changed.",
};

/// Checks literals of Rust files, and SQL files.
pub fn check(tree: &Tree, found: &mut Vec<Violation>) {
    for file in tree.rust() {
        for literal in rust_text::read(&file.text).literals {
            let words = words(&literal.text);
            if file.crate_name() != STORE && is_statement(&words) {
                let what = format!("SQL in `{}`.", file.crate_name());
                found.push(file.violation(literal.line, what, &ELSEWHERE));
            }
            if let Some(change) = changes_entry(&words).filter(|_| !tampers(file)) {
                found.push(file.violation(literal.line, format!("`{change}`."), &ENTRY));
            }
        }
    }
    for file in tree.files.iter().filter(|file| file.extension() == "sql") {
        if file.crate_name() != STORE {
            found.push(file.violation(1, "An SQL file.".to_owned(), &ELSEWHERE));
        }
        for (number, line) in file.lines() {
            let code = line.split("--").next().unwrap_or("");
            if let Some(change) = changes_entry(&words(code)) {
                found.push(file.violation(number, format!("`{change}`."), &ENTRY));
            }
        }
    }
}

/// Whether a file's business is to damage a store, so that what notices it can be tested.
fn tampers(file: &File) -> bool {
    file.crate_name() == STORE && file.path.contains("/tests/")
}

/// Lower-case words; everything else only separates them, but punctuation that SQL needs stays.
fn words(text: &str) -> Vec<String> {
    let separates = |c: char| !(c.is_alphanumeric() || c == '_' || c == '*');
    text.split(separates)
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

/// Whether the words are those of a statement.
fn is_statement(words: &[String]) -> bool {
    let begins =
        |first: &&[&str]| words.len() > first.len() && first.iter().zip(words).all(|(a, b)| a == b);
    let holds = |word: &str| words.iter().any(|other| other == word);
    match STATEMENTS.iter().find(|first| begins(first)) {
        Some(["select"]) => holds("from") || words.len() <= 3,
        Some(["with"]) => holds("as") && holds("select") && holds("from"),
        Some(_) => true,
        None => words.first().is_some_and(|word| word == "update") && third_is_set(words),
    }
}

fn third_is_set(words: &[String]) -> bool {
    words.get(2).is_some_and(|word| word == "set")
}

/// The words that would change a row of the log, if there are such.
fn changes_entry(words: &[String]) -> Option<String> {
    let names_entry =
        |word: Option<&String>| word.is_some_and(|word| ENTRY_TABLES.contains(&word.as_str()));
    words.iter().enumerate().find_map(|(at, word)| {
        let next = words.get(at + 1);
        let table = match (word.as_str(), next.map(String::as_str)) {
            ("delete", Some("from")) | ("drop" | "truncate", Some("table")) => words.get(at + 2),
            ("update" | "truncate", Some(_)) => next,
            ("replace", Some("into")) => words.get(at + 2),
            _ => None,
        };
        names_entry(table).then(|| format!("{word} … {}", table.map_or("", String::as_str)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(path: &str, statement: &str) -> usize {
        let mut found = Vec::new();
        let text = format!("let a = \"{statement}\";\n");
        check(&Tree::planted(&[(path, &text)]), &mut found);
        found.len()
    }

    const WEB: &str = "crates/duly-web/src/a.rs";
    const STORE_FILE: &str = "crates/duly-store/src/a.rs";

    #[test]
    fn sql_outside_the_store_is_found() {
        assert_eq!(count(WEB, concat!("sel", "ect id from ticket")), 1);
        assert_eq!(
            count(WEB, concat!("  INS", "ERT INTO ticket values ($1)")),
            1
        );
        assert_eq!(count(WEB, concat!("upd", "ate ticket set state = $1")), 1);
        assert_eq!(count(STORE_FILE, concat!("sel", "ect id from ticket")), 0);
    }

    #[test]
    fn a_sentence_is_no_statement() {
        assert_eq!(count(WEB, "select a client, then press the button"), 0);
        assert_eq!(count(WEB, "update your bookmarks"), 0);
        assert_eq!(count(WEB, "with 3 files"), 0);
    }

    #[test]
    fn a_statement_that_changes_an_entry_is_found_in_the_store_too() {
        assert_eq!(
            count(STORE_FILE, concat!("upd", "ate entry set bytes = $1")),
            1
        );
        assert_eq!(
            count(
                STORE_FILE,
                concat!("del", "ete from entry where client = $1")
            ),
            1
        );
        assert_eq!(count(STORE_FILE, concat!("drop ta", "ble entry")), 1);
        assert_eq!(
            count(STORE_FILE, concat!("upd", "ate ticket set entry = $1")),
            0
        );
    }

    #[test]
    fn the_stores_own_tests_may_damage_a_store() {
        let statement = concat!("upd", "ate entry set bytes = $1");
        assert_eq!(count("crates/duly-store/tests/it/fsck.rs", statement), 0);
        assert_eq!(count("crates/duly-web/tests/it/fsck.rs", statement), 2);
    }

    #[test]
    fn a_trigger_that_refuses_changes_is_fine() {
        assert_eq!(
            count(STORE_FILE, "create trigger t before update on entry begin"),
            0
        );
    }

    #[test]
    fn an_sql_file_outside_the_store_is_found() {
        let mut found = Vec::new();
        check(&Tree::planted(&[("crates/duly/a.sql", "")]), &mut found);
        assert_eq!(found.len(), 1);
    }
}
