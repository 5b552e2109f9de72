//! A list is handed in, looked at and taken; nothing is written before, and nothing else than what
//! was shown.

use axum::body::Body;
use axum::http::{StatusCode, header};
use duly_work::lists;

use crate::world::{Answer, World, request};

const PATH: &str = "/clients/baker/import";

async fn hand_in(world: &World, cookie: &str, list: &[u8]) -> Answer {
    let mut body = b"--cut\r\nContent-Disposition: form-data; name=\"list\"; \
        filename=\"list.csv\"\r\nContent-Type: text/csv\r\n\r\n"
        .to_vec();
    body.extend_from_slice(list);
    body.extend_from_slice(b"\r\n--cut--\r\n");
    let asked = request("POST", PATH)
        .header(header::COOKIE, cookie)
        .header("sec-fetch-site", "same-origin")
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=cut");
    world.send(asked.body(Body::from(body)).unwrap()).await
}

fn digest(page: &Answer) -> String {
    let (_, rest) = page.body.split_once("name=\"digest\" value=\"").unwrap();
    rest.split('"').next().unwrap().to_owned()
}

fn form(act: &str, digest: &str) -> String {
    format!(
        "act={act}&digest={digest}&source=remote+management&expected_days=7&name=Name&thing=Serial\
         &kind=Type&kind_else=&site=&new=care"
    )
}

async fn names(world: &World) -> Vec<String> {
    let assets = lists::assets(&world.store, &"baker".into()).await.unwrap();
    let mut names: Vec<String> = assets.into_iter().map(|row| row.name).collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_list_is_taken_as_it_was_shown_and_its_columns_are_remembered() {
    let world = World::new().await;
    let tess = world.cookie(&world.tess).await;
    let list = "Name;Type;Serial\npc-1;Laptop;A1\n=cmd|calc;Server;A2\n".as_bytes();
    let handed = hand_in(&world, &tess, list).await;
    assert_eq!(handed.status, StatusCode::SEE_OTHER, "{}", handed.body);
    let path = handed.header("location").to_owned();
    let page = world.get(&path, &tess).await;
    assert!(page.body.contains("2 rows are new"), "{}", page.body);
    assert!(page.body.contains("=cmd|calc"), "a formula is text");
    assert_eq!(names(&world).await.len(), 2, "nothing is written yet");

    let other = world
        .post(&path, &tess, &form("take", &"0".repeat(64)))
        .await;
    assert_eq!(other.status, StatusCode::CONFLICT);
    assert_eq!(names(&world).await.len(), 2);
    let looked = world.post(&path, &tess, &form("look", "")).await;
    assert_eq!(looked.status, StatusCode::OK);
    let taken = world
        .post(&path, &tess, &form("take", &digest(&looked)))
        .await;
    assert_eq!(
        taken.header("location"),
        "/clients/baker/assets",
        "{}",
        taken.body
    );
    assert_eq!(
        names(&world).await,
        ["=cmd|calc", "front firewall", "office files", "pc-1"]
    );
    assert_eq!(world.get(&path, &tess).await.status, StatusCode::NOT_FOUND);

    // The next list is read as the last one was, and a name follows its serial number.
    let next = "Owner\tName\tType\tSerial\nx\tfront desk\tLaptop\tA1\ny\t=cmd|calc\tServer\tA2\n";
    let handed = hand_in(&world, &tess, next.as_bytes()).await;
    let page = world.get(handed.header("location"), &tess).await;
    assert!(page.body.contains("value=\"remote management\""));
    assert!(page.body.contains("pc-1 will be called front desk"));
}

#[tokio::test]
async fn whatever_is_no_list_is_refused_at_the_door_with_why() {
    let world = World::new().await;
    let tess = world.cookie(&world.tess).await;
    for (list, why) in [
        (&b""[..], "Choose a file with something in it."),
        (b"PK\x03\x04 a spreadsheet,", "Save it as CSV"),
        (b"one\ntwo\n", "only one column was found"),
        (b"a,b\n1,2,3\n", "row 2 has 3 columns"),
    ] {
        let refused = hand_in(&world, &tess, list).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        let body = refused.body.to_lowercase();
        assert!(body.contains(&why.to_lowercase()), "{why}: {body}");
    }
    let huge = vec![b'a'; 3 * 1_024 * 1_024];
    let refused = hand_in(&world, &tess, &huge).await;
    assert!(refused.status.is_client_error(), "{}", refused.status);
}

#[tokio::test]
async fn a_list_of_which_more_than_a_fifth_is_gone_is_not_taken() {
    let world = World::new().await;
    let tess = world.cookie(&world.tess).await;
    let rows = |number: usize| -> String {
        let rows = (0..number).map(|row| format!("pc-{row},Laptop,S{row}\n"));
        format!("Name,Type,Serial\n{}", rows.collect::<String>())
    };
    let handed = hand_in(&world, &tess, rows(10).as_bytes()).await;
    let path = handed.header("location").to_owned();
    let looked = world.post(&path, &tess, &form("look", "")).await;
    world
        .post(&path, &tess, &form("take", &digest(&looked)))
        .await;
    let short = hand_in(&world, &tess, rows(7).as_bytes()).await;
    let path = short.header("location").to_owned();
    let page = world.get(&path, &tess).await;
    assert!(page.body.contains("3 of the 10 things"), "{}", page.body);
    assert!(!page.body.contains("Take the list"));
    let forced = world
        .post(&path, &tess, &form("take", &digest(&page)))
        .await;
    assert_eq!(forced.status, StatusCode::CONFLICT);
    assert_eq!(names(&world).await.len(), 12, "none is retired");
}

#[tokio::test]
async fn a_list_of_another_client_is_not_there() {
    let world = World::new().await;
    let tess = world.cookie(&world.tess).await;
    let handed = hand_in(&world, &tess, b"Name,Type\nx,Server\n").await;
    let stray = handed.header("location").replace("baker", "lakeside");
    assert_eq!(world.get(&stray, &tess).await.status, StatusCode::NOT_FOUND);
}
