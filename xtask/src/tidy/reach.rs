//! What the lowest floors and the verifier are built from in the end, through all their
//! dependencies: nothing that could open a socket, run a task or reach a database.
//!
//! [`super::floors`] reads direct dependencies from manifests; this asks cargo for the rest, since
//! a harmless name can bring a runtime with it.

use anyhow::Result;

use crate::tidy::{Rule, Violation};
use crate::workspace::Workspace;

/// Crates whose whole closure is checked.
const CHECKED: [&str; 3] = ["duly-proof", "duly-core", "duly-verify"];

/// Runtimes, sockets, databases and foreign cryptography; a name that ends in `-` is a prefix.
const BANNED: [&str; 16] = [
    "async-",
    "aws-lc-",
    "futures-",
    "getrandom",
    "hyper",
    "mio",
    "native-tls",
    "openssl",
    "rand",
    "reqwest",
    "ring",
    "rustls",
    "socket2",
    "sqlx-",
    "tokio",
    "ureq",
];

static RULE: Rule = Rule {
    why: "This crate must not be able to reach a network, a database, a runtime or randomness.",
    instead: "See `cargo tree -e normal -i NAME` for who brings it; turn that feature off.",
};

/// Checks what cargo would build into each of the checked crates.
///
/// # Errors
///
/// Cargo cannot resolve the dependencies.
pub fn check(workspace: &Workspace) -> Result<Vec<Violation>> {
    let mut found = Vec::new();
    for name in CHECKED {
        let tree = workspace
            .cargo(["tree", "--locked", "--package", name, "--edges", "normal"])
            .args(["--prefix", "none", "--format", "{p}"])
            .text()?;
        for banned in banned_in(&tree) {
            let file = format!("crates/{name}/Cargo.toml");
            let what = format!("`{name}` is built from `{banned}` in the end.");
            found.push(Violation {
                file,
                line: 1,
                what,
                rule: &RULE,
            });
        }
    }
    Ok(found)
}

/// Banned crates in a listing of `cargo tree`, each once.
fn banned_in(listing: &str) -> Vec<String> {
    let names = listing
        .lines()
        .filter_map(|line| line.split_whitespace().next());
    let is_banned = |name: &&str| {
        BANNED.iter().any(|banned| match banned.strip_suffix('-') {
            Some(_) => name.starts_with(banned),
            None => name == banned,
        })
    };
    let mut banned: Vec<String> = names.filter(is_banned).map(str::to_owned).collect();
    banned.sort();
    banned.dedup();
    banned
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_runtime_deep_in_the_tree_is_found_once() {
        let listing = "duly-core v0.1.0 (/x)\nserde v1.0.0\ntokio v1.5.0\ntokio v1.5.0 (*)\n";
        assert_eq!(banned_in(listing), ["tokio"]);
    }

    #[test]
    fn a_name_that_only_begins_alike_is_fine() {
        assert!(banned_in("ringbuffer v1.0.0\nrandom-forest v1\n").is_empty());
    }

    #[test]
    fn a_prefix_covers_a_family() {
        assert_eq!(banned_in("sqlx-core v0.9.0\n"), ["sqlx-core"]);
    }
}
