//! The schema, step by step. A step is one transaction with its own mark in it, so that a death in
//! the middle leaves the step undone; it is written once, for both databases, with three words
//! left open, and a second text where the databases have no common language (triggers).

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
        10,
        "processes",
        include_str!("../../migrations/0010-processes.sql"),
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

/// Applies the steps that are not applied yet; refuses a database from the future.
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
        let found = tx
            .first(
                "select coalesce(max(step), 0) as step from schema_step",
                args![],
            )
            .await?
            .map_or(Ok(0), |row| row.whole("step"))?;
        let known = STEPS.last().map_or(0, |step| step.number);
        if found > known {
            return Err(Error::NewerSchema { found, known });
        }
        if step.number > found {
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
