//! The two words beside every chart, for whoever has no time for the chart: is it changing, and is
//! it good enough? They are the two signs of NHS England's *Making Data Count*, as words.
//!
//! The two are answered apart. A process can miss its target month after month and change nothing
//! about that, which no arrow ever says; then only changing the process helps.

use serde::{Deserialize, Serialize};

use super::chart::{Aim, Better, Trend};
use super::phase::State;
use super::rolling::{CHANCE_MAX, chance_of_so_bad, chance_of_so_good};
use super::signal::Side;

/// Whether it is changing, by the signals that the newest reading completes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Variation {
    /// A signal to the better side, and none to the worse.
    Improving,
    /// A signal to the worse side.
    Worsening,
    /// No signal: what is seen is what this process does by itself.
    CommonCause,
    /// Fewer than twelve readings: nothing can be said.
    TooFew,
}

/// Whether it is good enough: the natural limits at the newest reading, held against the target. On
/// a rolling chart, which has no natural limits, the exact test is asked both ways instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Assurance {
    /// Both limits are as good as the target or better: it is reached each time. Rolling: so good
    /// a window would be a chance of at most 1 % at the target itself; of a target of all, or none,
    /// which nothing can exceed, every case of a full window reached it.
    Reaches,
    /// Both limits are worse than the target: it is missed each time. Rolling: so bad a window
    /// would be a chance of at most 1 %.
    Fails,
    /// The target lies between the limits: chance decides. Rolling: neither is shown.
    HitOrMiss,
    /// Nothing is aimed at.
    NoTarget,
    /// Fewer than twelve readings: nothing can be said.
    TooFew,
}

impl Variation {
    /// The word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Improving => "improving",
            Self::Worsening => "worsening",
            Self::CommonCause => "common-cause",
            Self::TooFew => "too-few",
        }
    }
}

impl Assurance {
    /// The word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Reaches => "reaches",
            Self::Fails => "fails",
            Self::HitOrMiss => "hit-or-miss",
            Self::NoTarget => "no-target",
            Self::TooFew => "too-few",
        }
    }
}

impl Trend {
    /// Whether it is changing. Where one rule says better and another worse, it worsens: that is
    /// the one not to overlook.
    ///
    /// None where nothing says which way is better, and on a rolling chart without a target, which
    /// has nothing to test. A rolling chart never says that something improves.
    #[must_use]
    pub fn variation(&self) -> Option<Variation> {
        let aim = self.aim?;
        if self.is_tested() && aim.target.is_none() {
            return None;
        }
        if self.state() == State::TooFew {
            return Some(Variation::TooFew);
        }
        let good_side = match aim.better {
            Better::Up => Side::Above,
            Better::Down => Side::Below,
        };
        let mut variation = Variation::CommonCause;
        for signal in self.signals_at_newest() {
            if signal.side != good_side {
                return Some(Variation::Worsening);
            }
            variation = Variation::Improving;
        }
        Some(variation)
    }

    /// Whether it is good enough.
    #[must_use]
    pub fn assurance(&self) -> Assurance {
        let Some((aim, target)) = self.aim.and_then(|aim| Some((aim, aim.target?))) else {
            return Assurance::NoTarget;
        };
        if self.state() == State::TooFew {
            return Assurance::TooFew;
        }
        if self.is_tested() {
            return self.tested(aim.better, target);
        }
        let newest = self.newest().and_then(|newest| self.points.get(newest));
        let limits = newest.and_then(|point| Some((point.lower?, point.upper?)));
        let Some((lower, upper)) = limits else {
            return Assurance::TooFew;
        };
        let (worst, best) = match aim.better {
            Better::Up => (lower, upper),
            Better::Down => (upper, lower),
        };
        if reached(aim, worst) == Some(true) {
            Assurance::Reaches
        } else if reached(aim, best) == Some(false) {
            Assurance::Fails
        } else {
            Assurance::HitOrMiss
        }
    }

    fn tested(&self, better: Better, target: f64) -> Assurance {
        let newest = self.newest().and_then(|newest| self.points.get(newest));
        let Some(cases) = newest.and_then(|point| point.cases) else {
            return Assurance::TooFew;
        };
        // Nothing is better than a target of all of them; then all is all that can be asked for.
        let best = match better {
            Better::Up => 1.0,
            Better::Down => 0.0,
        };
        let is_best = |share: f64| (share - best).abs() <= 0.0;
        let all_reached = is_best(target) && cases.share().is_some_and(is_best);
        if chance_of_so_bad(cases, target, better) <= CHANCE_MAX {
            Assurance::Fails
        } else if all_reached && self.state() == State::Frozen
            || chance_of_so_good(cases, target, better) <= CHANCE_MAX
        {
            Assurance::Reaches
        } else {
            Assurance::HitOrMiss
        }
    }
}

/// Whether a figure is as good as the target or better; none without a target.
fn reached(aim: Aim, figure: f64) -> Option<bool> {
    let target = aim.target?;
    Some(match aim.better {
        Better::Up => figure >= target,
        Better::Down => figure <= target,
    })
}
