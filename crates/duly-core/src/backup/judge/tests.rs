//! Each rule of the judge, alone: the same good case with one thing changed.

mod content;

use jiff::SignedDuration;

use super::*;
use crate::backup::facts::{
    Compared, Done, Drawn, FileRead, ManifestFacts, SOURCE, Stratum, name, to_fields,
};
use crate::backup::known::Held;
use crate::backup::request::{Canary, Claim, DrawFrom, Expectation, Secret, SeedOrigin};
use crate::observation::{Method, Value};

const NOW: Timestamp = Timestamp::constant(1_800_000_000, 0);

fn hours_ago(hours: i64) -> Timestamp {
    NOW.checked_sub(SignedDuration::from_hours(hours)).unwrap()
}

fn snapshot(hours: i64) -> SnapshotSeen {
    SnapshotSeen {
        time: hours_ago(hours),
        host: "srv1".into(),
        paths: vec!["/srv".into()],
        tags: Vec::new(),
        tree: format!("tree of {hours}"),
        original: None,
        first_seen: hours_ago(hours),
        gone_since: None,
        held: BTreeMap::new(),
    }
}

fn read(strata: &[Stratum]) -> FileRead {
    FileRead {
        strata: strata.to_vec(),
        weighed: "comparable".into(),
        expected: Some("aa".into()),
        found: Some("aa".into()),
        unreadable: None,
        bytes: 10,
    }
}

/// A verification that finds all well, to be spoilt.
struct Found {
    request: BackupRequest,
    ended: Ended,
    seen: BTreeMap<String, SnapshotSeen>,
    gone: Vec<String>,
    chosen: Option<&'static str>,
    held: Option<Held>,
    past: Vec<Held>,
    compared: Compared,
    reads: Vec<(&'static str, FileRead)>,
    more: Vec<Observation>,
    done: bool,
}

fn own(subject: &str, name: &str, value: Value) -> Observation {
    Observation::measured(SOURCE, subject, name, value, NOW)
}

impl Found {
    fn well() -> Self {
        Self {
            request: BackupRequest {
                kind: "restic".into(),
                repository: "/backup".into(),
                password: Secret("p".into()),
                depth: Depth::Read,
                roots: vec!["/srv".into()],
                host: None,
                manifest: Some("/m".into()),
                manifest_root: None,
                snapshots: Vec::new(),
                known: Known::default(),
                must: Vec::new(),
                canaries: Vec::new(),
                draw: DrawFrom {
                    seed: "00".repeat(32),
                    origin: SeedOrigin::ProviderOnly,
                },
                sample: 300,
                claim: None,
                expect: Expectation::default(),
                now: NOW,
            },
            ended: Ended::Well,
            seen: [("newest".to_owned(), snapshot(8))].into(),
            gone: Vec::new(),
            chosen: Some("newest"),
            held: Some(Held {
                files: 100,
                bytes: 1_000,
            }),
            past: Vec::new(),
            compared: Compared {
                by_word: [("comparable".to_owned(), 100)].into(),
                ..Compared::default()
            },
            reads: vec![("/srv/a", read(&[Stratum::Drawn]))],
            more: Vec::new(),
            done: true,
        }
    }

