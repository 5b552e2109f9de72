//! When entries were written, by the clocks of witnesses: whoever cosigned a head of `n` entries
//! at a time had seen the first `n` by then, and none after.
//!
//! An entry that claims otherwise was dated back or ahead. That is a finding and no contradiction:
//! a clock may be wrong, and a witness may be late.

use duly_core::record::{Finding, Record};
use duly_proof::policy::Evaluation;
use jiff::{SignedDuration, Timestamp};

/// How much earlier than a witness's word an entry may be dated that the witness had not seen: the
/// time from signing a checkpoint to having it cosigned.
const LATE_HOURS: i64 = 1;

/// How much later than a witness's word an entry may be dated that the witness had seen: the
/// difference of two clocks.
const AHEAD_MINUTES: i64 = 5;

/// Entries that are dated otherwise than the witnesses of these heads saw them.
pub(crate) fn misdated<'a>(
    record: &Record,
    heads: impl Iterator<Item = &'a Evaluation>,
) -> Vec<Finding> {
    let mut found = Vec::new();
    for head in heads {
        let Some(seen_at) = first_word(head) else {
            continue;
        };
        let size = head.checkpoint.size;
        let time_of = |index: u64| record.times.get(usize::try_from(index).ok()?).copied();
        if let Some(next) = time_of(size)
            && seen_at.duration_since(next) > SignedDuration::from_hours(LATE_HOURS)
        {
            let message = format!("dated {next}, and not yet in the log at {seen_at}");
            found.push(finding(size, "dated-back", message));
        }
        if let Some(index) = size.checked_sub(1)
            && let Some(last) = time_of(index)
            && last.duration_since(seen_at) > SignedDuration::from_mins(AHEAD_MINUTES)
        {
            let message = format!("dated {last}, and in the log at {seen_at} already");
            found.push(finding(index, "dated-ahead", message));
        }
    }
    found
}

/// The earliest time at which a witness of the policy cosigned a head.
fn first_word(head: &Evaluation) -> Option<Timestamp> {
    let times = head.witnesses.iter().map(|witness| witness.time_s);
    let time_s = i64::try_from(times.min()?).ok()?;
    Timestamp::from_second(time_s).ok()
}

fn finding(entry: u64, code: &str, message: String) -> Finding {
    Finding {
        code: code.to_owned(),
        message,
        entry: Some(entry),
    }
}
