//! Numbers, days and doubts in words, as the page over the same report says them.

use duly_core::oversight::report::Report;
use jiff::civil::Date;

/// In how many months of one stable measure one signal is to be expected that is none, with the
/// two rules and limits frozen from 24 months.
const FALSE_SIGNAL_MEASURE_MONTHS: usize = 50;

/// Beyond two years nobody counts on it.
const MONTHS_WORTH_TELLING: usize = 24;

/// `1 December 2026`.
pub fn day(day: Date) -> String {
    day.strftime("%-d %B %Y").to_string()
}

/// `1 Dec`.
pub fn short_day(day: Date) -> String {
    day.strftime("%-d %b").to_string()
}

/// `12,804`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 entry`, `12,804 entries`.
pub fn counted(number: u64, one: &str, many: &str) -> String {
    match number {
        1 => format!("1 {one}"),
        number => format!("{} {many}", grouped(number)),
    }
}

/// How the report could be wrong, what weighs most first.
pub fn doubts(report: &Report) -> Vec<String> {
    let doubts = &report.doubts;
    let mut said = Vec::new();
    let uncovered = report.uncovered.len();
    if uncovered > 0 {
        let are = if uncovered == 1 { "is" } else { "are" };
        said.push(format!(
            "{uncovered} of what is in care or promised {are} looked after by nobody, and so in no \
             figure: {}.",
            report.uncovered.join("; ")
        ));
    }
    match doubts.silent.as_slice() {
        [] => said.push("No source and no job is silent.".to_owned()),
        silent => said.extend(silent.iter().map(|words| format!("{words}."))),
    }
    let were = if doubts.checked == 1 { "was" } else { "were" };
    said.push(format!(
        "Of {}, {} {were} looked at by a second person. {}",
        counted(doubts.finished, "finished ticket", "finished tickets"),
        grouped(doubts.checked),
        doubts.power
    ));
    if doubts.not_evaluated > 0 {
        let counts = if doubts.not_evaluated == 1 {
            "it counts"
        } else {
            "they count"
        };
        said.push(format!(
            "{} could not be judged; {counts} in no measure as good.",
            counted(doubts.not_evaluated, "finished ticket", "finished tickets")
        ));
    }
    if !doubts.not_counted.is_empty() {
        said.push(format!(
            "Nothing that is connected counts: {}.",
            doubts.not_counted.join("; ")
        ));
    }
    let months = FALSE_SIGNAL_MEASURE_MONTHS.checked_div(report.measures.len());
    if let Some(months) = months.filter(|months| *months <= MONTHS_WORTH_TELLING) {
        said.push(format!(
            "With so many measures, about one month in {} shows a signal that is none.",
            months.max(2)
        ));
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_grouped_by_three() {
        let all = [0, 12, 999, 1_000, 12_804, 1_234_567].map(grouped);
        assert_eq!(all, ["0", "12", "999", "1,000", "12,804", "1,234,567"]);
        assert_eq!(counted(1, "entry", "entries"), "1 entry");
    }

    #[test]
    fn days_are_written_out() {
        let first: Date = "2026-12-01".parse().unwrap();
        assert_eq!(
            (day(first), short_day(first)),
            ("1 December 2026".into(), "1 Dec".into())
        );
    }
}
