//! The log itself: every entry in its place, every root as computed, every signature good.

use std::collections::BTreeMap;

use duly_core::accounts::Outcome;
use duly_core::entry::{Entry, kind};
use duly_core::id::{ClientId, DutyId, RunId};
use duly_core::verdict::Verdict;
use duly_proof::checkpoint::Checkpoint;
use duly_proof::note::VerifierKey;
use duly_proof::tree::{Frontier, leaf_hash};
use jiff::Timestamp;

use super::Fsck;
use crate::database::connection::Connection;
use crate::database::value::args;
use crate::error::Error;
use crate::heads::Heads;
use crate::keys::Keys;
use crate::log::read::{ENTRIES_AT_A_TIME, StoredCheckpoint, StoredEntry, checkpoint_row, range};

/// What a log tells, as far as rows must agree with it.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// By duty: what became of it.
    pub(super) duties: BTreeMap<DutyId, ToldDuty>,
    /// By run: the indexes of its two entries.
    pub(super) runs: BTreeMap<RunId, (Option<u64>, Option<u64>)>,
    /// Index of each publishing entry, its type, and the document it discloses.
    pub(super) published: BTreeMap<u64, (String, Option<String>)>,
}

/// What a log tells about a duty.
#[derive(Debug, Default)]
pub(super) struct ToldDuty {
    /// The field `ticket` of the entry that opened it, by how many such entries there are.
    pub(super) opened: Vec<Option<String>>,
    /// Outcome, verdict and time of each entry that ended it.
    pub(super) ended: Vec<(Outcome, Option<Verdict>, Timestamp)>,
    /// Verdict and time of each entry that says it was done afterwards.
    pub(super) afterwards: Vec<(Option<Verdict>, Timestamp)>,
}

/// The stored head of a log.
struct Head {
    origin: String,
    size: u64,
    root: duly_proof::hash::Hash,
    frontier: Vec<u8>,
    last_at: Timestamp,
}

pub(super) async fn check(
    rows: &mut Connection,
    client: &ClientId,
    keys: Option<&Keys>,
    heads: Option<&Heads>,
    report: &mut Fsck,
) -> Result<Told, Error> {
    let head = head(rows, client).await?;
    let checkpoints = checkpoints(rows, client).await?;
    let verifier = keys.map(|keys| keys.verifier(&head.origin)).transpose()?;
    let mut chain = Chain {
        client,
        report,
        next: 0,
        frontier: Frontier::new(),
        last_at: None,
        told: Told::default(),
        marks: BTreeMap::new(),
    };
    chain.mark(&head, &checkpoints, heads);
    // To the last row there is, whatever the head says.
    let end = rows
        .first(
            "select coalesce(max(idx) + 1, 0) as held from entry where client = $1",
            args![client],
        )
        .await?
        .map_or(Ok(0), |row| row.count("held"))?;
    let mut from = 0;
    while from < end.max(head.size) {
        let to = from + ENTRIES_AT_A_TIME;
        for entry in range(rows, client, from, to).await? {
            chain.entry(&entry);
        }
        from = to;
    }
    chain.ends(&head);
    for checkpoint in &checkpoints {
        chain.signature(&head.origin, checkpoint, verifier.as_ref());
    }
    Ok(chain.told)
}

struct Chain<'a> {
    client: &'a ClientId,
    report: &'a mut Fsck,
    /// The index that the next entry must have.
    next: u64,
    frontier: Frontier,
    last_at: Option<Timestamp>,
    told: Told,
    /// By size: the roots that somebody vouches for at that size.
    marks: BTreeMap<u64, Vec<(&'static str, String)>>,
}

