//! Every reason for which a process file is refused, as a stable word.
//!
//! Kebab-case words, like every other code that duly prints: a word can be searched for, read
//! aloud and guessed, a number cannot. A word is never given a second meaning and never reused.
//! `docs/processes.md` has a paragraph on each; a test holds the two lists equal. This file never
//! decides whether anything is refused.

use std::fmt;

use serde::{Serialize, Serializer};

macro_rules! codes {
    ($($(#[$about:meta])* $name:ident = $word:literal,)*) => {
        /// Why a process file is refused.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $($(#[$about])* $name,)*
        }

        impl Code {
            /// Every code there is, in the order of the documentation.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The stable word, as printed, recorded and documented.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }
        }
    };
}

codes! {
    // The bytes.
    /// Larger than a process file may be.
    FileTooLarge = "file-too-large",
    /// Not UTF-8.
    NotUtf8 = "not-utf8",
    /// Holds a NUL byte.
    NulByte = "nul-byte",
    /// Holds a character that cannot be seen, or that turns the reading direction.
    HiddenCharacter = "hidden-character",
    /// Indented with tabs.
    TabIndentation = "tab-indentation",
    /// Holds nothing.
    EmptyFile = "empty-file",

    // The YAML.
    /// Not YAML.
    NotYaml = "not-yaml",
    /// A `%` directive.
    Directive = "directive",
    /// More than one document.
    SeveralDocuments = "several-documents",
    /// Nested too deeply.
    TooDeep = "too-deep",
    /// Too many values.
    TooManyValues = "too-many-values",
    /// An anchor, `&name`.
    Anchor = "anchor",
    /// An alias, `*name`.
    Alias = "alias",
    /// A tag, `!name`.
    Tag = "tag",
    /// A merge key, `<<`.
    MergeKey = "merge-key",
    /// The same key twice in one mapping.
    DuplicateKey = "duplicate-key",
    /// A key that is a list or a mapping.
    ComplexKey = "complex-key",
    /// So many refusals that the rest are not shown.
    TooManyRefusals = "too-many-refusals",

    // The shape.
    /// Another version of the file format.
    UnknownFormat = "unknown-format",
    /// A key that does not exist there.
    UnknownKey = "unknown-key",
    /// A key that must be there.
    MissingKey = "missing-key",
    /// A list where text is wanted, a number where a mapping is, …
    WrongType = "wrong-type",
    /// Text of nothing, or of blanks.
    EmptyText = "empty-text",
    /// Longer than it may be.
    TextTooLong = "text-too-long",
    /// A list of nothing.
    EmptyList = "empty-list",
    /// A list of more than there may be.
    TooManyItems = "too-many-items",
    /// The same item twice in one list.
    ItemRepeated = "item-repeated",
    /// A number too small or too large.
    NumberOutOfRange = "number-out-of-range",
    /// A word that is not among those that are known.
    UnknownWord = "unknown-word",
    /// An identifier of the wrong form.
    BadName = "bad-name",
    /// Not a date of the calendar.
    BadDate = "bad-date",
    /// Not a time of day.
    BadTime = "bad-time",
    /// Fewer minutes for the whole than for its steps.
    MinutesDoNotAddUp = "minutes-do-not-add-up",

    // The three elements.
    /// No checklist.
    ChecklistMissing = "checklist-missing",
    /// A checklist of nothing.
    ChecklistEmpty = "checklist-empty",
    /// No quality control.
    QualityControlMissing = "quality-control-missing",
    /// A quality control of nothing.
    QualityControlEmpty = "quality-control-empty",
    /// No oversight.
    OversightMissing = "oversight-missing",
    /// An oversight of nothing.
    OversightEmpty = "oversight-empty",

    // Whom and what it is about.
    /// `per: asset` without a kind of asset.
    KindMissing = "kind-missing",
    /// A kind of asset although it does not apply per asset.
    KindWithoutAsset = "kind-without-asset",
    /// A kind of asset that duly does not know.
    UnknownKind = "unknown-kind",
    /// A framework that duly has no identifiers of.
    UnknownFramework = "unknown-framework",
    /// A role that duly does not know.
    UnknownRole = "unknown-role",
    /// A role that checks or oversees its own work.
    RoleChecksItself = "role-checks-itself",

    // The schedule.
    /// No rule of recurrence.
    ScheduleEmpty = "schedule-empty",
    /// A word that is not part of a schedule.
    ScheduleUnknownWord = "schedule-unknown-word",
    /// A number that a schedule cannot have.
    ScheduleNumber = "schedule-number",
    /// Not a date of the calendar.
    ScheduleDate = "schedule-date",
    /// Parts of a schedule that do not go together.
    ScheduleCombination = "schedule-combination",
    /// More often than once a day.
    ScheduleUnderADay = "schedule-under-a-day",
    /// An interval above 1 without the date it counts from.
    ScheduleIntervalWithoutFrom = "schedule-interval-without-from",
    /// Day 29 to 31 without saying what happens in a short month.
    ScheduleDayWithoutClamp = "schedule-day-without-clamp",
    /// A part that RFC 5545 does not have.
    RruleUnknownPart = "rrule-unknown-part",
    /// The same part twice.
    RrulePartTwice = "rrule-part-twice",
    /// A value that the part cannot have.
    RruleValue = "rrule-value",
    /// Parts that do not go together.
    RruleCombination = "rrule-combination",
    /// `COUNT`.
    RruleCount = "rrule-count",
    /// `UNTIL`.
    RruleUntil = "rrule-until",
    /// `BYWEEKNO`.
    RruleWeekNumber = "rrule-week-number",
    /// `BYYEARDAY`.
    RruleYearDay = "rrule-year-day",
    /// `BYHOUR`, `BYMINUTE`, `BYSECOND`.
    RruleTimeOfDay = "rrule-time-of-day",
    /// `HOURLY` and faster.
    RruleUnderADay = "rrule-under-a-day",
    /// Another calendar than the Gregorian.
    RruleCalendarScale = "rrule-calendar-scale",
    /// `from` is not a date of the rule.
    RruleStartNotMatching = "rrule-start-not-matching",
    /// Cron syntax.
    CronNotOffered = "cron-not-offered",
    /// A schedule that counts from the last completion.
    CompletionAnchor = "completion-anchor",
    /// Nothing falls due within the next 400 days.
    NoOccurrence = "no-occurrence",
    /// A calendar without data for a year that matters.
    CalendarYearMissing = "calendar-year-missing",
    /// A calendar that duly does not have.
    UnknownCalendar = "unknown-calendar",
    /// A time zone that does not exist.
    UnknownZone = "unknown-zone",
    /// A length of time that cannot be read.
    BadAllowance = "bad-allowance",

    // The checklist.
    /// Two steps of one id.
    StepRepeated = "step-repeated",
    /// A step that leaves nothing behind.
    StepWithoutEvidence = "step-without-evidence",
    /// A kind of evidence that duly does not know.
    UnknownEvidence = "unknown-evidence",
    /// A probe that duly does not have.
    UnknownProbe = "unknown-probe",
    /// A probe that does not fit what the process applies to.
    ProbeDoesNotFit = "probe-does-not-fit",

    // Quality control.
    /// No `missed` rule.
    MissedRuleMissing = "missed-rule-missing",
    /// A rule that duly does not know.
    UnknownRule = "unknown-rule",
    /// The same rule twice.
    RuleRepeated = "rule-repeated",
    /// A rule about a step that is not in the checklist.
    UnknownStep = "unknown-step",
    /// A parameter of a rule that means nothing.
    BadParameter = "bad-parameter",
    /// A condition whose brackets or quotes do not close, or that is too long or too deep.
    BadCondition = "bad-condition",
    /// A share that is not a per cent figure from 1 to 100.
    BadShare = "bad-share",
    /// A ladder that does not climb.
    EscalationOutOfOrder = "escalation-out-of-order",

    // Oversight.
    /// No review.
    ReviewMissing = "review-missing",
    /// No measure.
    MeasuresMissing = "measures-missing",
    /// Two measures of one id.
    MeasureRepeated = "measure-repeated",
    /// A measure that says nothing of what is measured.
    MeasureWithoutValue = "measure-without-value",
    /// A measure that is both a ratio and a single value.
    MeasureTwoWays = "measure-two-ways",
    /// A measure without unit.
    MeasureWithoutUnit = "measure-without-unit",
    /// A measure that does not say which way is better.
    MeasureWithoutDirection = "measure-without-direction",
    /// A measure without target.
    MeasureWithoutTarget = "measure-without-target",
    /// A fact that duly does not count.
    UnknownFact = "unknown-fact",
    /// A unit that does not fit what is measured.
    UnitDoesNotFit = "unit-does-not-fit",
    /// A target that does not fit the unit.
    BadTarget = "bad-target",
    /// A chart that would not be honest for it.
    ChartDoesNotFit = "chart-does-not-fit",

    // Several files.
    /// The same version of the same process in two files.
    ProcessRepeated = "process-repeated",
}

impl Code {
    /// The code of this word, if there is one.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.word() == word)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::Code;

    #[test]
    fn every_code_is_a_word_of_its_own_in_kebab_case() {
        let words: BTreeSet<&str> = Code::ALL.iter().map(|code| code.word()).collect();
        assert_eq!(words.len(), Code::ALL.len());
        for word in words {
            assert!(
                word.split('-').all(|part| !part.is_empty()
                    && part
                        .bytes()
                        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())),
                "{word}"
            );
        }
    }
}
