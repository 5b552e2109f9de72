//! The RustSec database: a folder for each crate, in it a file for each advisory, which begins
//! with a block of TOML.

use std::path::Path;

use anyhow::{Context, Result};
use semver::{Version, VersionReq};
use toml::{Table, Value};

/// What an advisory says of one version.
#[derive(Debug, PartialEq, Eq)]
pub struct Finding {
    /// `RUSTSEC-2023-0071`.
    pub id: String,
    /// Whether it is a hole; if not, it is a notice, such as that nobody maintains the crate.
    pub is_hole: bool,
    /// Its title.
    pub title: String,
}

/// What the database holds against a version of a crate.
///
/// # Errors
///
/// A file cannot be read or understood: an advisory that is skipped would be a hole unseen.
pub fn findings(folder: &Path, name: &str, version: &str) -> Result<Vec<Finding>> {
    let folder = folder.join(name);
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let version = Version::parse(version).with_context(|| format!("{name} {version}"))?;
    let mut findings = Vec::new();
    for file in std::fs::read_dir(&folder)? {
        let path = file?.path();
        let text = std::fs::read_to_string(&path)?;
        let finding = read(&text, &version).with_context(|| path.display().to_string())?;
        findings.extend(finding);
    }
    findings.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(findings)
}

/// What one advisory says of a version; none if it is unaffected, or the advisory was withdrawn.
fn read(text: &str, version: &Version) -> Result<Option<Finding>> {
    let (_, rest) = text.split_once("```toml\n").context("no block of TOML")?;
    let (block, prose) = rest.split_once("```").context("an open block of TOML")?;
    let block: Table = block.parse()?;
    let advisory = block.get("advisory").context("no [advisory]")?;
    if advisory.get("withdrawn").is_some() || is_safe(&block, version)? {
        return Ok(None);
    }
    let id = advisory
        .get("id")
        .and_then(Value::as_str)
        .context("no id")?
        .to_owned();
    let is_hole = advisory.get("informational").is_none();
    let title = prose
        .lines()
        .find_map(|line| line.strip_prefix("# "))
        .unwrap_or("")
        .to_owned();
    Ok(Some(Finding { id, is_hole, title }))
}

/// Whether the version is among the patched or the unaffected ones.
fn is_safe(block: &Table, version: &Version) -> Result<bool> {
    let ranges = |key| block.get("versions")?.get(key)?.as_array();
    let all = ["patched", "unaffected"]
        .into_iter()
        .filter_map(ranges)
        .flatten();
    for range in all.filter_map(Value::as_str) {
        let range = VersionReq::parse(range).with_context(|| range.to_owned())?;
        if range.matches(version) {
            return Ok(true);
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOLE: &str = "```toml\n[advisory]\nid = \"RUSTSEC-1\"\n\n[versions]\n\
        patched = [\">= 1.2.3\"]\nunaffected = [\"< 1.0.0\"]\n```\n\n# A hole\n";

    fn found(text: &str, version: &str) -> Option<Finding> {
        read(text, &Version::parse(version).unwrap()).unwrap()
    }

    #[test]
    fn a_version_between_unaffected_and_patched_has_the_hole() {
        let finding = found(HOLE, "1.1.0").unwrap();
        assert_eq!(
            (finding.id.as_str(), finding.title.as_str()),
            ("RUSTSEC-1", "A hole")
        );
        assert!(finding.is_hole);
    }

    #[test]
    fn patched_and_unaffected_versions_have_not() {
        assert_eq!(found(HOLE, "1.2.3"), None);
        assert_eq!(found(HOLE, "0.9.0"), None);
    }

    #[test]
    fn a_notice_is_no_hole() {
        let text = HOLE.replace(
            "\n\n[versions]",
            "\ninformational = \"unmaintained\"\n\n[versions]",
        );
        assert!(!found(&text, "1.1.0").unwrap().is_hole);
    }

    #[test]
    fn a_withdrawn_advisory_says_nothing() {
        let text = HOLE.replace(
            "\n\n[versions]",
            "\nwithdrawn = \"2024-01-01\"\n\n[versions]",
        );
        assert_eq!(found(&text, "1.1.0"), None);
    }

    #[test]
    fn an_advisory_that_cannot_be_understood_is_an_error() {
        assert!(read("# prose only\n", &Version::new(1, 0, 0)).is_err());
    }
}
