//! The second element: rules with their parameters in published units, the spot check, the ladder.

use std::collections::{BTreeMap, BTreeSet};

use duly_core::process::{Allowance, AllowanceUnit, Control, Escalation, QualityControl};
use duly_core::process::{SamplingPlan, Severity, SpotCheck};
use serde_json::Value;

use super::{Compile, named, prose, text, word};
use crate::code::Code;
use crate::grammar::controls::{self, Rule};
use crate::grammar::{Key, Shape};
use crate::tree::{Entry, Node};
use crate::{condition, form, suggest, words};

impl Compile<'_> {
    pub(super) fn quality_control(&mut self, root: &Node) -> Option<QualityControl> {
        let steps: BTreeSet<&str> = root
            .get("checklist")
            .map_or(&[][..], Node::items)
            .iter()
            .filter_map(|step| step.get("id").and_then(text))
            .collect();
        let node = root.get("quality_control")?;
        let rules = self.rules(node, &steps);
        let escalate = self.escalate(node);
        let spot_check = match node.get("spot_check") {
            Some(spot_check) => Some(draw(spot_check)?),
            None => None,
        };
        Some(QualityControl {
            spot_check,
            rules: rules?,
            escalate: escalate?,
        })
    }

    fn rules(&mut self, node: &Node, steps: &BTreeSet<&str>) -> Option<Vec<Control>> {
        let list = node.entry("rules")?;
        let items = list.value.items();
        let mut lines: BTreeMap<String, usize> = BTreeMap::new();
        let mut controls = Vec::new();
        for item in items {
            let [entry] = item.entries() else { continue };
            let Some(rule) = controls::rule(&entry.key) else {
                continue;
            };
            let id = self.rule_name(entry, rule, &mut lines);
            self.steps_exist(&entry.value, steps);
            self.parameters_agree(&entry.value, rule);
            self.condition(&entry.value);
            if let Some(control) = id.and_then(|id| control(id, rule, &entry.value)) {
                controls.push(control);
            }
        }
        // A misspelt `missed` was refused as such.
        let misspelt = items.iter().flat_map(Node::entries).any(|entry| {
            let known = controls::rule(&entry.key).is_some();
            !known && suggest::nearest(&entry.key, controls::names()) == Some("missed")
        });
        if !items.is_empty() && !misspelt && !lines.contains_key("missed") {
            self.problems.add(
                Code::MissedRuleMissing,
                &list.key_span,
                "no rule `missed`: nobody would be told of a missed duty",
                "add `- missed: { severity: high }`",
            );
        }
        (controls.len() == items.len() && !controls.is_empty()).then_some(controls)
    }

    /// The id under which a rule is published; refused if there is one already.
    fn rule_name(
        &mut self,
        entry: &Entry,
        rule: &Rule,
        lines: &mut BTreeMap<String, usize>,
    ) -> Option<String> {
        let own = entry.value.get("id").filter(|_| rule.name == "custom");
        let (name, place) = match own {
            Some(id) => (named(id, &form::NAME)?.to_owned(), &id.span),
            None => (rule.name.to_owned(), &entry.key_span),
        };
        let id = name.replace('_', "-");
        if own.is_some() && controls::names().any(|known| known.replace('_', "-") == id) {
            let message = format!("`{id}` is the name of a built-in rule");
            let help = "give your own rule another name";
            self.problems.add(Code::RuleRepeated, place, message, help);
        } else if let Some(line) = lines.get(&id) {
            let message = format!("there is a rule `{name}` already, on line {line}");
            let help = "keep one of the two";
            self.problems.add(Code::RuleRepeated, place, message, help);
        }
        let line = self.source.line_of(place.start);
        lines.entry(id.clone()).or_insert(line);
        Some(id)
    }

    fn steps_exist(&mut self, parameters: &Node, steps: &BTreeSet<&str>) {
        for step in parameters.get("steps").map_or(&[][..], Node::items) {
            let Some(name) = named(step, &form::NAME).filter(|name| !steps.contains(name)) else {
                continue;
            };
            let message = format!("there is no step `{name}` in the checklist");
            let help = suggest::advice(name, steps.iter().copied());
            self.problems
                .add(Code::UnknownStep, &step.span, message, help);
        }
    }

    fn parameters_agree(&mut self, parameters: &Node, rule: &Rule) {
        let whole = |key| parameters.get(key).and_then(text)?.parse::<u32>().ok();
        let (Some(last), Some(distinct)) = (whole("last"), whole("distinct_at_least")) else {
            return;
        };
        if distinct > last {
            let node = parameters.get("distinct_at_least").unwrap_or(parameters);
            self.problems.add(
                Code::BadParameter,
                &node.span,
                format!(
                    "`{}` would always fire: {last} runs cannot have {distinct} targets",
                    rule.name
                ),
                format!("write {last} or less"),
            );
        }
    }

    fn condition(&mut self, parameters: &Node) {
        let Some(node) = parameters.get("when") else {
            return;
        };
        let Some(condition) = text(node) else { return };
        if let Err(fault) = condition::check(condition) {
            let place = node.place_in_text(self.source, fault.at);
            let caret = place.start..place.end.min(place.start + 1).max(place.start);
            let help = fault.help;
            self.problems
                .add(Code::BadCondition, &caret, fault.message, help);
        }
    }

    fn escalate(&mut self, node: &Node) -> Option<Vec<Escalation>> {
        let Some(list) = node.get("escalate") else {
            return Some(Vec::new());
        };
        let mut rungs: Vec<Escalation> = Vec::new();
        for item in list.items() {
            let after = item.get("after");
            let allowance = after.and_then(|after| self.allowance(after, 1));
            let to = item.get("to").and_then(|to| word(to, &words::ROLES));
            let (Some(after), Some(allowance), Some(to)) = (after, allowance, to) else {
                continue;
            };
            let before = rungs.last().map(|rung| hours(rung.after));
            if before.is_some_and(|before| hours(allowance) <= before) {
                self.problems.add(
                    Code::EscalationOutOfOrder,
                    &after.span,
                    "this rung is reached no later than the one before it",
                    "begin with the shortest time; each rung comes later than the last",
                );
            }
            rungs.push(Escalation {
                after: allowance,
                to: to.to_owned(),
            });
        }
        (rungs.len() == list.items().len()).then_some(rungs)
    }
}

