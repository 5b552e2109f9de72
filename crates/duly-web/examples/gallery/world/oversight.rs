//! Oversight: a month with a signal, one before anything was counted, all clients, one measure, and
//! what an owner asks.

use duly_core::measure::definition::Definition;
use duly_core::measure::reading::{Figure, Reading};
use duly_core::oversight::chart::Words;
use duly_core::oversight::report::{Checkpoint, Counted, Doubts, Expiring, NamedDuty, Report, Row};
use duly_core::oversight::row;
use duly_core::oversight::sentence::sentence;
use duly_core::process::Measure as Declared;
use duly_core::review::period::Period;
use duly_core::review::words::noticing;
use duly_core::trend::reading::Ratio;
use duly_web::part::chart::Chart;
use duly_web::part::client_nav::{ClientNav, ClientPage};
use duly_web::part::state::{Shape, State};
use duly_web::view::answers::{Answers, Framework, Row as Answered};
use duly_web::view::frame::Section;
use duly_web::view::measure::{Measure, ReadingLine, TicketLine};
use duly_web::view::oversight::{MeasureLine, Oversight, Strongest, assurance, variation};
use duly_web::view::portfolio::{Portfolio, Row as ClientRow};

use super::{RESTORE_TEST, at, baker, date, drawn, frame, lakeside, line, november, paging};

pub fn pages() -> Vec<(&'static str, String)> {
    vec![
        drawn("oversight", &page(rows(), &november_counted())),
        drawn("oversight-none", &page(Vec::new(), &Counted::default())),
        drawn("oversight-clients", &portfolio(clients())),
        drawn("oversight-clients-none", &portfolio(Vec::new())),
        drawn("measure", &measure()),
        drawn("answers", &answers(14)),
        drawn("answers-none", &answers(0)),
    ]
}

fn nav(current: ClientPage) -> ClientNav {
    ClientNav {
        client: "baker".to_owned(),
        current,
        keeps_client: false,
    }
}

fn november_counted() -> Counted {
    november().equation.into()
}

fn declared(id: &str, chart: &str, target: &str) -> Definition {
    let is_ratio = matches!(chart, "rolling" | "p-prime");
    let ratio = |word: &str| is_ratio.then(|| word.to_owned());
    Definition::of(&Declared {
        id: id.to_owned(),
        good: ratio("duties.done"),
        total: ratio("duties.due"),
        value: (!is_ratio).then(|| "median(run.minutes)".to_owned()),
        window: "1 month".to_owned(),
        unit: if is_ratio { "ratio" } else { "minutes" }.to_owned(),
        better: if is_ratio { "up" } else { "down" }.to_owned(),
        target: target.to_owned(),
        chart: Some(chart.to_owned()),
    })
    .expect("a measure of the catalogue's words")
}

/// Two years of months, the newest last.
fn readings(figure: impl Fn(u64) -> Figure) -> Vec<Reading> {
    let first: Period = "2024-12".parse().expect("a month");
    let months = std::iter::successors(Some(first), |month| Some(month.next()));
    months
        .zip(0..24)
        .map(|(month, number)| Reading {
            month,
            figure: figure(number),
            not_evaluated: 0,
            between: None,
        })
        .collect()
}

/// Something that varies and means nothing, from 0 to 6.
fn noise(number: u64) -> u64 {
    number * 37 % 7
}

fn rows() -> Vec<Row> {
    let ratio = |good, total| Figure::Ratio(Ratio { good, total });
    let on_time = readings(|number| ratio(170 + noise(number), 180));
    let equal = readings(|number| ratio(u64::from(number < 20 || number % 2 == 0) + 1, 2));
    let minutes = readings(|number| {
        let slower = if number > 19 {
            3.5 * (number - 18) as f64
        } else {
            0.0
        };
        Figure::Single(17.0 + noise(number) as f64 + slower)
    });
    let checks = readings(|number| ratio(14 + noise(number), 160));
    let unfed = readings(|_| Figure::NotCounted);
    row::in_order(vec![
        row::row(
            "gov.oversight",
            &declared("duties.on-time", "p-prime", "98%"),
            on_time,
            &[],
        ),
        row::row(
            "gov.oversight",
            &declared("checks.made", "rolling", "10%"),
            checks,
            &[],
        ),
        row::row(
            "backup.restore-test",
            &declared("restore.success", "rolling", "100%"),
            equal,
            &[],
        ),
        row::row(
            "backup.restore-test",
            &declared("restore.minutes", "xmr", "30"),
            minutes,
            &[],
        ),
        row::row(
            "av.coverage",
            &declared("endpoint.coverage", "p-prime", "100%"),
            unfed,
            &[],
        ),
    ])
}

fn duty(title: &str, asset: &str, slot: &str, word: &str) -> NamedDuty {
    NamedDuty {
        ticket: "d-0001".to_owned(),
        title: title.to_owned(),
        asset: Some(asset.to_owned()),
        slot: date(slot),
        word: word.to_owned(),
    }
}

