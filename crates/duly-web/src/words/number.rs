//! Whole numbers: grouped for tables, spelt out for sentences.

const BELOW_TWENTY: [&str; 20] = [
    "none",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];

const TENS: [&str; 10] = [
    "", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
];

/// Thousands set apart by commas: `17,059`.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Spelt out below one hundred, where a sentence reads better so; grouped digits above. Zero is
/// `none`, because that is what a sentence about a count needs.
#[must_use]
pub fn spelt(number: u64) -> String {
    let small = usize::try_from(number).unwrap_or(usize::MAX);
    if let Some(word) = BELOW_TWENTY.get(small) {
        return (*word).to_owned();
    }
    let Some(tens) = TENS.get(small / 10) else {
        return grouped(number);
    };
    match BELOW_TWENTY.get(small % 10) {
        Some(unit) if !small.is_multiple_of(10) => format!("{tens}-{unit}"),
        _ => (*tens).to_owned(),
    }
}

/// The number spelt out at the head of a sentence, with its noun: `Seven things`, `One thing`.
#[must_use]
pub fn spelt_with(number: u64, one: &str, many: &str) -> String {
    let noun = if number == 1 { one } else { many };
    format!("{} {noun}", sentence_case(&spelt(number)))
}

/// The number in digits with its noun: `1 file`, `2,308 files`.
#[must_use]
pub fn counted(number: u64, one: &str, many: &str) -> String {
    let noun = if number == 1 { one } else { many };
    format!("{} {noun}", grouped(number))
}

/// First letter in upper case, the rest as it is.
#[must_use]
pub fn sentence_case(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

/// `a`, `a and b`, `a, b and c`.
#[must_use]
pub fn listed(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_grouped_from_the_right() {
        let cases = [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (17_059, "17,059"),
            (1_234_567, "1,234,567"),
        ];
        for (number, text) in cases {
            assert_eq!(grouped(number), text);
        }
    }

    #[test]
    fn numbers_below_one_hundred_are_spelt_and_larger_ones_are_not() {
        let cases = [
            (0, "none"),
            (7, "seven"),
            (13, "thirteen"),
            (20, "twenty"),
            (31, "thirty-one"),
            (99, "ninety-nine"),
            (100, "100"),
            (1_200, "1,200"),
        ];
        for (number, text) in cases {
            assert_eq!(spelt(number), text);
        }
    }

    #[test]
    fn a_single_thing_takes_the_singular() {
        assert_eq!(spelt_with(1, "thing", "things"), "One thing");
        assert_eq!(counted(1, "file", "files"), "1 file");
        assert_eq!(counted(2_308, "file", "files"), "2,308 files");
    }

    #[test]
    fn lists_end_in_and() {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(listed(&words("a")), "a");
        assert_eq!(listed(&words("a b")), "a and b");
        assert_eq!(listed(&words("a b c")), "a, b and c");
        assert_eq!(listed(&[]), "");
    }
}
