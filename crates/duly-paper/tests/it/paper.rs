//! A month on paper: it fills one page whatever it holds, names what it says, and can be kept.

use duly_core::oversight::report::{Counted, Doubts, Report};
use duly_paper::{ATTACHED, Press};

use crate::reader::Printed;
use crate::sample::{calm, duty, november};

/// Everything too much and too long at once.
fn overfull() -> Report {
    let mut report = november();
    let long = |word: &str| format!("{word} of a very long name ").repeat(9);
    report.client_name = long("Baker & Sons");
    report.provider = long("Harbour");
    report.sentence = long("Worse than before");
    report.rest = long("Besides");
    let rows = (0..40).map(|number| {
        let mut row = calm("gov.oversight", &format!("measure-{number}"));
        row.title = format!("{} number {number}", long("A measure"));
        row.aim = long("at least");
        row
    });
    report.measures = rows.collect();
    report.strongest = Some(0);
    let slot = "2026-11-10";
    let missed = |number| {
        duty(
            &format!("Duty {number}."),
            &long("asset"),
            slot,
            &long("owed"),
        )
    };
    report.missed = (0..400).map(missed).collect();
    report.waived = (400..700).map(missed).collect();
    report.doubts.silent = (0..60).map(|_| long("a source")).collect();
    report.expiring = vec![report.expiring[0].clone(); 50];
    if let Some(head) = &mut report.checkpoint {
        head.origin = long("origin");
    }
    report
}

fn nothing() -> Report {
    let mut report = november();
    report.client_name = "Lakeside Dental".to_owned();
    report.sentence = "Nothing was due.".to_owned();
    report.rest = String::new();
    report.equation = Counted::default();
    report.measures = Vec::new();
    report.strongest = None;
    report.missed = Vec::new();
    report.waived = Vec::new();
    report.expiring = Vec::new();
    report.uncovered = Vec::new();
    report.doubts = Doubts::default();
    report.checkpoint = None;
    report
}

fn held_to_one_page(printed: &Printed) {
    let (first, second) = (printed.page(1), printed.page(2));
    assert!(first.contains("To check it without us"), "{first}");
    assert!(!first.contains("Annex"), "{first}");
    assert!(second.starts_with("Annex"), "{second}");
}

#[test]
fn the_same_report_gives_the_same_bytes_on_this_press_and_another() {
    let (one, other) = (Press::new().unwrap(), Press::new().unwrap());
    let first = one.pdf(&november()).unwrap();
    one.pdf(&nothing()).unwrap();
    assert!(first == one.pdf(&november()).unwrap());
    assert!(first == other.pdf(&november()).unwrap());
}

#[test]
fn a_month_fills_one_page_and_the_annex_begins_on_the_next() {
    let printed = Printed::of(&november());
    held_to_one_page(&printed);
    let first = printed.page(1);
    for words in [
        "1,182",
        "Minutes to restore",
        "worse than before",
        "still owed",
        "12,804",
    ] {
        assert!(first.contains(words), "{words}: {first}");
    }
}

#[test]
fn forty_measures_and_hundreds_of_missed_duties_leave_the_first_page_one_page() {
    let printed = Printed::of(&overfull());
    held_to_one_page(&printed);
    let first = printed.page(1);
    assert!(first.contains("And 28 more in the annex."), "{first}");
    assert!(first.contains("more in the annex"), "{first}");
    let all = printed.text();
    for number in 0..700 {
        assert!(all.contains(&format!("Duty {number}.")), "{number}");
    }
    for number in 0..40 {
        assert!(all.contains(&format!("number {number} ")), "{number}");
    }
}

#[test]
fn a_word_without_end_stays_on_the_page() {
    let mut report = november();
    report.client_name = "W".repeat(400);
    report.missed[0].title = "M".repeat(400);
    report.measures[0].title = "Q".repeat(400);
    held_to_one_page(&Printed::of(&report));
}

#[test]
fn a_month_without_anything_due_says_so() {
    let printed = Printed::of(&nothing());
    held_to_one_page(&printed);
    let first = printed.page(1);
    assert!(first.contains("Nothing was due."), "{first}");
    assert!(first.contains("Nothing was counted yet."), "{first}");
}

