//! The first element: steps that each leave something behind, under names of their own.

use std::collections::BTreeMap;

use duly_core::process::{AppliesTo, Gate, Step};

use super::{Compile, named, place_of, prose, text, whole, word};
use crate::code::Code;
use crate::tree::Node;
use crate::{form, words};

impl Compile<'_> {
    pub(super) fn checklist(
        &mut self,
        root: &Node,
        applies_to: Option<&AppliesTo>,
    ) -> Option<Vec<Step>> {
        let mut seen = BTreeMap::new();
        let mut steps = Vec::new();
        let items = root.get("checklist")?.items();
        for item in items {
            if let Some(id) = item.get("id") {
                self.repeated(Code::StepRepeated, "step", &mut seen, id);
            }
            self.leaves_something(item);
            self.probe_fits(item, applies_to);
            steps.extend(step(item));
        }
        (steps.len() == items.len() && !steps.is_empty()).then_some(steps)
    }

    fn leaves_something(&mut self, step: &Node) {
        let is_step = step.get("do").is_some() || step.get("id").is_some();
        // A misspelt `evidence` was refused as such, and is one problem, not two.
        let keys = ["id", "do", "gate", "minutes"];
        let others = step
            .entries()
            .iter()
            .any(|entry| !keys.contains(&entry.key.as_str()));
        if is_step && !others {
            self.problems.add(
                Code::StepWithoutEvidence,
                &place_of(step, "do"),
                "this step leaves nothing behind: nobody could tell later whether it was done",
                "say what a person leaves here, for example `evidence: [note]`",
            );
        }
    }

    /// A whole that is less than its parts would hide work from whoever plans the week.
    pub(super) fn minutes_add_up(&mut self, root: &Node) {
        let Some(node) = root.get("minutes") else {
            return;
        };
        let steps = root.get("checklist").map_or(&[][..], Node::items);
        let of_steps = steps.iter().filter_map(|step| step.get("minutes"));
        let sum: u32 = of_steps.filter_map(whole).sum();
        if whole(node).is_some_and(|minutes| minutes < sum) {
            self.problems.add(
                Code::MinutesDoNotAddUp,
                &node.span,
                format!("the steps alone take {sum} minutes"),
                format!("write {sum} or more, or leave it out: then the steps are added up"),
            );
        }
    }

    fn probe_fits(&mut self, step: &Node, applies_to: Option<&AppliesTo>) {
        let Some((node, applies_to)) = step.get("probe").zip(applies_to) else {
            return;
        };
        let probe = text(node).unwrap_or("");
        let Some(kind) = words::kind_of_probe(probe) else {
            return;
        };
        if applies_to.kind.as_deref() != Some(kind) {
            self.problems.add(
                Code::ProbeDoesNotFit,
                &node.span,
                format!("`{probe}` reads one {kind}, and this process is not about each {kind}"),
                format!("write `applies_to: {{ kind: {kind}, per: asset }}`, or ask for evidence"),
            );
        }
    }
}

fn step(item: &Node) -> Option<Step> {
    let gate = match text(item.get("gate")?)? {
        "critical" => Gate::Critical,
        "standard" => Gate::Standard,
        _ => return None,
    };
    let evidence = item.get("evidence").map_or(&[][..], Node::items);
    let probe = item
        .get("probe")
        .and_then(|probe| word(probe, &words::PROBES));
    Some(Step {
        id: named(item.get("id")?, &form::NAME)?.into(),
        text: prose(item.get("do")?)?,
        gate,
        probe: probe.map(str::to_owned),
        evidence: evidence.iter().filter_map(prose).collect(),
        minutes: item.get("minutes").and_then(whole),
    })
}
