//! The grammar of a process file as a page for people: every key, every word, every rule. Printed
//! from the same tables that the check reads; `docs/processes.md` holds what this prints.

use std::fmt::Write;

use crate::grammar::{Key, Lines, Map, Shape, controls, file};
use crate::words::Vocabulary;

/// The reference of a process file, as Markdown.
#[must_use]
pub fn reference() -> String {
    let mut page = Page::default();
    page.map(&file::FILE);
    page.rules();
    page.words();
    page.text
}

#[derive(Default)]
struct Page {
    text: String,
    /// Closed sets met on the way, in order, each once.
    vocabularies: Vec<&'static Vocabulary>,
}

impl Page {
    fn line(&mut self, line: &str) {
        // Writing to a `String` cannot fail.
        let _ = writeln!(self.text, "{line}");
    }

    fn table(&mut self, heading: &str, columns: &[&str]) {
        if !self.text.is_empty() {
            self.line("");
        }
        self.line(&format!("### {heading}"));
        self.line("");
        self.line(&format!("| {} |", columns.join(" | ")));
        self.line(&format!("|{}", "---|".repeat(columns.len())));
    }

    /// A mapping's keys, and then the mappings inside it.
    fn map(&mut self, map: &Map) {
        self.table(&capital(map.what), &["key", "needed", "holds", "meaning"]);
        for key in map.keys {
            let row = self.row(key);
            self.line(&row);
        }
        for key in map.keys {
            if let Some(inner) = inner(&key.shape) {
                self.map(inner);
            }
        }
    }

    fn row(&mut self, key: &Key) -> String {
        let needed = if key.missing.is_some() { "yes" } else { "" };
        let holds = self.holds(&key.shape);
        format!("| `{}` | {needed} | {holds} | {} |", key.name, key.about)
    }

    fn holds(&mut self, shape: &Shape) -> String {
        match shape {
            Shape::Version => "`1`".to_owned(),
            Shape::Text { chars_max, lines } => {
                let lines = if *lines == Lines::One {
                    "a line"
                } else {
                    "text"
                };
                format!("{lines} of at most {chars_max} characters")
            }
            Shape::Form(form) => form.what.to_owned(),
            Shape::Word(vocabulary) => self.met(vocabulary).to_owned(),
            Shape::Whole { min, max } => format!("a number from {min} to {max}"),
            Shape::List(list) => {
                format!(
                    "a list of at most {}: {}",
                    list.items_max,
                    self.holds(&list.of)
                )
            }
            Shape::OneOrMore(list) => {
                format!(
                    "one, or a list of at most {}: {}",
                    list.items_max,
                    self.holds(&list.of)
                )
            }
            Shape::Map(_) => "a mapping, see below".to_owned(),
            Shape::Table(keys, of) => format!("for {}: {}", self.met(keys), self.holds(of)),
            Shape::Rule => "a rule, see below".to_owned(),
        }
    }

    fn met(&mut self, vocabulary: &'static Vocabulary) -> &'static str {
        if !self
            .vocabularies
            .iter()
            .any(|known| known.what == vocabulary.what)
        {
            self.vocabularies.push(vocabulary);
        }
        vocabulary.what
    }

    fn rules(&mut self) {
        let columns = ["rule", "raises a warning when", "severity", "parameters"];
        self.table("Quality-control rules", &columns);
        for rule in controls::RULES {
            let parameters: Vec<String> = rule
                .map
                .keys
                .iter()
                .filter(|key| key.name != "severity")
                .map(|key| {
                    let optional = if key.missing.is_some() {
                        ""
                    } else {
                        " (optional)"
                    };
                    format!("`{}`{optional}: {}", key.name, self.holds(&key.shape))
                })
                .collect();
            let severity = format!("{:?}", rule.severity).to_lowercase();
            let parameters = parameters.join("; ");
            self.line(&format!(
                "| `{}` | {} | {severity} | {parameters} |",
                rule.name, rule.about
            ));
        }
    }

    fn words(&mut self) {
        let mut vocabularies = std::mem::take(&mut self.vocabularies);
        vocabularies.push(&crate::words::FACTS);
        for vocabulary in vocabularies {
            self.table(
                &format!("{}: the words", capital(vocabulary.what)),
                &["word", "meaning"],
            );
            for (word, about) in vocabulary.words {
                self.line(&format!("| `{word}` | {about} |"));
            }
        }
    }
}

/// The mapping inside a shape, if there is one.
fn inner(shape: &Shape) -> Option<&'static Map> {
    match shape {
        Shape::Map(map) => Some(map),
        Shape::List(list) | Shape::OneOrMore(list) => inner(&list.of),
        _ => None,
    }
}

fn capital(what: &str) -> String {
    let mut characters = what.chars();
    let first = characters
        .next()
        .map(|first| first.to_uppercase().collect::<String>());
    first.unwrap_or_default() + characters.as_str()
}
