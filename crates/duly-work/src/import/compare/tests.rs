//! What comes of lists beside what is known.

use duly_core::scope::Asset;
use duly_store::{AssetRow, Sighted};
use jiff::Timestamp;
use jiff::civil::date;

use super::*;
use crate::import::table;

fn asset(id: &str, name: &str, kind: &str) -> KeptAsset {
    KeptAsset {
        row: AssetRow {
            scope: Asset {
                id: id.into(),
                client: "baker".into(),
                kind: kind.to_owned(),
                since: date(2026, 1, 1),
                until: None,
            },
            name: name.to_owned(),
        },
        site: None,
        revision: 0,
    }
}

fn sighting(thing: &str, asset: Option<&str>) -> Sighting {
    Sighting {
        source: "list".to_owned(),
        sighted: Sighted {
            thing: thing.to_owned(),
            name: thing.to_owned(),
            kind: "endpoint".to_owned(),
            asset: asset.map(AssetId::from),
        },
        first_seen_at: Timestamp::UNIX_EPOCH,
        last_seen_at: Timestamp::UNIX_EPOCH,
        dismissed: None,
    }
}

fn compared(text: &str, known: &Known) -> Comparison {
    let table = table::read(text.as_bytes()).unwrap();
    let mapping = Mapping::guessed(&table);
    compare(&Rows::of(&table, &mapping), &mapping, known)
}

fn names(rows: &[Row]) -> Vec<&str> {
    rows.iter().map(|row| row.name.as_str()).collect()
}

#[test]
fn what_is_not_known_is_added() {
    let found = compared("Name,Type\npc-1,Laptop\nfw,Firewall\n", &Known::default());
    assert_eq!(names(&found.added), ["pc-1", "fw"]);
    assert!(found.refusals().is_empty());
}

#[test]
fn an_asset_of_that_name_is_the_same_and_is_not_added_again() {
    let known = Known {
        assets: vec![asset("a-1", "pc-1", "endpoint")],
        sightings: Vec::new(),
    };
    let found = compared("Name,Type\npc-1,Laptop\n", &known);
    assert_eq!((found.added.len(), found.same.len()), (0, 1));
    assert_eq!(found.seen()[0].asset, Some("a-1".into()));
}

#[test]
fn a_thing_with_the_same_serial_number_and_another_name_is_renamed() {
    let known = Known {
        assets: vec![asset("a-1", "pc-1", "endpoint")],
        sightings: vec![sighting("S1", Some("a-1"))],
    };
    let found = compared("Name,Type,Serial\nfront-desk,Laptop,S1\n", &known);
    assert_eq!(found.changed.len(), 1);
    assert!(found.added.is_empty() && found.vanished.is_empty());
}

#[test]
fn a_name_that_another_asset_has_is_a_problem() {
    let known = Known {
        assets: vec![
            asset("a-1", "one", "endpoint"),
            asset("a-2", "two", "endpoint"),
        ],
        sightings: vec![sighting("S1", Some("a-1"))],
    };
    let found = compared("Name,Type,Serial\ntwo,Laptop,S1\n", &known);
    assert!(
        found.refusals()[0].contains("as another asset is"),
        "{found:?}"
    );
}

#[test]
fn a_kind_never_changes_under_the_hand() {
    let known = Known {
        assets: vec![asset("a-1", "box", "server")],
        sightings: Vec::new(),
    };
    let found = compared("Name,Type\nbox,Laptop\n", &known);
    assert!(
        found.refusals()[0].contains("in care as a server"),
        "{found:?}"
    );
}

#[test]
fn a_missing_row_is_named_and_changes_nothing() {
    let things: Vec<String> = (0..5).map(|number| format!("pc-{number}")).collect();
    let known = Known {
        assets: things
            .iter()
            .map(|name| asset(name, name, "endpoint"))
            .collect(),
        sightings: things
            .iter()
            .map(|name| sighting(name, Some(name)))
            .collect(),
    };
    let list = "Name,Type\npc-0,Laptop\npc-1,Laptop\npc-2,Laptop\npc-3,Laptop\n";
    let found = compared(list, &known);
    assert_eq!(found.vanished[0].sighted.thing, "pc-4");
    assert!(found.refusals().is_empty(), "a fifth may be missing");
    assert!(!found.seen().iter().any(|seen| seen.thing == "pc-4"));
    let shorter = compared("Name,Type\npc-0,Laptop\npc-1,Laptop\npc-2,Laptop\n", &known);
    assert!(shorter.refusals()[0].starts_with("2 of the 5 things"));
}

#[test]
fn what_was_let_go_or_dismissed_may_be_missing() {
    let mut dismissed = sighting("phone", None);
    dismissed.dismissed = Some((Timestamp::UNIX_EPOCH, "the owner's".to_owned()));
    let known = Known {
        assets: vec![asset("a-1", "pc", "endpoint")],
        sightings: vec![sighting("old", Some("gone")), dismissed],
    };
    assert_eq!(compared("Name,Type\npc,Laptop\n", &known).vanished, []);
}

#[test]
fn what_is_unclaimed_stays_so_whatever_the_next_list_says() {
    let known = Known {
        assets: Vec::new(),
        sightings: vec![sighting("pc-1", None)],
    };
    let found = compared("Name,Type\npc-1,Laptop\n", &known);
    assert_eq!((found.added.len(), found.same.len()), (0, 1));
}

#[test]
fn every_row_that_cannot_be_is_told_with_its_number() {
    let list = "Name,Type,Serial,Site\n,Laptop,1,\none,Laptop,2,\ntwo,Laptop,2,\none,Laptop,3,\n\
                three,Gadget,4,\nfour,Laptop,5,Moon\n";
    let found = compared(list, &Known::default());
    let rows: Vec<usize> = found.problems.iter().map(|(row, _)| *row).collect();
    assert_eq!(rows, [2, 4, 5, 6, 7], "{:?}", found.problems);
}

#[test]
fn a_site_is_found_by_its_name_and_a_list_without_one_moves_nothing() {
    let mut lying = asset("a-1", "pc", "endpoint");
    lying.site = Some("s-1".into());
    let known = Known {
        assets: vec![lying, asset("s-1", "Shop", "site")],
        sightings: Vec::new(),
    };
    let found = compared("Name,Type,Site\npc,Laptop,\nnew,Laptop,SHOP\n", &known);
    assert_eq!(found.same.len(), 1);
    assert_eq!(found.added[0].site, Some("s-1".into()));
}

#[test]
fn the_digest_changes_with_what_would_come_of_it() {
    let one = compared("Name,Type\npc-1,Laptop\n", &Known::default());
    let same = compared("Name,Type\npc-1,Laptop\n", &Known::default());
    let other = compared("Name,Type\npc-2,Laptop\n", &Known::default());
    assert_eq!(one.digest(), same.digest());
    assert_ne!(one.digest(), other.digest());
}
