//! Webhooks, posted to a real HTTP server that checks their signature with another library.

use std::time::{Duration, Instant};

use duly_send::NotSent;
use duly_send::reach::Reach;
use duly_send::webhook::{Hook, secret_from};
use jiff::Timestamp;
use serde_json::Value;

use crate::server::{Server, free_port};

const WITHIN: Duration = Duration::from_secs(2);

fn receiver() -> (Server, u16) {
    Server::script("hook_server.py", &[&secret_from(&[7; 32])])
}

fn hook(port: u16, path: &str) -> Hook {
    Hook {
        address: format!("http://127.0.0.1:{port}{path}"),
        secret: secret_from(&[7; 32]),
        reach: Reach::PrivateToo,
    }
}

fn now() -> Timestamp {
    "2026-11-24T09:12:00Z".parse().unwrap()
}

fn post(hook: &Hook) -> Result<(), NotSent> {
    hook.post_within("msg_1", r#"{"type":"duly.missed"}"#, now(), WITHIN)
}

#[test]
fn a_receiver_finds_the_signature_right_and_knows_a_second_attempt_by_its_id() {
    let (server, port) = receiver();
    for _ in 0..2 {
        post(&hook(port, "/ok")).unwrap();
    }
    for _ in 0..2 {
        let seen: Value = serde_json::from_str(&server.line()).unwrap();
        assert_eq!(seen["right"], true);
        assert_eq!(seen["id"], "msg_1");
        assert_eq!(seen["at"], now().as_second().to_string());
        assert_eq!(seen["body"], r#"{"type":"duly.missed"}"#);
    }
}

#[test]
fn another_secret_is_not_taken() {
    let (_server, port) = receiver();
    let other = Hook {
        secret: secret_from(&[8; 32]),
        ..hook(port, "/ok")
    };
    assert!(post(&other).unwrap_err().is_final());
}

#[test]
fn an_answer_says_whether_to_come_back() {
    let (_server, port) = receiver();
    for (status, is_final) in [
        (400, true),
        (404, true),
        (408, false),
        (410, true),
        (429, false),
        (500, false),
        (503, false),
    ] {
        let error = post(&hook(port, &format!("/answer-{status}"))).unwrap_err();
        assert_eq!(error.is_final(), is_final, "{error}");
    }
}

#[test]
fn a_redirect_is_not_followed() {
    let (server, port) = receiver();
    assert!(post(&hook(port, "/moved")).unwrap_err().is_final());
    let seen: Value = serde_json::from_str(&server.line()).unwrap();
    assert_eq!(seen["path"], "/moved");
    assert!(!server.said_more());
}

#[test]
fn an_answer_without_end_and_one_that_does_not_come_are_given_up() {
    let (_server, port) = receiver();
    let began = Instant::now();
    for path in ["/endless", "/slow"] {
        let error = post(&hook(port, path)).unwrap_err();
        assert!(!error.is_final(), "{path}: {error}");
    }
    assert!(began.elapsed() < 3 * WITHIN, "{:?}", began.elapsed());
    assert!(!post(&hook(free_port(), "/ok")).unwrap_err().is_final());
}

#[test]
fn a_private_address_is_not_reached_unless_that_is_allowed() {
    let (server, port) = receiver();
    for host in [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "0.0.0.0",
        "10.0.0.1",
        "[::ffff:127.0.0.1]",
    ] {
        let forbidden = Hook {
            address: format!("https://{host}:{port}/ok"),
            reach: Reach::Public,
            ..hook(port, "/ok")
        };
        let error = post(&forbidden).unwrap_err();
        assert!(error.is_final(), "{host}: {error}");
        assert!(
            error.to_string().contains("private network"),
            "{host}: {error}"
        );
    }
    let in_clear = Hook {
        reach: Reach::Public,
        ..hook(port, "/ok")
    };
    assert!(post(&in_clear).unwrap_err().is_final());
    for address in [
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "not an address",
        "",
    ] {
        let odd = Hook {
            address: address.to_owned(),
            ..hook(port, "/ok")
        };
        assert!(post(&odd).unwrap_err().is_final(), "{address}");
    }
    assert!(!server.said_more());
}
