//! What is known against the crates that are built in: holes, licences, sources.
//!
//! The rules stand in `deny.toml`, in the format of cargo-deny, which is called where it is
//! installed. It takes longer to build than all tests together, so this reads the same rules
//! itself: sources from `Cargo.lock`, licences from cargo, holes from a copy of the RustSec
//! database in the folder that `DULY_CORPUS` names. It never fetches anything.

pub mod database;
pub mod licence;

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use toml::{Table, Value};

use crate::program::is_installed;
use crate::say;
use crate::workspace::Workspace;
use database::Finding;

/// The one place that other people's code comes from.
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// Checks everything that is built in.
///
/// # Errors
///
/// A crate from elsewhere, a licence that is not allowed, or a known hole.
pub fn run(workspace: &Workspace, _: &[String]) -> Result<()> {
    let rules = read(workspace, "deny.toml")?;
    let lock = read(workspace, "Cargo.lock")?;
    let mut problems = sources(&lock);
    problems.extend(licences(workspace, &rules)?);
    match database_folder() {
        Some(folder) => problems.extend(holes(&folder, &lock, &rules)?),
        None => say("skipped: known holes, since DULY_CORPUS names no folder with advisory-db"),
    }
    if is_installed("cargo-deny") {
        let checks = ["deny", "--offline", "check", "bans", "licenses", "sources"];
        workspace.cargo(checks).run()?;
    }
    for problem in &problems {
        say(problem);
    }
    match problems.len() {
        0 => Ok(()),
        count => bail!("{count} problems with other people's crates, listed above"),
    }
}

fn read(workspace: &Workspace, path: &str) -> Result<Table> {
    let text = std::fs::read_to_string(workspace.path(path)).with_context(|| path.to_owned())?;
    text.parse().with_context(|| path.to_owned())
}

fn database_folder() -> Option<PathBuf> {
    let folder = PathBuf::from(std::env::var_os("DULY_CORPUS")?).join("advisory-db/crates");
    folder.is_dir().then_some(folder)
}

/// Name, version and source of every package of the lock file.
fn packages(lock: &Table) -> Vec<(&str, &str, Option<&str>)> {
    let packages = lock
        .get("package")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    packages
        .filter_map(|package| {
            let name = package.get("name")?.as_str()?;
            let version = package.get("version")?.as_str()?;
            Some((name, version, package.get("source").and_then(Value::as_str)))
        })
        .collect()
}

fn sources(lock: &Table) -> Vec<String> {
    packages(lock)
        .into_iter()
        .filter_map(|(name, _, source)| {
            let source = source.filter(|source| *source != REGISTRY)?;
            Some(format!(
                "{name}: comes from {source}; only crates.io is allowed"
            ))
        })
        .collect()
}

/// Crates whose licence `deny.toml` does not allow.
fn licences(workspace: &Workspace, rules: &Table) -> Result<Vec<String>> {
    let allowed = texts(rules, "licenses", "allow");
    let listing = workspace
        .cargo([
            "tree",
            "--locked",
            "--workspace",
            "--all-features",
            "--edges",
            "normal,build",
            "--target",
            "all",
        ])
        .args(["--prefix", "none", "--format", "{p}|{l}"])
        .text()?;
    let crates: BTreeSet<&str> = listing
        .lines()
        .map(|line| line.trim_end_matches(" (*)"))
        .collect();
    let mut problems = Vec::new();
    for (package, expression) in crates.iter().filter_map(|line| line.rsplit_once('|')) {
        if !licence::is_allowed(expression, &allowed) {
            problems.push(format!(
                "{package}: the licence `{expression}` is not in deny.toml"
            ));
        }
    }
    say(format!(
        "licences: {} crates, {} not allowed",
        crates.len(),
        problems.len()
    ));
    Ok(problems)
}

/// Known holes in the locked versions, other than those that `deny.toml` explains.
fn holes(folder: &std::path::Path, lock: &Table, rules: &Table) -> Result<Vec<String>> {
    let explained = explained(rules);
    let mut problems = Vec::new();
    let mut checked = 0;
    for (name, version, _) in packages(lock)
        .into_iter()
        .filter(|(_, _, source)| source.is_some())
    {
        checked += 1;
        for Finding { id, is_hole, title } in database::findings(folder, name, version)? {
            let line = format!("{name} {version}: {id}, {title}");
            match (explained.contains(&id), is_hole) {
                (true, _) => say(format!("explained in deny.toml: {line}")),
                (false, true) => problems.push(line),
                (false, false) => say(format!("worth knowing: {line}")),
            }
        }
    }
    say(format!(
        "advisories: {checked} crates, {} known holes",
        problems.len()
    ));
    Ok(problems)
}

/// Identifiers under `[advisories] ignore`; each stands there with its reason.
fn explained(rules: &Table) -> BTreeSet<String> {
    let list = rules
        .get("advisories")
        .and_then(|table| table.get("ignore"));
    let entries = list.and_then(Value::as_array).into_iter().flatten();
    entries
        .filter_map(|entry| Some(entry.get("id")?.as_str()?.to_owned()))
        .collect()
}

fn texts(table: &Table, section: &str, key: &str) -> Vec<String> {
    let list = table
        .get(section)
        .and_then(|section| section.get(key))
        .and_then(Value::as_array);
    list.into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_from_elsewhere_is_found() {
        let lock = "[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nsource = \"git+https://x/y\"\n";
        let problems = sources(&lock.parse().unwrap());
        assert_eq!(
            problems,
            ["a: comes from git+https://x/y; only crates.io is allowed"]
        );
    }

    #[test]
    fn our_own_crates_have_no_source() {
        let lock = "[[package]]\nname = \"duly\"\nversion = \"0.1.0\"\n";
        assert!(sources(&lock.parse().unwrap()).is_empty());
    }

    #[test]
    fn a_hole_with_a_reason_is_explained() {
        let rules = "[advisories]\nignore = [{ id = \"RUSTSEC-1\", reason = \"not reached\" }]\n";
        assert!(explained(&rules.parse().unwrap()).contains("RUSTSEC-1"));
    }
}
