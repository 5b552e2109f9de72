//! From causes that are seen, and what is known of them, to what follows.

use std::collections::{BTreeMap, BTreeSet};

use duly_core::control::rules::rule;
use duly_core::control::settle::{Known, Step, settle};
use duly_core::control::{AT_ONCE, Cause, Raised};
use duly_core::id::{ClientId, DutyId, ProcessId};
use duly_core::process::Severity;
use duly_store::{Firing, Keeper, KnownWarning, NewWarning, Settle};
use jiff::Timestamp;

/// Longest sentence of a warning, in characters: three lines of a screen. The names of things are
/// other people's text.
const MESSAGE_CHARS_MAX: usize = 300;

/// Longest name of what a warning is of; a longer one is cut, and what begins alike is one.
const ABOUT_CHARS_MAX: usize = 200;

/// A cause that is seen.
pub(super) struct Seen {
    pub rule: String,
    pub severity: Severity,
    pub raised: Raised,
    pub process: Option<ProcessId>,
    pub owner: String,
}

/// How a rule's cause behaves; a condition of a custom rule holds or does not.
pub(super) fn cause_of(id: &str) -> Cause {
    rule(id).map_or(AT_ONCE, |rule| rule.cause)
}

/// What follows at one place: a ticket, a client or its desk.
pub(super) struct Place<'a> {
    pub client: &'a ClientId,
    pub source: Keeper,
    pub ticket: Option<&'a DutyId>,
    pub now: Timestamp,
}

impl Place<'_> {
    /// What follows from these causes being seen, and no others.
    pub(super) fn settle<'k>(
        &self,
        seen: Vec<Seen>,
        known: impl Iterator<Item = &'k KnownWarning>,
    ) -> Vec<Settle> {
        let mut remembered = Remembered::of(known);
        let mut changes = Vec::new();
        let mut settled: BTreeSet<(String, String)> = BTreeSet::new();
        for cause in seen {
            let firing = self.firing(cause);
            let key = (firing.warning.rule.clone(), firing.warning.about.clone());
            if !settled.insert(key.clone()) {
                continue;
            }
            changes.extend(self.follow(firing, remembered.take(&key)));
        }
        for ((rule, about), (known, last)) in remembered.rest {
            let Cause::State { .. } = cause_of(&rule) else {
                continue;
            };
            match (settle(cause_of(&rule), false, known, self.now), last.id) {
                (Step::Forget, _) => changes.push(Settle::Forget { rule, about }),
                (Step::Gone, Some(id)) => changes.push(Settle::Gone(id)),
                (Step::Clear, Some(id)) => changes.push(Settle::Clear(id)),
                _ => {}
            }
        }
        changes
    }

    fn follow(&self, mut firing: Firing, known: (Known, Last)) -> Option<Settle> {
        let (known, last) = known;
        let cause = cause_of(&firing.warning.rule);
        firing.number = last.number + 1;
        match settle(cause, true, known, self.now) {
            Step::Raise => Some(Settle::Raise(firing)),
            Step::Wait => {
                let Cause::State { after, .. } = cause else {
                    return None;
                };
                let ripe_at = self.now.saturating_add(after).unwrap_or(self.now);
                Some(Settle::Wait { firing, ripe_at })
            }
            Step::Back => last.id.map(Settle::Back),
            Step::Nothing | Step::Forget | Step::Gone | Step::Clear => None,
        }
    }

    fn firing(&self, cause: Seen) -> Firing {
        Firing {
            warning: NewWarning {
                client: self.client.clone(),
                rule: cause.rule,
                about: cut(&cause.raised.about, ABOUT_CHARS_MAX),
                severity: cause.severity,
                message: cut(&cause.raised.message, MESSAGE_CHARS_MAX),
                ticket: self.ticket.cloned(),
            },
            source: Some(self.source),
            process: cause.process,
            asset: cause.raised.asset,
            owner: cause.owner,
            number: 1,
        }
    }
}

fn cut(text: &str, characters: usize) -> String {
    if text.chars().count() <= characters {
        return text.to_owned();
    }
    let kept: String = text.chars().take(characters.saturating_sub(1)).collect();
    kept + "…"
}

/// The last firing of a cause.
#[derive(Debug, Default)]
struct Last {
    id: Option<String>,
    number: u64,
}

/// What is known, by rule and what it is of.
struct Remembered {
    rest: BTreeMap<(String, String), (Known, Last)>,
}

impl Remembered {
    fn of<'k>(known: impl Iterator<Item = &'k KnownWarning>) -> Self {
        let mut rest: BTreeMap<(String, String), (Known, Last)> = BTreeMap::new();
        for one in known {
            let key = (one.rule.clone(), one.about.clone());
            let (known, last) = rest.entry(key).or_default();
            if let Some(since) = one.pending_since {
                known.pending_since = Some(since);
            } else if one.number >= last.number {
                known.ever = true;
                known.raised = !one.cleared;
                known.settled_by_word = one.cleared && one.by_word && one.gone_since.is_none();
                known.gone_since = one.gone_since;
                *last = Last {
                    id: one.id.clone(),
                    number: one.number,
                };
            }
        }
        Self { rest }
    }

    fn take(&mut self, key: &(String, String)) -> (Known, Last) {
        self.rest.remove(key).unwrap_or_default()
    }
}
