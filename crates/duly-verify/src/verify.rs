//! From the bytes of a pack to a verdict: first whether they are what the provider signed, then
//! whether that can be true, then who else stands behind it.

use duly_core::pack::{self, Pack, PackError};
use duly_core::record::{Audit, Record, ReplayError, audit, replay};
use duly_proof::checkpoint::{Checkpoint, CheckpointError};
use duly_proof::policy::{Evaluation, Policy};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::brackets::misdated;
use crate::heads::{Fit, Heads};
use crate::report::{Reason, Report, Witness};
use crate::standing::Standing;

/// What is to be judged, and by what.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The pack, as it came.
    pub pack: &'a [u8],
    /// Whom the client believes.
    pub policy: &'a Policy,
    /// Checkpoints that the client kept.
    pub kept: &'a [Kept<'a>],
    /// First local date to count; absent for the pack's own.
    pub from: Option<Date>,
    /// Last local date to count; absent for the pack's own.
    pub to: Option<Date>,
}

/// A checkpoint that the client kept.
#[derive(Clone, Copy, Debug)]
pub struct Kept<'a> {
    /// What the client calls it: the name of its file.
    pub name: &'a str,
    /// The signed note.
    pub note: &'a str,
}

/// A kept checkpoint that says nothing about the log: a mistake of whoever handed it in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeptError {
    /// Not a checkpoint that a log of the policy signed.
    #[error("{name} is not a checkpoint of a log in the policy: {error}")]
    Refused {
        /// Its name.
        name: String,
        /// Why.
        error: CheckpointError,
    },
    /// A checkpoint of another log in the policy.
    #[error("{name} is a checkpoint of {found}, and the pack is of {expected}")]
    OtherLog {
        /// Its name.
        name: String,
        /// The log it is of.
        found: String,
        /// The log of the pack.
        expected: String,
    },
}

/// Judges a pack.
///
/// # Errors
///
/// When a kept checkpoint is of no use; whatever is wrong with the pack itself is a verdict.
pub fn verify(request: &Request<'_>) -> Result<Report, KeptError> {
    let kept = open_kept(request)?;
    let (pack, evaluation) = match open_pack(request) {
        Ok(opened) => opened,
        Err(report) => return Ok(*report),
    };
    let origin = &pack.manifest.origin;
    if let Some((name, found)) = kept
        .iter()
        .find(|(_, kept)| kept.checkpoint.origin != *origin)
    {
        return Err(KeptError::OtherLog {
            name: (*name).to_owned(),
            found: found.checkpoint.origin.clone(),
            expected: origin.clone(),
        });
    }
    let kept: Vec<Evaluation> = kept.into_iter().map(|(_, kept)| kept).collect();
    let case = Case {
        request,
        pack,
        evaluation,
        kept,
    };
    let report = case.judge();
    Ok(report.about(&case.pack.manifest.origin, &case.pack.manifest.client))
}

fn open_kept<'a>(request: &Request<'a>) -> Result<Vec<(&'a str, Evaluation)>, KeptError> {
    let open = |kept: &Kept<'a>| match request.policy.evaluate(kept.note) {
        Ok(evaluation) => Ok((kept.name, evaluation)),
        Err(error) => Err(KeptError::Refused {
            name: kept.name.to_owned(),
            error,
        }),
    };
    request.kept.iter().map(open).collect()
}

/// The pack and its checkpoint, when they are what a log of the policy signed.
fn open_pack<'a>(request: &Request<'a>) -> Result<(Pack<'a>, Evaluation), Box<Report>> {
    let pack = match pack::open(request.pack, request.policy.logs()) {
        Ok(pack) => pack,
        Err(error @ PackError::UnknownVersion(_)) => {
            return Err(Box::new(unknown(Reason::new("unknown-version", error))));
        }
        Err(error) => return Err(Box::new(altered(Reason::new(code(&error), error)))),
    };
    match request.policy.evaluate(pack.checkpoint) {
        Ok(evaluation) if evaluation.log == pack.signer => Ok((pack, evaluation)),
        Ok(_) => {
            let message = "checkpoint and manifest are signed by different logs";
            Err(Box::new(altered(Reason::new("checkpoint", message))))
        }
        Err(error) => Err(Box::new(altered(Reason::new("checkpoint", error)))),
    }
}

/// A pack that is what the provider signed, and what to hold it against.
struct Case<'a> {
    request: &'a Request<'a>,
    pack: Pack<'a>,
    evaluation: Evaluation,
    kept: Vec<Evaluation>,
}

