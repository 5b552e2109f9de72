//! `GET /clients/{client}/verifications/{run}`.

use axum::extract::Path;
use base64ct::{Base64, Encoding};
use duly_core::backup::facts::{Facts, FileRead, Stratum};
use duly_core::id::RunId;
use duly_core::observation::Observation;
use duly_core::verdict::{Judgement, Verdict};
use duly_proof::hash::Hash;
use duly_store::{ClientRow, Page, Run, SeenSnapshot, Store, Ticket};
use jiff::Timestamp;

use crate::page::names::Names;
use crate::page::ticket::place;
use crate::page::visit::{Visit, named};
use crate::page::{Shown, judged, shown};
use crate::problem::{self, Problem};
use crate::view::Named;
use crate::view::frame::Section;
use crate::view::verification::{COMPARED_SHOWN_MAX, Compared, Fact, ReadBack, Seed, Verification};

/// Pages of observations read for one run; the store keeps at most 10,000, 500 a page.
const OBSERVATION_PAGES_MAX: usize = 20;

/// Files that had to be there and are equal, shown beside those that differ.
const EQUAL_SHOWN_MAX: usize = 10;

/// Shows it.
pub(crate) async fn show(visit: Visit, Path((client, run)): Path<(String, String)>) -> Shown {
    let client = visit.client(&client)?;
    let store = visit.store();
    let id = &client.scope.id;
    let run = store
        .run(id, &RunId::from(run))
        .await?
        .ok_or_else(problem::not_found)?;
    let (ticket, steps) = store
        .ticket(id, &run.ticket)
        .await?
        .ok_or_else(problem::not_found)?;
    let step = steps.into_iter().find(|step| step.id == run.step);
    let facts = Facts::gather(&observations(store, &run).await?);
    let mut names = Names::new(store);
    let asset = match names.asset_of(&ticket).await? {
        Some(asset) => asset,
        None => Named::new("-", "the client as a whole"),
    };
    let entries = [Some(run.start_index), run.result_index]
        .into_iter()
        .flatten()
        .collect();
    let judgement = run.judgement.as_ref();
    let (compared, compared_hidden) = compared(&facts);
    shown(&Verification {
        frame: visit.frame_of(client, Section::Verifications),
        run: run.id.to_string(),
        title: step.map_or_else(|| run.step.to_string(), |step| step.instruction),
        client: named(client),
        asset,
        ticket: Some(ticket.id.to_string()),
        started_at: run.started_at,
        ended_at: run.ended_at,
        claim: judgement
            .and_then(|judged| judged::claim(judged, run.ended_at.unwrap_or(run.started_at))),
        verdict: judgement.map(|judged| judged.verdict),
        finding: judgement.map_or_else(|| "No result yet.".to_owned(), judged::message),
        reasons: sentences(judgement),
        read: match judgement {
            Some(judgement) => read_back(store, client, &ticket, &run, judgement, &facts).await?,
            None => None,
        },
        facts: judgement.map_or_else(Vec::new, further),
        ladder: judged::ladder(judgement),
        compared,
        compared_hidden,
        seed: judgement.and_then(|judgement| seed(&run, judgement)),
        place: place(&visit, client, entries).await?,
    })
}

async fn observations(store: &Store, run: &Run) -> Result<Vec<Observation>, Problem> {
    let mut all = Vec::new();
    let mut page = Page::widest();
    for _ in 0..OBSERVATION_PAGES_MAX {
        let listed = store.observations(&run.client, &run.id, &page).await?;
        all.extend(listed.rows);
        match listed.next {
            Some(next) => page = page.after(&next),
            None => break,
        }
    }
    Ok(all)
}

fn sentences(judgement: Option<&Judgement>) -> Vec<duly_core::verdict::Reason> {
    let mut reasons = judgement.map_or_else(Vec::new, |judgement| judgement.reasons.clone());
    for reason in &mut reasons {
        reason.message = judged::as_sentence(&reason.message);
    }
    reasons
}

/// What was read back; none when it did not come to a snapshot.
async fn read_back(
    store: &Store,
    client: &ClientRow,
    ticket: &Ticket,
    run: &Run,
    judgement: &Judgement,
    facts: &Facts,
) -> Result<Option<ReadBack>, Problem> {
    let snapshots = judgement
        .coverage
        .get("snapshots_compared")
        .and_then(|ids| ids.as_array());
    let Some(snapshot) = snapshots
        .and_then(|ids| ids.first())
        .and_then(|id| id.as_str())
    else {
        return Ok(None);
    };
    let seen = match &ticket.asset {
        Some(asset) => {
            store
                .snapshots_seen(&client.scope.id, asset, &Page::widest())
                .await?
                .rows
        }
        None => Vec::new(),
    };
    let first_seen = |row: &&SeenSnapshot| row.snapshot.id == snapshot;
    let done = facts.done.clone().unwrap_or_default();
    Ok(Some(ReadBack {
        snapshot: snapshot.get(..8).unwrap_or(snapshot).to_owned(),
        taken_at: judged::text(judgement, "snapshot_time")
            .and_then(|time| time.parse::<Timestamp>().ok()),
        first_seen_at: seen.iter().find(first_seen).map(|row| row.first_seen_at),
        files_read: done.files,
        files_total: judged::counted(judgement, "manifest_files")
            .or_else(|| judged::counted(judgement, "files_in_snapshot"))
            .unwrap_or(0),
        bytes: done.bytes,
        took: run
            .ended_at
            .map(|ended| ended.duration_since(run.started_at))
            .filter(|took| took.is_positive()),
        proves: judged::statement(judgement).map(str::to_owned),
    }))
}

