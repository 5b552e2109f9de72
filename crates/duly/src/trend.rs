//! `duly trend FILE.csv`: limits and signals of a row of readings. Pure: no installation, no clock;
//! it reads the one file.
//!
//! Exit codes: 0 no signal, 1 a signal since limits last started anew, 2 too few readings to say,
//! 64 wrong usage or a file without readings.

mod file;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use duly_core::trend;
use duly_core::trend::chart::{Aim, Better, Chart, Settings, Trend};
use duly_core::trend::document::document;
use duly_core::trend::figure::Figures;
use duly_core::trend::phase::{Baseline, State};
use duly_core::trend::sentence::sentence;
use duly_core::trend::signal::{Rule, Rules};
use serde_json::json;

use crate::{DOES_NOT_HOLD, USAGE, print, print_json, say};
use file::{Refusal, Series};

/// Too few readings to say anything.
const NOT_EVALUATED: u8 = 2;

/// What `duly trend` is told.
#[derive(Args, Debug)]
pub struct TrendArgs {
    /// Columns `value`, or `good,total`; optionally `period` or `date`; an empty cell is a gap
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// `xmr`, `g`, `t` or `c` for values; `p`, `p-prime` or `rolling` for ratios
    #[arg(long, value_name = "CHART", value_parser = chart)]
    chart: Option<Chart>,
    /// What is aimed at: a number in the unit of the readings; a share, `0.98` or `98%`, for ratios
    #[arg(long, value_name = "X", value_parser = target, allow_hyphen_values = true)]
    target: Option<f64>,
    /// Which way is better, `up` or `down`; `up` for ratios if nothing is said
    #[arg(long, value_name = "WAY", value_parser = better)]
    better: Option<Better>,
    /// Look at an optional rule too: `2-of-3`, `trend-of-7`
    #[arg(long = "rule", value_name = "RULE", value_parser = optional_rule)]
    rules: Vec<Rule>,
    /// Start limits anew at this reading, by name or by index from 0: `2026-04=new firewall`
    #[arg(long = "rebase", value_name = "READING=REASON")]
    rebases: Vec<String>,
    /// Leave large moving ranges out of the limits
    #[arg(long)]
    screen_ranges: bool,
    /// Print one JSON document on standard output
    #[arg(long)]
    json: bool,
}

fn chart(word: &str) -> Result<Chart, String> {
    let found = Chart::ALL.into_iter().find(|chart| chart.word() == word);
    found.ok_or_else(|| {
        let words = Chart::ALL.map(Chart::word).join(", ");
        format!("the charts are {words}")
    })
}

fn better(word: &str) -> Result<Better, String> {
    match word {
        "up" => Ok(Better::Up),
        "down" => Ok(Better::Down),
        _ => Err("better is `up` or `down`".to_owned()),
    }
}

fn optional_rule(word: &str) -> Result<Rule, String> {
    let optional = [Rule::TwoOfThree, Rule::TrendOfSeven];
    let found = optional.into_iter().find(|rule| rule.word() == word);
    found.ok_or_else(|| {
        let words = optional.map(Rule::word).join(", ");
        format!("the optional rules are {words}")
    })
}

fn target(text: &str) -> Result<f64, String> {
    let (number, unit) = match text.strip_suffix('%') {
        Some(number) => (number.trim_end(), 100.0),
        None => (text, 1.0),
    };
    let number: Result<f64, _> = number.parse();
    let number = number.ok().filter(|number| number.is_finite());
    let number = number.ok_or("a target is a number such as 4, 0.98 or 98%")?;
    Ok(number / unit)
}

/// Runs the command.
///
/// # Errors
/// When standard output is closed.
pub fn run(args: &TrendArgs) -> anyhow::Result<ExitCode> {
    let (series, trend) = match evaluate(args) {
        Ok(evaluated) => evaluated,
        Err(refusal) => return refuse(args, &refusal),
    };
    if args.json {
        print_json(&document(&trend, |index| series.name(index)))?;
    } else {
        tell(&series, &trend)?;
    }
    let code = if trend.state() == State::TooFew {
        NOT_EVALUATED
    } else if trend.signals_now().next().is_some() {
        DOES_NOT_HOLD
    } else {
        0
    };
    Ok(ExitCode::from(code))
}

