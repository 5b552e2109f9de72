//! A tree against the grammar: unknown and missing keys, wrong types, forms, words, bounds. What
//! the parts mean together is the compiler's question, not asked here.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::code::Code;
use crate::form::{Form, Number};
use crate::grammar::{self, Key, Lines, List, Map, Shape, controls};
use crate::refusal::{Problems, shown};
use crate::suggest;
use crate::tree::{Entry, Kind, Node, Scalar, Value};
use crate::words::Vocabulary;

/// Checks a whole file.
pub(crate) fn check(root: &Node, problems: &mut Problems) {
    Check { problems }.map(root, &start_of(root), &grammar::file::FILE);
}

/// The place of a value for a person: itself, or what stands before it where it is empty.
struct At<'a> {
    /// Where to point.
    place: &'a Range<usize>,
    /// What it is, with backticks: `` `gate` ``.
    what: &'a str,
}

struct Check<'p> {
    problems: &'p mut Problems,
}

impl Check<'_> {
    fn shape(&mut self, node: &Node, at: &At<'_>, shape: &Shape) {
        match shape {
            Shape::Version => self.version(node, at),
            Shape::Text { chars_max, lines } => self.text(node, at, *chars_max, *lines),
            Shape::Form(form) => self.form(node, at, form),
            Shape::Word(vocabulary) => self.word(node, at, vocabulary),
            Shape::Whole { min, max } => self.whole(node, at, *min, *max),
            Shape::List(list) => self.list(node, at, list),
            Shape::OneOrMore(list) => {
                if matches!(node.value, Value::Scalar(_)) {
                    self.shape(node, at, &list.of);
                } else {
                    self.list(node, at, list);
                }
            }
            Shape::Map(map) => self.map_at(node, at, map),
            Shape::Table(keys, of) => self.table(node, at, keys, of),
            Shape::Rule => self.rule(node),
        }
    }

    fn wrong_type(&mut self, node: &Node, at: &At<'_>, wanted: &str, help: &str) {
        if node.value == Value::Refused {
            return;
        }
        let found = kind_of(node);
        let message = format!("{} must be {wanted}, but this is {found}", at.what);
        self.problems.add(Code::WrongType, at.place, message, help);
    }

    fn version(&mut self, node: &Node, at: &At<'_>) {
        match &node.value {
            Value::Scalar(scalar) if scalar.plain && scalar.text == "1" => {}
            Value::Scalar(scalar) if scalar.kind() == Kind::Number => self.problems.add(
                Code::UnknownFormat,
                at.place,
                format!("version {} of the file format is not known", scalar.text),
                "this program reads `duly: 1`",
            ),
            _ => self.wrong_type(node, at, "the number 1", "write `duly: 1`"),
        }
    }

    /// The scalar, if it is text with something in it.
    fn filled<'n>(&mut self, node: &'n Node, at: &At<'_>, number: Number) -> Option<&'n Scalar> {
        let Value::Scalar(scalar) = &node.value else {
            self.wrong_type(node, at, "text", "write it on one line, after the colon");
            return None;
        };
        let numeric = scalar.kind() == Kind::Number && number != Number::No;
        match scalar.kind() {
            Kind::Null => self.empty_text(at),
            Kind::Text if scalar.text.trim().is_empty() => self.empty_text(at),
            Kind::Text => return Some(scalar),
            Kind::Number if numeric => return Some(scalar),
            Kind::Number | Kind::Truth => {
                let help = format!("put quotes around it: `\"{}\"`", scalar.text);
                self.wrong_type(node, at, "text", &help);
            }
        }
        None
    }

    fn empty_text(&mut self, at: &At<'_>) {
        let message = format!("{} is empty", at.what);
        self.problems.add(
            Code::EmptyText,
            at.place,
            message,
            "write it out, or delete the key",
        );
    }

    fn text(&mut self, node: &Node, at: &At<'_>, chars_max: usize, lines: Lines) {
        let Some(scalar) = self.filled(node, at, Number::No) else {
            return;
        };
        let text = scalar.text.trim();
        if text.chars().count() > chars_max {
            let message = format!("{} is longer than {chars_max} characters", at.what);
            let help = "shorten it; long instructions belong in a document that it names";
            self.problems
                .add(Code::TextTooLong, at.place, message, help);
        }
        if lines == Lines::One && text.contains(['\n', '\r']) {
            let message = format!("{} must be a single line", at.what);
            self.problems
                .add(Code::WrongType, at.place, message, "write it on one line");
        }
        self.hidden(text, at);
    }

    /// An escape in double quotes can bring in what the file's bytes could not.
    fn hidden(&mut self, text: &str, at: &At<'_>) {
        let hidden = |character: &char| {
            crate::source::is_hidden(*character) && !matches!(character, '\n' | '\r')
        };
        if let Some(character) = text.chars().find(hidden) {
            let code = u32::from(character);
            let message = format!("{} holds U+{code:04X}, which cannot be seen", at.what);
            let help = "delete the escape: what a person reads must be what is there";
            self.problems
                .add(Code::HiddenCharacter, at.place, message, help);
        }
    }

    fn form(&mut self, node: &Node, at: &At<'_>, form: &Form) {
        // A number that needs more than quotes is of the wrong form, not of the wrong type.
        let number = match node.text() {
            Some(text) if !(form.holds)(text) => Number::Count,
            _ => form.number,
        };
        let Some(scalar) = self.filled(node, at, number) else {
            return;
        };
        let text = scalar.text.trim();
        if !(form.holds)(text) {
            let message = format!(
                "{} must be {}, but this is `{}`",
                at.what,
                form.what,
                cut(text)
            );
            self.problems.add(form.code, at.place, message, form.help);
        }
    }

    fn word(&mut self, node: &Node, at: &At<'_>, vocabulary: &Vocabulary) {
        let Some(scalar) = self.filled(node, at, Number::No) else {
            return;
        };
        let text = scalar.text.trim();
        if !vocabulary.knows(text) {
            let message = format!("`{}` is not {}", cut(text), vocabulary.what);
            let help = suggest::advice(text, vocabulary.names());
            self.problems.add(vocabulary.code, at.place, message, help);
        }
    }

    fn whole(&mut self, node: &Node, at: &At<'_>, min: u32, max: u32) {
        let wanted = format!("a whole number from {min} to {max}");
        let Value::Scalar(scalar) = &node.value else {
            return self.wrong_type(node, at, &wanted, "write a number");
        };
        let digits = scalar.plain && scalar.text.bytes().all(|b| b.is_ascii_digit());
        if scalar.kind() != Kind::Number || !digits {
            let help = format!("write a number from {min} to {max}, without quotes");
            return self.wrong_type(node, at, &wanted, &help);
        }
        let number: u64 = scalar.text.parse().unwrap_or(u64::MAX);
        if number < u64::from(min) || number > u64::from(max) {
            let message = format!("{} must be {wanted}", at.what);
            let help = format!("write a number from {min} to {max}");
            self.problems
                .add(Code::NumberOutOfRange, at.place, message, help);
        }
    }

    fn list(&mut self, node: &Node, at: &At<'_>, list: &List) {
        let Value::List(items) = &node.value else {
            let help = "put it in brackets, or on lines that begin with `- `";
            return self.wrong_type(node, at, "a list", help);
        };
        if items.is_empty() {
            let message = format!("{} is an empty list", at.what);
            let help = "list something, or delete the key";
            return self.problems.add(Code::EmptyList, at.place, message, help);
        }
        if items.len() > list.items_max {
            let message = format!("{} has more than {} items", at.what, list.items_max);
            let place = items
                .get(list.items_max)
                .map_or(at.place, |item| &item.span);
            let help = "split it, or make two processes of it";
            self.problems.add(Code::TooManyItems, place, message, help);
        }
        let what = format!("an item of {}", at.what);
        let mut seen = BTreeSet::new();
        for item in items.iter().take(list.items_max) {
            let place = place_of(item, at.place);
            self.shape(
                item,
                &At {
                    place: &place,
                    what: &what,
                },
                &list.of,
            );
            if let Some(text) = item
                .text()
                .filter(|text| !text.is_empty() && !seen.insert(*text))
            {
                let message = format!("`{}` stands twice in {}", cut(text), at.what);
                self.problems
                    .add(Code::ItemRepeated, &place, message, "delete one of the two");
            }
        }
    }

    fn map_at(&mut self, node: &Node, at: &At<'_>, map: &Map) {
        match &node.value {
            Value::Mapping(_) => self.map(node, at.place, map),
            Value::Scalar(scalar) if scalar.kind() == Kind::Null => {
                let message = format!("{} is empty", at.what);
                let help = format!("write {}", suggest::list(map.names()));
                self.problems.add(Code::EmptyText, at.place, message, help);
            }
            _ => {
                let help = format!("its keys are {}", suggest::list(map.names()));
                self.wrong_type(node, at, "a mapping", &help);
            }
        }
    }

    fn map(&mut self, node: &Node, place: &Range<usize>, map: &Map) {
        let Value::Mapping(entries) = &node.value else {
            let at = At {
                place,
                what: map.what,
            };
            return self.wrong_type(node, &at, "a mapping", "begin with `duly: 1`");
        };
        let mut misspelt = BTreeSet::new();
        for entry in entries {
            match map.key(&entry.key) {
                Some(key) => self.entry(entry, key),
                None => misspelt.extend(self.unknown_key(entry, node, map)),
            }
        }
        for key in map.keys {
            let Some((code, example)) = key.missing else {
                continue;
            };
            // A misspelt key is one problem, not two.
            if node.entry(key.name).is_some() || misspelt.contains(key.name) {
                continue;
            }
            let message = format!("{} needs `{}`: {}", map.what, key.name, lowered(key.about));
            let help = if code == Code::MissingKey {
                format!("add `{example}`")
            } else {
                example.to_owned()
            };
            self.problems.add(code, place, message, help);
        }
    }

    fn entry(&mut self, entry: &Entry, key: &Key) {
        let place = place_of(&entry.value, &entry.key_span);
        let what = format!("`{}`", key.name);
        if let Some(code) = key.nothing.filter(|_| entry.value.is_nothing()) {
            let message = format!("{what} holds nothing: {}", lowered(key.about));
            let help = key.missing.map_or("write it out", |(_, example)| example);
            self.problems.add(code, &entry.key_span, message, help);
            return;
        }
        self.shape(
            &entry.value,
            &At {
                place: &place,
                what: &what,
            },
            &key.shape,
        );
    }

    /// Refuses a key, and says which one it was meant for.
    fn unknown_key(&mut self, entry: &Entry, node: &Node, map: &Map) -> Option<&'static str> {
        let name = entry.key.as_str();
        if let Some(why) = map.explained.iter().find(|explained| explained.key == name) {
            self.problems
                .add(why.code, &entry.key_span, why.message, why.help);
            return None;
        }
        let alias = map.keys.iter().find(|key| key.also.contains(&name));
        let meant = alias
            .map(|key| key.name)
            .or_else(|| suggest::nearest(name, map.names()))
            .filter(|meant| node.entry(meant).is_none());
        let message = format!("{} is not a key of {}", quoted(name), map.what);
        let help = match meant {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("its keys are {}", suggest::list(map.names())),
        };
        self.problems
            .add(Code::UnknownKey, &entry.key_span, message, help);
        meant
    }

    fn table(&mut self, node: &Node, at: &At<'_>, keys: &Vocabulary, of: &Shape) {
        let Value::Mapping(entries) = &node.value else {
            let help = format!("its keys can be {}", suggest::list(keys.names()));
            return self.wrong_type(node, at, "a mapping", &help);
        };
        if entries.is_empty() {
            let message = format!("{} holds nothing", at.what);
            return self
                .problems
                .add(Code::EmptyList, at.place, message, "delete the key");
        }
        for entry in entries {
            if keys.knows(&entry.key) {
                let place = place_of(&entry.value, &entry.key_span);
                let what = format!("`{}`", entry.key);
                self.shape(
                    &entry.value,
                    &At {
                        place: &place,
                        what: &what,
                    },
                    of,
                );
            } else {
                let message = format!("{} is not {}", quoted(&entry.key), keys.what);
                let help = suggest::advice(&entry.key, keys.names());
                self.problems.add(keys.code, &entry.key_span, message, help);
            }
        }
    }

    fn rule(&mut self, node: &Node) {
        let at = At {
            place: &node.span,
            what: "a rule",
        };
        let entry = match &node.value {
            Value::Mapping(entries) => match entries.as_slice() {
                [entry] => entry,
                [] => {
                    return self.wrong_type(
                        node,
                        &at,
                        "a rule's name with its parameters",
                        "write `late: {}`",
                    );
                }
                [_, second, ..] => {
                    return self.problems.add(
                        Code::WrongType,
                        &second.key_span,
                        "a rule is one key; this is a second one",
                        "begin a new line with `- `, or put the parameters in braces: \
                         `- too_fast: { factor: 0.25, floor: 5 min }`",
                    );
                }
            },
            Value::Scalar(scalar) => {
                let help = format!("write `{}: {{}}`", cut(scalar.text.trim()));
                return self.wrong_type(node, &at, "a rule's name with its parameters", &help);
            }
            _ => return self.wrong_type(node, &at, "a mapping of one key", "write `late: {}`"),
        };
        let Some(rule) = controls::rule(&entry.key) else {
            let message = format!("{} is not a rule", quoted(&entry.key));
            let help = suggest::advice(&entry.key, controls::names());
            self.problems
                .add(Code::UnknownRule, &entry.key_span, message, help);
            return;
        };
        if entry.value.is_nothing() && !matches!(entry.value.value, Value::Mapping(_)) {
            let message = format!("the parameters of `{}` are not written", rule.name);
            let help = format!("write `{}: {{}}` where there are none", rule.name);
            return self
                .problems
                .add(Code::WrongType, &entry.key_span, message, help);
        }
        let at = At {
            place: &entry.key_span,
            what: rule.map.what,
        };
        self.map_at(&entry.value, &at, &rule.map);
    }
}

