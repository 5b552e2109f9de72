//! Evaluating a condition: read once for a process version, over facts that were converted once for
//! a ticket.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use cel::common::ast::Expr;
use cel::objects::{Key, Map};
use cel::{Context, Env, IdedExpr, Program, Value};
use duly_core::accounts::Outcome;
use duly_core::control::facts::{EvidenceFacts, RunFacts, StepFacts, StepState, TicketFacts, Work};
use duly_core::process::Gate;
use duly_core::verdict::Verdict;

use super::fields::{LIST_MAX, NOTE_CHARS_MAX, Type};
use super::shape::{Fault, fault};
use super::typing::Typing;

/// CEL's own operators and functions: one table, shared by all evaluations.
static STANDARD: LazyLock<Arc<Env>> = LazyLock::new(|| Arc::new(Env::stdlib()));

/// A condition that can be evaluated.
#[derive(Debug)]
pub struct Condition {
    program: Program,
    /// Whether it asks for what a run measured: without a run it says nothing.
    asks_for_run: bool,
}

/// The facts of one ticket, converted for conditions.
pub struct Facts {
    context: Context<'static, 'static>,
    has_run: bool,
}

impl std::fmt::Debug for Facts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Facts")
            .field("has_run", &self.has_run)
            .finish_non_exhaustive()
    }
}

/// Reads a condition, and refuses what could not be evaluated.
pub(super) fn read(text: &str) -> Result<Program, Fault> {
    let program = Program::compile(text).map_err(|errors| {
        let first = errors.errors.first();
        let message = first.map_or("it is not CEL", |error| error.msg.as_str());
        let column = first.map_or(0, |error| error.pos.1.max(1) - 1);
        let place = usize::try_from(column).unwrap_or(0);
        let at = text.char_indices().nth(place).map_or(0, |(at, _)| at);
        let message = message.split('\n').next().unwrap_or(message);
        fault(at, message, "see the examples of conditions")
    })?;
    let mut typing = Typing {
        places: program.source_info(),
        text,
        bound: Vec::new(),
        nesting: 0,
    };
    let known = typing.of(program.expression())?;
    if known.of != Type::Bool {
        let message = format!("the condition is {}, not yes or no", known.of.word());
        return Err(fault(0, message, "compare it with something"));
    }
    Ok(program)
}

impl Condition {
    /// Reads a condition as it was published.
    ///
    /// # Errors
    ///
    /// Why it cannot be evaluated.
    pub fn read(text: &str) -> Result<Self, String> {
        let told = |fault: Fault| format!("{} ({})", fault.message, fault.help);
        super::check_shape(text).map_err(told)?;
        let program = read(text).map_err(told)?;
        let asks_for_run = asks_for(program.expression(), "run");
        Ok(Self {
            program,
            asks_for_run,
        })
    }

    /// Whether it holds; `None` where it asks for a run and none was made.
    ///
    /// # Errors
    ///
    /// Why it could not be evaluated: a division by zero, a place in a list that is not there, a
    /// fact that is not known of this ticket.
    pub fn holds(&self, facts: &Facts) -> Result<Option<bool>, String> {
        if self.asks_for_run && !facts.has_run {
            return Ok(None);
        }
        match self.program.execute(&facts.context) {
            Ok(Value::Bool(holds)) => Ok(Some(holds)),
            Ok(other) => Err(format!("it gave {other:?}, not yes or no")),
            Err(cel::ExecutionError::NoSuchKey(field)) => {
                Err(format!("`{field}` is not known of this ticket"))
            }
            Err(error) => Err(error.to_string()),
        }
    }
}

/// Whether an expression names a fact.
fn asks_for(expr: &IdedExpr, name: &str) -> bool {
    match &expr.expr {
        Expr::Ident(ident) => ident == name,
        Expr::Select(select) => asks_for(&select.operand, name),
        Expr::List(list) => list.elements.iter().any(|item| asks_for(item, name)),
        Expr::Call(call) => {
            let target = call.target.iter().map(|target| &**target);
            target.chain(&call.args).any(|part| asks_for(part, name))
        }
        Expr::Comprehension(visit) => {
            asks_for(&visit.iter_range, name) || asks_for(&visit.loop_step, name)
        }
        _ => false,
    }
}

impl Facts {
    /// Converts the facts of a ticket.
    #[must_use]
    pub fn of(facts: &TicketFacts) -> Self {
        let mut context = Context::with_env(Arc::clone(&STANDARD));
        // A run that could not find out has measured nothing; its verdict is a finding by itself.
        let run = facts.work.run.as_ref();
        let run = run.filter(|run| run.verdict.is_some_and(|one| one != Verdict::Unknown));
        context.add_variable_from_value("ticket", ticket(facts));
        if let Some(run) = run {
            context.add_variable_from_value("run", run_value(run));
        }
        let steps = facts.work.steps.iter();
        let evidence = steps.clone().flat_map(|step| &step.evidence);
        let seconds = facts.work.seconds();
        let minutes = |step: &StepFacts| seconds.get(&step.id).map_or(0, |one| one / 60);
        let steps = steps.map(|step| step_value(step, minutes(step)));
        context.add_variable_from_value("steps", list(steps));
        context.add_variable_from_value("evidence", list(evidence.map(evidence_value)));
        let earlier = facts.earlier.iter().map(earlier_value);
        context.add_variable_from_value("earlier", list(earlier));
        Self {
            context,
            has_run: run.is_some(),
        }
    }
}

