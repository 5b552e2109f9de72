//! What people declare: process files and calendars, read strictly and compiled to the form that
//! is published.
//!
//! A process file goes through five stages, each of which adds to one list of problems and none of
//! which stops the others: its bytes (`source`), its YAML (`tree`), its shape (`structure`, held
//! against the tables of `grammar`), its meaning (`compile`), and what it says beside other files
//! (`files`). What is left without a problem is a [`Process`]. Nothing here touches the store, the
//! network or the clock.

use duly_core::process::Process;
use jiff::civil::Date;

pub mod calendars;
mod catalogue;
mod code;
mod compile;
pub mod condition;
mod files;
mod form;
mod grammar;
mod reference;
mod refusal;
mod render;
mod schema;
mod source;
mod structure;
mod suggest;
mod tree;
mod words;
mod write;

pub use catalogue::{catalogue, catalogue_text};
pub use code::Code;
pub use files::{Checked, Declared, FILES_MAX, FilesError, LoadError, check, load_dir, load_path};
pub use reference::reference;
pub use refusal::{Excerpt, REFUSALS_MAX, Refusal};
pub use render::Colour;
pub use schema::schema;
pub use source::FILE_BYTES_MAX;
pub use write::write;

/// The kinds of asset that a process can be about, in the order in which they are documented.
pub fn kinds() -> impl Iterator<Item = &'static str> {
    words::KINDS.names()
}

/// Reads a process file; `file` is the name by which it is called in refusals.
///
/// # Errors
/// Everything that is wrong with it, in the order in which it stands in the file; never nothing.
pub fn load(text: &[u8], file: &str) -> Result<Process, Vec<Refusal>> {
    load_from(text, file, None)
}

/// As [`load`]; a schedule must have a date in the 400 days from `today`, or from the day it takes
/// effect if that is later.
///
/// # Errors
/// As [`load`].
pub fn load_on(text: &[u8], file: &str, today: Date) -> Result<Process, Vec<Refusal>> {
    load_from(text, file, Some(today))
}

fn load_from(text: &[u8], file: &str, today: Option<Date>) -> Result<Process, Vec<Refusal>> {
    let source = source::Source::read(text, file)?;
    let mut problems = refusal::Problems::default();
    let process = read(&source, today, &mut problems);
    match process {
        Some(process) if problems.is_empty() => Ok(process),
        _ => Err(problems.into_refusals(&source)),
    }
}

fn read(
    source: &source::Source<'_>,
    today: Option<Date>,
    problems: &mut refusal::Problems,
) -> Option<Process> {
    if !source.check_characters(problems) {
        return None;
    }
    let root = tree::read(source, problems)?;
    structure::check(&root, problems);
    compile::compile(&root, source, today, problems)
}

/// Refuses an accepted file for a reason that lies outside it, at one of its keys.
fn refuse_key(
    text: &[u8],
    file: &str,
    key: &str,
    code: Code,
    message: String,
    help: &str,
) -> Vec<Refusal> {
    let source = match source::Source::read(text, file) {
        Ok(source) => source,
        Err(refusals) => return refusals,
    };
    let mut problems = refusal::Problems::default();
    let root = tree::read(&source, &mut problems);
    let place = root.as_ref().and_then(|root| root.entry(key));
    let place = place.map_or(0..0, |entry| entry.value.span.clone());
    problems.add(code, &place, message, help);
    problems.into_refusals(&source)
}
