//! `duly trend`: a file of readings in; limits, signals, refusals and exit codes out.

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::called::{Called, duly};

/// Calls the command on a file of this text.
fn trend(text: &str, more: &[&str]) -> Called {
    trend_of_bytes(text.as_bytes(), more)
}

fn trend_of_bytes(bytes: &[u8], more: &[&str]) -> Called {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("readings.csv");
    std::fs::write(&path, bytes).unwrap();
    let path = path.display().to_string();
    let arguments = [&["trend", &path][..], more].concat();
    duly(&arguments)
}

/// 4 and 6 in turns: mean 5, limits -0.32 to 10.32.
fn turns(readings: usize) -> String {
    let rows = (0..readings).map(|row| if row % 2 == 0 { "4\n" } else { "6\n" });
    std::iter::once("value\n").chain(rows).collect()
}

fn ratios(rows: &[&str]) -> String {
    format!("good,total\n{}\n", rows.join("\n"))
}

fn refusal(called: &Called) -> Value {
    assert_eq!(called.code, 64, "{}{}", called.printed, called.said);
    called.json()["refusals"][0].clone()
}

#[test]
fn a_stable_series_exits_0_with_its_limits() {
    let called = trend(&turns(24), &["--json"]);
    assert_eq!(called.code, 0, "{}", called.said);
    let json = called.json();
    assert_eq!(
        (&json["chart"], &json["centre"]),
        (&json!("xmr"), &json!(5.0))
    );
    let near = |key: &str, expected: f64| (json[key].as_f64().unwrap() - expected).abs() < 1e-12;
    assert!(near("lower", -0.32) && near("upper", 10.32) && near("upper_range", 6.536));
    assert_eq!(json["signals"], json!([]));
    assert_eq!(json["state"], "frozen");
}

#[test]
fn a_signal_exits_1_and_is_named_by_its_reading() {
    let text = format!("{}20\n", turns(24));
    let called = trend(&text, &["--json"]);
    assert_eq!(called.code, 1);
    let signal = &called.json()["signals"][0];
    assert_eq!(
        (&signal["rule"], &signal["index"]),
        (&json!("point-outside"), &json!(24))
    );
    let told = trend(&text, &["--better", "down", "--target", "3"]);
    assert_eq!(told.code, 1);
    let expected = "xmr: mean 5, limits -0.3 to 10.3, above the limits at 24\n\
                    variation worsening, target hit-or-miss\n";
    assert_eq!(told.said, expected);
    assert!(
        told.printed.ends_with("point-outside\n"),
        "{}",
        told.printed
    );
    assert_eq!(told.printed.lines().count(), 25);
}

#[test]
fn eleven_readings_are_too_few_and_exit_2() {
    let called = trend(&turns(11), &["--json"]);
    assert_eq!(called.code, 2);
    let json = called.json();
    assert_eq!(
        (&json["lower"], &json["upper"]),
        (&json!(null), &json!(null))
    );
    assert_eq!(
        (&json["state"], &json["signals"]),
        (&json!("too-few"), &json!([]))
    );
    assert_eq!(trend("value\n", &[]).code, 2);
    assert_eq!(trend(&turns(12), &[]).code, 0);
}

#[test]
fn ratios_have_a_limit_for_each_reading() {
    let mut rows = vec!["285,300"; 24];
    rows[3] = "190,200";
    rows[7] = ",";
    for chart in ["p", "p-prime", "rolling"] {
        let called = trend(&ratios(&rows), &["--chart", chart, "--json"]);
        assert_eq!(called.code, 0, "{}", called.said);
        let json = called.json();
        let (lower, upper) = (json["lower"].as_array(), json["upper"].as_array());
        let (lower, upper) = (lower.unwrap(), upper.unwrap());
        assert_eq!((lower.len(), upper.len()), (24, 24), "{chart}");
        assert!(lower[7].is_null() && lower[3].is_number());
    }
}

#[test]
fn without_a_chart_the_one_that_fits_the_readings_is_taken() {
    let chart = |text: &str| trend(text, &["--json"]).json()["chart"].clone();
    assert_eq!(chart(&turns(12)), "xmr");
    assert_eq!(chart(&ratios(&["2,2"; 12])), "rolling");
    assert_eq!(chart(&ratios(&["285,300"; 12])), "p-prime");
}

