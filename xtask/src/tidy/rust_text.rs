//! Tells the code of a Rust file from its comments and its literals, without parsing it.
//!
//! Rules about code must not trip over a sentence in a comment, and rules about SQL look into
//! literals only. A full parser would be slower to build than everything else in this crate; this
//! scanner knows just the tokens in which a quote or a slash does not mean what it seems to. It
//! never judges what it reads.

/// A Rust file, taken apart.
pub struct RustText {
    /// The code; comments are blank, literals are empty quotes, line breaks are where they were.
    pub code: String,
    /// The text of every string literal, escapes as written.
    pub literals: Vec<Literal>,
}

/// One string literal.
pub struct Literal {
    /// Line on which it begins, counted from 1.
    pub line: usize,
    /// What stands between the quotes.
    pub text: String,
}

/// Takes a Rust file apart.
pub fn read(text: &str) -> RustText {
    let mut scanner = Scanner {
        rest: text,
        line: 1,
        code: String::new(),
        literals: Vec::new(),
    };
    while scanner.step() {}
    RustText {
        code: scanner.code,
        literals: scanner.literals,
    }
}

struct Scanner<'text> {
    rest: &'text str,
    line: usize,
    code: String,
    literals: Vec<Literal>,
}

impl Scanner<'_> {
    /// Takes one token; false at the end.
    fn step(&mut self) -> bool {
        let Some(first) = self.rest.chars().next() else {
            return false;
        };
        if self.rest.starts_with("//") {
            let end = self.rest.find('\n').unwrap_or(self.rest.len());
            self.blank(end);
        } else if self.rest.starts_with("/*") {
            let end = block_comment(self.rest);
            self.blank(end);
        } else if let Some((quote, hashes)) = self.raw_quote() {
            self.raw_literal(quote, hashes);
        } else if first == '"' {
            self.literal();
        } else if first == '\'' {
            let end = character_literal(self.rest).unwrap_or(1);
            self.blank(end);
        } else {
            self.code.push(first);
            self.advance(first.len_utf8());
        }
        true
    }

    /// Where the quote of a raw literal stands and how many hashes close it, if one begins here.
    fn raw_quote(&self) -> Option<(usize, usize)> {
        let after_name = self
            .code
            .chars()
            .last()
            .is_some_and(|c| c.is_alphanumeric() || c == '_');
        let prefix = ["br", "cr", "r"]
            .into_iter()
            .find(|prefix| self.rest.starts_with(prefix))?;
        let after = self.rest.get(prefix.len()..)?;
        let hashes = after.chars().take_while(|c| *c == '#').count();
        let is_quote = after.get(hashes..)?.starts_with('"');
        (is_quote && !after_name).then_some((prefix.len() + hashes, hashes))
    }

    fn raw_literal(&mut self, quote: usize, hashes: usize) {
        let closing = format!("\"{}", "#".repeat(hashes));
        let body = self.rest.get(quote + 1..).unwrap_or("");
        let length = body.find(&closing).unwrap_or(body.len());
        self.keep(body.get(..length).unwrap_or("").to_owned());
        self.code.push_str("\"\"");
        self.blank(quote + 1 + length + closing.len());
    }

    fn literal(&mut self) {
        let body = self.rest.get(1..).unwrap_or("");
        let mut escaped = false;
        let length = body
            .find(|c: char| {
                let closes = c == '"' && !escaped;
                escaped = c == '\\' && !escaped;
                closes
            })
            .unwrap_or(body.len());
        self.keep(body.get(..length).unwrap_or("").to_owned());
        self.code.push_str("\"\"");
        self.blank(length + 2);
    }

    fn keep(&mut self, text: String) {
        self.literals.push(Literal {
            line: self.line,
            text,
        });
    }

    /// Skips bytes, leaving only their line breaks in the code.
    fn blank(&mut self, length: usize) {
        let skipped = self.rest.get(..length).unwrap_or(self.rest);
        let breaks = skipped.matches('\n').count();
        self.code.push(' ');
        self.code.push_str(&"\n".repeat(breaks));
        self.advance(length);
    }

    fn advance(&mut self, length: usize) {
        let skipped = self.rest.get(..length).unwrap_or(self.rest);
        self.line += skipped.matches('\n').count();
        self.rest = self.rest.get(length..).unwrap_or("");
    }
}

/// Length of the block comment that the text begins with; block comments nest.
fn block_comment(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(rest) = text.get(at..) {
        let Some(next) = rest.chars().next() else {
            break;
        };
        if rest.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += next.len_utf8();
        }
    }
    text.len()
}

/// Length of the character literal that the text begins with; none if it is a lifetime.
fn character_literal(text: &str) -> Option<usize> {
    let mut chars = text.char_indices().skip(1);
    let (_, first) = chars.next()?;
    if first == '\\' {
        let (start, _) = chars.next()?;
        let close = text.get(start + 1..)?.find('\'')?;
        return Some(start + 1 + close + 1);
    }
    let (at, second) = chars.next()?;
    (second == '\'').then_some(at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn literals(text: &str) -> Vec<String> {
        read(text)
            .literals
            .into_iter()
            .map(|literal| literal.text)
            .collect()
    }

    #[test]
    fn comments_are_blank_and_line_breaks_stay() {
        let read = read("a // b \"c\"\n/* d /* e */ f\n */ g");
        assert_eq!(read.code.matches('\n').count(), 2);
        assert_eq!(read.code.split_whitespace().collect::<Vec<_>>(), ["a", "g"]);
        assert!(read.literals.is_empty());
    }

    #[test]
    fn literals_are_kept_with_their_line() {
        let read = read("let a = 1;\nlet b = \"one \\\" two\";");
        let literal = read.literals.first().unwrap();
        assert_eq!((literal.line, literal.text.as_str()), (2, "one \\\" two"));
    }

    #[test]
    fn raw_and_byte_literals_are_literals() {
        assert_eq!(
            literals("r#\"a \"b\" c\"#; b\"d\"; br\"e\"; r\"f\\\""),
            ["a \"b\" c", "d", "e", "f\\"]
        );
    }

    #[test]
    fn an_identifier_that_ends_in_r_begins_no_raw_literal() {
        assert_eq!(read("for\"x\"").code.replace(' ', ""), "for\"\"");
    }

    #[test]
    fn a_quote_as_a_character_opens_no_literal() {
        assert!(literals("let a = '\"'; let b = '\\''; let c = '\\u{22}';").is_empty());
    }

    #[test]
    fn a_lifetime_is_no_character() {
        assert_eq!(literals("fn f<'a>(x: &'a str) -> &'a str { \"y\" }"), ["y"]);
    }
}
