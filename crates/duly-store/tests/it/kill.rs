//! Killed at any point and opened again: nothing acknowledged is lost, nothing is doubled.
//!
//! The test starts itself again as a child, which works through the duties and prints a line for
//! each act that was acknowledged. The parent kills it with SIGKILL while it works, opens the
//! store, and holds it against those lines.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};

use duly_core::accounts::Outcome;
use duly_core::verdict::{Judgement, Verdict};
use duly_store::{
    Closing, Fill, Keys, Location, OnStep, RunRecorded, RunResult, RunStart, RunStarted,
    StepChange, Store,
};

use crate::world::{Place, baker, duties, duty, furnish, on_both, tess};

/// Days that the child works through; it never gets to the end before it is killed.
const DAYS: i64 = 100_000;

/// Kills in the random loop.
const KILLS: u64 = 24;

/// The child: works on, from where the store stands.
#[test]
#[ignore = "started by the tests of this file, in a process of its own"]
fn child() {
    let Ok(keys) = std::env::var("DULY_KILL_KEYS") else {
        return;
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let location = match std::env::var("DULY_KILL_SCHEMA") {
            Ok(schema) => Location::Postgres {
                url: std::env::var("DULY_KILL_DATABASE").unwrap(),
                schema,
            },
            Err(_) => Location::Sqlite(std::env::var("DULY_KILL_DATABASE").unwrap().into()),
        };
        let keys = Keys::open(keys.as_ref()).unwrap();
        let store = Store::open(location, keys).await.unwrap();
        if let Ok(step) = std::env::var("DULY_KILL_STEP") {
            store.faults().die_at(step.parse().unwrap());
        }
        furnish(&store).await;
        tess(&store).await;
        acknowledge("ready", 0);
        let first = std::env::var("DULY_KILL_DAY").unwrap().parse().unwrap();
        let last = first
            + std::env::var("DULY_KILL_DAYS")
                .unwrap()
                .parse::<i64>()
                .unwrap();
        for day in first..last {
            live(&store, day).await;
        }
        store.close().await;
        acknowledge("finished", 0);
    });
}

fn acknowledge(what: &str, number: u64) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "ack {what} {number}").unwrap();
    out.flush().unwrap();
}

/// A day: open, run, fill, close, sign; whatever of it was done before is not done again.
async fn live(store: &Store, day: i64) {
    let due = duty(day);
    let (id, now) = (due.duty.id.clone(), due.duty.opens_at);
    let number = u64::try_from(day).unwrap();
    // A few more, so that a kill falls into a large transaction too.
    let ahead: Vec<_> = (day..day + 5).map(duty).collect();
    store.open_duties(&baker(), &ahead, now).await.unwrap();
    acknowledge("opened", number);
    let run = format!("r-{day}");
    let start = RunStart {
        client: baker(),
        run: run.as_str().into(),
        ticket: id.clone(),
        step: "restore".into(),
        person: None,
        commits: serde_json::json!({ "day": day }),
    };
    match store.start_run(start, now).await.unwrap() {
        RunStarted::Started(_) | RunStarted::Already(_) => acknowledge("started", number),
        RunStarted::NotOpen(why) => panic!("{why:?}"),
    }
    let result = RunResult {
        client: baker(),
        run: run.as_str().into(),
        judgement: Judgement {
            verdict: Verdict::Pass,
            level: None,
            reasons: Vec::new(),
            coverage: serde_json::Map::new(),
            bounds: serde_json::Map::new(),
        },
        observations: Vec::new(),
        snapshots: Vec::new(),
    };
    match store.finish_run(result, now).await.unwrap() {
        RunRecorded::Recorded { .. } | RunRecorded::Already => acknowledge("ended", number),
        RunRecorded::NoSuch => panic!("a run that was announced is gone"),
    }
    for step in ["open", "tidy"] {
        let on = OnStep {
            client: baker(),
            ticket: id.clone(),
            step: step.into(),
            revision: 0,
            person: "p-tess".into(),
        };
        match store
            .fill_step(on, Fill::of(Verdict::Pass, step), now)
            .await
            .unwrap()
        {
            StepChange::Changed { .. } | StepChange::Raced { .. } | StepChange::Ended(_) => {}
            other => panic!("{other:?}"),
        }
    }
    acknowledge("filled", number);
    match store.close_ticket(&baker(), &id, None, now).await.unwrap() {
        Closing::Closed { .. } | Closing::Already(Outcome::Done) => {}
        other => panic!("{other:?}"),
    }
    acknowledge("closed", number);
    let checkpoint = store.checkpoint(&baker(), now).await.unwrap().unwrap();
    acknowledge("signed", checkpoint.size);
}

/// What the child acknowledged before it died.
#[derive(Debug, Default)]
struct Acknowledged {
    opened: Option<i64>,
    started: Option<i64>,
    ended: Option<i64>,
    closed: Option<i64>,
    signed: u64,
    lines: usize,
    finished: bool,
}

