//! The floors: which crate may depend on which, read from the manifests.
//!
//! Data goes one way, declare → schedule → observe → judge → record → show, and the compiler keeps
//! it so as long as no manifest points upwards. What floors 0 and 1 and the verifier take from
//! other people is listed by name, because a client is asked to trust it.

use crate::tidy::tree::{File, Tree};
use crate::tidy::{Rule, Violation};

/// One crate and what it may stand on.
struct Floor {
    name: &'static str,
    ours: &'static [&'static str],
    /// Other people's crates; absent means any.
    theirs: Option<&'static [&'static str]>,
}

/// The table of ARCHITECTURE.md. Dependencies for tests are free: they are not shipped.
const FLOORS: [Floor; 13] = [
    Floor {
        name: "duly-proof",
        ours: &[],
        theirs: Some(&["base64ct", "ed25519-dalek", "hkdf", "sha2", "thiserror"]),
    },
    Floor {
        name: "duly-core",
        ours: &["duly-proof"],
        theirs: Some(&["jiff", "serde", "serde_json", "sha2", "thiserror"]),
    },
    Floor {
        name: "duly-declare",
        ours: &["duly-core"],
        theirs: None,
    },
    Floor {
        name: "duly-store",
        ours: &["duly-proof", "duly-core"],
        theirs: None,
    },
    Floor {
        name: "duly-probe",
        ours: &["duly-proof", "duly-core"],
        theirs: None,
    },
    Floor {
        name: "duly-send",
        ours: &["duly-core"],
        theirs: None,
    },
    Floor {
        name: "duly-paper",
        ours: &["duly-core"],
        theirs: None,
    },
    Floor {
        name: "duly-work",
        ours: &[
            "duly-proof",
            "duly-core",
            "duly-declare",
            "duly-store",
            "duly-probe",
            "duly-send",
            "duly-paper",
        ],
        theirs: None,
    },
    Floor {
        name: "duly-web",
        ours: &[
            "duly-proof",
            "duly-core",
            "duly-declare",
            "duly-store",
            "duly-probe",
            "duly-send",
            "duly-paper",
            "duly-work",
        ],
        theirs: None,
    },
    Floor {
        name: "duly",
        ours: &[
            "duly-proof",
            "duly-core",
            "duly-declare",
            "duly-store",
            "duly-probe",
            "duly-send",
            "duly-paper",
            "duly-work",
            "duly-web",
            "duly-verify",
        ],
        theirs: None,
    },
    Floor {
        name: "duly-verify",
        ours: &["duly-proof", "duly-core"],
        theirs: Some(&["jiff", "serde", "serde_json", "sha2", "thiserror"]),
    },
    Floor {
        name: "duly-agent",
        ours: &["duly-proof", "duly-core"],
        theirs: None,
    },
    Floor {
        name: "xtask",
        ours: &[],
        theirs: None,
    },
];

static UPWARDS: Rule = Rule {
    why: "Data goes one way, and a manifest is what keeps it so.",
    instead: "Move the code to the floor that may use it; see ARCHITECTURE.md.",
};
static FOREIGN: Rule = Rule {
    why: "A client is asked to trust everything that this crate is built from.",
    instead: "Do without, or argue it in a decision record and add it to the floors in xtask.",
};
static UNKNOWN: Rule = Rule {
    why: "Every crate stands on a floor.",
    instead: "Add it to the floors in xtask and in ARCHITECTURE.md.",
};
static LINTS: Rule = Rule {
    why: "Length of functions, panics and locks are held by the workspace's lints.",
    instead: "Add `[lints]` with `workspace = true`.",
};
static LINT_LEVELS: Rule = Rule {
    why: "Functions of at most 70 lines, no panics and no unsafe code are promised.",
    instead: "Set it back to what it was.",
};
static BROKEN: Rule = Rule {
    why: "It is not TOML.",
    instead: "Mend it.",
};

/// Checks the manifests of all crates, and the lints they share.
pub fn check(tree: &Tree, found: &mut Vec<Violation>) {
    for file in tree.files.iter().filter(|file| file.name() == "Cargo.toml") {
        match file.text.parse::<toml::Table>() {
            Err(error) => found.push(file.violation(1, format!("{}.", error.message()), &BROKEN)),
            Ok(manifest) if file.path == "Cargo.toml" => lint_levels(file, &manifest, found),
            Ok(manifest) => one_crate(file, &manifest, found),
        }
    }
    for file in tree.files.iter().filter(|file| file.path == "clippy.toml") {
        if !file.text.contains("too-many-lines-threshold = 70") {
            let what = "`too-many-lines-threshold` is not 70.".to_owned();
            found.push(file.violation(1, what, &LINT_LEVELS));
        }
    }
}

fn one_crate(file: &File, manifest: &toml::Table, found: &mut Vec<Violation>) {
    let inherits = manifest
        .get("lints")
        .and_then(|lints| lints.get("workspace"));
    if inherits.and_then(toml::Value::as_bool) != Some(true) {
        found.push(file.violation(1, "No workspace lints.".to_owned(), &LINTS));
    }
    let name = file.crate_name();
    let Some(floor) = FLOORS.iter().find(|floor| floor.name == name) else {
        found.push(file.violation(1, format!("`{name}` is on no floor."), &UNKNOWN));
        return;
    };
    for dependency in dependencies(manifest) {
        let line = line_of(file, &dependency);
        let is_ours = FLOORS.iter().any(|floor| floor.name == dependency);
        if is_ours && !floor.ours.contains(&dependency.as_str()) {
            let what = format!("`{name}` depends on `{dependency}`.");
            found.push(file.violation(line, what, &UPWARDS));
        }
        let is_allowed = |list: &[&str]| list.contains(&dependency.as_str());
        if !is_ours && !floor.theirs.is_none_or(is_allowed) {
            let what = format!("`{name}` depends on `{dependency}`.");
            found.push(file.violation(line, what, &FOREIGN));
        }
    }
}

