//! What a figure was measured on: processor, load, versions. A figure without them is no figure.

use crate::program::Program;
use crate::say;

/// Prints the facts, one a line.
pub fn print() {
    let cpus = std::thread::available_parallelism().map_or(0, usize::from);
    say(format!("processor   {} ({cpus} cores)", processor()));
    say(format!("load        {} (1, 5 and 15 minutes)", load()));
    say(format!("rustc       {}", version("rustc", &["--version"])));
    say(format!(
        "python      {}",
        version("/usr/bin/python3", &["--version"])
    ));
    say(format!("restic      {}", version("restic", &["version"])));
}

fn processor() -> String {
    let facts = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let line = facts.lines().find(|line| line.starts_with("model name"));
    let name = line
        .and_then(|line| line.split_once(':'))
        .map(|(_, name)| name.trim().to_owned());
    name.unwrap_or_else(|| std::env::consts::ARCH.to_owned())
}

fn load() -> String {
    let facts = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let averages: Vec<&str> = facts.split(' ').take(3).collect();
    if averages.len() == 3 {
        averages.join(" ")
    } else {
        "unknown".to_owned()
    }
}

/// First line of what a program says of its version.
fn version(program: &str, args: &[&str]) -> String {
    let said = Program::new(program).args(args).text();
    said.ok()
        .and_then(|said| said.lines().next().map(str::to_owned))
        .unwrap_or_else(|| "not installed".to_owned())
}
