//! One file of the manifest against the same name in a snapshot: may they be compared, is there
//! an honest reason why not, or is it a fault?
//!
//! A source lives on while it is walked and while it is backed up, so manifest and snapshot never
//! show the same moment. What tells honest change from a fault is the inode's change time: unlike
//! the content's, no ordinary program can set it. A difference is excused only when such a time
//! says that something happened after the earlier of the two pictures; without one it is a fault.
//! The rules, and what each of them cannot see, are in `docs/backups.md`.

use jiff::{SignedDuration, Timestamp};

use super::manifest::{ManifestFile, ManifestFolder};

/// How far a file system's clock may lag behind the one that stamped the walk: one tick of a
/// kernel running at 100 Hz.
const CLOCK_TICK: SignedDuration = SignedDuration::from_millis(10);

/// The same for a file system that keeps whole seconds.
const CLOCK_SECOND: SignedDuration = SignedDuration::from_secs(1);

/// What kind of thing a snapshot has under a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeKind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link.
    Link,
    /// A socket, pipe or device.
    Special,
}

/// A name in a snapshot, with what the backup software recorded about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SnapshotNode {
    /// What it is.
    pub kind: NodeKind,
    /// Bytes.
    pub size: u64,
    /// Last change of content.
    pub mtime: Option<Timestamp>,
    /// Last change of the inode.
    pub ctime: Option<Timestamp>,
}

/// The two moments a comparison is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// When the manifest's walk began.
    pub manifest_started: Timestamp,
    /// When the backup began.
    pub snapshot: Timestamp,
    /// Two walks around the backup agree on everything that is not volatile, so that nothing
    /// else can be excused.
    pub bracketed: bool,
}

impl Moment {
    /// The moment of a manifest and a snapshot. The manifest brackets the snapshot when the
    /// earlier walk had ended before the backup began and the later one began after it.
    #[must_use]
    pub fn new(head: &super::manifest::ManifestHead, snapshot: Timestamp) -> Self {
        let bracketed = head
            .bracket
            .as_ref()
            .is_some_and(|earlier| earlier.ended_at < snapshot && snapshot < head.started_at);
        Self {
            manifest_started: head.started_at,
            snapshot,
            bracketed,
        }
    }

    fn after_manifest(&self, time: Option<Timestamp>) -> bool {
        time.is_some_and(|time| latest(time) > self.manifest_started)
    }

    fn after_snapshot(&self, time: Timestamp) -> bool {
        latest(time) > self.snapshot
    }
}

/// The latest instant that a file system's stamp can stand for.
fn latest(stamp: Timestamp) -> Timestamp {
    let lag = if stamp.subsec_nanosecond() == 0 {
        CLOCK_SECOND
    } else {
        CLOCK_TICK
    };
    stamp.checked_add(lag).unwrap_or(stamp)
}

/// What a file of the manifest is, seen against a snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weighed {
    /// Size and time of content are the same: the content has to be.
    Comparable,
    /// It differs, for an honest reason.
    Excused(Excuse),
    /// It differs in a way that nothing explains.
    Faulty(Fault),
    /// A person has to look: an exclusion and a renamed folder look the same here.
    Unclear,
}

/// Why a difference is honest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Excuse {
    /// The manifest itself saw it change.
    Volatile,
    /// The snapshot's copy was changed after the manifest's walk began.
    ChangedAfterManifest,
    /// The manifest's was changed after the backup began.
    ChangedAfterSnapshot,
    /// It grew while the backup read it; its beginning has to be equal.
    GrewWhileRead,
    /// It came into being, or got its name, after the backup began.
    CameAfterSnapshot,
    /// A name went from its folder after the manifest's walk began.
    WentAfterManifest,
}

/// Why a difference is a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// It is not in the snapshot.
    Missing,
    /// It is not in the snapshot, because its folder is marked as a cache.
    LeftOutAsCache,
    /// It is in the snapshot with another size or time, though it did not change.
    Altered,
    /// A link stands in its place, or in that of a folder above it; the data is elsewhere.
    ReplacedByLink,
    /// The folder above it cannot be read from the repository.
    Unreadable,
}

/// Weighs a file that the snapshot has under the same name.
#[must_use]
pub fn weigh_present(file: &ManifestFile, node: &SnapshotNode, moment: &Moment) -> Weighed {
    if file.volatile {
        return Weighed::Excused(Excuse::Volatile);
    }
    if node.kind == NodeKind::File && node.size == file.size && node.mtime == Some(file.mtime) {
        return Weighed::Comparable;
    }
    let fault = if node.kind == NodeKind::Link {
        Fault::ReplacedByLink
    } else {
        Fault::Altered
    };
    if moment.bracketed {
        return Weighed::Faulty(fault);
    }
    if moment.after_manifest(node.ctime.or(node.mtime)) {
        return Weighed::Excused(Excuse::ChangedAfterManifest);
    }
    if moment.after_snapshot(file.ctime) {
        return Weighed::Excused(Excuse::ChangedAfterSnapshot);
    }
    let same_stamps = node.mtime == Some(file.mtime) && node.ctime == Some(file.ctime);
    if node.kind == NodeKind::File && same_stamps && node.size > file.size {
        return Weighed::Excused(Excuse::GrewWhileRead);
    }
    Weighed::Faulty(fault)
}

/// What is around a file that the snapshot lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Surroundings<'a> {
    /// The nearest thing above it that the snapshot has; `None` when it lacks even the root.
    pub nearest: Option<Nearest>,
    /// The outermost folder above it that the manifest has and the snapshot lacks.
    pub lost_folder: Option<&'a ManifestFolder>,
}

/// The nearest thing above a missing file that the snapshot has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nearest {
    /// It.
    pub node: SnapshotNode,
    /// It holds a `CACHEDIR.TAG`, which tells backup software to leave out all the rest.
    pub cache_tag: bool,
    /// Its list of names cannot be read from the repository.
    pub unreadable: bool,
}

/// Weighs a file that the snapshot lacks.
#[must_use]
pub fn weigh_missing(file: &ManifestFile, around: &Surroundings<'_>, moment: &Moment) -> Weighed {
    if let Some(nearest) = around.nearest {
        if nearest.unreadable {
            return Weighed::Faulty(Fault::Unreadable);
        }
        if nearest.node.kind == NodeKind::Link {
            return Weighed::Faulty(Fault::ReplacedByLink);
        }
        if nearest.cache_tag {
            return Weighed::Faulty(Fault::LeftOutAsCache);
        }
    }
    if file.volatile {
        return Weighed::Excused(Excuse::Volatile);
    }
    if moment.bracketed {
        return Weighed::Faulty(Fault::Missing);
    }
    if moment.after_snapshot(file.ctime) {
        return Weighed::Excused(Excuse::CameAfterSnapshot);
    }
    let nearest_changed = |nearest: Nearest| moment.after_manifest(nearest.node.mtime);
    if around.nearest.is_some_and(nearest_changed) {
        return Weighed::Excused(Excuse::WentAfterManifest);
    }
    match around.lost_folder {
        // A renamed folder keeps the time of its content and gets a new inode time; a name that
        // came or went in it sets both alike. The second says nothing about where it was.
        Some(folder) if moment.after_snapshot(folder.ctime) => {
            if folder.ctime == folder.mtime {
                Weighed::Unclear
            } else {
                Weighed::Excused(Excuse::CameAfterSnapshot)
            }
        }
        _ => Weighed::Faulty(Fault::Missing),
    }
}

#[cfg(test)]
mod tests;
