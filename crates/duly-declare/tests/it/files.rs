//! Files and directories: which are read, how much of them, and what two of them together refuse.

use std::fs;
use std::path::{Path, PathBuf};

use duly_declare::{Code, FilesError, LoadError, check, load_dir, load_path};

use crate::sample::SAMPLE;

fn directory(files: &[(&str, &str)]) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = directory.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    directory
}

fn another(process: &str) -> String {
    SAMPLE.replace("backup.restore-test", process)
}

fn names(paths: impl IntoIterator<Item = PathBuf>, below: &Path) -> Vec<String> {
    let name = |path: PathBuf| {
        path.strip_prefix(below)
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned()
    };
    paths.into_iter().map(name).collect()
}

#[test]
fn a_directory_is_searched_for_yaml_and_yml_in_order() {
    let (b, c) = (another("b.one"), another("c.one"));
    let files = [
        ("z/a.yml", SAMPLE),
        ("b.yaml", &b),
        ("z/c.yaml", &c),
        ("README.md", "# no"),
    ];
    let directory = directory(&files);
    let checked = check(&[directory.path().to_owned()], None).unwrap();
    assert_eq!(checked.refusals, []);
    let found = checked.declared.into_iter().map(|declared| declared.file);
    assert_eq!(
        names(found, directory.path()),
        ["b.yaml", "z/a.yml", "z/c.yaml"]
    );
}

#[test]
fn a_file_named_twice_is_read_once_and_any_name_will_do_for_a_named_file() {
    let directory = directory(&[("process.txt", SAMPLE)]);
    let path = directory.path().join("process.txt");
    let checked = check(&[path.clone(), path.clone()], None).unwrap();
    assert_eq!((checked.files, checked.refusals.len()), (1, 0));
    assert_eq!(
        load_path(&path).unwrap().process.as_str(),
        "backup.restore-test"
    );
}

#[test]
fn the_same_version_of_a_process_in_two_files_is_refused() {
    let newer = SAMPLE.replace("2026-01-01", "2026-07-01");
    let files = [("a.yaml", SAMPLE), ("b.yaml", SAMPLE), ("c.yaml", &newer)];
    let directory = directory(&files);
    let checked = check(&[directory.path().to_owned()], None).unwrap();
    assert_eq!(checked.files, 3);
    let [refusal] = checked.refusals.as_slice() else {
        panic!("{:?}", checked.refusals)
    };
    assert_eq!(refusal.code, Code::ProcessRepeated);
    assert!(refusal.file.ends_with("b.yaml") && refusal.message.contains("a.yaml"));
    assert_eq!((refusal.line, refusal.column), (2, 10));
    assert_eq!(&SAMPLE[refusal.span.clone()], "backup.restore-test");
}

#[test]
fn one_bad_file_refuses_the_directory_and_names_itself() {
    let bad = SAMPLE.replace("duly: 1", "duly: 2");
    let directory = directory(&[("a.yaml", SAMPLE), ("b.yaml", &bad)]);
    let error = load_dir(directory.path()).unwrap_err();
    assert!(matches!(&error, LoadError::Refused(refusals) if refusals.len() == 1));
    assert!(error.to_string().contains("b.yaml:1:7"), "{error}");
}

#[test]
fn a_missing_path_and_an_empty_directory_are_not_refusals() {
    let directory = directory(&[]);
    let missing = directory.path().join("none");
    assert!(matches!(
        check(&[missing], None),
        Err(FilesError::Missing { .. })
    ));
    let empty = directory.path().to_owned();
    assert!(matches!(
        check(&[empty], None),
        Err(FilesError::NoFiles { .. })
    ));
}

#[test]
fn a_huge_file_is_refused_by_its_first_64_kib() {
    let directory = directory(&[("big.yaml", "")]);
    let path = directory.path().join("big.yaml");
    let file = fs::File::create(&path).unwrap();
    // Sparse: a tebibyte that takes no room, and that nobody could read to its end.
    file.set_len(1 << 40).unwrap();
    let checked = check(&[path], None).unwrap();
    assert_eq!(checked.refusals[0].code, Code::FileTooLarge);
}

#[test]
#[cfg(unix)]
fn links_below_a_directory_are_not_followed() {
    let elsewhere = directory(&[("a.yaml", SAMPLE)]);
    let directory = directory(&[("b.yaml", SAMPLE)]);
    std::os::unix::fs::symlink(elsewhere.path(), directory.path().join("loop")).unwrap();
    let file = elsewhere.path().join("a.yaml");
    std::os::unix::fs::symlink(file, directory.path().join("c.yaml")).unwrap();
    let checked = check(&[directory.path().to_owned()], None).unwrap();
    assert_eq!(checked.files, 1);
}

#[test]
fn more_files_than_a_provider_has_are_not_read() {
    let directory = tempfile::tempdir().unwrap();
    for number in 0..=duly_declare::FILES_MAX {
        fs::write(directory.path().join(format!("{number}.yaml")), "").unwrap();
    }
    let error = check(&[directory.path().to_owned()], None).unwrap_err();
    assert!(matches!(error, FilesError::TooMany { .. }));
}

#[test]
fn after_a_thousand_refusals_no_further_file_is_read() {
    let noise: String = (0..300).map(|n| format!("unknown{n}: 1\n")).collect();
    let files: Vec<(String, String)> = (0..9)
        .map(|n| (format!("{n}.yaml"), noise.clone()))
        .collect();
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(n, t)| (n.as_str(), t.as_str()))
        .collect();
    let directory = directory(&files);
    let checked = check(&[directory.path().to_owned()], None).unwrap();
    assert_eq!((checked.files, checked.files_left), (5, 4));
}
