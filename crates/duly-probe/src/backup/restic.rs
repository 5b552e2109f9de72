//! The reader for restic repositories: level 1 first, then the comparison and the reading back.
//!
//! A repository that looks damaged is read a second time, from a new listing, before anything is
//! reported: a `prune` running at the same moment takes away what the first index named.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use duly_core::backup::choose::{self, Choice, HostRule};
use duly_core::backup::facts::{Done, Failure, name};
use duly_core::backup::judge::PAST_COUNT_MAX;
use duly_core::backup::known::{Held, SnapshotSeen};
use duly_core::backup::manifest::root_to_text;
use duly_core::backup::path::SourcePath;
use duly_core::backup::request::{BackupRequest, Depth};
use duly_core::observation::{Observation, Value};
use duly_proof::hash::hash_parts;
use rustic_core::repofile::Node;
use rustic_core::{Id, TreeId};

use super::AnswerError;
use super::report::{NAMED_MAX, Report};
use crate::restic::tree::{Located, PAST_FOLDERS_MAX, Totals, count, locate};
use crate::restic::{Indexed, Opened, Snapshots};

mod canary;
mod content;
mod source;

use source::Source;

/// How often a repository that looks damaged is read.
const ATTEMPTS_MAX: u64 = 2;

const REPOSITORY: &str = "repository";

/// Observes the repository of a request.
pub(super) fn observe(request: &BackupRequest) -> Result<Vec<Observation>, AnswerError> {
    let mut attempt = 1;
    loop {
        let attempted = catch_unwind(AssertUnwindSafe(|| read(request, attempt)));
        let last = attempt == ATTEMPTS_MAX;
        match attempted {
            Ok(report) if last || !report.suspicious => return Ok(report.into_observations()),
            Err(panic) if last => return Err(AnswerError::Crashed(words(panic.as_ref()))),
            Ok(_) | Err(_) => attempt += 1,
        }
    }
}

fn words(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
    text.unwrap_or_else(|| "without a word".to_owned())
}

fn read(request: &BackupRequest, attempt: u64) -> Report {
    let mut report = Report::new(request.now);
    let mut done = Done {
        attempts: attempt,
        ..Done::default()
    };
    match read_into(request, &mut report, &mut done) {
        Ok(()) => {}
        Err(failure) => report.failure(REPOSITORY, name::REPOSITORY_ID, &failure),
    }
    report.fields(REPOSITORY, name::DONE, &done);
    report
}

fn read_into(request: &BackupRequest, report: &mut Report, done: &mut Done) -> Result<(), Failure> {
    let opened = Opened::new(request)?;
    let snapshots = opened.snapshots(&request.known, request.now)?;
    let packs = opened.packs()?;
    report.text(REPOSITORY, name::REPOSITORY_ID, opened.id());
    history(request, &snapshots, report);
    for (id, why) in packs.index_unreadable.iter().take(NAMED_MAX) {
        report.unreadable(&format!("index:{id}"), name::INDEX_FILE, why);
    }
    report.number(REPOSITORY, name::PACKS_INDEXED, packs.indexed);
    report.damaged_list(REPOSITORY, name::PACKS_MISSING, &packs.missing);
    report.damaged_list(REPOSITORY, name::PACKS_DAMAGED, &packs.damaged);

    let source = Source::open(request);
    source.report(report);
    let choices = choices(request, &source, &snapshots, report);
    if !packs.index_unreadable.is_empty() {
        return Ok(());
    }
    let repository = match opened.index() {
        Ok(repository) => repository,
        Err(failure) => {
            report.unreadable("index:all", name::INDEX_FILE, &failure.message);
            return Ok(());
        }
    };
    let mut totals = Totals::new();
    let roots = locate_roots(&repository, &choices, &snapshots, report);
    let held = match (request.depth, &source) {
        (Depth::Look, _) => BTreeMap::new(),
        (Depth::Read, Source::Given(given)) => content::compare(
            request,
            given,
            &repository,
            &roots,
            &mut totals,
            report,
            done,
        ),
        (Depth::Read, Source::None | Source::Unusable(_)) => {
            canary::read_others(request, &BTreeSet::new(), &repository, &roots, report, done);
            BTreeMap::new()
        }
    };
    shape(&repository, &roots, &held, &snapshots, &mut totals, report);
    Ok(())
}

