//! Level 1, before anything was seen: did the reader come to its end, and did the repository
//! open?

use super::{Case, Finding, counted_in, names};
use crate::backup::code::{self, Code};
use crate::backup::facts::Failure;
use crate::observation::Ended;

pub(super) fn findings(case: &Case<'_>, ended: &Ended) -> Vec<Finding> {
    let mut findings = Vec::new();
    match &case.facts.repository {
        Some(Err(failure)) => findings.push(not_opened(failure)),
        Some(Ok(id)) => {
            if let Some(known) = case
                .request
                .known
                .repository
                .as_ref()
                .filter(|known| *known != id)
            {
                let message = format!("the repository is {id}; the one known here is {known}");
                findings.push(Finding::new(code::REPOSITORY_REPLACED, message));
            }
        }
        None => {}
    }
    match ended_badly(ended) {
        Some(finding) => findings.push(finding),
        None if findings.is_empty() && case.facts.done.is_none() => findings.push(Finding::new(
            code::NOTHING_READ,
            "the reader ended without saying that it had read everything it was asked to",
        )),
        None => {}
    }
    findings.extend(damage(case));
    findings
}

fn not_opened(failure: &Failure) -> Finding {
    let all = [
        code::REPOSITORY_MISSING,
        code::REPOSITORY_NOT_READABLE,
        code::PASSWORD_REFUSED,
        code::KEYS_MISSING,
    ];
    let code = all
        .into_iter()
        .find(|code| code.code == failure.code)
        .unwrap_or(code::REPOSITORY_DAMAGED);
    Finding::new(code, failure.message.clone())
}

fn ended_badly(ended: &Ended) -> Option<Finding> {
    let crashed = |how: String| {
        let message = format!("the reader {how}; on a damaged repository readers do");
        Finding::new(code::READER_CRASHED, message)
    };
    match ended {
        Ended::Well => None,
        Ended::Status(status) => Some(crashed(format!("ended with status {status}"))),
        Ended::Signal(signal) => Some(crashed(format!("was ended by signal {signal}"))),
        Ended::TooSlow => {
            let message = "the repository could not be read in the time allowed";
            Some(Finding::new(code::TOO_SLOW, message))
        }
        Ended::TooMuchOutput => {
            let message = "the reader printed more than it may";
            Some(Finding::new(code::READER_TOO_GREEDY, message))
        }
        Ended::TooGreedy => {
            let message = "the reader took more memory or processes than it may";
            Some(Finding::new(code::READER_TOO_GREEDY, message))
        }
        Ended::NotStarted(why) => Some(Finding::new(
            code::READER_NOT_STARTED,
            format!("the reader could not be started: {why}"),
        )),
    }
}

/// Damage that shows without reading any content.
fn damage(case: &Case<'_>) -> Vec<Finding> {
    let facts = case.facts;
    let mut findings = Vec::new();
    let mut unreadable = |code: Code, what: &str, list: &[(String, String)]| {
        let Some((_, why)) = list.first() else { return };
        let ids: Vec<&str> = list.iter().map(|(id, _)| id.as_str()).collect();
        let message = format!(
            "{} not readable: {} ({why})",
            counted_in(list, what),
            names(&ids)
        );
        findings.push(Finding::new(code, message));
    };
    unreadable(
        code::SNAPSHOT_UNREADABLE,
        "snapshot file",
        &facts.snapshots_unreadable,
    );
    unreadable(
        code::INDEX_UNREADABLE,
        "index file",
        &facts.index_unreadable,
    );
    unreadable(code::FOLDER_UNREADABLE, "folder", &facts.folders_unreadable);
    let mut packs = |code: Code, what: &str, list: &[String]| {
        if !list.is_empty() {
            let message = format!("{} {what}: {}", counted_in(list, "pack"), names(list));
            findings.push(Finding::new(code, message));
        }
    };
    packs(
        code::PACK_MISSING,
        "named by the index and not there",
        &facts.packs_missing,
    );
    packs(
        code::PACK_DAMAGED,
        "not as long as the index says",
        &facts.packs_damaged,
    );
    findings
}
