//! Two walks compared: what is the same in both has held still in between; everything else is
//! volatile.

use std::cmp::Ordering;
use std::io::BufRead;
use std::iter::Peekable;

use duly_core::backup::manifest::ManifestEntry;
use duly_core::backup::path::SourcePath;

use super::ReadError;
use super::read::ManifestLines;
use super::walk::{NotEntries, Walk};

/// The later walk, merged with the earlier manifest.
pub(super) struct Merge<R: BufRead> {
    walk: Walk,
    next: Option<(SourcePath, ManifestEntry)>,
    earlier: Peekable<ManifestLines<R>>,
}

impl<R: BufRead> Merge<R> {
    pub(super) fn new(mut walk: Walk, earlier: ManifestLines<R>) -> Self {
        let next = walk.next();
        Self {
            walk,
            next,
            earlier: earlier.peekable(),
        }
    }

    pub(super) fn not_entries(&self) -> NotEntries {
        self.walk.not_entries()
    }

    /// The next entry of either, in order.
    pub(super) fn next_entry(&mut self) -> Option<Result<ManifestEntry, ReadError>> {
        loop {
            let order = match (&self.next, self.earlier.peek()) {
                (None, None) => return None,
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) | (_, Some(Err(_))) => Ordering::Greater,
                (Some((now, _)), Some(Ok((before, _)))) => now.cmp(before),
            };
            match order {
                Ordering::Less => {
                    let (_, now) = self.advance()?;
                    return Some(Ok(volatile(now)));
                }
                Ordering::Equal => {
                    let before = self.earlier.next()?;
                    let (_, now) = self.advance()?;
                    return Some(before.map(|(_, before)| compared(now, &before)));
                }
                Ordering::Greater => match self.earlier.next()? {
                    Err(error) => return Some(Err(error)),
                    // Only a file that went is worth a line: it may be in the backup.
                    Ok((_, before @ ManifestEntry::File(_))) => return Some(Ok(volatile(before))),
                    Ok(_) => {}
                },
            }
        }
    }

    fn advance(&mut self) -> Option<(SourcePath, ManifestEntry)> {
        let next = self.walk.next();
        std::mem::replace(&mut self.next, next)
    }
}

fn volatile(entry: ManifestEntry) -> ManifestEntry {
    match entry {
        ManifestEntry::File(mut file) => {
            file.volatile = true;
            ManifestEntry::File(file)
        }
        other => other,
    }
}

/// The later of two pictures of one name, volatile unless they agree in everything.
fn compared(now: ManifestEntry, before: &ManifestEntry) -> ManifestEntry {
    if now == *before { now } else { volatile(now) }
}