/// Further measured facts, from the coverage.
fn further(judgement: &Judgement) -> Vec<Fact> {
    let fact = |label: &str, value: String| Fact {
        label: label.to_owned(),
        value,
    };
    let mut facts = Vec::new();
    if let Some(root) = judged::text(judgement, "manifest_root") {
        let age = judgement
            .coverage
            .get("manifest_age_hours")
            .and_then(|age| age.as_f64());
        let age = age
            .map(|hours| format!(", taken {hours} h before"))
            .unwrap_or_default();
        let short = root.get(..12).unwrap_or(root);
        facts.push(fact(
            "compared with",
            format!("the source’s own picture {short}…{age}"),
        ));
    }
    if let Some(roots) = judgement
        .coverage
        .get("roots")
        .and_then(|roots| roots.as_array())
    {
        let roots: Vec<&str> = roots.iter().filter_map(|root| root.as_str()).collect();
        if !roots.is_empty() {
            facts.push(fact("folders", roots.join(", ")));
        }
    }
    if let Some(history) = judged::text(judgement, "history") {
        let snapshots = judged::counted(judgement, "snapshots").unwrap_or(0);
        facts.push(fact("history", format!("{snapshots} snapshots, {history}")));
    }
    facts
}

/// The files of the page: those that differ, then those that had to be there; and how many more
/// differ.
fn compared(facts: &Facts) -> (Vec<Compared>, u64) {
    let mut wrong: Vec<Compared> = Vec::new();
    let mut equal = Vec::new();
    for (path, read) in &facts.reads {
        let file = read_file(path, read);
        if file.verdict != Verdict::Pass {
            wrong.push(file);
        } else if read.strata.iter().any(|stratum| *stratum != Stratum::Drawn) {
            equal.push(file);
        }
    }
    let read: Vec<String> = wrong.iter().map(|file| file.path.clone()).collect();
    wrong.extend(
        facts
            .weighed
            .iter()
            .filter(|(path, _)| !read.contains(path))
            .filter_map(weighed_file),
    );
    let hidden = wrong.len().saturating_sub(COMPARED_SHOWN_MAX);
    wrong.truncate(COMPARED_SHOWN_MAX);
    equal.truncate(EQUAL_SHOWN_MAX);
    wrong.extend(equal);
    (wrong, u64::try_from(hidden).unwrap_or(u64::MAX))
}

fn read_file(path: &str, read: &FileRead) -> Compared {
    let (finding, verdict) = match (&read.unreadable, &read.expected, &read.found) {
        (Some(_), _, _) => ("cannot be read", Verdict::Fail),
        (None, Some(expected), Some(found)) if expected == found => ("equal", Verdict::Pass),
        (None, Some(_), Some(_)) if is_excused(&read.weighed) => {
            ("changed since", Verdict::NotApplicable)
        }
        (None, Some(_), Some(_)) => ("content differs", Verdict::Fail),
        (None, _, None) => ("missing", Verdict::Fail),
        (None, None, Some(_)) => ("nothing to compare with", Verdict::Unknown),
    };
    let why: Vec<&str> = read
        .strata
        .iter()
        .map(|stratum| match stratum {
            Stratum::Drawn => "drawn",
            Stratum::Must => "must be there",
            Stratum::Canary => "planted",
        })
        .collect();
    Compared {
        path: path.to_owned(),
        why: why.join(", "),
        read_bytes: read.found.as_ref().map(|_| read.bytes),
        finding: finding.to_owned(),
        verdict,
    }
}

/// Words under which the reader counts a file that need not be equal.
fn is_excused(word: &str) -> bool {
    matches!(
        word,
        "volatile" | "changed-after-manifest" | "changed-after-snapshot" | "grew-while-read"
    )
}

/// A file that does not compare by name, size and time, unless it is excused.
fn weighed_file((path, word): &(String, String)) -> Option<Compared> {
    let verdict = match word.as_str() {
        "file-missing" | "left-out-as-cache" | "file-altered" | "replaced-by-link"
        | "folder-unreadable" => Verdict::Fail,
        "folder-missing-unclear" => Verdict::Review,
        _ => return None,
    };
    Some(Compared {
        path: path.clone(),
        why: "name, size and time".to_owned(),
        read_bytes: None,
        finding: word.replace('-', " "),
        verdict,
    })
}

/// What the sample was drawn by; none where nothing was drawn.
fn seed(run: &Run, judgement: &Judgement) -> Option<Seed> {
    let hex = judged::text(judgement, "seed_value")?;
    judged::counted(judgement, "drawn")?;
    let root = Hash::from_hex(&run.head.root)?;
    Some(Seed {
        hex: hex.to_owned(),
        head_size: run.head.size,
        head_root: Base64::encode_string(&root.0),
        cosigned: judged::text(judgement, "seed") == Some("cosigned"),
    })
}