fn report(measures: Vec<Row>, equation: &Counted) -> Report {
    let is_empty = measures.is_empty();
    let (first, rest) = sentence(equation, &measures, 0);
    let mut missed = vec![
        duty(
            RESTORE_TEST,
            "accounts server",
            "2026-11-10",
            "done afterwards on 13 November 2026",
        ),
        duty(
            "Review the firewall’s rules",
            "front firewall",
            "2026-11-02",
            "still owed",
        ),
    ];
    let mut waived = vec![duty(
        RESTORE_TEST,
        "imaging archive, second floor, behind the long corridor",
        "2026-11-24",
        "The archive moves house this week, and nobody can read it until it stands again.",
    )];
    if is_empty {
        missed.clear();
        waived.clear();
    }
    Report {
        provider: "Harbour IT".to_owned(),
        client: "baker".to_owned(),
        client_name: "Baker & Sons".to_owned(),
        month: "2026-11".parse().expect("a month"),
        is_final: false,
        made_at: at("2026-11-24T09:12:00Z"),
        sentence: first,
        rest,
        equation: *equation,
        strongest: row::strongest(&measures),
        missed,
        waived,
        expiring: if is_empty { Vec::new() } else { vec![ending()] },
        uncovered: if is_empty {
            vec!["front firewall: no process looks after it".to_owned()]
        } else {
            Vec::new()
        },
        doubts: if is_empty { nothing() } else { doubts() },
        checkpoint: (!is_empty).then(|| Checkpoint {
            origin: "duly.try/baker".to_owned(),
            size: 12_804,
            root: "q7WcTz0mCqC6sVnP0fH2b7M8m9QmW0b3m7Ucj8Lhe1Y=".to_owned(),
        }),
        measures,
    }
}

fn nothing() -> Doubts {
    Doubts {
        power: noticing(0, 0),
        ..Doubts::default()
    }
}

fn doubts() -> Doubts {
    let silent = "nightly backup: silent; it was last heard of at 2026-11-22T02:10:00Z";
    Doubts {
        silent: vec![silent.to_owned()],
        not_evaluated: 2,
        finished: 158,
        checked: 18,
        power: noticing(158, 18),
        not_counted: vec!["Endpoints protected, by two sources".to_owned()],
    }
}

fn ending() -> Expiring {
    Expiring {
        exception: "e-1".to_owned(),
        what: "backup.restore-test".to_owned(),
        to: date("2026-12-20"),
        reason: "The archive moves house.".to_owned(),
    }
}

fn said(row: &Row) -> String {
    let trend = row.trend.as_ref();
    trend.map_or_else(String::new, |trend| trend.sentence.clone())
}

fn large(row: &Row) -> Chart {
    let (Some(drawn), Some(trend)) = (&row.drawn, &row.trend) else {
        return Chart::default();
    };
    let names: Vec<String> = trend
        .points
        .iter()
        .map(|point| point.name.clone())
        .collect();
    Chart::large(
        drawn,
        &Words {
            title: &row.title,
            sentence: &trend.sentence,
            names: &names,
            aim: &format!("aim: {}", row.aim),
            id: "strongest",
        },
    )
}

fn page(measures: Vec<Row>, equation: &Counted) -> Oversight {
    let report = report(measures, equation);
    let counted = report.measures.iter();
    let counted = counted.filter(|row| row.figure != Figure::NotCounted);
    let lines = counted.map(|row| MeasureLine {
        address: format!("/clients/baker/oversight/{}/{}", row.process, row.id),
        title: row.title.clone(),
        now: row.now.clone(),
        aim: row.aim.clone(),
        not_evaluated: u64::from(row.id == "restore.success") * 2,
        spark: row
            .drawn
            .as_ref()
            .map_or_else(Chart::default, |drawn| Chart::small(drawn, &said(row))),
        variation: variation(row),
        assurance: assurance(row),
    });
    let measures: Vec<MeasureLine> = lines.collect();
    let strongest = report
        .strongest
        .and_then(|place| report.measures.get(place));
    Oversight {
        frame: frame(Section::Oversight, false),
        client: baker(),
        nav: nav(ClientPage::Oversight),
        equation: if measures.is_empty() {
            line([0; 5])
        } else {
            november()
        },
        month: "2026-11".to_owned(),
        before: Some("2026-10".to_owned()),
        after: None,
        strongest: strongest.map(|row| Strongest {
            title: row.title.clone(),
            chart: large(row),
            sentence: said(row),
            address: format!("/clients/baker/oversight/{}/{}", row.process, row.id),
            is_signal: true,
        }),
        others: measures.iter().take(1).cloned().collect(),
        measures,
        report,
    }
}