impl Chain<'_> {
    fn place(&self, index: u64) -> String {
        format!("client {}, entry {index}", self.client)
    }

    /// Notes at which sizes the root will have to be which.
    fn mark(&mut self, head: &Head, checkpoints: &[StoredCheckpoint], heads: Option<&Heads>) {
        for checkpoint in checkpoints {
            let mark = ("checkpoint-differs", checkpoint.root.to_hex());
            self.marks.entry(checkpoint.size).or_default().push(mark);
        }
        if let Some((size, root)) = heads.and_then(|heads| heads.locked(&head.origin)) {
            let mark = ("lock-differs", root.to_owned());
            self.marks.entry(size).or_default().push(mark);
        }
        let mark = ("head-differs", head.root.to_hex());
        self.marks.entry(head.size).or_default().push(mark);
    }

    fn entry(&mut self, stored: &StoredEntry) {
        self.report.entries += 1;
        let place = self.place(stored.index);
        if stored.index > self.next {
            let gap = format!("entries {} to {} are missing", self.next, stored.index - 1);
            self.report.find("entry-missing", &place, gap);
        }
        self.next = stored.index + 1;
        let leaf = leaf_hash(&stored.bytes);
        if leaf != stored.leaf {
            self.report
                .find("entry-altered", &place, "its bytes do not give its hash");
        }
        self.frontier.append(leaf);
        self.compare_marks();
        match stored.entry() {
            Ok(entry) => {
                self.order(&place, entry.at);
                self.columns(&place, stored, &entry);
                self.fields(&place, stored, &entry);
                self.tell(stored, entry);
            }
            Err(error) => self
                .report
                .find("entry-unreadable", &place, error.to_string()),
        }
    }

    fn order(&mut self, place: &str, at: Timestamp) {
        if self.last_at.is_some_and(|last| at < last) {
            self.report.find(
                "entry-out-of-order",
                place,
                "it is older than the one above",
            );
        }
        self.last_at = self.last_at.max(Some(at));
    }

    fn columns(&mut self, place: &str, stored: &StoredEntry, entry: &Entry) {
        let columns = &stored.columns;
        let same = columns.kind == entry.t
            && columns.at == entry.at
            && columns.duty.as_ref() == entry.duty.as_ref();
        if !same {
            let message = "type, time or duty beside the entry are not those in it";
            self.report.find("entry-column-differs", place, message);
        }
    }

    fn fields(&mut self, place: &str, stored: &StoredEntry, entry: &Entry) {
        let Some(seed) = &stored.seed else {
            self.report.find(
                "seed-missing",
                place,
                "what it commits to cannot be disclosed",
            );
            return;
        };
        for name in entry.c.keys() {
            match stored.fields.get(name) {
                None => {
                    let message = format!("the value of field {name} is not there");
                    self.report.find("field-missing", place, message);
                }
                Some(value) if !entry.opens_to(seed, name, value) => {
                    let message = format!("field {name} is not what the entry committed to");
                    self.report.find("field-altered", place, message);
                }
                Some(_) => {}
            }
        }
        for name in stored.fields.keys() {
            if !entry.c.contains_key(name) {
                let message = format!("the entry does not commit to field {name}");
                self.report.find("field-uncommitted", place, message);
            }
        }
    }

    fn tell(&mut self, stored: &StoredEntry, entry: Entry) {
        let field = |name: &str| stored.fields.get(name).cloned();
        let told = &mut self.told;
        if let Some(name) = published_field(&entry.t) {
            told.published
                .insert(stored.index, (entry.t.clone(), field(name)));
        }
        if let Some(run) = &entry.run {
            let indexes = told.runs.entry(run.clone()).or_default();
            match entry.t.as_str() {
                kind::RUN_START => indexes.0 = Some(stored.index),
                kind::RUN_RESULT => indexes.1 = Some(stored.index),
                _ => {}
            }
        }
        let Some(duty) = entry.duty else { return };
        let is_ours = [
            kind::DUTY_OPEN,
            kind::DUTY_CLOSE,
            kind::DUTY_MISS,
            kind::DUTY_WAIVE,
            kind::DUTY_AFTERWARDS,
        ];
        if !is_ours.contains(&entry.t.as_str()) {
            return;
        }
        let duty = told.duties.entry(duty).or_default();
        match (entry.t.as_str(), entry.outcome) {
            (kind::DUTY_OPEN, _) => duty.opened.push(field("ticket")),
            (kind::DUTY_AFTERWARDS, _) => duty.afterwards.push((entry.verdict, entry.at)),
            (_, Some(outcome)) => duty.ended.push((outcome, entry.verdict, entry.at)),
            (_, None) => {}
        }
    }

    /// Compares the root at this size with what is vouched for.
    fn compare_marks(&mut self) {
        let size = self.frontier.size();
        let Some(marks) = self.marks.remove(&size) else {
            return;
        };
        let root = self.frontier.root().to_hex();
        for (code, vouched) in marks {
            if vouched != root {
                let place = format!("client {}, size {size}", self.client);
                let message = format!("the entries give root {root}, not {vouched}");
                self.report.find(code, place, message);
            }
        }
    }

    /// What is vouched for at sizes that were never reached, and the head itself.
    fn ends(&mut self, head: &Head) {
        let size = self.frontier.size();
        let place = format!("client {}, size {size}", self.client);
        if size == 0 {
            self.marks.remove(&0);
        }
        for (marked, marks) in std::mem::take(&mut self.marks) {
            for (code, _) in marks {
                let message = format!("there are {size} entries, {marked} are vouched for");
                self.report.find(code, &place, message);
            }
        }
        if head.size != size {
            let message = format!("the head says {} entries, there are {size}", head.size);
            self.report.find("head-differs", &place, message);
        } else if head.frontier != self.frontier.to_bytes() {
            let message = "the stored edge is not that of the entries";
            self.report.find("head-differs", &place, message);
        }
        if self.last_at.is_some_and(|last| last != head.last_at) {
            let message = "the head's time is not that of the last entry";
            self.report.find("head-differs", &place, message);
        }
    }

    fn signature(
        &mut self,
        origin: &str,
        checkpoint: &StoredCheckpoint,
        verifier: Option<&VerifierKey>,
    ) {
        self.report.checkpoints += 1;
        let place = format!("client {}, checkpoint {}", self.client, checkpoint.size);
        let Some(verifier) = verifier else { return };
        match Checkpoint::open(&checkpoint.note, verifier) {
            Err(error) => self
                .report
                .find("checkpoint-signature", place, error.to_string()),
            Ok(signed) => {
                let same = signed.origin == origin
                    && signed.size == checkpoint.size
                    && signed.root == checkpoint.root;
                if !same {
                    let message = "what is signed is not what stands beside it";
                    self.report.find("checkpoint-differs", place, message);
                }
            }
        }
    }
}

