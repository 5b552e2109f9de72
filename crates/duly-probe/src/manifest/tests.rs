//! A manifest shows a source as it is: every name, every change, nothing followed.

use std::fs;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::{PermissionsExt, symlink};

use duly_core::backup::manifest::{ManifestFile, ManifestUnreadable};
use duly_proof::hash::hash;

use super::*;

fn clock() -> Timestamp {
    Timestamp::constant(1_780_000_000, 0)
}

fn order(root: &Path, output: &Path) -> Order {
    Order {
        roots: vec![root.to_owned()],
        output: output.to_owned(),
        bracket: None,
        host: Some("srv1".to_owned()),
    }
}

fn entries(path: &Path) -> Vec<ManifestEntry> {
    let mut lines = open(path).unwrap();
    let entries = lines.by_ref().map(|entry| entry.unwrap().1).collect();
    lines.finish().unwrap();
    entries
}

fn files(path: &Path) -> Vec<ManifestFile> {
    let file = |entry| match entry {
        ManifestEntry::File(file) => Some(file),
        _ => None,
    };
    entries(path).into_iter().filter_map(file).collect()
}

struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("source")).unwrap();
        Self { folder }
    }

    fn source(&self) -> PathBuf {
        self.folder.path().join("source")
    }

    fn output(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, content: &[u8]) {
        let path = self.source().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    fn take(&self, name: &str) -> ManifestSummary {
        take(&order(&self.source(), &self.output(name)), &clock).unwrap()
    }

    fn bracket(&self, earlier: &str, name: &str) -> ManifestSummary {
        let mut order = order(&self.source(), &self.output(name));
        order.bracket = Some(self.output(earlier));
        take(&order, &clock).unwrap()
    }
}

#[test]
fn every_file_has_its_size_and_the_hash_of_its_content() {
    let place = Place::new();
    place.write("a", b"one");
    place.write("a-b", b"three");
    place.write("folder/b", b"");
    let summary = place.take("m");
    assert_eq!(
        (
            summary.counts.files,
            summary.counts.bytes,
            summary.counts.folders
        ),
        (3, 8, 2)
    );
    let files = files(&place.output("m"));
    assert_eq!(files[0].sha256, hash(b"one").to_hex());
    assert_eq!(files[2].sha256, hash(b"").to_hex());
    assert!(files.iter().all(|file| !file.volatile));
}

#[test]
fn a_manifest_written_and_read_has_the_same_root() {
    let place = Place::new();
    place.write("a", b"one");
    let written = place.take("m");
    let mut lines = open(&place.output("m")).unwrap();
    assert!(lines.by_ref().all(|entry| entry.is_ok()));
    assert_eq!(lines.finish().unwrap(), written);
}

#[test]
fn a_name_that_is_not_utf8_is_kept_byte_for_byte() {
    let place = Place::new();
    let odd = std::ffi::OsString::from_vec(b"caf\xe9.txt".to_vec());
    fs::write(place.source().join(&odd), b"x").unwrap();
    place.take("m");
    let files = files(&place.output("m"));
    assert!(files[0].raw);
    let path = SourcePath::from_text(&files[0].path, true).unwrap();
    assert!(path.as_bytes().ends_with(b"caf\xe9.txt"));
}

#[test]
fn links_are_counted_and_never_followed() {
    let place = Place::new();
    place.write("real/a", b"x");
    symlink("/etc/passwd", place.source().join("file-link")).unwrap();
    symlink(place.source(), place.source().join("loop")).unwrap();
    let summary = place.take("m");
    assert_eq!((summary.counts.links, summary.counts.files), (2, 1));
}

