//! Changing what people are, and removing them. Each is an entry of the log of the person's own
//! client; names and mail addresses stand in none.

use std::collections::BTreeSet;

use duly_core::entry::EntryDraft;
use duly_core::id::{ClientId, PersonId};
use duly_core::permit::Role;
use duly_core::scope::Client;
use jiff::Timestamp;

use super::{ONE, Person, person_columns, person_row};
use crate::database::value::{args, word};
use crate::error::Error;
use crate::store::Store;
use crate::transaction::Transaction;
use crate::writer::Lane;

/// Type of the entry for changed roles, name, address or end. Fields: `by`, `changed` (which),
/// `roles`; may have `until`.
pub const PERSON_CHANGE: &str = "x.person.change";
/// What can be set about a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonSet {
    /// As shown.
    pub name: String,
    /// Folded by `duly_core::sign_in::mail`.
    pub mail: Option<String>,
    /// Everything they are.
    pub roles: BTreeSet<Role>,
    /// From when on they may do nothing any more.
    pub until: Option<Timestamp>,
}

impl From<&Person> for PersonSet {
    fn from(person: &Person) -> Self {
        Self {
            name: person.name.clone(),
            mail: person.mail.clone(),
            roles: person.roles.clone(),
            until: person.until,
        }
    }
}

/// A change of a person.
#[derive(Clone, Debug)]
pub struct PersonChange {
    /// Under whom the person stands.
    pub client: ClientId,
    /// Who.
    pub person: PersonId,
    /// Who changes it.
    pub by: PersonId,
    /// What whoever changes it saw.
    pub seen: PersonSet,
    /// What it is to be.
    pub to: PersonSet,
}

/// What came of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changed {
    /// It is so now.
    Done,
    /// There is no such person, or no longer.
    NoSuch,
    /// Somebody else changed the person meanwhile.
    Raced,
    /// Somebody else has this mail address.
    MailTaken,
    /// Nobody would be left who can invite people and give roles.
    LastAdministrator,
}

impl Store {
    /// Changes what a person is.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn change_person(
        &self,
        change: PersonChange,
        now: Timestamp,
    ) -> Result<Changed, Error> {
        self.write(Lane::Acknowledge, (change, now), |tx, (change, now)| {
            Box::pin(set(tx, change, *now))
        })
        .await
    }

    /// Removes a person, unless nobody would be left who can invite people. As
    /// [`Store::remove_person`], and says who did it.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn dismiss_person(
        &self,
        client: &ClientId,
        person: &PersonId,
        by: &PersonId,
        now: Timestamp,
    ) -> Result<Changed, Error> {
        let input = (client.clone(), person.clone(), by.clone(), now);
        self.write(Lane::Acknowledge, input, |tx, (client, person, by, now)| {
            Box::pin(async move {
                lock_people(tx, client, *now).await?;
                let Some(found) = present(tx, client, person).await? else {
                    return Ok(Changed::NoSuch);
                };
                if found.roles.contains(&Role::Administrator)
                    && !has_other_administrator(tx, person, *now).await?
                {
                    return Ok(Changed::LastAdministrator);
                }
                super::remove(tx, client, person, Some(by), *now).await?;
                Ok(Changed::Done)
            })
        })
        .await
    }

    /// The person, not removed, who has this mail address.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn person_by_mail(&self, mail: &str) -> Result<Option<Person>, Error> {
        let mut rows = self.read().await?;
        rows.first(
            concat!(
                "select ",
                person_columns!(),
                " from person p where p.mail = $1 and p.removed_at is null \
                 order by p.client, p.person limit 1"
            ),
            args![mail],
        )
        .await?
        .as_ref()
        .map(person_row)
        .transpose()
    }
}

/// Takes the logs under which people change, so that two who change people on different nodes do
/// it one after the other.
pub(super) async fn lock_people(
    tx: &mut Transaction,
    client: &ClientId,
    now: Timestamp,
) -> Result<(), Error> {
    let provider = ClientId::from(Client::PROVIDER);
    if *client != provider && crate::sign_in::journal_of(tx, client).await? == provider {
        tx.at(&provider, now).await?;
    }
    tx.at(client, now).await?;
    Ok(())
}

