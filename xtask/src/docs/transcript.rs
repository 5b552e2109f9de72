//! Blocks of commands with their output, as a reader would type and see them.
//!
//! A line `$ COMMAND` is given to a shell, since that is where a reader types it; `# exits 1` at
//! its end says that another code than 0 is right. The lines up to the next command are its output,
//! standard output and errors together; a line `…` stands for any number of lines. A command
//! without output lines may print what it likes.

use std::path::Path;

use anyhow::{Context, Result};

use crate::program::Program;
use crate::say;
use crate::workspace::Workspace;

/// The comment before a block that is run.
const MARK: &str = "<!-- runs -->";

/// Longest that one command may take; a reader would have given up.
const COMMAND_S_MAX: &str = "300";

/// One command and what it must do.
#[derive(Debug, PartialEq, Eq)]
pub struct Command {
    line: usize,
    text: String,
    code: i32,
    output: Vec<String>,
}

/// The marked blocks of a document, in their order.
///
/// # Errors
///
/// A mark without a block, or a block that does not begin with a command.
pub fn blocks(document: &str) -> Result<Vec<Vec<Command>>> {
    let mut lines = document.lines().enumerate();
    let mut blocks = Vec::new();
    while let Some((at, line)) = lines.next() {
        if line.trim() != MARK {
            continue;
        }
        let fence = lines.next().map_or("", |(_, line)| line);
        if !fence.starts_with("```") {
            anyhow::bail!("line {}: {MARK} must stand right before a block", at + 1);
        }
        let body = lines
            .by_ref()
            .take_while(|(_, line)| !line.starts_with("```"));
        blocks.push(commands(body)?);
    }
    Ok(blocks)
}

fn commands<'a>(lines: impl Iterator<Item = (usize, &'a str)>) -> Result<Vec<Command>> {
    let mut commands: Vec<Command> = Vec::new();
    for (at, line) in lines {
        if let Some(text) = line.strip_prefix("$ ") {
            let (text, code) = match text.rsplit_once("# exits ") {
                Some((text, code)) => (text, code.trim().parse().context("exits what?")?),
                None => (text, 0),
            };
            let text = text.trim().to_owned();
            commands.push(Command {
                line: at + 1,
                text,
                code,
                output: Vec::new(),
            });
        } else {
            let last = commands
                .last_mut()
                .with_context(|| format!("line {}: no `$`", at + 1))?;
            last.output.push(line.to_owned());
        }
    }
    Ok(commands)
}

/// Runs the blocks of a document one after the other and says where it differs.
///
/// # Errors
///
/// The folder for it cannot be made, or no shell starts.
pub fn check(
    workspace: &Workspace,
    document: &str,
    blocks: &[Vec<Command>],
) -> Result<Vec<String>> {
    if blocks.is_empty() {
        return Ok(Vec::new());
    }
    let name = document.replace(['/', '.'], "-");
    let folder = workspace.built_folder().join("docs").join(name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    let mut problems = Vec::new();
    for command in blocks.iter().flatten() {
        say(format!("{document}:{}: $ {}", command.line, command.text));
        if let Some(difference) = difference(workspace, &folder, command)? {
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
        assert_eq!(blocks(document).unwrap(), [[expected]]);
    }

    #[test]
    fn a_mark_without_a_block_is_an_error() {
        let error = blocks("<!-- runs -->\ntext\n").unwrap_err();
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
