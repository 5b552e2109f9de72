//! Types and cost of a condition, worked out from its syntax tree before it is ever evaluated.
//!
//! Only what is needed to ask about facts is let through: fields that exist, comparisons of like
//! with like, arithmetic on numbers, five macros and a handful of functions. Lists cannot be
//! joined, so no list grows beyond what the facts hold, and the cost of a macro is that of its body
//! times a known length.

use cel::IdedExpr;
use cel::common::ast::{CallExpr, ComprehensionExpr, Expr, LiteralValue, SourceInfo, operators};

use super::fields::{LIST_MAX, ROOT, Type};
use super::shape::{Fault, MACROS_MAX, fault};
use crate::suggest;

/// Steps that an evaluation takes at most. At some 0.1 µs each, ten milliseconds.
pub const COST_MAX: u64 = 100_000;

/// What is known of an expression.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    pub of: Type,
    pub cost: u64,
}

/// Reads the types of a condition.
pub(super) struct Typing<'a> {
    pub places: &'a SourceInfo,
    pub text: &'a str,
    /// Names that macros bind, the innermost last; the second of a pair is absent for the result
    /// that a macro builds up.
    pub bound: Vec<(String, Option<Type>)>,
    pub nesting: usize,
}

impl Typing<'_> {
    /// The type of an expression and what it costs.
    pub(super) fn of(&mut self, expr: &IdedExpr) -> Result<Known, Fault> {
        match &expr.expr {
            Expr::Ident(name) => self.name(expr, name),
            Expr::Literal(literal) => self.literal(expr, literal),
            Expr::Select(select) => {
                let operand = self.of(&select.operand)?;
                let of = self.field(expr, operand.of, &select.field)?;
                let of = if select.test { Type::Bool } else { of };
                Ok(cost(of, &[operand]))
            }
            Expr::List(list) => self.list(expr, &list.elements),
            Expr::Call(call) => self.call(expr, call),
            Expr::Comprehension(comprehension) => self.visit(expr, comprehension),
            Expr::Map(_) | Expr::Struct(_) | Expr::Unspecified => Err(self.fault(
                expr,
                "a condition cannot make up facts of its own",
                "compare the facts there are",
            )),
        }
    }

    fn fault(&self, expr: &IdedExpr, message: impl Into<String>, help: impl Into<String>) -> Fault {
        let place = self
            .places
            .offset_for(expr.id)
            .map_or(0, |(start, _)| start);
        // Places are counted in characters, carets in bytes.
        let at = self.text.char_indices().nth(place as usize);
        fault(at.map_or(0, |(at, _)| at), message, help)
    }

    fn name(&self, expr: &IdedExpr, name: &str) -> Result<Known, Fault> {
        let bound = self.bound.iter().rev().find(|(bound, _)| bound == name);
        if let Some((_, Some(of))) = bound {
            return Ok(cost(*of, &[]));
        }
        self.field(expr, Type::Object(&ROOT), name)
            .map(|of| cost(of, &[]))
    }

    fn field(&self, expr: &IdedExpr, of: Type, name: &str) -> Result<Type, Fault> {
        let Type::Object(object) = of else {
            let message = format!("{} has no field `{name}`", of.word());
            let help = match of.item() {
                Some(_) => "ask for its items: `steps.exists(s, s.measured)`",
                None => "compare it as it is",
            };
            return Err(self.fault(expr, message, help));
        };
        match object.field(name) {
            Some(field) => Ok(field.of),
            None => {
                let message = if std::ptr::eq(object, &ROOT) {
                    format!("there is no fact `{name}`")
                } else {
                    format!("{} has no field `{name}`", object.name)
                };
                Err(self.fault(expr, message, suggest::advice(name, object.names())))
            }
        }
    }

    fn literal(&self, expr: &IdedExpr, literal: &LiteralValue) -> Result<Known, Fault> {
        let of = match literal {
            LiteralValue::Boolean(_) => Type::Bool,
            LiteralValue::Int(_) | LiteralValue::UInt(_) => Type::Int,
            LiteralValue::Double(_) => Type::Double,
            LiteralValue::String(_) => Type::Text,
            LiteralValue::Bytes(_) | LiteralValue::Null => {
                return Err(self.fault(
                    expr,
                    "no fact is of this type",
                    "compare with text, a number, `true` or `false`",
                ));
            }
        };
        Ok(cost(of, &[]))
    }

    fn list(&mut self, expr: &IdedExpr, items: &[IdedExpr]) -> Result<Known, Fault> {
        let mut known = Vec::with_capacity(items.len());
        for item in items {
            known.push(self.of(item)?);
        }
        let Some(first) = known.first() else {
            return Ok(cost(Type::Nothing, &[]));
        };
        let alike = known.iter().all(|item| item.of == first.of);
        match first.of.list().filter(|_| alike) {
            Some(of) => Ok(cost(of, &known)),
            None => Err(self.fault(
                expr,
                "the items of a list are not of one plain type",
                "list text, or list numbers",
            )),
        }
    }

    fn call(&mut self, expr: &IdedExpr, call: &CallExpr) -> Result<Known, Fault> {
        let mut known = Vec::with_capacity(call.args.len() + 1);
        for argument in call.target.iter().map(|target| &**target).chain(&call.args) {
            known.push(self.of(argument)?);
        }
        let types: Vec<Type> = known.iter().map(|one| one.of).collect();
        match result(&call.func_name, &types) {
            Ok(of) => Ok(cost(of, &known)),
            Err((message, help)) => Err(self.fault(expr, message, help)),
        }
    }

    /// A macro over a list.
    fn visit(&mut self, expr: &IdedExpr, visit: &ComprehensionExpr) -> Result<Known, Fault> {
        let range = self.of(&visit.iter_range)?;
        let Some(item) = range.of.item() else {
            let message = format!("{} has no items to visit", range.of.word());
            return Err(self.fault(expr, message, "visit `steps`, `evidence` or `earlier`"));
        };
        if self.nesting >= MACROS_MAX {
            let message = format!("more than {MACROS_MAX} macros over lists are nested");
            return Err(self.fault(expr, message, "make two rules of it"));
        }
        if ROOT.field(&visit.iter_var).is_some() {
            let message = format!("`{}` is the name of a fact", visit.iter_var);
            return Err(self.fault(expr, message, "name the item otherwise: `s`"));
        }
        self.nesting += 1;
        self.bound.push((visit.iter_var.clone(), Some(item)));
        let step = self.step(&visit.loop_step, &visit.accu_var);
        self.bound.pop();
        self.nesting -= 1;
        let step = step?;
        let length = match &visit.iter_range.expr {
            Expr::List(list) => list.elements.len(),
            _ => LIST_MAX,
        };
        let visits = (length as u64).saturating_mul(step.cost.saturating_add(2));
        let total = visits.saturating_add(range.cost).saturating_add(1);
        if total > COST_MAX {
            return Err(self.fault(
                expr,
                format!("it could take more than {COST_MAX} steps to evaluate"),
                "make it shorter, or two rules of it",
            ));
        }
        Ok(Known {
            of: step.of,
            cost: total,
        })
    }

    /// What a macro does with each item: it adds to its result, which stands under a name that
    /// nobody can write.
    fn step(&mut self, expr: &IdedExpr, result: &str) -> Result<Known, Fault> {
        let is_result = |one: &IdedExpr| matches!(&one.expr, Expr::Ident(name) if name == result);
        let Expr::Call(call) = &expr.expr else {
            return self.of(expr);
        };
        match (call.func_name.as_str(), call.args.as_slice()) {
            (operators::LOGICAL_OR | operators::LOGICAL_AND, [before, asked])
                if is_result(before) =>
            {
                self.truth(asked)
            }
            (operators::CONDITIONAL, [asked, then, before]) if is_result(before) => {
                let asked = self.truth(asked)?;
                let then = self.step(then, result)?;
                Ok(cost(then.of, &[asked, then]))
            }
            (operators::ADD, [before, added]) if is_result(before) => match &added.expr {
                // One more of a count, whose result is compared with 1 and so is yes or no.
                Expr::Literal(_) => Ok(cost(Type::Bool, &[])),
                _ => self.of(added),
            },
            _ => self.of(expr),
        }
    }

    fn truth(&mut self, expr: &IdedExpr) -> Result<Known, Fault> {
        let known = self.of(expr)?;
        if known.of == Type::Bool {
            return Ok(known);
        }
        let message = format!("{} is not yes or no", known.of.word());
        Err(self.fault(expr, message, "compare it with something"))
    }
}

