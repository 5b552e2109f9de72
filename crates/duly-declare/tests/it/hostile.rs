//! Whatever the bytes: no panic, no answer without a reason, every position inside the file, and
//! soon. How much memory the program takes is measured on the program itself, in its own tests.

use std::time::{Duration, Instant};

use duly_declare::{Code, Refusal, catalogue, catalogue_text, load};
use proptest::prelude::*;

use crate::sample::SAMPLE;

/// Far more than any of these takes, even unoptimised and on a busy machine; a cost that grows with
/// the square of the input would be minutes.
const LONG: Duration = Duration::from_secs(20);

fn refusals(bytes: &[u8]) -> Vec<Refusal> {
    let begun = Instant::now();
    let answer = load(bytes, "hostile.yaml");
    assert!(begun.elapsed() < LONG, "{:?}", begun.elapsed());
    let refusals = answer.err().unwrap_or_default();
    for refusal in &refusals {
        points_into(refusal, bytes);
        assert!(
            !refusal
                .render(duly_declare::Colour::Plain)
                .contains('\u{1b}')
        );
    }
    refusals
}

/// Line, column and span of a refusal, against a count of our own.
fn points_into(refusal: &Refusal, bytes: &[u8]) {
    assert!(
        !refusal.message.is_empty() && !refusal.help.is_empty(),
        "{refusal:?}"
    );
    assert!(refusal.span.start <= refusal.span.end, "{refusal:?}");
    assert!(refusal.span.end <= bytes.len(), "{refusal:?}");
    if refusal.code == Code::FileTooLarge {
        return;
    }
    let mark = if bytes.starts_with(b"\xEF\xBB\xBF") {
        3
    } else {
        0
    };
    let before = &bytes[mark..refusal.span.start.max(mark)];
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    let start = before
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |at| at + 1);
    let column = String::from_utf8_lossy(&before[start..]).chars().count() + 1;
    assert_eq!(
        (refusal.line, refusal.column),
        (line, column),
        "{refusal:?}"
    );
}

fn first(bytes: &[u8]) -> Code {
    refusals(bytes)[0].code
}

#[test]
fn a_yaml_bomb_is_refused_for_its_anchors_and_never_expanded() {
    let mut bomb = String::from("a0: &a0 [x, x]\n");
    for level in 1..60 {
        let below = level - 1;
        bomb.push_str(&format!(
            "a{level}: &a{level} [*a{below}, *a{below}, *a{below}]\n"
        ));
    }
    let codes: Vec<Code> = refusals(bomb.as_bytes()).iter().map(|r| r.code).collect();
    assert!(codes.contains(&Code::Anchor) && codes.contains(&Code::Alias));
}

#[test]
fn nesting_of_every_kind_is_refused_quickly() {
    for text in [
        "[".repeat(60_000),
        "{".repeat(60_000),
        "- ".repeat(30_000),
        "? ".repeat(30_000),
        "{a: ".repeat(15_000),
        "[[[[{".repeat(12_000),
        (0..300).map(|n| format!("{}a:\n", " ".repeat(n))).collect(),
    ] {
        let code = first(text.as_bytes());
        assert!(matches!(code, Code::TooDeep | Code::NotYaml), "{code}");
    }
}

#[test]
fn long_and_many_of_everything_end_soon() {
    let many = |text: &str| text.repeat(60_000 / text.len());
    for text in [
        many("a"),
        many("a: b\n"),
        many("- a\n"),
        format!("[{}]", many("a,")),
        format!("{{{}}}", many("a,")),
        format!("a: \"{}\"", many("\\n")),
        format!("a: '{}'", many("''")),
        format!("a: |\n{}", many("  b\n")),
        format!("a: >\n{}", many("  b\n\n")),
        many("# x\n"),
        many("&a "),
        many("*a "),
        many("!!str "),
        many("%TAG ! a\n"),
        many("---\n"),
        many("\n"),
        many("\r\n"),
        many("? a\n"),
        many(": \n"),
        many("\"a\": \n"),
        many("é: ü\n"),
        format!("a: b{}", many(" ")),
        format!("duly: 1\nschedule: {{ on: [{}] }}", many("day 1, ")),
        format!("quality_control: {{ rules: [{}] }}", many("missed: {}, ")),
        format!("checklist: [{}]", many("{id: a}, ")),
        SAMPLE.replace("run.restored_bytes < 1048576", &many("(")),
    ] {
        refusals(text.as_bytes());
    }
}

#[test]
fn every_prefix_of_the_sample_is_answered() {
    for end in 0..SAMPLE.len() {
        refusals(&SAMPLE.as_bytes()[..end]);
    }
}

#[test]
fn ten_megabytes_are_refused_by_size() {
    let big = vec![b'a'; 10 * 1024 * 1024];
    assert_eq!(first(&big), Code::FileTooLarge);
}

/// Pieces that mean something in YAML or to a process file.
const PIECES: [&str; 40] = [
    "\n",
    "  ",
    "- ",
    ": ",
    "{",
    "}",
    "[",
    "]",
    ", ",
    "\"",
    "'",
    "#",
    "&a",
    "*a",
    "!t",
    "|",
    ">",
    "---\n",
    "...\n",
    "%YAML",
    "<<",
    "~",
    "null",
    "\t",
    "\0",
    "\u{FEFF}",
    "\r",
    "é",
    "𝄞",
    "\u{202E}",
    "duly",
    "1",
    "every",
    "on",
    "2nd tuesday",
    "missed",
    "checklist",
    "0 9 * * 2",
    "\\u0000",
    "999999",
];

fn piece() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        prop::sample::select(&PIECES[..]).prop_map(|piece| piece.as_bytes().to_vec()),
        prop::collection::vec(any::<u8>(), 1..3),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn arbitrary_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let refusals = refusals(&bytes);
        prop_assert!(!refusals.is_empty());
    }

    #[test]
    fn arbitrary_yaml_is_answered(pieces in prop::collection::vec(piece(), 0..80)) {
        let bytes = pieces.concat();
        let refusals = refusals(&bytes);
        prop_assert!(!refusals.is_empty());
    }

    #[test]
    fn a_mutated_file_is_accepted_or_refused_with_a_reason(
        which in 0usize..16,
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0usize..40, piece()), 1..6),
    ) {
        let names = catalogue().get(which).map(|process| process.process.as_str());
        let text = names.and_then(catalogue_text).unwrap_or(SAMPLE);
        let mut bytes = text.as_bytes().to_vec();
        for (at, removed, piece) in edits {
            let at = at.index(bytes.len());
            let end = (at + removed).min(bytes.len());
            bytes.splice(at..end, piece);
        }
        if let Err(refusals) = load(&bytes, "mutated.yaml") {
            prop_assert!(!refusals.is_empty());
            for refusal in &refusals {
                points_into(refusal, &bytes);
            }
        }
    }
}
