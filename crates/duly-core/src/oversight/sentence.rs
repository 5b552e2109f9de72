//! The one sentence at the head: what changed, and what the reader must decide. It follows from
//! signals, from what was missed and from aims that are missed every time; a figure that is higher
//! or lower than a month ago is no reason to say anything.

use crate::measure::reading::Figure;
use crate::oversight::report::{Counted, Row};
use crate::trend::word::{Assurance, Variation};

/// Most measures that a sentence names.
const NAMED_MAX: usize = 2;

/// The sentence, and what is to be known besides.
#[must_use]
pub fn sentence(equation: &Counted, rows: &[Row], uncovered: usize) -> (String, String) {
    let with = |variation| {
        rows.iter()
            .filter(move |row| row.variation == Some(variation))
    };
    let worse: Vec<&Row> = with(Variation::Worsening).collect();
    let better: Vec<&Row> = with(Variation::Improving).collect();
    let failing: Vec<&Row> = rows
        .iter()
        .filter(|row| row.assurance == Assurance::Fails)
        .collect();
    let first = if let Some(named) = named(&worse) {
        format!("Worse than before: {named}. Decide what is done about it.")
    } else if equation.missed > 0 {
        let was = if equation.missed == 1 {
            "duty was missed"
        } else {
            "duties were missed"
        };
        format!(
            "{} {was}. Decide what keeps that from happening again.",
            equation.missed
        )
    } else if let Some(named) = named(&failing) {
        format!(
            "Short of its aim, and not by chance: {named}. Decide on another way, or another aim."
        )
    } else if uncovered > 0 {
        "Something in care has no process that looks after it. Decide who does.".to_owned()
    } else if equation.due == 0 {
        "Nothing was due.".to_owned()
    } else if let Some(named) = named(&better) {
        format!("Better than before: {named}. Nothing is to be decided.")
    } else {
        "Nothing changed, and nothing was missed. Nothing is to be decided.".to_owned()
    };
    let rest = rest(equation, rows, &worse, &better);
    (first, rest)
}

/// What the others do, and what cannot be said.
fn rest(equation: &Counted, rows: &[Row], worse: &[&Row], better: &[&Row]) -> String {
    let mut parts = Vec::new();
    if !worse.is_empty() {
        if equation.missed > 0 {
            parts.push(match equation.missed {
                1 => "One duty was missed; it is named below.".to_owned(),
                missed => format!("{missed} duties were missed; all are named below."),
            });
        }
        if let Some(named) = named(better) {
            parts.push(format!("Better than before: {named}."));
        }
    }
    let common = rows
        .iter()
        .filter(|row| row.variation == Some(Variation::CommonCause));
    match common.count() {
        0 => {}
        1 => parts.push("One measure varies as it always has.".to_owned()),
        common => parts.push(format!("{common} measures vary as they always have.")),
    }
    let is_few =
        |row: &&Row| row.variation == Some(Variation::TooFew) && row.figure != Figure::NotCounted;
    match rows.iter().filter(is_few).count() {
        0 => {}
        1 => parts.push("Of one it is too early to say whether it changes.".to_owned()),
        few => parts.push(format!(
            "Of {few} it is too early to say whether they change."
        )),
    }
    if equation.open > 0 {
        parts.push(match equation.open {
            1 => "One duty is still open.".to_owned(),
            open => format!("{open} duties are still open."),
        });
    }
    parts.join(" ")
}

fn named(rows: &[&Row]) -> Option<String> {
    let titles: Vec<String> = rows
        .iter()
        .take(NAMED_MAX)
        .map(|row| in_sentence(&row.title))
        .collect();
    let more = rows.len().saturating_sub(NAMED_MAX);
    match (titles.as_slice(), more) {
        ([], _) => None,
        (titles, 0) => Some(titles.join(", and ")),
        (titles, more) => Some(format!("{}, and {more} more", titles.join(", "))),
    }
}

/// A title within a sentence: its first letter small, unless it is an abbreviation.
fn in_sentence(title: &str) -> String {
    let mut letters = title.chars();
    let (first, second) = (letters.next(), title.chars().nth(1));
    match first {
        Some(first) if !second.is_some_and(char::is_uppercase) => {
            first.to_lowercase().to_string() + letters.as_str()
        }
        _ => title.to_owned(),
    }
}
