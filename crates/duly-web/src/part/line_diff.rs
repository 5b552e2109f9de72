//! Two texts line by line: what was taken out, what was put in, and a few lines around it.

/// Lines shown around a difference.
const AROUND: usize = 3;

/// Most pairs of lines that are compared: two texts of 2,000 lines. Beyond it all of one is shown
/// as taken out and all of the other as put in, which is true as well.
const PAIRS_MAX: usize = 4_000_000;

/// A line of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// In both.
    Same(String),
    /// In the earlier one only.
    Out(String),
    /// In the later one only.
    In(String),
    /// So many lines that are in both and not shown.
    Skipped(u64),
}

/// Compares two texts; nothing where they are the same.
#[must_use]
pub fn compare(before: &str, after: &str) -> Vec<Line> {
    let (was, is): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    if was == is {
        return Vec::new();
    }
    let alike = was.iter().zip(&is);
    let head = alike.take_while(|(one, other)| one == other).count();
    let (was_rest, is_rest) = (
        was.get(head..).unwrap_or(&[]),
        is.get(head..).unwrap_or(&[]),
    );
    let ends = was_rest.iter().rev().zip(is_rest.iter().rev());
    let tail = ends.take_while(|(one, other)| one == other).count();
    let middle = |lines: &[&str]| -> Vec<String> {
        let kept = lines.len().saturating_sub(tail);
        lines
            .iter()
            .take(kept)
            .map(|line| (*line).to_owned())
            .collect()
    };
    let same = |line: &&str| Line::Same((*line).to_owned());
    let mut lines: Vec<Line> = was.iter().take(head).map(same).collect();
    lines.extend(differing(&middle(was_rest), &middle(is_rest)));
    lines.extend(
        was_rest
            .iter()
            .skip(was_rest.len().saturating_sub(tail))
            .map(same),
    );
    shortened(lines)
}

/// The longest common lines kept, the rest out or in.
fn differing(was: &[String], is: &[String]) -> Vec<Line> {
    let gone = |line: &String| Line::Out(line.clone());
    let come = |line: &String| Line::In(line.clone());
    let width = is.len() + 1;
    if was.len().saturating_mul(is.len()) > PAIRS_MAX {
        return was.iter().map(gone).chain(is.iter().map(come)).collect();
    }
    // `common[i][j]` is the most lines that what is left of both from there has in common.
    let mut common = vec![0_u32; (was.len() + 1) * width];
    let at = |common: &[u32], i: usize, j: usize| common.get(i * width + j).copied().unwrap_or(0);
    for (i, one) in was.iter().enumerate().rev() {
        for (j, other) in is.iter().enumerate().rev() {
            let most = if one == other {
                at(&common, i + 1, j + 1) + 1
            } else {
                at(&common, i + 1, j).max(at(&common, i, j + 1))
            };
            if let Some(place) = common.get_mut(i * width + j) {
                *place = most;
            }
        }
    }
    let (mut i, mut j, mut lines) = (0, 0, Vec::new());
    while let (Some(one), Some(other)) = (was.get(i), is.get(j)) {
        if one == other {
            lines.push(Line::Same(one.clone()));
            (i, j) = (i + 1, j + 1);
        } else if at(&common, i + 1, j) >= at(&common, i, j + 1) {
            lines.push(gone(one));
            i += 1;
        } else {
            lines.push(come(other));
            j += 1;
        }
    }
    lines.extend(was.iter().skip(i).map(gone));
    lines.extend(is.iter().skip(j).map(come));
    lines
}

/// Leaves out what is far from any difference.
fn shortened(lines: Vec<Line>) -> Vec<Line> {
    let differs: Vec<bool> = lines
        .iter()
        .map(|line| !matches!(line, Line::Same(_)))
        .collect();
    let near = |place: usize| {
        let (from, to) = (place.saturating_sub(AROUND), place + AROUND + 1);
        let around = differs.get(from..to.min(differs.len()));
        around.is_some_and(|around| around.contains(&true))
    };
    let mut kept = Vec::new();
    let mut skipped = 0_u64;
    for (place, line) in lines.into_iter().enumerate() {
        if near(place) {
            if skipped > 0 {
                kept.push(Line::Skipped(std::mem::take(&mut skipped)));
            }
            kept.push(line);
        } else {
            skipped += 1;
        }
    }
    if skipped > 0 {
        kept.push(Line::Skipped(skipped));
    }
    kept
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Line, compare};

    #[test]
    fn two_texts_that_are_the_same_have_no_difference() {
        assert_eq!(compare("a\nb\n", "a\nb"), []);
    }

    #[test]
    fn a_changed_line_goes_out_and_comes_in_and_far_ones_are_left_out() {
        let was: String = (0..20).map(|n| format!("{n}\n")).collect();
        let is = was.replace("10\n", "ten\n");
        let lines = compare(&was, &is);
        assert_eq!(lines.first(), Some(&Line::Skipped(7)));
        assert!(lines.contains(&Line::Out("10".to_owned())));
        assert!(lines.contains(&Line::In("ten".to_owned())));
        assert_eq!(lines.len(), 2 + 2 * 3 + 2);
    }

    proptest! {
        #[test]
        fn both_texts_can_be_read_off_the_comparison(
            was in prop::collection::vec("[abc]", 0..12),
            is in prop::collection::vec("[abc]", 0..12),
        ) {
            let lines = super::differing(&was, &is);
            let side = |out: bool| -> Vec<String> {
                let of_side = lines.iter().filter_map(|line| match line {
                    Line::Same(text) => Some(text.clone()),
                    Line::Out(text) if out => Some(text.clone()),
                    Line::In(text) if !out => Some(text.clone()),
                    _ => None,
                });
                of_side.collect()
            };
            prop_assert_eq!(side(true), was);
            prop_assert_eq!(side(false), is);
        }
    }
}
