//! The closed sets of words that a process file may use, each with its meaning: the check, the
//! JSON Schema, "did you mean" and `docs/processes.md` all come from here.

use crate::code::Code;
use duly_core::measure::fact::Fact;

/// A closed set of words.
#[derive(Debug)]
pub(crate) struct Vocabulary {
    /// With its article: `a role`.
    pub what: &'static str,
    /// Why another word is refused.
    pub code: Code,
    /// Each word with its meaning.
    pub words: &'static [(&'static str, &'static str)],
}

impl Vocabulary {
    /// The words alone.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + Clone {
        self.words.iter().map(|(word, _)| *word)
    }

    /// Whether it is one of the words.
    pub fn knows(&self, word: &str) -> bool {
        self.names().any(|known| known == word)
    }
}

pub(crate) const ROLES: Vocabulary = Vocabulary {
    what: "a role",
    code: Code::UnknownRole,
    words: &[
        ("technician", "does the work at the provider"),
        ("manager", "the provider's service manager"),
        ("executive", "answers for the provider"),
        ("client", "the client's owner, or whom the owner named"),
    ],
};

pub(crate) const PERS: Vocabulary = Vocabulary {
    what: "what one duty is about",
    code: Code::UnknownWord,
    words: &[
        ("asset", "one duty for each asset of the kind"),
        ("site", "one duty for each site"),
        ("client", "one duty for the client as a whole"),
        ("provider", "one duty for the provider itself"),
    ],
};

pub(crate) const KINDS: Vocabulary = Vocabulary {
    what: "a kind of asset",
    code: Code::UnknownKind,
    words: &[
        (
            "backup",
            "a backup set: what one job saves, with its repository",
        ),
        ("firewall", "a firewall or router at the edge of a network"),
        ("endpoint", "a workstation or notebook"),
        ("server", "a server, physical or virtual"),
        ("domain", "an internet domain"),
        ("certificate", "a certificate with an end date"),
    ],
};

pub(crate) const ROLLS: Vocabulary = Vocabulary {
    what: "a way to roll",
    code: Code::UnknownWord,
    words: &[
        (
            "following",
            "a slot on a closed day moves to the next business day",
        ),
        (
            "preceding",
            "a slot on a closed day moves to the business day before",
        ),
    ],
};

pub(crate) const GATES: Vocabulary = Vocabulary {
    what: "a gate",
    code: Code::UnknownWord,
    words: &[
        ("critical", "the ticket cannot be closed without this step"),
        (
            "standard",
            "closing without this step takes a recorded reason",
        ),
    ],
};

pub(crate) const EVIDENCE: Vocabulary = Vocabulary {
    what: "a kind of evidence",
    code: Code::UnknownEvidence,
    words: &[
        ("answer", "yes or no"),
        ("note", "a sentence in one's own words"),
        (
            "reading",
            "a value read off the thing itself, with its unit",
        ),
        (
            "reference",
            "a number in another system: an order, a ticket, an alert",
        ),
        ("file", "a file: an export, a log, a list"),
        ("screenshot", "a picture of a screen"),
        ("photo", "a picture of a thing"),
        ("signature", "a person's name put to what stands above it"),
    ],
};

pub(crate) const SAMPLING_PLANS: Vocabulary = Vocabulary {
    what: "a table of sample sizes",
    code: Code::UnknownWord,
    words: &[(
        "mil-std-105e",
        "the code letters of MIL-STD-105E, general inspection level II: 8 of 26 to 50, 13 of 51 to \
         90, 20 of 91 to 150",
    )],
};

/// Probes that exist, and the kind of asset each one reads.
pub(crate) const PROBES: Vocabulary = Vocabulary {
    what: "a probe",
    code: Code::UnknownProbe,
    words: &[
        (
            "backup.presence",
            "reads the repository: what the job claimed, and whether a fresh, whole restore point \
             exists with its history intact (L0 and L1)",
        ),
        (
            "backup.restore",
            "reads a drawn sample back out of the newest restore point and compares it with the \
             source's own manifest (L0 to L2)",
        ),
    ],
};

