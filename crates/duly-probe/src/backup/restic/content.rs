//! Level 2: manifest and snapshot side by side, then the picked files read back.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use duly_core::backup::draw::digest;
use duly_core::backup::facts::{Done, Drawn, FileRead, ManifestFacts, Stratum, name, word};
use duly_core::backup::known::Held;
use duly_core::backup::path::SourcePath;
use duly_core::backup::request::BackupRequest;
use duly_core::backup::weigh::{Excuse, Moment, Weighed};
use rustic_core::DataId;

use super::source::Given;
use super::{Root, canary};
use crate::backup::compare::{Comparison, Picked};
use crate::backup::report::{NAMED_MAX, Report};
use crate::manifest::{ReadError, open};
use crate::restic::tree::{Totals, Walk};
use crate::restic::{Indexed, content};

pub(super) type PickedFile = Picked<Vec<DataId>>;

/// Compares and reads back; gives what each root was found to hold.
pub(super) fn compare(
    request: &BackupRequest,
    given: &Given,
    repository: &Indexed,
    roots: &[Root<'_>],
    totals: &mut Totals,
    report: &mut Report,
    done: &mut Done,
) -> BTreeMap<SourcePath, Held> {
    let mut comparison = Comparison::new(&given.wanted);
    let mut held = BTreeMap::new();
    if let Err(error) = walk(given, repository, roots, totals, &mut comparison, &mut held) {
        // It was whole a moment ago.
        report.unreadable(
            "manifest",
            name::MANIFEST,
            &format!("manifest-invalid: {error}"),
        );
        return held;
    }
    manifest_facts(given, roots, report);
    for (path, why) in comparison.folders_unreadable.iter().take(NAMED_MAX) {
        report.unreadable(&format!("folder:{path}"), name::FOLDER, why);
    }
    report.fields("manifest", name::COMPARED, &comparison.compared);
    for (path, word) in &comparison.examples {
        report.text(&format!("path:{path}"), name::FILE_WEIGHED, *word);
    }
    let comparable = word(Weighed::Comparable);
    let population = comparison
        .compared
        .by_word
        .get(comparable)
        .copied()
        .unwrap_or(0);
    let picked = std::mem::take(&mut comparison.picked);
    let met: BTreeSet<SourcePath> = picked
        .iter()
        .filter(|file| file.strata.contains(&Stratum::Canary))
        .map(|file| file.path.clone())
        .collect();
    read_back(request, given, repository, picked, population, report, done);
    canary::read_others(request, &met, repository, roots, report, done);
    held
}

fn walk(
    given: &Given,
    repository: &Indexed,
    roots: &[Root<'_>],
    totals: &mut Totals,
    comparison: &mut Comparison<'_, Vec<DataId>>,
    held: &mut BTreeMap<SourcePath, Held>,
) -> Result<(), ReadError> {
    let mut entries = open(Path::new(&given.path))?.peekable();
    for root in roots {
        let head = &given.summary.head;
        // Without a snapshot nothing was backed up at any time: everything is missing from it.
        let time = root
            .snapshot
            .map_or(jiff::Timestamp::MAX, |snapshot| snapshot.time);
        let moment = Moment::new(head, time);
        match &root.node {
            Some(node) => {
                let mut items = Walk::new(repository, root.path.clone(), node.clone(), totals);
                comparison.root(&root.path, &mut entries, &mut items, &moment)?;
                held.insert(root.path.clone(), items.held());
            }
            None => {
                let none = std::iter::empty();
                comparison.root(&root.path, &mut entries, none, &moment)?;
            }
        }
    }
    Ok(())
}

fn manifest_facts(given: &Given, roots: &[Root<'_>], report: &mut Report) {
    let summary = &given.summary;
    let mut times = roots
        .iter()
        .filter_map(|root| root.snapshot)
        .map(|snapshot| snapshot.time);
    let facts = ManifestFacts {
        root: summary.root.to_hex(),
        files: summary.counts.files,
        bytes: summary.counts.bytes,
        unreadable: summary.counts.unreadable,
        started_at: summary.head.started_at,
        bracketed: times.all(|time| Moment::new(&summary.head, time).bracketed),
    };
    report.fields("manifest", name::MANIFEST, &facts);
}

/// Reads the must list and the canaries, then the draw from the front until enough of it could be
/// compared.
fn read_back(
    request: &BackupRequest,
    given: &Given,
    repository: &Indexed,
    picked: Vec<PickedFile>,
    population: u64,
    report: &mut Report,
    done: &mut Done,
) {
    let only_drawn = |file: &PickedFile| file.strata == [Stratum::Drawn];
    let (drawn, always): (Vec<_>, Vec<_>) = picked.into_iter().partition(only_drawn);
    let mut compared_already: HashMap<SourcePath, bool> = HashMap::new();
    for file in &always {
        let compared = read_one(repository, file, report, done);
        compared_already.insert(file.path.clone(), compared);
    }
    let mut drawn: HashMap<SourcePath, PickedFile> = drawn
        .into_iter()
        .map(|file| (file.path.clone(), file))
        .collect();
    let mut compared = 0;
    let mut gone_through = 0;
    for path in &given.order {
        if compared >= u64::from(request.sample) {
            break;
        }
        gone_through += 1;
        let equal_or_not = match drawn.remove(path) {
            Some(file) => read_one(repository, &file, report, done),
            None => compared_already.get(path).copied().unwrap_or(false),
        };
        compared += u64::from(equal_or_not);
    }
    let order = given.order.iter().take(gone_through);
    let facts = Drawn {
        drawn: gone_through as u64,
        compared,
        population,
        digest: digest(order).to_hex(),
    };
    report.fields("manifest", name::DRAW, &facts);
}

/// Reads one file back and reports it; true when its content was compared.
pub(super) fn read_one(
    repository: &Indexed,
    file: &PickedFile,
    report: &mut Report,
    done: &mut Done,
) -> bool {
    let comparable = file.weighed == word(Weighed::Comparable);
    let grew = file.weighed == word(Weighed::Excused(Excuse::GrewWhileRead));
    let canary = file.strata.contains(&Stratum::Canary);
    let manifest = file.manifest.as_ref();
    let mut read = FileRead {
        strata: file.strata.clone(),
        weighed: file.weighed.to_owned(),
        expected: manifest
            .filter(|manifest| (comparable || grew || canary) && !manifest.volatile)
            .map(|manifest| manifest.sha256.clone()),
        found: None,
        unreadable: None,
        bytes: 0,
    };
    if let Some((size, pieces)) = &file.content {
        let beginning = manifest.filter(|_| grew).map(|manifest| manifest.size);
        match content::read(repository, pieces, beginning) {
            Ok(content) if content.bytes != *size => {
                read.unreadable = Some(format!(
                    "{} bytes came out of {size} recorded",
                    content.bytes
                ));
            }
            Ok(content) => {
                read.found = Some(content.beginning.unwrap_or(content.sha256).to_hex());
                read.bytes = content.bytes;
            }
            Err(why) => read.unreadable = Some(why),
        }
        done.files += 1;
        done.bytes += read.bytes;
    }
    report.suspicious |= read.unreadable.is_some();
    report.fields(&format!("path:{}", file.path), name::FILE_READ, &read);
    comparable && read.found.is_some()
}
