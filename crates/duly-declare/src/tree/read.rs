//! From parser events to a tree, refusing what YAML can do and a process file must not.
//!
//! The parser is the one beneath `serde-saphyr`, read event by event: serde would stop at the
//! first problem, and would neither show anchors, aliases and tags nor where a key stands.

use std::ops::Range;

use serde_saphyr::granit_parser::{self, Event, ParseResult, Parser, ScalarStyle};

use super::{Entry, Node, Scalar, Value};
use crate::code::Code;
use crate::refusal::Problems;
use crate::source::Source;

/// Deepest nesting accepted. A process file needs six levels; the parser's own recursion and the
/// walks over the tree stay far from the end of any stack.
pub const DEPTH_MAX: usize = 16;

/// Most values in a file. The longest of the starter catalogue has 300.
pub const VALUES_MAX: usize = 10_000;

/// Reads the tree. `None` if there is none to be checked further; problems say why.
pub(crate) fn read(source: &Source<'_>, problems: &mut Problems) -> Option<Node> {
    let options = granit_parser::options! {
        disallow_directives: true,
        emit_anchor_events: true,
        emit_unresolved_aliases: true,
        emit_comments: false,
        flow_nesting_limit: DEPTH_MAX,
        block_nesting_limit: DEPTH_MAX,
    };
    let mut builder = Builder {
        source,
        problems,
        open: Vec::new(),
        root: None,
        documents: 0,
        values: 0,
    };
    for next in Parser::new_from_str_with_options(source.text(), options) {
        if !builder.take(next) {
            return None;
        }
    }
    let root = builder.root.take();
    if root.as_ref().is_none_or(Node::is_nothing) {
        problems.add(
            Code::EmptyFile,
            &(0..0),
            "the file declares nothing",
            "begin with `duly: 1`; `processes/` has complete examples",
        );
        return None;
    }
    root
}

/// A list or mapping that is not closed yet.
enum Open {
    List {
        start: Range<usize>,
        items: Vec<Node>,
    },
    Mapping {
        start: Range<usize>,
        entries: Vec<Entry>,
        key: Option<Name>,
    },
}

/// A key that awaits its value.
enum Name {
    Key(String, Range<usize>),
    /// It was refused, so its value says nothing.
    Refused,
}

struct Builder<'s, 'p> {
    source: &'s Source<'s>,
    problems: &'p mut Problems,
    open: Vec<Open>,
    root: Option<Node>,
    documents: usize,
    values: usize,
}

impl Builder<'_, '_> {
    /// Takes one event; false if reading must stop.
    fn take(&mut self, next: ParseResult<'_>) -> bool {
        let (event, span) = match next {
            Ok(next) => next,
            Err(error) => {
                self.syntax(&error);
                return false;
            }
        };
        let bytes = self.bytes(&span);
        let tag = match &event {
            Event::Scalar(_, _, _, tag)
            | Event::SequenceStart(_, _, tag)
            | Event::MappingStart(_, _, tag) => tag.is_some(),
            _ => false,
        };
        if tag {
            let at = span
                .tag_span()
                .map_or(bytes.clone(), |tag| self.bytes(&tag));
            self.forbid(
                Code::Tag,
                &at,
                "a tag",
                "write the value alone, without `!`",
            );
        }
        match event {
            Event::DocumentStart(..) => return self.document(&bytes),
            Event::Anchor(..) => {
                self.forbid(
                    Code::Anchor,
                    &bytes,
                    "an anchor",
                    "write the value out each time",
                );
            }
            Event::Alias(_) | Event::UnresolvedAlias(_) => {
                self.forbid(Code::Alias, &bytes, "an alias", "write the value out here");
                return self.value(Value::Refused, bytes);
            }
            Event::Scalar(text, style, ..) => {
                let scalar = Scalar {
                    text: text.into_owned(),
                    plain: style == ScalarStyle::Plain,
                };
                return self.scalar(scalar, bytes);
            }
            Event::SequenceStart(..) => {
                return self.open(Open::List {
                    start: bytes,
                    items: Vec::new(),
                });
            }
            Event::MappingStart(..) => {
                return self.open(Open::Mapping {
                    start: bytes,
                    entries: Vec::new(),
                    key: None,
                });
            }
            Event::SequenceEnd | Event::MappingEnd => return self.close(&bytes),
            _ => {}
        }
        true
    }

    fn bytes(&self, span: &granit_parser::Span) -> Range<usize> {
        let length = self.source.text().len();
        let range = span.byte_range().unwrap_or(0..0);
        let start = range.start.min(length);
        start..range.end.clamp(start, length)
    }

    fn document(&mut self, at: &Range<usize>) -> bool {
        self.documents += 1;
        if self.documents > 1 {
            self.problems.add(
                Code::SeveralDocuments,
                at,
                "a second document begins here",
                "one process a file: move it to a file of its own",
            );
        }
        self.documents <= 1
    }

    fn forbid(&mut self, code: Code, at: &Range<usize>, what: &str, help: &str) {
        let message = format!("{what} is not allowed: what is signed must stand where it counts");
        self.problems.add(code, at, message, help);
    }

