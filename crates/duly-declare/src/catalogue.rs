//! The starter catalogue: the processes that ship with the program, as the files that a new user
//! gets and may change. Embedded, so that the program needs no directory of its own.

use std::sync::LazyLock;

use duly_core::process::Process;

macro_rules! shipped {
    ($($name:literal),+ $(,)?) => {
        [$(($name, include_str!(concat!("../../../processes/", $name, ".yaml")))),+]
    };
}

/// Name and file of each process, by name.
const CATALOGUE: [(&str, &str); 15] = shipped![
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

/// Compiled once; a test holds that none is lost here.
static COMPILED: LazyLock<Vec<Process>> = LazyLock::new(|| {
    let compile = |(name, text): (&str, &str)| crate::load(text.as_bytes(), name).ok();
    CATALOGUE.into_iter().filter_map(compile).collect()
});

/// Every process that ships, by name.
#[must_use]
pub fn catalogue() -> &'static [Process] {
    &COMPILED
}

/// The file of a process that ships, as it lies in `processes/`.
#[must_use]
pub fn catalogue_text(name: &str) -> Option<&'static str> {
    let found = CATALOGUE.into_iter().find(|(shipped, _)| *shipped == name);
    found.map(|(_, text)| text)
}
