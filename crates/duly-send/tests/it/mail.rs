//! Mail, handed to a real server.

use std::net::TcpListener;
use std::process::Command;
use std::time::Duration;

use duly_send::NotSent;
use duly_send::mail::Mail;
use duly_send::smtp::{Security, Server};
use serde_json::Value;
use tempfile::TempDir;

use crate::server;

/// Long for a server on this machine, short for a test.
const WITHIN: Duration = Duration::from_secs(2);

/// A mail server, and the certificate that it shows.
struct Post {
    running: server::Server,
    port: u16,
    certificate: String,
    security: Security,
    _dir: TempDir,
}

fn post(security: Security) -> Post {
    let dir = tempfile::tempdir().unwrap();
    let (certificate, key) = (dir.path().join("c.pem"), dir.path().join("k.pem"));
    let made = Command::new("openssl")
        .args([
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
        ])
        .args([
            "-subj",
            "/CN=localhost",
            "-addext",
            "subjectAltName=DNS:localhost",
        ])
        .args(["-addext", "basicConstraints=critical,CA:FALSE"])
        .args(["-out".as_ref(), certificate.as_os_str()])
        .args(["-keyout".as_ref(), key.as_os_str()])
        .output()
        .unwrap();
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    let way = match security {
        Security::Plain => "plain",
        Security::Starttls => "starttls",
        Security::Tls => "tls",
    };
    let paths = [certificate.to_str().unwrap(), key.to_str().unwrap()];
    let (running, port) = server::Server::script("mail_server.py", &[way, paths[0], paths[1]]);
    Post {
        running,
        port,
        certificate: std::fs::read_to_string(&certificate).unwrap(),
        security,
        _dir: dir,
    }
}

impl Post {
    fn server(&self) -> Server {
        let signs_in = self.security != Security::Plain;
        Server {
            host: "localhost".to_owned(),
            port: self.port,
            security: self.security,
            login: signs_in.then(|| ("duly".to_owned(), "correct-horse".to_owned())),
            authority: signs_in.then(|| self.certificate.clone()),
            hello: "harbour.example".to_owned(),
        }
    }

    fn taken(&self) -> Value {
        serde_json::from_str(&self.running.line()).unwrap()
    }
}

fn mail_to(address: &str) -> Mail {
    Mail {
        id: "b7".to_owned(),
        domain: "harbour.example".to_owned(),
        from: (
            "duly at Harbour IT".to_owned(),
            "duly@harbour.example".to_owned(),
        ),
        to: (
            "Tess Örtel\r\nBcc: evil@evil.example".to_owned(),
            address.to_owned(),
        ),
        subject: "Missed: Prüfung\r\nX-Evil: 1".to_owned(),
        text: "First line.\n.\nÜ: last line.\n".to_owned(),
        follows: None,
        unsubscribe: None,
        written_at: "2026-11-24T09:12:00Z".parse().unwrap(),
    }
}