    fn syntax(&mut self, error: &granit_parser::ScanError) {
        use granit_parser::ErrorKind;
        let at = error
            .marker()
            .byte_offset()
            .unwrap_or(0)
            .min(self.source.text().len());
        let next = self
            .source
            .text()
            .get(at..)
            .and_then(|rest| rest.chars().next());
        let shown = next.filter(|character| !character.is_whitespace());
        let span = at..at + shown.map_or(0, char::len_utf8);
        match error.kind() {
            ErrorKind::DirectiveDisallowed => self.problems.add(
                Code::Directive,
                &span,
                "a YAML directive is not allowed",
                "delete the line; the file format says which YAML it is",
            ),
            ErrorKind::RecursionLimitExceeded => self.too_deep(&span),
            kind => self.problems.add(
                Code::NotYaml,
                &span,
                format!("this is not YAML: {kind}"),
                syntax_help(kind),
            ),
        }
    }

    fn too_deep(&mut self, at: &Range<usize>) {
        self.problems.add(
            Code::TooDeep,
            at,
            format!("nested more than {DEPTH_MAX} levels deep"),
            "a process file needs six levels at most; compare it with one of `processes/`",
        );
    }

    /// Counts a value; false once there are too many.
    fn count(&mut self, at: &Range<usize>) -> bool {
        self.values += 1;
        if self.values == VALUES_MAX + 1 {
            self.problems.add(
                Code::TooManyValues,
                at,
                format!("more than {VALUES_MAX} values in one file"),
                "declare one process a file",
            );
        }
        self.values <= VALUES_MAX
    }

    fn awaits_key(&self) -> bool {
        matches!(self.open.last(), Some(Open::Mapping { key: None, .. }))
    }

    fn scalar(&mut self, scalar: Scalar, bytes: Range<usize>) -> bool {
        if let Some(Open::Mapping { key, .. }) = self.open.last_mut()
            && key.is_none()
        {
            if scalar.plain && scalar.text == "<<" {
                self.problems.add(
                    Code::MergeKey,
                    &bytes,
                    "a merge key is not allowed: what is signed must stand where it counts",
                    "write the keys out here",
                );
                *key = Some(Name::Refused);
            } else {
                *key = Some(Name::Key(scalar.text, bytes));
            }
            return true;
        }
        self.value(Value::Scalar(scalar), bytes)
    }

    fn open(&mut self, open: Open) -> bool {
        let (Open::List { start, .. } | Open::Mapping { start, .. }) = &open;
        let at = start.clone();
        if self.open.len() >= DEPTH_MAX {
            self.too_deep(&at);
            return false;
        }
        self.open.push(open);
        self.count(&at)
    }

    fn close(&mut self, end: &Range<usize>) -> bool {
        let (value, start, content_end) = match self.open.pop() {
            Some(Open::List { start, items }) => {
                let content_end = items.last().map_or(0, |item| item.span.end);
                (Value::List(items), start, content_end)
            }
            Some(Open::Mapping { start, entries, .. }) => {
                let content_end = entries
                    .last()
                    .map_or(0, |entry| entry.value.span.end.max(entry.key_span.end));
                (Value::Mapping(entries), start, content_end)
            }
            None => return true,
        };
        // A block ends, for the parser, where the next thing begins; for a person, with its
        // last value. Only brackets end where they stand.
        let brackets = end.end > end.start;
        let to = if brackets { end.end } else { content_end };
        let span = start.start..to.max(start.end);
        self.place(value, span)
    }

    fn value(&mut self, value: Value, bytes: Range<usize>) -> bool {
        self.count(&bytes) && self.place(value, bytes)
    }

    /// Puts a finished value where it belongs.
    fn place(&mut self, value: Value, span: Range<usize>) -> bool {
        if self.awaits_key() {
            if value != Value::Refused {
                self.problems.add(
                    Code::ComplexKey,
                    &span,
                    "a list or mapping cannot be a key here",
                    "keys are words; put quotes around text that begins with `[` or `{`",
                );
            }
            if let Some(Open::Mapping { key, .. }) = self.open.last_mut() {
                *key = Some(Name::Refused);
            }
            return true;
        }
        let node = Node { value, span };
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some(Open::List { items, .. }) => items.push(node),
            Some(Open::Mapping { entries, key, .. }) => {
                if let Some(Name::Key(key, key_span)) = key.take() {
                    let first = entries.iter().find(|entry| entry.key == key);
                    if let Some(first) = first {
                        let line = self.source.line_of(first.key_span.start);
                        self.problems.add(
                            Code::DuplicateKey,
                            &key_span,
                            format!("`{key}` stands twice; first on line {line}"),
                            "keep one of the two",
                        );
                    } else {
                        entries.push(Entry {
                            key,
                            key_span,
                            value: node,
                        });
                    }
                }
            }
        }
        true
    }
}

