//! A report as a provider would hand it over: Baker & Sons, November 2026, two years of readings
//! and a real signal in them.

use duly_core::measure::definition::Definition;
use duly_core::measure::reading::{Figure, Reading};
use duly_core::oversight::report::{Checkpoint, Counted, Doubts, Expiring, NamedDuty, Report, Row};
use duly_core::oversight::{row, sentence};
use duly_core::process::Measure;
use duly_core::review::period::Period;
use duly_core::review::words::noticing;
use duly_core::trend::reading::Ratio;

/// The whole of it.
pub fn november() -> Report {
    let measures = row::in_order(rows());
    let equation = Counted {
        due: 1_182,
        done: 1_151,
        late: 21,
        missed: 4,
        waived: 3,
        open: 3,
    };
    let (sentence, rest) = sentence::sentence(&equation, &measures, 0);
    Report {
        provider: "Harbour IT Services Ltd".to_owned(),
        client: "baker".to_owned(),
        client_name: "Baker & Sons".to_owned(),
        month: "2026-11".parse().unwrap(),
        is_final: false,
        made_at: "2026-12-01T06:00:00Z".parse().unwrap(),
        sentence,
        rest,
        equation,
        strongest: row::strongest(&measures),
        measures,
        missed: missed(),
        waived: waived(),
        expiring: vec![Expiring {
            exception: "e-1".to_owned(),
            what: "Restore test, imaging archive".to_owned(),
            to: "2026-12-20".parse().unwrap(),
            reason: "The archive moves house.".to_owned(),
        }],
        uncovered: vec!["front firewall: no process looks after it".to_owned()],
        doubts: Doubts {
            silent: vec![
                "nightly backup: silent; it was last heard of at 2026-11-22T02:10:00Z".to_owned(),
            ],
            not_evaluated: 2,
            finished: 158,
            checked: 18,
            power: noticing(158, 18),
            not_counted: vec!["Endpoints protected, by two sources".to_owned()],
        },
        checkpoint: Some(Checkpoint {
            origin: "duly.harbour.example/baker".to_owned(),
            size: 12_804,
            root: "q7WcTz0mCqC6sVnP0fH2b7M8m9QmW0b3m7Ucj8Lhe1Y=".to_owned(),
        }),
    }
}

/// A duty by name.
pub fn duty(title: &str, asset: &str, slot: &str, word: &str) -> NamedDuty {
    NamedDuty {
        ticket: "t-0001".to_owned(),
        title: title.to_owned(),
        asset: Some(asset.to_owned()),
        slot: slot.parse().unwrap(),
        word: word.to_owned(),
    }
}

fn missed() -> Vec<NamedDuty> {
    let afterwards = "done afterwards on 13 November 2026";
    vec![
        duty("Restore test", "accounts server", "2026-11-10", afterwards),
        duty(
            "Review of the firewall’s rules",
            "front firewall",
            "2026-11-02",
            "still owed",
        ),
        duty(
            "Look at the nightly backup",
            "file server",
            "2026-11-17",
            "still owed",
        ),
        duty(
            "Look at the nightly backup",
            "file server",
            "2026-11-18",
            "still owed",
        ),
    ]
}

fn waived() -> Vec<NamedDuty> {
    let archive = "imaging archive, second floor, behind the long corridor";
    let moves = "The archive moves house, and nobody can read it until it stands again.";
    vec![
        duty("Restore test", archive, "2026-11-24", moves),
        duty("Look at the nightly backup", archive, "2026-11-24", moves),
        duty("Look at the nightly backup", archive, "2026-11-25", moves),
    ]
}

/// A measure of the catalogue's words, and which facts it would be made from.
fn declared(id: &str, unit: &str, chart: &str, better: &str, target: &str) -> Definition {
    let is_ratio = unit == "ratio";
    let fact = |word: &str| is_ratio.then(|| word.to_owned());
    Definition::of(&Measure {
        id: id.to_owned(),
        good: fact("duties.done"),
        total: fact("duties.due"),
        value: (!is_ratio).then(|| "median(run.minutes)".to_owned()),
        window: if chart == "rolling" {
            "12 months"
        } else {
            "1 month"
        }
        .to_owned(),
        unit: unit.to_owned(),
        better: better.to_owned(),
        target: target.to_owned(),
        chart: Some(chart.to_owned()),
    })
    .unwrap()
}

