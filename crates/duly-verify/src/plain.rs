//! Text from a pack as it may be shown: whoever wrote it must not be able to move the cursor,
//! colour the screen, or turn the direction of writing.

/// The text with every character that steers a terminal or the direction of writing replaced by
/// U+FFFD; a line break is one of them.
#[must_use]
pub fn plain(text: &str) -> String {
    text.chars()
        .map(|c| if steers(c) { '\u{fffd}' } else { c })
        .collect()
}

/// A JSON document with the same characters written as escapes; its line breaks stand between
/// values and are kept.
#[must_use]
pub fn plain_json(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        if c != '\n' && steers(c) {
            // All of them lie below U+10000, so that one escape is enough.
            text.push_str(&format!("\\u{:04x}", u32::from(c)));
        } else {
            text.push(c);
        }
    }
    text
}

/// Control characters (C0, DEL, C1), line and paragraph separators, marks and overrides of
/// direction, characters without width.
fn steers(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{061c}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_sequences_and_overrides_of_direction_are_replaced() {
        assert_eq!(plain("a\x1b[2Jb\u{9b}1mc\u{202e}d\ne"), "a�[2Jb�1mc�d�e");
        assert_eq!(plain("Größe – 5 µs"), "Größe – 5 µs");
    }

    #[test]
    fn json_keeps_its_meaning() {
        let value = serde_json::json!({ "title": "a\u{9b}\u{202e}b\u{feff}\x1b" });
        let text = plain_json(&serde_json::to_string_pretty(&value).unwrap());
        assert!(!text.chars().any(|c| c != '\n' && steers(c)));
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&text).unwrap(),
            value
        );
    }
}