fn syntax_help(kind: &granit_parser::ErrorKind) -> &'static str {
    use granit_parser::ErrorKind as E;
    match kind {
        E::TabNotAllowed | E::TabInBlockIndentation | E::TabInIndentation | E::TabInPlainScalar => {
            "use spaces instead of the tab"
        }
        E::UnclosedFlowCollection { .. }
        | E::MisplacedFlowCollectionEnd
        | E::MismatchedFlowCollectionEnd { .. }
        | E::ExpectedFlowMappingSeparator
        | E::ExpectedFlowSequenceSeparator
        | E::UnexpectedEofFlowSequence
        | E::UnexpectedEofFlowMapping => {
            "every `[` needs its `]` and every `{` its `}`, with commas between; text that holds a \
             comma or bracket needs quotes"
        }
        E::UnclosedQuotedScalar => "close the quotes",
        E::UnexpectedCharacter { .. } => "put quotes around text that begins with this character",
        E::MappingValueNotAllowed | E::InvalidColonPlacement => {
            "put quotes around text that holds a colon followed by a blank"
        }
        _ => "look at the line above as well: indentation, quotes, brackets and colons",
    }
}

#[cfg(test)]
mod tests {
    use super::{Node, read};
    use crate::code::Code;
    use crate::refusal::Problems;
    use crate::source::Source;

    fn tree(text: &str) -> (Option<Node>, Vec<(Code, usize, usize)>) {
        let source = Source::read(text.as_bytes(), "a.yaml").unwrap();
        let mut problems = Problems::default();
        let node = read(&source, &mut problems);
        let refusals = problems.into_refusals(&source);
        let codes = refusals
            .into_iter()
            .map(|r| (r.code, r.line, r.column))
            .collect();
        (node, codes)
    }

    #[test]
    fn a_span_covers_exactly_what_was_written() {
        let text = "a: one\nb: [x, \"y z\"]\nc:\n  - d: |\n      long\n      text\n";
        let (node, problems) = tree(text);
        assert_eq!(problems, []);
        let node = node.unwrap();
        let slice = |node: &Node| &text[node.span.clone()];
        assert_eq!(slice(node.get("a").unwrap()), "one");
        assert_eq!(slice(node.get("b").unwrap()), "[x, \"y z\"]");
        assert_eq!(slice(&node.get("b").unwrap().items()[1]), "\"y z\"");
        assert_eq!(&text[node.entry("c").unwrap().key_span.clone()], "c");
        assert!(slice(node.get("c").unwrap()).starts_with("- d: |"));
    }

    #[test]
    fn every_anchor_alias_and_tag_is_found_in_one_go() {
        let (_, problems) = tree("a: &one [1]\nb: *one\nc: *none\nd: !!str 5\n? [x]\n: y\n<<: z\n");
        assert_eq!(
            problems,
            [
                (Code::Anchor, 1, 4),
                (Code::Alias, 2, 4),
                (Code::Alias, 3, 4),
                (Code::Tag, 4, 4),
                (Code::ComplexKey, 5, 3),
                (Code::MergeKey, 7, 1),
            ]
        );
    }

    #[test]
    fn a_second_key_of_a_name_is_refused_where_it_stands() {
        let (_, problems) = tree("a: 1\nb: { c: 1, c: 2 }\n\"a\": 2\n");
        assert_eq!(
            problems,
            [(Code::DuplicateKey, 2, 12), (Code::DuplicateKey, 3, 1)]
        );
    }

    #[test]
    fn nothing_at_all_is_an_empty_file() {
        for text in ["", "# only a comment\n", "---\n", "~\n", "{}\n"] {
            assert_eq!(tree(text).1, [(Code::EmptyFile, 1, 1)], "{text:?}");
        }
    }

    #[test]
    fn a_second_document_and_a_directive_are_refused() {
        assert_eq!(
            tree("a: 1\n---\nb: 1\n").1,
            [(Code::SeveralDocuments, 2, 1)]
        );
        assert_eq!(tree("%YAML 1.1\n---\na: 1\n").1, [(Code::Directive, 1, 1)]);
        assert_eq!(tree("---\na: 1\n...\n").1, []);
    }

    #[test]
    fn deep_nesting_is_refused_whether_by_brackets_or_by_indentation() {
        let flow = "[".repeat(20_000);
        assert_eq!(tree(&flow).1[0].0, Code::TooDeep);
        let block: String = (0..40).map(|n| format!("{}a:\n", " ".repeat(n))).collect();
        assert_eq!(tree(&block).1[0].0, Code::TooDeep);
        let compact = "- ".repeat(2_000);
        assert_eq!(tree(&compact).1[0].0, Code::TooDeep);
    }

    #[test]
    fn ten_thousand_values_are_the_most() {
        let many = format!("[{}]", "a,".repeat(10_001));
        assert_eq!(tree(&many).1, [(Code::TooManyValues, 1, 20_000)]);
    }

    #[test]
    fn broken_yaml_is_placed_where_it_breaks() {
        let (_, problems) = tree("a: 1\nb: [1, 2\nc: 3\n");
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].0, Code::NotYaml);
    }
}
