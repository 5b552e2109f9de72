//! What somebody probably meant by a word that the grammar does not know.

/// Words that people write and the grammar refuses on purpose, with what to write instead.
const INSTEAD: [(&str, &str); 31] = [
    ("mon", "write `monday`"),
    ("tue", "write `tuesday`"),
    ("tues", "write `tuesday`"),
    ("wed", "write `wednesday`"),
    ("thu", "write `thursday`"),
    ("thurs", "write `thursday`"),
    ("fri", "write `friday`"),
    ("sat", "write `saturday`"),
    ("sun", "write `sunday`"),
    ("jan", "write `january`"),
    ("feb", "write `february`"),
    ("aug", "write `august`"),
    ("sep", "write `september`"),
    ("oct", "write `october`"),
    ("nov", "write `november`"),
    ("dec", "write `december`"),
    ("daily", "write `every day`"),
    ("weekly", "write `every week on monday`"),
    ("monthly", "write `every month on 15`"),
    ("quarterly", "write `every quarter on 1st tuesday`"),
    ("yearly", "write `every year on 15 march`"),
    ("annually", "write `every year on 15 march`"),
    (
        "fortnight",
        "write `2 weeks` and the date it counts from, for example `from 2026-01-05`",
    ),
    (
        "fortnightly",
        "write `every 2 weeks on monday from 2026-01-05`",
    ),
    (
        "biweekly",
        "write `every 2 weeks on monday from 2026-01-05` (26 a year), or `monday, thursday`",
    ),
    (
        "bimonthly",
        "write `every 2 months on 15 from 2026-01-15`, or `2nd tuesday, 4th tuesday`",
    ),
    (
        "twice",
        "write `2nd tuesday, 4th tuesday` (24 a year) or `every 2 weeks on tuesday from \
         2026-01-06` (26 a year)",
    ),
    (
        "other",
        "write `every 2 weeks` and the date it counts from, for example `from 2026-01-05`",
    ),
    ("weekday", "write `business day`"),
    ("workday", "write `business day`"),
    ("working", "write `business day`"),
];

/// What to write instead of `word`, where `known` were possible.
pub(super) fn instead(word: &str, known: &[&str]) -> String {
    if let Some((_, help)) = INSTEAD.iter().find(|(from, _)| *from == word) {
        return (*help).to_owned();
    }
    match nearest(word, known) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("possible here: {}", list(known)),
    }
}

fn list(known: &[&str]) -> String {
    let quoted: Vec<String> = known.iter().map(|word| format!("`{word}`")).collect();
    quoted.join(", ")
}

/// The known word that is most like `word`: at most one slip for every three letters.
#[must_use]
pub fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let slips_max = (word.chars().count() / 3).clamp(1, 3);
    known
        .iter()
        .map(|candidate| (slips(word, candidate), *candidate))
        .filter(|(slips, _)| *slips <= slips_max)
        .min_by_key(|(slips, _)| *slips)
        .map(|(_, candidate)| candidate)
}

/// Letters to add, drop, change or swap with their neighbour to turn one word into the other.
fn slips(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=right.len()).collect();
    let mut left_last = None;
    for (row, left_letter) in left.chars().enumerate() {
        let mut current = vec![row + 1];
        let mut right_last = None;
        for (column, right_letter) in right.iter().copied().enumerate() {
            let get = |line: &[usize], at: usize| line.get(at).copied().unwrap_or(usize::MAX);
            let changed = get(&above, column) + usize::from(left_letter != right_letter);
            let dropped = get(&above, column + 1).saturating_add(1);
            let added = get(&current, column).saturating_add(1);
            let mut least = changed.min(dropped).min(added);
            let crossed = left_last == Some(right_letter) && right_last == Some(left_letter);
            if crossed && column > 0 {
                least = least.min(get(&before, column - 1).saturating_add(1));
            }
            current.push(least);
            right_last = Some(right_letter);
        }
        left_last = Some(left_letter);
        before = std::mem::replace(&mut above, current);
    }
    above.last().copied().unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::{nearest, slips};

    #[test]
    fn a_swapped_pair_of_letters_is_one_slip() {
        assert_eq!(slips("tuedsay", "tuesday"), 1);
        assert_eq!(slips("monday", "monday"), 0);
        assert_eq!(slips("", "day"), 3);
    }

    #[test]
    fn a_word_unlike_all_others_has_no_neighbour() {
        assert_eq!(nearest("xylophone", &["monday", "friday"]), None);
        assert_eq!(nearest("firday", &["monday", "friday"]), Some("friday"));
    }
}