impl Case<'_> {
    fn judge(&self) -> Report {
        let earlier = match self.earlier() {
            Ok(earlier) => earlier,
            Err(error) => return altered(Reason::new("checkpoint", error)),
        };
        let kept = self.kept.iter().map(|kept| &kept.checkpoint);
        let own = earlier.iter().map(|own| &own.checkpoint);
        let sizes = kept.clone().chain(own.clone());
        let sizes = sizes.map(|checkpoint| checkpoint.size);
        let heads = Heads::of(&self.pack.entries, sizes);
        if heads.fit(&self.evaluation.checkpoint) != Fit::Continues {
            let message = "the entries are not those that the checkpoint covers";
            return altered(Reason::new("entries", message));
        }
        let mut reasons: Vec<Reason> = kept
            .filter_map(|kept| misfit(&heads, kept, "that you kept"))
            .collect();
        reasons.extend(own.filter_map(|own| misfit(&heads, own, "in the pack itself")));
        match replay(self.pack.entries.iter().copied(), &self.pack.disclosures) {
            Ok(record) => self.weigh(&record, &earlier, reasons),
            Err(error @ ReplayError::Disclosure { .. }) => {
                altered(Reason::new("disclosure", error))
            }
            Err(ReplayError::Contradiction(finding)) => {
                reasons.push(finding.into());
                contradicted(reasons)
            }
            Err(_) if !reasons.is_empty() => contradicted(reasons),
            Err(error @ ReplayError::Unknown { .. }) => {
                unknown(Reason::new("unknown-rules", error))
            }
        }
    }

    /// The earlier checkpoints in the pack, signed by the same log.
    fn earlier(&self) -> Result<Vec<Evaluation>, CheckpointError> {
        let origin = &self.pack.manifest.origin;
        let open = |note: &&str| {
            let evaluation = self.request.policy.evaluate(note)?;
            if evaluation.log == self.pack.signer {
                return Ok(evaluation);
            }
            Err(CheckpointError::OriginDiffers {
                expected: origin.clone(),
                found: evaluation.checkpoint.origin,
            })
        };
        self.pack.earlier_checkpoints.iter().map(open).collect()
    }

    /// Holds the record against the duties that follow from it.
    fn weigh(&self, record: &Record, earlier: &[Evaluation], mut reasons: Vec<Reason>) -> Report {
        let manifest = &self.pack.manifest;
        let from = self.request.from.unwrap_or(manifest.from);
        let to = self.request.to.unwrap_or(manifest.to);
        if record.published.client.id != manifest.client {
            let message = format!(
                "the log of {} in a pack for {}",
                record.published.client.id, manifest.client
            );
            reasons.push(Reason::new("client-exchanged", message));
        }
        let mut audit = match record.duties(to) {
            Ok(duties) => audit(record, from, to, &duties, self.now(record)),
            Err(error) => {
                let message =
                    format!("what was due cannot be computed from what was published: {error}");
                reasons.push(Reason::new("schedule", message));
                reasons.extend(record.contradictions.iter().cloned().map(Reason::from));
                return contradicted(reasons);
            }
        };
        reasons.extend(audit.contradictions.drain(..).map(Reason::from));
        let heads = earlier.iter().chain(&self.kept).chain([&self.evaluation]);
        audit.findings.extend(misdated(record, heads));
        let report = if reasons.is_empty() {
            self.standing()
        } else {
            contradicted(reasons)
        };
        self.fill(report, record, audit)
    }

    /// The latest time that anybody vouches for: a witness's, or the record's own.
    fn now(&self, record: &Record) -> Timestamp {
        let witnessed = self.witnesses().into_iter().map(|witness| witness.at);
        witnessed.fold(record.last_at, Timestamp::max)
    }

    /// Who stands behind a record that nothing contradicts.
    fn standing(&self) -> Report {
        let witnesses = self.witnesses();
        if self.has_quorum() {
            let names: Vec<&str> = witnesses
                .iter()
                .map(|witness| witness.name.as_str())
                .collect();
            let sentence = format!(
                "Confirmed by {}, independently of your provider.",
                in_words(&names)
            );
            let message = "the quorum of the policy is reached";
            let reasons = vec![Reason::new("quorum", message)];
            return Report::bare(Standing::Confirmed, &sentence, reasons);
        }
        // The head of an empty log is the same for all logs, and anchors none.
        let sizes = self.kept.iter().map(|kept| kept.checkpoint.size);
        let Some(covered) = sizes.filter(|size| *size > 0).max() else {
            let reasons = vec![Reason::new("no-anchor", "no kept checkpoint, no quorum")];
            return Report::bare(Standing::Unanchored, &unanchored(&witnesses), reasons);
        };
        let all = self.evaluation.checkpoint.size;
        let sentence = if covered == all {
            "Consistent with the checkpoint that you kept; no independent party confirms it."
                .to_owned()
        } else {
            format!(
                "Consistent with the checkpoint that you kept, which covers its first {covered} \
                 of {all} entries; no independent party confirms it."
            )
        };
        let reasons = vec![Reason::new("kept-checkpoint", "it continues what you kept")];
        Report::bare(Standing::Consistent, &sentence, reasons)
    }

    /// Whether as many witnesses as the policy asks for, and at least one, cosigned this head, in
    /// the pack or on a checkpoint that the client kept.
    fn has_quorum(&self) -> bool {
        let is_same_head = |kept: &&Evaluation| {
            kept.checkpoint.size == self.evaluation.checkpoint.size
                && kept.checkpoint.root == self.evaluation.checkpoint.root
        };
        let kept = self.kept.iter().filter(is_same_head);
        self.request.policy.asks_for_witnesses()
            && kept.chain([&self.evaluation]).any(|head| head.has_quorum)
    }

    /// Who cosigned this head, and when; each witness once.
    fn witnesses(&self) -> Vec<Witness> {
        let mut witnesses: Vec<Witness> = Vec::new();
        let kept = self.kept.iter().filter(|kept| {
            kept.checkpoint.size == self.evaluation.checkpoint.size
                && kept.checkpoint.root == self.evaluation.checkpoint.root
        });
        for witnessed in kept
            .chain([&self.evaluation])
            .flat_map(|head| &head.witnesses)
        {
            let at = i64::try_from(witnessed.time_s).ok();
            let Some(at) = at.and_then(|at| Timestamp::from_second(at).ok()) else {
                continue;
            };
            if !witnesses.iter().any(|known| known.name == witnessed.name) {
                let name = witnessed.name.clone();
                witnesses.push(Witness { name, at });
            }
        }
        witnesses
    }

    fn fill(&self, report: Report, record: &Record, audit: Audit) -> Report {
        let tz = &record.published.client.tz;
        Report {
            from: Some(audit.from),
            to: Some(audit.to),
            entries: Some(record.size),
            last_at: Some(record.last_at),
            witnesses: self.witnesses(),
            kept: self.kept.iter().map(|kept| kept.checkpoint.size).collect(),
            equation: Some(audit.equation),
            missed: audit.missed,
            waived: audit.waived,
            uncovered: audit.uncovered,
            findings: audit.findings,
            changes: audit.changes,
            zone: record.published.zones.get(tz).cloned(),
            names: record.names.clone(),
            ..report
        }
    }
}

