//! The manifest's side: what it is, what is drawn from it, and where it stands when it is gone
//! through a second time.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use duly_core::backup::code;
use duly_core::backup::draw::Draw;
use duly_core::backup::facts::{Failure, name};
use duly_core::backup::manifest::{ManifestEntry, ManifestHead, ManifestSummary, root_from_text};
use duly_core::backup::path::{SourcePath, disjoint_roots};
use duly_core::backup::request::BackupRequest;
use duly_proof::hash::Hash;

use crate::backup::compare::Wanted;
use crate::backup::report::Report;
use crate::manifest::{ReadError, open};

/// The manifest of a request.
pub(super) enum Source {
    /// None was given.
    None,
    /// It cannot be used.
    Unusable(Failure),
    /// It was read once as a whole.
    Given(Box<Given>),
}

/// A manifest that is whole.
pub(super) struct Given {
    /// Where it lies.
    pub(super) path: String,
    /// What it amounts to.
    pub(super) summary: ManifestSummary,
    /// What is to be read back.
    pub(super) wanted: Wanted,
    /// The drawn files in their order.
    pub(super) order: Vec<SourcePath>,
}

impl Source {
    /// Reads the manifest once: checks it as a whole and draws from it.
    pub(super) fn open(request: &BackupRequest) -> Self {
        let Some(path) = &request.manifest else {
            return Self::None;
        };
        match read(request, path) {
            Ok(given) => Self::Given(Box::new(given)),
            Err(error) => Self::Unusable(unusable(path, &error)),
        }
    }

    pub(super) fn report(&self, report: &mut Report) {
        // A sound one is reported with the comparison, which knows whether it brackets it.
        if let Self::Unusable(failure) = self {
            report.failure("manifest", name::MANIFEST, failure);
        }
    }

    /// The roots: those asked about, else the manifest's.
    pub(super) fn roots(&self, request: &BackupRequest) -> Vec<SourcePath> {
        let asked = roots_of(&request.roots);
        match self {
            Self::Given(given) if asked.is_empty() => roots_of(&given.summary.head.roots),
            _ => asked,
        }
    }

    pub(super) fn host(&self) -> Option<&str> {
        match self {
            Self::Given(given) => given.summary.head.host.as_deref(),
            _ => None,
        }
    }
}

fn roots_of(texts: &[String]) -> Vec<SourcePath> {
    disjoint_roots(
        texts
            .iter()
            .filter_map(|text| root_from_text(text))
            .collect(),
    )
}

fn read(request: &BackupRequest, path: &str) -> Result<Given, ReadError> {
    let mut lines = open(Path::new(path))?;
    let roots = if request.roots.is_empty() {
        lines
            .head()
            .map(|head: &ManifestHead| roots_of(&head.roots))
            .unwrap_or_default()
    } else {
        roots_of(&request.roots)
    };
    let seed = Hash::from_hex(&request.draw.seed).unwrap_or(Hash([0; 32]));
    let mut draw = Draw::new(seed, request.sample);
    for entry in &mut lines {
        let (path, entry) = entry?;
        if let ManifestEntry::File(file) = entry
            && !file.volatile
            && roots.iter().any(|root| path.is_within(root))
        {
            draw.offer(&path);
        }
    }
    let order = draw.into_order();
    let drawn: HashMap<SourcePath, usize> = order
        .iter()
        .enumerate()
        .map(|(place, path)| (path.clone(), place))
        .collect();
    let wanted = Wanted {
        drawn,
        must: request
            .must
            .iter()
            .filter_map(|path| root_from_text(path))
            .collect(),
        canaries: canaries(request),
    };
    Ok(Given {
        path: path.to_owned(),
        summary: lines.finish()?,
        wanted,
        order,
    })
}

fn canaries(request: &BackupRequest) -> HashSet<SourcePath> {
    request
        .canaries
        .iter()
        .filter_map(|canary| root_from_text(&canary.path))
        .collect()
}

fn unusable(path: &str, error: &ReadError) -> Failure {
    let code = match error {
        ReadError::File(error) if error.kind() == std::io::ErrorKind::NotFound => {
            code::MANIFEST_MISSING
        }
        ReadError::File(_) => code::MANIFEST_NOT_READABLE,
        ReadError::Manifest(_) => code::MANIFEST_INVALID,
    };
    Failure {
        code: code.code.to_owned(),
        message: format!("`{path}`: {error}"),
    }
}
