//! Every reason a backup's verdict can have: its stable code, the level it belongs to, the
//! verdict it leads to and what it means. `docs/backups.md` explains each; a test holds the two
//! together.

use crate::verdict::Verdict;

/// How deep a verification goes (`docs/backups.md`). Levels 3 to 5 are not built yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// What the job claimed.
    L0,
    /// Whether the copy exists, is fresh, has its history and its size.
    L1,
    /// Whether its bytes equal the source's.
    L2,
}

impl Level {
    /// As it stands in a judgement.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::L0 => "L0",
            Self::L1 => "L1",
            Self::L2 => "L2",
        }
    }
}

/// One reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    /// Kebab-case, never changed.
    pub code: &'static str,
    /// Where it belongs.
    pub level: Level,
    /// What it leads to by itself.
    pub verdict: Verdict,
    /// One line for the documentation.
    pub means: &'static str,
}

macro_rules! codes {
    ($($name:ident = $code:literal, $level:ident, $verdict:ident, $means:literal;)*) => {
        $(
            #[doc = $means]
            pub const $name: Code = Code {
                code: $code,
                level: Level::$level,
                verdict: Verdict::$verdict,
                means: $means,
            };
        )*
        /// All of them, in the order in which they are documented.
        pub const ALL: &[Code] = &[$($name),*];
    };
}

