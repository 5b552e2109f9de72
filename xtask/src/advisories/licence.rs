//! Licence expressions as crates write them: names joined by `OR`, `AND`, `/` and parentheses.

/// Whether some choice that the expression leaves satisfies it with allowed licences only. An
/// empty or malformed expression allows nothing.
pub fn is_allowed(expression: &str, allowed: &[String]) -> bool {
    let spaced = expression
        .replace('(', " ( ")
        .replace(')', " ) ")
        .replace('/', " OR ");
    let mut words: Vec<&str> = spaced.split_whitespace().rev().collect();
    let holds = alternatives(&mut words, allowed);
    holds == Some(true) && words.is_empty()
}

/// `A OR B`; the words come last first.
fn alternatives(words: &mut Vec<&str>, allowed: &[String]) -> Option<bool> {
    let mut holds = conjunction(words, allowed)?;
    while words.last() == Some(&"OR") {
        words.pop();
        holds |= conjunction(words, allowed)?;
    }
    Some(holds)
}

/// `A AND B`, which binds tighter.
fn conjunction(words: &mut Vec<&str>, allowed: &[String]) -> Option<bool> {
    let mut holds = one(words, allowed)?;
    while words.last() == Some(&"AND") {
        words.pop();
        holds &= one(words, allowed)?;
    }
    Some(holds)
}

/// One licence, with its exception if it has one, or an expression in parentheses.
fn one(words: &mut Vec<&str>, allowed: &[String]) -> Option<bool> {
    let name = words.pop()?;
    if name == "(" {
        let holds = alternatives(words, allowed)?;
        return (words.pop()? == ")").then_some(holds);
    }
    let full = if words.last() == Some(&"WITH") {
        words.pop();
        format!("{name} WITH {}", words.pop()?)
    } else {
        name.to_owned()
    };
    Some(allowed.contains(&full))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(expression: &str) -> bool {
        is_allowed(
            expression,
            &[
                "MIT".to_owned(),
                "Apache-2.0 WITH LLVM-exception".to_owned(),
            ],
        )
    }

    #[test]
    fn one_allowed_alternative_is_enough() {
        assert!(holds("GPL-3.0 OR MIT"));
        assert!(holds("GPL-3.0/MIT"));
    }

    #[test]
    fn all_parts_of_a_conjunction_must_be_allowed() {
        assert!(!holds("MIT AND GPL-3.0"));
        assert!(!holds("(MIT OR GPL-3.0) AND GPL-3.0"));
        assert!(holds("(MIT OR GPL-3.0) AND MIT"));
    }

    #[test]
    fn an_exception_belongs_to_its_licence() {
        assert!(holds("Apache-2.0 WITH LLVM-exception"));
        assert!(!holds("Apache-2.0"));
    }

    #[test]
    fn no_licence_and_nonsense_are_not_allowed() {
        assert!(!holds(""));
        assert!(!holds("(MIT"));
        assert!(!holds("MIT MIT"));
    }
}
