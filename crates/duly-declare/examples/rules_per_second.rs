//! How many rules a second are evaluated on one core, beside bare `cel` with the same conditions on
//! the same facts in the same run.
//!
//! Ours is what the worker does for a ticket: its facts are converted once, and every built-in rule
//! about tickets and every condition is asked. Bare `cel` is the library alone, with facts that
//! were converted beforehand and one context a ticket. Each round takes turns and counts processor
//! time; `cargo xtask bench rules` prints medians and the ratio.

use std::hint::black_box;
use std::io::Error;
use std::sync::Arc;

use cel::{Context, Env, Program, Value};
use duly_core::control::With;
use duly_core::control::facts::TicketFacts;
use duly_core::control::planted;
use duly_core::control::rules::RULES;
use duly_core::control::{Judge, Rule};
use duly_declare::condition::{Condition, Facts};

/// Conditions of the kind that people write: short ones on the run, some over a list, one over two.
const CONDITIONS: [&str; 12] = [
    "run.restored_bytes < 1048576",
    "run.restored_files < 100 && run.verdict == 'pass'",
    "run.claimed_success && run.verdict == 'fail'",
    "run.age_hours > 26",
    "ticket.late_hours > 24 && ticket.people > 1",
    "ticket.outcome == 'late' || ticket.outcome == 'missed'",
    "ticket.minutes < 10 && !ticket.closed_itself",
    "ticket.verdict in ['fail', 'review', 'unknown']",
    "steps.exists(s, s.critical && s.state == 'skipped')",
    "steps.exists(s, !s.measured && s.minutes < 1)",
    "evidence.exists(e, e.age_hours > 72)",
    "run.files_in_point > 0 && run.restored_files * 10 < 30",
];

/// Tickets of one round.
const TICKETS: usize = 2_000;

/// How often each is measured.
const ROUNDS: usize = 7;

fn main() -> Result<(), Error> {
    let tickets: Vec<TicketFacts> = (0..TICKETS).map(|_| planted::ticket()).collect();
    let conditions: Vec<Condition> = CONDITIONS
        .into_iter()
        .map(Condition::read)
        .collect::<Result<_, _>>()
        .map_err(Error::other)?;
    let programs: Vec<Program> = CONDITIONS
        .into_iter()
        .map(Program::compile)
        .collect::<Result<_, _>>()
        .map_err(Error::other)?;
    eprintln!(
        "{TICKETS} tickets, {} built-in rules and {} conditions each",
        RULES.iter().filter(|rule| rule.is_about_tickets()).count(),
        CONDITIONS.len()
    );
    for _ in 0..ROUNDS {
        println!("figure rules {}", rules_rate(&tickets, &conditions)?);
        println!(
            "figure conditions {}",
            conditions_rate(&tickets, &conditions)?
        );
        println!("figure bare-cel {}", bare_rate(&programs)?);
    }
    Ok(())
}

/// Everything that is asked of a ticket, its conversion included.
fn rules_rate(tickets: &[TicketFacts], conditions: &[Condition]) -> Result<f64, Error> {
    let about: Vec<&'static Rule> = RULES
        .into_iter()
        .filter(|rule| rule.is_about_tickets())
        .collect();
    let start = processor_s()?;
    let mut asked = 0;
    for ticket in tickets {
        for rule in &about {
            if let Judge::Ticket(judge) = rule.judge {
                black_box(judge(ticket, &With::defaults(rule)));
                asked += 1;
            }
        }
        let facts = Facts::of(ticket);
        for condition in conditions {
            black_box(condition.holds(&facts)).map_err(Error::other)?;
            asked += 1;
        }
    }
    Ok(f64::from(asked) / (processor_s()? - start))
}

/// Conditions alone, the conversion included.
fn conditions_rate(tickets: &[TicketFacts], conditions: &[Condition]) -> Result<f64, Error> {
    let start = processor_s()?;
    let mut asked = 0;
    for ticket in tickets {
        let facts = Facts::of(ticket);
        for condition in conditions {
            black_box(condition.holds(&facts)).map_err(Error::other)?;
            asked += 1;
        }
    }
    Ok(f64::from(asked) / (processor_s()? - start))
}

/// The library alone.
fn bare_rate(programs: &[Program]) -> Result<f64, Error> {
    let env = Arc::new(Env::stdlib());
    let contexts: Vec<Context<'_, '_>> = (0..TICKETS).map(|_| bare(&env)).collect();
    let start = processor_s()?;
    let mut asked = 0;
    for context in &contexts {
        for program in programs {
            black_box(program.execute(context)).map_err(Error::other)?;
            asked += 1;
        }
    }
    Ok(f64::from(asked) / (processor_s()? - start))
}

/// Facts as the conditions above ask for them, converted beforehand.
fn bare(env: &Arc<Env>) -> Context<'static, 'static> {
    let text = |text: &str| Value::String(Arc::new(text.to_owned()));
    let object = |fields: Vec<(&str, Value)>| {
        let fields = fields.into_iter();
        let map: std::collections::HashMap<String, Value> = fields
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        Value::from(map)
    };
    let step = |id: &str| {
        object(vec![
            ("id", text(id)),
            ("state", text("filled")),
            ("critical", Value::Bool(false)),
            ("measured", Value::Bool(id == "restore")),
            ("minutes", Value::Int(20)),
        ])
    };
    let mut context = Context::with_env(Arc::clone(env));
    context.add_variable_from_value(
        "ticket",
        object(vec![
            ("outcome", text("done")),
            ("verdict", text("pass")),
            ("late_hours", Value::Int(0)),
            ("minutes", Value::Int(65)),
            ("people", Value::Int(1)),
            ("closed_itself", Value::Bool(false)),
        ]),
    );
    context.add_variable_from_value(
        "run",
        object(vec![
            ("verdict", text("pass")),
            ("restored_bytes", Value::Int(40_000_000)),
            ("restored_files", Value::Int(300)),
            ("files_in_point", Value::Int(90_000)),
            ("age_hours", Value::Int(9)),
            ("claimed_success", Value::Bool(true)),
        ]),
    );
    let steps = ["restore", "open", "time", "clean"].map(step);
    context.add_variable_from_value("steps", Value::List(Arc::new(steps.to_vec())));
    let evidence = object(vec![("age_hours", Value::Int(0))]);
    context.add_variable_from_value("evidence", Value::List(Arc::new(vec![evidence])));
    context
}

/// Seconds this thread has run on a processor, as Linux counts them.
fn processor_s() -> Result<f64, Error> {
    let counted = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    let ns = counted.split_whitespace().next();
    let ns = ns.and_then(|ns| ns.parse::<u64>().ok());
    ns.map(|ns| ns as f64 / 1e9)
        .ok_or_else(|| Error::other("schedstat has no figure"))
}
