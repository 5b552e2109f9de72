//! The starter catalogue that ships with duly, by name.

use anyhow::{Context, Result, bail};
use duly_core::process::Process;
use duly_declare::Colour;

/// The text of a process file of the catalogue.
///
/// # Errors
///
/// When the catalogue has no such process.
pub fn text(name: &str) -> Result<&'static str> {
    let shipped = duly_declare::catalogue()
        .iter()
        .find(|shipped| shipped.name == name);
    Ok(shipped
        .with_context(|| format!("the catalogue has no process `{name}`"))?
        .text)
}

/// A process of the catalogue, compiled.
///
/// # Errors
///
/// When the catalogue has no such process.
pub fn process(name: &str) -> Result<Process> {
    match duly_declare::load(text(name)?.as_bytes(), &format!("{name}.yaml")) {
        Ok(process) => Ok(process),
        Err(refusals) => {
            let told: Vec<String> = refusals
                .iter()
                .map(|refusal| refusal.render(Colour::Plain))
                .collect();
            bail!("the catalogue's {name} is refused:\n{}", told.join("\n"))
        }
    }
}
