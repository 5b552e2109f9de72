//! Blocks of commands with their output, as a reader would type and see them.
//!
//! A block is run if the comment `<!-- runs -->` stands before it. A line `$ COMMAND` is given to a
//! shell, since that is where a reader types it; a backslash at its end joins the next line, and
//! `# exits 1` says that another code than 0 is right. The lines up to the next command are its
//! output, standard output and errors together; a line `…` stands for any number of lines. A
//! command without output lines may print what it likes.
//!
//! All blocks of a document are run one after the other in one empty folder. A document that names
//! places of a reader's machine says where they are here: `<!-- here: /srv/files = files -->` puts
//! the folder `files` in that place, and `<!-- prepared by: COMMAND -->` makes it.

use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::program::Program;
use crate::say;
use crate::workspace::Workspace;

/// The comment before a block that is run.
const RUNS: &str = "<!-- runs -->";

/// Begins a comment with a command that is run like one in a block, and not shown.
const PREPARED: &str = "<!-- prepared by: ";

/// Begins a comment that says where a place of the reader's machine is.
const HERE: &str = "<!-- here: ";

/// Longest that one command may take; a reader would have given up.
const COMMAND_S_MAX: &str = "300";

/// What a document marks.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Marked {
    /// Commands in their order, prepared ones included.
    pub commands: Vec<Command>,
    /// Places of a reader's machine, and what stands for them in the folder.
    places: Vec<(String, String)>,
}

/// One command and what it must do.
#[derive(Debug, PartialEq, Eq)]
pub struct Command {
    line: usize,
    text: String,
    code: i32,
    output: Vec<String>,
}

impl Command {
    /// Reads a command as typed, with the exit code it must end with.
    fn new(line: usize, typed: &str) -> Result<Self> {
        let (text, code) = match typed.rsplit_once("# exits ") {
            Some((text, code)) => (text, code.trim().parse().context("exits what?")?),
            None => (typed, 0),
        };
        Ok(Self {
            line,
            text: text.trim().to_owned(),
            code,
            output: Vec::new(),
        })
    }
}

/// Reads the marked commands of a document.
///
/// # Errors
///
/// A mark without a block, or a block that does not begin with a command.
pub fn read(document: &str) -> Result<Marked> {
    let mut lines = document.lines().zip(1..);
    let mut marked = Marked::default();
    while let Some((line, at)) = lines.next() {
        if let Some(text) = comment(line, PREPARED) {
            marked.commands.push(Command::new(at, text)?);
        } else if let Some(text) = comment(line, HERE) {
            let (place, here) = text
                .split_once(" = ")
                .with_context(|| format!("line {at}"))?;
            marked.places.push((place.to_owned(), here.to_owned()));
        } else if line.trim() == RUNS {
            if lines
                .next()
                .is_none_or(|(fence, _)| !fence.trim().starts_with("```"))
            {
                bail!("line {at}: {RUNS} must stand right before a block");
            }
            let body = lines
                .by_ref()
                .take_while(|(line, _)| !line.trim().starts_with("```"));
            marked.commands.extend(block(body)?);
        }
    }
    Ok(marked)
}

/// The text of a comment that begins in a given way.
fn comment<'a>(line: &'a str, begins: &str) -> Option<&'a str> {
    line.trim().strip_prefix(begins)?.strip_suffix(" -->")
}

fn block<'a>(lines: impl Iterator<Item = (&'a str, usize)>) -> Result<Vec<Command>> {
    let mut commands: Vec<Command> = Vec::new();
    for (line, at) in lines {
        if let Some(text) = line.trim_start().strip_prefix("$ ") {
            commands.push(Command::new(at, text)?);
        } else if let Some(last) = commands.last_mut() {
            match last.text.strip_suffix('\\') {
                Some(before) => last.text = format!("{before}{}", line.trim()),
                None => last.output.push(line.to_owned()),
            }
        } else {
            bail!("line {at}: a block begins with a command: `$ …`");
        }
    }
    Ok(commands)
}

