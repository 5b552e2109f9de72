//! `duly import assets`: tells what would come of a list, and takes it only when told to.

use std::fs;

use crate::called::{Called, duly};

const LIST: &str = "Name;Type;Serial\npc-1;Laptop;A1\npc-2;Laptop;A2\npc-3;Server;A3\n";

fn import(dir: &str, list: &str, options: &[&str]) -> Called {
    let mut arguments = vec!["import", "assets", list, "--dir", dir, "--json"];
    arguments.extend(["--client", "home"]);
    arguments.extend(options);
    duly(&arguments)
}

#[test]
fn a_list_is_told_of_taken_and_refused_when_most_of_it_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("duly");
    let dir = dir.to_str().unwrap();
    let made = duly(&["init", dir, "--client", "Home"]);
    assert_eq!(made.code, 0, "{}", made.said);
    let list = folder.path().join("list.csv");
    fs::write(&list, LIST).unwrap();
    let list = list.to_str().unwrap();

    let told = import(dir, list, &[]);
    assert_eq!(told.code, 0, "{}", told.said);
    let json = told.json();
    assert_eq!(json["taken"], false);
    assert_eq!(json["added"]["number"], 3);
    assert_eq!(json["added"]["names"][2], "pc-3");

    let taken = import(dir, list, &["--write", "--source", "office list"]).json();
    assert_eq!(taken["taken"], true);
    let again = import(dir, list, &["--write"]).json();
    assert_eq!(
        (&again["added"]["number"], &again["same"]),
        (&0.into(), &3.into())
    );

    fs::write(list, "Name;Type;Serial\npc-1;Laptop;A1\n").unwrap();
    let short = import(dir, list, &["--write"]);
    assert_eq!(short.code, 1);
    let json = short.json();
    assert_eq!(
        (&json["taken"], &json["vanished"]["number"]),
        (&false.into(), &2.into())
    );
    assert!(json["refusals"][0].as_str().unwrap().contains("2 of the 3"));

    let checked = duly(&["fsck", dir, "--json"]);
    assert_eq!(checked.code, 0, "{}", checked.printed);
}

#[test]
fn no_such_client_column_or_list_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("duly");
    let dir = dir.to_str().unwrap();
    assert_eq!(duly(&["init", dir, "--client", "Home"]).code, 0);
    let list = folder.path().join("list.csv");
    fs::write(&list, LIST).unwrap();
    let list = list.to_str().unwrap();
    let nobody = duly(&["import", "assets", list, "--dir", dir, "--client", "nobody"]);
    assert_eq!(nobody.code, 1);
    assert!(
        nobody.said.contains("there is no client `nobody`"),
        "{}",
        nobody.said
    );
    let column = import(dir, list, &["--write", "--name-column", "Nom"]);
    assert_eq!(column.code, 1);
    let refusals = column.json()["refusals"].to_string();
    assert!(refusals.contains("There is no column `Nom`"), "{refusals}");
    let missing = import(dir, "/nonexistent.csv", &[]);
    assert!(missing.said.contains("cannot be read"), "{}", missing.said);
}
