//! Zammad, against the requests and answers of its documentation, replayed by a small HTTP server.
//! Documented, not proven against a live one.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};

use duly_core::id::DutyId;
use duly_send::desk::{Desk, Kind};
use duly_send::reach::Reach;
use serde_json::{Value, json};

/// A request as it came.
struct Asked {
    line: String,
    authorization: String,
    body: Value,
}

/// Gives these answers, one each request, in order.
fn replay(answers: Vec<(u16, Value)>) -> (Desk, Receiver<Asked>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (send, asked) = channel();
    std::thread::spawn(move || {
        for (status, answer) in answers {
            let (stream, _) = listener.accept().unwrap();
            let mut lines = BufReader::new(stream);
            let mut head = Vec::new();
            loop {
                let mut line = String::new();
                lines.read_line(&mut line).unwrap();
                match line.trim_end() {
                    "" => break,
                    text => head.push(text.to_owned()),
                }
            }
            let value = |name: &str| {
                let named = head.iter().find_map(|line| {
                    let (found, value) = line.split_once(':')?;
                    found
                        .eq_ignore_ascii_case(name)
                        .then(|| value.trim().to_owned())
                });
                named.unwrap_or_default()
            };
            let length: usize = value("content-length").parse().unwrap_or(0);
            let mut body = vec![0; length];
            lines.read_exact(&mut body).unwrap();
            let seen = Asked {
                line: head[0].clone(),
                authorization: value("authorization"),
                body: serde_json::from_slice(&body).unwrap_or(Value::Null),
            };
            send.send(seen).unwrap();
            let text = answer.to_string();
            let length = text.len();
            let mut stream = lines.into_inner();
            write!(
                stream,
                "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\n\
                 content-length: {length}\r\nconnection: close\r\n\r\n{text}"
            )
            .unwrap();
        }
    });
    let desk = Desk {
        kind: Kind::Zammad,
        address: format!("http://127.0.0.1:{port}"),
        token: "12345678901234567890".to_owned(),
        queue: "Users".to_owned(),
        requester: "duly@harbour.example".to_owned(),
        reach: Reach::PrivateToo,
        authority: None,
    };
    (desk, asked)
}

fn duty() -> DutyId {
    DutyId::from("0123456789abcdef".repeat(4))
}

/// A ticket as the documentation shows it, with what is read of it.
fn ticket(id: u64, title: &str, state: &str) -> Value {
    json!({
        "id": id, "group_id": 1, "priority_id": 2, "state_id": 1, "number": "22001",
        "title": title, "owner_id": 1, "note": null, "article_count": 1,
        "state": state, "group": "Users", "priority": "2 normal",
    })
}

const OURS: &str = "[duly 0123456789abcdef] Baker & Sons: Restore a real backup";

#[test]
fn a_mirror_is_looked_for_and_then_made() {
    let nothing = json!({ "tickets": [], "tickets_count": 0, "assets": {} });
    let (desk, asked) = replay(vec![(200, nothing), (201, ticket(3, OURS, "new"))]);
    let made = desk
        .make(&duty(), "Baker & Sons: Restore a real backup", "Owed.")
        .unwrap();
    assert_eq!(made.id, "3");
    let search = asked.recv().unwrap();
    assert!(
        search
            .line
            .starts_with("GET /api/v1/tickets/search?query=title"),
        "{}",
        search.line
    );
    assert_eq!(search.authorization, "Token token=12345678901234567890");
    let make = asked.recv().unwrap();
    assert_eq!(make.line, "POST /api/v1/tickets HTTP/1.1");
    assert_eq!(make.body["title"], OURS);
    assert_eq!(make.body["group"], "Users");
    assert_eq!(make.body["article"]["type"], "note");
    let requester = concat!("custo", "mer_id");
    assert_eq!(make.body[requester], "guess:duly@harbour.example");
}

#[test]
fn one_that_is_there_is_found_in_both_forms_of_the_answer_and_no_second_is_made() {
    let listed = json!([
        ticket(9, "[duly 0123456789abcdef] a copy of it", "open"),
        ticket(7, OURS, "closed"),
        ticket(5, "about [duly 0123456789abcdef]", "open"),
    ]);
    let assets = json!({
        "tickets": [7], "tickets_count": 1,
        "assets": { "Ticket": { "7": ticket(7, OURS, "closed") } },
    });
    for found in [listed, assets] {
        let (desk, asked) = replay(vec![(200, found), (200, ticket(7, OURS, "closed"))]);
        let mirror = desk.make(&duty(), "x", "y").unwrap();
        assert_eq!((mirror.id.as_str(), mirror.is_closed), ("7", true));
        assert_eq!(asked.iter().count(), 2);
    }
}

#[test]
fn closing_writes_why_and_leaves_a_closed_one_alone() {
    let (desk, asked) = replay(vec![
        (200, ticket(7, OURS, "open")),
        (200, ticket(7, OURS, "closed")),
        (200, ticket(7, OURS, "closed")),
    ]);
    desk.close("7", "The duty has ended.").unwrap();
    desk.close("7", "The duty has ended.").unwrap();
    let asked: Vec<Asked> = asked.iter().collect();
    assert_eq!(asked[1].line, "PUT /api/v1/tickets/7 HTTP/1.1");
    assert_eq!(asked[1].body["state"], "closed");
    assert_eq!(asked[1].body["article"]["body"], "The duty has ended.");
    assert_eq!(asked.len(), 3);
}

#[test]
fn an_answer_says_whether_to_come_back() {
    for (status, is_final) in [
        (401, true),
        (403, true),
        (422, true),
        (429, false),
        (502, false),
    ] {
        let (desk, _asked) = replay(vec![(status, json!({ "error": "x" }))]);
        assert_eq!(desk.look("7").unwrap_err().is_final(), is_final, "{status}");
    }
    let (desk, _asked) = replay(vec![(404, json!({ "error": "Couldn't find Ticket" }))]);
    assert_eq!(desk.look("7").unwrap(), None);
}
