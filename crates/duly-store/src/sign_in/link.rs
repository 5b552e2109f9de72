//! One-time links: one that signs in by itself, for the first person of an installation and for
//! whoever is locked out, and one that invites somebody to choose how to sign in.

use duly_core::id::{ClientId, PersonId};
use duly_proof::hash::Hash;
use jiff::{SignedDuration, Timestamp};

use super::session::{Begin, begin};
use super::{
    TOKEN_BYTES_MAX, Visitor, Way, WhyRefused, digest, fresh_token, journal_of, tell_refused,
};
use crate::database::value::args;
use crate::error::Error;
use crate::people::{Person, person_columns, person_row};
use crate::store::Store;
use crate::transaction::Transaction;
use crate::writer::Lane;

/// What a link opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A session.
    SignIn,
    /// The choice of how to sign in.
    Invitation,
}

impl Purpose {
    fn word(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in",
            Self::Invitation => "invitation",
        }
    }
}

/// A link that is drawn and not yet made.
pub(crate) struct Link {
    pub(crate) token: String,
    purpose: Purpose,
    pub(crate) until: Timestamp,
}

impl Link {
    pub(crate) fn draw(
        purpose: Purpose,
        valid_for: SignedDuration,
        now: Timestamp,
    ) -> Result<Self, Error> {
        Ok(Self {
            token: fresh_token()?,
            purpose,
            until: now + valid_for,
        })
    }

    pub(crate) async fn make(
        &self,
        tx: &mut Transaction,
        client: &ClientId,
        person: &PersonId,
        now: Timestamp,
    ) -> Result<(), Error> {
        let made = tx
            .rows()
            .run(
                "insert into sign_in_link(client, token_hash, person, made_at, expires_at, \
                 purpose) select p.client, $1, p.person, $2, $3, $4 from person p \
                 where p.client = $5 and p.person = $6 and p.removed_at is null",
                args![
                    digest(&self.token),
                    now,
                    self.until,
                    self.purpose.word(),
                    client,
                    person
                ],
            )
            .await?;
        if made == 0 {
            return Err(Error::no_such(client, "person", person));
        }
        Ok(())
    }
}

/// Whom an invitation is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invited {
    /// Who.
    pub person: Person,
    /// Until when the invitation holds.
    pub expires_at: Timestamp,
}

impl Store {
    /// Makes a one-time sign-in link for a person; the token to put into it.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuch`] when there is no such person, or no longer.
    pub async fn create_sign_in_link(
        &self,
        client: &ClientId,
        person: &PersonId,
        valid_for: SignedDuration,
        now: Timestamp,
    ) -> Result<String, Error> {
        let link = Link::draw(Purpose::SignIn, valid_for, now)?;
        let token = link.token.clone();
        let input = (client.clone(), person.clone(), link, now);
        self.write(
            Lane::Acknowledge,
            input,
            |tx, (client, person, link, now)| Box::pin(link.make(tx, client, person, *now)),
        )
        .await?;
        Ok(token)
    }

    /// Turns a link's token into a session, once; the session's token. `None` when the link is
    /// unknown, used or expired, or the person was removed: which of them is nobody's business.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn redeem_sign_in_link(
        &self,
        token: &str,
        session_for: SignedDuration,
        now: Timestamp,
    ) -> Result<Option<String>, Error> {
        self.redeem_sign_in_link_from(token, Visitor::default(), session_for, now)
            .await
    }

    /// As [`Store::redeem_sign_in_link`], by somebody of whom something is known.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn redeem_sign_in_link_from(
        &self,
        token: &str,
        visitor: Visitor,
        session_for: SignedDuration,
        now: Timestamp,
    ) -> Result<Option<String>, Error> {
        if token.len() > TOKEN_BYTES_MAX {
            return Ok(None);
        }
        let session = fresh_token()?;
        let input = (
            digest(token),
            digest(&session),
            visitor,
            now + session_for,
            now,
        );
        let redeemed = self
            .write(
                Lane::Acknowledge,
                input,
                |tx, (link, session, visitor, until, now)| {
                    Box::pin(async move {
                        let used = use_up(tx, *link, Purpose::SignIn, *now).await?;
                        let Some((client, person)) = used else {
                            refuse_spent(tx, visitor, *now).await?;
                            return Ok(false);
                        };
                        let session = Begin {
                            client: &client,
                            person: &person,
                            session: *session,
                            way: Way::Link,
                            visitor,
                            until: *until,
                        };
                        begin(tx, session, *now).await
                    })
                },
            )
            .await?;
        Ok(redeemed.then_some(session))
    }

    /// Whom an invitation is for; `None` when it is unknown, used or expired, or the person was
    /// removed.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn invitation(&self, token: &str, now: Timestamp) -> Result<Option<Invited>, Error> {
        if token.len() > TOKEN_BYTES_MAX {
            return Ok(None);
        }
        let mut rows = self.read().await?;
        rows.first(
            concat!(
                "select ",
                person_columns!(),
                ", l.expires_at from sign_in_link l \
                 join person p on p.client = l.client and p.person = l.person \
                 where l.token_hash = $1 and l.used_at is null and l.expires_at > $2 \
                 and l.purpose = 'invitation' and p.removed_at is null \
                 and (p.until is null or p.until > $2)"
            ),
            args![digest(token), now],
        )
        .await?
        .map(|row| {
            Ok(Invited {
                person: person_row(&row)?,
                expires_at: row.at("expires_at")?,
            })
        })
        .transpose()
    }
}

/// Uses a link up; whose it was. `None` when there is none to use.
pub(super) async fn use_up(
    tx: &mut Transaction,
    link: Hash,
    purpose: Purpose,
    now: Timestamp,
) -> Result<Option<(ClientId, PersonId)>, Error> {
    let used = tx
        .rows()
        .first(
            "update sign_in_link set used_at = $1 \
             where token_hash = $2 and used_at is null and expires_at > $1 and purpose = $3 \
             returning client, person",
            args![now, link, purpose.word()],
        )
        .await?;
    used.map(|row| Ok((row.id("client")?, row.id("person")?)))
        .transpose()
}

/// Tells that somebody came with a link that is none, if there is a log to tell it in.
pub(super) async fn refuse_spent(
    tx: &mut Transaction,
    visitor: &Visitor,
    now: Timestamp,
) -> Result<(), Error> {
    let nobody = ClientId::from("");
    let journal = journal_of(tx, &nobody).await?;
    if journal == nobody {
        return Ok(());
    }
    let refused = (Way::Link, WhyRefused::SpentLink);
    tell_refused(tx, &journal, None, refused, visitor, now).await
}
