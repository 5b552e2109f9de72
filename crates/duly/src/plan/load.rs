//! A plan as hours: what each role has to do in each week, by the minutes that the processes
//! declare. Duties that nobody estimated are counted beside it, never guessed.

use duly_core::process::Process;
use duly_core::process::minutes::{Load, load};
use duly_core::schedule::duties::Duty;
use serde::Serialize;

use crate::{print, print_json, say};

/// The document that `--load --json` prints.
#[derive(Serialize)]
struct Document<'a> {
    load: &'a [Load],
}

/// Prints the load of these duties.
///
/// # Errors
/// When standard output cannot be written to.
pub fn tell(duties: &[Duty], processes: &[Process], json: bool) -> anyhow::Result<()> {
    let weeks = load(duties, |duty| {
        let of_duty = |process: &&Process| {
            process.process == duty.process && process.version() == duty.version
        };
        processes.iter().find(of_duty)
    });
    if json {
        return print_json(&Document { load: &weeks });
    }
    if !weeks.is_empty() {
        let width = weeks.iter().map(|week| week.role.len()).max();
        let width = width.unwrap_or(0).max("ROLE".len());
        let mut lines = vec![format!(
            "{:<10}  {:<width$}  {:>6}  {:>9}",
            "WEEK OF", "ROLE", "DUTIES", "HOURS"
        )];
        lines.extend(weeks.iter().map(|week| line(week, width)));
        print(&lines.join("\n"))?;
    }
    let unknown: u32 = weeks.iter().map(|week| week.without_estimate).sum();
    if unknown > 0 {
        let plural = if unknown == 1 { "y has" } else { "ies have" };
        say(&format!(
            "{unknown} dut{plural} no estimate; add `minutes` to their processes"
        ));
    }
    Ok(())
}

fn line(week: &Load, width: usize) -> String {
    let (hours, minutes) = (week.minutes / 60, week.minutes % 60);
    let hours = format!("{hours}:{minutes:02}");
    let (date, role, duties) = (week.week, &week.role, week.duties);
    format!("{date}  {role:<width$}  {duties:>6}  {hours:>9}")
}
