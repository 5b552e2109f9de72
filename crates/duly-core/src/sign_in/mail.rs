//! Mail addresses, as far as signing in needs them: one spelling for each, and what is refused.

/// Longest address: what a mail server takes (RFC 5321).
pub const MAIL_BYTES_MAX: usize = 254;

/// The one spelling of an address: without space around it, in lower case; none when it is not
/// one. Whether it exists is not known here.
///
/// Case is folded in the local part too: no provider in use tells `Tess@` from `tess@`, and people
/// write both.
#[must_use]
pub fn folded(typed: &str) -> Option<String> {
    let address = typed.trim();
    let (local, domain) = address.rsplit_once('@')?;
    let is_plain = |text: &str| {
        !text.is_empty()
            && !text
                .chars()
                .any(|c| c.is_whitespace() || c.is_control() || "<>()[],;:\"\\@".contains(c))
    };
    let labels_hold = domain
        .split('.')
        .all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'));
    let fits = address.len() <= MAIL_BYTES_MAX;
    let holds = fits && is_plain(local) && is_plain(domain) && labels_hold && domain.contains('.');
    holds.then(|| address.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_has_one_spelling() {
        for typed in ["tess@harbour.example", " Tess@Harbour.example\n"] {
            assert_eq!(folded(typed).as_deref(), Some("tess@harbour.example"));
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        let long = format!("{}@harbour.example", "t".repeat(MAIL_BYTES_MAX));
        for typed in [
            "",
            "tess",
            "@harbour.example",
            "tess@",
            "tess@localhost",
            "te ss@harbour.example",
            "tess@harbour..example",
            "tess@-harbour.example",
            "a@b@harbour.example",
            "tess@harbour.example\r\nbcc: x@y.example",
            "<tess@harbour.example>",
            &long,
        ] {
            assert_eq!(folded(typed), None, "{typed:?}");
        }
    }
}