fn evaluate(args: &TrendArgs) -> Result<(Series, Trend), Refusal> {
    let series = Series::read(&args.file)?;
    let readings = series.readings();
    let chart = args.chart.unwrap_or_else(|| trend::usual(readings));
    let settings = Settings {
        aim: aim(args, chart)?,
        rules: Rules {
            two_of_three: args.rules.contains(&Rule::TwoOfThree),
            trend_of_seven: args.rules.contains(&Rule::TrendOfSeven),
        },
        baselines: baselines(args, &series)?,
        screens_ranges: args.screen_ranges,
    };
    match trend::trend(chart, readings, &settings) {
        Ok(trend) => Ok((series, trend)),
        Err(error) => Err(Refusal::of(&error, &series)),
    }
}

/// What the readings are for. Good ones out of a total are better if there are more of them; of a
/// single value nobody can know.
fn aim(args: &TrendArgs, chart: Chart) -> Result<Option<Aim>, Refusal> {
    let usual = chart.is_of_ratios().then_some(Better::Up);
    match (args.better.or(usual), args.target) {
        (Some(better), target) => Ok(Some(Aim { better, target })),
        (None, None) => Ok(None),
        (None, Some(_)) => Err(Refusal::new(
            "direction-missing",
            "a target without a direction: is more better, or less?",
            "add `--better up` or `--better down`",
        )),
    }
}

fn baselines(args: &TrendArgs, series: &Series) -> Result<Vec<Baseline>, Refusal> {
    let start = |text: &String| {
        let Some((word, reason)) = text.split_once('=') else {
            let message = format!("`{text}` does not say why limits start anew");
            let help = "write the reading and the reason: `2026-04=new firewall`";
            return Err(Refusal::new("baseline-without-reason", message, help));
        };
        let Some(from) = series.find(word.trim()) else {
            let message = format!("there is no reading `{word}`");
            let help = "name one as the file does, or by its index from 0";
            return Err(Refusal::new("reading-unknown", message, help));
        };
        Ok(Baseline {
            from,
            reason: reason.trim().to_owned(),
        })
    };
    args.rebases.iter().map(start).collect()
}

fn refuse(args: &TrendArgs, refusal: &Refusal) -> anyhow::Result<ExitCode> {
    let file = args.file.display().to_string();
    if args.json {
        let Refusal {
            code,
            line,
            column,
            message,
            help,
        } = refusal;
        let refusal = json!({
            "code": code, "file": file, "line": line, "column": column,
            "message": message, "help": help,
        });
        print_json(&json!({ "refusals": [refusal] }))?;
    }
    let place = refusal
        .line
        .map_or(String::new(), |line| format!("{file}:{line}: "));
    let (message, help, code) = (&refusal.message, &refusal.help, refusal.code);
    say(&format!(
        "duly: {place}{message}\n  = help: {help} [{code}]"
    ));
    Ok(ExitCode::from(USAGE))
}

/// The sentence and the two words to a person; a line for each reading to whoever reads on.
fn tell(series: &Series, trend: &Trend) -> anyhow::Result<()> {
    if !series.passed_over.is_empty() {
        say(&format!(
            "duly: passed over: {}",
            series.passed_over.join(", ")
        ));
    }
    let name = |index| series.name(index);
    say(&format!(
        "{}: {}",
        trend.chart.word(),
        sentence(trend, name)
    ));
    if let Some(variation) = trend.variation() {
        let assurance = trend.assurance().word();
        say(&format!(
            "variation {}, target {assurance}",
            variation.word()
        ));
    }
    let figures = Figures::of(trend);
    let write = |figure: Option<f64>| figure.map_or("-".to_owned(), |it| figures.write(it));
    let mut lines = Vec::new();
    for (index, point) in trend.points.iter().enumerate() {
        let rules = trend.signals.iter().filter(|it| it.index == index);
        let rules: Vec<&str> = rules.map(|it| it.rule.word()).collect();
        let line = format!(
            "{:<12} {:>12} {:>12} {:>12}  {}",
            name(index),
            write(point.value),
            write(point.lower),
            write(point.upper),
            rules.join(" "),
        );
        lines.push(line.trim_end().to_owned());
    }
    if lines.is_empty() {
        return Ok(());
    }
    print(&lines.join("\n"))
}
