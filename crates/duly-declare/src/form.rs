//! Forms of text: dates, times, shares, names, lengths of time. One table for the check, for the
//! JSON Schema and for the compiler, so that the three cannot come apart. Schedules and allowances
//! are not here: their words belong to the core.

use jiff::civil::{Date, Time};

use crate::code::Code;

/// A form that text can have.
#[derive(Debug)]
pub(crate) struct Form {
    /// With its article: `a date`.
    pub what: &'static str,
    /// Why text of another form is refused.
    pub code: Code,
    /// The form as a regular expression, for the JSON Schema.
    pub pattern: &'static str,
    /// Whether text has the form; never laxer than the pattern, sometimes stricter.
    pub holds: fn(&str) -> bool,
    /// What to write.
    pub help: &'static str,
    /// Which plain YAML numbers are as good as text.
    pub number: Number,
    /// For a quantity: the unit in which it is published, and its whole number of them.
    pub quantity: Option<Quantity>,
}

/// A quantity's unit and how to read it.
pub(crate) type Quantity = (&'static str, fn(&str) -> Option<u32>);

/// Plain numbers that a form takes besides text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Number {
    /// None: a number needs quotes to be text.
    No,
    /// Between 0 and 1.
    Fraction,
    /// Whole, from 0.
    Count,
}

/// Longest process id: fits a file name and an index key.
const NAME_BYTES_MAX: usize = 64;

pub(crate) const DATE: Form = Form {
    what: "a date",
    code: Code::BadDate,
    pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
    holds: |text| date(text).is_some(),
    help: "write year (2000 to 2199), month and day: `2026-01-31`",
    number: Number::No,
    quantity: None,
};

pub(crate) const TIME: Form = Form {
    what: "a time of day",
    code: Code::BadTime,
    pattern: "^([01][0-9]|2[0-3]):[0-5][0-9]$",
    holds: |text| time(text).is_some(),
    help: "write hours and minutes in quotes: `\"09:00\"`",
    number: Number::No,
    quantity: None,
};

pub(crate) const PROCESS_NAME: Form = Form {
    what: "the name of a process",
    code: Code::BadName,
    pattern: "^[a-z][a-z0-9-]*(\\.[a-z][a-z0-9-]*)+$",
    holds: |text| {
        text.len() <= NAME_BYTES_MAX && text.contains('.') && text.split('.').all(is_name)
    },
    help: "write an area and a name in lower case with a dot between: `backup.restore-test`",
    number: Number::No,
    quantity: None,
};

pub(crate) const NAME: Form = Form {
    what: "a name",
    code: Code::BadName,
    pattern: "^[a-z][a-z0-9-]*$",
    holds: |text| text.len() <= NAME_BYTES_MAX && is_name(text),
    help: "begin with a lower-case letter; then letters, digits and hyphens: `restore-files`",
    number: Number::No,
    quantity: None,
};

pub(crate) const MEASURE_NAME: Form = Form {
    what: "the name of a measure",
    code: Code::BadName,
    pattern: "^[a-z][a-z0-9-]*(\\.[a-z][a-z0-9-]*)*$",
    holds: |text| text.len() <= NAME_BYTES_MAX && text.split('.').all(is_name),
    help: "lower-case words with dots between: `restore.success`",
    number: Number::No,
    quantity: None,
};

pub(crate) const IDENTIFIER: Form = Form {
    what: "an identifier of a framework",
    code: Code::BadName,
    pattern: "^[A-Za-z0-9][A-Za-z0-9.()_-]{0,39}$",
    holds: |text| {
        let rest =
            |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'(' | b')' | b'_' | b'-');
        text.len() <= 40
            && text
                .bytes()
                .next()
                .is_some_and(|b| b.is_ascii_alphanumeric())
            && text.bytes().all(rest)
    },
    help: "write the identifier alone, never the framework's own words: `PR.DS-11`, `\"11.5\"`",
    number: Number::No,
    quantity: None,
};

pub(crate) const SHARE: Form = Form {
    what: "a share",
    code: Code::BadShare,
    pattern: "^([1-9][0-9]?|100)%$",
    holds: |text| share(text).is_some(),
    help: "write per cent from 1 to 100: `20%`",
    number: Number::No,
    quantity: Some(("percent", share)),
};

pub(crate) const FACTOR: Form = Form {
    what: "a factor",
    code: Code::BadParameter,
    pattern: "^0\\.[0-9]{1,2}$",
    holds: |text| factor(text).is_some(),
    help: "write a figure below 1 with one or two places: `0.25`",
    number: Number::Fraction,
    quantity: Some(("percent", factor)),
};

pub(crate) const SECONDS: Form = Form {
    what: "a number of seconds",
    code: Code::BadParameter,
    pattern: "^[1-9][0-9]{0,3} s$",
    holds: |text| count_of(text, &["s"]).is_some(),
    help: "write `60 s`",
    number: Number::No,
    quantity: Some(("seconds", |text| count_of(text, &["s"]))),
};