/// What is there, beside what was there.
fn history(request: &BackupRequest, snapshots: &Snapshots, report: &mut Report) {
    let ids = snapshots.ids();
    report.number(REPOSITORY, name::SNAPSHOTS_COUNT, ids.len() as u64);
    let parts: Vec<&[u8]> = ids.iter().map(String::as_bytes).collect();
    report.text(
        REPOSITORY,
        name::SNAPSHOTS_DIGEST,
        hash_parts(&parts).to_hex(),
    );
    let gone = request.known.vanished(&ids);
    // Of another repository at the same place everything is gone; its new id says so already.
    report.value(REPOSITORY, name::SNAPSHOTS_GONE, Value::List(gone));
    for (id, why) in snapshots.unreadable.iter().take(NAMED_MAX) {
        report.unreadable(&format!("snapshot:{id}"), name::SNAPSHOT_FILE, why);
    }
    let present: BTreeSet<&String> = request.known.present().map(|(id, _)| id).collect();
    for (id, seen) in snapshots
        .read
        .iter()
        .filter(|(id, _)| !present.contains(id))
    {
        report.fields(&format!("snapshot:{id}"), name::SNAPSHOT_SEEN, seen);
    }
}

fn choices(
    request: &BackupRequest,
    source: &Source,
    snapshots: &Snapshots,
    report: &mut Report,
) -> Vec<Choice> {
    let roots = source.roots(request);
    let host = choose::host_rule(
        request.host.as_deref(),
        source.host(),
        &roots,
        &snapshots.read,
    );
    if let HostRule::Ambiguous(hosts) = &host {
        report.value(
            REPOSITORY,
            name::HOSTS_AMBIGUOUS,
            Value::List(hosts.clone()),
        );
    }
    let choices = choose::choose(
        &roots,
        &snapshots.read,
        &host,
        &request.snapshots,
        request.now,
    );
    for choice in &choices {
        let subject = format!("root:{}", root_to_text(&choice.root));
        let value = choice.snapshot.clone().map_or(Value::Absent, Value::Text);
        report.value(&subject, name::ROOT_SNAPSHOT, value);
        if let Some(newer) = &choice.lost_by {
            report.text(&subject, name::ROOT_LOST_BY, newer);
        }
    }
    choices
}

/// A root as it lies in the snapshot that stands for it.
struct Root<'a> {
    path: SourcePath,
    snapshot: Option<&'a SnapshotSeen>,
    node: Option<Node>,
}

fn locate_roots<'a>(
    repository: &Indexed,
    choices: &[Choice],
    snapshots: &'a Snapshots,
    report: &mut Report,
) -> Vec<Root<'a>> {
    let mut roots = Vec::with_capacity(choices.len());
    for choice in choices {
        let snapshot = choice
            .snapshot
            .as_ref()
            .and_then(|id| snapshots.read.get(id));
        let node = snapshot.and_then(|snapshot| node_of(repository, snapshot, choice, report));
        roots.push(Root {
            path: choice.root.clone(),
            snapshot,
            node,
        });
    }
    roots
}

fn node_of(
    repository: &Indexed,
    snapshot: &SnapshotSeen,
    choice: &Choice,
    report: &mut Report,
) -> Option<Node> {
    match locate(
        repository,
        tree_id(snapshot)?,
        &snapshot.paths,
        &choice.root,
    ) {
        Located::There(node) => Some(*node),
        Located::Absent => None,
        Located::Unreadable(why) => {
            let subject = format!("folder:{}", choice.root);
            report.unreadable(&subject, name::FOLDER, &why);
            None
        }
    }
}

fn tree_id(snapshot: &SnapshotSeen) -> Option<TreeId> {
    snapshot.tree.parse::<Id>().ok().map(TreeId::from)
}

/// How much each root holds, now and before.
fn shape(
    repository: &Indexed,
    roots: &[Root<'_>],
    walked: &BTreeMap<SourcePath, Held>,
    snapshots: &Snapshots,
    totals: &mut Totals,
    report: &mut Report,
) {
    let mut budget = PAST_FOLDERS_MAX;
    for root in roots {
        let text = root_to_text(&root.path);
        let subject = format!("root:{text}");
        let mut unbounded = usize::MAX;
        let held = walked.get(&root.path).copied().or_else(|| {
            root.node
                .as_ref()
                .and_then(|node| count(repository, node, totals, &mut unbounded))
        });
        match held {
            Some(held) => report.fields(&subject, name::ROOT_HELD, &held),
            None if root.node.is_some() => {
                let why = "not every folder below it can be read";
                report.unreadable(&format!("folder:{text}"), name::FOLDER, why);
            }
            None => report.value(&subject, name::ROOT_HELD, Value::Absent),
        }
        let Some(snapshot) = root.snapshot else {
            continue;
        };
        let past = choose::past_of(snapshot, &root.path, &snapshots.read, PAST_COUNT_MAX);
        for (_, earlier) in past {
            let remembered = earlier.held.get(&text).copied();
            let held = remembered.or_else(|| {
                let tree = tree_id(earlier)?;
                match locate(repository, tree, &earlier.paths, &root.path) {
                    Located::There(node) => count(repository, &node, totals, &mut budget),
                    Located::Absent | Located::Unreadable(_) => None,
                }
            });
            if let Some(held) = held {
                report.fields(&subject, name::ROOT_PAST, &held);
            }
        }
    }
}
