//! The parameters of one rule in one process: what the process says, or else the default.

use crate::control::Rule;
use crate::id::StepId;
use crate::process::Control;

/// See the module.
#[derive(Clone, Copy, Debug)]
pub struct With<'a> {
    rule: &'static Rule,
    control: Option<&'a Control>,
}

impl<'a> With<'a> {
    /// As a process declares it.
    #[must_use]
    pub fn of(rule: &'static Rule, control: &'a Control) -> Self {
        Self {
            rule,
            control: Some(control),
        }
    }

    /// As it is by itself.
    #[must_use]
    pub fn defaults(rule: &'static Rule) -> Self {
        Self {
            rule,
            control: None,
        }
    }

    /// A whole number. A name that the rule does not have is 0; a test holds that none is asked.
    #[must_use]
    pub fn number(&self, name: &str) -> u32 {
        let said = self
            .control
            .and_then(|control| control.with.get(name)?.as_u64());
        let default = || {
            let parameters = self.rule.parameters.iter();
            let found = parameters
                .filter(|parameter| parameter.name == name)
                .find_map(|parameter| parameter.default);
            found.unwrap_or(0)
        };
        said.and_then(|number| u32::try_from(number).ok())
            .unwrap_or_else(default)
    }

    /// Whether a step is among those that the rule is to look at.
    #[must_use]
    pub fn looks_at(&self, step: &StepId) -> bool {
        let named = self
            .control
            .and_then(|control| control.with.get("steps")?.as_array());
        named.is_none_or(|steps| {
            steps
                .iter()
                .any(|named| named.as_str() == Some(step.as_str()))
        })
    }
}
