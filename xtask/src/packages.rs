//! Other people's programs that a verb needs: which are missing, and how they are installed.
//!
//! Only Debian's package manager, npm and pip are used, each by package name. Nothing is downloaded
//! in any other way, nothing is installed that is there already, and on a machine where that is not
//! allowed the exact command is said instead.

use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::program::{Program, is_installed};
use crate::say;
use crate::workspace::Workspace;

/// How it shows that a package is there.
enum Proof {
    /// A program on the path.
    Program(&'static str),
    /// A file or folder.
    Path(&'static str),
    /// A folder whose name begins like this, in a folder, holding a path.
    Versioned {
        folder: &'static str,
        holds: &'static str,
    },
    /// A module of Debian's own Python.
    Python(&'static str),
}

/// A package of Debian, and what it is needed for.
pub struct Package {
    name: &'static str,
    proof: Proof,
    needed_for: &'static str,
}

const RESTIC: Package = Package {
    name: "restic",
    proof: Proof::Program("restic"),
    needed_for: "making real backups to look into",
};
const POSTGRESQL: Package = Package {
    name: "postgresql",
    proof: Proof::Versioned {
        folder: "/usr/lib/postgresql",
        holds: "bin/initdb",
    },
    needed_for: "running the store's tests on the second database",
};
const GO: Package = Package {
    name: "golang-go",
    proof: Proof::Program("go"),
    needed_for: "having somebody else's verifier judge our checkpoints and proofs",
};
const GO_MOD: Package = Package {
    name: "golang-golang-x-mod-dev",
    proof: Proof::Path("/usr/share/gocode/src/golang.org/x/mod/sumdb"),
    needed_for: "the same",
};
const DATEUTIL: Package = Package {
    name: "python3-dateutil",
    proof: Proof::Python("dateutil"),
    needed_for: "a second opinion on recurrence rules",
};
const AIOSMTPD: Package = Package {
    name: "python3-aiosmtpd",
    proof: Proof::Python("aiosmtpd"),
    needed_for: "handing mail to somebody else's mail server",
};
const OPENSSL: Package = Package {
    name: "openssl",
    proof: Proof::Program("openssl"),
    needed_for: "certificates of that mail server",
};
const REQUEST_TRACKER: Package = Package {
    name: "request-tracker5",
    proof: Proof::Path("/usr/share/request-tracker5/lib/RT.pm"),
    needed_for: "mirroring tickets into a real help desk",
};
const REQUEST_TRACKER_SERVER: Package = Package {
    name: "rt5-standalone",
    proof: Proof::Path("/usr/share/request-tracker5/libexec/rt-server"),
    needed_for: "the same",
};
const REQUEST_TRACKER_SQLITE: Package = Package {
    name: "rt5-db-sqlite",
    proof: Proof::Path("/usr/share/doc/rt5-db-sqlite"),
    needed_for: "the same",
};
const REQUEST_TRACKER_MAIL: Package = Package {
    name: "rt5-clients",
    proof: Proof::Program("rt-mailgate-5"),
    needed_for: "the same, by mail",
};
const CHROMIUM: Package = Package {
    name: "chromium",
    proof: Proof::Program("chromium"),
    needed_for: "clicking through the pages",
};
const NODE: Package = Package {
    name: "nodejs",
    proof: Proof::Program("node"),
    needed_for: "driving the browser",
};
const NPM: Package = Package {
    name: "npm",
    proof: Proof::Program("npm"),
    needed_for: "installing the library that drives the browser",
};

const PYTHON_VENV: Package = Package {
    name: "python3-venv",
    proof: Proof::Python("ensurepip"),
    needed_for: "keeping schemathesis, which asks everything of the API, in a folder of its own",
};

const POPPLER: Package = Package {
    name: "poppler-utils",
    proof: Proof::Program("pdftotext"),
    needed_for: "reading a PDF back with somebody else's program",
};
const QPDF: Package = Package {
    name: "qpdf",
    proof: Proof::Program("qpdf"),
    needed_for: "the same, its attachments and its objects",
};

/// What the demonstration needs.
pub const FOR_RUN: [Package; 1] = [RESTIC];

/// What the Rust tests need.
pub const FOR_TESTS: [Package; 11] = [
    RESTIC,
    POSTGRESQL,
    GO,
    GO_MOD,
    DATEUTIL,
    AIOSMTPD,
    OPENSSL,
    REQUEST_TRACKER,
    REQUEST_TRACKER_SERVER,
    REQUEST_TRACKER_SQLITE,
    REQUEST_TRACKER_MAIL,
];

/// What the tests of PDFs need.
pub const FOR_PDF: [Package; 2] = [POPPLER, QPDF];

/// What the browser tests need.
pub const FOR_BROWSER: [Package; 4] = [RESTIC, CHROMIUM, NODE, NPM];

/// What asking everything of the API needs.
pub const FOR_API: [Package; 1] = [PYTHON_VENV];

/// What the measurements need.
pub const FOR_BENCH: [Package; 2] = [RESTIC, DATEUTIL];

impl Package {
    fn is_there(&self) -> bool {
        match self.proof {
            Proof::Program(name) => is_installed(name),
            Proof::Path(path) => Path::new(path).exists(),
            Proof::Versioned { folder, holds } => std::fs::read_dir(folder).is_ok_and(|mut all| {
                all.any(|one| one.is_ok_and(|one| one.path().join(holds).exists()))
            }),
            Proof::Python(module) => Program::new("/usr/bin/python3")
                .args(["-c", &format!("import {module}")])
                .succeeds(),
        }
    }
}

/// Installs those of the packages that are missing; says nothing if none is.
///
/// # Errors
///
/// The machine has no `apt-get`, this user may not use it, or it fails.
pub fn install(packages: &[Package]) -> Result<()> {
    let missing: Vec<&Package> = packages
        .iter()
        .filter(|package| !package.is_there())
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    for package in &missing {
        say(format!(
            "missing: {}, for {}",
            package.name, package.needed_for
        ));
    }
    let names: Vec<&str> = missing.iter().map(|package| package.name).collect();
    let by_hand = format!(
        "apt-get update && apt-get install --yes {}",
        names.join(" ")
    );
    if !is_installed("apt-get") {
        bail!(
            "no apt-get here; install these in this system's own way: {}",
            names.join(", ")
        );
    }
    let Some(prefix) = rights() else {
        bail!("installing needs root; run this, then try again:\n\n    sudo sh -c '{by_hand}'\n");
    };
    apt(prefix, &["update", "-qq"])?;
    let options = ["install", "--yes", "-qq", "--no-install-recommends"];
    apt(prefix, &[&options[..], &names[..]].concat())?;
    match missing.iter().find(|package| !package.is_there()) {
        Some(package) => bail!("apt-get installed {}, yet it cannot be found", package.name),
        None => Ok(()),
    }
}

/// What must stand before `apt-get` for it to have the rights it needs; none if nothing helps.
fn rights() -> Option<&'static [&'static str]> {
    let user = Program::new("id").args(["--user"]).text().ok()?;
    if user.trim() == "0" {
        return Some(&[]);
    }
    let may = is_installed("sudo")
        && Program::new("sudo")
            .args(["--non-interactive", "true"])
            .succeeds();
    may.then_some(&["sudo", "--non-interactive"])
}

fn apt(prefix: &[&str], args: &[&str]) -> Result<()> {
    let environment = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"];
    let words = [prefix, &environment[..], args].concat();
    let (program, args) = words.split_first().context("an empty command")?;
    Program::new(program).args(args).run()
}

/// Installs the exact packages that a folder's lock file names, if they are not there already.
///
/// # Errors
///
/// npm fails.
pub fn install_npm(workspace: &Workspace, folder: &str) -> Result<()> {
    let changed = |path: &str| {
        let path = workspace.path(folder).join(path);
        std::fs::metadata(path)
            .and_then(|data| data.modified())
            .ok()
    };
    let installed = changed("node_modules/.package-lock.json");
    if installed.is_some() && installed >= changed("package-lock.json") {
        return Ok(());
    }
    let options = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
    Program::new("npm")
        .args(options)
        .within(&workspace.path(folder))
        .run()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_on_the_path_is_there_and_another_is_not() {
        let package = |program| Package {
            name: "x",
            proof: Proof::Program(program),
            needed_for: "a test",
        };
        assert!(package("sh").is_there());
        assert!(!package("no-such-program").is_there());
    }

    #[test]
    fn nothing_missing_means_nothing_is_called() {
        let present = Package {
            name: "x",
            proof: Proof::Path("/"),
            needed_for: "a test",
        };
        assert!(install(&[present]).is_ok());
    }

    #[test]
    fn a_versioned_folder_is_found_whatever_its_version() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("15/bin/initdb")).unwrap();
        let path: &'static str = folder.path().to_str().unwrap().to_owned().leak();
        let package = |holds| Package {
            name: "x",
            proof: Proof::Versioned {
                folder: path,
                holds,
            },
            needed_for: "a test",
        };
        assert!(package("bin/initdb").is_there());
        assert!(!package("bin/pg_ctl").is_there());
    }
}
