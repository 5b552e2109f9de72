//! A manifest that was cut, reordered, extended or miscounted is refused.

use super::*;

const HEAD: &str = r#"{"duly_manifest":1,"roots":["/srv"],"started_at":"2026-03-01T02:00:00Z"}"#;

fn file(path: &str, size: u64) -> String {
    ManifestEntry::File(ManifestFile {
        path: path.into(),
        raw: false,
        size,
        mtime: Timestamp::UNIX_EPOCH,
        ctime: Timestamp::UNIX_EPOCH,
        sha256: "00".repeat(32),
        volatile: false,
    })
    .to_line()
    .unwrap()
}

fn end(files: u64, bytes: u64) -> String {
    serde_json::to_string(&ManifestEnd {
        ended_at: Timestamp::UNIX_EPOCH,
        counts: ManifestCounts {
            files,
            bytes,
            links: 3,
            special: 1,
            ..Default::default()
        },
    })
    .unwrap()
}

fn read(lines: &[String]) -> Result<ManifestSummary, ManifestError> {
    let mut reading = ManifestReading::new();
    for line in lines {
        reading.line(line.as_bytes())?;
    }
    reading.finish()
}

fn whole() -> Vec<String> {
    vec![
        HEAD.into(),
        file("/srv/a", 3),
        file("/srv/a/b", 4),
        file("/srv/a-b", 5),
        end(3, 12),
    ]
}

#[test]
fn a_whole_manifest_is_read_with_its_counts_and_root() {
    let summary = read(&whole()).unwrap();
    assert_eq!((summary.counts.files, summary.counts.bytes), (3, 12));
    let leaves: Vec<Hash> = whole()
        .iter()
        .map(|line| leaf_hash(line.as_bytes()))
        .collect();
    assert_eq!(summary.root, duly_proof::tree::root(&leaves));
}

#[test]
fn a_manifest_cut_short_is_refused() {
    let lines = whole();
    assert_eq!(read(&lines[..4]), Err(ManifestError::CutShort { lines: 4 }));
    assert_eq!(read(&[]), Err(ManifestError::CutShort { lines: 0 }));
}

#[test]
fn a_line_taken_out_shows_in_the_counts() {
    let mut lines = whole();
    lines.remove(2);
    assert!(matches!(
        read(&lines),
        Err(ManifestError::Counts {
            counted: 3,
            files: 2,
            ..
        })
    ));
}

#[test]
fn lines_out_of_order_or_repeated_are_refused() {
    let mut lines = whole();
    lines.swap(2, 3);
    assert!(matches!(
        read(&lines),
        Err(ManifestError::Order { line: 4, .. })
    ));
    let mut lines = whole();
    lines.insert(2, file("/srv/a", 3));
    assert!(matches!(
        read(&lines),
        Err(ManifestError::Order { line: 3, .. })
    ));
}

#[test]
fn a_path_outside_the_roots_is_refused() {
    let lines = vec![HEAD.into(), file("/srv-b/a", 3), end(1, 3)];
    assert!(matches!(
        read(&lines),
        Err(ManifestError::Outside { line: 2, .. })
    ));
}

#[test]
fn another_version_or_another_file_is_refused() {
    for head in [
        HEAD.replace(":1,", ":2,"),
        "{}".into(),
        "\u{feff}".into(),
        String::new(),
    ] {
        assert!(matches!(read(&[head]), Err(ManifestError::Head { .. })));
    }
}

#[test]
fn an_unknown_key_or_a_line_after_the_end_is_refused() {
    let mut lines = whole();
    lines.push(file("/srv/z", 1));
    assert!(matches!(
        read(&lines),
        Err(ManifestError::Line { line: 6, .. })
    ));
    let mut lines = whole();
    lines[1] = lines[1].replace("\"size\"", "\"length\"");
    assert!(matches!(
        read(&lines),
        Err(ManifestError::Line { line: 2, .. })
    ));
}

#[test]
fn a_root_that_is_not_utf8_survives_its_text_form() {
    let odd = SourcePath::from_bytes(b"/srv/\xff");
    assert_eq!(root_from_text(&root_to_text(&odd)), Some(odd));
}
