//! The shape of a condition, before anything reads it as CEL: it is bounded, its brackets and
//! quotes close, and operands and operators take turns. What breaks here is told in plainer words
//! than those of a parser.

/// Deepest nesting of brackets.
pub(crate) const NESTING_MAX: usize = 16;

/// Deepest nesting of macros over lists: each level multiplies the cost by a list's length.
pub(crate) const MACROS_MAX: usize = 2;

/// CEL's macros that visit every item of a list.
const MACROS: [&str; 5] = ["all", "exists", "exists_one", "filter", "map"];

/// What is wrong with a condition, and at which of its bytes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub at: usize,
    pub message: String,
    pub help: String,
}

pub(super) fn fault(at: usize, message: impl Into<String>, help: impl Into<String>) -> Fault {
    Fault {
        at,
        message: message.into(),
        help: help.into(),
    }
}

/// Refuses a condition that is broken beyond doubt.
pub(crate) fn check(text: &str) -> Result<(), Fault> {
    let mut reader = Reader {
        text,
        at: 0,
        open: Vec::new(),
        last: Last::Operator,
        last_at: 0,
    };
    while reader.token()? {}
    if let Some((at, bracket, _)) = reader.open.last() {
        let message = format!("`{bracket}` is not closed");
        return Err(fault(*at, message, "close the bracket"));
    }
    match reader.last {
        Last::Operator => Err(fault(
            reader.last_at,
            "the condition ends where a value should follow",
            "complete it, for example `run.restored_bytes < 1048576`",
        )),
        _ => Ok(()),
    }
}

