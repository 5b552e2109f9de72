//! Which passwords are refused when they are set, each with its reason. What was set once is taken
//! as it is when it is given.
//!
//! No rule asks for digits or signs: that makes passwords worse (NIST SP 800-63B). What is asked
//! for is length, and that it is not what everybody tries first.

use std::collections::BTreeSet;

/// Fewest characters: with the limits on trying it is guessed in no lifetime unless it is among
/// the first thousands that everybody tries, and those are refused by name.
pub const CHARS_MIN: usize = 12;

/// Most characters: a sentence fits several times; what is longer was pasted by mistake.
pub const CHARS_MAX: usize = 200;

/// Most bytes that are ever hashed, whatever is sent: [`CHARS_MAX`] of the widest characters.
pub const BYTES_MAX: usize = 4 * CHARS_MAX;

/// Those of the twenty thousand commonest passwords that are long enough, in lower case. They are
/// taken from the list that ships with Django 5.2 (BSD licence), made by Royce Williams from
/// passwords that were leaked and published.
const COMMONEST: &str = include_str!("commonest.txt");

/// What is tried first, with whatever stands before, behind or instead of its letters.
const TRIED_FIRST: [&str; 16] = [
    "password",
    "passwort",
    "passphrase",
    "qwerty",
    "qwertz",
    "azerty",
    "letmein",
    "welcome",
    "administrator",
    "iloveyou",
    "changeme",
    "changeit",
    "secret",
    "default",
    "topsecret",
    "monkey",
];

/// Fewest different characters: `aaaaaaaaaaab` is long, and nothing else.
const DIFFERENT_MIN: usize = 5;

/// Shortest own word that counts: a name of two letters is in every password.
const OWN_CHARS_MIN: usize = 4;

/// Fewest characters that must be left once what anybody knows is taken away.
const LEFT_MIN: usize = 6;

/// Why a password is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Fewer than [`CHARS_MIN`] characters.
    Short,
    /// More than [`CHARS_MAX`] characters.
    Long,
    /// Among those that everybody tries first.
    Common,
    /// Few different characters, or one short piece over and over, or a run of neighbours.
    Monotonous,
    /// Made of the person's own name, address or firm.
    Own,
}

impl Refused {
    /// What to say.
    #[must_use]
    pub fn says(self) -> &'static str {
        match self {
            Self::Short => {
                "The password is too short: use at least 12 characters. Four or five \
                            words that have nothing to do with each other are good."
            }
            Self::Long => "The password is too long: use at most 200 characters.",
            Self::Common => "This password is among those that are tried first. Choose another.",
            Self::Monotonous => "This password repeats itself or is a row of keys. Choose another.",
            Self::Own => {
                "This password is made of your own name, address or firm, which others \
                          know. Choose another."
            }
        }
    }
}

/// Checks a password that somebody wants to set. `own` are the words that anybody would try for
/// this person: name, mail address, firm.
///
/// # Errors
///
/// The first reason to refuse it.
pub fn check(password: &str, own: &[&str]) -> Result<(), Refused> {
    let chars = password.chars().count();
    if chars < CHARS_MIN {
        return Err(Refused::Short);
    }
    if chars > CHARS_MAX {
        return Err(Refused::Long);
    }
    let lower = password.to_lowercase();
    let plain = unleet(&lower);
    if COMMONEST.lines().any(|common| common == lower) {
        return Err(Refused::Common);
    }
    if left_without(&plain, TRIED_FIRST.iter().copied()) < LEFT_MIN {
        return Err(Refused::Common);
    }
    if is_monotonous(&lower) {
        return Err(Refused::Monotonous);
    }
    let own = own_words(own);
    if left_without(&plain, own.iter().map(String::as_str)) < LEFT_MIN {
        return Err(Refused::Own);
    }
    Ok(())
}

/// What people write instead of letters, as letters.
fn unleet(lower: &str) -> String {
    let letter = |c| match c {
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        c => c,
    };
    lower.chars().map(letter).collect()
}

fn own_words(own: &[&str]) -> BTreeSet<String> {
    own.iter()
        .flat_map(|text| text.split(|c: char| !c.is_alphanumeric()))
        .filter(|word| word.chars().count() >= OWN_CHARS_MIN)
        .map(|word| unleet(&word.to_lowercase()))
        .collect()
}

