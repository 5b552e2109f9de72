//! The starter catalogue: the processes that ship with the program, as the files that a new user
//! gets and may change. Embedded, so that the program needs no directory of its own.

use duly_core::process::Process;

use crate::refusal::Refusal;

/// A process file that ships with the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shipped {
    /// The process it declares, `backup.restore-test`; with `.yaml` also the name of its file.
    pub name: &'static str,
    /// The file, as it lies in `processes/`.
    pub text: &'static str,
}

macro_rules! shipped {
    ($($name:literal),+ $(,)?) => {
        &[$(Shipped {
            name: $name,
            text: include_str!(concat!("../../../processes/", $name, ".yaml")),
        }),+]
    };
}

const CATALOGUE: &[Shipped] = shipped![
    "acct.review",
    "av.coverage",
    "av.functional",
    "backup.jobs",
    "backup.offsite",
    "backup.restore-test",
    "backup.scope",
    "bc.exercise",
    "comms.certs-vpn",
    "comms.mail",
    "fw.firmware",
    "fw.review",
    "fw.subscriptions",
    "gov.oversight",
    "patch.critical",
];

/// Every process file that ships, by name.
#[must_use]
pub fn catalogue() -> &'static [Shipped] {
    CATALOGUE
}

impl Shipped {
    /// The process it declares.
    ///
    /// # Errors
    /// As for [`crate::load`]; a test holds that there are none.
    pub fn process(&self) -> Result<Process, Vec<Refusal>> {
        crate::load(self.text.as_bytes(), &format!("{}.yaml", self.name))
    }
}
