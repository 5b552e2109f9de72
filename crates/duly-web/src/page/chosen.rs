//! Whom somebody chose on a form, and what those clients are to have otherwise: fields named
//! `client`, and `at.ID`, `days.ID`, `due_within.ID`, `grace.ID`.

use duly_core::process::overrides::Overrides;
use duly_core::process::{Allowance, Process};
use duly_core::schedule::words;
use duly_store::ClientRow;
use duly_work::proposal::Wish;
use jiff::civil::Time;

use crate::view::changes::Choice;

/// The fields of a form, in order; a name may come several times.
pub(crate) type Pairs = Vec<(String, String)>;

/// What was chosen.
#[derive(Debug, Default)]
pub(crate) struct Chosen {
    pub wishes: Vec<Wish>,
    pub choices: Vec<Choice>,
    pub problems: Vec<String>,
}

/// The first field of this name; nothing where there is none.
pub(crate) fn field<'a>(pairs: &'a Pairs, name: &str) -> &'a str {
    let found = pairs.iter().find(|(other, _)| other == name);
    found.map_or("", |(_, value)| value.as_str())
}

/// A client with its newest version of the process and what is otherwise in it.
pub(crate) type Known = (ClientRow, Option<Process>, Overrides);

/// Reads the choice among these clients. On a form that was not looked at before, those that have
/// the process are chosen, or everybody if nobody has, with what they have otherwise already.
pub(crate) fn read(clients: Vec<Known>, pairs: &Pairs) -> Chosen {
    let named = |id: &str| {
        pairs
            .iter()
            .any(|(name, value)| name == "client" && value == id)
    };
    let first = !pairs
        .iter()
        .any(|(name, _)| ["client", "revision", "looked"].contains(&name.as_str()));
    let nobody = !clients.iter().any(|(_, newest, _)| newest.is_some());
    let mut chosen = Chosen::default();
    for (client, newest, had) in clients {
        let id = client.scope.id.clone();
        let own = |name: &str| field(pairs, &format!("{name}.{id}")).trim().to_owned();
        let going = newest.as_ref().filter(|newest| !newest.is_ended());
        let choice = Choice {
            chosen: named(id.as_str()) || first && (going.is_some() || nobody),
            has: match &newest {
                None => "does not have it yet".to_owned(),
                Some(newest) if newest.is_ended() => format!("ended on {}", newest.effective),
                Some(newest) => format!("has the version of {}", newest.effective),
            },
            id: id.to_string(),
            name: client.name,
            at: own("at"),
            days: own("days"),
            due_within: own("due_within"),
            grace: own("grace"),
        };
        let choice = match first {
            true => with(choice, &had),
            false => choice,
        };
        if choice.chosen {
            match overrides(&choice) {
                Ok(overrides) => chosen.wishes.push(Wish {
                    client: id,
                    overrides,
                }),
                Err(problems) => chosen.problems.extend(problems),
            }
        }
        chosen.choices.push(choice);
    }
    chosen
}

/// The fields as somebody would type what a client has otherwise already.
fn with(choice: Choice, had: &Overrides) -> Choice {
    let text =
        |length: Option<Allowance>| length.map_or(String::new(), |length| length.to_string());
    Choice {
        at: had
            .at
            .map_or(String::new(), |at| at.strftime("%H:%M").to_string()),
        days: had
            .recurrence
            .as_ref()
            .map_or(String::new(), ToString::to_string),
        due_within: text(had.due_within),
        grace: text(had.grace),
        ..choice
    }
}

/// What is otherwise for one client; everything that is wrong with it, not the first thing alone.
fn overrides(choice: &Choice) -> Result<Overrides, Vec<String>> {
    let mut problems = Vec::new();
    let mut overrides = Overrides::default();
    let mut wrong = |what: &str, why: String| {
        problems.push(format!("{}, {what}: {why}", choice.name));
    };
    if !choice.at.is_empty() {
        match choice.at.parse::<Time>() {
            Ok(at) => overrides.at = Some(at),
            Err(_) => wrong(
                "opens at",
                "write hours and minutes, as in 14:30".to_owned(),
            ),
        }
    }
    if !choice.days.is_empty() {
        match words::rule(&choice.days) {
            Ok(rule) => overrides.recurrence = Some(rule),
            Err(error) => wrong("days", format!("{}; {}", error.message, error.help)),
        }
    }
    for (what, written, kept) in [
        ("late after", &choice.due_within, &mut overrides.due_within),
        ("then missed after", &choice.grace, &mut overrides.grace),
    ] {
        if written.is_empty() {
            continue;
        }
        let read: Result<Allowance, _> = words::allowance(written);
        match read {
            Ok(allowance) => *kept = Some(allowance),
            Err(error) => wrong(what, format!("{}; {}", error.message, error.help)),
        }
    }
    match problems.is_empty() {
        true => Ok(overrides),
        false => Err(problems),
    }
}

#[cfg(test)]
mod tests {
    use super::{Choice, Overrides, overrides, with, words};

    #[test]
    fn everything_that_is_wrong_with_a_clients_own_is_said_at_once() {
        let choice = Choice {
            name: "Baker & Sons".to_owned(),
            at: "25".to_owned(),
            days: "everyday".to_owned(),
            due_within: "soon".to_owned(),
            grace: "1 business day".to_owned(),
            ..Choice::default()
        };
        let problems = overrides(&choice).unwrap_err();
        assert_eq!(problems.len(), 3, "{problems:?}");
        assert!(
            problems
                .iter()
                .all(|problem| problem.starts_with("Baker & Sons, "))
        );
    }

    #[test]
    fn what_a_client_has_otherwise_can_be_typed_as_it_is_shown() {
        let had = Overrides {
            at: Some(jiff::civil::time(14, 30, 0, 0)),
            recurrence: Some(words::rule("1st wednesday, 3rd wednesday").unwrap()),
            due_within: Some(words::allowance("3 business days").unwrap()),
            grace: None,
        };
        assert_eq!(overrides(&with(Choice::default(), &had)), Ok(had));
    }

    #[test]
    fn empty_fields_change_nothing() {
        assert!(overrides(&Choice::default()).unwrap().is_empty());
    }
}
