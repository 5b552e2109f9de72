//! A wrong write never signs a wrong history: what a store refuses to open, and that it says why
//! and leaves everything as it was.

use std::fs;

use duly_proof::hash::Hash;
use duly_proof::tree::Frontier;
use duly_store::{Keys, Location, Store};

use crate::world::{Place, baker, duties, furnish, on_both, start};

/// Opens nothing, with this code, and changes neither lock file nor checkpoints.
async fn assert_refused(place: &Place, keys: Keys, code: &str) {
    let lock = fs::read(keys.dir().join("heads.json")).ok();
    let signed = place.sql("select count(*) from checkpoint");
    let error = Store::open(place.location(), keys.clone())
        .await
        .unwrap_err();
    assert_eq!(error.code(), code, "{error}");
    assert_eq!(fs::read(keys.dir().join("heads.json")).ok(), lock);
    assert_eq!(place.sql("select count(*) from checkpoint"), signed);
}

async fn work(store: &Store, tickets: i64) {
    store
        .open_duties(&baker(), &duties(tickets), start())
        .await
        .unwrap();
    store.release_checkpoints(start()).await.unwrap();
}

/// Copies the files of a directory of keys.
fn copy_keys(place: &Place) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for file in fs::read_dir(place.keys_dir()).unwrap() {
        let path = file.unwrap().path();
        fs::copy(&path, dir.path().join(path.file_name().unwrap())).unwrap();
    }
    dir
}

