//! `duly report`: the figures as JSON, the page as a PDF where that is built in, and what it says
//! where it is not.

use std::fs;
use std::path::Path;

use duly_core::scope::Client;
use duly_store::{Keys, Location, NewClient, Store};
use serde_json::Value;

use crate::called::{Called, duly};

/// An installation of one client, for whom nothing is declared.
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
        duly_work::clients::open(&store, client, now).await.unwrap();
        store.release_checkpoints(now).await.unwrap();
        store.close().await;
    });
}

fn report(dir: &Path, month: &str, file: &str) -> Called {
    let output = dir.join(file);
    let (dir, output) = (dir.to_str().unwrap(), output.to_str().unwrap());
    duly(&[
        "report", dir, "--client", "c-baker", "--month", month, "-o", output,
    ])
}

#[test]
fn the_figures_of_a_month_are_written_as_json() {
    let dir = tempfile::tempdir().unwrap();
    installation(dir.path());
    let called = report(dir.path(), "2026-01", "january.json");
    assert_eq!(called.code, 0, "{}", called.said);
    let text = fs::read(dir.path().join("january.json")).unwrap();
    let report: Value = serde_json::from_slice(&text).unwrap();
    assert_eq!(report["month"], "2026-01");
    assert_eq!(report["client-name"], "Baker & Sons");
    assert_eq!(report["equation"]["due"], 0);
    assert_eq!(report["sentence"], "Nothing was due.");
}

#[test]
fn a_page_is_written_or_it_is_said_how_to_build_what_writes_one() {
    let dir = tempfile::tempdir().unwrap();
    installation(dir.path());
    let called = report(dir.path(), "2026-01", "january.pdf");
    let page = fs::read(dir.path().join("january.pdf"));
    if cfg!(feature = "pdf") {
        assert_eq!(called.code, 0, "{}", called.said);
        assert!(page.unwrap().starts_with(b"%PDF-"));
    } else {
        assert_ne!(called.code, 0);
        assert!(called.said.contains("--features pdf"), "{}", called.said);
        assert!(page.is_err());
    }
}

#[test]
fn a_file_that_is_neither_and_a_month_that_has_not_begun_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    installation(dir.path());
    let other = report(dir.path(), "2026-01", "january.docx");
    assert_ne!(other.code, 0);
    assert!(
        other.said.contains("neither in .pdf nor in .json"),
        "{}",
        other.said
    );
    let ahead = report(dir.path(), "2199-01", "ahead.json");
    assert_ne!(ahead.code, 0);
    assert!(ahead.said.contains("has not begun"), "{}", ahead.said);
}
