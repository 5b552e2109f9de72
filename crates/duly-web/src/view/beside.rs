//! What stands beside a ticket's checklist: who does it, what was said, the files of the ticket as
//! a whole, the assets it lists, and which acts are offered to whoever reads it.

use duly_core::verdict::Verdict;
use jiff::Timestamp;

use crate::part::state::{Shape, State};
use crate::view::Named;
use crate::view::step::File;

/// See the module.
#[derive(Clone, Debug, Default)]
pub struct Beside {
    /// Who does it and why they, as a sentence; none once nothing is owed.
    pub doer: Option<String>,
    /// What was said when it was handed over last.
    pub handed_over: Option<Said>,
    /// How often it was handed over: what a hand-over names.
    pub handovers: u64,
    /// Who had it when the page was drawn.
    pub holder: String,
    /// Whom it can be handed to.
    pub staff: Vec<Named>,
    /// Comments, oldest first.
    pub comments: Vec<Said>,
    /// Why it is to be done again, while it is.
    pub rework: Option<Said>,
    /// Files of the ticket as a whole.
    pub files: Vec<File>,
    /// The assets it lists.
    pub rows: Vec<Row>,
    /// Where it is mirrored, for the provider's own people.
    pub mirrors: Vec<Mirror>,
    /// What is offered.
    pub offers: Offers,
}

/// A ticket's picture in somebody else's help desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mirror {
    /// Its number over there, once that is known.
    pub number: Option<String>,
    /// Where it can be read, if that is an address on the web.
    pub link: Option<String>,
    /// How it stands, in words.
    pub state: &'static str,
}

impl Beside {
    /// The files of the ticket as a whole.
    pub(crate) fn kept(&self) -> &[File] {
        &self.files
    }
}

/// Acts that are offered to whoever reads the page.
#[derive(Clone, Copy, Debug, Default)]
pub struct Offers {
    /// Recording, adding files, closing.
    pub work: bool,
    /// Commenting.
    pub comment: bool,
    /// Handing over.
    pub assign: bool,
    /// Having it done again.
    pub reopen: bool,
}

/// Something a person said.
#[derive(Clone, Debug)]
pub struct Said {
    /// Who.
    pub who: String,
    /// When.
    pub at: Timestamp,
    /// What.
    pub words: String,
    /// About which step, by its number.
    pub about: Option<String>,
}

/// An asset that a ticket lists.
#[derive(Clone, Debug)]
pub struct Row {
    /// Which.
    pub asset: Named,
    /// What was found; none while nobody looked.
    pub verdict: Option<Verdict>,
    /// What was written.
    pub note: String,
    /// Who looked, and when.
    pub by: Option<(String, Timestamp)>,
    /// What a change names.
    pub revision: u64,
}

impl Row {
    pub(crate) fn state(&self) -> State {
        match self.verdict {
            Some(verdict) => State::of_verdict(verdict),
            None => State::new(Shape::Open, "not looked at"),
        }
    }
}