/// Where to point for a value: at itself, or where it is empty at its key.
fn place_of(node: &Node, key: &Range<usize>) -> Range<usize> {
    if node.span.is_empty() {
        key.clone()
    } else {
        start_of(node)
    }
}

/// Where to point for something that may be long: a mapping is named by its first key.
fn start_of(node: &Node) -> Range<usize> {
    match node.entries().first() {
        Some(first) => node.span.start..first.key_span.end,
        None => node.span.clone(),
    }
}

fn kind_of(node: &Node) -> &'static str {
    match &node.value {
        Value::List(_) => "a list",
        Value::Mapping(_) => "a mapping",
        Value::Scalar(scalar) => match scalar.kind() {
            Kind::Null => "empty",
            Kind::Truth => "yes or no",
            Kind::Number => "a number",
            Kind::Text => "text",
        },
        Value::Refused => "an alias",
    }
}

/// The file's own words in a message, cut to what a line can hold.
pub(crate) fn cut(text: &str) -> String {
    const CHARS_MAX: usize = 60;
    let mut shown: String = text.chars().map(shown).take(CHARS_MAX).collect();
    if text.chars().nth(CHARS_MAX).is_some() {
        shown.push('…');
    }
    shown
}

/// A key in a message; one of nothing has a name too.
fn quoted(key: &str) -> String {
    if key.trim().is_empty() {
        "a key without a name".to_owned()
    } else {
        format!("`{}`", cut(key))
    }
}

/// A sentence as part of another.
fn lowered(about: &str) -> String {
    let sentence = about.trim_end_matches('.');
    let mut characters = sentence.chars();
    characters.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(characters).collect()
    })
}