/// A length of time for comparing rungs: a business day is at least a day.
fn hours(allowance: Allowance) -> u64 {
    let count = u64::from(allowance.count);
    match allowance.unit {
        AllowanceUnit::Hours => count,
        AllowanceUnit::Days | AllowanceUnit::BusinessDays => count * 24,
    }
}

fn draw(node: &Node) -> Option<SpotCheck> {
    let at_least = match node.get("at_least") {
        Some(at_least) => Some(form::per_technician(text(at_least)?)?),
        None => None,
    };
    let plan = match node.get("plan") {
        Some(plan) => Some(match word(plan, &words::SAMPLING_PLANS)? {
            "mil-std-105e" => SamplingPlan::MilStd105e,
            _ => return None,
        }),
        None => None,
    };
    let whole = |key| match node.get(key) {
        Some(node) => Some(Some(text(node)?.parse::<u32>().ok()?)),
        None => Some(None),
    };
    Some(SpotCheck {
        rate_percent: form::share(text(node.get("rate")?)?)?,
        at_least_per_technician_per_month: at_least,
        plan,
        minutes: whole("minutes")?,
        within: whole("due_business_days")?,
    })
}

fn control(id: String, rule: &Rule, parameters: &Node) -> Option<Control> {
    let severity = match parameters.get("severity") {
        Some(node) => match text(node)? {
            "low" => Severity::Low,
            "medium" => Severity::Medium,
            "high" => Severity::High,
            _ => return None,
        },
        None => rule.severity,
    };
    let mut with = BTreeMap::new();
    for key in rule.map.keys {
        if matches!(key.name, "severity" | "id" | "when" | "say") {
            continue;
        }
        match parameters.get(key.name) {
            Some(node) => {
                let (name, value) = parameter(key, node)?;
                with.insert(name, value);
            }
            None if key.missing.is_some() => return None,
            None => {}
        }
    }
    let custom = |key: &str| {
        parameters
            .get(key)
            .filter(|_| rule.name == "custom")
            .and_then(prose)
    };
    Some(Control {
        id,
        severity,
        with,
        when: custom("when"),
        say: custom("say"),
    })
}

/// A parameter as published: a whole number with its unit in the name, or the names of steps.
fn parameter(key: &Key, node: &Node) -> Option<(String, Value)> {
    let name = key.name.replace('_', "-");
    match key.shape {
        Shape::Form(form) => {
            let (unit, read) = form.quantity?;
            Some((format!("{name}-{unit}"), read(text(node)?)?.into()))
        }
        Shape::Whole { .. } => Some((name, text(node)?.parse::<u32>().ok()?.into())),
        Shape::List(_) => {
            let items = node.items().iter().filter_map(prose).map(Value::from);
            Some((name, items.collect()))
        }
        _ => None,
    }
}