fn header<'a>(taken: &'a Value, wanted: &str) -> Vec<&'a str> {
    let headers = taken["headers"].as_array().unwrap();
    let named = headers.iter().filter(|pair| pair[0] == wanted);
    named.map(|pair| pair[1].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_mail_arrives_over_starttls_and_over_tls_with_a_login() {
    for security in [Security::Starttls, Security::Tls] {
        let post = post(security);
        post.server()
            .send(&mail_to("tess@harbour.example"))
            .await
            .unwrap();
        let taken = post.taken();
        assert_eq!(taken["tls"], true, "{security:?}");
        assert_eq!(taken["login"], true);
        assert_eq!(header(&taken, "Message-ID"), ["<duly.b7@harbour.example>"]);
        assert_eq!(header(&taken, "Auto-Submitted"), ["auto-generated"]);
    }
}

#[tokio::test]
async fn a_name_with_a_line_break_is_read_by_another_library_as_one_name_and_one_recipient() {
    let post = post(Security::Plain);
    post.server()
        .send(&mail_to("tess@harbour.example"))
        .await
        .unwrap();
    let taken = post.taken();
    assert_eq!(taken["to"], serde_json::json!(["tess@harbour.example"]));
    assert!(header(&taken, "Bcc").is_empty());
    assert!(header(&taken, "X-Evil").is_empty());
    assert_eq!(header(&taken, "Subject"), ["Missed: Prüfung X-Evil: 1"]);
    let to = header(&taken, "To");
    assert!(
        to[0].contains("Tess Örtel Bcc: evil@evil.example"),
        "{to:?}"
    );
    let lines: Vec<&str> = taken["body"].as_str().unwrap().trim_end().lines().collect();
    assert_eq!(lines, ["First line.", ".", "Ü: last line."]);
}

#[tokio::test]
async fn a_second_attempt_bears_the_same_id() {
    let post = post(Security::Plain);
    for _ in 0..2 {
        post.server()
            .send(&mail_to("tess@harbour.example"))
            .await
            .unwrap();
    }
    let (one, other) = (post.taken(), post.taken());
    assert_eq!(header(&one, "Message-ID"), header(&other, "Message-ID"));
    assert_eq!(header(&one, "Date"), header(&other, "Date"));
}

#[tokio::test]
async fn a_refused_recipient_is_final_and_a_busy_one_is_not() {
    let post = post(Security::Starttls);
    let refused = post
        .server()
        .send(&mail_to("refused@harbour.example"))
        .await;
    let refused = refused.unwrap_err();
    assert!(refused.is_final(), "{refused}");
    assert!(
        refused.to_string().contains("nobody here by that name"),
        "{refused}"
    );
    let busy = post.server().send(&mail_to("busy@harbour.example")).await;
    let busy = busy.unwrap_err();
    assert!(!busy.is_final(), "{busy}");
    assert!(busy.to_string().contains("come back later"), "{busy}");
    assert!(!post.running.said_more());
}

#[tokio::test]
async fn a_wrong_password_is_final_and_is_not_repeated_in_the_message() {
    let post = post(Security::Tls);
    let server = Server {
        login: Some(("duly".to_owned(), "wrong-battery".to_owned())),
        ..post.server()
    };
    let error = server
        .send(&mail_to("tess@harbour.example"))
        .await
        .unwrap_err();
    assert!(error.is_final(), "{error}");
    assert!(!error.to_string().contains("wrong-battery"), "{error}");
}

#[tokio::test]
async fn a_server_that_nobody_known_vouches_for_gets_no_mail() {
    for security in [Security::Starttls, Security::Tls] {
        let post = post(security);
        let server = Server {
            authority: None,
            ..post.server()
        };
        let error = server
            .send(&mail_to("tess@harbour.example"))
            .await
            .unwrap_err();
        assert!(error.to_string().contains("ertificate"), "{error}");
        assert!(!post.running.said_more());
    }
}

#[tokio::test]
async fn a_server_without_starttls_gets_no_mail_in_clear() {
    let post = post(Security::Plain);
    let server = Server {
        security: Security::Starttls,
        ..post.server()
    };
    assert!(server.send(&mail_to("tess@harbour.example")).await.is_err());
    assert!(!post.running.said_more());
}

#[tokio::test]
async fn a_server_that_hangs_is_given_up_for_now() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let server = Server {
        host: "127.0.0.1".to_owned(),
        port: silent.local_addr().unwrap().port(),
        security: Security::Plain,
        login: None,
        authority: None,
        hello: "harbour.example".to_owned(),
    };
    let error = server
        .send_within(&mail_to("tess@harbour.example"), WITHIN)
        .await;
    assert!(matches!(error, Err(NotSent::Later(_))), "{error:?}");
}

#[tokio::test]
async fn a_server_that_is_not_there_is_tried_again_later() {
    let server = Server {
        host: "127.0.0.1".to_owned(),
        port: server::free_port(),
        security: Security::Plain,
        login: None,
        authority: None,
        hello: "harbour.example".to_owned(),
    };
    let error = server.send(&mail_to("tess@harbour.example")).await;
    assert!(matches!(error, Err(NotSent::Later(_))), "{error:?}");
}
