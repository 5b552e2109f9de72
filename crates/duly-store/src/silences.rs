//! Silences: for a while, nobody is told of the warnings of a rule. Asked for with a reason,
//! granted by somebody else, and over by themselves.
//!
//! A silence mutes telling. The warning is raised, ages, climbs its ladder and stands on the board
//! as always; the duty behind it is owed as always.

use duly_core::entry::EntryDraft;
use duly_core::id::{ClientId, PersonId};
use jiff::{SignedDuration, Timestamp};

use crate::database::connection::Connection;
use crate::database::value::{Row, args};
use crate::error::{Error, at_most};
use crate::page::{Listed, Page};
use crate::random;
use crate::store::Store;
use crate::transaction::Transaction;
use crate::warnings::WORD_BYTES_MAX;
use crate::writer::Lane;

/// Longest silence. Who needs more asks again, and somebody has to say yes again.
pub const SILENCE_MAX: SignedDuration = SignedDuration::from_hours(24 * 30);

/// Silences of one client that are looked at when something is to be told: far above what anybody
/// would ask for, and a bound.
const IN_FORCE_MAX: i64 = 200;

/// Type of the entry for a silence that was asked for. Field: `silence`.
pub const SILENCE_ASK: &str = "x.silence.ask";
/// Type of the entry for one that was granted or refused. Field: `silence` (its id, `granted`).
pub const SILENCE_DECIDE: &str = "x.silence.decide";

/// A silence that somebody asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSilence {
    /// Whose warnings.
    pub client: ClientId,
    /// Of which rule.
    pub rule: String,
    /// About what only; absent for all of the rule.
    pub about: Option<String>,
    /// Why.
    pub reason: String,
    /// Who asks.
    pub person: PersonId,
    /// When it is over.
    pub ends_at: Timestamp,
}

/// A silence as remembered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Silence {
    /// Random.
    pub id: String,
    /// What was asked for.
    pub asked: NewSilence,
    /// When.
    pub asked_at: Timestamp,
    /// Who decided, when, and how.
    pub decided: Option<(PersonId, Timestamp, bool)>,
}

/// What became of asking for a silence, or of deciding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SilenceAct {
    /// It was done; the silence's id.
    Done(String),
    /// No reason was given.
    NoReason,
    /// It would last longer than [`SILENCE_MAX`], or be over before it begins.
    WrongEnd,
    /// Whoever asked cannot decide.
    OwnWish,
    /// It was decided before.
    Already,
    /// There is no such silence.
    NoSuch,
}

impl Silence {
    /// Whether it holds at `now`.
    #[must_use]
    pub fn holds(&self, now: Timestamp) -> bool {
        self.decided
            .as_ref()
            .is_some_and(|(_, _, granted)| *granted)
            && now < self.asked.ends_at
    }

    /// Whether it mutes the telling of such a warning.
    #[must_use]
    pub fn mutes(&self, rule: &str, about: &str) -> bool {
        let about_it = self.asked.about.as_ref().is_none_or(|only| only == about);
        self.asked.rule == rule && about_it
    }
}

impl Store {
    /// Asks for a silence.
    ///
    /// # Errors
    ///
    /// When the reason is too long or the database fails.
    pub async fn ask_silence(
        &self,
        silence: NewSilence,
        now: Timestamp,
    ) -> Result<SilenceAct, Error> {
        at_most("a reason in bytes", silence.reason.len(), WORD_BYTES_MAX)?;
        let id = random::id()?;
        self.write(
            Lane::Acknowledge,
            (id, silence, now),
            |tx, (id, silence, now)| Box::pin(ask(tx, id, silence, *now)),
        )
        .await
    }

    /// Grants or refuses a silence; never by whoever asked for it.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn decide_silence(
        &self,
        client: &ClientId,
        silence: &str,
        person: &PersonId,
        granted: bool,
        now: Timestamp,
    ) -> Result<SilenceAct, Error> {
        let input = (
            client.clone(),
            silence.to_owned(),
            person.clone(),
            granted,
            now,
        );
        self.write(
            Lane::Acknowledge,
            input,
            |tx, (client, silence, person, granted, now)| {
                Box::pin(decide(tx, client, silence, person, *granted, *now))
            },
        )
        .await
    }

    /// One silence of a client.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn silence(
        &self,
        client: &ClientId,
        silence: &str,
    ) -> Result<Option<Silence>, Error> {
        let mut rows = self.read().await?;
        one(&mut rows, client, silence).await
    }

    /// Silences that are not over, of one client or of all, the one that ends first first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn silences(
        &self,
        client: Option<&ClientId>,
        now: Timestamp,
        page: &Page,
    ) -> Result<Listed<Silence>, Error> {
        let (at, id) = match &page.after {
            Some(after) => place(after)?,
            None => (now.as_millisecond(), String::new()),
        };
        let mut rows = self.read().await?;
        let found = rows
            .all(
                "select client, silence, rule, about, reason, asked_by, asked_at, ends_at, \
                 decided_by, decided_at, granted from silence \
                 where ($1 is null or client = $1) \
                 and (ends_at > $2 or (ends_at = $2 and silence > $3)) \
                 and coalesce(granted, 1) = 1 order by ends_at, silence limit $4",
                args![client, at, id, page.fetch()],
            )
            .await?;
        let silences = found.iter().map(silence_row).collect::<Result<_, _>>()?;
        Ok(Listed::cut(silences, page, |silence: &Silence| {
            format!("{}~{}", silence.asked.ends_at.as_millisecond(), silence.id)
        }))
    }
}