on_both! {
    async fn a_restored_old_database_does_not_sign(place: Place) {
        let store = place.baker().await;
        work(&store, 3).await;
        store.close().await;
        let old = place.save();
        let store = place.open().await;
        work(&store, 5).await;
        store.close().await;
        let new = place.save();
        place.restore(&old);
        assert_refused(&place, place.keys(), "log-behind").await;
        // Back to the right one, and everything goes on.
        place.restore(&new);
        let store = place.open().await;
        work(&store, 6).await;
        store.close().await;
        place.assert_sound().await;
    }

    async fn a_database_that_went_another_way_does_not_sign(place: Place) {
        let store = place.baker().await;
        work(&store, 3).await;
        store.close().await;
        let fork = place.save();
        let keys = copy_keys(&place);
        let store = place.open().await;
        work(&store, 4).await;
        store.close().await;
        // The copy goes on by itself, further than the first.
        place.restore(&fork);
        let store = Store::open(place.location(), Keys::open(keys.path()).unwrap()).await.unwrap();
        work(&store, 9).await;
        store.close().await;
        assert_refused(&place, place.keys(), "log-differs").await;
    }

    async fn a_truncated_log_does_not_sign(place: Place) {
        let store = place.baker().await;
        work(&store, 8).await;
        let head = store.log_head(&baker()).await.unwrap().unwrap();
        let leaves = store.leaf_hashes(&baker(), head.size - 2).await.unwrap();
        store.close().await;
        let mut frontier = Frontier::new();
        for leaf in leaves {
            frontier.append(leaf);
        }
        let cut = format!(
            "delete from entry_seed where idx >= {0}; delete from entry_field where idx >= {0}; \
             delete from entry where idx >= {0}; delete from checkpoint",
            frontier.size()
        );
        place.tamper(&cut);
        assert_refused(&place, place.keys(), "log-behind").await;
        // Also when the head was made to fit.
        place.sql(&format!(
            "update log set size = {}, frontier = {}, root = {}",
            frontier.size(),
            place.blob(&frontier.to_bytes()),
            place.blob(&frontier.root().0),
        ));
        assert_refused(&place, place.keys(), "log-behind").await;
    }

    async fn a_rewritten_head_does_not_sign(place: Place) {
        let store = place.baker().await;
        work(&store, 3).await;
        store.close().await;
        place.tamper(&format!("update log set root = {}", place.blob(&Hash([7; 32]).0)));
        assert_refused(&place, place.keys(), "log-differs").await;
    }

    async fn a_second_instance_is_refused_until_the_first_ends(place: Place) {
        let store = place.baker().await;
        let error = place.try_open().await.unwrap_err();
        assert_eq!(error.code(), "second-instance");
        work(&store, 1).await;
        store.close().await;
        let store = place.open().await;
        work(&store, 2).await;
        store.close().await;
        place.assert_sound().await;
    }

    async fn without_its_lock_file_nothing_is_signed(place: Place) {
        let store = place.baker().await;
        work(&store, 1).await;
        store.close().await;
        let lock = place.keys_dir().join("heads.json");
        let text = fs::read_to_string(&lock).unwrap();
        fs::remove_file(&lock).unwrap();
        assert_refused(&place, place.keys(), "other-database").await;
        let smaller = text.replace("\"size\": 4", "\"size\": 3");
        for damaged in ["", "{}", &text[..text.len() / 2], &smaller] {
            fs::write(&lock, damaged).unwrap();
            assert_refused(&place, place.keys(), "lock-malformed").await;
        }
        fs::write(&lock, text).unwrap();
        place.open().await.close().await;
    }

    async fn a_lock_file_of_another_store_is_refused(place: Place) {
        let store = place.baker().await;
        work(&store, 1).await;
        store.close().await;
        let other = place.another();
        let store = other.baker().await;
        work(&store, 1).await;
        store.close().await;
        assert_refused(&place, other.keys(), "other-database").await;
        // A new database under keys that have signed for another one.
        let fresh = place.another();
        let error = Store::open(fresh.location(), place.keys()).await.unwrap_err();
        assert_eq!(error.code(), "other-database");
    }

    async fn a_database_that_grew_without_being_signed_moves_the_lock_on(place: Place) {
        let store = place.baker().await;
        work(&store, 1).await;
        store.open_duties(&baker(), &duties(50), start()).await.unwrap();
        store.close().await;
        let lock = place.keys_dir().join("heads.json");
        let before = fs::read_to_string(&lock).unwrap();
        place.open().await.close().await;
        let after = fs::read_to_string(&lock).unwrap();
        assert!(before.contains("\"size\": 4,"), "{before}");
        assert!(after.contains("\"size\": 53,"), "{after}");
        let store = place.open().await;
        assert_eq!(store.release_checkpoints(start()).await.unwrap(), 1);
        store.close().await;
        place.assert_sound().await;
    }

    async fn a_store_that_died_at_its_birth_is_born_again(place: Place) {
        // The lock file is there, the database not yet.
        let twin = place.another();
        twin.open().await.close().await;
        let lock = twin.keys_dir().join("heads.json");
        fs::copy(lock, place.keys_dir().join("heads.json")).unwrap();
        let store = place.baker().await;
        work(&store, 1).await;
        store.close().await;
        place.assert_sound().await;
    }

    async fn a_database_of_a_newer_program_is_left_alone(place: Place) {
        place.open().await.close().await;
        place.sql("insert into schema_step(step, name) values (999, 'from the future')");
        let error = place.try_open().await.unwrap_err();
        assert_eq!(error.code(), "newer-schema");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_postgres_that_acknowledges_before_the_disk_is_refused() {
    let Some(place) = Place::postgres() else {
        return;
    };
    let Location::Postgres { url, schema } = place.location() else {
        panic!("not PostgreSQL");
    };
    let url = format!("{url}?options[synchronous_commit]=off");
    let location = Location::Postgres { url, schema };
    let error = Store::open(location, place.keys()).await.unwrap_err();
    assert_eq!(error.code(), "not-durable", "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_schema_name_that_would_need_quoting_is_refused() {
    let place = Place::sqlite();
    for schema in ["", "Duly", "1st", "a\"b", "a b", "a;drop", &"a".repeat(64)] {
        let location = Location::Postgres {
            url: "postgres://nobody@localhost:1/none".to_owned(),
            schema: schema.to_owned(),
        };
        let error = Store::open(location, place.keys()).await.unwrap_err();
        assert_eq!(error.code(), "schema-name");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_is_in_the_mode_that_keeps_what_it_acknowledged() {
    let place = Place::sqlite();
    let store = place.open().await;
    furnish(&store).await;
    assert!(place.database_file().with_extension("sqlite-wal").exists());
    assert_eq!(place.sql("pragma journal_mode").trim(), "wal");
    store.close().await;
}
