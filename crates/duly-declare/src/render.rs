//! A refusal as people read it on a terminal: what is wrong, where, the line with a caret, and what
//! to write instead. In the form that `rustc` has made familiar. It prints nothing itself.

use std::fmt::Write;

use crate::refusal::{Refusal, shown};

/// Whether a refusal is shown in colour. Colour never stands alone: every part has its word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// Plain text.
    Plain,
    /// With the terminal's own red, cyan and bold.
    Ansi,
}

const BOLD: &str = "\u{1b}[1m";
const RED: &str = "\u{1b}[1;31m";
const CYAN: &str = "\u{1b}[1;36m";
const RESET: &str = "\u{1b}[0m";

impl Refusal {
    /// The refusal as a few lines of text, the last of them ended.
    #[must_use]
    pub fn render(&self, colour: Colour) -> String {
        let paint = |style: &str, text: &str| match colour {
            Colour::Plain => text.to_owned(),
            Colour::Ansi => format!("{style}{text}{RESET}"),
        };
        let number = self.line.to_string();
        let margin = " ".repeat(number.len());
        let mut text = String::new();
        let head = paint(RED, &format!("refused[{}]", self.code));
        let message = paint(BOLD, &format!(": {}", self.message));
        let arrow = paint(CYAN, &format!("{margin}-->"));
        let file = self.file.chars().map(shown).collect::<String>();
        // Writing to a `String` cannot fail.
        let _ = writeln!(text, "{head}{message}");
        let _ = writeln!(text, "{arrow} {file}:{}:{}", self.line, self.column);
        if !self.excerpt.text.is_empty() {
            let bar = paint(CYAN, &format!("{margin} |"));
            let numbered = paint(CYAN, &format!("{number} |"));
            let before = " ".repeat(self.excerpt.before);
            let caret = paint(RED, &"^".repeat(self.excerpt.width));
            let _ = writeln!(text, "{bar}");
            let _ = writeln!(text, "{numbered} {}", self.excerpt.text);
            let _ = writeln!(text, "{bar} {before}{caret}");
        }
        let mut help = self.help.lines();
        let first = help.next().unwrap_or("");
        let _ = writeln!(
            text,
            "{} help: {first}",
            paint(CYAN, &format!("{margin} ="))
        );
        for line in help {
            let _ = writeln!(text, "{margin}         {line}");
        }
        text
    }
}

/// As it is rendered without colour.
impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.render(Colour::Plain))
    }
}