/// Names of everything that is built into the crate, on any platform.
fn dependencies(manifest: &toml::Table) -> Vec<String> {
    let targets = manifest.get("target").and_then(toml::Value::as_table);
    let tables = targets.into_iter().flat_map(|targets| targets.values());
    let sections = tables.filter_map(toml::Value::as_table).chain([manifest]);
    let mut names = Vec::new();
    for section in sections {
        for kind in ["dependencies", "build-dependencies"] {
            let table = section.get(kind).and_then(toml::Value::as_table);
            names.extend(table.into_iter().flat_map(|table| {
                table
                    .iter()
                    .map(|(name, value)| package(name, value).to_owned())
            }));
        }
    }
    names
}

/// The package behind a dependency, which may have been given another name.
fn package<'a>(name: &'a str, value: &'a toml::Value) -> &'a str {
    value
        .get("package")
        .and_then(toml::Value::as_str)
        .unwrap_or(name)
}

fn line_of(file: &File, dependency: &str) -> usize {
    let names_it = |line: &str| {
        line.strip_prefix(dependency)
            .is_some_and(|rest| rest.starts_with([' ', '.', '=']))
    };
    file.lines()
        .find(|(_, line)| names_it(line))
        .map_or(1, |(number, _)| number)
}

fn lint_levels(file: &File, manifest: &toml::Table, found: &mut Vec<Violation>) {
    const DENIED: [&str; 6] = [
        "await_holding_lock",
        "expect_used",
        "indexing_slicing",
        "panic",
        "too_many_lines",
        "unwrap_used",
    ];
    let lints = manifest
        .get("workspace")
        .and_then(|table| table.get("lints"));
    let level = |tool: &str, lint: &str| {
        lints
            .and_then(|lints| lints.get(tool)?.get(lint)?.as_str())
            .unwrap_or("not set")
            .to_owned()
    };
    for lint in DENIED {
        let level = level("clippy", lint);
        if level != "deny" {
            let what = format!("`clippy::{lint}` is {level} and not denied.");
            found.push(file.violation(line_of(file, lint), what, &LINT_LEVELS));
        }
    }
    if level("rust", "unsafe_code") != "forbid" {
        let what = "`unsafe_code` is not forbidden.".to_owned();
        found.push(file.violation(line_of(file, "unsafe_code"), what, &LINT_LEVELS));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, manifest: &str) -> Vec<(usize, String)> {
        let mut found = Vec::new();
        check(&Tree::planted(&[(path, manifest)]), &mut found);
        found
            .into_iter()
            .map(|violation| (violation.line, violation.what))
            .collect()
    }

    const LINTS: &str = "[lints]\nworkspace = true\n";

    #[test]
    fn an_edge_upwards_is_found() {
        let manifest = format!("{LINTS}[dependencies]\nduly-store.workspace = true\n");
        let expected = [(4, "`duly-core` depends on `duly-store`.".to_owned())];
        assert_eq!(found("crates/duly-core/Cargo.toml", &manifest), expected);
    }

    #[test]
    fn an_edge_upwards_under_another_name_is_found() {
        let manifest =
            format!("{LINTS}[dependencies]\nbase = {{ package = \"duly-web\", path = \"x\" }}\n");
        assert_eq!(found("crates/duly-work/Cargo.toml", &manifest).len(), 1);
    }

    #[test]
    fn an_edge_on_one_platform_only_is_found() {
        let manifest = format!("{LINTS}[target.'cfg(unix)'.dependencies]\nlibc = \"0.2\"\n");
        assert_eq!(found("crates/duly-proof/Cargo.toml", &manifest).len(), 1);
    }

    #[test]
    fn the_verifier_takes_nothing_from_strangers() {
        let manifest = format!("{LINTS}[dependencies]\ntokio = \"1\"\nserde = \"1\"\n");
        let expected = [(4, "`duly-verify` depends on `tokio`.".to_owned())];
        assert_eq!(found("crates/duly-verify/Cargo.toml", &manifest), expected);
    }

    #[test]
    fn only_tests_may_look_up() {
        let built_in = format!("{LINTS}[dependencies]\nduly-verify.workspace = true\n");
        let for_tests = format!("{LINTS}[dev-dependencies]\nduly-verify.workspace = true\n");
        assert_eq!(found("crates/duly-work/Cargo.toml", &built_in).len(), 1);
        assert!(found("crates/duly-work/Cargo.toml", &for_tests).is_empty());
    }

    #[test]
    fn a_crate_on_no_floor_is_found() {
        let expected = [(1, "`duly-new` is on no floor.".to_owned())];
        assert_eq!(found("crates/duly-new/Cargo.toml", LINTS), expected);
    }

    #[test]
    fn a_crate_without_the_shared_lints_is_found() {
        let expected = [(1, "No workspace lints.".to_owned())];
        assert_eq!(
            found("crates/duly-core/Cargo.toml", "[package]\n"),
            expected
        );
    }

    #[test]
    fn a_lint_that_is_no_longer_denied_is_found() {
        let manifest = "[workspace.lints.rust]\nunsafe_code = \"forbid\"\n\
            [workspace.lints.clippy]\nawait_holding_lock = \"deny\"\nexpect_used = \"deny\"\n\
            indexing_slicing = \"deny\"\npanic = \"deny\"\ntoo_many_lines = \"warn\"\n\
            unwrap_used = \"deny\"\n";
        let expected = [(
            8,
            "`clippy::too_many_lines` is warn and not denied.".to_owned(),
        )];
        assert_eq!(found("Cargo.toml", manifest), expected);
    }
}
