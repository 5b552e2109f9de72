//! Everything that must hold before a change is taken, in the order in which it fails soonest.

use std::time::Instant;

use anyhow::{Context, Result};

use crate::workspace::Workspace;
use crate::{advisories, check, docs, pdf, say, test};

/// A step of it, by name.
type Step = (&'static str, fn(&Workspace, &[String]) -> Result<()>);

/// The steps. `test` ends with the browser's.
const STEPS: [Step; 6] = [
    ("check", check::run),
    ("build", build),
    ("test", test::run),
    ("docs", docs::run),
    ("pdf", pdf::run),
    ("advisories", advisories::run),
];

/// Carries out the steps and prints how long each took.
///
/// # Errors
///
/// A step fails; the ones after it are not tried.
pub fn run(workspace: &Workspace, _: &[String]) -> Result<()> {
    let mut times = Vec::new();
    for (name, carry_out) in STEPS {
        say(format!("\n== {name}"));
        let start = Instant::now();
        carry_out(workspace, &[]).with_context(|| format!("the step `{name}`"))?;
        times.push((name, start.elapsed().as_secs()));
    }
    say("\n== all steps held");
    for (name, seconds) in times {
        say(format!(
            "{name:<12}{:>3} min {:>2} s",
            seconds / 60,
            seconds % 60
        ));
    }
    Ok(())
}

fn build(workspace: &Workspace, _: &[String]) -> Result<()> {
    workspace
        .cargo(["build", "--locked", "--workspace", "--all-targets"])
        .run()
}
