//! Measurements, each beside somebody else's figure taken in the same run.
//!
//! Absolute rates move by a factor of two from day to day on a shared machine; the ratio of two
//! figures taken in turn does not. Each program prints lines `figure LABEL VALUE`; what is printed
//! here is their medians, their spread, and how often they were taken.

pub mod figures;
pub mod size;

use anyhow::{Context, Result, bail};

use crate::program::Program;
use crate::workspace::Workspace;
use crate::{machine, packages, say};
use figures::{Figures, rate};

/// One comparison.
struct Comparison {
    /// By what it is asked for: `cargo xtask bench NAME`.
    name: &'static str,
    /// What is counted.
    what: &'static str,
    /// The unit of both figures.
    unit: &'static str,
    /// Whether more or less of it is better.
    better: Better,
    /// The examples that print figures, as package and name; called in turn.
    examples: &'static [(&'static str, &'static str)],
    /// How often they are called; once for one that takes turns itself.
    calls: u32,
    /// Labels of our figure and of the one it is held against.
    labels: (&'static str, &'static str),
    /// How many times as good as the other at least; below 1 for a bound that cannot be reached.
    ratio_min: f64,
    /// What our figure itself is to reach, on a machine like any of today's.
    aim: Option<f64>,
}

/// Which way is better.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Better {
    /// A rate.
    More,
    /// A cost.
    Less,
}

const COMPARISONS: [Comparison; 5] = [
    Comparison {
        name: "log",
        what: "entries of a log replayed, one core, beside the SHA-256 that takes",
        unit: "entries/s",
        better: Better::More,
        examples: &[("duly-proof", "log_replay")],
        calls: 1,
        labels: ("replay", "sha256"),
        ratio_min: 0.55,
        aim: None,
    },
    Comparison {
        name: "tickets",
        what: "10,000 tickets raised at once, with checklist and entry, durably on SQLite, \
               beside the same rows through bare sqlx",
        unit: "tickets/s",
        better: Better::More,
        examples: &[("duly-store", "raise_tickets")],
        calls: 5,
        labels: ("raised", "bare"),
        ratio_min: 0.1,
        aim: Some(5_000.0),
    },
    Comparison {
        name: "duties",
        what: "duties computed of a provider's year, one core, beside the bare dates that \
               python-dateutil finds for the same rules",
        unit: "/s",
        better: Better::More,
        examples: &[("duly-core", "duties_per_second")],
        calls: 1,
        labels: ("duties", "dateutil"),
        ratio_min: 3.0,
        aim: Some(500_000.0),
    },
    Comparison {
        name: "rules",
        what: "rules evaluated, one core: built-in ones and conditions in turn, the conversion of \
               a ticket's facts included, beside bare cel on facts converted beforehand",
        unit: "rules/s",
        better: Better::More,
        examples: &[("duly-declare", "rules_per_second")],
        calls: 1,
        labels: ("rules", "bare-cel"),
        ratio_min: 0.5,
        aim: Some(98_000.0),
    },
    Comparison {
        name: "verification",
        what: "one verification of a restic repository, 300 files read back and compared, beside \
               `restic check --read-data`",
        unit: "s of processor time",
        better: Better::Less,
        examples: &[("duly-probe", "verification_cost")],
        calls: 1,
        labels: ("verification", "read-data"),
        ratio_min: 1.0,
        aim: Some(2.0),
    },
];

/// Runs all comparisons, or the one named; `size`, which takes many minutes and some gigabytes,
/// only when it is named.
///
/// # Errors
///
/// There is none of that name, a program fails, or a figure is missing. A ratio below its aim is
/// said and is no error: a busy machine must not stop a change.
pub fn run(workspace: &Workspace, words: &[String]) -> Result<()> {
    if let [name, rest @ ..] = words
        && name == size::NAME
    {
        machine::print();
        return size::run(workspace, rest);
    }
    let chosen: Vec<&Comparison> = match words {
        [] => COMPARISONS.iter().collect(),
        [name] => COMPARISONS
            .iter()
            .filter(|one| one.name == name.as_str())
            .collect(),
        _ => bail!("one name at most"),
    };
    if chosen.is_empty() {
        let mut names: Vec<&str> = COMPARISONS.iter().map(|one| one.name).collect();
        names.push(size::NAME);
        bail!(
            "there is no such comparison; there are: {}",
            names.join(", ")
        );
    }
    packages::install(&packages::FOR_BENCH)?;
    machine::print();
    for comparison in chosen {
        compare(workspace, comparison)?;
    }
    Ok(())
}

fn compare(workspace: &Workspace, comparison: &Comparison) -> Result<()> {
    for (package, example) in comparison.examples {
        let build = [
            "build",
            "--locked",
            "--release",
            "--package",
            package,
            "--example",
            example,
        ];
        workspace.cargo(build).run()?;
    }
    let mut figures = Figures::default();
    for _ in 0..comparison.calls {
        for (_, example) in comparison.examples {
            let path = workspace.released_folder().join("examples").join(example);
            figures.read(&Program::new(path).shown_as(example).text()?)?;
        }
    }
    let (ours, theirs) = comparison.labels;
    let median = |label| {
        figures
            .median(label)
            .with_context(|| format!("no figure `{label}`"))
    };
    let (our, their) = (median(ours)?, median(theirs)?);
    say(format!("\n{}: {}", comparison.name, comparison.what));
    for label in [ours, theirs] {
        say(format!(
            "    {label:<16}{} {}",
            figures.summary(label),
            comparison.unit
        ));
    }
    let (ratio, reached) = match comparison.better {
        Better::More => (our / their, comparison.aim.is_none_or(|aim| our >= aim)),
        Better::Less => (their / our, comparison.aim.is_none_or(|aim| our <= aim)),
    };
    say(format!(
        "    {:<16}{:>12} ×; the aim of {} × is {}",
        "as good",
        rate(ratio),
        rate(comparison.ratio_min),
        word(ratio >= comparison.ratio_min)
    ));
    if let Some(aim) = comparison.aim {
        let (aim, unit) = (rate(aim), comparison.unit);
        say(format!("    the aim of {aim} {unit} is {}", word(reached)));
    }
    Ok(())
}

/// Whether an aim is reached, in words.
fn word(is_reached: bool) -> &'static str {
    if is_reached { "reached" } else { "not reached" }
}
