//! From a checked tree to a compiled process: what the parts mean, and what they mean together.
//!
//! Runs even where the structure was refused, so that a person sees everything at once; whatever
//! was refused there reads as absent here and is not complained of again.

use std::collections::BTreeMap;
use std::ops::Range;

use duly_core::process::{AppliesTo, Per, Process, RULES, Roles};
use jiff::civil::Date;

use crate::code::Code;
use crate::grammar::file::MINUTES_MAX;
use crate::refusal::Problems;
use crate::source::Source;
use crate::tree::Node;
use crate::{form, words};

mod checklist;
mod control;
mod oversight;
mod schedule;

/// What every section's compiler is given.
struct Compile<'a> {
    source: &'a Source<'a>,
    problems: &'a mut Problems,
}

/// Compiles a file. `None` only if something was refused.
pub(crate) fn compile(
    root: &Node,
    source: &Source<'_>,
    today: Option<Date>,
    problems: &mut Problems,
) -> Option<Process> {
    let mut compile = Compile { source, problems };
    let effective = root.get("effective").and_then(text).and_then(form::date);
    let applies_to = compile.applies_to(root);
    let schedule = compile.schedule(root, effective.max(today));
    let roles = compile.roles(root);
    let checklist = compile.checklist(root, applies_to.as_ref());
    compile.minutes_add_up(root);
    let quality_control = compile.quality_control(root);
    let oversight = compile.oversight(root);
    Some(Process {
        rules: RULES,
        process: named(root.get("process")?, &form::PROCESS_NAME)?.into(),
        effective: effective?,
        title: prose(root.get("title")?)?,
        why: root.get("why").and_then(prose),
        minutes: root.get("minutes").and_then(whole),
        applies_to: applies_to?,
        schedule: schedule?,
        roles: roles?,
        checklist: checklist?,
        quality_control: quality_control?,
        oversight: oversight?,
        satisfies: satisfies(root),
    })
}

impl Compile<'_> {
    fn applies_to(&mut self, root: &Node) -> Option<AppliesTo> {
        let node = root.get("applies_to")?;
        let per = match text(node.get("per")?)? {
            "asset" => Per::Asset,
            "site" => Per::Site,
            "client" => Per::Client,
            "provider" => Per::Provider,
            _ => return None,
        };
        let kind = node.entry("kind");
        match (per, kind) {
            (Per::Asset, None) => {
                let per = node
                    .entry("per")
                    .map_or(&node.span, |entry| &entry.key_span);
                self.problems.add(
                    Code::KindMissing,
                    per,
                    "one duty for each asset: of which kind?",
                    "add the kind: `applies_to: { kind: backup, per: asset }`",
                );
                return None;
            }
            (Per::Site | Per::Client | Per::Provider, Some(kind)) => {
                self.problems.add(
                    Code::KindWithoutAsset,
                    &kind.key_span,
                    "a kind of asset makes no difference here: there is one duty for all of them",
                    "write `per: asset`, or delete `kind`",
                );
                return None;
            }
            _ => {}
        }
        let kind = match kind {
            Some(kind) => Some(word(&kind.value, &words::KINDS)?.to_owned()),
            None => None,
        };
        Some(AppliesTo { per, kind })
    }

    fn roles(&mut self, root: &Node) -> Option<Roles> {
        let node = root.get("roles")?;
        let role = |key| node.get(key).and_then(|role| word(role, &words::ROLES));
        let (does, checks, oversees) = (role("does"), role("checks"), role("oversees"));
        let pairs = [
            ("checks", "does", "checks its own work", checks, does),
            (
                "oversees",
                "checks",
                "oversees its own checking",
                oversees,
                checks,
            ),
            ("oversees", "does", "oversees its own work", oversees, does),
        ];
        for (key, _, own, second, first) in pairs {
            let Some(role) = second.filter(|_| second == first) else {
                continue;
            };
            let place = node.get(key).map_or(&node.span, |value| &value.span);
            self.problems.add(
                Code::RoleChecksItself,
                place,
                format!("`{role}` {own}"),
                "name three different roles; in a firm of one person the client checks",
            );
        }
        Some(Roles {
            does: does?.to_owned(),
            checks: checks?.to_owned(),
            oversees: oversees?.to_owned(),
        })
    }

    /// Refuses the second of two things of one name.
    fn repeated(
        &mut self,
        code: Code,
        what: &str,
        seen: &mut BTreeMap<String, usize>,
        node: &Node,
    ) {
        let Some(name) = text(node) else { return };
        let line = self.source.line_of(node.span.start);
        if let Some(first) = seen.get(name) {
            let message = format!("there is a {what} `{name}` already, on line {first}");
            let help = "give it another name; tickets and evidence refer to it";
            self.problems.add(code, &node.span, message, help);
        } else {
            seen.insert(name.to_owned(), line);
        }
    }
}

/// The key's place if it is there, else the mapping's.
fn place_of(node: &Node, key: &str) -> Range<usize> {
    node.entry(key).map_or_else(
        || {
            node.entries()
                .first()
                .map_or(node.span.clone(), |first| first.key_span.clone())
        },
        |entry| entry.key_span.clone(),
    )
}

/// The text of a scalar that has some.
fn text(node: &Node) -> Option<&str> {
    node.text().filter(|text| !text.is_empty())
}

fn prose(node: &Node) -> Option<String> {
    text(node).map(str::to_owned)
}

/// The number, if it is one of those that its shape allows.
fn whole(node: &Node) -> Option<u32> {
    let minutes: u32 = text(node)?.parse().ok()?;
    (minutes <= MINUTES_MAX).then_some(minutes)
}

/// The text, if it has the form.
fn named<'n>(node: &'n Node, form: &form::Form) -> Option<&'n str> {
    text(node).filter(|text| (form.holds)(text))
}

/// The text, if it is one of the words.
fn word<'n>(node: &'n Node, vocabulary: &words::Vocabulary) -> Option<&'n str> {
    text(node).filter(|text| vocabulary.knows(text))
}

fn satisfies(root: &Node) -> BTreeMap<String, Vec<String>> {
    let entries = root.get("satisfies").map_or(&[][..], Node::entries);
    let ids = |node: &Node| node.items().iter().filter_map(prose).collect();
    entries
        .iter()
        .map(|entry| (entry.key.clone(), ids(&entry.value)))
        .collect()
}