#[test]
fn a_target_in_per_cent_is_tested_on_a_rolling_chart() {
    let mut rows = vec!["2,2"; 12];
    for row in rows.iter_mut().take(5) {
        *row = "1,2";
    }
    let arguments = ["--chart", "rolling", "--target", "95%", "--json"];
    let called = trend(&ratios(&rows), &arguments);
    assert_eq!(called.code, 1);
    let json = called.json();
    assert_eq!(
        (&json["target"], &json["better"]),
        (&json!(0.95), &json!("up"))
    );
    assert_eq!(
        (&json["variation"], &json["assurance"]),
        (&json!("worsening"), &json!("fails"))
    );
    let newest = json["signals"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(
        (&newest["rule"], &newest["index"]),
        (&json!("unlikely-at-target"), &json!(11))
    );
    let untested = trend(&ratios(&rows), &["--chart", "rolling", "--json"]);
    assert_eq!(
        (untested.code, &untested.json()["variation"]),
        (0, &json!(null))
    );
}

#[test]
fn times_between_events_and_counts_have_their_charts() {
    let times = format!("value\n{}", "3.5\n7\n11\n2\n".repeat(6));
    let called = trend(&times, &["--chart", "t", "--json"]);
    assert_eq!((called.code, &called.json()["chart"]), (0, &json!("t")));
    for chart in ["g", "c"] {
        let called = trend(&turns(24), &["--chart", chart, "--json"]);
        assert_eq!(
            (called.code, &called.json()["lower"]),
            (0, &json!(0.0)),
            "{chart}"
        );
    }
}

#[test]
fn an_empty_cell_is_a_gap_and_so_is_an_empty_line_of_values_alone() {
    let gap = trend(&turns(13).replacen("6\n", "\n", 1), &["--json"]);
    let json = gap.json();
    assert_eq!(json["points"].as_array().unwrap().len(), 13);
    assert_eq!(
        (&json["points"][1]["value"], &json["points"][2]["range"]),
        (&json!(null), &json!(null))
    );
    let named = "period,value\n2026-01,4\n2026-02,\n\n2026-03,6\n";
    let points = trend(named, &["--json"]).json()["points"].clone();
    assert_eq!(
        (points.as_array().unwrap().len(), &points[1]["name"]),
        (3, &json!("2026-02"))
    );
    // Empty lines at the end are just the end.
    assert_eq!(trend(&format!("{}\n\n", turns(12)), &[]).code, 0);
}

#[test]
fn semicolons_tabs_quotes_and_a_mark_at_the_beginning_are_read() {
    let rows = |separator: &str| {
        let row = |month: u32| format!("\"month {month}\"{separator}{month}.5\n");
        let rows: String = (1..=12).map(row).collect();
        format!("\u{feff}Period{separator}Value\n{rows}")
    };
    for separator in [",", ";", "\t"] {
        let json = trend(&rows(separator), &["--json"]).json();
        assert_eq!(json["points"][11]["name"], "month 12");
        assert_eq!(json["points"][11]["value"], 12.5);
    }
}

#[test]
fn limits_start_anew_at_a_named_reading_with_a_reason() {
    let month = |month: u32| {
        let value = 4 + month % 2 * 2 + month / 24 * 20;
        format!("m{month},{value}\n")
    };
    let rows: String = (0..36).map(month).collect();
    let text = format!("period,value\n{rows}");
    assert_eq!(trend(&text, &[]).code, 1);
    for start in ["m24=a second technician", "24=a second technician"] {
        let called = trend(&text, &["--rebase", start, "--json"]);
        assert_eq!(called.code, 0, "{}", called.said);
        let json = called.json();
        assert_eq!(json["phases"][1]["reason"], "a second technician");
        assert_eq!(json["lower"].as_array().unwrap().len(), 36);
        assert_eq!(json["centre"], 25.0);
    }
    for (start, code) in [
        ("m24", "baseline-without-reason"),
        ("m24= ", "baseline-without-reason"),
        ("m99=why", "reading-unknown"),
        ("0=why", "baseline-outside"),
    ] {
        let refused = refusal(&trend(&text, &["--rebase", start, "--json"]));
        assert_eq!(refused["code"], code, "{start}");
    }
}

#[test]
fn optional_rules_are_looked_at_when_asked_for() {
    let text = format!("{}8.6\n5.5\n8.7\n", turns(24));
    assert_eq!(trend(&text, &[]).code, 0);
    let called = trend(
        &text,
        &["--rule", "2-of-3", "--rule", "trend-of-7", "--json"],
    );
    assert_eq!(called.json()["signals"][0]["rule"], "2-of-3");
}

#[test]
fn ranges_are_screened_only_when_asked_for() {
    let text = turns(23).replacen("4\n", "40\n", 1);
    let upper = |more: &[&str]| {
        let called = trend(&text, &[&["--json"][..], more].concat());
        called.json()["upper"].as_f64().unwrap()
    };
    assert!(upper(&["--screen-ranges"]) < upper(&[]));
}

/// A file, the code it is refused with, and the line and column that are named.
const REFUSED: [(&str, &str, Option<u64>, Option<&str>); 13] = [
    (
        "value\n1\nmany\n",
        "reading-not-finite",
        Some(3),
        Some("value"),
    ),
    (
        "value\n1\nNaN\n",
        "reading-not-finite",
        Some(3),
        Some("value"),
    ),
    (
        "value\n1\ninf\n",
        "reading-not-finite",
        Some(3),
        Some("value"),
    ),
    ("value\n1e13\n", "reading-too-large", Some(2), Some("value")),
    (
        "good,total\n-1,3\n",
        "reading-negative",
        Some(2),
        Some("good"),
    ),
    (
        "good,total\n1,3.5\n",
        "reading-not-whole",
        Some(2),
        Some("total"),
    ),
    (
        "good,total\n1,3\n4,3\n",
        "good-exceeds-total",
        Some(3),
        None,
    ),
    (
        "good,total\n1,\n",
        "ratio-half-empty",
        Some(2),
        Some("total"),
    ),
    ("period,value\na,1\nb,1,5\n", "row-ragged", Some(3), None),
    ("period,value\n\"a,1\n", "row-malformed", Some(2), None),
    ("month,hours\na,1\n", "columns-unknown", Some(1), None),
    (
        "value,good,total\n1,1,2\n",
        "columns-unknown",
        Some(1),
        None,
    ),
    ("\n\n", "file-empty", None, None),
];

#[test]
fn every_refusal_says_where_and_exits_64() {
    for (text, code, line, column) in REFUSED {
        let called = trend(text, &["--json"]);
        let refused = refusal(&called);
        assert_eq!(refused["code"], code, "{text}");
        assert_eq!(refused["line"].as_u64(), line, "{text}");
        assert_eq!(refused["column"].as_str(), column, "{text}");
        assert!(called.said.contains("= help: "), "{}", called.said);
        assert!(called.said.contains(&format!("[{code}]")));
        if let Some(line) = line {
            assert!(called.said.contains(&format!("readings.csv:{line}: ")));
        }
    }
}

#[test]
fn a_file_that_is_missing_too_large_or_no_text_is_refused() {
    let missing = duly(&["trend", "there-is-no-such-file.csv", "--json"]);
    assert_eq!(refusal(&missing)["code"], "file-unreadable");
    let large = format!("value\n{}", "1\n".repeat(600_000));
    assert_eq!(
        refusal(&trend(&large, &["--json"]))["code"],
        "file-too-large"
    );
    let many = format!("value\n{}", "1\n".repeat(5_001));
    let refused = refusal(&trend(&many, &["--json"]));
    assert_eq!(
        (&refused["code"], &refused["line"]),
        (&json!("trend-too-many-points"), &json!(5_002))
    );
    let spreadsheet = trend_of_bytes(b"PK\x03\x04\xff\xfe", &["--json"]);
    assert_eq!(refusal(&spreadsheet)["code"], "file-not-text");
    let name = "m".repeat(101);
    let long = trend(&format!("period,value\n{name},1\n"), &["--json"]);
    assert_eq!(refusal(&long)["code"], "name-too-long");
}

#[test]
fn a_chart_target_or_direction_that_does_not_fit_exits_64() {
    let text = turns(12);
    for (more, code) in [
        (&["--chart", "p"][..], "trend-ratios-needed"),
        (&["--target", "5"], "direction-missing"),
    ] {
        let called = trend(&text, &[&["--json"][..], more].concat());
        assert_eq!(refusal(&called)["code"], code);
    }
    let shares = ratios(&["1,2"; 12]);
    let called = trend(&shares, &["--chart", "xmr", "--json"]);
    assert_eq!(refusal(&called)["code"], "trend-values-needed");
    let called = trend(&shares, &["--target", "98", "--json"]);
    assert_eq!(refusal(&called)["code"], "target-not-share");
    for wrong in [
        ["--chart", "pie"],
        ["--better", "left"],
        ["--target", "rto"],
        ["--rule", "all"],
    ] {
        assert_eq!(trend(&text, &wrong).code, 64, "{wrong:?}");
    }
    assert_eq!(duly(&["trend"]).code, 64);
}

#[test]
fn other_columns_are_passed_over_and_named() {
    let text = turns(12).replace("value\n", "value,remark\n");
    let rows: Vec<String> = text.lines().map(str::to_owned).collect();
    let text: String = rows
        .iter()
        .map(|row| {
            if row.starts_with('v') {
                format!("{row}\n")
            } else {
                format!("{row},fine\n")
            }
        })
        .collect();
    let called = trend(&text, &[]);
    assert_eq!(called.code, 0, "{}", called.said);
    assert!(
        called.said.contains("passed over: remark"),
        "{}",
        called.said
    );
}
