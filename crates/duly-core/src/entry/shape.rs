//! What each type of entry must carry and must not: asked when one is written and again when it
//! is read, so that no log of ours can hold one that a verifier would refuse.

use duly_proof::hash::Hash;

use super::{ENTRY_VERSION, Entry, EntryError, kind};
use crate::accounts::Outcome;
use crate::id::ID_BYTES_MAX;

/// Longest field name.
const FIELD_NAME_BYTES_MAX: usize = 64;

/// What a type asks for.
#[derive(Default)]
struct Shape {
    field: Option<&'static str>,
    duty: bool,
    run: bool,
    seen: bool,
    outcomes: &'static [Outcome],
}

/// Checks an entry against its type.
pub(super) fn check(entry: &Entry) -> Result<(), EntryError> {
    if entry.v != ENTRY_VERSION {
        return Err(EntryError::UnknownVersion(entry.v));
    }
    if entry.at.subsec_nanosecond() % 1_000_000 != 0 {
        return Err(EntryError::Precision);
    }
    let shape = match shape_of(&entry.t) {
        Some(shape) => Some(shape),
        None if is_open_type(&entry.t) => None,
        None => return Err(EntryError::UnknownType(entry.t.clone())),
    };
    let problem = problem_with_ids(entry)
        .or_else(|| problem_with_commitments(entry))
        .or_else(|| shape.and_then(|shape| problem_with_shape(entry, &shape)));
    match problem {
        None => Ok(()),
        Some(problem) => Err(EntryError::Shape {
            kind: entry.t.clone(),
            problem,
        }),
    }
}

fn shape_of(kind: &str) -> Option<Shape> {
    let with_field = |field| Shape {
        field: Some(field),
        ..Shape::default()
    };
    let about_duty = |outcomes| Shape {
        duty: true,
        outcomes,
        ..Shape::default()
    };
    Some(match kind {
        kind::LOG_OPEN | kind::CLIENT_CHANGE => with_field("client"),
        kind::PROCESS_PUBLISH => with_field("process"),
        kind::CALENDAR_PUBLISH => with_field("calendar"),
        kind::ZONE_PUBLISH => with_field("zone"),
        kind::ASSET_ADD | kind::ASSET_RETIRE => with_field("asset"),
        kind::EXCEPTION_GRANT => with_field("exception"),
        kind::PLAN_SIGN => with_field("plan"),
        kind::DUTY_OPEN | kind::DUTY_AFTERWARDS => about_duty(&[]),
        kind::DUTY_CLOSE => about_duty(&[Outcome::Done, Outcome::Late]),
        kind::DUTY_MISS => about_duty(&[Outcome::Missed]),
        kind::DUTY_WAIVE => about_duty(&[Outcome::Waived]),
        kind::RUN_START => Shape {
            run: true,
            ..with_field("run")
        },
        kind::RUN_RESULT => Shape {
            run: true,
            seen: true,
            ..Shape::default()
        },
        _ => return None,
    })
}

/// `x.` and a dotted lower-case name.
fn is_open_type(kind: &str) -> bool {
    let is_allowed = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-');
    kind.strip_prefix(kind::OPEN_PREFIX)
        .is_some_and(|name| !name.is_empty() && name.bytes().all(is_allowed))
        && kind.len() <= FIELD_NAME_BYTES_MAX
}

fn problem_with_shape(entry: &Entry, shape: &Shape) -> Option<String> {
    if let Some(field) = shape.field
        && !entry.c.contains_key(field)
    {
        return Some(format!("field {field} is missing"));
    }
    if shape.duty && entry.duty.is_none() {
        return Some("it names no duty".to_owned());
    }
    if shape.run && entry.run.is_none() {
        return Some("it names no run".to_owned());
    }
    if shape.seen != entry.seen.is_some() {
        let word = if shape.seen { "missing" } else { "not its own" };
        return Some(format!("a tree head is {word}"));
    }
    match entry.outcome {
        None if !shape.outcomes.is_empty() => Some("its outcome is missing".to_owned()),
        Some(outcome) if !shape.outcomes.contains(&outcome) => {
            Some(format!("outcome {} is not one of its own", outcome.word()))
        }
        _ => None,
    }
}

fn problem_with_ids(entry: &Entry) -> Option<String> {
    let ids = [
        entry.asset.as_ref().map(|id| id.as_str()),
        entry.person.as_ref().map(|id| id.as_str()),
        entry.run.as_ref().map(|id| id.as_str()),
    ];
    let is_id =
        |id: &&str| !id.is_empty() && id.len() <= ID_BYTES_MAX && !id.chars().any(char::is_control);
    if !ids.iter().flatten().all(is_id) {
        return Some(format!(
            "an id is empty, too long (over {ID_BYTES_MAX} bytes) or not text"
        ));
    }
    let is_hash = |text: &str| Hash::from_hex(text).is_some();
    if entry
        .duty
        .as_ref()
        .is_some_and(|duty| !is_hash(duty.as_str()))
    {
        return Some("its duty is no duty id".to_owned());
    }
    if entry.seen.as_ref().is_some_and(|seen| !is_hash(&seen.root)) {
        return Some("the root it leans on is no hash".to_owned());
    }
    None
}

fn problem_with_commitments(entry: &Entry) -> Option<String> {
    let is_allowed = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-');
    let is_name = |name: &str| {
        !name.is_empty() && name.len() <= FIELD_NAME_BYTES_MAX && name.bytes().all(is_allowed)
    };
    for (name, commitment) in &entry.c {
        if !is_name(name) {
            return Some(format!("{name:?} is no field name"));
        }
        if Hash::from_hex(commitment).is_none() {
            return Some(format!("the commitment to {name} is no hash"));
        }
    }
    None
}
