//! Level 2: do the bytes that came out of the repository equal the source's?

use std::collections::BTreeMap;

use super::{Case, Finding, counted, counted_in, names};
use crate::backup::code::{self, Code};
use crate::backup::facts::{BEYOND_MUST, Compared, FileRead, Stratum, word};
use crate::backup::request::Canary;
use crate::backup::weigh::{Excuse, Fault, Weighed};

/// Above this share of files gone with an excuse, a person is asked.
const WENT_SHARE_MAX: f64 = 0.5;

/// Below this share of files that can be compared, a person is asked.
const COMPARABLE_SHARE_MIN: f64 = 0.25;

pub(super) fn findings(case: &Case<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    match &case.facts.manifest {
        None if case.request.manifest.is_none() => {
            let message = "no manifest was given";
            findings.push(Finding::new(code::MANIFEST_MISSING, message));
        }
        None => {
            let message = "the reader did not get as far as comparing anything";
            findings.push(Finding::new(code::NOTHING_COMPARED, message));
        }
        Some(Err(failure)) => {
            let all = [
                code::MANIFEST_MISSING,
                code::MANIFEST_NOT_READABLE,
                code::MANIFEST_INVALID,
            ];
            let code = all
                .into_iter()
                .find(|code| code.code == failure.code)
                .unwrap_or(code::MANIFEST_NOT_READABLE);
            findings.push(Finding::new(code, failure.message.clone()));
        }
        Some(Ok(manifest)) => {
            let committed = case.request.manifest_root.as_ref();
            if let Some(committed) = committed.filter(|root| **root != manifest.root) {
                let message = format!(
                    "the manifest's root is {}, committed was {committed}",
                    manifest.root
                );
                findings.push(Finding::new(code::MANIFEST_ALTERED, message));
            }
            findings.extend(must(case));
            findings.extend(reads(case));
            findings.extend(weighed(case));
            findings.extend(how_much(case));
        }
    }
    // Last, because a manifest that is not there is the cause of a canary that nobody looked for.
    findings.extend(canaries(case));
    findings
}

/// Whether a file came back as it was expected to.
pub(super) fn differs(read: &FileRead) -> bool {
    match (&read.expected, &read.found) {
        (Some(expected), Some(found)) => expected != found,
        _ => false,
    }
}

/// Whether it was compared at all: its content had to be equal, and both sides are known.
pub(super) fn compared(read: &FileRead) -> bool {
    read.weighed == word(Weighed::Comparable) && read.expected.is_some() && read.found.is_some()
}

fn canaries(case: &Case<'_>) -> Vec<Finding> {
    let reads: BTreeMap<&str, &FileRead> = case
        .facts
        .reads
        .iter()
        .map(|(path, read)| (path.as_str(), read))
        .collect();
    let mut findings = Vec::new();
    for canary in &case.request.canaries {
        let read = reads
            .get(canary.path.as_str())
            .filter(|read| read.strata.contains(&Stratum::Canary));
        findings.extend(canary_finding(canary, read.copied()));
    }
    findings
}

fn canary_finding(canary: &Canary, read: Option<&FileRead>) -> Option<Finding> {
    let path = &canary.path;
    let hidden = word(Weighed::Faulty(Fault::Unreadable));
    let Some(read) = read.filter(|read| read.weighed != hidden) else {
        let message = format!("the planted file {path} could not be looked for");
        return Some(Finding::new(code::CANARY_NOT_READ, message));
    };
    if let Some(why) = &read.unreadable {
        let message = format!("the planted file {path} cannot be read out: {why}");
        return Some(Finding::new(code::FILE_UNREADABLE, message));
    }
    let Some(found) = &read.found else {
        let message = format!("the planted file {path} is not in the snapshot");
        return Some(Finding::new(code::CANARY_MISSING, message));
    };
    if *found != canary.sha256 || read.bytes != canary.size {
        let message = format!("the planted file {path} came back with other content");
        return Some(Finding::new(code::CANARY_DIFFERS, message));
    }
    let at_source = read
        .expected
        .as_ref()
        .filter(|expected| **expected != canary.sha256);
    at_source.map(|_| {
        let message = format!("the manifest shows the planted file {path} with other content");
        Finding::new(code::CANARY_CHANGED_AT_SOURCE, message)
    })
}

