//! `duly pack DIR --client C -o FILE.zip`: the client's proof, and the policy to check it with.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use duly_core::id::ClientId;
use duly_work::clock::Clock;
use duly_work::pack::{MadePack, make_pack};
use jiff::civil::Date;

use crate::control::{self, Answer, Ask};
use crate::installation::Installation;

/// Which client, which period, where to.
#[derive(Args, Debug)]
pub struct PackArgs {
    /// The folder made by `duly init` or `duly try`
    dir: PathBuf,
    /// Whose record
    #[arg(long)]
    client: String,
    /// First date of the period the pack answers for; the whole record is in it all the same
    #[arg(long, requires = "to")]
    from: Option<Date>,
    /// Last date of the period
    #[arg(long, requires = "from")]
    to: Option<Date>,
    /// The pack to write
    #[arg(short, long)]
    output: PathBuf,
    /// Also write the policy: give it to the client once, by another way than the packs
    #[arg(long)]
    policy: Option<PathBuf>,
}

/// Runs `duly pack`.
///
/// # Errors
///
/// When there is no such client, or a file cannot be written.
pub async fn run(args: PackArgs) -> Result<ExitCode> {
    let period = args.from.zip(args.to);
    if let Some((from, to)) = period {
        ensure!(from <= to, "--from {from} is after --to {to}");
    }
    let output = std::path::absolute(&args.output)?;
    let policy = args
        .policy
        .as_deref()
        .map(std::path::absolute)
        .transpose()?;
    let ask = Ask::Pack {
        client: args.client.clone(),
        period,
        output: output.clone(),
        policy: policy.clone(),
    };
    let entries = match control::ask(&args.dir, &ask).await? {
        Some(Answer::Pack { entries }) => entries,
        Some(other) => bail!("the server answered something else: {other:?}"),
        None => {
            let store = Installation::at(&args.dir).open().await?;
            let client = ClientId::from(args.client);
            let made = make_pack(&store, &client, period, Clock::System.now()).await?;
            store.close().await;
            write(&made, &output, policy.as_deref())?;
            made.entries
        }
    };
    crate::say(&format!("{}: {entries} entries", args.output.display()));
    Ok(ExitCode::SUCCESS)
}

/// Writes a pack, and its policy if it is wanted.
///
/// # Errors
///
/// When a file cannot be written.
pub fn write(made: &MadePack, output: &Path, policy: Option<&Path>) -> Result<()> {
    std::fs::write(output, &made.bytes)
        .with_context(|| format!("{} cannot be written", output.display()))?;
    if let Some(path) = policy {
        std::fs::write(path, &made.policy)
            .with_context(|| format!("{} cannot be written", path.display()))?;
    }
    Ok(())
}
