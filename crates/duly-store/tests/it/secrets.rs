//! Secrets: what is put in comes out, nowhere else does it appear, and a moved one does not open.

use std::fs;
use std::path::Path;

use duly_store::{Keys, Store};

use crate::world::{Place, asset, baker, new_client, on_both, start};

const PLANTED: &str = "correct-horse-battery-staple-7f3a9c";

on_both! {
    async fn a_secret_comes_out_as_it_was_put_in(place: Place) {
        let store = place.baker().await;
        store.secret_put(&baker(), "restic", PLANTED.as_bytes(), start()).await.unwrap();
        let opened = store.secret_open(&baker(), "restic").await.unwrap();
        assert_eq!(opened.as_deref(), Some(PLANTED.as_bytes()));
        assert_eq!(store.secret_open(&baker(), "borg").await.unwrap(), None);
        store.secret_put(&baker(), "restic", b"another", start()).await.unwrap();
        let opened = store.secret_open(&baker(), "restic").await.unwrap();
        assert_eq!(opened.as_deref(), Some(&b"another"[..]));
        let settings = format!("{{\"repository\":\"/{PLANTED}\"}}");
        store.put_asset_settings(&baker(), &asset(), &settings, start()).await.unwrap();
        let opened = store.open_asset_settings(&baker(), &asset()).await.unwrap();
        assert_eq!(opened, Some(settings));
        store.close().await;
        let store = place.open().await;
        assert!(store.open_asset_settings(&baker(), &asset()).await.unwrap().is_some());
        store.close().await;
    }

    async fn a_secret_moved_to_another_client_or_name_does_not_open(place: Place) {
        let store = place.baker().await;
        store.create_client(new_client("c-lakeside"), start()).await.unwrap();
        store.secret_put(&baker(), "restic", PLANTED.as_bytes(), start()).await.unwrap();
        store.secret_put(&"c-lakeside".into(), "restic", b"theirs", start()).await.unwrap();
        place.sql(
            "insert into secret select client, 'renamed', sealed, put_at from secret \
             where client = 'c-baker'; \
             update secret set sealed = (select s.sealed from secret s \
             where s.client = 'c-baker' and s.name = 'restic') where client = 'c-lakeside'",
        );
        for (client, name) in [("c-lakeside", "restic"), ("c-baker", "renamed")] {
            let error = store.secret_open(&client.into(), name).await.unwrap_err();
            assert_eq!(error.code(), "seal-broken");
        }
        store.close().await;
    }

    async fn another_root_key_opens_nothing(place: Place) {
        let store = place.baker().await;
        store.secret_put(&baker(), "restic", PLANTED.as_bytes(), start()).await.unwrap();
        store.close().await;
        let other = tempfile::tempdir().unwrap();
        Keys::create(other.path()).unwrap();
        fs::copy(place.keys_dir().join("heads.json"), other.path().join("heads.json")).unwrap();
        let keys = Keys::open(other.path()).unwrap();
        let store = Store::open(place.location(), keys).await.unwrap();
        let error = store.secret_open(&baker(), "restic").await.unwrap_err();
        assert_eq!(error.code(), "seal-broken");
        store.close().await;
    }
}

fn contains(path: &Path, needle: &[u8]) -> bool {
    let bytes = fs::read(path).unwrap();
    bytes.windows(needle.len()).any(|window| window == needle)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_planted_secret_is_in_no_file_of_the_store() {
    let place = Place::sqlite();
    let store = place.baker().await;
    store
        .secret_put(&baker(), "restic", PLANTED.as_bytes(), start())
        .await
        .unwrap();
    store
        .put_asset_settings(&baker(), &asset(), PLANTED, start())
        .await
        .unwrap();
    let person = crate::world::tess(&store).await;
    let hour = jiff::SignedDuration::from_hours(1);
    let link = store
        .create_sign_in_link(&baker(), &person, hour, start())
        .await
        .unwrap();
    let session = store
        .redeem_sign_in_link(&link, hour, start())
        .await
        .unwrap()
        .unwrap();
    store.release_checkpoints(start()).await.unwrap();
    // Open and closed: the write-ahead log is a file too.
    for round in 0..2 {
        let mut looked_at = 0;
        for dir in [place.dir().to_owned(), place.keys_dir()] {
            for file in fs::read_dir(dir).unwrap() {
                let path = file.unwrap().path();
                if path.is_file() && path.file_name() != Some("root.key".as_ref()) {
                    looked_at += 1;
                    for needle in [PLANTED, &link, &session] {
                        assert!(!contains(&path, needle.as_bytes()), "{}", path.display());
                    }
                }
            }
        }
        assert!(looked_at >= 3, "{looked_at} files");
        if round == 0 {
            assert!(contains(
                &place.database_file().with_extension("sqlite-wal"),
                b"restic"
            ));
            store.close().await;
        }
    }
    assert!(contains(&place.database_file(), b"restic"));
}

#[test]
fn keys_that_others_may_read_are_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tempfile::tempdir().unwrap();
    Keys::create(dir.path()).unwrap();
    let file = dir.path().join("root.key");
    assert_eq!(
        fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o600
    );
    for mode in [0o640, 0o604, 0o660, 0o644] {
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
        assert_eq!(Keys::open(dir.path()).unwrap_err().code(), "key-exposed");
    }
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    assert!(Keys::open(dir.path()).is_ok());
    assert_eq!(Keys::create(dir.path()).unwrap_err().code(), "file");
    fs::write(&file, "duly root key 1\nlog-seed 00\n").unwrap();
    assert_eq!(Keys::open(dir.path()).unwrap_err().code(), "key-malformed");
}

#[test]
fn keys_never_print_themselves() {
    let dir = tempfile::tempdir().unwrap();
    let keys = Keys::create(dir.path()).unwrap();
    let text = fs::read_to_string(dir.path().join("root.key")).unwrap();
    let shown = format!("{keys:?}");
    for line in text.lines().skip(1) {
        let secret = line.split(' ').next_back().unwrap();
        assert!(!shown.contains(&secret[..16]), "{shown}");
    }
}
