//! The three pipes of a probe, served by one thread: none of them can block it, whatever the
//! program at the other end does or leaves undone.

use std::io::{ErrorKind, Read, Write};
use std::os::fd::AsFd;
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};

use super::output::Output;

/// How much is read at a time.
const PIECE_BYTES: usize = 64 * 1024;

/// The pipes; each is dropped as soon as it is done with.
pub(super) struct Pipes<'a> {
    first: &'a [u8],
    request: &'a [u8],
    stdin: Option<ChildStdin>,
    stdout: Option<ChildStdout>,
    stderr: Option<ChildStderr>,
    piece: Vec<u8>,
}

impl<'a> Pipes<'a> {
    /// Takes the pipes of a child; `None` when one is missing or cannot be set not to block.
    ///
    /// `first` goes into standard input before `request`.
    pub(super) fn take(child: &mut Child, first: &'a [u8], request: &'a [u8]) -> Option<Self> {
        let pipes = Self {
            first,
            request,
            stdin: Some(child.stdin.take()?),
            stdout: Some(child.stdout.take()?),
            stderr: Some(child.stderr.take()?),
            piece: vec![0; PIECE_BYTES],
        };
        do_not_block(pipes.stdin.as_ref()?)?;
        do_not_block(pipes.stdout.as_ref()?)?;
        do_not_block(pipes.stderr.as_ref()?)?;
        Some(pipes)
    }

    /// Whether nothing more can come.
    pub(super) fn is_drained(&self) -> bool {
        self.stdout.is_none()
    }

    /// Waits for at most `wait` until any pipe can be served, and serves it once.
    ///
    /// # Errors
    ///
    /// When the operating system cannot wait.
    pub(super) fn turn(&mut self, wait: Duration, output: &mut Output) -> std::io::Result<()> {
        let (stdin, stdout, stderr) = self.wait(wait)?;
        if stdin {
            self.write();
        }
        if stdout
            && read(&mut self.stdout, &mut self.piece, |piece| {
                output.take(piece)
            })
        {
            self.stdout = None;
        }
        if stderr
            && read(&mut self.stderr, &mut self.piece, |piece| {
                output.complain(piece)
            })
        {
            self.stderr = None;
        }
        Ok(())
    }

    fn wait(&self, wait: Duration) -> std::io::Result<(bool, bool, bool)> {
        let mut polled = Vec::with_capacity(3);
        let mut which = Vec::with_capacity(3);
        if let Some(pipe) = &self.stdin {
            polled.push(PollFd::from_borrowed_fd(pipe.as_fd(), PollFlags::OUT));
            which.push(0);
        }
        if let Some(pipe) = &self.stdout {
            polled.push(PollFd::from_borrowed_fd(pipe.as_fd(), PollFlags::IN));
            which.push(1);
        }
        if let Some(pipe) = &self.stderr {
            polled.push(PollFd::from_borrowed_fd(pipe.as_fd(), PollFlags::IN));
            which.push(2);
        }
        let timeout = Timespec {
            tv_sec: i64::try_from(wait.as_secs()).unwrap_or(i64::MAX),
            tv_nsec: i64::from(wait.subsec_nanos()),
        };
        match poll(&mut polled, Some(&timeout)) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        let ready = |wanted: i32| {
            let mut all = which.iter().zip(&polled);
            all.any(|(pipe, fd)| *pipe == wanted && !fd.revents().is_empty())
        };
        Ok((ready(0), ready(1), ready(2)))
    }

    /// Writes what fits; closes the pipe after the last byte, or when nobody reads it.
    fn write(&mut self) {
        let Some(stdin) = &mut self.stdin else { return };
        let next = if self.first.is_empty() {
            &mut self.request
        } else {
            &mut self.first
        };
        let done = match stdin.write(next) {
            Ok(written) => {
                *next = next.get(written..).unwrap_or_default();
                self.first.is_empty() && self.request.is_empty()
            }
            Err(error) => !is_only_later(&error),
        };
        if done {
            self.stdin = None;
        }
    }
}

/// Reads once; true at the end of the pipe.
fn read<R: Read>(pipe: &mut Option<R>, piece: &mut [u8], mut take: impl FnMut(&[u8])) -> bool {
    let Some(pipe) = pipe else { return true };
    match pipe.read(piece) {
        Ok(0) => true,
        Ok(length) => {
            take(piece.get(..length).unwrap_or_default());
            false
        }
        Err(error) => !is_only_later(&error),
    }
}

fn is_only_later(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted)
}

fn do_not_block(pipe: &impl AsFd) -> Option<()> {
    let flags = fcntl_getfl(pipe).ok()?;
    fcntl_setfl(pipe, flags | OFlags::NONBLOCK).ok()
}