    fn observations(&self) -> Vec<Observation> {
        let mut all = vec![
            own(
                "repository",
                name::REPOSITORY_ID,
                Value::Text("repo".into()),
            ),
            own(
                "repository",
                name::SNAPSHOTS_GONE,
                Value::List(self.gone.clone()),
            ),
            own("manifest", name::COMPARED, to_fields(&self.compared)),
        ];
        for (id, seen) in &self.seen {
            all.push(own(
                &format!("snapshot:{id}"),
                name::SNAPSHOT_SEEN,
                to_fields(seen),
            ));
        }
        let chosen = self
            .chosen
            .map_or(Value::Absent, |id| Value::Text(id.into()));
        all.push(own("root:/srv", name::ROOT_SNAPSHOT, chosen));
        let held = self.held.as_ref().map_or(Value::Absent, to_fields);
        all.push(own("root:/srv", name::ROOT_HELD, held));
        for past in &self.past {
            all.push(own("root:/srv", name::ROOT_PAST, to_fields(past)));
        }
        let manifest = ManifestFacts {
            root: "r".into(),
            files: 100,
            bytes: 1_000,
            unreadable: 0,
            started_at: hours_ago(9),
            bracketed: false,
        };
        all.push(own("manifest", name::MANIFEST, to_fields(&manifest)));
        let drawn = Drawn {
            drawn: 1,
            compared: 1,
            population: 100,
            digest: "d".into(),
        };
        all.push(own("manifest", name::DRAW, to_fields(&drawn)));
        for (path, read) in &self.reads {
            all.push(own(
                &format!("path:{path}"),
                name::FILE_READ,
                to_fields(read),
            ));
        }
        all.extend(self.more.clone());
        if self.done {
            let done = Done {
                attempts: 1,
                files: 1,
                bytes: 10,
            };
            all.push(own("repository", name::DONE, to_fields(&done)));
        }
        all
    }

    fn judge(&self) -> Judgement {
        judge(&self.request, &self.observations(), &self.ended)
    }

