//! Packs: one sequence of bytes for a set of files, and no other is read.

use duly_proof::pack::{MEMBERS_MAX, Member, PackError, read, write};
use proptest::prelude::*;

fn members() -> Vec<Member<'static>> {
    vec![
        Member {
            name: "README.txt",
            bytes: b"hello",
        },
        Member {
            name: "checkpoint",
            bytes: b"",
        },
        Member {
            name: "tile/entries/000.p/2",
            bytes: &[0, 1, 2],
        },
    ]
}

/// What a ZIP program could be made to write: a member, then its directory record, both as given.
fn archive(name: &[u8], method: u8, stored: &[u8], length: u32) -> Vec<u8> {
    let good = write(&[Member {
        name: "n",
        bytes: stored,
    }])
    .unwrap();
    let (local, rest) = good.split_at(30 + 1 + stored.len());
    let (central, _) = rest.split_at(46 + 1);
    let mut bytes = local[..30].to_vec();
    bytes[8] = method;
    bytes[22..26].copy_from_slice(&length.to_le_bytes());
    bytes[26] = name.len() as u8;
    bytes.extend_from_slice(name);
    bytes.extend_from_slice(stored);
    let offset = bytes.len() as u32;
    let mut record = central[..46].to_vec();
    record[10] = method;
    record[24..28].copy_from_slice(&length.to_le_bytes());
    record[28] = name.len() as u8;
    record.extend_from_slice(name);
    bytes.extend_from_slice(&record);
    let mut end = b"PK\x05\x06\0\0\0\0\x01\0\x01\0".to_vec();
    end.extend_from_slice(&(record.len() as u32).to_le_bytes());
    end.extend_from_slice(&offset.to_le_bytes());
    end.extend_from_slice(&[0, 0]);
    [bytes, end].concat()
}

#[test]
fn files_come_back_as_they_went_in_whatever_their_order_was() {
    let mut shuffled = members();
    shuffled.reverse();
    let bytes = write(&shuffled).unwrap();
    assert_eq!(bytes, write(&members()).unwrap());
    assert_eq!(read(&bytes).unwrap(), members());
}

#[test]
fn a_pack_without_files_is_one_too() {
    assert_eq!(read(&write(&[]).unwrap()), Ok(Vec::new()));
}

#[test]
fn any_flipped_bit_of_the_container_is_refused() {
    let bytes = write(&members()).unwrap();
    for bit in 0..bytes.len() * 8 {
        let mut changed = bytes.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(read(&changed).is_err(), "bit {bit}");
    }
}

#[test]
fn a_pack_cut_short_or_added_to_anywhere_is_refused() {
    let bytes = write(&members()).unwrap();
    for at in 0..bytes.len() {
        assert!(read(&bytes[..at]).is_err(), "cut at {at}");
        let longer = [&bytes[..at], &[0], &bytes[at..]].concat();
        assert!(read(&longer).is_err(), "a byte added at {at}");
    }
    assert_eq!(
        read(&[&bytes[..], &[0]].concat()),
        Err(PackError::NotAnArchive)
    );
}

#[test]
fn two_packs_in_one_are_refused() {
    let bytes = write(&members()).unwrap();
    assert_eq!(
        read(&[&bytes[..], &bytes].concat()),
        Err(PackError::NotAnArchive)
    );
}

#[test]
fn a_name_that_escapes_its_folder_is_refused() {
    for name in [
        "../evil",
        "a/../../evil",
        "/etc/passwd",
        "a\\b",
        "c:evil",
        "a//b",
        "a/",
        "",
        ".",
        "a/.b",
        "a.",
        "nul\0",
        "é",
        "a b",
    ] {
        let member = Member { name, bytes: b"x" };
        assert_eq!(write(&[member]), Err(PackError::Name(name.to_owned())));
        let forged = archive(name.as_bytes(), 0, b"x", 1);
        assert_eq!(
            read(&forged),
            Err(PackError::Name(name.to_owned())),
            "{name:?}"
        );
    }
    assert!(matches!(
        read(&archive(b"\xff", 0, b"x", 1)),
        Err(PackError::Name(_))
    ));
}

