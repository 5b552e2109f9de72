//! Running a program as a probe: one request in on its standard input, observations out as JSON
//! lines, and an end that the caller decides on, not the program.
//!
//! The program gets a process group of its own, an empty environment, limits that the kernel
//! keeps, and a deadline. Whatever it does — sleep, print, fork, ignore signals, leave children
//! behind that hold its output open — this returns within the deadline and a few seconds, and
//! nothing of it stays. What it prints is taken as observations and as nothing else: a verdict
//! among them is not read, and unless the caller vouches for the program, neither its word for
//! who says so nor how it came to be known.

use std::ffi::OsString;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use duly_core::observation::{Ended, Method, Observation};
use jiff::Timestamp;

mod limits;
mod output;
mod pipes;
mod sweep;

pub use limits::Limits;

use output::Output;
use pipes::Pipes;
use sweep::Mark;

/// How long one wait for the program's pipes lasts at most; also how exactly the deadline holds.
const TICK: Duration = Duration::from_millis(50);

/// How long output may still come after the program has ended, from children it left behind.
const DRAIN_TIME_MAX: Duration = Duration::from_secs(1);

/// How long a killed program may take to go; one that hangs in the kernel is left to it.
const KILL_TIME_MAX: Duration = Duration::from_secs(5);

/// How much of what a program says on standard error is kept, for a person to read.
const COMPLAINT_BYTES_MAX: usize = 4 * 1024;

/// What is run.
#[derive(Clone, Debug)]
pub struct Program {
    /// The executable, by its full path.
    pub path: PathBuf,
    /// Its arguments; never a secret.
    pub arguments: Vec<OsString>,
    /// Whose word its observations are.
    pub stamp: Stamp,
}

/// Whose word a program's observations are: decided by the caller's registry, never by the
/// program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stamp {
    /// duly's own reader: what it says about source and method holds.
    Own,
    /// Any other program: every observation gets this source and method.
    Foreign(Foreign),
}

/// The stamp of a program that is not duly's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Foreign {
    source: String,
    method: Method,
}

impl Stamp {
    /// The stamp of another program; `None` for [`Method::Measured`], which only duly's own
    /// reading is.
    #[must_use]
    pub fn foreign(source: &str, method: Method) -> Option<Self> {
        (method != Method::Measured).then(|| {
            Self::Foreign(Foreign {
                source: source.to_owned(),
                method,
            })
        })
    }
}

/// What came of running a probe.
#[derive(Clone, Debug)]
pub struct ProbeRun {
    /// What it printed, stamped.
    pub observations: Vec<Observation>,
    /// Lines that were no observation.
    pub garbage_lines: u64,
    /// The beginning of what it said on standard error.
    pub complaint: String,
    /// How it ended.
    pub ended: Ended,
    /// How long it took.
    pub time: Duration,
}

/// Runs `program` with `request` on its standard input, within `limits`.
///
/// Blocks for at most `limits.time` and a few seconds; a caller with an async runtime gives it a
/// thread of its own.
#[must_use]
pub fn run_probe(
    program: &Program,
    request: &[u8],
    limits: &Limits,
    received_at: Timestamp,
) -> ProbeRun {
    let started = Instant::now();
    let mark = Mark::new();
    let mut output = Output::new(limits, program.stamp.clone(), received_at);
    let ended = match spawn(program, &mark) {
        Ok(mut child) => {
            let ended = follow(&mut child, request, limits, &mut output, started);
            sweep::end(&mut child, &mark, KILL_TIME_MAX);
            ended
        }
        Err(error) => Ended::NotStarted(error.to_string()),
    };
    let (observations, garbage_lines, complaint) = output.finish();
    ProbeRun {
        observations,
        garbage_lines,
        complaint,
        ended,
        time: started.elapsed(),
    }
}

/// A gate in front of every program: it waits for the first line of its standard input, which
/// comes when the limits are set, and then becomes the program. A shell's `read` takes no byte
/// beyond the line, so that the request is all there.
const GATE: &str = "IFS= read -r go || exit 126; exec \"$0\" \"$@\"";

/// What opens the gate.
const GO: &[u8] = b"\n";

fn spawn(program: &Program, mark: &Mark) -> std::io::Result<Child> {
    rustix::fs::access(&program.path, rustix::fs::Access::EXEC_OK)?;
    Command::new("/bin/sh")
        .arg("-c")
        .arg(GATE)
        .arg(&program.path)
        .args(&program.arguments)
        .current_dir("/")
        .env_clear()
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
        .env("LANG", "C.UTF-8")
        .env("TZ", "UTC")
        .env(sweep::MARK_NAME, mark.as_str())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .spawn()
}

/// Feeds and reads the program until it has ended, or has to be.
fn follow(
    child: &mut Child,
    request: &[u8],
    limits: &Limits,
    output: &mut Output,
    started: Instant,
) -> Ended {
    if let Err(error) = limits.impose(child) {
        return Ended::NotStarted(format!("its limits could not be set: {error}"));
    }
    let Some(mut pipes) = Pipes::take(child, GO, request) else {
        return Ended::NotStarted("its pipes could not be opened".to_owned());
    };
    let deadline = started + limits.time;
    let mut greed = limits::Greed::new(limits, child.id());
    let mut ended_at: Option<(Instant, ExitStatus)> = None;
    loop {
        let now = Instant::now();
        if now >= deadline {
            // Only what a program left behind can still be running once it has ended itself.
            return ended_at.map_or(Ended::TooSlow, |(_, status)| end_of(status));
        }
        let wait = if ended_at.is_some() { TICK / 5 } else { TICK };
        if pipes.turn(wait.min(deadline - now), output).is_err() || output.is_too_much() {
            return Ended::TooMuchOutput;
        }
        if greed.is_too_much(now) {
            return Ended::TooGreedy;
        }
        if ended_at.is_none() {
            ended_at = match child.try_wait() {
                Ok(status) => status.map(|status| (now, status)),
                Err(error) => return Ended::NotStarted(error.to_string()),
            };
        }
        if let Some((at, status)) = ended_at
            && (pipes.is_drained() || now.duration_since(at) > DRAIN_TIME_MAX)
        {
            return end_of(status);
        }
    }
}

fn end_of(status: ExitStatus) -> Ended {
    match (status.code(), status.signal()) {
        (Some(0), _) => Ended::Well,
        (Some(code), _) => Ended::Status(code),
        (None, signal) => Ended::Signal(signal.unwrap_or(0)),
    }
}
