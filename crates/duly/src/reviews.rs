//! `duly reviews draw PACK --policy FILE`: computes the draws of a pack again, without a server and
//! without a word of trust in whoever made them.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail, ensure};
use clap::{Args, Subcommand};
use duly_core::id::ProcessId;
use duly_core::pack;
use duly_core::record::{Record, SpotCheckAgain, replay, spot_checks};
use duly_core::review::period::Period;
use duly_core::review::words::{noticing, stage};
use duly_proof::checkpoint::Checkpoint;
use duly_proof::policy::Policy;
use serde_json::json;

/// Largest pack read; as large as `duly-verify` reads.
const PACK_BYTES_MAX: u64 = 1 << 30;

/// Which part of spot checks.
#[derive(Args, Debug)]
pub struct ReviewsArgs {
    #[command(subcommand)]
    command: ReviewsCommand,
}

#[derive(Subcommand, Debug)]
enum ReviewsCommand {
    /// Compute the draws of a pack again, and say where one is not what follows
    Draw(DrawArgs),
}

/// Which pack, which draws.
#[derive(Args, Debug)]
struct DrawArgs {
    /// The pack
    pack: PathBuf,
    /// The policy that names the log's key
    #[arg(long)]
    policy: PathBuf,
    /// Only this process
    #[arg(long)]
    process: Option<String>,
    /// Only this month, as in 2026-10
    #[arg(long)]
    month: Option<Period>,
    /// Say how each was computed
    #[arg(long)]
    explain: bool,
    /// One JSON document on standard output
    #[arg(long, conflicts_with = "explain")]
    json: bool,
}

/// Runs `duly reviews`.
///
/// # Errors
///
/// When a file cannot be read, or the pack is not what a log of the policy signed.
pub fn run(args: &ReviewsArgs) -> Result<ExitCode> {
    let ReviewsCommand::Draw(args) = &args.command;
    let again = computed(args)?;
    if args.json {
        crate::print_json(&document(&again))?;
    } else {
        crate::print(&text(&again, args.explain))?;
    }
    let holds = again.iter().all(|one| !is_wrong(one));
    Ok(ExitCode::from(if holds { 0 } else { crate::DOES_NOT_HOLD }))
}

fn computed(args: &DrawArgs) -> Result<Vec<SpotCheckAgain>> {
    let size = std::fs::metadata(&args.pack).map(|file| file.len());
    let size = size.with_context(|| format!("{} cannot be read", args.pack.display()))?;
    ensure!(
        size <= PACK_BYTES_MAX,
        "{} has {size} bytes; at most {PACK_BYTES_MAX} are read",
        args.pack.display()
    );
    let bytes = std::fs::read(&args.pack)
        .with_context(|| format!("{} cannot be read", args.pack.display()))?;
    let policy = std::fs::read(&args.policy)
        .with_context(|| format!("{} cannot be read", args.policy.display()))?;
    let policy = Policy::parse(&policy).context("the policy cannot be read")?;
    let pack = pack::open(&bytes, policy.logs())
        .context("the pack is not what a log of the policy signed")?;
    let checkpoint = Checkpoint::open(pack.checkpoint, &pack.signer)
        .context("the pack's checkpoint is not signed by its log")?;
    let record = replay(pack.entries.iter().copied(), &pack.disclosures)
        .context("the log in the pack cannot be read to its end")?;
    ensure!(
        record.size == checkpoint.size && record.root == checkpoint.root,
        "the entries in the pack are not those that its checkpoint covers"
    );
    let all = all_of(&record, pack.manifest.to)?;
    let wanted = |one: &SpotCheckAgain| {
        let process = args.process.as_ref();
        process.is_none_or(|process| one.process == ProcessId::from(process.as_str()))
            && args.month.is_none_or(|month| one.period == month)
    };
    let found: Vec<SpotCheckAgain> = all.into_iter().filter(wanted).collect();
    if found.is_empty() && (args.process.is_some() || args.month.is_some()) {
        bail!("the pack holds no spot check of that process and month");
    }
    Ok(found)
}

fn all_of(record: &Record, to: jiff::civil::Date) -> Result<Vec<SpotCheckAgain>> {
    let duties = record
        .duties(to)
        .context("what was due cannot be computed from the pack")?;
    let from = record.opened_on;
    Ok(spot_checks(record, &duties, from, to))
}

/// Whether a finding speaks against the draw itself, rather than of what reviewers found.
fn is_wrong(one: &SpotCheckAgain) -> bool {
    let against = [
        "review-drawn-otherwise",
        "review-drawn-twice",
        "review-closed-twice",
        "review-closed-early",
        "review-not-drawn",
        "review-by-doer",
    ];
    one.findings
        .iter()
        .any(|finding| against.contains(&finding.code.as_str()))
}

fn document(again: &[SpotCheckAgain]) -> serde_json::Value {
    let one = |one: &SpotCheckAgain| {
        json!({
            "process": one.process,
            "month": one.period,
            "follows": !is_wrong(one),
            "closed": one.closed.map(|(entered, root)| json!({
                "entry": entered.index,
                "root": root.to_hex(),
            })),
            "expected": one.expected,
            "recorded": one.recorded.as_ref().map(|(entered, draw)| json!({
                "entry": entered.index,
                "draw": draw,
            })),
            "findings": one.findings,
        })
    };
    json!({ "draws": again.iter().map(one).collect::<Vec<_>>() })
}

fn text(again: &[SpotCheckAgain], explain: bool) -> String {
    if again.is_empty() {
        return "The pack holds no spot check.".to_owned();
    }
    let mut lines = Vec::new();
    for one in again {
        let holds = if is_wrong(one) {
            "does not follow"
        } else {
            "follows"
        };
        lines.push(format!("{}, {}: {holds}", one.process, one.period));
        if explain {
            explained(one, &mut lines);
        }
        for finding in &one.findings {
            lines.push(format!("  {}: {}", finding.code, finding.message));
        }
    }
    lines.join("\n")
}

fn explained(one: &SpotCheckAgain, lines: &mut Vec<String>) {
    let (Some((entered, root)), Some(draw)) = (&one.closed, &one.expected) else {
        return;
    };
    let mut say = |line: String| lines.push(format!("  {line}"));
    say(format!("closed by entry {}, {}", entered.index, entered.at));
    say(format!(
        "root of the log directly after it: {}",
        root.to_hex()
    ));
    say(
        "seed: SHA-256 over duly-review1, that root, the client, the process and the month, \
         each after its length in eight bytes"
            .to_owned(),
    );
    say(format!("   = {}", draw.seed));
    say(format!(
        "lot: {} finished tickets, root over their ids {}",
        draw.lot, draw.lot_root
    ));
    say(format!(
        "plan: {} %, at least {} for each technician, inspection {}",
        draw.rate_percent,
        draw.at_least,
        stage(draw.stage)
    ));
    say("order: SHA-256 over the seed and the ticket's id; the smallest are drawn:".to_owned());
    let cut = one
        .recorded
        .as_ref()
        .map_or(0, |(_, draw)| draw.cut as usize);
    let kept = draw.drawn.len().saturating_sub(cut);
    for (place, ticket) in draw.drawn.iter().enumerate() {
        let note = if place < kept { "" } else { "  (cut)" };
        say(format!("   {}. {ticket}{note}", place + 1));
    }
    let kept = u32::try_from(kept).unwrap_or(u32::MAX);
    say(noticing(draw.lot, kept));
}
