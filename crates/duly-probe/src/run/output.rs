//! What a probe prints, taken line by line: observations are stamped and kept, the rest counted.

use duly_core::observation::Observation;
use jiff::Timestamp;

use super::{COMPLAINT_BYTES_MAX, Foreign, Limits, Stamp};

/// Everything printed so far.
pub(super) struct Output {
    line: Vec<u8>,
    observations: Vec<Observation>,
    garbage_lines: u64,
    complaint: Vec<u8>,
    bytes: u64,
    bytes_max: u64,
    line_bytes_max: usize,
    stamp: Stamp,
    received_at: Timestamp,
}

impl Output {
    pub(super) fn new(limits: &Limits, stamp: Stamp, received_at: Timestamp) -> Self {
        Self {
            line: Vec::new(),
            observations: Vec::new(),
            garbage_lines: 0,
            complaint: Vec::new(),
            bytes: 0,
            bytes_max: limits.output_bytes,
            line_bytes_max: limits.line_bytes,
            stamp,
            received_at,
        }
    }

    /// Takes a piece of standard output.
    pub(super) fn take(&mut self, piece: &[u8]) {
        self.bytes += piece.len() as u64;
        for part in piece.split_inclusive(|byte| *byte == b'\n') {
            if self.is_too_much() {
                return;
            }
            match part {
                [head @ .., b'\n'] => {
                    self.line.extend_from_slice(head);
                    self.take_line();
                }
                _ => self.line.extend_from_slice(part),
            }
        }
    }

    /// Takes a piece of standard error; what goes beyond the beginning is dropped.
    pub(super) fn complain(&mut self, piece: &[u8]) {
        let room = COMPLAINT_BYTES_MAX.saturating_sub(self.complaint.len());
        self.complaint.extend(piece.iter().take(room));
    }

    /// Whether a limit is passed.
    pub(super) fn is_too_much(&self) -> bool {
        self.bytes > self.bytes_max || self.line.len() > self.line_bytes_max
    }

    pub(super) fn finish(mut self) -> (Vec<Observation>, u64, String) {
        if !self.line.is_empty() && !self.is_too_much() {
            self.take_line();
        }
        let complaint = String::from_utf8_lossy(&self.complaint).into_owned();
        (self.observations, self.garbage_lines, complaint)
    }

    fn take_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        if line.iter().all(u8::is_ascii_whitespace) {
            return;
        }
        let Ok(mut observation) = serde_json::from_slice::<Observation>(&line) else {
            self.garbage_lines += 1;
            return;
        };
        if let Stamp::Foreign(Foreign { source, method }) = &self.stamp {
            observation.source.clone_from(source);
            observation.method = *method;
        }
        observation.received_at = Some(self.received_at);
        self.observations.push(observation);
    }
}