pub(crate) const MINUTES: Form = Form {
    what: "a number of minutes",
    code: Code::BadParameter,
    pattern: "^[1-9][0-9]{0,3} min$",
    holds: |text| count_of(text, &["min"]).is_some(),
    help: "write `5 min`",
    number: Number::No,
    quantity: Some(("minutes", |text| count_of(text, &["min"]))),
};

pub(crate) const DAYS: Form = Form {
    what: "a number of days",
    code: Code::BadParameter,
    pattern: "^[1-9][0-9]{0,3} days?$",
    holds: |text| count_of(text, &["day", "days"]).is_some(),
    help: "write `60 days`",
    number: Number::No,
    quantity: Some(("days", |text| count_of(text, &["day", "days"]))),
};

pub(crate) const MONTHS: Form = Form {
    what: "a number of months",
    code: Code::BadParameter,
    pattern: "^[1-9][0-9]? months?$",
    holds: |text| count_of(text, &["month", "months"]).is_some_and(|count| count <= 99),
    help: "write `12 months`",
    number: Number::No,
    quantity: Some(("months", |text| count_of(text, &["month", "months"]))),
};

pub(crate) const PER_TECHNICIAN: Form = Form {
    what: "a least number",
    code: Code::BadParameter,
    pattern: "^[1-9][0-9]? per technician per month$",
    holds: |text| per_technician(text).is_some(),
    help: "write `1 per technician per month`",
    number: Number::No,
    quantity: None,
};

pub(crate) const TARGET: Form = Form {
    what: "a target",
    code: Code::BadTarget,
    pattern: "^([0-9]{1,6}|[0-9]{1,3}(\\.[0-9]{1,2})?%|rto|rpo)$",
    holds: is_target,
    help: "write a share (`98%`), a number (`0`), or `rto` or `rpo` for what the asset's contract \
           says",
    number: Number::Count,
    quantity: None,
};

pub(crate) const FACT: Form = Form {
    what: "a fact",
    code: Code::UnknownFact,
    pattern: "^((count|sum|mean|median|max)\\([a-z][a-z_.]*\\)|[a-z][a-z_.]*)$",
    holds: |text| fact(text).is_some(),
    help: "write a fact (`runs.done`) or a function of one (`median(run.minutes)`)",
    number: Number::No,
    quantity: None,
};

/// Functions that make one figure of many.
pub(crate) const FUNCTIONS: [&str; 5] = ["count", "sum", "mean", "median", "max"];

fn is_name(text: &str) -> bool {
    text.bytes().next().is_some_and(|b| b.is_ascii_lowercase())
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// Years in which a date can lie. Before them there was no duly; after them nobody has looked at
/// the calendar, and a slip of the finger is more likely.
pub(crate) const YEARS: std::ops::RangeInclusive<i16> = 2000..=2199;

/// `2026-01-31`, in one of [`YEARS`].
pub(crate) fn date(text: &str) -> Option<Date> {
    let digits = |at: std::ops::Range<usize>| {
        let part = text.get(at)?;
        part.bytes().all(|b| b.is_ascii_digit()).then_some(part)
    };
    let dashes = text.get(4..5) == Some("-") && text.get(7..8) == Some("-");
    if text.len() != 10 || !dashes {
        return None;
    }
    let year = digits(0..4)?
        .parse()
        .ok()
        .filter(|year| YEARS.contains(year))?;
    let month = digits(5..7)?.parse().ok()?;
    let day = digits(8..10)?.parse().ok()?;
    Date::new(year, month, day).ok()
}

/// `09:00`, from `00:00` to `23:59`.
pub(crate) fn time(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(':')?;
    let digits = |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
    if !digits(hour) || !digits(minute) {
        return None;
    }
    Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
}

/// `20%` as 20; from 1 to 100.
pub(crate) fn share(text: &str) -> Option<u32> {
    let count = whole(text.strip_suffix('%')?, 3)?;
    (1..=100).contains(&count).then_some(count)
}

/// `0.25` as 25 (per cent); from 0.01 to 0.99.
pub(crate) fn factor(text: &str) -> Option<u32> {
    let places = text.strip_prefix("0.")?;
    let digits = places.bytes().all(|b| b.is_ascii_digit());
    let percent = match places.len() {
        1 if digits => places.parse::<u32>().ok()? * 10,
        2 if digits => places.parse().ok()?,
        _ => return None,
    };
    (percent > 0).then_some(percent)
}

/// `5 min` as 5: a number above 0, one blank, one of the units.
pub(crate) fn count_of(text: &str, units: &[&str]) -> Option<u32> {
    let (count, unit) = text.split_once(' ')?;
    let count = whole(count, 4)?;
    (count > 0 && units.contains(&unit)).then_some(count)
}

/// `1 per technician per month` as 1; at most 99.
pub(crate) fn per_technician(text: &str) -> Option<u32> {
    whole(text.strip_suffix(" per technician per month")?, 2).filter(|count| *count > 0)
}

/// `median(run.minutes)` as function and fact; `runs.done` as fact alone.
pub(crate) fn fact(text: &str) -> Option<(Option<&str>, &str)> {
    let (function, name) = match text.split_once('(') {
        Some((function, rest)) => (Some(function), rest.strip_suffix(')')?),
        None => (None, text),
    };
    let sound = name.bytes().next().is_some_and(|b| b.is_ascii_lowercase())
        && name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || matches!(b, b'_' | b'.'));
    let known = function.is_none_or(|function| FUNCTIONS.contains(&function));
    (sound && known).then_some((function, name))
}