/// The kind of asset that a probe reads.
pub(crate) fn kind_of_probe(probe: &str) -> Option<&'static str> {
    match probe {
        "backup.presence" | "backup.restore" => Some("backup"),
        _ => None,
    }
}

pub(crate) const SEVERITIES: Vocabulary = Vocabulary {
    what: "a severity",
    code: Code::UnknownWord,
    words: &[
        ("low", "worth knowing"),
        ("medium", "needs a look within days"),
        ("high", "needs someone now"),
    ],
};

pub(crate) const REVIEWS: Vocabulary = Vocabulary {
    what: "how often a review takes place",
    code: Code::UnknownWord,
    words: &[("month", "every month"), ("quarter", "every quarter")],
};

pub(crate) const UNITS: Vocabulary = Vocabulary {
    what: "a unit",
    code: Code::UnknownWord,
    words: &[
        ("ratio", "`good` divided by `total`"),
        ("count", "a number of things"),
        ("minutes", "minutes"),
        ("hours", "hours"),
        ("days", "days"),
    ],
};

pub(crate) const DIRECTIONS: Vocabulary = Vocabulary {
    what: "a direction",
    code: Code::UnknownWord,
    words: &[("up", "more is better"), ("down", "less is better")],
};

pub(crate) const CHARTS: Vocabulary = Vocabulary {
    what: "a chart",
    code: Code::UnknownWord,
    words: &[
        (
            "rolling",
            "x of the last n with its interval: for ratios of few cases",
        ),
        (
            "p-prime",
            "a ratio with limits that do not shrink to nothing: for many cases",
        ),
        (
            "xmr",
            "single values with their moving range: for lengths of time and the like",
        ),
        (
            "between",
            "the time between rare events: for counts that should be zero",
        ),
        ("list", "no chart: the things themselves, by name"),
    ],
};

/// Charts that are honest for a ratio; the others are for single values.
pub(crate) const CHARTS_OF_RATIOS: [&str; 2] = ["rolling", "p-prime"];

pub(crate) const FRAMEWORKS: Vocabulary = Vocabulary {
    what: "a framework",
    code: Code::UnknownFramework,
    words: &[
        ("csf2", "NIST Cybersecurity Framework 2.0"),
        ("cis81", "CIS Controls 8.1"),
        ("hipaa", "HIPAA Security Rule, 45 CFR 164"),
        ("soc2", "SOC 2 Trust Services Criteria"),
        ("cmmc1", "CMMC level 1, FAR 52.204-21"),
        ("cyber_essentials", "Cyber Essentials 3.2"),
        ("iso27001", "ISO/IEC 27001:2022, annex A"),
    ],
};

/// What a measure may count. Each is defined here before anything computes it, so that a measure
/// published today cannot change its meaning tomorrow.
pub(crate) const FACTS: Vocabulary = Vocabulary {
    what: "a fact",
    code: Code::UnknownFact,
    // The core's list: what may be declared is what can be read.
    words: Fact::WORDS,
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_probe_reads_a_kind_of_asset_that_exists() {
        for probe in PROBES.names() {
            assert!(KINDS.knows(kind_of_probe(probe).unwrap()), "{probe}");
        }
    }

    #[test]
    fn no_word_stands_twice() {
        for vocabulary in [
            &ROLES,
            &PERS,
            &KINDS,
            &ROLLS,
            &GATES,
            &EVIDENCE,
            &PROBES,
            &SEVERITIES,
            &REVIEWS,
            &UNITS,
            &DIRECTIONS,
            &CHARTS,
            &FRAMEWORKS,
            &FACTS,
        ] {
            let mut words: Vec<_> = vocabulary.names().collect();
            let count = words.len();
            words.sort_unstable();
            words.dedup();
            assert_eq!(words.len(), count, "{}", vocabulary.what);
        }
    }
}