pub(super) async fn present(
    tx: &mut Transaction,
    client: &ClientId,
    person: &PersonId,
) -> Result<Option<Person>, Error> {
    let found = tx.rows().first(ONE, args![client, person]).await?;
    let found = found.as_ref().map(person_row).transpose()?;
    Ok(found.filter(|person| person.removed_at.is_none()))
}

pub(super) async fn mail_is_taken(
    tx: &mut Transaction,
    mail: &str,
    except: Option<&PersonId>,
) -> Result<bool, Error> {
    let found = tx
        .rows()
        .first(
            "select person from person where mail = $1 and removed_at is null and person <> $2 \
             limit 1",
            args![mail, except.map_or("", |id| id.as_str())],
        )
        .await?;
    Ok(found.is_some())
}

async fn has_other_administrator(
    tx: &mut Transaction,
    person: &PersonId,
    now: Timestamp,
) -> Result<bool, Error> {
    let found = tx
        .rows()
        .first(
            "select p.person from person p join person_role r \
             on r.client = p.client and r.person = p.person \
             where r.role = $1 and p.person <> $2 and p.removed_at is null \
             and (p.until is null or p.until > $3) limit 1",
            args![word(&Role::Administrator)?, person, now],
        )
        .await?;
    Ok(found.is_some())
}

async fn set(
    tx: &mut Transaction,
    change: &PersonChange,
    now: Timestamp,
) -> Result<Changed, Error> {
    let PersonChange {
        client,
        person,
        by,
        seen,
        to,
    } = change;
    lock_people(tx, client, now).await?;
    let Some(found) = present(tx, client, person).await? else {
        return Ok(Changed::NoSuch);
    };
    if PersonSet::from(&found) != *seen {
        return Ok(Changed::Raced);
    }
    if seen == to {
        return Ok(Changed::Done);
    }
    if let Some(mail) = &to.mail
        && mail_is_taken(tx, mail, Some(person)).await?
    {
        return Ok(Changed::MailTaken);
    }
    let administers =
        |set: &PersonSet| set.roles.contains(&Role::Administrator) && set.until.is_none();
    if administers(seen) && !administers(to) && !has_other_administrator(tx, person, now).await? {
        return Ok(Changed::LastAdministrator);
    }
    write(tx, change).await?;
    let changed: Vec<&str> = [
        ("name", seen.name != to.name),
        ("mail", seen.mail != to.mail),
        ("roles", seen.roles != to.roles),
        ("until", seen.until != to.until),
    ]
    .into_iter()
    .filter_map(|(what, differs)| differs.then_some(what))
    .collect();
    let mut draft = EntryDraft::new(PERSON_CHANGE)
        .with_field("by", by)?
        .with_field("changed", &changed)?
        .with_field("roles", &to.roles)?;
    if let Some(until) = &to.until {
        draft = draft.with_field("until", until)?;
    }
    draft.person = Some(person.clone());
    tx.append(client, draft, now).await?;
    Ok(Changed::Done)
}

async fn write(tx: &mut Transaction, change: &PersonChange) -> Result<(), Error> {
    let PersonChange {
        client,
        person,
        seen,
        to,
        ..
    } = change;
    tx.rows()
        .run(
            "update person set name = $1, mail = $2, until = $3 where client = $4 and person = $5",
            args![to.name.as_str(), to.mail.clone(), to.until, client, person],
        )
        .await?;
    if seen.mail != to.mail {
        // Whoever an identity provider vouched for under the old address need not be the same.
        tx.rows()
            .run(
                "delete from identity where client = $1 and person = $2",
                args![client, person],
            )
            .await?;
    }
    for gone in seen.roles.difference(&to.roles) {
        tx.rows()
            .run(
                "delete from person_role where client = $1 and person = $2 and role = $3",
                args![client, person, word(gone)?],
            )
            .await?;
    }
    for come in to.roles.difference(&seen.roles) {
        tx.rows()
            .run(
                "insert into person_role(client, person, role) values ($1, $2, $3)",
                args![client, person, word(come)?],
            )
            .await?;
    }
    Ok(())
}