fn is_target(text: &str) -> bool {
    match text.strip_suffix('%') {
        Some(figure) => {
            let (whole_part, places) = figure.split_once('.').unwrap_or((figure, "0"));
            let places_sound =
                (1..=2).contains(&places.len()) && places.bytes().all(|b| b.is_ascii_digit());
            whole(whole_part, 3).is_some_and(|part| {
                part < 100 || (part == 100 && places.bytes().all(|b| b == b'0'))
            }) && places_sound
        }
        None => matches!(text, "rto" | "rpo") || figure(text).is_some(),
    }
}

/// A target's figure without per cent.
fn figure(text: &str) -> Option<u32> {
    let sound = (1..=6).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    sound.then(|| text.parse().ok()).flatten()
}

/// A whole number of at most so many digits, without leading zero.
fn whole(text: &str, digits_max: usize) -> Option<u32> {
    let sound = (1..=digits_max).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    let leading_zero = text.len() > 1 && text.starts_with('0');
    if !sound || leading_zero {
        return None;
    }
    text.parse().ok()
}

/// Every form, for tests over all of them.
#[cfg(test)]
pub(crate) const ALL: [&Form; 15] = [
    &DATE,
    &TIME,
    &PROCESS_NAME,
    &NAME,
    &MEASURE_NAME,
    &IDENTIFIER,
    &SHARE,
    &FACTOR,
    &SECONDS,
    &MINUTES,
    &DAYS,
    &MONTHS,
    &PER_TECHNICIAN,
    &TARGET,
    &FACT,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_of_the_calendar() {
        assert_eq!(date("2028-02-29"), Some(jiff::civil::date(2028, 2, 29)));
        for text in [
            "2026-02-29",
            "2026-13-01",
            "0000-01-01",
            "1999-12-31",
            "2200-01-01",
            "2026-1-1",
            "2026/01/01",
            "+026-01-01",
            "2026-01-01 ",
            "２０２６-01-01",
        ] {
            assert_eq!(date(text), None, "{text}");
        }
    }

    #[test]
    fn times_have_two_digits_each() {
        assert_eq!(time("09:05"), Some(jiff::civil::time(9, 5, 0, 0)));
        for text in ["24:00", "9:00", "09:60", "09:00:00", "+9:00", ""] {
            assert_eq!(time(text), None, "{text}");
        }
    }

    #[test]
    fn figures_are_whole_and_bounded() {
        assert_eq!(share("20%"), Some(20));
        assert_eq!(share("100%"), Some(100));
        for text in ["0%", "101%", "20", "2.5%", "-1%", "020%", "%"] {
            assert_eq!(share(text), None, "{text}");
        }
        assert_eq!(factor("0.25"), Some(25));
        assert_eq!(factor("0.5"), Some(50));
        for text in ["1.0", "0.0", "0.255", ".5", "0.", "-0.5", "0.é"] {
            assert_eq!(factor(text), None, "{text}");
        }
        assert_eq!(count_of("24 months", &["month", "months"]), Some(24));
        for text in ["0 months", "24  months", "24", "24 years", "99999 months"] {
            assert_eq!(count_of(text, &["month", "months"]), None, "{text}");
        }
        assert_eq!(per_technician("1 per technician per month"), Some(1));
        assert_eq!(per_technician("0 per technician per month"), None);
    }

    #[test]
    fn targets_are_shares_figures_or_the_contract() {
        for text in ["100%", "99.5%", "0%", "0", "365", "rto", "rpo", "100.0%"] {
            assert!(is_target(text), "{text}");
        }
        for text in [
            "101%", "100.1%", "-1", "1.5", "99.555%", "soon", "", "%", "1.%",
        ] {
            assert!(!is_target(text), "{text}");
        }
    }

    #[test]
    fn a_fact_may_stand_in_a_known_function() {
        assert_eq!(fact("runs.done"), Some((None, "runs.done")));
        assert_eq!(
            fact("median(run.minutes)"),
            Some((Some("median"), "run.minutes"))
        );
        for text in [
            "avg(run.minutes)",
            "median(run.minutes",
            "median()",
            "a b",
            "Runs",
        ] {
            assert_eq!(fact(text), None, "{text}");
        }
    }

    #[test]
    fn every_form_refuses_nothing_and_nonsense() {
        for form in ALL {
            for text in ["", " ", "é", "-", "\u{FEFF}"] {
                assert!(!(form.holds)(text), "{} takes {text:?}", form.what);
            }
        }
    }
}
