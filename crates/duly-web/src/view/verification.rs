//! One verification: what the judged software claims beside what duly measured, how far the test
//! went and what that proves, every difference found, and why the page can be believed.

use askama::Template;
use duly_core::verdict::{Reason, Verdict};
use jiff::{SignedDuration, Timestamp};

use crate::filters;
use crate::part::place::Place;
use crate::part::state::{Shape, State};
use crate::view::Named;
use crate::view::frame::Frame;
use crate::words::number::{counted, grouped};
use crate::words::size;

/// Most files shown on the page, worst first; the page says how many more there are.
pub const COMPARED_SHOWN_MAX: usize = 200;

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "verification.html")]
pub struct Verification {
    /// What stands around it.
    pub frame: Frame,
    /// The run's id.
    pub run: String,
    /// What was tested, in the words of the step: `Restore a drawn sample on another machine`.
    pub title: String,
    /// Whose.
    pub client: Named,
    /// About what.
    pub asset: Named,
    /// The ticket it was run for.
    pub ticket: Option<String>,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended; none while it is under way.
    pub ended_at: Option<Timestamp>,
    /// What the judged software says about itself; none when it said nothing that duly knows.
    pub claim: Option<Claim>,
    /// The verdict; none while the run is under way.
    pub verdict: Option<Verdict>,
    /// What it comes down to, as a sentence.
    pub finding: String,
    /// Why, most important first.
    pub reasons: Vec<Reason>,
    /// What was read back; none when it did not come to that.
    pub read: Option<ReadBack>,
    /// Further measured facts, as label and value.
    pub facts: Vec<Fact>,
    /// How far the test went, from L0 to L5.
    pub ladder: Vec<Rung>,
    /// Files that differ, then those that had to be there; at most [`COMPARED_SHOWN_MAX`].
    pub compared: Vec<Compared>,
    /// How many more differ.
    pub compared_hidden: u64,
    /// What the sample was drawn by.
    pub seed: Option<Seed>,
    /// Where the result stands in the log.
    pub place: Place,
}

/// What the judged software says about itself.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Its own words, or the plain sense of its status.
    pub words: String,
    /// Whether it claims success.
    pub success: bool,
    /// Who said so and how it reached duly: `job report, exit status 0`.
    pub source: String,
    /// When duly took it in.
    pub at: Timestamp,
}

/// A label and its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// What it is.
    pub label: String,
    /// What it was found to be.
    pub value: String,
}

/// What was read back out of the backup.
#[derive(Clone, Debug)]
pub struct ReadBack {
    /// The snapshot's id, shortened as its tool does.
    pub snapshot: String,
    /// When it claims to have been taken.
    pub taken_at: Option<Timestamp>,
    /// When duly first saw it.
    pub first_seen_at: Option<Timestamp>,
    /// Files whose content was hashed.
    pub files_read: u64,
    /// Files there are to draw from.
    pub files_total: u64,
    /// Bytes hashed.
    pub bytes: u64,
    /// How long that took.
    pub took: Option<SignedDuration>,
    /// What it proves, in words with its figures; none when it proves nothing.
    pub proves: Option<String>,
}

/// A rung of the ladder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rung {
    /// 0 to 5.
    pub level: u8,
    /// How it came out.
    pub state: RungState,
    /// Why, or what was found, in a few words.
    pub note: String,
}

/// How a rung came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RungState {
    /// It was reached and held.
    Held,
    /// It was reached and did not hold.
    Broken,
    /// It was tried, and could not be told.
    Unsure,
    /// It was not tried.
    NotReached,
}

/// A file that was looked at.
#[derive(Clone, Debug)]
pub struct Compared {
    /// Its path at the source.
    pub path: String,
    /// Why it was looked at: `drawn`, `on the must list`, `planted`, `by name, size and time`.
    pub why: String,
    /// Bytes read back; none when its content was not read.
    pub read_bytes: Option<u64>,
    /// What came of it: `equal`, `file missing`, `content differs`.
    pub finding: String,
    /// Whether that is a fault, fine, or cannot be told.
    pub verdict: Verdict,
}