#[test]
fn the_forger_of_these_tests_can_also_write_a_good_pack() {
    let forged = archive(b"n", 0, b"x", 1);
    assert_eq!(
        forged,
        write(&[Member {
            name: "n",
            bytes: b"x"
        }])
        .unwrap()
    );
}

#[test]
fn a_name_that_stands_there_twice_is_refused() {
    for (first, second) in [
        ("a", "a"),
        ("A", "a"),
        ("a", "a/b"),
        ("a/B", "a/b"),
        ("A/b", "a"),
    ] {
        let twice = [
            Member {
                name: first,
                bytes: b"1",
            },
            Member {
                name: second,
                bytes: b"2",
            },
        ];
        assert!(
            matches!(write(&twice), Err(PackError::NameTwice(_))),
            "{first} {second}"
        );
    }
    // The same, as an archive whose every record is right.
    let twice = write(&[
        Member {
            name: "a",
            bytes: b"1",
        },
        Member {
            name: "b",
            bytes: b"2",
        },
    ]);
    let mut twice = twice.unwrap();
    for byte in &mut twice {
        if *byte == b'b' {
            *byte = b'a';
        }
    }
    assert_eq!(read(&twice), Err(PackError::NameTwice("a".to_owned())));
}

#[test]
fn a_member_that_would_explode_is_refused_without_being_unpacked() {
    // 4 GiB of zeros, as its header says, out of eleven bytes of deflate.
    let bomb = archive(b"n", 8, &[0x63, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], u32::MAX);
    assert!(read(&bomb).is_err());
}

#[test]
fn a_directory_that_tells_of_more_members_than_there_are_is_refused() {
    let mut bytes = write(&members()).unwrap();
    let end = bytes.len() - 22;
    for at in [end + 8, end + 10] {
        bytes[at..at + 2].copy_from_slice(&[0xff, 0xff]);
    }
    assert_eq!(read(&bytes), Err(PackError::TooLarge));
}

#[test]
fn more_files_than_the_limit_are_refused() {
    let names: Vec<String> = (0..=MEMBERS_MAX).map(|number| number.to_string()).collect();
    let members: Vec<Member<'_>> = names
        .iter()
        .map(|name| Member { name, bytes: b"" })
        .collect();
    assert_eq!(write(&members), Err(PackError::TooLarge));
    assert!(write(&members[1..]).is_ok());
}

#[test]
fn an_ordinary_zip_program_can_open_a_pack() {
    use std::io::Write as _;
    use std::process::{Command, Stdio};
    let program = "import io,sys,zipfile\n\
        z=zipfile.ZipFile(io.BytesIO(sys.stdin.buffer.read()))\n\
        print(z.testzip(), [(n,len(z.read(n))) for n in z.namelist()])";
    let python = Command::new("python3")
        .args(["-c", program])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut python) = python else {
        eprintln!("skipped: there is no python3 to open a pack with");
        return;
    };
    python
        .stdin
        .take()
        .unwrap()
        .write_all(&write(&members()).unwrap())
        .unwrap();
    let output = python.wait_with_output().unwrap();
    assert_eq!(
        String::from_utf8(output.stdout).unwrap().trim(),
        "None [('README.txt', 5), ('checkpoint', 0), ('tile/entries/000.p/2', 3)]"
    );
}

proptest! {
    #[test]
    fn whatever_is_read_is_exactly_what_would_be_written(
        bytes in proptest::collection::vec(any::<u8>(), 0..200),
        at in 0usize..1_000,
        with in any::<u8>(),
    ) {
        let mut changed = write(&members()).unwrap();
        let at = at % changed.len();
        changed[at] = with;
        for candidate in [bytes, changed] {
            if let Ok(members) = read(&candidate) {
                prop_assert_eq!(write(&members).unwrap(), candidate);
            }
        }
    }

    #[test]
    fn any_set_of_files_comes_back(
        files in proptest::collection::btree_map(
            "[a-z]{1,8}(-[a-z]{1,4}){0,2}",
            proptest::collection::vec(any::<u8>(), 0..300),
            0..20,
        ),
    ) {
        let members: Vec<Member<'_>> =
            files.iter().map(|(name, bytes)| Member { name, bytes }).collect();
        let archive = write(&members).unwrap();
        prop_assert_eq!(read(&archive).unwrap(), members);
    }
}
