//! Readings of pages over one connection each, and steps answered meanwhile on another.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

use crate::Result;
use crate::world::{self, Who};

/// How often each page is read: enough that one in a hundred is ten readings.
pub const READINGS: usize = 1_000;

/// Steps answered a second: what some hundred technicians would do, each every few seconds.
pub const CHECK_INS_A_SECOND: u32 = 20;

/// One page, read often.
pub struct Taken {
    pub page: String,
    /// Milliseconds, in order.
    pub times: Vec<f64>,
    pub bytes: usize,
}

/// What a measurement came to.
pub struct Measured {
    pub pages: Vec<Taken>,
    /// Milliseconds for each step answered, in order.
    pub answers: Vec<f64>,
    pub answers_a_second: f64,
}

/// An answer of the server.
pub struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
    pub seconds: f64,
}

/// A connection that is kept.
struct Connection(BufReader<TcpStream>);

impl Connection {
    async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self(BufReader::new(stream)))
    }

    async fn send(&mut self, address: SocketAddr, head: &str, body: &str) -> Result<Answer> {
        let begun = Instant::now();
        let text = format!(
            "{head}\r\nhost: {address}\r\naccept: text/html\r\nsec-fetch-site: same-origin\r\n\
             content-length: {}\r\n\r\n{body}",
            body.len()
        );
        self.0.write_all(text.as_bytes()).await?;
        let mut line = String::new();
        self.0.read_line(&mut line).await?;
        let status = line.split(' ').nth(1).ok_or("no status")?.parse()?;
        let (mut length, mut chunked) = (0_usize, false);
        loop {
            line.clear();
            self.0.read_line(&mut line).await?;
            let lower = line.trim().to_ascii_lowercase();
            if let Some(value) = lower.strip_prefix("content-length:") {
                length = value.trim().parse()?;
            }
            chunked |= lower == "transfer-encoding: chunked";
            if lower.is_empty() {
                break;
            }
        }
        if chunked {
            return Err("an answer in chunks".into());
        }
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).await?;
        Ok(Answer {
            status,
            body,
            seconds: begun.elapsed().as_secs_f64(),
        })
    }

    async fn get(&mut self, address: SocketAddr, path: &str, cookie: &str) -> Result<Answer> {
        let head = format!("GET {path} HTTP/1.1\r\ncookie: {cookie}");
        let answer = self.send(address, &head, "").await?;
        if answer.status != 200 {
            return Err(format!("{path} answered {}", answer.status).into());
        }
        Ok(answer)
    }
}

/// Reads a page over a fresh connection.
pub async fn read_once(address: SocketAddr, path: &str, cookie: &str) -> Result<Answer> {
    Connection::open(address)
        .await?
        .get(address, path, cookie)
        .await
}

/// Most steps that are looked for: more than a measurement answers.
const ANSWERABLE_MAX: usize = 20_000;

/// Steps of tickets still to be done that a person answers in words: client, ticket, step.
async fn answerable(address: SocketAddr, cookie: &str) -> Result<Vec<(String, String, String)>> {
    let steps = world::steps_in_words();
    let mut connection = Connection::open(address).await?;
    let mut found = Vec::new();
    let mut after = String::new();
    while found.len() < ANSWERABLE_MAX {
        let path = format!("/api/v1/tickets?owed=true{after}");
        let answer = connection.get(address, &path, cookie).await?;
        let listed: Value = serde_json::from_slice(&answer.body)?;
        for ticket in listed["tickets"].as_array().ok_or("no tickets")? {
            let text = |name: &str| ticket[name].as_str().unwrap_or_default().to_owned();
            for step in steps.get(&text("process")).into_iter().flatten() {
                found.push((text("client"), text("id"), step.clone()));
            }
        }
        let Some(next) = listed["next"].as_str() else {
            break;
        };
        after = format!("&after={next}");
    }
    // Those due last first: what was missed long ago is left as it is.
    found.reverse();
    Ok(found)
}

/// Reads the pages in turn, while steps are answered.
pub async fn measure(address: SocketAddr, who: &Who) -> Result<Measured> {
    let stop = Arc::new(AtomicBool::new(false));
    let steps = answerable(address, &who.technician).await?;
    let begun = Instant::now();
    let answering = tokio::spawn(answer_steps(
        address,
        who.technician.clone(),
        steps,
        Arc::clone(&stop),
    ));
    let asked = [
        ("Today, manager", "/", &who.manager),
        ("Today, technician", "/", &who.technician),
        ("Today, technician, mine", "/?who=mine", &who.technician),
        (
            "Today, technician, my team’s, late",
            "/?who=team&state=late",
            &who.technician,
        ),
        ("control board, manager", "/control", &who.manager),
        (
            "control board, manager, one client",
            "/control?client=c-000",
            &who.manager,
        ),
        ("a client’s page, manager", "/clients/c-000", &who.manager),
        (
            "a client’s page, technician",
            "/clients/c-000",
            &who.technician,
        ),
    ];
    let mut pages: Vec<Taken> = asked
        .iter()
        .map(|(page, path, _)| Taken {
            page: format!("{page} ({path})"),
            times: Vec::with_capacity(READINGS),
            bytes: 0,
        })
        .collect();
    let mut connection = Connection::open(address).await?;
    for _ in 0..READINGS {
        // In turn, so that what wobbles wobbles for all of them.
        for ((_, path, cookie), taken) in asked.iter().zip(&mut pages) {
            let answer = connection.get(address, path, cookie).await?;
            taken.times.push(answer.seconds * 1_000.0);
            taken.bytes = answer.body.len();
        }
    }
    stop.store(true, Ordering::Relaxed);
    let mut answers = answering.await??;
    answers.sort_by(f64::total_cmp);
    for taken in &mut pages {
        taken.times.sort_by(f64::total_cmp);
    }
    let number = u32::try_from(answers.len())?;
    Ok(Measured {
        pages,
        answers,
        answers_a_second: f64::from(number) / begun.elapsed().as_secs_f64(),
    })
}

/// Answers one step after the other at a steady rate, as forms of the pages do.
async fn answer_steps(
    address: SocketAddr,
    cookie: String,
    steps: Vec<(String, String, String)>,
    stop: Arc<AtomicBool>,
) -> Result<Vec<f64>> {
    let mut connection = Connection::open(address).await?;
    let mut ticks = tokio::time::interval(Duration::from_secs(1) / CHECK_INS_A_SECOND);
    let mut times = Vec::new();
    for (client, ticket, step) in steps.iter().cycle() {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        ticks.tick().await;
        // A step that the worker ended meanwhile, or an earlier run answered, is refused; then the
        // same people comment: as durable, and as many.
        let step = format!("steps/{step}");
        for (place, form) in [
            (
                step.as_str(),
                "revision=0&answer=pass&note=Looked+at+it+as+described.",
            ),
            ("comments", "words=Looked+at+it+again."),
        ] {
            let head = format!(
                "POST /clients/{client}/tickets/{ticket}/{place} HTTP/1.1\r\n\
                 cookie: {cookie}\r\ncontent-type: application/x-www-form-urlencoded"
            );
            let answer = connection.send(address, &head, form).await?;
            if answer.status == 303 {
                times.push(answer.seconds * 1_000.0);
                break;
            }
        }
    }
    Ok(times)
}

/// The time below which this part of them lies.
pub fn part_of(times: &[f64], part: f64) -> f64 {
    let place = (times.len() as f64 * part).ceil() as usize;
    times
        .get(place.saturating_sub(1).min(times.len().saturating_sub(1)))
        .copied()
        .unwrap_or(0.0)
}