fn place(after: &str) -> Result<(i64, String), Error> {
    after
        .split_once('~')
        .and_then(|(at, id)| Some((at.parse().ok()?, id.to_owned())))
        .ok_or_else(|| Error::unreadable("a place in a list", after))
}

/// Those that hold now.
pub(crate) async fn in_force(
    rows: &mut Connection,
    client: &ClientId,
    now: Timestamp,
) -> Result<Vec<Silence>, Error> {
    let found = rows
        .all(
            "select client, silence, rule, about, reason, asked_by, asked_at, ends_at, \
             decided_by, decided_at, granted from silence where client = $1 and ends_at > $2 \
             and granted = 1 order by ends_at, silence limit $3",
            args![client, now, IN_FORCE_MAX],
        )
        .await?;
    found.iter().map(silence_row).collect()
}

async fn one(
    rows: &mut Connection,
    client: &ClientId,
    silence: &str,
) -> Result<Option<Silence>, Error> {
    rows.first(
        "select client, silence, rule, about, reason, asked_by, asked_at, ends_at, decided_by, \
         decided_at, granted from silence where client = $1 and silence = $2",
        args![client, silence],
    )
    .await?
    .as_ref()
    .map(silence_row)
    .transpose()
}

fn silence_row(row: &Row) -> Result<Silence, Error> {
    let decided = match (
        row.id_or_none("decided_by")?,
        row.at_or_none("decided_at")?,
        row.count_or_none("granted")?,
    ) {
        (Some(by), Some(at), Some(granted)) => Some((by, at, granted == 1)),
        _ => None,
    };
    Ok(Silence {
        id: row.text("silence")?,
        asked: NewSilence {
            client: row.id("client")?,
            rule: row.text("rule")?,
            about: row.text_or_none("about")?,
            reason: row.text("reason")?,
            person: row.id("asked_by")?,
            ends_at: row.at("ends_at")?,
        },
        asked_at: row.at("asked_at")?,
        decided,
    })
}

async fn ask(
    tx: &mut Transaction,
    id: &str,
    silence: &NewSilence,
    now: Timestamp,
) -> Result<SilenceAct, Error> {
    if silence.reason.trim().is_empty() {
        return Ok(SilenceAct::NoReason);
    }
    let client = &silence.client;
    let at = tx.at(client, now).await?;
    let length = silence.ends_at.duration_since(at);
    if !length.is_positive() || length > SILENCE_MAX {
        return Ok(SilenceAct::WrongEnd);
    }
    let told = serde_json::json!({
        "id": id,
        "rule": silence.rule,
        "about": silence.about,
        "reason": silence.reason,
        "ends-at": silence.ends_at,
    });
    let draft = EntryDraft {
        person: Some(silence.person.clone()),
        ..EntryDraft::new(SILENCE_ASK).with_field("silence", &told)?
    };
    tx.append(client, draft, now).await?;
    let row = args![
        client,
        id,
        silence.rule.as_str(),
        silence.about.as_deref(),
        silence.reason.as_str(),
        &silence.person,
        at,
        silence.ends_at,
    ];
    tx.rows()
        .run(
            "insert into silence(client, silence, rule, about, reason, asked_by, asked_at, \
             ends_at) values ($1, $2, $3, $4, $5, $6, $7, $8)",
            row,
        )
        .await?;
    Ok(SilenceAct::Done(id.to_owned()))
}

async fn decide(
    tx: &mut Transaction,
    client: &ClientId,
    silence: &str,
    person: &PersonId,
    granted: bool,
    now: Timestamp,
) -> Result<SilenceAct, Error> {
    let at = tx.at(client, now).await?;
    let Some(found) = one(tx.rows(), client, silence).await? else {
        return Ok(SilenceAct::NoSuch);
    };
    if found.asked.person == *person {
        return Ok(SilenceAct::OwnWish);
    }
    if found.asked.ends_at <= at {
        return Ok(SilenceAct::WrongEnd);
    }
    let decided = tx
        .rows()
        .run(
            "update silence set decided_by = $1, decided_at = $2, granted = $3 \
             where client = $4 and silence = $5 and decided_at is null and asked_by <> $1",
            args![person, at, granted, client, silence],
        )
        .await?;
    if decided == 0 {
        return Ok(SilenceAct::Already);
    }
    let told = serde_json::json!({ "id": silence, "granted": granted });
    let draft = EntryDraft {
        person: Some(person.clone()),
        ..EntryDraft::new(SILENCE_DECIDE).with_field("silence", &told)?
    };
    tx.append(client, draft, now).await?;
    Ok(SilenceAct::Done(silence.to_owned()))
}
