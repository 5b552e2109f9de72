//! What a probe may use, and who sees to it: the kernel for each process, this module for all of
//! them together.

use std::fs;
use std::io;
use std::process::Child;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Resource, Rlimit, prlimit};

/// How often the memory of all processes of a probe is added up.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// What a probe may use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// From start to end.
    pub time: Duration,
    /// Memory, of each process and of all together.
    pub memory_bytes: u64,
    /// Everything it prints on standard output.
    pub output_bytes: u64,
    /// One line of it.
    pub line_bytes: usize,
    /// Largest file it may write; none for duly's own readers, which write nothing.
    pub file_bytes: u64,
    /// Processes at once.
    pub processes: usize,
}

impl Limits {
    /// For duly's own readers. A 300-file sample of 2 GB takes two seconds and 90 MB; a must list
    /// of databases may take minutes, a very large index a few hundred megabytes. Output is one
    /// line for each file read and each new snapshot.
    #[must_use]
    pub fn reader() -> Self {
        Self {
            time: Duration::from_secs(900),
            memory_bytes: 1 << 30,
            output_bytes: 64 << 20,
            line_bytes: 4 << 20,
            file_bytes: 0,
            processes: 4,
        }
    }

    /// For a site's own script.
    #[must_use]
    pub fn script() -> Self {
        Self {
            time: Duration::from_secs(300),
            memory_bytes: 512 << 20,
            output_bytes: 4 << 20,
            line_bytes: 64 << 10,
            file_bytes: 64 << 20,
            processes: 32,
        }
    }

    /// Sets the kernel's limits on a child that has just been started, from outside, so that
    /// they hold for any program and for whatever it starts.
    ///
    /// # Errors
    ///
    /// When the kernel refuses.
    pub(super) fn impose(&self, child: &Child) -> io::Result<()> {
        let Some(pid) = Pid::from_raw(child.id().cast_signed()) else {
            return Err(io::Error::other("the child has no process id"));
        };
        let set = |resource, most: u64| -> io::Result<()> {
            let limit = Rlimit {
                current: Some(most),
                maximum: Some(most),
            };
            match prlimit(Some(pid), resource, limit) {
                // It has ended already: there is nothing left to limit.
                Ok(_) | Err(rustix::io::Errno::SRCH) => Ok(()),
                Err(error) => Err(error.into()),
            }
        };
        set(Resource::Core, 0)?;
        set(Resource::Cpu, self.time.as_secs().max(1).saturating_mul(4))?;
        set(Resource::Fsize, self.file_bytes)?;
        set(Resource::Nofile, 1024)?;
        // Data is what counts; the address space also holds what an allocator only reserves,
        // 64 MiB for each thread.
        set(Resource::Data, self.memory_bytes)?;
        set(Resource::As, self.memory_bytes.saturating_mul(8))
    }
}

/// Adds up what the process group of a probe uses.
pub(super) struct Greed {
    memory_bytes_max: u64,
    processes_max: usize,
    group: u32,
    next_look: Instant,
}

impl Greed {
    pub(super) fn new(limits: &Limits, group: u32) -> Self {
        Self {
            memory_bytes_max: limits.memory_bytes,
            processes_max: limits.processes,
            group,
            next_look: Instant::now() + LOOK_EVERY / 5,
        }
    }

    pub(super) fn is_too_much(&mut self, now: Instant) -> bool {
        if now < self.next_look {
            return false;
        }
        self.next_look = now + LOOK_EVERY;
        let (processes, bytes) = usage(self.group);
        processes > self.processes_max || bytes > self.memory_bytes_max
    }
}

/// Number of processes of a group and bytes they hold in memory. What has just ended, or cannot
/// be read, counts as nothing.
fn usage(group: u32) -> (usize, u64) {
    let page = rustix::param::page_size() as u64;
    let Ok(entries) = fs::read_dir("/proc") else {
        return (0, 0);
    };
    entries
        .flatten()
        .filter(|entry| {
            entry
                .file_name()
                .as_encoded_bytes()
                .first()
                .is_some_and(u8::is_ascii_digit)
        })
        .filter_map(|entry| fs::read_to_string(entry.path().join("stat")).ok())
        .filter_map(|stat| group_and_pages(&stat))
        .filter(|(of, _)| *of == group)
        .fold((0, 0), |(count, bytes), (_, pages)| {
            (count + 1, bytes + pages * page)
        })
}

/// Process group (field 5) and resident pages (field 24) of a line of `/proc/PID/stat`. The
/// name in field 2 may hold anything, so counting begins behind its last parenthesis.
fn group_and_pages(stat: &str) -> Option<(u32, u64)> {
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_ascii_whitespace();
    let group = fields.nth(2)?.parse().ok()?;
    let pages = fields.nth(18)?.parse().ok()?;
    Some((group, pages))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_name_with_parentheses_does_not_shift_the_fields() {
        let stat = "77 (a) b (c) S 1 42 42 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 9 8192 5 1 1";
        assert_eq!(group_and_pages(stat), Some((42, 5)));
    }

    #[test]
    fn this_very_process_is_counted() {
        let group = rustix::process::getpgrp()
            .as_raw_nonzero()
            .get()
            .cast_unsigned();
        let (processes, bytes) = usage(group);
        assert!(processes >= 1 && bytes > 100_000, "{processes} {bytes}");
    }
}
