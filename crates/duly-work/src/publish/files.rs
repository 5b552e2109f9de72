//! Files beside pages: which declared version is new, and which would go back behind what was
//! published. Neither ever overwrites the other.

use duly_core::process::Process;
use duly_core::schedule::duties::Published;
use duly_store::Origin;
use jiff::civil::Date;

use crate::declaration::DeclaredClient;
use crate::error::WorkError;

/// Whether a declared version is to be published. A page and a file never overwrite each other: the
/// later `effective` holds, and a file that changed without a later one is refused.
pub(super) fn is_new(
    process: &Process,
    declared: &DeclaredClient,
    published: &Published,
    on_pages: &[Origin],
    today: Date,
) -> Result<bool, WorkError> {
    let mut versions = published.processes.iter().map(|version| &version.process);
    if versions.clone().any(|known| known == process) {
        return Ok(false);
    }
    let same = |known: &&Process| known.process == process.process;
    let newest_file = declared.processes.iter().filter(same);
    let newest_file = newest_file.map(|file| file.effective).max();
    // A file that says what somebody wrote on a page is not another one, whatever a client has
    // otherwise.
    let says_so = |origin: &Origin| {
        let text = duly_declare::load(origin.text.as_bytes(), "published");
        text.is_ok_and(|written| written == *process)
    };
    if on_pages.iter().any(says_so) {
        return Ok(false);
    }
    let own = |origin: &&Origin| origin.process == process.process;
    let page = on_pages.iter().filter(own).map(|origin| &origin.version);
    if let Some(page) = page.max().filter(|page| process.version() <= **page) {
        // Older files of a process stay where they are; only the newest one speaks.
        if newest_file.is_some_and(|newest| newest > process.effective) {
            return Ok(false);
        }
        return Err(WorkError::FileBehindPage {
            process: process.process.to_string(),
            file: process.version(),
            page: page.clone(),
        });
    }
    let same_version = |known: &Process| known.effective == process.effective;
    if versions
        .clone()
        .any(|known| same(&known) && !same_version(known))
        && !versions.any(|known| same(&known) && same_version(known))
        && process.effective < today
    {
        return Err(WorkError::FileInThePast {
            process: process.process.to_string(),
            file: process.version(),
            today: today.to_string(),
        });
    }
    Ok(true)
}
