//! Which earlier checkpoints travel along: a log has as many as there were batches, and a pack has
//! no room and no need for all of them.

use duly_proof::checkpoint::{Checkpoint, CheckpointError};
use duly_proof::note::{Note, VerifierKey};

/// Most earlier checkpoints in a pack: one for each day of a year.
pub const EARLIER_MAX: usize = 366;

/// At most [`EARLIER_MAX`] of these checkpoints, with their sizes. Those that somebody else
/// cosigned come first, since they alone tell the client something; the rest are spread evenly.
pub(super) fn choose<'a>(
    notes: &'a [String],
    log: &VerifierKey,
) -> Result<Vec<(u64, &'a str)>, CheckpointError> {
    let (mut cosigned, mut plain) = (Vec::new(), Vec::new());
    for note in notes {
        let size = Checkpoint::open(note, log)?.size;
        let is_cosigned = Note::parse(note)?.signatures().len() > 1;
        let group = if is_cosigned {
            &mut cosigned
        } else {
            &mut plain
        };
        group.push((size, note.as_str()));
    }
    let mut chosen = spread(cosigned, EARLIER_MAX);
    let room = EARLIER_MAX - chosen.len();
    chosen.extend(spread(plain, room));
    Ok(chosen)
}

/// At most so many of these, in equal steps from the last one down.
fn spread<T>(mut items: Vec<T>, count_max: usize) -> Vec<T> {
    let step = items.len().div_ceil(count_max.max(1)).max(1);
    items.reverse();
    items.into_iter().step_by(step).take(count_max).collect()
}

#[cfg(test)]
mod tests {
    use super::spread;

    #[test]
    fn few_are_all_kept_and_many_are_spread_to_the_first_step() {
        assert_eq!(spread(vec![1, 2, 3], 5), [3, 2, 1]);
        assert_eq!(spread(vec![1, 2, 3], 0), [0; 0]);
        let spread = spread((0..1_000).collect(), 366);
        assert_eq!(spread.first(), Some(&999));
        assert_eq!(spread.len(), 334);
        assert!(spread.is_sorted_by(|later, earlier| later - earlier == 3));
    }
}
