//! Amounts of data and of time spent, in the unit a person would choose.

use jiff::SignedDuration;

/// Decimal units, as disks are sold and as `ls -l --si` counts.
const UNITS: [&str; 5] = ["kB", "MB", "GB", "TB", "PB"];

/// `812 bytes`, `1 kB`, `48.2 MB`. One decimal below one hundred, none above.
#[must_use]
pub fn bytes(count: u64) -> String {
    if count < 1_000 {
        let noun = if count == 1 { "byte" } else { "bytes" };
        return format!("{count} {noun}");
    }
    #[expect(
        clippy::cast_precision_loss,
        reason = "shown with three digits; a double holds fifteen"
    )]
    let mut amount = count as f64 / 1_000.0;
    let mut units = UNITS.iter();
    let mut unit = units.next().copied().unwrap_or_default();
    // 999.95 would be printed as 1000.0, so the next unit takes over from there.
    while amount >= 999.5 {
        let Some(larger) = units.next() else { break };
        amount /= 1_000.0;
        unit = larger;
    }
    let decimals = usize::from(amount < 99.95);
    let text = format!("{amount:.decimals$}");
    let text = text.strip_suffix(".0").unwrap_or(&text);
    format!("{text}\u{a0}{unit}")
}

/// A length of time spent: `1.3 s`, `48 s`, `2 min 5 s`, `31 h 6 min`.
#[must_use]
pub fn time_spent(duration: SignedDuration) -> String {
    let seconds = duration.as_secs();
    let text = match seconds {
        ..10 => format!("{:.1} s", duration.as_secs_f64().max(0.0)),
        10..60 => format!("{seconds} s"),
        60..3_600 => two_units(seconds / 60, "min", seconds % 60, "s"),
        _ => two_units(seconds / 3_600, "h", seconds % 3_600 / 60, "min"),
    };
    text.replace(' ', "\u{a0}")
}

fn two_units(large: i64, large_unit: &str, small: i64, small_unit: &str) -> String {
    if small == 0 {
        format!("{large} {large_unit}")
    } else {
        format!("{large} {large_unit} {small} {small_unit}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_take_the_unit_that_keeps_them_short() {
        let cases = [
            (0, "0 bytes"),
            (1, "1 byte"),
            (812, "812 bytes"),
            (1_000, "1 kB"),
            (48_234_567, "48.2 MB"),
            (61_000_000, "61 MB"),
            (999_960, "1 MB"),
            (2_000_000_000, "2 GB"),
            (345_600_000_000, "346 GB"),
        ];
        for (count, text) in cases {
            assert_eq!(bytes(count).replace('\u{a0}', " "), text, "{count}");
        }
    }

    #[test]
    fn the_largest_count_does_not_run_out_of_units() {
        assert_eq!(bytes(u64::MAX).replace('\u{a0}', " "), "18447 PB");
    }

    #[test]
    fn time_spent_shows_two_units_at_most() {
        let cases = [
            (1_300, "1.3 s"),
            (48_000, "48 s"),
            (125_000, "2 min 5 s"),
            (120_000, "2 min"),
            (111_960_000, "31 h 6 min"),
        ];
        for (millis, text) in cases {
            let spent = time_spent(SignedDuration::from_millis(millis));
            assert_eq!(spent.replace('\u{a0}', " "), text);
        }
    }
}
