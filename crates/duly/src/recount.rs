//! `duly recount DIR`: computes from the logs alone which duties there are and what became of each,
//! and compares it with the tickets. The worker does the same each night.
//!
//! It only reads, and may run beside `duly serve`. Exit 0: both accounts agree; 1: they differ,
//! each difference named; 2: it could not be found out for some client.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use duly_core::accounts::Equation;
use duly_core::recount::Difference;
use duly_store::{ClientRow, Location, RecountReader};
use duly_work::recount::{Recounted, all};
use jiff::Timestamp;
use serde::Serialize;

use crate::fsck::{counted, existing_file};
use crate::installation::Installation;

/// It could not be found out.
const NOT_EVALUATED: u8 = 2;

/// What to count again.
#[derive(Args, Debug)]
pub struct RecountArgs {
    /// The folder of an installation
    #[arg(required_unless_present = "database", conflicts_with = "database")]
    dir: Option<PathBuf>,
    /// A PostgreSQL database (`postgres://…`), or a SQLite file, in place of a folder
    #[arg(long)]
    database: Option<String>,
    /// The schema in a PostgreSQL database
    #[arg(long, default_value = "duly", requires = "database")]
    schema: String,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// One client, for a program to read.
#[derive(Debug, Serialize)]
struct Line<'a> {
    client: &'a str,
    entries: u64,
    duties: u64,
    tickets: u64,
    equation: Equation,
    differences: u64,
    named: &'a [Difference],
    problem: Option<&'a str>,
}

/// Recounts, and says what was found.
///
/// # Errors
///
/// When the result cannot be printed.
pub async fn run(args: RecountArgs, now: Timestamp) -> Result<ExitCode> {
    let found = match recounted(&args, now).await {
        Ok(found) => found,
        Err(error) => {
            crate::say(&format!("duly: the store cannot be recounted: {error:#}"));
            return Ok(ExitCode::from(NOT_EVALUATED));
        }
    };
    if args.json {
        let clients: Vec<Line<'_>> = found.iter().map(line).collect();
        crate::print_json(&serde_json::json!({ "clients": clients }))?;
    }
    crate::say(&told(&found));
    Ok(ExitCode::from(code(&found)))
}

async fn recounted(args: &RecountArgs, now: Timestamp) -> Result<Vec<(ClientRow, Recounted)>> {
    let reader = RecountReader::open(&place(args)?).await?;
    let found = all(&reader, now).await;
    reader.close().await;
    Ok(found?)
}

fn place(args: &RecountArgs) -> Result<Location> {
    match (&args.dir, &args.database) {
        (Some(dir), _) => existing_file(&Installation::at(dir).database()),
        (None, Some(url)) if url.starts_with("postgres://") || url.starts_with("postgresql://") => {
            Ok(Location::Postgres {
                url: url.clone(),
                schema: args.schema.clone(),
            })
        }
        (None, Some(file)) => existing_file(std::path::Path::new(file)),
        (None, None) => anyhow::bail!("name a folder, or a database with --database"),
    }
}

/// A difference weighs more than a client that could not be counted.
fn code(found: &[(ClientRow, Recounted)]) -> u8 {
    let differs = |recounted: &Recounted| {
        let result = recounted.result.as_ref();
        result.is_ok_and(|recount| recount.differences > 0)
    };
    if found.iter().any(|(_, recounted)| differs(recounted)) {
        crate::DOES_NOT_HOLD
    } else if found.iter().all(|(_, recounted)| recounted.agrees()) {
        0
    } else {
        NOT_EVALUATED
    }
}

fn line((client, recounted): &(ClientRow, Recounted)) -> Line<'_> {
    let recount = recounted.result.as_ref().ok();
    Line {
        client: client.scope.id.as_str(),
        entries: recounted.entries,
        duties: recount.map_or(0, |recount| recount.duties),
        tickets: recount.map_or(0, |recount| recount.tickets),
        equation: recount.map_or_else(Equation::default, |recount| recount.equation),
        differences: recount.map_or(0, |recount| recount.differences),
        named: recount.map_or(&[], |recount| recount.named.as_slice()),
        problem: recounted.result.as_ref().err().map(String::as_str),
    }
}

/// The recount as a person reads it.
fn told(found: &[(ClientRow, Recounted)]) -> String {
    let mut text = String::new();
    for (client, recounted) in found {
        match &recounted.result {
            Err(why) => text.push_str(&format!("{}: not counted: {why}\n", client.name)),
            Ok(recount) => {
                let Equation {
                    due,
                    done,
                    late,
                    missed,
                    waived,
                    open,
                } = recount.equation;
                text.push_str(&format!(
                    "{}: {due} due = {done} done + {late} late + {missed} missed \
                     + {waived} waived + {open} open; {}\n",
                    client.name,
                    counted(recount.differences, "difference", "differences"),
                ));
                for difference in &recount.named {
                    text.push_str(&format!("  {} [{}]\n", difference.message, difference.code));
                }
            }
        }
    }
    let agree = found.iter().all(|(_, recounted)| recounted.agrees());
    text.push_str(if agree {
        "log and tickets agree"
    } else {
        "log and tickets do not agree; `duly fsck` says whether the store was altered"
    });
    text
}
