//! Charts as SVG: the same picture on the page, in the PDF and in the pack. Colours and widths are
//! attributes of each shape, which a page's style may override by class and which hold where there
//! is none. A signal is a diamond, every other reading at most a dot: it shows in grey, too.

use std::fmt::Write as _;

use crate::trend::chart::{Point, Trend};
use crate::trend::figure::Figures;

/// Size of a chart that stands in a row of a table.
const SPARK: Frame = Frame {
    width: 144.0,
    height: 26.0,
    left: 4.0,
    right: 4.0,
    top: 4.0,
    bottom: 4.0,
};

/// Size of the one large chart.
const LARGE: Frame = Frame {
    width: 760.0,
    height: 230.0,
    left: 64.0,
    right: 12.0,
    top: 16.0,
    bottom: 30.0,
};

/// Most names under a chart: more would run into each other on a telephone.
const NAMES_MAX: usize = 6;

/// Distance of two labels beside the axis, at least: the height of a line.
const LABEL_HEIGHT: f64 = 14.0;

const BAND: &str = "#e6e2d8";
const LINE: &str = "#3c3a36";
const AIM: &str = "#6b6862";
const SIGNAL: &str = "#9c2f1f";
const TEXT: &str = "#4a4843";

#[derive(Clone, Copy)]
struct Frame {
    width: f64,
    height: f64,
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

/// What a large chart bears in words.
#[derive(Clone, Debug)]
pub struct Words<'a> {
    /// Its title.
    pub title: &'a str,
    /// The sentence that stands for the picture.
    pub sentence: &'a str,
    /// The name of each point.
    pub names: &'a [String],
    /// What the dashed line is, where there is one: `aim: 98 %`.
    pub aim: &'a str,
    /// Makes the ids of title and description unique on a page.
    pub id: &'a str,
}

/// The small chart of a row; its alternative is `sentence`.
#[must_use]
pub fn spark(trend: &Trend, sentence: &str) -> String {
    let frame = SPARK;
    let Some(scale) = Scale::of(trend, frame, false) else {
        return String::new();
    };
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart spark\" viewBox=\"0 0 {} {}\" \
         width=\"{}\" height=\"{}\" role=\"img\" aria-label=\"{}\">",
        frame.width,
        frame.height,
        frame.width,
        frame.height,
        escaped(sentence)
    );
    shapes(&mut svg, trend, &scale, 2.0);
    svg.push_str("</svg>");
    svg
}

/// The large chart.
#[must_use]
pub fn large(trend: &Trend, words: &Words<'_>) -> String {
    let frame = LARGE;
    let Some(scale) = Scale::of(trend, frame, true) else {
        return String::new();
    };
    let id = escaped(words.id);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart large\" viewBox=\"0 0 {} {}\" \
         role=\"img\" aria-labelledby=\"{id}-t {id}-d\"><title id=\"{id}-t\">{}</title>\
         <desc id=\"{id}-d\">{}</desc>",
        frame.width,
        frame.height,
        escaped(words.title),
        escaped(words.sentence)
    );
    shapes(&mut svg, trend, &scale, 2.6);
    labels(&mut svg, trend, &scale, words);
    svg.push_str("</svg>");
    svg
}

/// From readings to places.
struct Scale {
    frame: Frame,
    points: usize,
    least: f64,
    most: f64,
}

impl Scale {
    /// Nothing where no reading is a figure.
    fn of(trend: &Trend, frame: Frame, with_aim: bool) -> Option<Self> {
        let figures = |point: &Point| [point.value, point.lower, point.upper, point.centre];
        let aim = trend.aim.and_then(|aim| aim.target).filter(|_| with_aim);
        let all = trend.points.iter().flat_map(figures).flatten().chain(aim);
        let (mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY);
        for figure in all {
            least = least.min(figure);
            most = most.max(figure);
        }
        if !least.is_finite() || !most.is_finite() {
            return None;
        }
        if most - least <= f64::EPSILON * most.abs().max(1.0) {
            // All alike: the line runs through the middle.
            let half = most.abs().max(1.0) / 2.0;
            least -= half;
            most += half;
        }
        Some(Self {
            frame,
            points: trend.points.len(),
            least,
            most,
        })
    }

    fn x(&self, index: usize) -> f64 {
        let inner = self.frame.width - self.frame.left - self.frame.right;
        let steps = self.points.saturating_sub(1).max(1) as f64;
        let place = if self.points == 1 {
            0.5
        } else {
            index as f64 / steps
        };
        self.frame.left + inner * place
    }

    fn y(&self, figure: f64) -> f64 {
        let inner = self.frame.height - self.frame.top - self.frame.bottom;
        let part = (figure - self.least) / (self.most - self.least);
        self.frame.top + inner * (1.0 - part)
    }
}