fn list(items: impl Iterator<Item = Value>) -> Value {
    Value::List(Arc::new(items.take(LIST_MAX).collect()))
}

fn object<const N: usize>(fields: [(&'static str, Option<Value>); N]) -> Value {
    let known = fields
        .into_iter()
        .filter_map(|(name, value)| Some((Key::String(Arc::new(name.to_owned())), value?)));
    let map: HashMap<Key, Value> = known.collect();
    Value::Map(Map { map: Arc::new(map) })
}

fn text(text: impl Into<String>) -> Option<Value> {
    Some(Value::String(Arc::new(text.into())))
}

fn whole(number: i64) -> Option<Value> {
    Some(Value::Int(number))
}

fn count(number: impl TryInto<i64>) -> Option<Value> {
    Some(Value::Int(number.try_into().unwrap_or(i64::MAX)))
}

fn truth(truth: bool) -> Option<Value> {
    Some(Value::Bool(truth))
}

fn verdict(verdict: Option<Verdict>) -> Option<Value> {
    text(verdict.map_or("", Verdict::word))
}

/// Minutes from the first step recorded to the last.
fn minutes(work: &Work) -> i64 {
    let times = || work.steps.iter().filter_map(|step| step.recorded_at);
    match (times().min(), times().max()) {
        (Some(first), Some(last)) => last.duration_since(first).as_secs() / 60,
        _ => 0,
    }
}

fn ticket(facts: &TicketFacts) -> Value {
    let late_hours = match (facts.outcome, facts.work.ended_at) {
        (Outcome::Late, Some(ended)) => ended.duration_since(facts.due_at).as_hours(),
        _ => 0,
    };
    let people = facts.work.people();
    object([
        ("slot", text(facts.slot.to_string())),
        ("outcome", text(facts.outcome.word())),
        ("verdict", verdict(facts.work.verdict)),
        ("late_hours", whole(late_hours)),
        ("minutes", whole(minutes(&facts.work))),
        ("people", count(people.len())),
        (
            "closed_itself",
            truth(facts.is_closed() && people.is_empty()),
        ),
    ])
}

fn run_value(run: &RunFacts) -> Value {
    let took = run.ended_at.map_or(0, |ended| {
        ended.duration_since(run.started_at).as_secs() / 60
    });
    object([
        ("verdict", verdict(run.verdict)),
        ("level", count(run.level)),
        ("minutes", whole(took)),
        ("restored_bytes", run.restored_bytes.and_then(count)),
        ("restored_files", run.restored_files.and_then(count)),
        ("files_in_point", run.files_in_point.and_then(count)),
        ("age_hours", run.age_hours.and_then(count)),
        ("claimed_success", run.claimed_success.and_then(truth)),
    ])
}

fn step_value(step: &StepFacts, minutes: i64) -> Value {
    let state = match step.state {
        StepState::Pending => "pending",
        StepState::Filled => "filled",
        StepState::Skipped => "skipped",
    };
    let note = step.note.as_deref().unwrap_or("");
    object([
        ("id", text(step.id.as_str())),
        ("state", text(state)),
        ("critical", truth(step.gate == Gate::Critical)),
        ("measured", truth(step.measured)),
        ("verdict", verdict(step.verdict)),
        ("minutes", whole(minutes)),
        (
            "note",
            text(note.chars().take(NOTE_CHARS_MAX).collect::<String>()),
        ),
        ("evidence", count(step.evidence.len())),
    ])
}

fn evidence_value(evidence: &EvidenceFacts) -> Value {
    let age = evidence.claimed_at.map_or(0, |made| {
        evidence.uploaded_at.duration_since(made).as_hours()
    });
    object([
        ("step", text(evidence.step.as_str())),
        ("bytes", count(evidence.bytes)),
        ("picture", truth(evidence.picture.is_some())),
        ("dated", truth(evidence.claimed_at.is_some())),
        ("age_hours", whole(age)),
    ])
}

fn earlier_value(work: &Work) -> Value {
    let run = work.run.as_ref();
    object([
        ("verdict", verdict(work.verdict)),
        ("minutes", whole(minutes(work))),
        (
            "restored_bytes",
            count(run.and_then(|run| run.restored_bytes).unwrap_or(0)),
        ),
        (
            "files_in_point",
            count(run.and_then(|run| run.files_in_point).unwrap_or(0)),
        ),
    ])
}

#[cfg(test)]
mod tests {
    use duly_core::control::planted;

    use super::*;

    fn holds(condition: &str) -> Option<bool> {
        let facts = Facts::of(&planted::ticket());
        Condition::read(condition).unwrap().holds(&facts).unwrap()
    }

    fn refused(condition: &str) -> (usize, String) {
        let fault = super::super::check(condition).expect_err(condition);
        (fault.at, format!("{}: {}", fault.message, fault.help))
    }

    #[test]
    fn conditions_are_evaluated_over_the_facts_of_a_ticket() {
        for (condition, expected) in [
            ("run.restored_bytes < 1048576", false),
            ("run.restored_bytes > 1048576 && run.claimed_success", true),
            ("ticket.outcome == 'done' && ticket.late_hours == 0", true),
            ("steps.exists(s, s.critical)", false),
            ("steps.all(s, s.state in ['filled', 'skipped'])", true),
            ("steps.exists_one(s, s.measured)", true),
            ("steps.filter(s, s.evidence > 0).size() == 1", true),
            ("steps.map(s, s.minutes).exists(m, m > 29)", true),
            ("evidence.exists(e, e.picture && e.age_hours > 24)", false),
            ("earlier.size() >= 5 && earlier[0].restored_bytes > 0", true),
            ("steps.exists(s, evidence.exists(e, e.step == s.id))", true),
            ("double(run.restored_files) / 2.0 > 100.0", true),
            (
                "has(run.restored_bytes) ? run.restored_bytes < 10 : false",
                false,
            ),
        ] {
            assert_eq!(holds(condition), Some(expected), "{condition}");
        }
    }

    #[test]
    fn a_field_that_does_not_exist_is_refused_at_its_column_with_a_suggestion() {
        let (at, told) = refused("ticket.late_hours > 3 && run.restord_bytes < 5");
        assert!(told.contains("run has no field `restord_bytes`"), "{told}");
        assert!(told.contains("did you mean `restored_bytes`"), "{told}");
        assert!((25..=28).contains(&at), "{at}");
        let (at, told) = refused("tickets.outcome == 'late'");
        assert!(told.contains("did you mean `ticket`"), "{told}");
        assert_eq!(at, 0);
        let (_, told) = refused("steps.exists(s, s.gate == 'critical')");
        assert!(told.contains("a step has no field `gate`"), "{told}");
    }

    #[test]
    fn what_could_only_fail_when_evaluated_is_refused_before() {
        for (condition, why) in [
            ("ticket.late_hours == 'x'", "are never equal"),
            ("ticket.late_hours < 'x'", "does not take"),
            ("ticket.late_hours", "not yes or no"),
            ("nosuch(ticket.outcome)", "no function `nosuch`"),
            ("steps.outcome == 'x'", "a list has no field"),
            ("ticket.exists(t, true)", "has no items"),
            ("steps.exists(s, s.minutes)", "not yes or no"),
            ("steps + steps == steps", "does not take"),
            ("ticket.outcome + 'x' == 'y'", "cannot be joined"),
            ("ticket.outcome.matches('a+')", "no function `matches`"),
            ("{'a': 1}.a == 1", "make up facts"),
            ("['a', 1].size() > 0", "not of one plain type"),
            ("steps.exists(ticket, true)", "is the name of a fact"),
            ("size(ticket) > 0", "does not take"),
            ("ticket.outcome == null", "no fact is of this type"),
        ] {
            let (_, told) = refused(condition);
            assert!(told.contains(why), "{condition}: {told}");
        }
    }

    #[test]
    fn what_would_cost_too_much_is_refused_by_its_nesting_or_by_its_length() {
        let (_, told) = refused("steps.all(a, steps.all(b, steps.all(c, true)))");
        assert!(told.contains("nested"), "{told}");
        let long = ["a.minutes > b.minutes"; 12].join(" || ");
        let (_, told) = refused(&format!("earlier.exists(a, earlier.exists(b, {long}))"));
        assert!(told.contains("more than 100000 steps"), "{told}");
    }

    #[test]
    fn a_condition_about_a_run_says_nothing_where_none_found_anything_out() {
        let condition = Condition::read("run.restored_bytes < 1048576").unwrap();
        let mut facts = planted::ticket();
        facts.work.run = None;
        assert_eq!(condition.holds(&Facts::of(&facts)), Ok(None));
        let mut facts = planted::ticket();
        if let Some(run) = &mut facts.work.run {
            run.verdict = Some(Verdict::Unknown);
        }
        assert_eq!(condition.holds(&Facts::of(&facts)), Ok(None));
    }

    #[test]
    fn what_is_not_known_and_what_cannot_be_worked_out_is_an_error_and_no_silence() {
        let mut facts = planted::ticket();
        if let Some(run) = &mut facts.work.run {
            run.restored_bytes = None;
        }
        let facts = Facts::of(&facts);
        for (condition, why) in [
            ("run.restored_bytes < 5", "restored_bytes"),
            ("ticket.late_hours / ticket.late_hours == 1", "ivision"),
            ("earlier[99].minutes > 1", "bounds"),
        ] {
            let told = Condition::read(condition)
                .unwrap()
                .holds(&facts)
                .unwrap_err();
            assert!(told.contains(why), "{condition}: {told}");
        }
    }
}
