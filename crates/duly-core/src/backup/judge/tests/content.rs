//! Level 2: what is read back, against the manifest; the cases of the judge's other tests.

use super::*;

#[test]
fn one_differing_byte_in_one_drawn_file_fails_and_withdraws_the_bound() {
    let mut found = Found::well();
    found.reads[0].1.found = Some("ab".into());
    let judgement = found.judge();
    assert_eq!(codes(&judgement), ["content-differs"]);
    assert_eq!(judgement.level.as_deref(), Some("L1"));
    assert!(judgement.bounds.get("differing_share_max").is_none());
}

#[test]
fn a_file_that_cannot_be_read_out_fails_even_if_it_need_not_be_equal() {
    assert_fails("file-unreadable", |found| {
        let mut changed = read(&[Stratum::Drawn]);
        changed.weighed = "changed-after-manifest".into();
        (changed.expected, changed.found) = (None, None);
        changed.unreadable = Some("decryption failed".into());
        found.reads.push(("/srv/b", changed));
    });
}

#[test]
fn a_file_that_changed_honestly_is_read_and_not_blamed() {
    let (verdict, _) = spoilt(|found| {
        let mut changed = read(&[Stratum::Drawn]);
        changed.weighed = "changed-after-manifest".into();
        (changed.expected, changed.found) = (None, Some("other".into()));
        found.reads.push(("/srv/b", changed));
    });
    assert_eq!(verdict, Verdict::Pass);
}

#[test]
fn nothing_compared_is_never_a_pass() {
    assert_fails("nothing-compared", |found| found.reads.clear());
}

#[test]
fn little_compared_and_many_gone_are_for_a_person() {
    let words = |list: &[(&str, u64)]| {
        list.iter()
            .map(|(word, count)| ((*word).to_owned(), *count))
            .collect()
    };
    assert_review("little-compared", |found| {
        found.compared.by_word = words(&[("comparable", 20), ("changed-after-manifest", 80)]);
    });
    assert_review("many-files-went", |found| {
        found.compared.by_word = words(&[("comparable", 40), ("went-after-manifest", 60)]);
    });
}

#[test]
fn every_fault_of_names_sizes_and_times_fails_over_all_files() {
    for word in [
        "file-missing",
        "left-out-as-cache",
        "file-altered",
        "replaced-by-link",
    ] {
        assert_fails(word, |found| {
            found.compared.by_word.insert(word.into(), 1);
        });
    }
    assert_review("folder-missing-unclear", |found| {
        found
            .compared
            .by_word
            .insert("folder-missing-unclear".into(), 1);
    });
}

#[test]
fn a_file_of_the_must_list_is_missing_or_not_compared_never_overlooked() {
    let must = |spoil: fn(&mut FileRead)| {
        move |found: &mut Found| {
            found.request.must.push("/srv/db".into());
            let mut file = read(&[Stratum::Must]);
            spoil(&mut file);
            found.reads.push(("/srv/db/app", file));
        }
    };
    assert_eq!(spoilt(must(|_| ())).0, Verdict::Pass);
    assert_fails(
        "must-missing",
        must(|file| {
            file.weighed = "went-after-manifest".into();
            (file.expected, file.found) = (None, None);
        }),
    );
    assert_review(
        "must-not-compared",
        must(|file| {
            file.weighed = "changed-after-snapshot".into();
            file.expected = None;
        }),
    );
    assert_review("must-not-compared", |found| {
        found.request.must.push("/srv/nowhere".into())
    });
}

#[test]
fn nothing_excuses_a_canary() {
    let canary = Canary {
        path: "/srv/c".into(),
        sha256: "cc".into(),
        size: 10,
    };
    let planted = |spoil: fn(&mut FileRead)| {
        let canary = canary.clone();
        move |found: &mut Found| {
            found.request.canaries.push(canary);
            let mut file = read(&[Stratum::Canary]);
            (file.expected, file.found) = (Some("cc".into()), Some("cc".into()));
            spoil(&mut file);
            found.reads.push(("/srv/c", file));
        }
    };
    assert_eq!(spoilt(planted(|_| ())).0, Verdict::Pass);
    assert_fails(
        "canary-differs",
        planted(|file| {
            file.weighed = "changed-after-manifest".into();
            file.found = Some("dd".into());
        }),
    );
    assert_fails(
        "canary-missing",
        planted(|file| {
            file.weighed = "came-after-snapshot".into();
            file.found = None;
        }),
    );
    assert_fails(
        "canary-changed-at-source",
        planted(|file| file.expected = Some("ee".into())),
    );
    let canary = canary.clone();
    assert_fails("canary-missing", |found| {
        found.request.canaries.push(canary)
    });
}
