//! The schema, step by step. A step is one transaction with its own mark in it, so that a death in
//! the middle leaves the step undone; it is written once, for both databases, with three words
//! left open, and a second text where the databases have no common language (triggers).

use std::collections::BTreeSet;

use super::Database;
use super::value::args;
use crate::error::Error;

/// The words in which the two databases differ.
pub(crate) struct Words {
    pub(crate) whole: &'static str,
    pub(crate) bytes: &'static str,
    pub(crate) table_end: &'static str,
}

struct Step {
    number: i64,
    name: &'static str,
    both: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

const STEPS: &[Step] = &[
    Step {
        number: 1,
        name: "first",
        both: include_str!("../../migrations/0001-first.sql"),
        sqlite: include_str!("../../migrations/0001-guards.sqlite.sql"),
        postgres: include_str!("../../migrations/0001-guards.postgres.sql"),
    },
    Step::both(2, "roles", include_str!("../../migrations/0002-roles.sql")),
    Step::both(
        3,
        "sign-in",
        include_str!("../../migrations/0003-sign-in.sql"),
    ),
    Step::both(
        4,
        "assets",
        include_str!("../../migrations/0004-assets.sql"),
    ),
    Step {
        number: 5,
        name: "tickets",
        both: include_str!("../../migrations/0005-tickets.sql"),
        sqlite: include_str!("../../migrations/0005-guards.sqlite.sql"),
        postgres: include_str!("../../migrations/0005-guards.postgres.sql"),
    },
    Step {
        number: 6,
        name: "exceptions",
        both: include_str!("../../migrations/0006-exceptions.sql"),
        sqlite: include_str!("../../migrations/0006-granted.sqlite.sql"),
        postgres: include_str!("../../migrations/0006-granted.postgres.sql"),
    },
    Step::both(
        7,
        "control",
        include_str!("../../migrations/0007-control.sql"),
    ),
    Step::both(
        8,
        "reviews",
        include_str!("../../migrations/0008-reviews.sql"),
    ),
    Step::both(
        9,
        "sending",
        include_str!("../../migrations/0009-sending.sql"),
    ),
    Step::both(
        10,
        "processes",
        include_str!("../../migrations/0010-processes.sql"),
    ),
    Step::both(11, "api", include_str!("../../migrations/0011-api.sql")),
    Step::both(12, "size", include_str!("../../migrations/0012-size.sql")),
    Step::both(
        13,
        "oversight",
        include_str!("../../migrations/0013-oversight.sql"),
    ),
];

impl Step {
    /// A step whose text is the same in both databases.
    const fn both(number: i64, name: &'static str, both: &'static str) -> Self {
        Self {
            number,
            name,
            both,
            sqlite: "",
            postgres: "",
        }
    }
}

const MARKS: &str = "create table if not exists schema_step (step {whole} not null primary key, \
                     name text not null){table_end}";

/// Applies the steps that are not applied yet, each by its own mark; refuses a database from the
/// future.
pub(crate) async fn bring_up_to_date(database: &Database, words: &Words) -> Result<(), Error> {
    let spell = |text: &str| {
        text.replace("{whole}", words.whole)
            .replace("{bytes}", words.bytes)
            .replace("{table_end}", words.table_end)
    };
    let mut tx = database.write().await?;
    tx.script(spell(MARKS)).await?;
    tx.commit().await?;
    for step in STEPS {
        let mut tx = database.write().await?;
        let done = tx.all("select step from schema_step", args![]).await?;
        let done = done.iter().map(|row| row.whole("step"));
        let done: BTreeSet<i64> = done.collect::<Result<_, Error>>()?;
        let known = STEPS.last().map_or(0, |step| step.number);
        if let Some(&found) = done.last().filter(|found| **found > known) {
            return Err(Error::NewerSchema { found, known });
        }
        if !done.contains(&step.number) {
            tx.script(spell(step.both)).await?;
            let guards = tx.pick(step.sqlite, step.postgres);
            if !guards.is_empty() {
                tx.script(guards.to_owned()).await?;
            }
            tx.run(
                "insert into schema_step(step, name) values ($1, $2)",
                args![step.number, step.name],
            )
            .await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::STEPS;

    #[test]
    fn the_steps_stand_in_the_order_of_their_numbers() {
        let numbers: Vec<i64> = STEPS.iter().map(|step| step.number).collect();
        let ordered: Vec<i64> = (1..).take(numbers.len()).collect();
        assert_eq!(numbers, ordered);
    }
}
