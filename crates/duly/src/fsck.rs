//! `duly fsck DIR` or `duly fsck --database URL --schema NAME --keys DIR`: whether the store still
//! holds what was written into it.
//!
//! It only reads, and may run beside `duly serve`. Exit 0: everything holds; 1: something was
//! altered, is missing or stands elsewhere, each named with its place; 2: it could not be read.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Args;
use duly_store::{Fsck, Location, fsck};

use crate::installation::Installation;

/// It could not be found out.
const NOT_EVALUATED: u8 = 2;

/// What to check.
#[derive(Args, Debug)]
pub struct FsckArgs {
    /// The folder of an installation
    #[arg(required_unless_present = "database", conflicts_with = "database")]
    dir: Option<PathBuf>,
    /// A PostgreSQL database (`postgres://…`), or a SQLite file, in place of a folder
    #[arg(long)]
    database: Option<String>,
    /// The schema in a PostgreSQL database
    #[arg(long, default_value = "duly", requires = "database")]
    schema: String,
    /// The directory of keys; without it signatures and lock file are not checked
    #[arg(long, requires = "database")]
    keys: Option<PathBuf>,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// Checks, and says what was found.
///
/// # Errors
///
/// When the result cannot be printed.
pub async fn run(args: FsckArgs) -> Result<ExitCode> {
    let checked = match place(&args) {
        Ok((location, keys)) => fsck(&location, keys.as_deref()).await.map_err(Into::into),
        Err(error) => Err(error),
    };
    let report = match checked {
        Ok(report) => report,
        Err(error) => {
            crate::say(&format!("duly: the store cannot be checked: {error:#}"));
            return Ok(ExitCode::from(NOT_EVALUATED));
        }
    };
    if args.json {
        println!("{}", serde_json::to_string(&report)?);
    }
    crate::say(&told(&report));
    Ok(ExitCode::from(u8::from(!report.is_clean())))
}

fn place(args: &FsckArgs) -> Result<(Location, Option<PathBuf>)> {
    if let Some(dir) = &args.dir {
        let installation = Installation::at(dir);
        return Ok((
            existing_file(&installation.database())?,
            Some(installation.keys()),
        ));
    }
    let Some(database) = &args.database else {
        bail!("name a folder, or a database with --database");
    };
    let location = if database.starts_with("postgres://") || database.starts_with("postgresql://") {
        Location::Postgres {
            url: database.clone(),
            schema: args.schema.clone(),
        }
    } else {
        existing_file(Path::new(database))?
    };
    Ok((location, args.keys.clone()))
}

pub(crate) fn existing_file(path: &Path) -> Result<Location> {
    if !path.is_file() {
        bail!("there is no database file {}", path.display());
    }
    Ok(Location::Sqlite(path.to_owned()))
}

/// The report as a person reads it.
fn told(report: &Fsck) -> String {
    let mut text = String::new();
    for finding in &report.findings {
        text.push_str(&format!(
            "{}: {} [{}]\n",
            finding.place, finding.message, finding.code
        ));
    }
    text.push_str(&format!(
        "checked {}, {}, {} and {}: ",
        counted(report.logs, "log", "logs"),
        counted(report.entries, "entry", "entries"),
        counted(report.checkpoints, "checkpoint", "checkpoints"),
        counted(report.tickets, "ticket", "tickets"),
    ));
    match report.findings.len() {
        0 => text.push_str("everything holds"),
        number => text.push_str(&counted(number as u64, "finding", "findings")),
    }
    if !report.with_keys {
        text.push_str(". Without the keys neither signatures nor the lock file were checked");
    }
    text
}

pub(crate) fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_is_named_with_its_place_and_code() {
        let clean = Fsck {
            with_keys: true,
            ..Fsck::default()
        };
        assert_eq!(
            told(&clean),
            "checked 0 logs, 0 entries, 0 checkpoints and 0 tickets: everything holds"
        );
        let report = Fsck {
            findings: vec![duly_store::Finding {
                code: "entry-altered",
                place: "client baker, entry 17".to_owned(),
                message: "its bytes do not give its hash".to_owned(),
            }],
            ..Fsck::default()
        };
        let text = told(&report);
        assert!(text.starts_with(
            "client baker, entry 17: its bytes do not give its hash [entry-altered]\n"
        ));
        assert!(text.contains("1 finding. Without the keys"));
    }

    #[test]
    fn a_folder_without_a_database_is_not_made_one() {
        let args = FsckArgs {
            dir: Some(PathBuf::from("/nonexistent/duly")),
            database: None,
            schema: "duly".to_owned(),
            keys: None,
            json: false,
        };
        assert!(place(&args).is_err());
    }
}
