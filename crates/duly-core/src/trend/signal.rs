//! What counts as a signal: something that a stable process does so seldom that it is worth asking
//! why. It says that something changed and nothing about what, or whose doing it was.
//!
//! Two rules are always looked at. Each further one finds small changes a little sooner and cries
//! wolf more often. Of a hundred charts with two years of a stable process, some 8 show a signal by
//! the two, and some 12 by all four; the newest month is flagged on 2, and on 3. That is measured
//! in tests/it/trend_rates.rs. A gap ends every run.

use serde::{Deserialize, Serialize};

use super::drawing::Lines;

/// So many points in a row on one side of the centre are a signal (Western Electric, *Statistical
/// Quality Control Handbook*, 1956, rule 4; so also Wheeler).
pub const RUN_OF: usize = 8;

/// So many points in a row, each beyond the one before, are a signal (NHS England, *Making Data
/// Count*; it counts points, not steps).
pub const TREND_OF: usize = 7;

/// Figures that differ by less than this share of the larger one are the same: it is what rounding
/// makes of equal figures, and must not be a signal.
const SAME: f64 = 1e-12;

/// The rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Rule {
    /// A point beyond a natural limit (Shewhart 1931; Western Electric rule 1).
    #[serde(rename = "point-outside")]
    PointOutside,
    /// The last [`RUN_OF`] points on one side of the centre; a point on it ends the run.
    #[serde(rename = "run-of-8")]
    RunOfEight,
    /// Two of three points in a row beyond two thirds of the way to the same limit, this one being
    /// the second (Western Electric rule 2). Optional.
    #[serde(rename = "2-of-3")]
    TwoOfThree,
    /// [`TREND_OF`] points in a row, each higher, or each lower, than the one before. Optional.
    #[serde(rename = "trend-of-7")]
    TrendOfSeven,
    /// On a rolling chart: so few good cases, or so many bad ones, are a chance of at most 1 % if
    /// the target is what the process really reaches.
    #[serde(rename = "unlikely-at-target")]
    UnlikelyAtTarget,
}

impl Rule {
    /// The word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::PointOutside => "point-outside",
            Self::RunOfEight => "run-of-8",
            Self::TwoOfThree => "2-of-3",
            Self::TrendOfSeven => "trend-of-7",
            Self::UnlikelyAtTarget => "unlikely-at-target",
        }
    }
}

/// The optional rules, both off unless somebody wants them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Rules {
    /// Whether [`Rule::TwoOfThree`] is looked at.
    pub two_of_three: bool,
    /// Whether [`Rule::TrendOfSeven`] is looked at.
    pub trend_of_seven: bool,
}

/// To which side of the centre; for a trend, which way it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// Above it, or rising.
    Above,
    /// Below it, or falling.
    Below,
}

/// A signal. A run of ten points is three of them: at its eighth, ninth and tenth point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signal {
    /// By which rule.
    pub rule: Rule,
    /// Index of the point that completes it.
    pub index: usize,
    /// Index of the first point that belongs to it.
    pub from: usize,
    /// To which side.
    pub side: Side,
}

/// Which of two figures is larger; neither if they differ by no more than rounding.
fn side(value: f64, than: f64) -> Option<Side> {
    let difference = value - than;
    if difference.abs() <= SAME * value.abs().max(than.abs()) {
        return None;
    }
    Some(if difference > 0.0 {
        Side::Above
    } else {
        Side::Below
    })
}

/// How long something has been so, without a break.
#[derive(Clone, Copy, Debug, Default)]
struct Streak {
    side: Option<Side>,
    from: usize,
    length: usize,
}

impl Streak {
    /// Goes on at this index, or begins anew there; `first` is where it then begins.
    fn goes_on(&mut self, side: Option<Side>, first: usize, length: usize) {
        if side.is_some() && side == self.side {
            self.length += 1;
        } else {
            *self = Self {
                side,
                from: first,
                length,
            };
        }
    }

    fn signal(&self, rule: Rule, length: usize, index: usize) -> Option<Signal> {
        let (side, from) = (self.side?, self.from);
        (self.length >= length).then_some(Signal {
            rule,
            index,
            from,
            side,
        })
    }
}

impl Rules {
    /// The signals among points that belong to one set of limits; `first` is the index of the first
    /// of them. A point without lines, or a gap, is `None`.
    pub(super) fn signals(
        self,
        first: usize,
        points: impl Iterator<Item = Option<(f64, Lines)>>,
    ) -> Vec<Signal> {
        let mut seen = Seen::default();
        let mut signals = Vec::new();
        for (index, point) in (first..).zip(points) {
            match point {
                Some((value, lines)) => signals.extend(seen.looks_at(self, index, value, &lines)),
                None => seen = Seen::default(),
            }
        }
        signals
    }
}

/// What went before, since the last gap.
#[derive(Debug, Default)]
struct Seen {
    last: Option<f64>,
    run: Streak,
    trend: Streak,
    /// Beyond two thirds, of the last two points, the older one first.
    far: [Option<Side>; 2],
}

impl Seen {
    fn looks_at(
        &mut self,
        rules: Rules,
        index: usize,
        value: f64,
        lines: &Lines,
    ) -> impl Iterator<Item = Signal> + use<> {
        let outside = outside(value, lines.lower, lines.upper).map(|side| Signal {
            rule: Rule::PointOutside,
            index,
            from: index,
            side,
        });
        self.run.goes_on(side(value, lines.centre), index, 1);
        let run = self.run.signal(Rule::RunOfEight, RUN_OF, index);
        let two = self.two_of_three(index, value, lines);
        let trend = self.trend(index, value);
        let two = two.filter(|_| rules.two_of_three);
        let trend = trend.filter(|_| rules.trend_of_seven);
        [outside, run, two, trend].into_iter().flatten()
    }

    fn two_of_three(&mut self, index: usize, value: f64, lines: &Lines) -> Option<Signal> {
        let here = outside(value, lines.lower_inner, lines.upper_inner);
        let [older, newer] = self.far;
        self.far = [newer, here];
        let side = here?;
        let back = match (newer == here, older == here) {
            (true, _) => 1,
            (false, true) => 2,
            (false, false) => return None,
        };
        Some(Signal {
            rule: Rule::TwoOfThree,
            index,
            from: index.saturating_sub(back),
            side,
        })
    }

    fn trend(&mut self, index: usize, value: f64) -> Option<Signal> {
        let last = self.last.replace(value)?;
        // Two points are the shortest rise there is.
        let before = index.saturating_sub(1);
        self.trend.goes_on(side(value, last), before, 2);
        self.trend.signal(Rule::TrendOfSeven, TREND_OF, index)
    }
}

fn outside(value: f64, lower: f64, upper: f64) -> Option<Side> {
    let above = side(value, upper).filter(|side| *side == Side::Above);
    above.or_else(|| side(value, lower).filter(|side| *side == Side::Below))
}
