//! `duly export processes DIR -o FOLDER`: what is published, as process files. It writes files that
//! are not there yet and overwrites none that differs.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use duly_store::Store;
use duly_work::process_files::{ProcessFile, process_files};

use crate::DOES_NOT_HOLD;
use crate::control::{self, Answer, Ask};
use crate::installation::Installation;

/// What to export.
#[derive(Args, Debug)]
pub struct ExportArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand, Debug)]
enum What {
    /// The newest version of each process, as one file each
    Processes(ProcessesArgs),
}

#[derive(Args, Debug)]
struct ProcessesArgs {
    /// The folder made by `duly init`
    dir: PathBuf,
    /// The folder to write into; made if it is not there
    #[arg(short, long)]
    output: PathBuf,
}

/// Runs `duly export`.
///
/// # Errors
///
/// When the store does not open, or a file cannot be written.
pub async fn run(args: ExportArgs) -> Result<ExitCode> {
    let What::Processes(args) = args.what;
    let output = std::path::absolute(&args.output)?;
    let ask = Ask::ExportProcesses {
        output: output.clone(),
    };
    let lines = match control::ask(&args.dir, &ask).await? {
        Some(Answer::Exported { lines, kept }) => (lines, kept),
        Some(other) => bail!("the server answered something else: {other:?}"),
        None => {
            let store = Installation::at(&args.dir).open().await?;
            let written = write(&store, &output).await;
            store.close().await;
            written?
        }
    };
    let (lines, kept) = lines;
    for line in &lines {
        crate::say(line);
    }
    Ok(match kept {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::from(DOES_NOT_HOLD),
    })
}

/// Writes the files; what happened, a line each, and how many files were left as they were because
/// they say something else.
///
/// # Errors
///
/// When the store fails or a file cannot be written.
pub async fn write(store: &Store, output: &Path) -> Result<(Vec<String>, usize)> {
    let (files, ended) = process_files(store).await?;
    std::fs::create_dir_all(output)
        .with_context(|| format!("{} cannot be made", output.display()))?;
    let (mut lines, mut kept) = (Vec::new(), 0);
    for file in &files {
        let path = output.join(&file.name);
        match put(&path, file)? {
            Put::Written => lines.push(format!("{}: written", path.display())),
            Put::Same => lines.push(format!("{}: as it is published", path.display())),
            Put::Differs => {
                kept += 1;
                lines.push(format!(
                    "{}: left as it is; it says something else than what is published. Move it \
                     away and export again, or give it a later `effective`",
                    path.display()
                ));
            }
        }
        if !file.otherwise.is_empty() {
            lines.push(format!(
                "  another version is the newest for {}: a file holds for every client that it \
                 applies to",
                file.otherwise.join(", ")
            ));
        }
    }
    lines.extend(
        ended
            .iter()
            .map(|process| format!("{process}: ended, no file")),
    );
    Ok((lines, kept))
}

enum Put {
    Written,
    Same,
    Differs,
}

fn put(path: &Path, file: &ProcessFile) -> Result<Put> {
    match std::fs::File::create_new(path) {
        Ok(mut made) => {
            let written = made.write_all(file.text.as_bytes());
            written.with_context(|| format!("{} cannot be written", path.display()))?;
            Ok(Put::Written)
        }
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            let known = std::fs::read(path)
                .with_context(|| format!("{} cannot be read", path.display()))?;
            Ok(match known == file.text.as_bytes() {
                true => Put::Same,
                false => Put::Differs,
            })
        }
        Err(error) => Err(error).with_context(|| format!("{} cannot be written", path.display())),
    }
}
