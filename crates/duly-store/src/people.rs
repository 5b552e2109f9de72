//! People: who they are and which roles they have; what that permits is `duly_core::permit`'s. The
//! log holds only their random ids; names lie here and can be erased.

mod change;
mod invite;

use std::collections::BTreeSet;

use duly_core::entry::EntryDraft;
use duly_core::id::{ClientId, PersonId};
use duly_core::permit::{Role, Who};
use jiff::Timestamp;

use crate::clients::taken;
use crate::database::value::{Row, args, word};
use crate::error::Error;
use crate::page::{Listed, Page};
use crate::random;
use crate::store::Store;
use crate::tokens;
use crate::transaction::Transaction;
use crate::writer::Lane;

pub use change::{Changed, PERSON_CHANGE, PersonChange, PersonSet};
pub use invite::{Invitation, PERSON_INVITE, PERSON_RESET};

/// A person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Whose staff.
    pub client: ClientId,
    /// Random.
    pub id: PersonId,
    /// As shown.
    pub name: String,
    /// Where mail reaches them and what they sign in with, in lower case.
    pub mail: Option<String>,
    /// Everything they are.
    pub roles: BTreeSet<Role>,
    /// From when on they may do nothing any more; every auditor has such a time.
    pub until: Option<Timestamp>,
    /// Since when.
    pub added_at: Timestamp,
    /// Since when no longer.
    pub removed_at: Option<Timestamp>,
}

impl Person {
    /// This person, asking at this time.
    #[must_use]
    pub fn who(&self, at: Timestamp) -> Who<'_> {
        Who {
            person: &self.id,
            home: &self.client,
            roles: &self.roles,
            until: self.until,
            at,
            limits: None,
        }
    }
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
    /// Everything they are.
    pub roles: BTreeSet<Role>,
    /// From when on they may do nothing any more; an auditor needs such a time.
    pub until: Option<Timestamp>,
}

impl NewPerson {
    /// A person of one role under a fresh random id, without an end.
    ///
    /// # Errors
    ///
    /// When the system gives no random bytes.
    pub fn drawn(client: &ClientId, name: &str, role: Role) -> Result<Self, Error> {
        Ok(Self {
            client: client.clone(),
            id: PersonId(random::id()?),
            name: name.to_owned(),
            roles: BTreeSet::from([role]),
            until: None,
        })
    }
}

/// Type of the entry for a person who came. Field: `roles`; may have `until`.
pub const PERSON_ADD: &str = "x.person.add";
/// Type of the entry for a person who left. May have `by`.
pub const PERSON_REMOVE: &str = "x.person.remove";

/// What a person is read from; the table is `p`.
macro_rules! person_columns {
    () => {
        "p.client, p.person, p.name, p.mail, p.until, p.added_at, p.removed_at, \
         (select string_agg(r.role, ' ') from person_role r \
         where r.client = p.client and r.person = p.person) as roles"
    };
}
pub(crate) use person_columns;

pub(crate) const ONE: &str = concat!(
    "select ",
    person_columns!(),
    " from person p where p.client = $1 and p.person = $2"
);
const EVERYBODY: &str = concat!(
    "select ",
    person_columns!(),
    " from person p where p.client > $1 or (p.client = $1 and p.person > $2) \
     order by p.client, p.person limit $3"
);
const OF_CLIENT: &str = concat!(
    "select ",
    person_columns!(),
    " from person p where p.client = $1 and p.person > $2 order by p.person limit $3"
);

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
            Box::pin(remove(tx, client, person, None, *now))
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
            .all(OF_CLIENT, args![client, after, page.fetch()])
            .await?;
        let people = found.iter().map(person_row).collect::<Result<_, _>>()?;
        Ok(Listed::cut(people, page, |person: &Person| {
            person.id.0.clone()
        }))
    }
}