impl Acknowledged {
    fn read(&mut self, line: &str) {
        let mut parts = line.split(' ');
        if parts.next() != Some("ack") {
            return;
        }
        let (what, number) = (parts.next().unwrap(), parts.next().unwrap());
        let number: u64 = number.parse().unwrap();
        let day = Some(i64::try_from(number).unwrap());
        self.lines += 1;
        match what {
            "opened" => self.opened = day,
            "started" => self.started = day,
            "ended" => self.ended = day,
            "closed" => self.closed = day,
            "signed" => self.signed = number,
            "finished" => self.finished = true,
            _ => {}
        }
    }
}

fn start_child(place: &Place, day: i64, days: i64, step: Option<u64>) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["kill::child", "--exact", "--ignored", "--nocapture"])
        .env("DULY_KILL_KEYS", place.keys_dir())
        .env("DULY_KILL_DAY", day.to_string())
        .env("DULY_KILL_DAYS", days.to_string())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    match place.location() {
        Location::Sqlite(path) => command.env("DULY_KILL_DATABASE", path),
        Location::Postgres { url, schema } => command
            .env("DULY_KILL_DATABASE", url)
            .env("DULY_KILL_SCHEMA", schema),
    };
    if let Some(step) = step {
        command.env("DULY_KILL_STEP", step.to_string());
    }
    command.spawn().unwrap()
}

/// Reads the child's lines; kills it after some of them, or lets it die by itself.
fn reap(mut child: Child, kill_after: Option<u64>) -> Acknowledged {
    let mut acknowledged = Acknowledged::default();
    let mut killed = false;
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        acknowledged.read(&line.unwrap());
        if !killed && kill_after.is_some_and(|after| acknowledged.lines as u64 > after) {
            child.kill().unwrap();
            // Lines in the pipe were acknowledged before the kill: read them too.
            killed = true;
        }
    }
    child.wait().unwrap();
    acknowledged
}

/// Opens the store again and holds it against what was acknowledged.
async fn assert_kept(place: &Place, acknowledged: &Acknowledged) {
    let store = place.open().await;
    for (day, run_ended) in [(acknowledged.opened, false), (acknowledged.ended, true)] {
        let Some(day) = day else { continue };
        let (_, steps) = store
            .ticket(&baker(), &duty(day).duty.id)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(steps.len(), 3);
        assert!(!run_ended || steps[0].verdict == Some(Verdict::Pass));
    }
    if let Some(day) = acknowledged.started {
        let run = store
            .run(&baker(), &format!("r-{day}").into())
            .await
            .unwrap();
        assert!(run.is_some(), "run of day {day}");
    }
    if let Some(last) = acknowledged.closed {
        for day in 0..=last {
            let (ticket, _) = store
                .ticket(&baker(), &duty(day).duty.id)
                .await
                .unwrap()
                .unwrap();
            assert_eq!(ticket.outcome, Outcome::Done, "day {day}");
        }
    }
    if acknowledged.signed > 0 {
        let signed = store.last_checkpoint(&baker()).await.unwrap().unwrap();
        assert!(signed.size >= acknowledged.signed);
    }
    store.close().await;
    place.assert_sound().await;
}

/// A small generator with a printed seed: what it does can be done again.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

on_both! {
    async fn killed_at_random_points_nothing_is_lost_and_nothing_doubled(place: Place) {
        let seed = u64::from_str_radix(&duly_store::random_id().unwrap()[..15], 16).unwrap() | 1;
        println!("seed {seed}");
        let mut random = Random(seed);
        let mut next = 0;
        let mut lines = 0;
        for _ in 0..KILLS {
            let after = random.below(40);
            let child = start_child(&place, next, DAYS, None);
            let acknowledged = reap(child, Some(after));
            assert!(!acknowledged.finished);
            lines += acknowledged.lines;
            assert_kept(&place, &acknowledged).await;
            next = acknowledged.closed.map_or(next, |day| day + 1);
        }
        assert!(lines as u64 > KILLS, "the child did too little: {lines} acts");
        // Unbroken to the end: exactly the tickets there should be.
        let child = start_child(&place, next, 3, None);
        assert!(reap(child, None).finished);
        let store = place.open().await;
        let due = usize::try_from(next + 3 + 4).unwrap();
        let now = duty(next).duty.opens_at;
        assert_eq!(store.open_duties(&baker(), &duties(next + 7), now).await.unwrap(), 0);
        store.close().await;
        assert_eq!(place.assert_sound().await.tickets, due as u64);
    }

    async fn dead_between_any_two_steps_it_goes_on_where_it_stood(place: Place) {
        let mut step = 1;
        loop {
            let place = place.another();
            let acknowledged = reap(start_child(&place, 0, 1, Some(step)), None);
            if acknowledged.finished {
                break;
            }
            assert_kept(&place, &acknowledged).await;
            let again = reap(start_child(&place, 0, 1, None), None);
            assert!(again.finished, "after step {step}");
            assert_eq!(place.assert_sound().await.tickets, 5, "after step {step}");
            step += 1;
        }
        assert!(step > 40, "only {step} steps");
    }
}
