//! "Did you mean": the known word nearest to one that is not known. Nothing here refuses.

/// The known word that was probably meant, if one is near enough.
///
/// Near enough is one slip in three characters, counting a swap of neighbours as one; `-` and `_`
/// and capitals do not count at all, since people mix them up rather than misspell them.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain = simplify(word);
    let slips_max = (plain.len() / 3).max(1);
    known
        .into_iter()
        .map(|candidate| (distance(&plain, &simplify(candidate)), candidate))
        .filter(|(slips, _)| *slips <= slips_max)
        .min_by_key(|(slips, _)| *slips)
        .map(|(_, candidate)| candidate)
}

/// Advice for a word that is not known: the nearest one, or all of them.
pub(crate) fn advice<'a>(word: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> String {
    match nearest(word, known.clone()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("it can be {}", list(known)),
    }
}

/// Words in one line: `` `a`, `b` or `c` ``.
pub(crate) fn list<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let mut quoted: Vec<String> = words.into_iter().map(|word| format!("`{word}`")).collect();
    match (quoted.pop(), quoted.as_slice()) {
        (None, _) => "nothing".to_owned(),
        (Some(last), []) => last,
        (Some(last), others) => format!("{} or {last}", others.join(", ")),
    }
}

/// Longest word compared, in characters: a longer one is no misspelling of anything here.
const CHARS_MAX: usize = 64;

fn simplify(word: &str) -> Vec<char> {
    word.chars()
        .filter(|character| !matches!(character, '-' | '_' | ' '))
        .flat_map(char::to_lowercase)
        .take(CHARS_MAX)
        .collect()
}

/// Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours.
fn distance(left: &[char], right: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=right.len()).collect();
    let mut left_previous = None;
    for (row, &a) in left.iter().enumerate() {
        let mut current = vec![row + 1];
        let mut right_previous = None;
        for (column, &b) in right.iter().enumerate() {
            let get = |line: &[usize], at: usize| line.get(at).copied().unwrap_or(usize::MAX / 2);
            let mut best = (get(&above, column) + usize::from(a != b))
                .min(get(&above, column + 1) + 1)
                .min(get(&current, column) + 1);
            if left_previous == Some(b) && right_previous == Some(a) && column > 0 {
                best = best.min(get(&before, column - 1) + 1);
            }
            current.push(best);
            right_previous = Some(b);
        }
        left_previous = Some(a);
        before = std::mem::replace(&mut above, current);
    }
    above.last().copied().unwrap_or(left.len())
}

#[cfg(test)]
mod tests {
    use super::{distance, nearest};

    fn slips(left: &str, right: &str) -> usize {
        let characters = |text: &str| text.chars().collect::<Vec<_>>();
        distance(&characters(left), &characters(right))
    }

    #[test]
    fn a_swap_of_neighbours_is_one_slip() {
        assert_eq!(slips("evidecne", "evidence"), 1);
        assert_eq!(slips("", "abc"), 3);
        assert_eq!(slips("abc", ""), 3);
        assert_eq!(slips("kitten", "sitting"), 3);
    }

    #[test]
    fn the_nearest_word_is_found_and_a_far_one_is_not() {
        let known = ["evidence", "gate", "probe"];
        assert_eq!(nearest("evidenc", known), Some("evidence"));
        assert_eq!(nearest("prob", known), Some("probe"));
        assert_eq!(nearest("colour", known), None);
        assert_eq!(nearest("x", known), None);
    }

    #[test]
    fn hyphens_underscores_and_capitals_are_not_slips() {
        assert_eq!(nearest("Too-Fast", ["too_fast", "late"]), Some("too_fast"));
    }
}
