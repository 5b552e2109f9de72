//! Planted files that the comparison did not meet: looked for by themselves, since they are judged
//! with or without a manifest.

use std::collections::BTreeSet;

use duly_core::backup::facts::{Done, NOT_IN_MANIFEST, NOT_IN_SNAPSHOT, Stratum, word};
use duly_core::backup::manifest::root_from_text;
use duly_core::backup::path::SourcePath;
use duly_core::backup::request::BackupRequest;
use duly_core::backup::weigh::{Fault, Weighed};

use super::Root;
use super::content::{PickedFile, read_one};
use crate::backup::report::Report;
use crate::restic::Indexed;
use crate::restic::tree::{Located, below};

/// Reads and reports every planted file but those already `met`.
pub(super) fn read_others(
    request: &BackupRequest,
    met: &BTreeSet<SourcePath>,
    repository: &Indexed,
    roots: &[Root<'_>],
    report: &mut Report,
    done: &mut Done,
) {
    if roots.is_empty() {
        // Nobody said where to look.
        return;
    }
    let planted = request
        .canaries
        .iter()
        .filter_map(|canary| root_from_text(&canary.path));
    for path in planted.filter(|path| !met.contains(path)) {
        let mut file = PickedFile {
            path: path.clone(),
            strata: vec![Stratum::Canary],
            weighed: NOT_IN_SNAPSHOT,
            manifest: None,
            content: None,
        };
        match find(repository, roots, &path) {
            Located::There(node) if node.is_file() => {
                file.weighed = NOT_IN_MANIFEST;
                file.content = Some((node.meta.size, node.content.unwrap_or_default()));
            }
            Located::There(_) | Located::Absent => {}
            Located::Unreadable(_) => file.weighed = word(Weighed::Faulty(Fault::Unreadable)),
        }
        read_one(repository, &file, report, done);
    }
}

fn find(repository: &Indexed, roots: &[Root<'_>], path: &SourcePath) -> Located {
    for root in roots {
        if let (Some(node), Some(rest)) = (&root.node, path.below(&root.path)) {
            let names: Vec<&[u8]> = rest
                .split(|byte| *byte == b'/')
                .filter(|name| !name.is_empty())
                .collect();
            return below(repository, node.clone(), &names);
        }
    }
    Located::Absent
}
