//! People: who may do what for which client. The log holds only their random ids; names lie here
//! and can be erased.

use duly_core::entry::EntryDraft;
use duly_core::id::{ClientId, PersonId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::clients::taken;
use crate::database::value::{Row, args, word};
use crate::error::Error;
use crate::page::{Listed, Page};
use crate::random;
use crate::store::Store;
use crate::transaction::Transaction;
use crate::writer::Lane;

/// What a person is. Staff of the provider stand under the provider's own client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Does the work.
    Technician,
    /// Controls that it is done as designed.
    Manager,
    /// Sees to it that the managers keep quality up.
    Executive,
    /// A client's owner: reads, verifies, countersigns.
    Owner,
    /// An auditor or insurer: reads.
    Auditor,
}

/// A person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Whose staff.
    pub client: ClientId,
    /// Random.
    pub id: PersonId,
    /// As shown.
    pub name: String,
    /// What they are.
    pub role: Role,
    /// Since when.
    pub added_at: Timestamp,
    /// Since when no longer.
    pub removed_at: Option<Timestamp>,
}

/// A person to be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPerson {
    /// Whose staff.
    pub client: ClientId,
    /// Random and opaque ([`crate::random_id`]), since it stands in the log.
    pub id: PersonId,
    /// As shown.
    pub name: String,
    /// What they are.
    pub role: Role,
}

impl NewPerson {
    /// A person under a fresh random id.
    ///
    /// # Errors
    ///
    /// When the system gives no random bytes.
    pub fn drawn(client: &ClientId, name: &str, role: Role) -> Result<Self, Error> {
        Ok(Self {
            client: client.clone(),
            id: PersonId(random::id()?),
            name: name.to_owned(),
            role,
        })
    }
}

/// Type of the entry for a person who came. Field: `role`.
pub const PERSON_ADD: &str = "x.person.add";
/// Type of the entry for a person who left.
pub const PERSON_REMOVE: &str = "x.person.remove";

const ONE: &str = "select client, person, name, role, added_at, removed_at from person \
                   where client = $1 and person = $2";

impl Store {
    /// Adds a person; the person as remembered. Adding the same again adds nothing.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuch`] when there is no such client, [`Error::Taken`] when the id stands for
    /// somebody else.
    pub async fn add_person(&self, person: NewPerson, now: Timestamp) -> Result<Person, Error> {
        self.write(Lane::Acknowledge, (person, now), |tx, (person, now)| {
            Box::pin(add(tx, person, *now))
        })
        .await
    }

    /// Removes a person: they stay named in what they did, and can no longer sign in. `false`
    /// when they were removed before, or never there.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn remove_person(
        &self,
        client: &ClientId,
        person: &PersonId,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let input = (client.clone(), person.clone(), now);
        self.write(Lane::Acknowledge, input, |tx, (client, person, now)| {
            Box::pin(remove(tx, client, person, *now))
        })
        .await
    }

    /// One person.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn person(
        &self,
        client: &ClientId,
        person: &PersonId,
    ) -> Result<Option<Person>, Error> {
        let mut rows = self.read().await?;
        let found = rows.first(ONE, args![client, person]).await?;
        found.as_ref().map(person_row).transpose()
    }

    /// All people of a client, by id, the removed ones too.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn people(&self, client: &ClientId, page: &Page) -> Result<Listed<Person>, Error> {
        let mut rows = self.read().await?;
        let after = page.after.clone().unwrap_or_default();
        let found = rows
            .all(
                "select client, person, name, role, added_at, removed_at from person \
                 where client = $1 and person > $2 order by person limit $3",
                args![client, after, page.fetch()],
            )
            .await?;
        let people = found.iter().map(person_row).collect::<Result<_, _>>()?;
        Ok(Listed::cut(people, page, |person: &Person| {
            person.id.0.clone()
        }))
    }
}

async fn add(tx: &mut Transaction, person: &NewPerson, now: Timestamp) -> Result<Person, Error> {
    let at = tx.at(&person.client, now).await?;
    let found = tx.rows().first(ONE, args![&person.client, &person.id]);
    if let Some(row) = found.await? {
        let found = person_row(&row)?;
        return if found.name == person.name && found.role == person.role {
            Ok(found)
        } else {
            Err(taken("person", &person.id))
        };
    }
    let draft = EntryDraft {
        person: Some(person.id.clone()),
        ..EntryDraft::new(PERSON_ADD).with_field("role", &person.role)?
    };
    tx.append(&person.client, draft, now).await?;
    let row = args![
        &person.client,
        &person.id,
        person.name.as_str(),
        word(&person.role)?,
        at,
    ];
    tx.rows()
        .run(
            "insert into person(client, person, name, role, added_at) \
             values ($1, $2, $3, $4, $5)",
            row,
        )
        .await?;
    Ok(Person {
        client: person.client.clone(),
        id: person.id.clone(),
        name: person.name.clone(),
        role: person.role,
        added_at: at,
        removed_at: None,
    })
}

async fn remove(
    tx: &mut Transaction,
    client: &ClientId,
    person: &PersonId,
    now: Timestamp,
) -> Result<bool, Error> {
    let removed = tx
        .rows()
        .run(
            "update person set removed_at = $1 \
             where client = $2 and person = $3 and removed_at is null",
            args![now, client, person],
        )
        .await?;
    if removed == 0 {
        return Ok(false);
    }
    tx.rows()
        .run(
            "update session set revoked_at = $1 \
             where client = $2 and person = $3 and revoked_at is null",
            args![now, client, person],
        )
        .await?;
    let draft = EntryDraft {
        person: Some(person.clone()),
        ..EntryDraft::new(PERSON_REMOVE)
    };
    tx.append(client, draft, now).await?;
    Ok(true)
}

pub(crate) fn person_row(row: &Row) -> Result<Person, Error> {
    Ok(Person {
        client: row.id("client")?,
        id: row.id("person")?,
        name: row.text("name")?,
        role: row.word("role")?,
        added_at: row.at("added_at")?,
        removed_at: row.at_or_none("removed_at")?,
    })
}
