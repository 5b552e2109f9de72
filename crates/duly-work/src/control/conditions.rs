//! Conditions of custom rules, read once and kept: the same text is the same condition, whichever
//! client and version it stands in.

use std::collections::BTreeMap;
use std::sync::Arc;

use duly_declare::condition::Condition;

/// Conditions kept. A provider has some dozens; should texts ever come and go by the thousand, all
/// are read anew.
const KEPT_MAX: usize = 1_000;

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Conditions {
    kept: BTreeMap<String, Arc<Result<Condition, String>>>,
}

impl Conditions {
    pub(super) fn of(&mut self, text: &str) -> Arc<Result<Condition, String>> {
        if let Some(kept) = self.kept.get(text) {
            return Arc::clone(kept);
        }
        if self.kept.len() >= KEPT_MAX {
            self.kept.clear();
        }
        let read = Arc::new(Condition::read(text));
        self.kept.insert(text.to_owned(), Arc::clone(&read));
        read
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_text_is_read_once_and_a_broken_one_stays_an_error() {
        let mut conditions = Conditions::default();
        let one = conditions.of("ticket.late_hours > 3");
        assert!(Arc::ptr_eq(&one, &conditions.of("ticket.late_hours > 3")));
        assert!(conditions.of("ticket.lateness > 3").is_err());
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let mut conditions = Conditions::default();
        for number in 0..KEPT_MAX + 5 {
            // Not CEL: refused at its first character, so that a thousand cost nothing.
            conditions.of(&format!(")? {number}"));
        }
        assert!(conditions.kept.len() <= KEPT_MAX);
    }
}
