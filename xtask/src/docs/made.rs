//! Parts of documents that a command prints, so that no table can go stale.

use anyhow::{Context, Result};

use crate::program::Program;
use crate::say;
use crate::tidy::tree::File;
use crate::workspace::Workspace;

/// What stands before the command.
const MARK: &str = "<!-- made by: ";

/// The line after the part.
const END: &str = "<!-- end -->";

/// One such part.
#[derive(Debug, PartialEq, Eq)]
pub struct Part {
    line: usize,
    command: String,
    text: String,
}

/// The parts of a document, in their order.
///
/// # Errors
///
/// A part without an end.
pub fn parts(document: &str) -> Result<Vec<Part>> {
    let mut lines = document.lines().enumerate();
    let mut parts = Vec::new();
    while let Some((at, line)) = lines.next() {
        let Some(rest) = line.strip_prefix(MARK) else {
            continue;
        };
        let command = rest
            .strip_suffix(" -->")
            .with_context(|| format!("line {}", at + 1))?;
        let mut text = String::new();
        let mut is_open = true;
        for (_, line) in lines.by_ref() {
            if line == END {
                is_open = false;
                break;
            }
            text.push_str(line);
            text.push('\n');
        }
        if is_open {
            anyhow::bail!("line {}: `{MARK}…` without {END}", at + 1);
        }
        parts.push(Part {
            line: at + 1,
            command: command.to_owned(),
            text,
        });
    }
    Ok(parts)
}

/// Runs the commands and says which part is stale, or writes it anew.
///
/// # Errors
///
/// A command fails.
pub fn check(
    workspace: &Workspace,
    file: &File,
    parts: &[Part],
    writes: bool,
) -> Result<Vec<String>> {
    let mut document = file.text.clone();
    let mut problems = Vec::new();
    for part in parts {
        say(format!(
            "{}:{}: made by {}",
            file.path, part.line, part.command
        ));
        let printed = print(workspace, &part.command)?;
        if printed.trim() == part.text.trim() {
            continue;
        }
        if writes {
            document = replace(&document, part, &printed);
        } else {
            let place = format!("{}:{}", file.path, part.line);
            problems.push(format!(
                "{place}: stale; `cargo xtask docs --write` mends it"
            ));
        }
    }
    if document != file.text {
        std::fs::write(workspace.path(&file.path), document)?;
    }
    Ok(problems)
}

fn print(workspace: &Workspace, command: &str) -> Result<String> {
    let mut words = command.split_whitespace();
    let program = words.next().context("no command")?;
    let args: Vec<&str> = words.collect();
    match (program, args.split_first()) {
        ("cargo", Some((&"xtask", rest))) => {
            let this = std::env::current_exe().context("finding this program")?;
            Program::new(this).shown_as("cargo xtask").args(rest).text()
        }
        _ => workspace
            .program(program)
            .args(args)
            .finding_programs_in(workspace.built_folder())?
            .text(),
    }
}

fn replace(document: &str, part: &Part, printed: &str) -> String {
    let head = format!("{MARK}{} -->\n", part.command);
    let old = format!("{head}{}{END}", part.text);
    document.replacen(&old, &format!("{head}\n{}\n\n{END}", printed.trim()), 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = "a\n<!-- made by: echo b -->\n\nold\n\n<!-- end -->\nc\n";

    #[test]
    fn a_part_is_what_stands_between_its_comments() {
        let part = Part {
            line: 2,
            command: "echo b".into(),
            text: "\nold\n\n".into(),
        };
        assert_eq!(parts(DOCUMENT).unwrap(), [part]);
    }

    #[test]
    fn a_part_without_an_end_is_an_error() {
        assert!(parts("<!-- made by: echo b -->\nold\n").is_err());
    }

    #[test]
    fn writing_a_part_anew_leaves_the_rest() {
        let part = parts(DOCUMENT).unwrap().remove(0);
        let expected = "a\n<!-- made by: echo b -->\n\nnew\n\n<!-- end -->\nc\n";
        assert_eq!(replace(DOCUMENT, &part, "new\n"), expected);
    }
}
