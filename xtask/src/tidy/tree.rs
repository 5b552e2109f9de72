//! The files of the repository as tidy sees them: what git tracks or would track, as text.
//!
//! Tests plant a tree of their own, so that no rule needs a repository to be tried.

use anyhow::{Context, Result};

use crate::tidy::{Rule, Violation};
use crate::workspace::Workspace;

/// One file.
pub struct File {
    /// Path from the root of the repository, with forward slashes.
    pub path: String,
    /// Its text; bytes that are no UTF-8 appear as replacement characters.
    pub text: String,
    /// Whether the bytes were UTF-8 without a NUL, so that rules about text apply.
    pub is_text: bool,
}

impl File {
    /// The extension, or an empty text.
    pub fn extension(&self) -> &str {
        self.name()
            .rsplit_once('.')
            .map_or("", |(_, extension)| extension)
    }

    /// The last part of the path.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or("")
    }

    /// The name without its extension.
    pub fn stem(&self) -> &str {
        self.name()
            .split_once('.')
            .map_or(self.name(), |(stem, _)| stem)
    }

    /// The crate it belongs to, `duly-core` or `xtask`; empty outside of any.
    pub fn crate_name(&self) -> &str {
        let mut parts = self.path.split('/');
        match (parts.next(), parts.next()) {
            (Some("crates"), Some(name)) => name,
            (Some("xtask"), _) => "xtask",
            _ => "",
        }
    }

    /// Whether someone else wrote it, or a program did, or it is data that a test needs as it is.
    pub fn is_foreign(&self) -> bool {
        const FOLDERS: [&str; 4] = ["vendor", "fixtures", "snapshots", "recorded"];
        let generated = ["Cargo.lock", "package-lock.json", "LICENSE"].contains(&self.name());
        generated
            || self.name().contains(".min.")
            || self.path.split('/').any(|part| FOLDERS.contains(&part))
    }

    /// The lines with their numbers, counted from 1.
    pub fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text
            .split('\n')
            .enumerate()
            .map(|(index, line)| (index + 1, line))
    }

    /// A violation at a place in this file.
    pub fn violation(&self, line: usize, what: String, rule: &'static Rule) -> Violation {
        Violation {
            file: self.path.clone(),
            line,
            what,
            rule,
        }
    }
}

/// All files.
pub struct Tree {
    /// In the order of their paths.
    pub files: Vec<File>,
}

impl Tree {
    /// Reads what git tracks, and what it would track if it were added.
    ///
    /// # Errors
    ///
    /// Git is missing, this is no git work tree, or a file cannot be read.
    pub fn read(workspace: &Workspace) -> Result<Self> {
        let listing = workspace
            .program("git")
            .args([
                "ls-files",
                "-z",
                "--cached",
                "--others",
                "--exclude-standard",
            ])
            .text()
            .context("tidy asks git which files belong to the repository")?;
        let mut paths: Vec<&str> = listing
            .split('\0')
            .filter(|path| !path.is_empty())
            .collect();
        paths.sort_unstable();
        paths.dedup();
        let mut files = Vec::new();
        for path in paths {
            let full = workspace.path(path);
            if !full.is_file() {
                continue;
            }
            let bytes = std::fs::read(&full).with_context(|| format!("reading {path}"))?;
            files.push(from_bytes(path, &bytes));
        }
        Ok(Self { files })
    }

    /// The file at a path.
    pub fn file(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    /// Whether a path is a file of the tree, or a folder with files in it.
    pub fn holds(&self, path: &str) -> bool {
        let folder = format!("{path}/");
        self.files
            .iter()
            .any(|file| file.path == path || file.path.starts_with(&folder))
    }

    /// All Rust files.
    pub fn rust(&self) -> impl Iterator<Item = &File> {
        self.files
            .iter()
            .filter(|file| file.extension() == "rs" && !file.is_foreign())
    }

    /// A tree made for a test.
    #[cfg(test)]
    pub fn planted(files: &[(&str, &str)]) -> Self {
        let files = files
            .iter()
            .map(|(path, text)| from_bytes(path, text.as_bytes()))
            .collect();
        Self { files }
    }
}

fn from_bytes(path: &str, bytes: &[u8]) -> File {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let is_text = !bytes.contains(&0) && std::str::from_utf8(bytes).is_ok();
    File {
        path: path.to_owned(),
        text,
        is_text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_knows_its_crate_its_stem_and_its_extension() {
        let tree = Tree::planted(&[("crates/duly-core/src/schedule/rule.rs", "")]);
        let file = tree.file("crates/duly-core/src/schedule/rule.rs").unwrap();
        assert_eq!(
            (file.crate_name(), file.stem(), file.extension()),
            ("duly-core", "rule", "rs")
        );
    }

    #[test]
    fn vendored_and_recorded_files_are_foreign() {
        let tree = Tree::planted(&[
            ("crates/duly-web/assets/htmx.min.js", ""),
            ("crates/duly-core/tests/fixtures/a.rs", ""),
            ("crates/duly-core/src/a.rs", ""),
        ]);
        let foreign: Vec<bool> = tree.files.iter().map(File::is_foreign).collect();
        assert_eq!(foreign, [true, true, false]);
    }

    #[test]
    fn a_file_with_a_nul_byte_is_no_text() {
        assert!(!from_bytes("a.bin", b"a\0b").is_text);
    }
}
