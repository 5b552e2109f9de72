//! The facts that a measure may name, and who can count them.

use serde::{Deserialize, Serialize};

macro_rules! facts {
    ($($name:ident, $word:literal, $about:literal;)*) => {
        /// Something that can be counted or timed over a month.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Fact {
            $(#[doc = $about] #[serde(rename = $word)] $name,)*
        }

        impl Fact {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// Each word with what it counts, for whoever reads or explains a process file.
            pub const WORDS: &'static [(&'static str, &'static str)] = &[$(($word, $about)),*];

            /// Its word, as a process file writes it.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }

            /// What it counts, in words.
            #[must_use]
            pub fn about(self) -> &'static str {
                match self { $(Self::$name => $about,)* }
            }
        }
    };
}

facts! {
    DutiesDue, "duties.due", "duties whose slot is dated in the window";
    DutiesDone, "duties.done", "of these, closed on time";
    DutiesLate, "duties.late", "of these, closed late";
    DutiesMissed, "duties.missed", "of these, missed";
    DutiesWaived, "duties.waived", "of these, waived";
    RunsDone, "runs.done", "tickets closed in the window, on time or late";
    RunsChecked, "runs.checked", "of these, inspected by a second person";
    RunsRejected, "runs.rejected", "of these, found not executed as designed";
    RunsSuspicious, "runs.suspicious",
        "closed tickets on which a rule about haste or reuse fired";
    RunMinutes, "run.minutes", "minutes from the start of the work to its end";
    WarningHours, "warning.hours", "business hours from a warning to its acknowledgement";
    CompareEqual, "compare.equal",
        "closed tickets whose every comparison found no difference";
    TestsMade, "tests.made", "functional tests of protection made in the window";
    TestsPassed, "tests.passed", "of these, stopped as they should be";
    AssetsInCare, "assets.in_care", "assets of the kind in care at the end of the window";
    AssetsProven, "assets.proven", "of these, with a passed measurement in the window";
    AssetsProtected, "assets.protected",
        "of these, seen protected by two independent sources";
    AssetsInConflict, "assets.in_conflict", "of these, on which two sources disagree";
    AssetsCurrent, "assets.current", "of these, at a release that its maker supports";
    PointHours, "point.hours", "hours since the newest restore point that was verified";
    CopyHours, "copy.hours", "hours since the newest off-site copy";
    ExposureAssetDays, "exposure.asset_days",
        "days times assets with a flaw known to be exploited";
    PatchesDue, "patches.due", "critical patches whose 14 days ended in the window";
    PatchesInTime, "patches.in_time", "of these, seen installed within the 14 days";
    ExpiriesUnordered, "expiries.unordered",
        "things that end within 60 days without a renewal on order";
    AccountsInScope, "accounts.in_scope", "accounts that must use a second factor";
    AccountsEnforced, "accounts.enforced", "of these, where it is enforced";
    AccountsDormant, "accounts.dormant", "accounts not used for 45 days";
    DomainsSending, "domains.sending", "domains that send mail";
    DomainsEnforced, "domains.enforced",
        "of these, whose policy is quarantine or reject";
    ExerciseDays, "exercise.days", "days since the last continuity exercise";
}

impl Fact {
    /// The fact of this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|fact| fact.word() == word)
    }

    /// Whether it is a state at the end of a month, about the same things month after month,
    /// instead of a number of cases that add up over months.
    #[must_use]
    pub fn is_level(self) -> bool {
        matches!(
            self,
            Self::AssetsInCare
                | Self::AssetsProven
                | Self::AssetsProtected
                | Self::AssetsInConflict
                | Self::AssetsCurrent
                | Self::AccountsInScope
                | Self::AccountsEnforced
                | Self::DomainsSending
                | Self::DomainsEnforced
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_names_one_fact() {
        for fact in Fact::ALL {
            assert_eq!(Fact::from_word(fact.word()), Some(*fact));
        }
        assert_eq!(Fact::from_word("duties"), None);
    }
}
