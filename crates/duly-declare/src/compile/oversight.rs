//! The third element: the review, and measures that say what they count, in which unit, which way
//! is better and what is aimed at.

use std::collections::BTreeMap;

use duly_core::process::{Measure, Oversight};

use super::{Compile, named, place_of, prose, text, word};
use crate::code::Code;
use crate::tree::Node;
use crate::{form, suggest, words};

impl Compile<'_> {
    pub(super) fn oversight(&mut self, root: &Node) -> Option<Oversight> {
        let node = root.get("oversight")?;
        let every = node.get("review").and_then(|review| review.get("every"));
        let every = every.and_then(|every| word(every, &words::REVIEWS));
        let items = node.get("measures").map_or(&[][..], Node::items);
        let mut seen = BTreeMap::new();
        let mut measures = Vec::new();
        for item in items {
            if let Some(id) = item.get("id") {
                self.repeated(Code::MeasureRepeated, "measure", &mut seen, id);
            }
            self.facts(item);
            if let Some(ratio) = self.is_ratio(item) {
                if self.unit_fits(item, ratio) {
                    self.target_fits(item);
                }
                self.chart_fits(item, ratio);
            }
            measures.extend(measure(item));
        }
        if measures.len() != items.len() || measures.is_empty() {
            return None;
        }
        Some(Oversight {
            review_every: every?.to_owned(),
            measures,
        })
    }

    /// Whether it is a ratio; refused if it is neither a ratio nor a value, or both.
    fn is_ratio(&mut self, item: &Node) -> Option<bool> {
        let has = |key| item.get(key).is_some();
        let problem = match (has("good"), has("total"), has("value")) {
            (true, true, false) => return Some(true),
            (false, false, true) => return Some(false),
            (false, false, false) => {
                // An item that is no measure at all was refused as such.
                item.entries().first()?;
                (
                    Code::MeasureWithoutValue,
                    "id",
                    "this measure does not say what is measured",
                )
            }
            (true, false, false) => (
                Code::MeasureWithoutValue,
                "good",
                "good out of what? `total` is missing",
            ),
            (false, true, false) => (
                Code::MeasureWithoutValue,
                "total",
                "which of these are good? `good` is missing",
            ),
            (_, _, true) => (
                Code::MeasureTwoWays,
                "value",
                "a measure is either a ratio or a single value",
            ),
        };
        let (code, key, message) = problem;
        let help = "write `good` and `total` for a ratio, or `value` for anything else";
        self.problems.add(code, &place_of(item, key), message, help);
        None
    }

    fn facts(&mut self, item: &Node) {
        for key in ["good", "total", "value"] {
            let Some((node, written)) = item.get(key).and_then(|node| Some((node, text(node)?)))
            else {
                continue;
            };
            let Some((function, fact)) = form::fact(written) else {
                continue;
            };
            if function.is_some() && key != "value" {
                let message = format!("`{key}` is a number of cases; it takes no function");
                let help = format!("write the fact alone: `{key}: {fact}`");
                self.problems
                    .add(Code::UnknownFact, &node.span, message, help);
            } else if !words::FACTS.knows(fact) {
                let at = written.find(fact).unwrap_or(0);
                let place = node.place_in_text(self.source, at);
                let place = place.start..place.end.min(place.start + fact.len());
                let message = format!("`{fact}` is not a fact that duly counts");
                let help = match suggest::nearest(fact, words::FACTS.names()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "`docs/processes.md` lists the facts".to_owned(),
                };
                self.problems.add(Code::UnknownFact, &place, message, help);
            }
        }
    }

    fn unit_fits(&mut self, item: &Node, ratio: bool) -> bool {
        let Some(node) = item.get("unit") else {
            return false;
        };
        let Some(unit) = word(node, &words::UNITS) else {
            return false;
        };
        let fits = (unit == "ratio") == ratio;
        if !fits {
            let (message, help) = if ratio {
                ("`good` and `total` make a ratio", "write `unit: ratio`")
            } else {
                (
                    "a single value is not a ratio",
                    "write `count`, `minutes`, `hours` or `days`",
                )
            };
            self.problems
                .add(Code::UnitDoesNotFit, &node.span, message, help);
        }
        fits
    }

    fn target_fits(&mut self, item: &Node) {
        let Some((node, unit)) = item.get("target").zip(item.get("unit").and_then(text)) else {
            return;
        };
        let Some(target) = named(node, &form::TARGET) else {
            return;
        };
        let length = matches!(unit, "minutes" | "hours" | "days");
        let contract = matches!(target, "rto" | "rpo");
        let help = match unit {
            "ratio" if !target.ends_with('%') => "write a share: `target: 98%`",
            "count" if target.ends_with('%') || contract => "write a number: `target: 0`",
            _ if length && target.ends_with('%') => "write a number, or `rto` or `rpo`",
            _ => return,
        };
        let message = format!("`{target}` is no target for a figure in `{unit}`");
        self.problems
            .add(Code::BadTarget, &node.span, message, help);
    }

    fn chart_fits(&mut self, item: &Node, ratio: bool) {
        let Some(node) = item.get("chart") else {
            return;
        };
        let Some(chart) = word(node, &words::CHARTS) else {
            return;
        };
        if words::CHARTS_OF_RATIOS.contains(&chart) != ratio {
            let (message, help) = if ratio {
                (
                    "this chart is for single values, and would cry wolf on a ratio",
                    "write `rolling` for few cases, `p-prime` for many",
                )
            } else {
                (
                    "this chart is for ratios",
                    "write `xmr`, `between` or `list`",
                )
            };
            self.problems
                .add(Code::ChartDoesNotFit, &node.span, message, help);
        }
    }
}

fn measure(item: &Node) -> Option<Measure> {
    let required = |key: &str| item.get(key).and_then(prose);
    Some(Measure {
        id: required("id")?,
        good: required("good"),
        total: required("total"),
        value: required("value"),
        window: required("window")?,
        unit: required("unit")?,
        better: required("better")?,
        target: required("target")?,
        chart: required("chart"),
    })
}
