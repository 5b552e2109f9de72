//! The sentence that stands for the picture: where there is no picture, for whoever cannot see it,
//! and under it for everybody. `mean 12.9, limits 4.1 to 21.7, no signal`.
//!
//! It says what the chart shows and never what to think of it; the two words do that.

use super::chart::{Chart, Trend};
use super::figure::Figures;
use super::phase::{POINTS_FOR_LIMITS, State};
use super::reading::Ratio;
use super::rolling::WINDOW;
use super::signal::{RUN_OF, Rule, Side, Signal, TREND_OF};

/// Most signals that are told one by one, the newest ones.
const TOLD_MAX: usize = 3;

/// The sentence. `name` gives each reading's own name, such as its month.
#[must_use]
pub fn sentence(trend: &Trend, name: impl Fn(usize) -> String) -> String {
    if trend.newest().is_none() {
        return "no readings".to_owned();
    }
    let (lines, is_judged) = match trend.chart {
        Chart::Rolling => window(trend),
        _ => lines(trend),
    };
    if !is_judged {
        return lines;
    }
    let signals: Vec<&Signal> = trend.signals_now().collect();
    if signals.is_empty() {
        return format!("{lines}, no signal");
    }
    let told: Vec<String> = signals
        .iter()
        .rev()
        .take(TOLD_MAX)
        .map(|signal| told(signal, centre_word(trend.chart), &name))
        .collect();
    let more = match signals.len().saturating_sub(TOLD_MAX) {
        0 => String::new(),
        1 => ", and one signal before".to_owned(),
        more => format!(", and {more} signals before"),
    };
    format!("{lines}, {}{more}", told.join(", "))
}

/// Centre and limits, and whether there are limits to judge by.
fn lines(trend: &Trend) -> (String, bool) {
    let newest = trend.newest().and_then(|newest| trend.points.get(newest));
    let centre = newest.and_then(|point| point.centre);
    let limits = newest.and_then(|point| Some((point.lower?, point.upper?)));
    let figures = Figures::of(trend);
    let centre = centre.map_or_else(String::new, |centre| figures.write(centre));
    let word = centre_word(trend.chart);
    let phase = trend.newest_phase();
    let counted = phase.map_or(0, |phase| phase.counted);
    match (limits, trend.state()) {
        (Some((lower, upper)), state @ (State::Trial | State::Frozen)) => {
            let (lower, upper) = (figures.write(lower), figures.write(upper));
            let text = match state {
                State::Trial => {
                    format!("{word} {centre}, trial limits of {counted} points {lower} to {upper}")
                }
                _ => format!("{word} {centre}, limits {lower} to {upper}"),
            };
            (text, true)
        }
        _ => {
            let points = plural(counted, "point");
            let text = if counted < POINTS_FOR_LIMITS as u64 {
                format!("{word} {centre} of {points}, and limits need {POINTS_FOR_LIMITS}")
            } else {
                format!(
                    "{word} {centre} of {points}, too few of them next to each other for limits"
                )
            };
            (text, false)
        }
    }
}

/// The newest window, and whether it was tested.
fn window(trend: &Trend) -> (String, bool) {
    let newest = trend.newest().and_then(|newest| trend.points.get(newest));
    let Some((point, cases)) = newest.and_then(|point| Some((point, point.cases?))) else {
        return ("no readings".to_owned(), false);
    };
    let Ratio { good, total } = cases;
    let figures = Figures::of(trend);
    let write = |figure: Option<f64>| figure.map_or_else(String::new, |it| figures.write(it));
    let (share, lower, upper) = (write(point.value), write(point.lower), write(point.upper));
    let text = format!("{good} of the last {total}, {share}, 95 % sure {lower} to {upper}");
    if total < POINTS_FOR_LIMITS as u64 {
        return (
            format!("{text}, and a test needs {POINTS_FOR_LIMITS}"),
            false,
        );
    }
    if trend.aim.and_then(|aim| aim.target).is_none() {
        return (format!("{text}, no target to test"), false);
    }
    let text = if total < WINDOW {
        format!("{text}, on trial until {WINDOW}")
    } else {
        text
    };
    (text, true)
}

fn told(signal: &Signal, centre: &str, name: &impl Fn(usize) -> String) -> String {
    let at = name(signal.index);
    let (side, way) = match signal.side {
        Side::Above => ("above", "higher"),
        Side::Below => ("below", "lower"),
    };
    match signal.rule {
        Rule::PointOutside => format!("{side} the limits at {at}"),
        Rule::RunOfEight => format!("{RUN_OF} in a row {side} the {centre} at {at}"),
        Rule::TwoOfThree => format!("2 of 3 close to the limit {side} the {centre} at {at}"),
        Rule::TrendOfSeven => format!("{TREND_OF} in a row each {way} than before at {at}"),
        Rule::UnlikelyAtTarget => format!("{side} the target by more than chance at {at}"),
    }
}

fn centre_word(chart: Chart) -> &'static str {
    match chart {
        Chart::Xmr | Chart::P | Chart::PPrime | Chart::C => "mean",
        Chart::G => "median",
        // The mean of the levelled times, taken back, lies where the middle one does.
        Chart::T => "centre",
        Chart::Rolling => "share",
    }
}

fn plural(count: u64, word: &str) -> String {
    match count {
        1 => format!("1 {word}"),
        count => format!("{count} {word}s"),
    }
}