    fn remember(&mut self, id: &str, seen: SnapshotSeen) {
        self.request.known.duly_known = 1;
        self.request.known.repository = Some("repo".into());
        self.request.known.looked_at = Some(hours_ago(24));
        self.request.known.snapshots.insert(id.to_owned(), seen);
    }
}

fn codes(judgement: &Judgement) -> Vec<&str> {
    judgement
        .reasons
        .iter()
        .map(|reason| reason.code.as_str())
        .collect()
}

fn spoilt(how: impl FnOnce(&mut Found)) -> (Verdict, Vec<String>) {
    let mut found = Found::well();
    how(&mut found);
    let judgement = found.judge();
    let codes = codes(&judgement).into_iter().map(str::to_owned).collect();
    (judgement.verdict, codes)
}

fn assert_fails(code: &str, how: impl FnOnce(&mut Found)) {
    let (verdict, codes) = spoilt(how);
    assert_eq!(
        (verdict, codes.first().map(String::as_str)),
        (Verdict::Fail, Some(code))
    );
}

fn assert_review(code: &str, how: impl FnOnce(&mut Found)) {
    let (verdict, codes) = spoilt(how);
    assert_eq!(
        (verdict, codes.first().map(String::as_str)),
        (Verdict::Review, Some(code))
    );
}

#[test]
fn a_good_backup_passes_at_the_highest_level_there_is() {
    let judgement = Found::well().judge();
    assert_eq!(judgement.verdict, Verdict::Pass, "{judgement:#?}");
    assert_eq!(judgement.level.as_deref(), Some("L2"));
    assert_eq!(judgement.coverage["seed"], "provider-only");
    assert!(judgement.reasons.is_empty());
}

#[test]
fn a_reader_that_did_not_end_in_order_fails_whatever_it_printed() {
    assert_fails("too-slow", |found| found.ended = Ended::TooSlow);
    assert_fails("reader-crashed", |found| found.ended = Ended::Signal(6));
    assert_fails("reader-crashed", |found| found.ended = Ended::Status(101));
    assert_fails("reader-too-greedy", |found| {
        found.ended = Ended::TooMuchOutput
    });
    assert_fails("nothing-read", |found| found.done = false);
}

#[test]
fn a_reader_that_was_never_started_found_nothing_out() {
    let request = Found::well().request;
    let judgement = judge(&request, &[], &Ended::NotStarted("no such file".into()));
    assert_eq!(judgement.verdict, Verdict::Unknown);
    assert_eq!(judgement.level, None);
}

#[test]
fn what_is_not_measured_by_duly_cannot_make_a_backup_pass() {
    let found = Found::well();
    let mut observations = found.observations();
    for observation in &mut observations {
        observation.method = Method::Import;
    }
    let judgement = judge(&found.request, &observations, &Ended::Well);
    assert_eq!(codes(&judgement), ["nothing-read"]);
}

#[test]
fn only_the_status_zero_of_a_finished_run_is_a_success() {
    let claim = |exit_code, ended: bool| Claim {
        tool: Some("restic 0.14.0".into()),
        exit_code,
        started_at: Some(hours_ago(8)),
        ended_at: ended.then(|| hours_ago(7)),
        snapshot: None,
    };
    let with = |claim: Claim| spoilt(|found| found.request.claim = Some(claim)).1;
    assert!(with(claim(Some(0), true)).is_empty());
    assert_eq!(with(claim(Some(3), true)), ["claim-partial"]);
    assert_eq!(with(claim(Some(1), true)), ["claim-failed"]);
    assert_eq!(with(claim(Some(130), true)), ["claim-failed"]);
    assert_eq!(with(claim(None, false)), ["claim-unfinished"]);
    assert_eq!(with(claim(Some(0), false)), ["claim-unfinished"]);
}

#[test]
fn a_failed_claim_holds_no_level_though_the_rest_is_well() {
    let mut found = Found::well();
    found.request.claim = Some(Claim {
        exit_code: Some(1),
        ..Claim::default()
    });
    assert_eq!(found.judge().level, None);
}

#[test]
fn silence_fails_only_where_a_report_is_expected() {
    assert_fails("claim-missing", |found| found.request.expect.claim = true);
    assert_eq!(Found::well().judge().coverage["claim"], "not given");
}

#[test]
fn a_success_claimed_after_the_newest_snapshot_is_contradicted() {
    assert_fails("claim-without-snapshot", |found| {
        found.request.claim = Some(Claim {
            exit_code: Some(0),
            started_at: Some(hours_ago(2)),
            ended_at: Some(hours_ago(1)),
            ..Claim::default()
        });
    });
}

#[test]
fn a_snapshot_older_than_promised_is_stale() {
    assert_fails("stale", |found| found.request.expect.age_hours_max = 7.0);
    let (verdict, _) = spoilt(|found| found.request.expect.age_hours_max = 8.5);
    assert_eq!(verdict, Verdict::Pass);
}

#[test]
fn the_newest_known_snapshot_may_never_vanish() {
    assert_fails("snapshot-vanished", |found| {
        found.remember("later", snapshot(1));
        found.gone.push("later".into());
    });
}

#[test]
fn an_older_one_that_went_is_for_a_person_unless_retention_is_declared() {
    let older = |found: &mut Found| {
        found.remember("older", snapshot(24 * 20));
        found.gone.push("older".into());
    };
    assert_review("snapshots-gone", older);
    let (verdict, _) = spoilt(|found| {
        older(found);
        found.request.expect.keep_days = Some(14);
    });
    assert_eq!(verdict, Verdict::Pass);
    assert_fails("snapshot-vanished", |found| {
        older(found);
        found.request.expect.keep_days = Some(30);
    });
}

#[test]
fn one_snapshot_a_day_is_enough_where_that_was_declared() {
    let earlier_that_day = |found: &mut Found| {
        found.remember("earlier", snapshot(14));
        found.gone.push("earlier".into());
        found.request.expect.keep_days = Some(30);
    };
    assert_fails("snapshot-vanished", earlier_that_day);
    let (verdict, _) = spoilt(|found| {
        earlier_that_day(found);
        found.request.expect.keep_one_per_day = true;
    });
    assert_eq!(verdict, Verdict::Pass);
}

#[test]
fn a_snapshot_rewritten_with_other_content_is_for_a_person() {
    let rewritten = |tree: &'static str| {
        move |found: &mut Found| {
            found.remember(
                "before",
                SnapshotSeen {
                    tree: "whole".into(),
                    ..snapshot(8)
                },
            );
            found.gone.push("before".into());
            let newest = found.seen.get_mut("newest").unwrap();
            newest.original = Some("before".into());
            newest.tree = tree.into();
        }
    };
    assert_review("snapshot-rewritten", rewritten("less"));
    assert_eq!(spoilt(rewritten("whole")).0, Verdict::Pass);
}

