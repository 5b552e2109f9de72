//! Duties that were closed although the work found something amiss, counted by what they are
//! about: a daily check that fails for a month is one finding, not thirty.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{Finding, History, Record};
use crate::id::AssetId;
use crate::schedule::duties::Duty;
use crate::verdict::Verdict;

/// Those of a period.
#[derive(Default)]
pub(super) struct Unwell(BTreeMap<About, Seen>);

/// Title, asset and verdict.
type About = (String, Option<AssetId>, &'static str);

struct Seen {
    count: u64,
    first: Date,
    last: Date,
    entry: u64,
}

impl Unwell {
    /// Counts a duty, if it was closed with a verdict that is not good.
    pub(super) fn note(&mut self, title: String, duty: &Duty, history: &History) {
        let Some(ending) = &history.ending else {
            return;
        };
        let word = match ending.verdict {
            Some(verdict @ (Verdict::Fail | Verdict::Review | Verdict::Unknown)) => verdict.word(),
            _ => return,
        };
        let about = (title, duty.asset.clone(), word);
        let seen = self.0.entry(about).or_insert(Seen {
            count: 0,
            first: duty.slot,
            last: duty.slot,
            entry: ending.entered.index,
        });
        seen.count += 1;
        seen.first = seen.first.min(duty.slot);
        if duty.slot >= seen.last {
            seen.last = duty.slot;
            seen.entry = ending.entered.index;
        }
    }

    /// One finding for each.
    pub(super) fn findings(self, record: &Record) -> Vec<Finding> {
        let finding = |((title, asset, word), seen): (About, Seen)| {
            let about = record.about(asset.as_ref());
            let when = if seen.count == 1 {
                format!("once, {}", seen.first)
            } else {
                format!("{} times, {} to {}", seen.count, seen.first, seen.last)
            };
            let message = format!("{title}{about}: done, and the verdict was {word} ({when})");
            Finding::at(seen.entry, &format!("verdict-{word}"), message)
        };
        self.0.into_iter().map(finding).collect()
    }
}
