//! Ending a probe with everything it started.
//!
//! Its process group goes first. A child that left the group still carries the mark that every
//! process of the probe inherits in its environment, and is found by it. Only a program that
//! wipes its environment *and* leaves its group escapes; what it could then still use is bounded
//! by the kernel's limits, which it inherited too.

use std::fs;
use std::process::Child;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rustix::process::{Pid, PidfdFlags, Signal, kill_process_group, pidfd_open, pidfd_send_signal};

/// Name of the environment variable that carries the mark.
pub(super) const MARK_NAME: &str = "DULY_PROBE_MARK";

/// How often in a row nobody has to be found: one that forks, or begins another program, while it
/// is looked for is found in the next pass.
const CLEAN_PASSES: usize = 2;

/// Pause between two looks at what was killed.
const PAUSE: Duration = Duration::from_millis(2);

static RUNS: AtomicU64 = AtomicU64::new(0);

/// What all processes of one run carry, and nobody else's.
pub(super) struct Mark(String);

impl Mark {
    pub(super) fn new() -> Self {
        let run = RUNS.fetch_add(1, Ordering::Relaxed);
        Self(format!("{}-{run}", std::process::id()))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Kills whatever is left of a probe and waits until all of it is gone.
pub(super) fn end(child: &mut Child, mark: &Mark, time_max: Duration) {
    let group = Pid::from_raw(child.id().cast_signed());
    let deadline = Instant::now() + time_max;
    let mut clean = 0;
    while clean < CLEAN_PASSES && Instant::now() < deadline {
        if let Some(group) = group {
            // It fails when nobody is left, which is what is wanted.
            let _ = kill_process_group(group, Signal::KILL);
        }
        if kill_marked(mark) == 0 {
            clean += 1;
        } else {
            clean = 0;
            std::thread::sleep(PAUSE);
        }
    }
    while Instant::now() < deadline {
        match child.try_wait() {
            Ok(None) => std::thread::sleep(PAUSE),
            Ok(Some(_)) | Err(_) => return,
        }
    }
}

/// Kills every process that carries the mark; gives how many.
fn kill_marked(mark: &Mark) -> usize {
    let wanted = format!("{MARK_NAME}={}", mark.0);
    let Ok(entries) = fs::read_dir("/proc") else {
        return 0;
    };
    let ids = entries.flatten().filter_map(|entry| {
        entry
            .file_name()
            .to_str()
            .and_then(|name| name.parse::<i32>().ok())
    });
    ids.filter(|id| kill_if_marked(*id, wanted.as_bytes()).is_some())
        .count()
}

fn kill_if_marked(id: i32, wanted: &[u8]) -> Option<()> {
    // The handle is taken first: if the id is given to another process in between, the mark is
    // not that one's, and if after, the handle is still the old one's.
    let handle = pidfd_open(Pid::from_raw(id)?, PidfdFlags::empty()).ok()?;
    let environment = fs::read(format!("/proc/{id}/environ")).ok()?;
    environment
        .split(|byte| *byte == 0)
        .find(|variable| *variable == wanted)?;
    pidfd_send_signal(handle, Signal::KILL).ok()
}
