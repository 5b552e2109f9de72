//! A pack on its way: no other bytes than those that were signed are accepted, and no bytes make
//! the verifier panic.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use duly_proof::pack::{Member, read, write};
use duly_proof::policy::Policy;
use proptest::prelude::*;

use crate::world::{Script, codes, judge, policy};

type Files = BTreeMap<String, Vec<u8>>;

fn unpacked(pack: &[u8]) -> Files {
    let members = read(pack).unwrap();
    let copy = |member: &Member<'_>| (member.name.to_owned(), member.bytes.to_vec());
    members.iter().map(copy).collect()
}

fn packed(files: &Files) -> Vec<u8> {
    let members: Vec<Member<'_>> = files
        .iter()
        .map(|(name, bytes)| Member { name, bytes })
        .collect();
    write(&members).unwrap()
}

fn is_altered(pack: &[u8]) -> bool {
    static POLICY: LazyLock<Policy> = LazyLock::new(policy);
    let report = judge(pack, &POLICY, &[]);
    report.standing.word() == "altered" && report.exit_code() == 1
}

/// Runs a check for every number below a limit, on all processors.
fn all(limit: usize, check: impl Fn(usize) -> bool + Sync) {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let failed = std::thread::scope(|scope| {
        let check = &check;
        let share = move |first| {
            (first..limit)
                .step_by(threads)
                .find(|number| !check(*number))
        };
        let workers: Vec<_> = (0..threads)
            .map(|first| scope.spawn(move || share(first)))
            .collect();
        workers
            .into_iter()
            .find_map(|worker| worker.join().unwrap())
    });
    assert_eq!(failed, None);
}

#[test]
fn any_single_flipped_bit_of_a_pack_is_altered() {
    let pack = Script::opening().pack();
    assert!(!is_altered(&pack));
    all(pack.len() * 8, |bit| {
        let mut changed = pack.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        is_altered(&changed)
    });
}

#[test]
fn any_changed_byte_of_any_file_is_altered_even_in_a_container_made_anew() {
    let files = unpacked(&Script::opening().pack());
    for name in files.keys() {
        all(files[name].len(), |at| {
            let mut changed = files.clone();
            changed.get_mut(name).unwrap()[at] ^= 1 << (at % 8);
            is_altered(&packed(&changed))
        });
    }
}

#[test]
fn a_file_removed_added_or_renamed_is_altered() {
    let files = unpacked(&Script::clean().pack());
    for name in files.keys() {
        let mut without = files.clone();
        let bytes = without.remove(name).unwrap();
        assert!(is_altered(&packed(&without)), "{name} removed");
        without.insert(format!("{name}x"), bytes);
        assert!(is_altered(&packed(&without)), "{name} renamed");
    }
    let mut with = files.clone();
    with.insert("notes.txt".to_owned(), Vec::new());
    assert!(is_altered(&packed(&with)));
}

#[test]
fn a_pack_that_brings_its_own_policy_is_altered() {
    let mut files = unpacked(&Script::clean().pack());
    files.insert("policy".to_owned(), b"quorum none\n".to_vec());
    let report = judge(&packed(&files), &policy(), &[]);
    assert_eq!(report.standing.word(), "altered");
    assert_eq!(codes(&report), ["file"]);
}

#[test]
fn an_entry_removed_without_signing_again_is_altered() {
    let script = Script::clean();
    let full = unpacked(&script.pack());
    let place = script.0.len() - 1;
    let short = unpacked(&script.without(place).pack());
    // The shorter bundle and its name, under the manifest and checkpoint of the full log.
    let mut files = full.clone();
    files.retain(|name, _| !name.starts_with("tile/"));
    files.extend(
        short
            .into_iter()
            .filter(|(name, _)| name.starts_with("tile/")),
    );
    assert!(is_altered(&packed(&files)));
}

#[test]
fn parts_of_two_packs_of_one_log_do_not_make_a_third() {
    let first = unpacked(&Script::clean().pack());
    let second = unpacked(&Script::mixed().pack());
    for name in ["manifest", "checkpoint", "disclosures.jsonl"] {
        let mut mixed = first.clone();
        mixed.insert(name.to_owned(), second[name].clone());
        assert!(is_altered(&packed(&mixed)), "{name}");
    }
}

#[test]
fn bytes_before_or_after_a_pack_are_altered() {
    let pack = Script::clean().pack();
    assert!(is_altered(&[b"x", &pack[..]].concat()));
    assert!(is_altered(&[&pack[..], b"x"].concat()));
    assert!(is_altered(&[&pack[..], &pack[..]].concat()));
    assert!(is_altered(&pack[..pack.len() - 1]));
    assert!(is_altered(&[]));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_bytes_make_the_verifier_panic(
        bytes in proptest::collection::vec(any::<u8>(), 0..2_000),
    ) {
        prop_assert!(is_altered(&bytes));
    }

    #[test]
    fn no_file_in_a_good_container_makes_the_verifier_panic(
        file in 0usize..6,
        bytes in proptest::collection::vec(any::<u8>(), 0..500),
    ) {
        let mut files = unpacked(&Script::opening().pack());
        let name = files.keys().nth(file % files.len()).unwrap().clone();
        files.insert(name, bytes);
        prop_assert!(is_altered(&packed(&files)));
    }
}
