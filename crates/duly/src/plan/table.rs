//! A plan as a person reads it: one line a duty, times as the client's clock shows them, and the
//! processes that have no duty, each with the reason.

use duly_core::process::{Per, Process};
use duly_core::schedule::duties::Duty;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::world::World;
use crate::{print, say};

/// Headings of the columns.
const HEADINGS: [&str; 7] = [
    "SLOT", "OPENS", "DUE", "MISSED", "CLIENT", "PROCESS", "ASSET",
];

/// Prints the duties, and says on standard error how many they are and which processes have none.
///
/// # Errors
/// When standard output cannot be written to.
pub fn tell(duties: &[Duty], processes: &[Process], world: &World) -> anyhow::Result<()> {
    let rows: Vec<[String; 7]> = duties.iter().map(|duty| row(duty, world)).collect();
    if !rows.is_empty() {
        let widths = widths(&rows);
        let mut lines = vec![line(&HEADINGS.map(str::to_owned), &widths)];
        lines.extend(rows.iter().map(|row| line(row, &widths)));
        print(&lines.join("\n"))?;
    }
    let plural = if duties.len() == 1 { "y" } else { "ies" };
    say(&format!("{} dut{plural}", duties.len()));
    for process in processes {
        if !duties.iter().any(|duty| duty.process == process.process) {
            say(&format!(
                "none for {}: {}",
                process.process,
                reason(process, world)
            ));
        }
    }
    Ok(())
}

fn reason(process: &Process, world: &World) -> String {
    let kind = process.applies_to.kind.as_deref();
    match (process.applies_to.per, kind) {
        (Per::Asset, Some(kind)) if !world.has_kind(kind) => format!("no asset is a {kind}"),
        (Per::Site, _) if !world.has_kind("site") => "no asset is a site".to_owned(),
        (Per::Provider, _) if !world.has_provider() => "no client is the provider".to_owned(),
        _ => "no date in this period".to_owned(),
    }
}

fn row(duty: &Duty, world: &World) -> [String; 7] {
    let client = world
        .clients()
        .iter()
        .find(|client| client.id == duty.client);
    let zone = client.and_then(|client| TimeZone::get(&client.tz).ok());
    let zone = zone.unwrap_or(TimeZone::UTC);
    let local = |at: Timestamp| {
        let local = zone.to_datetime(at);
        local.strftime("%Y-%m-%d %H:%M").to_string()
    };
    [
        duty.slot.strftime("%a %Y-%m-%d").to_string(),
        local(duty.opens_at),
        local(duty.due_at),
        local(duty.missed_at),
        duty.client.to_string(),
        duty.process.to_string(),
        duty.asset
            .as_ref()
            .map_or_else(|| "-".to_owned(), ToString::to_string),
    ]
}

fn widths(rows: &[[String; 7]]) -> [usize; 7] {
    let mut widths = HEADINGS.map(str::len);
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    widths
}

fn line(row: &[String; 7], widths: &[usize; 7]) -> String {
    let cells: Vec<String> = row
        .iter()
        .zip(widths)
        .map(|(cell, width)| format!("{cell:<width$}"))
        .collect();
    cells.join("  ").trim_end().to_owned()
}
