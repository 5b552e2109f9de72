//! `duly fsck`: exit codes and both kinds of output. What it finds is tested in `duly-store`.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use duly_core::scope::Client;
use duly_store::{Keys, Location, NewClient, Store};
use serde_json::Value;

/// An installation's folder with a store in which one client has a signed log.
fn installation(dir: &Path) {
    fs::create_dir_all(dir.join("data")).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let keys = Keys::create(&dir.join("keys")).unwrap();
        let location = Location::Sqlite(dir.join("data/duly.sqlite"));
        let store = Store::open(location, keys).await.unwrap();
        let client = NewClient {
            scope: Client {
                id: "c-baker".into(),
                tz: "Europe/London".to_owned(),
                calendar: "england".to_owned(),
            },
            name: "Baker & Sons".to_owned(),
            origin: "duly.example/7f3a".to_owned(),
            provider: false,
        };
        let now = "2026-01-01T08:00:00Z".parse().unwrap();
        store.create_client(client, now).await.unwrap();
        store.release_checkpoints(now).await.unwrap();
        store.close().await;
    });
}

fn fsck(arguments: &[&str]) -> (Output, Value) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_duly"));
    let output = command
        .arg("fsck")
        .args(arguments)
        .arg("--json")
        .output()
        .unwrap();
    let json = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
    (output, json)
}

#[test]
fn a_sound_store_gives_0_and_says_what_was_checked() {
    let dir = tempfile::tempdir().unwrap();
    installation(dir.path());
    let (output, json) = fsck(&[dir.path().to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(json["findings"], Value::Array(Vec::new()));
    assert_eq!(json["checkpoints"], 1);
    assert_eq!(json["with_keys"], true);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains("checked 1 log, 1 entry, 1 checkpoint and 0 tickets: everything holds"),
        "{said}"
    );
}

#[test]
fn a_finding_gives_1_and_is_named() {
    let dir = tempfile::tempdir().unwrap();
    installation(dir.path());
    let lock = dir.path().join("keys/heads.json");
    let text = fs::read_to_string(&lock).unwrap();
    fs::write(
        &lock,
        text.replace("duly.example/7f3a", "duly.example/0000"),
    )
    .unwrap();
    let (output, json) = fsck(&[dir.path().to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(json["findings"][0]["code"], "log-missing");
}

#[test]
fn a_folder_without_a_store_gives_2_and_is_left_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let (output, json) = fsck(&[dir.path().to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(json, Value::Null);
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[test]
fn without_anything_to_check_the_usage_is_wrong() {
    let (output, _) = fsck(&[]);
    assert_eq!(output.status.code(), Some(64));
}
