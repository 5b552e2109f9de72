//! From a proof to a session, in one transaction: what may be used once is used up, the session
//! begins, and the entry tells of it.

use duly_core::id::{ClientId, PersonId};
use jiff::{SignedDuration, Timestamp};

use super::link::{Purpose, refuse_spent, use_up};
use super::session::{Begin, begin};
use super::tries::{Keyed, give_back};
use super::{
    NewPasskey, TryOn, Visitor, Way, WhyRefused, browser, codes, digest, fresh_token, journal_of,
    passkey, password, tell_refused,
};
use crate::database::value::args;
use crate::error::Error;
use crate::store::Store;
use crate::transaction::Transaction;
use crate::writer::Lane;

/// What somebody proved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proved {
    /// The password, and no code is asked for.
    Password,
    /// The password and the code of this step.
    PasswordAndCode {
        /// The step.
        step: u64,
    },
    /// The password and a recovery code, which is checked here.
    PasswordAndRecoveryCode {
        /// The code, without what was typed between its letters.
        code: String,
    },
    /// A passkey.
    Passkey {
        /// Which.
        passkey: String,
        /// What is to be remembered of it from now on, if anything changed.
        document: Option<String>,
    },
    /// An identity provider says so.
    Identity {
        /// Which.
        issuer: String,
        /// By which name of its own.
        subject: String,
    },
}

impl Proved {
    /// By which way.
    #[must_use]
    pub fn way(&self) -> Way {
        match self {
            Self::Password => Way::Password,
            Self::PasswordAndCode { .. } => Way::PasswordAndCode,
            Self::PasswordAndRecoveryCode { .. } => Way::PasswordAndRecoveryCode,
            Self::Passkey { .. } => Way::Passkey,
            Self::Identity { .. } => Way::IdentityProvider,
        }
    }
}

/// Somebody who is to be signed in.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// Under whom the person stands.
    pub client: ClientId,
    /// Who.
    pub person: PersonId,
    /// What was proved.
    pub proved: Proved,
    /// From where.
    pub visitor: Visitor,
    /// The browser's token, to be known there from now on.
    pub browser: Option<String>,
    /// Tries that were taken for it and are put back if it is good.
    pub tries: Vec<TryOn>,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignedIn {
    /// A session began; its token.
    Began(String),
    /// Refused; it stands in the log why.
    Refused(WhyRefused),
}

/// What an invited person chose to sign in with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FirstProof {
    /// A password, hashed.
    Password(String),
    /// A passkey.
    Passkey(NewPasskey),
}

impl Store {
    /// Signs somebody in who proved who they are.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn sign_in(
        &self,
        sign_in: SignIn,
        session_for: SignedDuration,
        now: Timestamp,
    ) -> Result<SignedIn, Error> {
        let token = fresh_token()?;
        let tries = self.keyed(&sign_in.tries);
        let input = (sign_in, tries, digest(&token), now + session_for, now);
        let why = self
            .write(
                Lane::Acknowledge,
                input,
                |tx, (sign_in, tries, session, until, now)| {
                    Box::pin(async move {
                        let new = Begin {
                            client: &sign_in.client,
                            person: &sign_in.person,
                            session: *session,
                            way: sign_in.proved.way(),
                            visitor: &sign_in.visitor,
                            until: *until,
                        };
                        prove(tx, sign_in, tries, new, *now).await
                    })
                },
            )
            .await?;
        Ok(match why {
            None => SignedIn::Began(token),
            Some(why) => SignedIn::Refused(why),
        })
    }

    /// Records that a sign-in was refused.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn refuse_sign_in(
        &self,
        person: Option<(&ClientId, &PersonId)>,
        way: Way,
        why: WhyRefused,
        visitor: &Visitor,
        now: Timestamp,
    ) -> Result<(), Error> {
        let person = person.map(|(client, person)| (client.clone(), person.clone()));
        let input = (person, way, why, visitor.clone(), now);
        self.write(
            Lane::Acknowledge,
            input,
            |tx, (person, way, why, visitor, now)| {
                Box::pin(async move {
                    let home = person.as_ref().map(|(client, _)| client.clone());
                    let nobody = ClientId::from("");
                    let journal = journal_of(tx, home.as_ref().unwrap_or(&nobody)).await?;
                    if journal == nobody {
                        return Ok(());
                    }
                    let person = person.as_ref().map(|(_, person)| person);
                    tell_refused(tx, &journal, person, (*way, *why), visitor, *now).await
                })
            },
        )
        .await
    }

    /// Uses an invitation up for what its person chose, and signs them in; the session's token.
    /// `None` when the invitation is unknown, used or expired.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn accept_invitation(
        &self,
        token: &str,
        proof: FirstProof,
        visitor: Visitor,
        browser: Option<String>,
        session_for: SignedDuration,
        now: Timestamp,
    ) -> Result<Option<String>, Error> {
        if token.len() > super::TOKEN_BYTES_MAX {
            return Ok(None);
        }
        let session = fresh_token()?;
        let tokens = (digest(token), digest(&session), browser);
        let input = (tokens, proof, visitor, now + session_for, now);
        let accepted = self
            .write(
                Lane::Acknowledge,
                input,
                |tx, ((link, session, browser), proof, visitor, until, now)| {
                    Box::pin(async move {
                        let used = use_up(tx, *link, Purpose::Invitation, *now).await?;
                        let Some((client, person)) = used else {
                            refuse_spent(tx, visitor, *now).await?;
                            return Ok(false);
                        };
                        match proof {
                            FirstProof::Password(phc) => {
                                password::put(tx, &client, &person, phc, *now).await?;
                            }
                            FirstProof::Passkey(new) => {
                                passkey::put(tx, &client, &person, new, *now).await?;
                            }
                        }
                        if let Some(browser) = browser {
                            browser::keep(tx, &client, &person, browser, *now).await?;
                        }
                        let new = Begin {
                            client: &client,
                            person: &person,
                            session: *session,
                            way: Way::Invitation,
                            visitor,
                            until: *until,
                        };
                        begin(tx, new, *now).await
                    })
                },
            )
            .await?;
        Ok(accepted.then_some(session))
    }
}

