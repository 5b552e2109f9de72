//! A chart while it is being put together: points with their lines, phase by phase, and then the
//! signals among them. What a line means is the charts' own matter.

use super::chart::{Chart, Point, Settings, Trend};
use super::phase::Phase;
use super::signal::Signal;

/// The lines at one point, with those two thirds of the way out, which one rule looks at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lines {
    pub(super) centre: f64,
    pub(super) lower: f64,
    pub(super) upper: f64,
    pub(super) lower_inner: f64,
    pub(super) upper_inner: f64,
}

impl Lines {
    /// Three standard deviations to either side.
    pub(super) fn around(centre: f64, deviation: f64) -> Self {
        Self {
            centre,
            lower: centre - 3.0 * deviation,
            upper: centre + 3.0 * deviation,
            lower_inner: centre - 2.0 * deviation,
            upper_inner: centre + 2.0 * deviation,
        }
    }

    /// The same where nothing can lie below or above these. It takes no signal away and gives none.
    pub(super) fn within(mut self, least: f64, most: f64) -> Self {
        for line in [&mut self.lower, &mut self.upper] {
            *line = line.clamp(least, most);
        }
        self
    }

    /// The same after each went through a function that keeps their order.
    pub(super) fn map(self, change: impl Fn(f64) -> f64) -> Self {
        Self {
            centre: change(self.centre),
            lower: change(self.lower),
            upper: change(self.upper),
            lower_inner: change(self.lower_inner),
            upper_inner: change(self.upper_inner),
        }
    }
}

/// A chart that is being put together, point by point.
#[derive(Debug, Default)]
pub(super) struct Drawing {
    points: Vec<Point>,
    lines: Vec<Option<Lines>>,
    phases: Vec<Phase>,
}

impl Drawing {
    /// The next point, with its lines if there are any.
    pub(super) fn point(&mut self, mut point: Point, lines: Option<Lines>) {
        if let Some(lines) = lines {
            point.centre = Some(lines.centre);
            point.lower = Some(lines.lower);
            point.upper = Some(lines.upper);
        }
        self.points.push(point);
        self.lines.push(lines);
    }

    /// The phase that the points since the last one belong to.
    pub(super) fn phase(&mut self, phase: Phase) {
        self.phases.push(phase);
    }

    /// Looks for signals, phase by phase, and is done.
    pub(super) fn finish(self, chart: Chart, settings: &Settings) -> Trend {
        let mut signals = Vec::new();
        for phase in &self.phases {
            let span = phase.from..phase.until;
            let points = self.points.get(span.clone()).unwrap_or_default();
            let lines = self.lines.get(span).unwrap_or_default();
            let judged = points.iter().zip(lines);
            let judged = judged.map(|(point, lines)| Some((point.value?, (*lines)?)));
            signals.extend(settings.rules.signals(phase.from, judged));
        }
        signals.sort_by_key(|signal: &Signal| (signal.index, signal.rule));
        self.trend(chart, settings, signals)
    }

    /// Is done, with signals that were found in another way.
    pub(super) fn trend(self, chart: Chart, settings: &Settings, signals: Vec<Signal>) -> Trend {
        Trend {
            chart,
            aim: settings.aim,
            points: self.points,
            phases: self.phases,
            signals,
        }
    }
}
