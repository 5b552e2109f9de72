//! Passwords: the hash is remembered, set and handed out to be compared; nothing is hashed here.

use duly_core::id::{ClientId, PersonId};
use duly_proof::hash::Hash;
use jiff::Timestamp;

use super::session::end_all;
use super::{Visitor, drafted, journal_of};
use crate::database::value::args;
use crate::error::Error;
use crate::people::{Person, person_columns, person_row};
use crate::store::Store;
use crate::transaction::Transaction;
use crate::writer::Lane;

/// Type of the entry for a password that was set. No field tells anything of it.
pub const PASSWORD_SET: &str = "x.account.password";

/// What somebody can sign in with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Who.
    pub person: Person,
    /// The hash of the password, as a PHC string; none when there is no password.
    pub phc: Option<String>,
    /// Since when the password holds.
    pub password_at: Option<Timestamp>,
    /// Since when a time-based code is asked for beside it.
    pub codes_at: Option<Timestamp>,
    /// Recovery codes that were not used yet.
    pub recovery_codes: u64,
}

/// By which ways somebody can come in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WaysIn {
    /// A password.
    pub password: bool,
    /// Time-based codes beside it.
    pub codes: bool,
    /// How many passkeys.
    pub passkeys: u64,
    /// An identity provider vouched for them before.
    pub identity: bool,
    /// Until when an invitation holds that was not accepted.
    pub invited_until: Option<Timestamp>,
    /// When they last signed in.
    pub signed_in_at: Option<Timestamp>,
}

/// Columns of an account; the table of people is `p`.
macro_rules! account {
    ($which:literal) => {
        concat!(
            "select ",
            person_columns!(),
            ", w.phc, w.set_at as password_at, \
             (select c.set_at from code_secret c where c.client = p.client \
             and c.person = p.person and c.sealed is not null) as codes_at, \
             (select count(*) from recovery_code r where r.client = p.client \
             and r.person = p.person and r.used_at is null) as recovery_codes \
             from person p left join password w \
             on w.client = p.client and w.person = p.person \
             where p.removed_at is null and ",
            $which,
            " order by p.client, p.person limit 1"
        )
    };
}

impl Store {
    /// What whoever has this mail address can sign in with.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn account_by_mail(&self, mail: &str) -> Result<Option<Account>, Error> {
        self.account_where(account!("p.mail = $1"), args![mail])
            .await
    }

    /// What a person can sign in with.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn account(
        &self,
        client: &ClientId,
        person: &PersonId,
    ) -> Result<Option<Account>, Error> {
        let sql = account!("p.client = $1 and p.person = $2");
        self.account_where(sql, args![client, person]).await
    }

    async fn account_where(
        &self,
        sql: &'static str,
        values: Vec<crate::database::value::Value>,
    ) -> Result<Option<Account>, Error> {
        let mut rows = self.read().await?;
        rows.first(sql, values)
            .await?
            .map(|row| {
                Ok(Account {
                    person: person_row(&row)?,
                    phc: row.text_or_none("phc")?,
                    password_at: row.at_or_none("password_at")?,
                    codes_at: row.at_or_none("codes_at")?,
                    recovery_codes: row.count("recovery_codes")?,
                })
            })
            .transpose()
    }

    /// By which ways a person can come in, for whoever looks after people.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn ways_in(
        &self,
        client: &ClientId,
        person: &PersonId,
        now: Timestamp,
    ) -> Result<WaysIn, Error> {
        let mut rows = self.read().await?;
        let found = rows
            .first(
                "select (select count(*) from password w where w.client = $1 and w.person = $2) \
                 as passwords, \
                 (select count(*) from code_secret c where c.client = $1 and c.person = $2 \
                 and c.sealed is not null) as codes, \
                 (select count(*) from passkey k where k.client = $1 and k.person = $2) \
                 as passkeys, \
                 (select count(*) from identity i where i.client = $1 and i.person = $2) \
                 as identities, \
                 (select max(l.expires_at) from sign_in_link l where l.client = $1 \
                 and l.person = $2 and l.used_at is null and l.expires_at > $3 \
                 and l.purpose = 'invitation') as invited_until, \
                 (select max(s.began_at) from session s where s.client = $1 and s.person = $2) \
                 as signed_in_at",
                args![client, person, now],
            )
            .await?;
        let Some(row) = found else {
            return Ok(WaysIn::default());
        };
        Ok(WaysIn {
            password: row.count("passwords")? > 0,
            codes: row.count("codes")? > 0,
            passkeys: row.count("passkeys")?,
            identity: row.count("identities")? > 0,
            invited_until: row.at_or_none("invited_until")?,
            signed_in_at: row.at_or_none("signed_in_at")?,
        })
    }

    /// Sets a person's password, and ends every other session of theirs: whoever knew the old one
    /// is out.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuch`] when there is no such person, or no longer.
    pub async fn set_password(
        &self,
        client: &ClientId,
        person: &PersonId,
        phc: String,
        but_session: Option<&str>,
        now: Timestamp,
    ) -> Result<(), Error> {
        let but = but_session.and_then(Hash::from_hex);
        let input = (client.clone(), person.clone(), phc, but, now);
        self.write(
            Lane::Acknowledge,
            input,
            |tx, (client, person, phc, but, now)| {
                Box::pin(async move {
                    put(tx, client, person, phc, *now).await?;
                    end_all(tx, client, person, *but, *now).await?;
                    Ok(())
                })
            },
        )
        .await
    }

    /// Makes a weaker hash of the same password into a stronger one, if it is still the same.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn strengthen_password(
        &self,
        client: &ClientId,
        person: &PersonId,
        old: String,
        new: String,
    ) -> Result<(), Error> {
        let input = (client.clone(), person.clone(), old, new);
        self.write(
            Lane::Acknowledge,
            input,
            |tx, (client, person, old, new)| {
                Box::pin(async move {
                    tx.rows()
                        .run(
                            "update password set phc = $1 where client = $2 and person = $3 \
                         and phc = $4",
                            args![new.as_str(), client, person, old.as_str()],
                        )
                        .await?;
                    Ok(())
                })
            },
        )
        .await
    }
}

/// Writes the hash and tells that it was set.
pub(super) async fn put(
    tx: &mut Transaction,
    client: &ClientId,
    person: &PersonId,
    phc: &str,
    now: Timestamp,
) -> Result<(), Error> {
    let put = tx
        .rows()
        .run(
            "insert into password(client, person, phc, set_at) \
             select p.client, p.person, $1, $2 from person p \
             where p.client = $3 and p.person = $4 and p.removed_at is null \
             on conflict (client, person) do update set phc = excluded.phc, \
             set_at = excluded.set_at",
            args![phc, now, client, person],
        )
        .await?;
    if put == 0 {
        return Err(Error::no_such(client, "person", person));
    }
    let journal = journal_of(tx, client).await?;
    let draft = drafted(PASSWORD_SET, Some(person), &Visitor::default())?;
    tx.append(&journal, draft, now).await?;
    Ok(())
}