fn cost(of: Type, parts: &[Known]) -> Known {
    let parts = parts
        .iter()
        .fold(1_u64, |sum, part| sum.saturating_add(part.cost));
    Known { of, cost: parts }
}

/// The type that an operator or function gives for these types, or why it does not take them.
fn result(name: &str, types: &[Type]) -> Result<Type, (String, String)> {
    use Type::{Bool, Double, Int, Text};
    match (name, types) {
        (operators::LOGICAL_AND | operators::LOGICAL_OR, [Bool, Bool])
        | (operators::LOGICAL_NOT, [Bool]) => Ok(Bool),
        (operators::EQUALS | operators::NOT_EQUALS, [one, other])
            if one == other && one.item().is_none() && !matches!(one, Type::Object(_))
                || one.is_number() && other.is_number() =>
        {
            Ok(Bool)
        }
        (
            operators::LESS
            | operators::LESS_EQUALS
            | operators::GREATER
            | operators::GREATER_EQUALS,
            [one, other],
        ) if one.is_number() && other.is_number() || (*one, *other) == (Text, Text) => Ok(Bool),
        (operators::IN, [item, list]) if list.item() == Some(*item) || *list == Type::Nothing => {
            Ok(Bool)
        }
        (
            operators::ADD
            | operators::SUBSTRACT
            | operators::MULTIPLY
            | operators::DIVIDE
            | operators::MODULO,
            [Int, Int],
        )
        | (operators::NEGATE, [Int]) => Ok(Int),
        (
            operators::ADD | operators::SUBSTRACT | operators::MULTIPLY | operators::DIVIDE,
            [Double, Double],
        )
        | (operators::NEGATE, [Double]) => Ok(Double),
        (operators::CONDITIONAL, [Bool, one, other]) if one == other => Ok(*one),
        (operators::INDEX, [list, Int]) => match list.item() {
            Some(item) => Ok(item),
            None => {
                let message = format!("{} has no items", list.word());
                Err((message, "name a list before `[`".to_owned()))
            }
        },
        ("size", [Text]) => Ok(Int),
        ("size", [list]) if list.item().is_some() => Ok(Int),
        ("contains" | "startsWith" | "endsWith", [Text, Text]) => Ok(Bool),
        ("double", [Int | Double]) => Ok(Double),
        ("int", [Int | Double]) => Ok(Int),
        _ => Err(refusal(name, types)),
    }
}