/// What the sample was drawn by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seed {
    /// The seed, hexadecimal.
    pub hex: String,
    /// Number of entries of the head it comes from.
    pub head_size: u64,
    /// That head's root, base64.
    pub head_root: String,
    /// Whether a checkpoint of that head was countersigned by somebody else.
    pub cosigned: bool,
}

impl Verification {
    /// The headline: what the software says, and whether it is so.
    fn headline(&self) -> &'static str {
        let claimed = self.claim.as_ref().map(|claim| claim.success);
        match (self.verdict, claimed) {
            (None, _) => "This verification is still under way.",
            (Some(Verdict::Pass), _) if self.was_compared() => {
                "The backup was read back, compared, and holds."
            }
            (Some(Verdict::Pass), _) => {
                "The backup is there, fresh and whole. Its content was not compared."
            }
            (Some(Verdict::Fail), Some(true)) => {
                "The job said success. The backup does not hold what it should."
            }
            (Some(Verdict::Fail), Some(false)) => {
                "The job said that it failed, and so duly found it."
            }
            (Some(Verdict::Fail), None) => "The backup does not hold what it should.",
            (Some(Verdict::Review), _) => "A person must look at this backup.",
            (Some(Verdict::Unknown), _) => "duly could not find out whether this backup holds.",
            (Some(Verdict::NotApplicable), _) => "There was nothing here to verify.",
        }
    }

    fn state(&self) -> State {
        match self.verdict {
            Some(verdict) => State::of_verdict(verdict),
            None => State::new(Shape::Open, "running"),
        }
    }

    /// Whether content was compared with the source: whether level 2 was reached.
    fn was_compared(&self) -> bool {
        let reached = |rung: &Rung| rung.level == 2 && rung.state != RungState::NotReached;
        self.ladder.iter().any(reached)
    }

    /// Whether nobody but the provider vouches for the seed.
    fn seed_is_provider_only(&self) -> bool {
        self.seed.as_ref().is_some_and(|seed| !seed.cosigned)
    }
}

impl ReadBack {
    /// `300 of 17,059 files, 61 MB, in 1.3 s`.
    fn words(&self) -> String {
        if self.files_read == 0 {
            return "no content: this test looks at names, sizes and history".to_owned();
        }
        let took = self
            .took
            .map(|took| format!(", in {}", size::time_spent(took)))
            .unwrap_or_default();
        format!(
            "{} of {}, {}{took}",
            grouped(self.files_read),
            counted(self.files_total, "file", "files"),
            size::bytes(self.bytes)
        )
    }
}

impl Rung {
    /// What the level asks, in one word.
    fn name(&self) -> &'static str {
        match self.level {
            0 => "claimed",
            1 => "present",
            2 => "equal",
            3 => "readable",
            4 => "opens",
            5 => "runs",
            _ => "unknown level",
        }
    }

    fn class(&self) -> &'static str {
        match self.state {
            RungState::Held => "held",
            RungState::Broken => "broken",
            RungState::Unsure => "unsure",
            RungState::NotReached => "not-reached",
        }
    }

    fn shown_state(&self) -> State {
        match self.state {
            RungState::Held => State::new(Shape::Pass, "held"),
            RungState::Broken => State::new(Shape::Fail, "did not hold"),
            RungState::Unsure => State::new(Shape::Unknown, "cannot tell"),
            RungState::NotReached => State::new(Shape::Nothing, "not reached"),
        }
    }
}

impl Compared {
    fn state(&self) -> State {
        State {
            word: self.finding.clone(),
            ..State::of_verdict(self.verdict)
        }
    }

    fn read_words(&self) -> String {
        self.read_bytes
            .map_or_else(|| "not read".to_owned(), size::bytes)
    }
}