fn must(case: &Case<'_>) -> Vec<Finding> {
    let mut missing = Vec::new();
    let mut not_compared = Vec::new();
    for (path, read) in &case.facts.reads {
        if !read.strata.contains(&Stratum::Must) || compared(read) || read.unreadable.is_some() {
            continue;
        }
        let went = read.found.is_none() && read.weighed != word(Weighed::Excused(Excuse::Volatile));
        let hidden = word(Weighed::Faulty(Fault::Unreadable));
        let unread = read.weighed == BEYOND_MUST || read.weighed == hidden;
        let came_later = read.weighed == word(Weighed::Excused(Excuse::CameAfterSnapshot));
        if went && !came_later && !unread {
            missing.push(path.as_str());
        } else {
            not_compared.push(format!("{path} ({})", read.weighed));
        }
    }
    for path in &case.request.must {
        let inside = |read: &str| {
            read.strip_prefix(path.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || path.ends_with('/'))
        };
        if !case.facts.reads.iter().any(|(read, _)| inside(read)) {
            not_compared.push(format!("{path} (in neither manifest nor snapshot)"));
        }
    }
    let mut findings = Vec::new();
    if !missing.is_empty() {
        let message = format!("not in the snapshot: {}", names(&missing));
        findings.push(Finding::new(code::MUST_MISSING, message));
    }
    if !not_compared.is_empty() {
        let message = format!("could not be compared: {}", names(&not_compared));
        findings.push(Finding::new(code::MUST_NOT_COMPARED, message));
    }
    findings
}

fn reads(case: &Case<'_>) -> Vec<Finding> {
    let not_canary = |read: &FileRead| !read.strata.contains(&Stratum::Canary);
    let mut different = Vec::new();
    let mut unreadable = Vec::new();
    for (path, read) in case.facts.reads.iter().filter(|(_, read)| not_canary(read)) {
        if let Some(why) = &read.unreadable {
            unreadable.push(format!("{path} ({why})"));
        } else if differs(read) {
            different.push(path.as_str());
        }
    }
    let mut findings = Vec::new();
    if !different.is_empty() {
        let message = format!(
            "{} came back with other content: {}",
            counted_in(&different, "file"),
            names(&different)
        );
        findings.push(Finding::new(code::CONTENT_DIFFERS, message));
    }
    if !unreadable.is_empty() {
        let message = format!(
            "{} could not be read out: {}",
            counted_in(&unreadable, "file"),
            names(&unreadable)
        );
        findings.push(Finding::new(code::FILE_UNREADABLE, message));
    }
    findings
}

/// Faults that show from names, sizes and times, over all files and not only the drawn.
fn weighed(case: &Case<'_>) -> Vec<Finding> {
    let Some(counts) = &case.facts.compared else {
        return Vec::new();
    };
    let codes: [(Code, &str); 5] = [
        (
            code::FILE_MISSING,
            "in the manifest and not in the snapshot",
        ),
        (code::LEFT_OUT_AS_CACHE, "left out as a cache"),
        (
            code::FILE_ALTERED,
            "with another size or time than in the manifest",
        ),
        (code::REPLACED_BY_LINK, "replaced by a link"),
        (code::FOLDER_MISSING_UNCLEAR, "in a folder that is missing"),
    ];
    let mut findings = Vec::new();
    for (code, what) in codes {
        let count = counts.by_word.get(code.code).copied().unwrap_or(0);
        if count == 0 {
            continue;
        }
        let examples: Vec<&str> = case
            .facts
            .weighed
            .iter()
            .filter(|(_, word)| word == code.code)
            .map(|(path, _)| path.as_str())
            .take(super::NAMES_SHOWN)
            .collect();
        let all = examples.len() as u64 == count;
        let message = format!(
            "{} {what}{} {}",
            counted(count, "file"),
            if all { ":" } else { ", such as" },
            examples.join(", ")
        );
        findings.push(Finding::new(code, message));
    }
    findings
}

fn how_much(case: &Case<'_>) -> Option<Finding> {
    let counts = case.facts.compared.as_ref()?;
    let compared = case
        .facts
        .reads
        .iter()
        .filter(|(_, read)| compared(read))
        .count();
    if compared == 0 {
        let message = "no file could be compared with the manifest: nothing was verified";
        return Some(Finding::new(code::NOTHING_COMPARED, message));
    }
    let all: u64 = counts.by_word.values().sum();
    let of_all = |word: &str| share(counts, word, all);
    let went = of_all(word(Weighed::Excused(Excuse::WentAfterManifest)));
    if went > WENT_SHARE_MAX {
        let message = format!(
            "{:.0} % of the manifest's files went from the source before this backup",
            went * 100.0
        );
        return Some(Finding::new(code::MANY_FILES_WENT, message));
    }
    let comparable = of_all(word(Weighed::Comparable));
    (comparable < COMPARABLE_SHARE_MIN).then(|| {
        let message = format!(
            "only {:.0} % of the manifest's files could be compared; take the manifest nearer to \
             the backup",
            comparable * 100.0
        );
        Finding::new(code::LITTLE_COMPARED, message)
    })
}

fn share(counts: &Compared, word: &str, all: u64) -> f64 {
    counts.by_word.get(word).copied().unwrap_or(0) as f64 / all.max(1) as f64
}