/// How many letters are left once every one of these words is taken out. If none of them is in
/// it, all characters are.
fn left_without<'a>(plain: &str, words: impl Iterator<Item = &'a str>) -> usize {
    let mut left = plain.to_owned();
    for word in words {
        left = left.replace(word, "");
    }
    if left.len() == plain.len() {
        return plain.chars().count();
    }
    // A year or signs around the word make no difference: they stand for no letters here.
    left.chars().filter(|c| c.is_alphabetic()).count()
}

fn is_monotonous(lower: &str) -> bool {
    let chars: Vec<char> = lower.chars().collect();
    let different: BTreeSet<char> = chars.iter().copied().collect();
    if different.len() < DIFFERENT_MIN {
        return true;
    }
    let repeats = |length: usize| {
        chars
            .iter()
            .zip(chars.iter().skip(length))
            .all(|(one, other)| one == other)
    };
    if (1..=chars.len() / 2).any(repeats) {
        return true;
    }
    let steps = |step: i64| {
        let pairs = chars.iter().zip(chars.iter().skip(1));
        let is_step =
            |(a, b): (&char, &char)| i64::from(u32::from(*b)) - i64::from(u32::from(*a)) == step;
        pairs.filter(|pair| is_step(*pair)).count() + 3 >= chars.len()
    };
    steps(1) || steps(-1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn refused(password: &str) -> Option<Refused> {
        check(
            password,
            &["Tess Tiller", "tess@harbour.example", "Harbour IT"],
        )
        .err()
    }

    #[test]
    fn words_that_have_nothing_to_do_with_each_other_are_taken() {
        for password in [
            "correct horse battery staple",
            "lampe-ziege-kanu-91",
            "Zwölf Boxkämpfer jagen Viktor",
            "x7#Lq9!vTzR2",
            "ключ под ковриком лежит",
            "my secret harbour of dull tuesdays",
        ] {
            assert_eq!(refused(password), None, "{password}");
        }
    }

    #[test]
    fn what_is_too_short_or_too_long_is_refused() {
        assert_eq!(refused("x7#Lq9!vTzR"), Some(Refused::Short));
        assert_eq!(refused(&"äbcdefgh".repeat(26)), Some(Refused::Long));
    }

    #[test]
    fn the_commonest_are_refused_in_whatever_case_and_dress() {
        for password in [
            "1q2w3e4r5t6y",
            "QWERTY123456",
            "Password1234",
            "P@ssw0rd2026!",
            "password-password",
            "Welcome2026!!",
            "!!Administrator1!!",
            "letmein letmein",
        ] {
            assert_eq!(refused(password), Some(Refused::Common), "{password}");
        }
    }

    #[test]
    fn what_repeats_itself_or_runs_along_the_keys_is_refused() {
        for password in [
            "aaaaaaaaaaaaaaa",
            "hafenhafenhafen",
            "abcdefghijklm",
            "zyxwvutsrqpon1",
        ] {
            assert_eq!(refused(password), Some(Refused::Monotonous), "{password}");
        }
    }

    #[test]
    fn what_is_made_of_ones_own_name_or_firm_is_refused() {
        for password in [
            "TessTiller2026",
            "harbour-harbour-it",
            "T3ss.Tiller!!99",
            "tess@harbour.example",
        ] {
            assert_eq!(refused(password), Some(Refused::Own), "{password}");
        }
    }

    #[test]
    fn every_line_of_the_list_is_one_that_could_be_set_and_is_refused() {
        let mut lines = 0;
        for line in COMMONEST.lines() {
            assert!(line.chars().count() >= CHARS_MIN, "{line}");
            assert!(check(line, &[]).is_err(), "{line}");
            lines += 1;
        }
        assert!(lines > 150, "{lines} lines");
    }

    #[test]
    fn every_refusal_says_what_to_do() {
        use Refused::{Common, Long, Monotonous, Own, Short};
        for refused in [Short, Long, Common, Monotonous, Own] {
            let says = refused.says();
            assert!(
                says.contains("use at") || says.contains("Choose another"),
                "{says}"
            );
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_the_check_fail(password in ".{0,300}", own in ".{0,40}") {
            let _ = check(&password, &[&own]);
        }
    }
}