fn shapes(svg: &mut String, trend: &Trend, scale: &Scale, dot: f64) {
    for run in runs(&trend.points, |point| {
        point.lower.is_some() && point.upper.is_some()
    }) {
        band(svg, &trend.points, scale, &run);
    }
    if let Some(target) = trend.aim.and_then(|aim| aim.target)
        && (scale.least..=scale.most).contains(&target)
    {
        let y = scale.y(target);
        let _ = write!(
            svg,
            "<line class=\"aim\" x1=\"{:.1}\" x2=\"{:.1}\" y1=\"{y:.1}\" y2=\"{y:.1}\" \
             stroke=\"{AIM}\" stroke-width=\"1\" stroke-dasharray=\"4 3\"/>",
            scale.frame.left,
            scale.frame.width - scale.frame.right,
        );
    }
    for run in runs(&trend.points, |point| point.value.is_some()) {
        let places: Vec<String> = run
            .filter_map(|index| {
                let value = trend.points.get(index)?.value?;
                Some(format!("{:.1},{:.1}", scale.x(index), scale.y(value)))
            })
            .collect();
        let _ = write!(
            svg,
            "<polyline class=\"line\" fill=\"none\" stroke=\"{LINE}\" stroke-width=\"1.4\" \
             points=\"{}\"/>",
            places.join(" ")
        );
    }
    let newest = trend.newest();
    for (index, point) in trend.points.iter().enumerate() {
        let Some(value) = point.value else {
            continue;
        };
        let (x, y) = (scale.x(index), scale.y(value));
        if trend.signals.iter().any(|signal| signal.index == index) {
            let r = dot * 1.7;
            let _ = write!(
                svg,
                "<path class=\"signal\" fill=\"{SIGNAL}\" d=\"M{:.1} {y:.1}L{x:.1} {:.1}L{:.1} \
                 {y:.1}L{x:.1} {:.1}Z\"/>",
                x - r,
                y - r,
                x + r,
                y + r
            );
        } else if Some(index) == newest || scale.frame.height > SPARK.height {
            let _ = write!(
                svg,
                "<circle class=\"dot\" fill=\"{LINE}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{dot}\"/>"
            );
        }
    }
}

/// The limits, or the interval, over points that follow each other; as a step where there is one.
fn band(svg: &mut String, points: &[Point], scale: &Scale, run: &std::ops::Range<usize>) {
    let half = match scale.points {
        0 | 1 => 8.0,
        _ => (scale.x(1) - scale.x(0)) / 2.0,
    };
    let (from, to) = (
        scale.frame.left - 3.0,
        scale.frame.width - scale.frame.right + 3.0,
    );
    let side = |index: usize, figure: f64| {
        let (x, y) = (scale.x(index), scale.y(figure));
        let (one, other) = ((x - half).max(from), (x + half).min(to));
        [format!("{one:.1} {y:.1}"), format!("{other:.1} {y:.1}")]
    };
    let at = |index: usize| points.get(index);
    let upper = run
        .clone()
        .filter_map(|index| Some(side(index, at(index)?.upper?)))
        .flatten();
    let lower = run.clone().rev().filter_map(|index| {
        let [one, other] = side(index, at(index)?.lower?);
        Some([other, one])
    });
    let outline: Vec<String> = upper.chain(lower.flatten()).collect();
    let _ = write!(
        svg,
        "<path class=\"limits\" fill=\"{BAND}\" d=\"M{}Z\"/>",
        outline.join("L")
    );
    let centre: Vec<String> = run
        .clone()
        .filter_map(|index| Some(side(index, at(index)?.centre?)))
        .flatten()
        .collect();
    if !centre.is_empty() {
        let _ = write!(
            svg,
            "<path class=\"mean\" fill=\"none\" stroke=\"{LINE}\" stroke-width=\"0.6\" \
             d=\"M{}\"/>",
            centre.join("L")
        );
    }
}

/// Figures at the left for the newest limits, and the names of some points below.
fn labels(svg: &mut String, trend: &Trend, scale: &Scale, words: &Words<'_>) {
    let figures = Figures::of(trend);
    let newest = trend.newest().and_then(|index| trend.points.get(index));
    let mut taken: Vec<f64> = Vec::new();
    let aim = trend.aim.and_then(|aim| aim.target);
    let lines = [
        newest.and_then(|point| point.centre.or(point.value)),
        newest.and_then(|point| point.upper),
        newest.and_then(|point| point.lower),
    ];
    for figure in lines.into_iter().flatten() {
        let y = scale.y(figure) + 4.0;
        if taken.iter().any(|one| (one - y).abs() < LABEL_HEIGHT) {
            continue;
        }
        taken.push(y);
        text(
            svg,
            scale.frame.left - 8.0,
            y,
            "end",
            &figures.write(figure),
        );
    }
    if let Some(aim) = aim {
        text(
            svg,
            scale.frame.left,
            scale.y(aim) - 4.0,
            "start",
            words.aim,
        );
    }
    let every = scale.points.div_ceil(NAMES_MAX).max(1);
    let last = scale.points.saturating_sub(1);
    for (index, name) in words.names.iter().enumerate() {
        // Counted from the newest, which always has its name.
        if last.saturating_sub(index) % every != 0 || index > last {
            continue;
        }
        let anchor = if index == last { "end" } else { "middle" };
        text(svg, scale.x(index), scale.frame.height - 8.0, anchor, name);
    }
}

fn text(svg: &mut String, x: f64, y: f64, anchor: &str, words: &str) {
    let _ = write!(
        svg,
        "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\" font-size=\"12\" \
         fill=\"{TEXT}\">{}</text>",
        escaped(words)
    );
}

/// Stretches of points that follow each other and of which something holds.
fn runs(points: &[Point], holds: impl Fn(&Point) -> bool) -> Vec<std::ops::Range<usize>> {
    let mut runs: Vec<std::ops::Range<usize>> = Vec::new();
    for (index, point) in points.iter().enumerate() {
        if !holds(point) {
            continue;
        }
        match runs.last_mut().filter(|run| run.end == index) {
            Some(run) => run.end = index + 1,
            None => runs.push(index..index + 1),
        }
    }
    runs
}

/// Text for XML, in an element or an attribute; what no XML may bear is left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            letter if letter.is_control() => {}
            letter => out.push(letter),
        }
    }
    out
}