#[test]
fn a_pipe_is_counted_and_never_opened() {
    let place = Place::new();
    let pipe = place.source().join("pipe");
    assert!(
        std::process::Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    assert_eq!(place.take("m").counts.special, 1);
}

#[test]
fn what_cannot_be_read_has_a_line_that_says_so() {
    let place = Place::new();
    place.write("open", b"x");
    place.write("closed", b"x");
    place.write("folder/inside", b"x");
    let closed = [place.source().join("closed"), place.source().join("folder")];
    for path in &closed {
        fs::set_permissions(path, fs::Permissions::from_mode(0o0)).unwrap();
    }
    if fs::File::open(&closed[0]).is_ok() {
        eprintln!("skipped: this user may read everything");
        return;
    }
    let summary = place.take("m");
    assert_eq!((summary.counts.files, summary.counts.unreadable), (1, 2));
    fs::set_permissions(&closed[1], fs::Permissions::from_mode(0o700)).unwrap();
}

#[test]
fn a_name_that_is_gone_when_it_is_read_is_unreadable_and_not_fatal() {
    let entry = walk::Walk::new(&[SourcePath::from_bytes(b"/nonexistent/root")], &[]).next();
    let (_, entry) = entry.unwrap();
    assert!(matches!(
        entry,
        ManifestEntry::Unreadable(ManifestUnreadable { .. })
    ));
}

#[test]
fn what_changed_between_two_walks_is_volatile_and_the_rest_is_not() {
    let place = Place::new();
    for name in ["changed", "deleted", "still", "touched"] {
        place.write(name, b"before");
    }
    place.take("m1");
    place.write("changed", b"after!");
    place.write("created", b"new");
    fs::remove_file(place.source().join("deleted")).unwrap();
    let touched = fs::File::options()
        .write(true)
        .open(place.source().join("touched"))
        .unwrap();
    touched
        .set_permissions(fs::Permissions::from_mode(0o640))
        .unwrap();
    let summary = place.bracket("m1", "m2");
    assert!(summary.head.bracket.is_some());
    let volatile: Vec<String> = files(&place.output("m2"))
        .into_iter()
        .filter(|file| file.volatile)
        .map(|file| file.path.rsplit('/').next().unwrap().to_owned())
        .collect();
    assert_eq!(volatile, ["changed", "created", "deleted", "touched"]);
    assert_eq!(summary.counts.files, 5);
}

#[test]
fn a_file_that_grows_while_it_is_read_is_volatile() {
    use std::io::Write;
    use std::sync::atomic::{AtomicBool, Ordering};
    let place = Place::new();
    // Large enough that its reading spans many writes, and beyond the second reading.
    place.write("log", &vec![b'x'; 48 << 20]);
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let path = place.source().join("log");
            let mut log = fs::File::options().append(true).open(path).unwrap();
            while !stop.load(Ordering::Relaxed) {
                log.write_all(b"a line\n").unwrap();
            }
        });
        let summary = place.take("m");
        stop.store(true, Ordering::Relaxed);
        assert_eq!(summary.counts.volatile, 1);
    });
}

#[test]
fn a_manifest_inside_its_own_root_does_not_list_itself() {
    let place = Place::new();
    place.write("a", b"x");
    let output = place.source().join("manifest");
    assert_eq!(
        take(&order(&place.source(), &output), &clock)
            .unwrap()
            .counts
            .files,
        1
    );
}

#[test]
fn a_root_that_is_relative_missing_or_a_link_is_refused() {
    let place = Place::new();
    let link = place.output("link");
    symlink(place.source(), &link).unwrap();
    for root in [Path::new("relative"), Path::new("/nonexistent/root"), &link] {
        let refused = take(&order(root, &place.output("m")), &clock);
        assert!(matches!(refused, Err(TakeError::Root { .. })), "{root:?}");
    }
    assert!(!place.output("m").exists());
}

#[test]
fn an_earlier_manifest_that_was_cut_short_is_refused() {
    let place = Place::new();
    place.write("a", b"x");
    place.take("m1");
    let text = fs::read_to_string(place.output("m1")).unwrap();
    let cut: Vec<&str> = text.lines().take(2).collect();
    fs::write(place.output("m1"), cut.join("\n")).unwrap();
    let mut order = order(&place.source(), &place.output("m2"));
    order.bracket = Some(place.output("m1"));
    assert!(matches!(
        take(&order, &clock),
        Err(TakeError::Earlier { .. })
    ));
    assert!(!place.output("m2").exists());
}
