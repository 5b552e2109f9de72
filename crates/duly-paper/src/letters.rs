//! Which letters can be printed. PDF/A forbids the empty box that stands for a letter no font
//! holds, so such a letter is written as its number instead: `‹U+1F950›`. So is what would be
//! invisible or turn the text around it: nobody can hide in a report how something is called.

use std::fmt::Write as _;

use typst::text::Font;
use unicode_segmentation::UnicodeSegmentation as _;

/// Letters in one word after which it may be broken anywhere. No name that somebody reads is so
/// long; what is, must not run off the page.
const WORD_MAX: usize = 28;

/// A place at which a line may be broken, of no width.
const BREAK: char = '\u{200b}';

/// What the fonts hold.
pub struct Letters {
    fonts: Vec<Vec<char>>,
}

impl Letters {
    pub fn of(fonts: &[Font]) -> Self {
        let covered = |font: &Font| {
            let all = font.info().coverage.iter();
            all.filter_map(char::from_u32)
                .filter(|c| is_open(*c))
                .collect()
        };
        Self {
            fonts: fonts.iter().map(covered).collect(),
        }
    }

    /// Those of them that no standard was ever known to object to.
    pub fn plain(&self) -> Self {
        let is_plain = |c: &char| matches!(c, '\0'..='\u{24f}' | '\u{2010}'..='\u{203a}');
        let plain = |font: &Vec<char>| font.iter().copied().filter(is_plain).collect();
        Self {
            fonts: self.fonts.iter().map(plain).collect(),
        }
    }

    /// The text as it can be printed, on one line.
    pub fn print(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut word = 0;
        for cluster in text.graphemes(true) {
            if cluster.chars().all(char::is_whitespace) {
                let is_plain = cluster.chars().all(|c| self.holds(c));
                out.push_str(if is_plain { cluster } else { " " });
                word = 0;
                continue;
            }
            word += 1;
            if word > WORD_MAX {
                out.push(BREAK);
            }
            self.cluster(&mut out, cluster);
        }
        out
    }

    /// One letter with its marks. They are drawn from one font, or the marks are written apart.
    fn cluster(&self, out: &mut String, cluster: &str) {
        let has_all = |font: &Vec<char>| cluster.chars().all(|c| font.binary_search(&c).is_ok());
        if self.fonts.iter().any(has_all) {
            out.push_str(cluster);
            return;
        }
        for (place, letter) in cluster.chars().enumerate() {
            if place == 0 && self.holds(letter) {
                out.push(letter);
            } else {
                let _ = write!(out, "‹U+{:04X}›", u32::from(letter));
            }
        }
    }

    fn holds(&self, letter: char) -> bool {
        self.fonts
            .iter()
            .any(|font| font.binary_search(&letter).is_ok())
    }
}

/// Whether a letter is what it looks like. Private letters mean something else in each font, and
/// PDF/A forbids them; the others are unseen, or change which way the text runs.
fn is_open(letter: char) -> bool {
    !letter.is_control()
        && !matches!(letter,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
            | '\u{e000}'..='\u{f8ff}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{ffff}' | '\u{e0000}'..='\u{10ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letters(held: &[&str]) -> Letters {
        let font = |held: &&str| {
            let mut all: Vec<char> = held.chars().collect();
            all.sort_unstable();
            all
        };
        Letters {
            fonts: held.iter().map(font).collect(),
        }
    }

    #[test]
    fn a_letter_that_no_font_holds_is_written_as_its_number() {
        let letters = letters(&["Baker "]);
        assert_eq!(letters.print("Baker 🥐"), "Baker ‹U+1F950›");
        assert_eq!(
            letters.print("a\u{7}\u{202e}b"),
            "a‹U+0007›‹U+202E›‹U+0062›"
        );
        assert_eq!(letters.print("a\n\tb"), "a  ‹U+0062›");
    }

    #[test]
    fn a_mark_is_drawn_from_the_font_of_its_letter_or_apart() {
        let letters = letters(&["e", "e\u{301}", "\u{302}"]);
        assert_eq!(letters.print("e\u{301}"), "e\u{301}");
        assert_eq!(letters.print("e\u{302}"), "e‹U+0302›");
    }

    #[test]
    fn a_word_without_end_may_be_broken() {
        let letters = letters(&["W"]);
        assert_eq!(
            letters.print(&"W".repeat(WORD_MAX)).chars().count(),
            WORD_MAX
        );
        let long = letters.print(&"W".repeat(WORD_MAX + 2));
        assert_eq!(long.chars().filter(|c| *c == BREAK).count(), 2);
    }

    #[test]
    fn private_and_unseen_letters_are_never_taken_from_a_font() {
        for letter in [
            '\u{e000}', '\u{feff}', '\u{202e}', '\u{200b}', '\u{ad}', '\u{fffd}',
        ] {
            assert!(!is_open(letter), "{letter:?}");
        }
        assert!("aé–א✓".chars().all(is_open));
    }
}