impl Store {
    /// All people of all clients, by client and id, the removed ones too.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn everybody(&self, page: &Page) -> Result<Listed<Person>, Error> {
        let mut rows = self.read().await?;
        let after = page.after.as_deref().unwrap_or_default();
        let (client, person) = after.split_once(AFTER_MARK).unwrap_or((after, ""));
        let found = rows
            .all(EVERYBODY, args![client, person, page.fetch()])
            .await?;
        let people = found.iter().map(person_row).collect::<Result<_, _>>()?;
        Ok(Listed::cut(people, page, |person: &Person| {
            format!("{}{AFTER_MARK}{}", person.client, person.id)
        }))
    }
}

/// Between client and person in the name of the last row of a page; no id holds it.
const AFTER_MARK: char = '\n';

pub(crate) async fn add(
    tx: &mut Transaction,
    person: &NewPerson,
    now: Timestamp,
) -> Result<Person, Error> {
    let at = tx.at(&person.client, now).await?;
    let found = tx.rows().first(ONE, args![&person.client, &person.id]);
    if let Some(row) = found.await? {
        let found = person_row(&row)?;
        let same = found.name == person.name && found.roles == person.roles;
        return if same && found.until == person.until {
            Ok(found)
        } else {
            Err(taken("person", &person.id))
        };
    }
    let mut draft = EntryDraft::new(PERSON_ADD).with_field("roles", &person.roles)?;
    if let Some(until) = &person.until {
        draft = draft.with_field("until", until)?;
    }
    draft.person = Some(person.id.clone());
    tx.append(&person.client, draft, now).await?;
    let row = args![
        &person.client,
        &person.id,
        person.name.as_str(),
        person.until,
        at,
    ];
    tx.rows()
        .run(
            "insert into person(client, person, name, until, added_at) \
             values ($1, $2, $3, $4, $5)",
            row,
        )
        .await?;
    for role in &person.roles {
        tx.rows()
            .run(
                "insert into person_role(client, person, role) values ($1, $2, $3)",
                args![&person.client, &person.id, word(role)?],
            )
            .await?;
    }
    Ok(Person {
        client: person.client.clone(),
        id: person.id.clone(),
        name: person.name.clone(),
        mail: None,
        roles: person.roles.clone(),
        until: person.until,
        added_at: at,
        removed_at: None,
    })
}

async fn remove(
    tx: &mut Transaction,
    client: &ClientId,
    person: &PersonId,
    by: Option<&PersonId>,
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
    end_access(tx, client, person, now).await?;
    tokens::revoke_all(tx, client, person, by.unwrap_or(person), now).await?;
    let mut draft = EntryDraft::new(PERSON_REMOVE);
    if let Some(by) = by {
        draft = draft.with_field("by", by)?;
    }
    draft.person = Some(person.clone());
    tx.append(client, draft, now).await?;
    Ok(true)
}

/// Ends every session of a person, and every link that would begin one.
async fn end_access(
    tx: &mut Transaction,
    client: &ClientId,
    person: &PersonId,
    now: Timestamp,
) -> Result<(), Error> {
    for sql in [
        "update session set revoked_at = $1 \
         where client = $2 and person = $3 and revoked_at is null",
        "update sign_in_link set used_at = $1 \
         where client = $2 and person = $3 and used_at is null",
    ] {
        tx.rows().run(sql, args![now, client, person]).await?;
    }
    Ok(())
}

pub(crate) fn person_row(row: &Row) -> Result<Person, Error> {
    Ok(Person {
        client: row.id("client")?,
        id: row.id("person")?,
        name: row.text("name")?,
        mail: row.text_or_none("mail")?,
        roles: roles(row)?,
        until: row.at_or_none("until")?,
        added_at: row.at("added_at")?,
        removed_at: row.at_or_none("removed_at")?,
    })
}

fn roles(row: &Row) -> Result<BTreeSet<Role>, Error> {
    let words = row.text_or_none("roles")?.unwrap_or_default();
    words
        .split_whitespace()
        .map(|word| Role::from_word(word).ok_or_else(|| Error::unreadable("a role", word)))
        .collect()
}
