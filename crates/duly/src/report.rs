//! `duly report DIR --client C --month M -o FILE`: the executive's page of a client's month, as a
//! PDF, or as JSON where the file's name ends so.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use duly_core::id::ClientId;
use duly_core::oversight::report::Report;
use duly_core::review::period::Period;
use duly_paper::Press;
use duly_store::Store;
use duly_work::clock::Clock;
use duly_work::oversight::report::report;

use crate::control::{self, Answer, Ask};
use crate::installation::Installation;

/// Which client, which month, where to.
#[derive(Args, Debug)]
pub struct ReportArgs {
    /// The folder made by `duly init` or `duly try`
    dir: PathBuf,
    /// Whose month
    #[arg(long)]
    client: String,
    /// Which month: 2026-10
    #[arg(long)]
    month: Period,
    /// The file to write: FILE.pdf, or FILE.json for the figures alone
    #[arg(short, long)]
    output: PathBuf,
}

/// Runs `duly report`.
///
/// # Errors
///
/// When there is no such client, the file's name ends otherwise, it cannot be written, or PDFs were
/// not built in.
pub async fn run(args: ReportArgs) -> Result<ExitCode> {
    let output = std::path::absolute(&args.output)?;
    let form = Form::of(&output)?;
    let ask = Ask::Report {
        client: args.client.clone(),
        month: args.month,
        output: output.clone(),
    };
    match control::ask(&args.dir, &ask).await? {
        Some(Answer::Report) => {}
        Some(other) => bail!("the server answered something else: {other:?}"),
        None => {
            let store = Installation::at(&args.dir).open().await?;
            let client = ClientId::from(args.client);
            let written = write(&store, &client, args.month, &output, form).await;
            store.close().await;
            written?;
        }
    }
    crate::say(&format!("{}: written", args.output.display()));
    Ok(ExitCode::SUCCESS)
}

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The page.
    Pdf,
    /// Its figures.
    Json,
}

impl Form {
    /// By the end of a file's name.
    ///
    /// # Errors
    ///
    /// When it ends otherwise.
    pub fn of(output: &Path) -> Result<Self> {
        let ending = output.extension().and_then(|ending| ending.to_str());
        match ending {
            Some("pdf") => Ok(Self::Pdf),
            Some("json") => Ok(Self::Json),
            _ => bail!(
                "{} ends neither in .pdf nor in .json; name the file after what it is to be",
                output.display()
            ),
        }
    }
}

/// Makes a report and writes it.
///
/// # Errors
///
/// See [`run`].
pub async fn write(
    store: &Store,
    client: &ClientId,
    month: Period,
    output: &Path,
    form: Form,
) -> Result<()> {
    let now = Clock::System.now();
    ensure!(
        month.first() <= jiff::tz::TimeZone::UTC.to_datetime(now).date(),
        "{month} has not begun"
    );
    let report = report(store, client, month, now).await?;
    let bytes = bytes(&report, form)?;
    std::fs::write(output, bytes).with_context(|| format!("{} cannot be written", output.display()))
}

fn bytes(report: &Report, form: Form) -> Result<Vec<u8>> {
    Ok(match form {
        Form::Json => serde_json::to_vec_pretty(report)?,
        Form::Pdf => Press::new()?.pdf(report)?,
    })
}