/// Why an operator or function does not take these types, and what to do.
fn refusal(name: &str, types: &[Type]) -> (String, String) {
    let words: Vec<&str> = types.iter().map(|of| of.word()).collect();
    let words = words.join(" and ");
    let refuse = |message: String, help: &str| (message, help.to_owned());
    match (name, types) {
        (operators::EQUALS | operators::NOT_EQUALS, _) => {
            refuse(format!("{words} are never equal"), "compare like with like")
        }
        (operators::ADD, [Type::Text, Type::Text]) => {
            refuse("text cannot be joined here".to_owned(), "compare the parts")
        }
        _ if name.starts_with(|first: char| first.is_ascii_alphabetic()) => refuse(
            if FUNCTIONS.contains(&name) {
                format!("`{name}` does not take {words}")
            } else {
                format!("there is no function `{name}`")
            },
            &suggest::advice(name, FUNCTIONS),
        ),
        _ => {
            let operator = name.trim_matches(['_', '@']).replace('_', "");
            refuse(
                format!("`{operator}` does not take {words}"),
                "compare like with like; `double(…)` makes a whole number one with places",
            )
        }
    }
}

/// Functions and macros that a condition can use.
const FUNCTIONS: [&str; 12] = [
    "all",
    "contains",
    "double",
    "endsWith",
    "exists",
    "exists_one",
    "filter",
    "has",
    "int",
    "map",
    "size",
    "startsWith",
];