/// What is wrong with a checkpoint that the log does not continue.
fn misfit(heads: &Heads, checkpoint: &Checkpoint, whose: &str) -> Option<Reason> {
    let size = checkpoint.size;
    match heads.fit(checkpoint) {
        Fit::Continues => None,
        Fit::Differs => {
            let message = format!(
                "the first {size} entries are not those of the checkpoint {whose}: history was \
                 rewritten"
            );
            Some(Reason::new("checkpoint-differs", message))
        }
        Fit::Shorter => {
            let message = format!(
                "the checkpoint {whose} covers {size} entries, and the pack has fewer: entries \
                 were removed, or the pack is older than the checkpoint"
            );
            Some(Reason::new("checkpoint-is-longer", message))
        }
    }
}

fn altered(reason: Reason) -> Report {
    let sentence =
        "Damaged or altered: these are not the bytes that the log in your policy signed.";
    Report::bare(Standing::Altered, sentence, vec![reason])
}

fn contradicted(reasons: Vec<Reason>) -> Report {
    let is_memory = |reason: &Reason| reason.code.starts_with("checkpoint-");
    let sentence = if reasons.iter().any(is_memory) {
        "Your provider signed this record, and it contradicts what it signed before."
    } else {
        "Your provider signed this record, and it contradicts itself."
    };
    Report::bare(Standing::Contradicted, sentence, reasons)
}

/// Not refused, but nothing can be said for it either: it rests on the provider's word alone.
fn unknown(reason: Reason) -> Report {
    let sentence = "This program is too old for this pack: get a newer duly-verify.";
    Report {
        is_judged: false,
        ..Report::bare(Standing::Unanchored, sentence, vec![reason])
    }
}

fn unanchored(witnesses: &[Witness]) -> String {
    let names: Vec<&str> = witnesses
        .iter()
        .map(|witness| witness.name.as_str())
        .collect();
    if names.is_empty() {
        "Nobody but your provider stands behind this record: there was no checkpoint that you kept \
         to compare it with, and no independent party confirms it."
            .to_owned()
    } else {
        format!(
            "Confirmed by {}, but your policy asks for more; and there was no checkpoint that you \
             kept to compare it with.",
            in_words(&names)
        )
    }
}

/// A stable word for what is wrong with a pack.
fn code(error: &PackError) -> &'static str {
    match error {
        PackError::Archive(_) => "archive",
        PackError::Signature(_) => "signature",
        PackError::Checkpoint(_) => "checkpoint",
        PackError::Disclosure(_) => "disclosure",
        PackError::Bundles(_) | PackError::EntryTooLong => "entries",
        PackError::File(_) => "file",
        PackError::Manifest | PackError::Json | PackError::UnknownVersion(_) => "manifest",
    }
}

/// "a", "a and b", "a, b and c".
fn in_words(names: &[&str]) -> String {
    match names {
        [] => "nobody".to_owned(),
        [one] => (*one).to_owned(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}