#[test]
fn a_snapshot_dated_after_now_fails_beyond_the_slack() {
    assert_fails("snapshot-from-the-future", |found| {
        found.seen.insert("future".into(), snapshot(-1));
    });
}

#[test]
fn a_new_snapshot_dated_before_a_known_one_is_for_a_person() {
    assert_review("snapshot-backdated", |found| {
        found.remember("known", snapshot(10));
        found.seen.insert("backdated".into(), snapshot(40));
    });
}

#[test]
fn a_root_that_is_absent_empty_or_lost_fails() {
    assert_fails("root-missing", |found| found.chosen = None);
    assert_fails("root-missing", |found| found.held = None);
    assert_fails("root-empty", |found| found.held = Some(Held::default()));
    assert_fails("root-missing", |found| {
        found.more.push(own(
            "root:/srv",
            name::ROOT_LOST_BY,
            Value::Text("half".into()),
        ));
    });
}

#[test]
fn a_root_is_held_against_the_median_of_its_past() {
    let past = |files: &[u64]| {
        files
            .iter()
            .map(|files| Held {
                files: *files,
                bytes: files * 10,
            })
            .collect::<Vec<_>>()
    };
    assert_review("shrunk", |found| found.past = past(&[210, 250, 230]));
    assert_fails("collapsed", |found| found.past = past(&[2_000, 2_100, 10]));
    for honest in [&[1, 2, 3][..], &[100], &[190, 150], &[500, 10], &[]] {
        let (verdict, _) = spoilt(|found| found.past = past(honest));
        assert_eq!(verdict, Verdict::Pass, "{honest:?}");
    }
}

#[test]
fn another_repository_in_the_place_of_the_known_one_fails() {
    assert_fails("repository-replaced", |found| {
        found.remember("newest", snapshot(8));
        found.request.known.repository = Some("another".into());
    });
}

#[test]
fn a_manifest_that_cannot_be_used_is_unknown_and_one_that_was_swapped_fails() {
    for code in [
        "manifest-missing",
        "manifest-not-readable",
        "manifest-invalid",
    ] {
        let why = Value::Unreadable(format!("{code}: it says"));
        let (verdict, codes) =
            spoilt(|found| found.more.push(own("manifest", name::MANIFEST, why)));
        assert_eq!((verdict, codes), (Verdict::Unknown, vec![code.to_owned()]));
    }
    assert_fails("manifest-altered", |found| {
        found.request.manifest_root = Some("s".into())
    });
}

#[test]
fn the_worst_reason_comes_first() {
    let (_, codes) = spoilt(|found| {
        found.past = vec![Held {
            files: 210,
            bytes: 2_100,
        }];
        found.reads[0].1.found = Some("ab".into());
    });
    assert_eq!(codes, ["content-differs", "shrunk"]);
}

#[test]
fn a_crash_does_not_make_duly_forget() {
    let mut found = Found::well();
    found.remember("older", snapshot(24));
    let observations = found.observations();
    let crashed = remember(&found.request, &observations, &Ended::Signal(6));
    assert_eq!(crashed, found.request.known);
    let well = remember(&found.request, &observations, &Ended::Well);
    assert_eq!(well.present().count(), 2);
    assert_eq!(well.snapshots["newest"].held["/srv"].files, 100);
}

proptest::proptest! {
    #[test]
    fn a_differing_file_is_never_outvoted(good in 0_usize..400, place in 0_usize..400) {
        let mut found = Found::well();
        found.reads = vec![("/srv/a", read(&[Stratum::Drawn])); good + 1];
        let place = place % (good + 1);
        found.reads[place].1.found = Some("ab".into());
        proptest::prop_assert_eq!(found.judge().verdict, Verdict::Fail);
    }
}