/// What stood last: it says what may follow.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    /// The beginning, or something that wants a value after it.
    Operator,
    /// An opening bracket: a value or the closing bracket may follow.
    Open,
    /// A value.
    Value,
    /// The name of a macro: `(` opens it.
    Macro,
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// Each bracket that is open: where, which, and whether a macro opened it.
    open: Vec<(usize, char, bool)>,
    last: Last,
    last_at: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    /// Reads one token; false at the end.
    fn token(&mut self) -> Result<bool, Fault> {
        let blank = self.rest().len() - self.rest().trim_start().len();
        self.at += blank;
        let rest = self.rest();
        let Some(first) = rest.chars().next() else {
            return Ok(false);
        };
        let start = self.at;
        if first == '"' || first == '\'' {
            self.string(false)?;
            self.value(start)?;
        } else if first.is_ascii_alphabetic() || first == '_' {
            self.word()?;
        } else if first.is_ascii_digit() {
            let number = |c: char| c.is_ascii_alphanumeric() || c == '.';
            self.at += rest.find(|c| !number(c)).unwrap_or(rest.len());
            self.value(start)?;
        } else if matches!(first, '(' | '[' | '{') {
            self.opening(first)?;
        } else if matches!(first, ')' | ']' | '}') {
            self.closing(first)?;
        } else {
            self.operator(first)?;
        }
        self.last_at = start;
        Ok(true)
    }

    fn value(&mut self, start: usize) -> Result<(), Fault> {
        if matches!(self.last, Last::Value | Last::Macro) {
            return Err(fault(
                start,
                "two values stand side by side",
                "put an operator between them: `&&`, `||`, `==`, `<`, …",
            ));
        }
        self.last = Last::Value;
        Ok(())
    }

    fn word(&mut self) -> Result<(), Fault> {
        let start = self.at;
        let rest = self.rest();
        let end = rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
            .unwrap_or(rest.len());
        let word = rest.get(..end).unwrap_or("");
        self.at += end;
        let quote = self.rest().starts_with(['"', '\'']);
        if quote && matches!(word, "r" | "R" | "b" | "B" | "rb" | "br" | "bR" | "Rb") {
            self.string(word.contains(['r', 'R']))?;
            return self.value(start);
        }
        if word == "in" {
            return self.binary(start, word);
        }
        if matches!(word, "and" | "or" | "not") {
            let message = format!("`{word}` is not an operator here");
            return Err(fault(start, message, "write `&&`, `||` or `!`"));
        }
        self.value(start)?;
        if MACROS.contains(&word) && self.rest().starts_with('(') {
            self.last = Last::Macro;
        }
        Ok(())
    }

    fn string(&mut self, raw: bool) -> Result<(), Fault> {
        let start = self.at;
        let rest = self.rest();
        let quote = if rest.starts_with('"') { "\"" } else { "'" };
        let triple = quote.repeat(3);
        let closing = if rest.starts_with(&triple) {
            triple.as_str()
        } else {
            quote
        };
        let body = rest.get(closing.len()..).unwrap_or("");
        let mut escaped = false;
        for (at, character) in body.char_indices() {
            if escaped {
                escaped = false;
            } else if character == '\\' && !raw {
                escaped = true;
            } else if body.get(at..).is_some_and(|tail| tail.starts_with(closing)) {
                self.at += closing.len() + at + closing.len();
                return Ok(());
            }
        }
        Err(fault(
            start,
            "the quotes are not closed",
            "close the quotes",
        ))
    }

    fn opening(&mut self, bracket: char) -> Result<(), Fault> {
        let is_macro = self.last == Last::Macro;
        if self.open.len() >= NESTING_MAX {
            let message = format!("brackets are nested more than {NESTING_MAX} deep");
            return Err(fault(
                self.at,
                message,
                "make it shorter, or two rules of it",
            ));
        }
        let macros = self
            .open
            .iter()
            .filter(|(_, _, is_macro)| *is_macro)
            .count();
        if is_macro && macros >= MACROS_MAX {
            let message = format!("more than {MACROS_MAX} macros over lists are nested");
            return Err(fault(
                self.at,
                message,
                "make it shorter, or two rules of it",
            ));
        }
        self.open.push((self.at, bracket, is_macro));
        self.at += 1;
        self.last = Last::Open;
        Ok(())
    }

    fn closing(&mut self, bracket: char) -> Result<(), Fault> {
        let wanted = match bracket {
            ')' => '(',
            ']' => '[',
            _ => '{',
        };
        match self.open.pop() {
            Some((_, open, _)) if open == wanted => {}
            Some((_, open, _)) => {
                let message = format!("`{bracket}` does not close `{open}`");
                return Err(fault(self.at, message, "close the brackets in their order"));
            }
            None => {
                let message = format!("`{bracket}` closes nothing");
                return Err(fault(self.at, message, "delete it, or open the bracket"));
            }
        }
        if self.last == Last::Operator {
            let message = format!("a value is missing before `{bracket}`");
            return Err(fault(self.at, message, "complete what stands before it"));
        }
        self.at += 1;
        self.last = Last::Value;
        Ok(())
    }

    fn operator(&mut self, first: char) -> Result<(), Fault> {
        const TWO: [&str; 6] = ["==", "!=", "<=", ">=", "&&", "||"];
        let start = self.at;
        let rest = self.rest();
        if let Some(operator) = TWO.iter().find(|operator| rest.starts_with(**operator)) {
            self.at += operator.len();
            return self.binary(start, operator);
        }
        let meant = match first {
            '=' => "write `==` to compare",
            '&' => "write `&&` for \"and\"",
            '|' => "write `||` for \"or\"",
            _ => "the condition is CEL: names, numbers, text in quotes, brackets and operators",
        };
        if !"<>+-*/%?:,.!".contains(first) {
            let message = format!("`{first}` is not part of a condition");
            return Err(fault(start, message, meant));
        }
        self.at += first.len_utf8();
        let prefix = matches!(first, '!' | '-' | '.') && self.last != Last::Value;
        if prefix {
            self.last = Last::Operator;
            return Ok(());
        }
        self.binary(start, rest.get(..1).unwrap_or(""))
    }

    fn binary(&mut self, start: usize, operator: &str) -> Result<(), Fault> {
        if self.last != Last::Value {
            let message = format!("a value is missing before `{operator}`");
            return Err(fault(start, message, "complete what stands before it"));
        }
        if operator == "!" {
            return Err(fault(
                start,
                "`!` stands between two values",
                "write `!=` or `&& !`",
            ));
        }
        self.last = Last::Operator;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::check;

    fn broken_at(text: &str) -> Option<usize> {
        check(text).err().map(|fault| fault.at)
    }

    #[test]
    fn conditions_of_the_kind_that_people_write_pass() {
        for text in [
            "run.restored_bytes < 1048576",
            "!(a.b == 'x') && c[0] in ['y', \"z\"]",
            "o.evidence.exists(e, e.seen_before > 0)",
            "o.steps.exists(s, s.required && !(s.state in ['done','na_approved']))",
            "asset.expires_at - now < 60 * 86400 && !asset.renewal_ordered",
            "size(x) > 0 ? a : -b",
            "r'\\' + \"it\\\"s\" + '''a 'b' c'''",
            "{'a': 1}.a == 1.5e3",
            "f()",
            ".a.b",
            "a.all(x, x.b.exists(y, y))",
        ] {
            assert_eq!(check(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn what_is_broken_beyond_doubt_is_refused_where_it_breaks() {
        for (text, at) in [
            ("(a", 0),
            ("a)", 1),
            ("(a]", 2),
            ("a == 'b", 5),
            ("a = b", 2),
            ("a & b", 2),
            ("a b", 2),
            ("a <", 2),
            ("< a", 0),
            ("a && && b", 5),
            ("(a +)", 4),
            ("a; b", 1),
            ("a and b", 2),
            ("a ! b", 2),
            ("", 0),
            ("a.all(x, b.all(y, c.all(z, z)))", 23),
        ] {
            assert_eq!(broken_at(text), Some(at), "{text}");
        }
        assert_eq!(broken_at(&"(".repeat(100)), Some(16));
    }
}
