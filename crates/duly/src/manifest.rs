//! `duly manifest`: a source's picture of itself, taken where it lies.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use duly_probe::manifest::{Order, TakeError, take};
use duly_work::clock::Clock;
use serde_json::json;

use crate::{USAGE, print_json, say};

/// What to walk
#[derive(Args, Debug)]
pub struct ManifestArgs {
    /// Folders or files to walk, as the backup is told them
    #[arg(required = true, value_name = "ROOT")]
    roots: Vec<PathBuf>,
    /// Where to write the manifest: outside what the backup software can write to
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// A manifest taken before the backup; what is the same in both needs no excuse afterwards
    #[arg(long, value_name = "EARLIER")]
    bracket: Option<PathBuf>,
    /// Name of this machine, as the backup software gives it
    #[arg(long)]
    host: Option<String>,
    /// Print the outcome as JSON
    #[arg(long)]
    json: bool,
}

/// Walks, hashes and writes.
///
/// # Errors
///
/// When a relative path cannot be resolved or standard output is closed.
pub fn run(args: ManifestArgs, clock: Clock) -> anyhow::Result<ExitCode> {
    let roots = args
        .roots
        .iter()
        .map(std::path::absolute)
        .collect::<Result<_, _>>()?;
    let order = Order {
        roots,
        output: std::path::absolute(&args.output)?,
        bracket: args.bracket,
        host: args.host.or_else(host_name),
    };
    let summary = match take(&order, &|| clock.now()) {
        Ok(summary) => summary,
        Err(error) => {
            say(&format!("duly: no manifest was written: {error}"));
            let usage = matches!(error, TakeError::Root { .. });
            return Ok(ExitCode::from(if usage { USAGE } else { 2 }));
        }
    };
    let counts = &summary.counts;
    let file = order.output.display().to_string();
    if args.json {
        let outcome = json!({ "file": file, "root": summary.root.to_hex(), "counts": counts });
        print_json(&outcome)?;
    }
    say(&format!(
        "{} files with {} bytes in {} folders; {} volatile, {} unreadable, {} links and {} special \
         files left out\nmanifest {file}\nroot     {}",
        counts.files,
        counts.bytes,
        counts.folders,
        counts.volatile,
        counts.unreadable,
        counts.links,
        counts.special,
        summary.root.to_hex(),
    ));
    if counts.unreadable > 0 {
        say(
            "What could not be read cannot be compared either; run this as a user who may read it.",
        );
    }
    Ok(ExitCode::SUCCESS)
}

/// What the kernel calls this machine, which is what backup software writes into its snapshots.
fn host_name() -> Option<String> {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").ok()?;
    Some(name.trim().to_owned()).filter(|name| !name.is_empty())
}