/// Runs what a document marks and says where it does something else.
///
/// # Errors
///
/// The folder for it cannot be made, or no shell starts.
pub fn check(workspace: &Workspace, document: &str, marked: &Marked) -> Result<Vec<String>> {
    if marked.commands.is_empty() {
        return Ok(Vec::new());
    }
    let folder = workspace
        .built_folder()
        .join("docs")
        .join(document.replace(['/', '.'], "-"));
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    let here = |text: &str| {
        marked
            .places
            .iter()
            .fold(text.to_owned(), |text, (place, name)| {
                text.replace(place, &folder.join(name).to_string_lossy())
            })
    };
    let mut problems = Vec::new();
    for command in &marked.commands {
        say(format!("{document}:{}: $ {}", command.line, command.text));
        let local = Command {
            line: command.line,
            text: here(&command.text),
            code: command.code,
            output: command.output.iter().map(|line| here(line)).collect(),
        };
        if let Some(difference) = difference(workspace, &folder, &local)? {
            problems.push(format!("{document}:{}: {difference}", command.line));
        }
    }
    Ok(problems)
}

fn difference(workspace: &Workspace, folder: &Path, command: &Command) -> Result<Option<String>> {
    let both = format!("{{ {} ; }} 2>&1", command.text);
    let output = Program::new("timeout")
        .args([COMMAND_S_MAX, "sh", "-c", &both])
        .within(folder)
        .finding_programs_in(workspace.built_folder())?
        .output()?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.code() != Some(command.code) {
        let expected = command.code;
        return Ok(Some(format!(
            "{} and not exit code {expected}; it said:\n{said}",
            output.status
        )));
    }
    let lines: Vec<&str> = said.lines().collect();
    let expected: Vec<&str> = command.output.iter().map(String::as_str).collect();
    if expected.is_empty() || matches(&expected, &lines) {
        return Ok(None);
    }
    Ok(Some(format!(
        "the document shows\n{}\nit said\n{said}",
        command.output.join("\n")
    )))
}

/// Whether the lines are the expected ones, where `…` stands for any number of lines.
fn matches(expected: &[&str], lines: &[&str]) -> bool {
    match expected.split_first() {
        None => lines.is_empty(),
        Some((&"…", rest)) => {
            (0..=lines.len()).any(|skip| lines.get(skip..).is_some_and(|left| matches(rest, left)))
        }
        Some((first, rest)) => match lines.split_first() {
            Some((line, left)) => line.trim_end() == first.trim_end() && matches(rest, left),
            None => false,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_marked_blocks_are_read() {
        let document = "```console\n$ a\n```\n<!-- runs -->\n```console\n$ b # exits 1\nc\n```\n";
        let expected = Command {
            line: 6,
            text: "b".into(),
            code: 1,
            output: vec!["c".into()],
        };
        assert_eq!(read(document).unwrap().commands, [expected]);
    }

    #[test]
    fn a_backslash_joins_the_next_line() {
        let document = "<!-- runs -->\n```console\n$ a \\\n    --b\n```\n";
        let commands = read(document).unwrap().commands;
        assert_eq!(
            commands.first().map(|command| command.text.as_str()),
            Some("a --b")
        );
    }

    #[test]
    fn places_and_preparations_are_read_from_comments() {
        let document = "<!-- here: /srv/files = files -->\n<!-- prepared by: mkdir files -->\n";
        let marked = read(document).unwrap();
        assert_eq!(marked.places, [("/srv/files".into(), "files".into())]);
        assert_eq!(marked.commands.len(), 1);
    }

    #[test]
    fn a_mark_without_a_block_is_an_error() {
        let error = read("<!-- runs -->\ntext\n").unwrap_err();
        assert_eq!(
            error.to_string(),
            "line 1: <!-- runs --> must stand right before a block"
        );
    }

    #[test]
    fn an_ellipsis_stands_for_any_number_of_lines() {
        assert!(matches(&["a", "…", "d"], &["a", "b", "c", "d"]));
        assert!(matches(&["a", "…"], &["a"]));
        assert!(!matches(&["a", "…", "e"], &["a", "b"]));
        assert!(!matches(&["a"], &["a", "b"]));
    }
}
