//! Inviting people: a link by which somebody chooses how to sign in, for somebody new, again, or
//! after everything they signed in with was taken away.

use duly_core::entry::EntryDraft;
use duly_core::id::{ClientId, PersonId};
use jiff::{SignedDuration, Timestamp};

use super::change::{lock_people, mail_is_taken, present};
use super::{NewPerson, add};
use crate::database::value::args;
use crate::error::Error;
use crate::sign_in::link::{Link, Purpose};
use crate::store::Store;
use crate::tokens;
use crate::transaction::Transaction;
use crate::writer::Lane;

/// Type of the entry for an invitation. Fields: `by`, `until` (of the link).
pub const PERSON_INVITE: &str = "x.person.invite";
/// Type of the entry for a person all of whose ways of signing in were taken away. Field: `by`.
pub const PERSON_RESET: &str = "x.person.reset";

/// What came of an invitation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Invitation {
    /// The token of the link, which is shown once.
    Made {
        /// To be put into the link.
        token: String,
        /// Whom it is for.
        person: PersonId,
    },
    /// Somebody else has this mail address.
    MailTaken,
    /// There is no such person, or no longer.
    NoSuch,
}

impl Store {
    /// Adds a person and makes an invitation for them, at once.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuch`] when there is no such client.
    pub async fn invite_person(
        &self,
        person: NewPerson,
        mail: Option<String>,
        by: PersonId,
        valid_for: SignedDuration,
        now: Timestamp,
    ) -> Result<Invitation, Error> {
        let link = Link::draw(Purpose::Invitation, valid_for, now)?;
        let token = link.token.clone();
        let id = person.id.clone();
        let input = (person, mail, by, link, now);
        let made = self
            .write(
                Lane::Acknowledge,
                input,
                |tx, (person, mail, by, link, now)| {
                    Box::pin(async move {
                        lock_people(tx, &person.client, *now).await?;
                        if let Some(mail) = mail
                            && mail_is_taken(tx, mail, None).await?
                        {
                            return Ok(false);
                        }
                        add(tx, person, *now).await?;
                        tx.rows()
                            .run(
                                "update person set mail = $1 where client = $2 and person = $3",
                                args![mail.clone(), &person.client, &person.id],
                            )
                            .await?;
                        invite(tx, &person.client, &person.id, by, link, *now).await?;
                        Ok(true)
                    })
                },
            )
            .await?;
        Ok(if made {
            Invitation::Made { token, person: id }
        } else {
            Invitation::MailTaken
        })
    }

    /// Makes another invitation for somebody who is there; earlier ones end.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn invite_again(
        &self,
        client: &ClientId,
        person: &PersonId,
        by: &PersonId,
        valid_for: SignedDuration,
        now: Timestamp,
    ) -> Result<Invitation, Error> {
        self.reset_or_invite(client, person, by, valid_for, false, now)
            .await
    }

    /// Takes away everything a person signs in with, ends their sessions, and makes an invitation
    /// by which they choose anew.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn reset_person(
        &self,
        client: &ClientId,
        person: &PersonId,
        by: &PersonId,
        valid_for: SignedDuration,
        now: Timestamp,
    ) -> Result<Invitation, Error> {
        self.reset_or_invite(client, person, by, valid_for, true, now)
            .await
    }

    async fn reset_or_invite(
        &self,
        client: &ClientId,
        person: &PersonId,
        by: &PersonId,
        valid_for: SignedDuration,
        is_reset: bool,
        now: Timestamp,
    ) -> Result<Invitation, Error> {
        let link = Link::draw(Purpose::Invitation, valid_for, now)?;
        let token = link.token.clone();
        let input = (
            client.clone(),
            person.clone(),
            by.clone(),
            link,
            is_reset,
            now,
        );
        let made = self
            .write(
                Lane::Acknowledge,
                input,
                |tx, (client, person, by, link, is_reset, now)| {
                    Box::pin(async move {
                        if present(tx, client, person).await?.is_none() {
                            return Ok(false);
                        }
                        if *is_reset {
                            reset(tx, client, person, by, *now).await?;
                        }
                        invite(tx, client, person, by, link, *now).await?;
                        Ok(true)
                    })
                },
            )
            .await?;
        Ok(if made {
            Invitation::Made {
                token,
                person: person.clone(),
            }
        } else {
            Invitation::NoSuch
        })
    }
}

async fn invite(
    tx: &mut Transaction,
    client: &ClientId,
    person: &PersonId,
    by: &PersonId,
    link: &Link,
    now: Timestamp,
) -> Result<(), Error> {
    tx.rows()
        .run(
            "update sign_in_link set used_at = $1 where client = $2 and person = $3 \
             and used_at is null and purpose = 'invitation'",
            args![now, client, person],
        )
        .await?;
    link.make(tx, client, person, now).await?;
    let draft = EntryDraft {
        person: Some(person.clone()),
        ..EntryDraft::new(PERSON_INVITE)
            .with_field("by", by)?
            .with_field("until", &link.until)?
    };
    tx.append(client, draft, now).await?;
    Ok(())
}

async fn reset(
    tx: &mut Transaction,
    client: &ClientId,
    person: &PersonId,
    by: &PersonId,
    now: Timestamp,
) -> Result<(), Error> {
    tokens::revoke_all(tx, client, person, by, now).await?;
    for sql in [
        "delete from password where client = $1 and person = $2",
        "delete from code_secret where client = $1 and person = $2",
        "delete from recovery_code where client = $1 and person = $2",
        "delete from passkey where client = $1 and person = $2",
        "delete from identity where client = $1 and person = $2",
        "delete from known_browser where client = $1 and person = $2",
    ] {
        tx.rows().run(sql, args![client, person]).await?;
    }
    super::end_access(tx, client, person, now).await?;
    let draft = EntryDraft {
        person: Some(person.clone()),
        ..EntryDraft::new(PERSON_RESET).with_field("by", by)?
    };
    tx.append(client, draft, now).await?;
    Ok(())
}