codes! {
    CLAIM_MISSING = "claim-missing", L0, Fail,
        "The job is expected to report each run, and has not reported.";
    CLAIM_UNFINISHED = "claim-unfinished", L0, Fail,
        "The job reported a start but no end, or no exit status.";
    CLAIM_FAILED = "claim-failed", L0, Fail,
        "The job ended with a status other than 0; any other status is a failure.";
    CLAIM_PARTIAL = "claim-partial", L0, Fail,
        "The job left files out: restic's status 3, which is not a success.";
    CLAIM_STALE = "claim-stale", L0, Fail,
        "The last report is older than the promised age.";
    CLAIM_WITHOUT_SNAPSHOT = "claim-without-snapshot", L0, Fail,
        "The job claims success, but the repository has no snapshot from that run.";

    READER_CRASHED = "reader-crashed", L1, Fail,
        "The reader crashed on the repository, as readers do on a damaged one.";
    TOO_SLOW = "too-slow", L1, Fail,
        "Reading took longer than allowed; a restore would, too.";
    READER_TOO_GREEDY = "reader-too-greedy", L1, Fail,
        "Reading took more memory, processes or output than allowed, and was ended.";
    READER_NOT_STARTED = "reader-not-started", L1, Unknown,
        "The reader could not be started here; nothing was found out.";
    NOTHING_READ = "nothing-read", L1, Fail,
        "The reader ended without having finished; whatever it said proves nothing.";
    REPOSITORY_MISSING = "repository-missing", L1, Fail,
        "There is no repository where it is said to be.";
    REPOSITORY_NOT_READABLE = "repository-not-readable", L1, Unknown,
        "duly may not read the repository; grant it read access.";
    PASSWORD_REFUSED = "password-refused", L1, Fail,
        "No key of the repository takes the password given: nobody could restore with it.";
    KEYS_MISSING = "keys-missing", L1, Fail,
        "The repository has no key files: nobody can restore from it.";
    REPOSITORY_DAMAGED = "repository-damaged", L1, Fail,
        "The repository's configuration or a key cannot be read.";
    REPOSITORY_REPLACED = "repository-replaced", L1, Fail,
        "Another repository lies where the known one lay; its history is gone.";
    SNAPSHOT_UNREADABLE = "snapshot-unreadable", L1, Fail,
        "A snapshot file is damaged or altered.";
    NO_SNAPSHOTS = "no-snapshots", L1, Fail,
        "The repository holds no snapshot at all.";
    SNAPSHOT_VANISHED = "snapshot-vanished", L1, Fail,
        "A snapshot seen before is gone and nothing newer of its job is there, or it is younger \
         than the promised retention.";
    SNAPSHOTS_GONE = "snapshots-gone", L1, Review,
        "Snapshots seen before are gone and no retention is declared: was that the policy?";
    SNAPSHOT_REWRITTEN = "snapshot-rewritten", L1, Review,
        "A snapshot was replaced by a rewritten one with other content.";
    SNAPSHOT_FROM_THE_FUTURE = "snapshot-from-the-future", L1, Fail,
        "A snapshot is dated after now: a wrong clock, behind which the newest can hide.";
    SNAPSHOT_BACKDATED = "snapshot-backdated", L1, Review,
        "A snapshot not seen before is dated before one that was: a clock went back, or an old \
         copy was brought in.";
    STALE = "stale", L1, Fail,
        "The newest snapshot is older than promised.";
    NO_ROOTS = "no-roots", L1, Unknown,
        "It is not known which roots have to be in the backup; nothing was looked for.";
    ROOT_MISSING = "root-missing", L1, Fail,
        "A configured root is not in the newest snapshot.";
    ROOT_EMPTY = "root-empty", L1, Fail,
        "A configured root is in the newest snapshot, but empty.";
    HOST_AMBIGUOUS = "host-ambiguous", L1, Review,
        "Several machines have snapshots of these roots; say which one is meant.";
    SHRUNK = "shrunk", L1, Review,
        "A root holds less than half of what it held in the median of its past 90 days.";
    COLLAPSED = "collapsed", L1, Fail,
        "A root holds less than a tenth of what it held in the median of its past 90 days.";
    INDEX_UNREADABLE = "index-unreadable", L1, Fail,
        "An index file is damaged; without it data cannot be found.";
    PACK_MISSING = "pack-missing", L1, Fail,
        "The index names packs of data that are not there.";
    PACK_DAMAGED = "pack-damaged", L1, Fail,
        "Packs of data are longer or shorter than the index says.";
    FOLDER_UNREADABLE = "folder-unreadable", L1, Fail,
        "Folders of the snapshot cannot be read from the repository.";

    CANARY_MISSING = "canary-missing", L2, Fail,
        "A planted file is not in the snapshot. Nothing excuses that.";
    CANARY_NOT_READ = "canary-not-read", L2, Unknown,
        "A planted file could not be looked for: the reader did not get that far.";
    CANARY_DIFFERS = "canary-differs", L2, Fail,
        "A planted file came back with other content. Nothing excuses that.";
    CANARY_CHANGED_AT_SOURCE = "canary-changed-at-source", L2, Fail,
        "The source's own picture shows a planted file changed: something rewrites files there.";
    MUST_MISSING = "must-missing", L2, Fail,
        "A file of the must list is not in the snapshot.";
    MUST_NOT_COMPARED = "must-not-compared", L2, Review,
        "A file of the must list could not be compared; take a manifest nearer to the backup.";
    CONTENT_DIFFERS = "content-differs", L2, Fail,
        "A file came back with the same size and time but other content.";
    FILE_UNREADABLE = "file-unreadable", L2, Fail,
        "A file could not be read out of the repository.";
    FILE_MISSING = "file-missing", L2, Fail,
        "Files of the manifest are not in the snapshot, and nothing shows that they came later \
         or went.";
    LEFT_OUT_AS_CACHE = "left-out-as-cache", L2, Fail,
        "Files were left out because a CACHEDIR.TAG marks their folder.";
    FILE_ALTERED = "file-altered", L2, Fail,
        "Files are in the snapshot with another size or time, though nothing shows a change.";
    REPLACED_BY_LINK = "replaced-by-link", L2, Fail,
        "A link stands where the data was; the data is not in the snapshot.";
    FOLDER_MISSING_UNCLEAR = "folder-missing-unclear", L2, Review,
        "A folder in use is not in the snapshot: renamed since, or left out?";
    MANY_FILES_WENT = "many-files-went", L2, Review,
        "More than half of the manifest's files are gone from the snapshot, each with an excuse.";
    LITTLE_COMPARED = "little-compared", L2, Review,
        "Less than a quarter of the manifest's files could be compared.";
    NOTHING_COMPARED = "nothing-compared", L2, Fail,
        "Not one file could be compared: nothing was verified.";
    MANIFEST_MISSING = "manifest-missing", L2, Unknown,
        "There is no manifest to compare with.";
    MANIFEST_NOT_READABLE = "manifest-not-readable", L2, Unknown,
        "The manifest cannot be read.";
    MANIFEST_INVALID = "manifest-invalid", L2, Unknown,
        "The manifest was cut short, reordered or is none.";
    MANIFEST_ALTERED = "manifest-altered", L2, Fail,
        "The manifest is not the one that was committed to before the run.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_reasons_share_a_code() {
        let mut codes: Vec<_> = ALL.iter().map(|code| code.code).collect();
        codes.sort_unstable();
        let before = codes.len();
        codes.dedup();
        assert_eq!(codes.len(), before);
    }

    #[test]
    fn every_reason_is_documented_with_its_verdict() {
        let page = include_str!("../../../../docs/backups.md");
        for code in ALL {
            let row = format!(
                "| `{}` | {} | {} |",
                code.code,
                code.level.word(),
                code.verdict.word()
            );
            assert!(
                page.contains(&row),
                "docs/backups.md lacks the row `{row} … |`"
            );
        }
    }
}
