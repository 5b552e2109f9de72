//! Probing a backup: the reader's side, which runs in a process of its own and prints
//! observations, and the caller's, which starts it, judges and remembers.

use std::io::{self, Read, Write};

use duly_core::backup::judge;
use duly_core::backup::known::Known;
use duly_core::backup::request::BackupRequest;
use duly_core::observation::Observation;
use duly_core::verdict::Judgement;
use duly_proof::hash::Hash;
use rustix::process::{Signal, set_parent_process_death_signal};

use crate::run::{Limits, ProbeRun, Program, run_probe};

pub mod compare;
mod report;
mod restic;

/// Largest request a reader takes: the memory of a repository with 50,000 snapshots.
pub const REQUEST_BYTES_MAX: u64 = 64 << 20;

/// Everything that came of one verification.
#[derive(Clone, Debug)]
pub struct Verification {
    /// How the reader ran and what it printed.
    pub run: ProbeRun,
    /// What it means.
    pub judgement: Judgement,
    /// What to remember for the next time.
    pub known: Known,
}

/// Runs the reader on a request and judges what it finds. `reader` is a program that does what
/// [`answer`] does: `duly probe backup`.
#[must_use]
pub fn verify(reader: &Program, request: &BackupRequest, limits: &Limits) -> Verification {
    let document = serde_json::to_vec(request).unwrap_or_default();
    let run = run_probe(reader, &document, limits, request.now);
    let judgement = judge::judge(request, &run.observations, &run.ended);
    let known = judge::remember(request, &run.observations, &run.ended);
    Verification {
        run,
        judgement,
        known,
    }
}

/// Why a reader could not answer.
#[derive(Debug, thiserror::Error)]
pub enum AnswerError {
    /// The request is not one.
    #[error("the request on standard input is not one: {0}")]
    Request(String),
    /// Standard input or output broke.
    #[error("{0}")]
    Pipe(#[from] io::Error),
    /// A kind of repository that has no reader.
    #[error("there is no reader for a repository of kind `{0}`; there is one for `restic`")]
    Kind(String),
    /// The reader crashed twice.
    #[error("the reader crashed: {0}")]
    Crashed(String),
}

/// The reader: one request in, observations out, one a line.
///
/// # Errors
///
/// When the request is unusable, a pipe breaks or the repository makes the reader crash.
pub fn answer(input: impl Read, output: impl Write) -> Result<(), AnswerError> {
    // A reader must not outlive the thread that waits for it. Where the kernel cannot see to
    // that, the deadline does.
    let _ = set_parent_process_death_signal(Some(Signal::KILL));
    let mut document = Vec::new();
    input.take(REQUEST_BYTES_MAX).read_to_end(&mut document)?;
    let request: BackupRequest = serde_json::from_slice(&document)
        .map_err(|error| AnswerError::Request(error.to_string()))?;
    drop(document);
    if Hash::from_hex(&request.draw.seed).is_none() {
        return Err(AnswerError::Request(
            "its seed is not 64 hexadecimal digits".to_owned(),
        ));
    }
    let observations = match request.kind.as_str() {
        "restic" => restic::observe(&request)?,
        other => return Err(AnswerError::Kind(other.to_owned())),
    };
    print(output, &observations)
}

fn print(output: impl Write, observations: &[Observation]) -> Result<(), AnswerError> {
    let mut output = io::BufWriter::new(output);
    for observation in observations {
        serde_json::to_writer(&mut output, observation).map_err(io::Error::from)?;
        output.write_all(b"\n")?;
    }
    Ok(output.flush()?)
}