/// Two years of months, the newest last.
fn readings(figure: impl Fn(u64) -> Figure) -> Vec<Reading> {
    let first: Period = "2024-12".parse().unwrap();
    let months = std::iter::successors(Some(first), |month| Some(month.next()));
    months
        .zip(0..24)
        .map(|(month, number)| Reading {
            month,
            figure: figure(number),
            not_evaluated: u64::from(number == 23) * 2,
            between: None,
        })
        .collect()
}

/// Something that varies and means nothing, from 0 to 6.
fn noise(number: u64) -> u64 {
    number * 37 % 7
}

fn ratio(good: u64, total: u64) -> Figure {
    Figure::Ratio(Ratio { good, total })
}

/// A measure of many cases that varies as always.
pub fn calm(process: &str, id: &str) -> Row {
    let calm = readings(|number| ratio(1_170 + noise(number), 1_182));
    row::row(
        process,
        &declared(id, "ratio", "p-prime", "up", "98%"),
        calm,
        &[],
    )
}

fn of(process: &str, declared: Definition, figure: &dyn Fn(u64) -> Figure) -> Row {
    row::row(process, &declared, readings(figure), &[])
}

fn figure(value: f64) -> Figure {
    Figure::Single(value)
}

fn rows() -> Vec<Row> {
    let mut rows = of_backups_and_oversight();
    rows.extend(of_the_rest());
    rows
}

fn of_backups_and_oversight() -> Vec<Row> {
    let slower = |number: u64| 4.5 * number.saturating_sub(19) as f64;
    let restore = "backup.restore-test";
    vec![
        calm("gov.oversight", "duties.on-time"),
        of(
            restore,
            declared("restore.success", "ratio", "rolling", "up", "100%"),
            &|number| ratio(1 + u64::from(number < 19 || number % 2 == 0), 2),
        ),
        of(
            restore,
            declared("restore.minutes", "minutes", "xmr", "down", "30"),
            &|number| figure(17.0 + noise(number) as f64 + slower(number)),
        ),
        of(
            "gov.oversight",
            declared("checks.made", "ratio", "rolling", "up", "10%"),
            &|number| ratio(18 + noise(number), 158),
        ),
        of(
            "gov.oversight",
            declared("checks.failed", "ratio", "rolling", "down", "5%"),
            &|_| ratio(0, 18),
        ),
        of(
            "gov.oversight",
            declared("warnings.acknowledged", "hours", "xmr", "down", "4"),
            &|n| figure(2.2 + noise(n) as f64 / 4.0),
        ),
        of(
            "backup.jobs",
            declared("jobs.on-time", "ratio", "p-prime", "up", "98%"),
            &|number| ratio(600 - noise(number) * 3, 600),
        ),
        of(
            "backup.offsite",
            declared("copy.age", "hours", "xmr", "down", "26"),
            &|number| figure(24.0 + noise(number) as f64 / 5.0),
        ),
    ]
}

fn of_the_rest() -> Vec<Row> {
    vec![
        of(
            "fw.firmware",
            declared("firmware.current", "ratio", "rolling", "up", "100%"),
            &|_| ratio(9, 9),
        ),
        of(
            "comms.certs-vpn",
            declared("certificates.unordered", "days", "xmr", "down", "0"),
            &|_| figure(0.0),
        ),
        of(
            "comms.mail",
            declared("mail.enforced", "ratio", "rolling", "up", "100%"),
            &|number| {
                if number < 15 {
                    Figure::NoCase
                } else {
                    ratio(3, 4)
                }
            },
        ),
        of(
            "acct.review",
            declared("accounts.dormant", "days", "xmr", "down", "5"),
            &|number| {
                figure(if number < 16 {
                    12.0 + noise(number) as f64
                } else {
                    3.0
                })
            },
        ),
        of(
            "patch.critical",
            declared("patches.in-time", "ratio", "p-prime", "up", "95%"),
            &|n| ratio(188 - noise(n) * 2, 191),
        ),
        of(
            "av.coverage",
            declared("endpoint.coverage", "ratio", "p-prime", "up", "100%"),
            &|_| Figure::NotCounted,
        ),
    ]
}