/// The field that holds what a publishing entry publishes.
fn published_field(kind: &str) -> Option<&'static str> {
    Some(match kind {
        kind::PROCESS_PUBLISH => "process",
        kind::CALENDAR_PUBLISH => "calendar",
        kind::ZONE_PUBLISH => "zone",
        kind::ASSET_ADD | kind::ASSET_RETIRE => "asset",
        kind::EXCEPTION_GRANT => "exception",
        kind::PLAN_SIGN => "plan",
        kind::LOG_OPEN | kind::CLIENT_CHANGE => "client",
        _ => return None,
    })
}

async fn head(rows: &mut Connection, client: &ClientId) -> Result<Head, Error> {
    let row = rows
        .first(
            "select origin, size, root, frontier, last_at from log where client = $1",
            args![client],
        )
        .await?
        .ok_or_else(|| Error::no_such(client, "log", client))?;
    Ok(Head {
        origin: row.text("origin")?,
        size: row.count("size")?,
        root: row.hash("root")?,
        frontier: row.bytes("frontier")?,
        last_at: row.at("last_at")?,
    })
}

async fn checkpoints(
    rows: &mut Connection,
    client: &ClientId,
) -> Result<Vec<StoredCheckpoint>, Error> {
    let found = rows
        .all(
            "select size, root, note, signed_at from checkpoint where client = $1 order by size",
            args![client],
        )
        .await?;
    found.iter().map(checkpoint_row).collect()
}
