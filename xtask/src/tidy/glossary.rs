//! One word per concept: what the glossary says is never said, is never said.
//!
//! The lists live in `docs/glossary.md` and nowhere else: the last column of its table, and the
//! section of words that are never used at all. Only what stands there in backticks is enforced;
//! other text in those places is advice to a writer.

use crate::tidy::tree::{File, Tree};
use crate::tidy::{Rule, Violation};

/// The file that holds the lists.
const GLOSSARY: &str = "docs/glossary.md";

/// Heading of the words that have no better one.
const NEVER_AT_ALL: &str = "## Words not used at all";

/// Extensions of files in which words are held.
const HELD: [&str; 9] = [
    "rs", "md", "html", "css", "yaml", "yml", "toml", "sql", "mjs",
];

static SYNONYM: Rule = Rule {
    why: "One concept has one word, in code, SQL, URL, screen and documents alike.",
    instead: "See docs/glossary.md for the right one.",
};
static EMPTY: Rule = Rule {
    why: "It says nothing, or praises.",
    instead: "Leave it out, or state the fact or the figure.",
};
static MISSING: Rule = Rule {
    why: "The words that are never said are read from it.",
    instead: "Give it a table whose last column names them in backticks.",
};

/// A phrase that is not used, and what stands against it.
struct Phrase {
    words: Vec<String>,
    right: Option<String>,
}

/// Checks every file of ours against the glossary.
pub fn check(tree: &Tree, found: &mut Vec<Violation>) {
    let Some(glossary) = tree.file(GLOSSARY) else {
        return;
    };
    let phrases = read(glossary);
    if phrases.is_empty() {
        found.push(glossary.violation(1, "A glossary without lists.".to_owned(), &MISSING));
    }
    let held = |file: &&File| {
        HELD.contains(&file.extension())
            && file.path != GLOSSARY
            && file.is_text
            && !file.is_foreign()
    };
    for file in tree.files.iter().filter(held) {
        for (number, line) in file.lines() {
            let words = words(line);
            for phrase in phrases
                .iter()
                .filter(|phrase| contains(&words, &phrase.words))
            {
                let said = phrase.words.join(" ");
                let (what, rule) = match &phrase.right {
                    Some(right) => (format!("`{said}` for {right}."), &SYNONYM),
                    None => (format!("`{said}`."), &EMPTY),
                };
                found.push(file.violation(number, what, rule));
            }
        }
    }
}

/// Every phrase in backticks in the last column of a table, or under the heading of words that are
/// not used at all.
fn read(glossary: &File) -> Vec<Phrase> {
    let mut phrases = Vec::new();
    let mut is_under_heading = false;
    for (_, line) in glossary.lines() {
        if line.starts_with("## ") {
            is_under_heading = line == NEVER_AT_ALL;
        }
        let (text, right) = match line.strip_prefix('|') {
            Some(row) => {
                let cells: Vec<&str> = row
                    .trim_end_matches('|')
                    .split('|')
                    .map(str::trim)
                    .collect();
                let last = if cells.len() > 2 { cells.last() } else { None };
                (
                    last.copied().unwrap_or(""),
                    cells.first().map(|word| (*word).to_owned()),
                )
            }
            None if is_under_heading => (line, None),
            None => continue,
        };
        phrases.extend(in_backticks(text).map(|phrase| Phrase {
            words: words(phrase),
            right: right.clone(),
        }));
    }
    phrases
}

/// What stands between pairs of backticks.
fn in_backticks(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// Lower-case words, with names in code taken apart: `AssetId` and `asset_id` are two each. Where
/// something else than a blank, `_` or `-` stands between two of them, so does an empty word, so
/// that no phrase is found across a full stop or a bracket.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut was_lower = false;
    for c in line.chars() {
        let begins = !c.is_alphanumeric() || (c.is_uppercase() && was_lower);
        if begins && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        } else if !" _-".contains(c) {
            words.push(String::new());
        }
        was_lower = c.is_lowercase() || c.is_numeric();
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

fn contains(words: &[String], phrase: &[String]) -> bool {
    !phrase.is_empty() && words.windows(phrase.len()).any(|window| window == phrase)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LISTS: &str = "# Glossary\n\n| word | meaning | never |\n|---|---|---|\n\
        | client | whose | `punter`, or a buyer |\n\n## Words not used at all\n\n\
        `magical`, `all new`\n";

    fn said(path: &str, text: &str) -> Vec<String> {
        let mut found = Vec::new();
        check(
            &Tree::planted(&[(GLOSSARY, LISTS), (path, text)]),
            &mut found,
        );
        found.into_iter().map(|violation| violation.what).collect()
    }

    #[test]
    fn a_synonym_is_found_in_prose_and_in_names() {
        let expected = ["`punter` for client."];
        assert_eq!(said("docs/a.md", "Our punter pays.\n"), expected);
        assert_eq!(said("crates/a/src/b.rs", "struct PunterId;\n"), expected);
        assert_eq!(said("crates/a/src/b.rs", "let punter_id = 1;\n"), expected);
    }

    #[test]
    fn advice_without_backticks_is_not_enforced() {
        assert!(said("docs/a.md", "a buyer\n").is_empty());
    }

    #[test]
    fn a_phrase_is_not_found_across_punctuation() {
        assert_eq!(said("docs/a.md", "an all-new thing\n"), ["`all new`."]);
        assert!(said("docs/a.md", "That is all. New things follow.\n").is_empty());
    }

    #[test]
    fn a_word_that_only_contains_it_is_fine() {
        assert!(said("docs/a.md", "punters magically\n").is_empty());
    }

    #[test]
    fn praise_is_found() {
        assert_eq!(
            said("README.md", "It is all new and magical.\n"),
            ["`magical`.", "`all new`."]
        );
    }

    #[test]
    fn a_glossary_without_lists_is_found() {
        let mut found = Vec::new();
        check(&Tree::planted(&[(GLOSSARY, "# Glossary\n")]), &mut found);
        assert_eq!(found.len(), 1);
    }
}