fn clients() -> Vec<ClientRow> {
    let row = |client, terms: [u64; 5], sentence: &str, worse| ClientRow {
        client,
        equation: line(terms).equation.into(),
        sentence: Some(sentence.to_owned()),
        worse,
        failing: 0,
        uncovered: worse,
        counted_at: at("2026-11-24T00:10:00Z"),
        is_final: false,
    };
    vec![
        row(
            baker(),
            [151, 7, 2, 3, 19],
            "Worse than before: minutes to restore. Decide what is done about it.",
            1,
        ),
        row(
            lakeside(),
            [70, 3, 0, 1, 9],
            "Nothing changed, and nothing was missed. Nothing is to be decided.",
            0,
        ),
    ]
}

fn portfolio(rows: Vec<ClientRow>) -> Portfolio {
    let is_empty = rows.is_empty();
    Portfolio {
        frame: frame(Section::Oversight, true),
        month: "November 2026".to_owned(),
        month_key: "2026-11".to_owned(),
        before: "2026-10".to_owned(),
        after: (!is_empty).then(|| "2026-12".to_owned()),
        rows,
        uncounted: vec![duly_web::view::Named::new("harbour", "Harbour IT")],
        uncounted_more: usize::from(!is_empty) * 3,
    }
}

fn measure() -> Measure {
    let rows = rows();
    let row = rows.iter().find(|row| row.id == "duties.on-time");
    let row = row.expect("the measure is there");
    let readings = row.readings.iter().rev().map(|reading| ReadingLine {
        month_key: reading.month.to_string(),
        month: reading.month.first().strftime("%B %Y").to_string(),
        good: match reading.figure {
            Figure::Ratio(ratio) => Some(ratio.good),
            _ => None,
        },
        total: Some(180),
        figure: row.now.clone(),
        not_evaluated: 0,
    });
    Measure {
        frame: frame(Section::Oversight, false),
        client: baker(),
        nav: nav(ClientPage::Oversight),
        title: row.title.clone(),
        address: "/clients/baker/oversight/gov.oversight/duties.on-time".to_owned(),
        now: row.now.clone(),
        aim: row.aim.clone(),
        variation: variation(row),
        assurance: assurance(row),
        made_of: "Made of: of these, closed on time ÷ duties whose slot is dated in the window, \
                  over all processes; the figure of today is over one month."
            .to_owned(),
        process: duly_web::view::Named::new("gov.oversight", "Review the month and answer for it"),
        chart: large(row),
        sentence: said(row),
        readings: readings.collect(),
        starts: vec![(
            "March 2025".to_owned(),
            "Two technicians instead of one look after it.".to_owned(),
        )],
        may_restart: true,
        problem: Some("Say what was changed in the process.".to_owned()),
        reason: String::new(),
        month: "November 2026".to_owned(),
        month_key: "2026-11".to_owned(),
        tickets: vec![TicketLine {
            ticket: "d-0001".to_owned(),
            slot: date("2026-11-10"),
            title: RESTORE_TEST.to_owned(),
            asset: Some("accounts server".to_owned()),
            outcome: State::new(Shape::Fail, "missed"),
            verdict: Some(State::new(Shape::Pass, "pass")),
        }],
        paging: paging("/clients/baker/oversight/gov.oversight/duties.on-time?month=2026-11"),
    }
}

fn answers(checked: u64) -> Answers {
    let row = |title: &str, due, done, last: Option<&str>| Answered {
        id: "backup.restore-test".to_owned(),
        title: title.to_owned(),
        per_year: 24,
        due,
        done,
        faults: due.min(1),
        last: last.map(date),
    };
    let all = vec![
        row(RESTORE_TEST, 24, 22, Some("2026-11-10")),
        row(
            "Review who may sign in, and with what",
            4,
            4,
            Some("2026-10-06"),
        ),
        row(
            "Practise for the day on which everything stands still",
            1,
            0,
            None,
        ),
        row("See to it that critical patches are installed", 0, 0, None),
    ];
    let is_new = checked == 0;
    let processes = if is_new { Vec::new() } else { all };
    Answers {
        frame: frame(Section::Clients, false),
        client: baker(),
        nav: nav(ClientPage::Answers),
        from: date("2025-11-25"),
        to: date("2026-11-24"),
        equation: if is_new {
            Counted::default()
        } else {
            november_counted()
        },
        tasks: u64::try_from(processes.len()).unwrap_or_default(),
        finished: checked * 11,
        checked,
        power: noticing(
            u32::try_from(checked * 11).unwrap_or_default(),
            u32::try_from(checked).unwrap_or_default(),
        ),
        uncovered: vec!["front firewall: no process looks after it".to_owned()],
        proven: checked,
        checkpoint: (!is_new).then(|| (12_804, at("2026-11-24T09:10:00Z"))),
        frameworks: if is_new {
            Vec::new()
        } else {
            vec![Framework {
                name: "NIST Cybersecurity Framework 2.0".to_owned(),
                requirements: vec![
                    (
                        "PR.DS-11".to_owned(),
                        processes.iter().take(1).cloned().collect(),
                    ),
                    (
                        "PR.AA-05".to_owned(),
                        processes.iter().skip(1).step_by(2).cloned().collect(),
                    ),
                ],
            }]
        },
        processes,
    }
}
