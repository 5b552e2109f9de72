//! Measurements, each beside somebody else's figure taken in the same run.
//!
//! Absolute rates move by a factor of two from day to day on a shared machine; the ratio of two
//! figures taken in turn does not. Each program prints lines `figure LABEL VALUE`; what is printed
//! here is their medians, their spread, and how often they were taken.

pub mod figures;

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
    /// The unit of both figures; more is better.
    unit: &'static str,
    /// The examples that print figures, as package and name; called in turn.
    examples: &'static [(&'static str, &'static str)],
    /// How often they are called; once for one that takes turns itself.
    calls: u32,
    /// Labels of our figure and of the one it is held against.
    labels: (&'static str, &'static str),
    /// The least ratio of the two that is aimed at.
    ratio_min: f64,
}

const COMPARISONS: [Comparison; 2] = [
    Comparison {
        name: "log",
        what: "entries of a log replayed, one core, beside the SHA-256 that takes",
        unit: "entries/s",
        examples: &[("duly-proof", "log_replay")],
        calls: 1,
        labels: ("replay", "sha256"),
        ratio_min: 0.55,
    },
    Comparison {
        name: "tickets",
        what: "10,000 tickets raised at once, with checklist and entry, durably on SQLite, \
               beside the same rows through bare sqlx",
        unit: "tickets/s",
        examples: &[("duly-store", "raise_tickets")],
        calls: 5,
        labels: ("raised", "bare"),
        ratio_min: 0.1,
    },
];

/// Runs all comparisons, or the one named.
///
/// # Errors
///
/// There is none of that name, a program fails, or a figure is missing. A ratio below its aim is
/// said and is no error: a busy machine must not stop a change.
pub fn run(workspace: &Workspace, words: &[String]) -> Result<()> {
    let chosen: Vec<&Comparison> = match words {
        [] => COMPARISONS.iter().collect(),
        [name] => COMPARISONS
            .iter()
            .filter(|one| one.name == name.as_str())
            .collect(),
        _ => bail!("one name at most"),
    };
    if chosen.is_empty() {
        let names: Vec<&str> = COMPARISONS.iter().map(|one| one.name).collect();
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
    let ratio = median(ours)? / median(theirs)?;
    say(format!("\n{}: {}", comparison.name, comparison.what));
    for label in [ours, theirs] {
        say(format!(
            "    {label:<16}{} {}",
            figures.summary(label),
            comparison.unit
        ));
    }
    let aim = rate(comparison.ratio_min);
    let word = if ratio >= comparison.ratio_min {
        "reached"
    } else {
        "not reached"
    };
    say(format!(
        "    {:<16}{:>12} ×; the aim of {aim} × is {word}",
        "ratio",
        rate(ratio)
    ));
    Ok(())
}