async fn prove(
    tx: &mut Transaction,
    sign_in: &SignIn,
    tries: &[Keyed],
    new: Begin<'_>,
    now: Timestamp,
) -> Result<Option<WhyRefused>, Error> {
    let SignIn {
        client,
        person,
        proved,
        visitor,
        browser,
        ..
    } = sign_in;
    let journal = journal_of(tx, client).await?;
    let way = proved.way();
    let why = match use_once(tx, client, person, proved, now).await? {
        None if begin(tx, new, now).await? => {
            give_back(tx, &journal, tries).await?;
            if let Some(browser) = browser {
                browser::keep(tx, client, person, browser, now).await?;
            }
            return Ok(None);
        }
        None => WhyRefused::NoLonger,
        Some(why) => why,
    };
    tell_refused(tx, &journal, Some(person), (way, why), visitor, now).await?;
    Ok(Some(why))
}

/// Uses up what can be used once; why not, if it was used before.
async fn use_once(
    tx: &mut Transaction,
    client: &ClientId,
    person: &PersonId,
    proved: &Proved,
    now: Timestamp,
) -> Result<Option<WhyRefused>, Error> {
    let (good, else_why) = match proved {
        Proved::Password => {
            // Codes may have been set up since the password was looked at.
            let asked = tx
                .rows()
                .first(
                    "select person from code_secret where client = $1 and person = $2 \
                     and sealed is not null",
                    args![client, person],
                )
                .await?;
            (asked.is_none(), WhyRefused::WrongCode)
        }
        Proved::PasswordAndCode { step } => (
            codes::take_step(tx, client, person, *step).await?,
            WhyRefused::UsedCode,
        ),
        Proved::PasswordAndRecoveryCode { code } => (
            codes::take_recovery(tx, client, person, code, now).await?,
            WhyRefused::WrongCode,
        ),
        Proved::Passkey { passkey, document } => (
            passkey::used(tx, client, person, passkey, document.as_deref(), now).await?,
            WhyRefused::WrongPasskey,
        ),
        Proved::Identity { issuer, subject } => (
            identify(tx, client, person, issuer, subject, now).await?,
            WhyRefused::OtherSubject,
        ),
    };
    Ok((!good).then_some(else_why))
}

/// Binds a person to the subject that an identity provider names; `false` when either is bound to
/// another already. Their invitation has done its work.
async fn identify(
    tx: &mut Transaction,
    client: &ClientId,
    person: &PersonId,
    issuer: &str,
    subject: &str,
    now: Timestamp,
) -> Result<bool, Error> {
    let journal = journal_of(tx, client).await?;
    tx.at(&journal, now).await?;
    let bound = tx
        .rows()
        .all(
            "select client, person, subject from identity where issuer = $1 \
             and ((client = $2 and person = $3) or subject = $4) limit 2",
            args![issuer, client, person, subject],
        )
        .await?;
    for row in &bound {
        let same = row.text("client")? == client.as_str()
            && row.text("person")? == person.as_str()
            && row.text("subject")? == subject;
        if !same {
            return Ok(false);
        }
    }
    if bound.is_empty() {
        tx.rows()
            .run(
                "insert into identity(client, person, issuer, subject, since) \
                 values ($1, $2, $3, $4, $5)",
                args![client, person, issuer, subject, now],
            )
            .await?;
    }
    tx.rows()
        .run(
            "update sign_in_link set used_at = $1 where client = $2 and person = $3 \
             and used_at is null and purpose = 'invitation'",
            args![now, client, person],
        )
        .await?;
    Ok(true)
}

impl Store {
    /// Whom an identity provider calls by this subject, if they came from there before.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn person_of_subject(
        &self,
        issuer: &str,
        subject: &str,
    ) -> Result<Option<(ClientId, PersonId)>, Error> {
        let mut rows = self.read().await?;
        rows.first(
            "select client, person from identity where issuer = $1 and subject = $2",
            args![issuer, subject],
        )
        .await?
        .map(|row| Ok((row.id("client")?, row.id("person")?)))
        .transpose()
    }
}