#[test]
fn a_name_of_markup_prints_as_it_is_written() {
    let name = r##"#set page(red) *b* _i_ $x$ @y <z> \[w] {v} "u" 't' // `s` = h - l ~ #panic()"##;
    let mut report = november();
    report.client_name = name.to_owned();
    report.missed[0].title = name.to_owned();
    report.measures[0].title = name.to_owned();
    let printed = Printed::of(&report);
    held_to_one_page(&printed);
    let all = printed.text();
    assert!(
        printed
            .page(1)
            .contains("#set page(red) *b* _i_ $x$ @y <z>"),
        "{all}"
    );
    assert!(all.matches(name).count() >= 2, "{all}");
}

#[test]
fn letters_that_cannot_be_printed_are_written_as_numbers_and_others_are_kept() {
    let mut report = november();
    report.client_name = "a\u{7}b \u{202e}c 🥐 日本 é ž Ж".to_owned();
    let printed = Printed::of(&report);
    let first = printed.page(1);
    let expected = "a‹U+0007›b ‹U+202E›c ‹U+1F950› ‹U+65E5›‹U+672C› é ž Ж";
    assert!(first.contains(expected), "{first}");
}

#[test]
fn names_in_any_script_give_a_report() {
    let press = Press::new().unwrap();
    let names = [
        "מאפיית בייקר",
        "مخبز بيكر وأبناؤه",
        "फलाहार",
        "เบเกอรี่",
        "👩‍👩‍👧‍👦 😀 ☃️",
        "e\u{301}\u{302}\u{323}",
        "\u{e000}\u{f0000}\u{feff}\u{fffe}\u{0}",
        "ﬁ ﷺ ﴿﴾",
        "\u{300}\u{301}",
        "\u{200d}\u{200c}",
    ];
    for name in names {
        let mut report = november();
        report.client_name = name.to_owned();
        report.measures[0].title = name.to_owned();
        assert!(
            press.pdf(&report).is_ok(),
            "{name}: {:?}",
            press.pdf(&report).err()
        );
    }
}

#[test]
fn the_figures_are_attached_as_they_are() {
    let report = november();
    let printed = Printed::of(&report);
    let attached = printed.attached(ATTACHED);
    assert!(attached == serde_json::to_vec_pretty(&report).unwrap());
    assert!(printed.objects().contains("/AFRelationship /Data"));
}

#[test]
fn it_claims_to_be_kept_and_read_aloud_and_says_its_title_and_language() {
    let printed = Printed::of(&november());
    let info = printed.info();
    assert!(
        info.contains("Baker & Sons: what was promised and done in November 2026"),
        "{info}"
    );
    assert!(info.contains("Harbour IT Services Ltd"), "{info}");
    assert!(info.contains("595.276 x 841.89 pts (A4)"), "{info}");
    let objects = printed.objects();
    for words in [
        "/Lang (en-US)",
        "<pdfaid:part>3</pdfaid:part>",
        "<pdfaid:conformance>A</pdfaid:conformance>",
        "<pdfuaid:part>1</pdfuaid:part>",
        "/DisplayDocTitle true",
    ] {
        assert!(objects.contains(words), "{words}");
    }
}

#[test]
fn headings_tables_and_pictures_are_tagged() {
    let printed = Printed::of(&november());
    let tags = printed.tags();
    for tag in ["H1", "H2", "H3", "Table", "TH", "TD", "Figure", "LI"] {
        assert!(
            tags.contains(&format!("\n{tag}")) || tags.contains(&format!(" {tag}")),
            "{tag}"
        );
    }
    assert!(printed.objects().contains("/Alt"), "no words for a picture");
}

#[test]
fn in_grey_every_sign_has_its_word_and_the_ink_is_dark() {
    let printed = Printed::of(&november());
    let first = printed.page(1);
    for word in [
        "worse than before",
        "falls short",
        "left to chance",
        "missed",
    ] {
        assert!(first.contains(word), "{word}");
    }
    let grey = printed.grey();
    let dark = grey.iter().filter(|dot| **dot < 110).count();
    assert!(dark > 1_000, "{dark} dark dots");
}
