//! What was looked at and what was not, and what the draw proves.

use serde_json::{Map, Value, json};

use super::content::{compared, differs};
use super::{Case, hours};
use crate::backup::bound;
use crate::backup::facts::{FileRead, RootFacts, Stratum};
use crate::backup::request::Depth;

pub(super) fn coverage(case: &Case<'_>) -> Map<String, Value> {
    let request = case.request;
    let facts = case.facts;
    let mut coverage = Map::new();
    let mut put = |name: &str, value: Value| coverage.insert(name.to_owned(), value);
    put(
        "claim",
        json!(if request.claim.is_some() {
            "given"
        } else {
            "not given"
        }),
    );
    put(
        "history",
        json!(if request.known.is_empty() {
            "first look"
        } else {
            "compared"
        }),
    );
    put("snapshots", json!(facts.snapshots));
    put("snapshots_gone", json!(facts.gone.len()));
    put("packs_missing", json!(facts.packs_missing.len()));
    let chosen = case.chosen();
    put(
        "snapshots_compared",
        json!(chosen.keys().collect::<Vec<_>>()),
    );
    if let Some(oldest) = chosen.values().map(|snapshot| snapshot.time).min() {
        put("snapshot_time", json!(oldest));
        put("age_hours", json!(hours(oldest, request.now)));
    }
    put("roots", json!(facts.roots.keys().collect::<Vec<_>>()));
    put(
        "files_in_snapshot",
        json!(facts.roots.values().map(RootFacts::files).sum::<u64>()),
    );
    put(
        "attempts",
        json!(facts.done.as_ref().map(|done| done.attempts)),
    );
    put("left_aside", json!(facts.left_aside));
    put("not_covered", json!(not_covered(case)));
    if request.depth == Depth::Read {
        content(case, &mut coverage);
    }
    coverage
}

fn content(case: &Case<'_>, coverage: &mut Map<String, Value>) {
    let facts = case.facts;
    let mut put = |name: &str, value: Value| coverage.insert(name.to_owned(), value);
    let of = |stratum: Stratum| {
        let all = facts
            .reads
            .iter()
            .filter(|(_, read)| read.strata.contains(&stratum));
        (
            all.clone().count(),
            all.filter(|(_, read)| compared(read)).count(),
        )
    };
    let (must, must_compared) = of(Stratum::Must);
    put("must", json!(must));
    put("must_compared", json!(must_compared));
    put("canaries", json!(case.request.canaries.len()));
    put("seed", json!(case.request.draw.origin.word()));
    put("seed_value", json!(case.request.draw.seed));
    if let Some(drawn) = &facts.drawn {
        put("drawn", json!(drawn.drawn));
        put("drawn_compared", json!(drawn.compared));
        put("draw_digest", json!(drawn.digest));
    }
    if let Some(Ok(manifest)) = &facts.manifest {
        put("manifest_root", json!(manifest.root));
        put("manifest_files", json!(manifest.files));
        put("manifest_unreadable", json!(manifest.unreadable));
        put(
            "manifest_age_hours",
            json!(hours(manifest.started_at, case.request.now)),
        );
        put("manifest_brackets_the_backup", json!(manifest.bracketed));
    }
    if let Some(counts) = &facts.compared {
        put("files_by_name_size_and_time", json!(counts.by_word));
        put("files_not_in_manifest", json!(counts.not_in_manifest));
    }
    if let Some(done) = &facts.done {
        put("files_read", json!(done.files));
        put("bytes_read", json!(done.bytes));
    }
}

/// What nobody should believe was verified.
fn not_covered(case: &Case<'_>) -> Vec<&'static str> {
    let mut list = Vec::new();
    if case.request.claim.is_none() {
        list.push("L0: what the job claimed, no report was given");
    }
    if case.request.known.is_empty() {
        list.push("L1: lost snapshots, this is the first look");
    }
    if case.request.depth == Depth::Look {
        list.push("L2: whether the bytes equal the source's");
    } else {
        list.push("L2: losses rarer than the bound; files that changed since the manifest");
    }
    list.push("L3: whether every stored byte is readable, and its content plausible");
    list.push("L4: whether the data opens");
    list.push("L5: whether the application runs on it");
    list
}

/// The bound over the drawn files alone; the must list and the canaries are no random sample.
pub(super) fn bounds(case: &Case<'_>) -> Map<String, Value> {
    if case.request.depth == Depth::Look {
        return Map::new();
    }
    let drawn = |stratum: &[Stratum]| stratum.contains(&Stratum::Drawn);
    let reads = case
        .facts
        .reads
        .iter()
        .map(|(_, read)| read)
        .filter(|read| drawn(&read.strata));
    let bad = |read: &&FileRead| differs(read) || read.unreadable.is_some();
    let differing = reads.clone().filter(bad).count() as u64;
    let sound = reads.filter(|read| compared(read)).count() as u64;
    let population = case
        .facts
        .drawn
        .as_ref()
        .map_or(0, |drawn| drawn.population);
    bound::statement(population, sound.max(differing), differing)
}
