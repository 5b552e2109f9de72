//! Evidence: files that people leave on a ticket. The entry commits to what a file holds, how much
//! and of what kind; the file itself lies in [`crate::contents`].
//!
//! Evidence is added while its ticket is owed, never changed and never removed. Bringing the same
//! file to the same step again adds nothing.

use duly_core::entry::EntryDraft;
use duly_core::evidence::kind::FileKind;
use duly_core::evidence::{CLIENT_BYTES_MAX, FILE_BYTES_MAX, FILES_PER_TICKET_MAX, Files};
use duly_core::id::{ClientId, DutyId, PersonId, StepId};
use duly_proof::hash::hash;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::json;

use crate::contents;
use crate::database::connection::Connection;
use crate::database::value::{Row, args, word};
use crate::error::{Error, at_most};
use crate::log::append::signed;
use crate::page::{Listed, Page, ROWS_MAX};
use crate::store::Store;
use crate::tickets::{self, Ticket, TicketStep};
use crate::transaction::Transaction;
use crate::writer::Lane;

/// Type of the entry for a file left on a ticket. Field: `evidence` (id, step, sha256, bytes, kind,
/// name; for a picture its hash and the time it claims).
pub const EVIDENCE_ADD: &str = "x.evidence.add";

/// A picture, as far as rules compare pictures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Picture {
    /// What survives saving it again; see [`duly_core::evidence::are_alike`].
    pub hash: String,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
}

/// A file left on a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// Random.
    pub id: String,
    /// Whose ticket.
    pub client: ClientId,
    /// On which ticket.
    pub ticket: DutyId,
    /// For which step; absent for the ticket as a whole.
    pub step: Option<StepId>,
    /// By whom.
    pub person: PersonId,
    /// What it was called by whoever brought it.
    pub name: String,
    /// What it is, by its content.
    pub kind: FileKind,
    /// How long it is.
    pub bytes: u64,
    /// SHA-256 of its content, hexadecimal.
    pub sha256: String,
    /// For a picture.
    pub picture: Option<Picture>,
    /// When it claims to have been taken.
    pub taken_at: Option<Timestamp>,
    /// When it was brought.
    pub added_at: Timestamp,
    /// The entry that tells of it.
    pub index: u64,
}

/// A file to be left on a ticket, looked at already: see `duly-work`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEvidence {
    /// Random ([`crate::random_id`]).
    pub id: String,
    /// Whose ticket.
    pub client: ClientId,
    /// On which ticket.
    pub ticket: DutyId,
    /// For which step.
    pub step: Option<StepId>,
    /// By whom.
    pub person: PersonId,
    /// What it is called.
    pub name: String,
    /// What it is, by its content.
    pub kind: FileKind,
    /// What it holds.
    pub content: Vec<u8>,
    /// For a picture.
    pub picture: Option<Picture>,
    /// When it claims to have been taken.
    pub taken_at: Option<Timestamp>,
    /// For a picture: a small one, drawn anew.
    pub thumbnail: Option<Vec<u8>>,
}

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EvidenceAdded {
    /// It was added.
    Added(Box<Evidence>),
    /// The same file lies at the same step already.
    Already(Box<Evidence>),
    /// The ticket has ended.
    Ended,
    /// The ticket has [`FILES_PER_TICKET_MAX`] files.
    TooMany,
    /// The client has [`CLIENT_BYTES_MAX`] bytes of files.
    Full,
    /// There is no such ticket or step.
    NoSuch,
}

/// What is written down before the content is there.
#[derive(Clone)]
struct Head {
    evidence: Evidence,
    thumbnail: Option<Vec<u8>>,
}

impl Store {
    /// Leaves a file on a ticket. Its content is written first, in several transactions; the one
    /// that names it comes last, and the answer after that.
    ///
    /// # Errors
    ///
    /// [`Error::TooMuch`] for a file that is too long, or when the database fails.
    pub async fn add_evidence(
        &self,
        new: NewEvidence,
        now: Timestamp,
    ) -> Result<EvidenceAdded, Error> {
        at_most("a file in bytes", new.content.len(), FILE_BYTES_MAX)?;
        let head = head(&new, now);
        let (client, sha256) = (new.client, head.evidence.sha256.clone());
        let begun = self
            .write(Lane::Acknowledge, (head.clone(), now), |tx, (head, now)| {
                Box::pin(begin(tx, head, *now))
            })
            .await?;
        match begun {
            Begun::Answered(answer) => return Ok(answer),
            Begun::Whole => {}
            Begun::Wanted => self.put_pieces(&client, &sha256, &new.content).await?,
        }
        self.write(Lane::Acknowledge, (head, now), |tx, (head, now)| {
            Box::pin(name(tx, head, *now))
        })
        .await
    }

    /// The files of a ticket, oldest first; at most [`ROWS_MAX`].
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn evidence_of(
        &self,
        client: &ClientId,
        ticket: &DutyId,
    ) -> Result<Vec<Evidence>, Error> {
        of_ticket(&mut self.read().await?, client, ticket).await
    }

    /// One file of a client, without what it holds.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn evidence(&self, client: &ClientId, id: &str) -> Result<Option<Evidence>, Error> {
        one(&mut self.read().await?, client, id).await
    }

    /// One file of a client with what it holds, held against its hash.
    ///
    /// # Errors
    ///
    /// [`Error::Unreadable`] when the content is not what the entry commits to.
    pub async fn evidence_content(
        &self,
        client: &ClientId,
        id: &str,
    ) -> Result<Option<(Evidence, Vec<u8>)>, Error> {
        let mut rows = self.read().await?;
        let Some(found) = one(&mut rows, client, id).await? else {
            return Ok(None);
        };
        let content = contents::read(&mut rows, client, &found.sha256).await?;
        Ok(Some((found, content)))
    }

    /// The small picture of a file; none for what is no picture.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn evidence_thumbnail(
        &self,
        client: &ClientId,
        id: &str,
    ) -> Result<Option<Vec<u8>>, Error> {
        let mut rows = self.read().await?;
        let found = rows
            .first(
                "select c.thumbnail from evidence e join content c on c.client = e.client \
                 and c.sha256 = e.sha256 where e.client = $1 and e.evidence = $2",
                args![client, id],
            )
            .await?;
        found.map_or(Ok(None), |row| row.bytes_or_none("thumbnail"))
    }

    /// Every file of a client that was brought since an instant, oldest first: for rules that look
    /// for a file or a picture that was handed in before.
    ///
    /// # Errors
    ///
    /// When the database fails, or [`Page::after`] is not from such a list.
    pub async fn evidence_since(
        &self,
        client: &ClientId,
        since: Timestamp,
        page: &Page,
    ) -> Result<Listed<Evidence>, Error> {
        let (at, id) = match &page.after {
            Some(after) => place(after)?,
            None => (since.as_millisecond(), String::new()),
        };
        let sql = "select evidence, client, ticket, step, person, name, kind, bytes, sha256, \
                   picture, width, height, taken_at, added_at, idx from evidence \
                   where client = $1 and (added_at > $2 or (added_at = $2 and evidence > $3)) \
                   order by added_at, evidence limit $4";
        let mut rows = self.read().await?;
        let found = rows.all(sql, args![client, at, id, page.fetch()]).await?;
        let files = found.iter().map(row_of).collect::<Result<_, _>>()?;
        Ok(Listed::cut(files, page, |file: &Evidence| {
            format!("{}~{}", file.added_at.as_millisecond(), file.id)
        }))
    }
}

fn place(after: &str) -> Result<(i64, String), Error> {
    after
        .split_once('~')
        .and_then(|(at, id)| Some((at.parse().ok()?, id.to_owned())))
        .ok_or_else(|| Error::unreadable("a place in a list", after))
}

/// The files that count for a step: not those from before it was put back for rework.
pub(crate) fn files_of(step: &TicketStep, evidence: &[Evidence]) -> Files {
    let counts = |file: &&Evidence| {
        file.step.as_ref() == Some(&step.id)
            && step.again_at.is_none_or(|again| file.added_at >= again)
    };
    let of_step = evidence.iter().filter(counts);
    of_step.fold(Files::default(), |files, file| Files {
        pictures: files.pictures + usize::from(file.kind.is_picture()),
        all: files.all + 1,
    })
}

fn head(new: &NewEvidence, now: Timestamp) -> Head {
    Head {
        evidence: Evidence {
            id: new.id.clone(),
            client: new.client.clone(),
            ticket: new.ticket.clone(),
            step: new.step.clone(),
            person: new.person.clone(),
            name: new.name.clone(),
            kind: new.kind,
            bytes: u64::try_from(new.content.len()).unwrap_or(u64::MAX),
            sha256: hash(&new.content).to_hex(),
            picture: new.picture.clone(),
            taken_at: new.taken_at,
            added_at: now,
            index: 0,
        },
        thumbnail: new.thumbnail.clone(),
    }
}

/// What is to be done next for a file.
enum Begun {
    Answered(EvidenceAdded),
    Whole,
    Wanted,
}

async fn begin(tx: &mut Transaction, head: &Head, now: Timestamp) -> Result<Begun, Error> {
    let file = &head.evidence;
    let at = tx.at(&file.client, now).await?;
    if let Err(answer) = admitted(tx, file).await? {
        return Ok(Begun::Answered(answer));
    }
    let bytes = signed(file.bytes)?;
    let is_whole = contents::begin(tx, &file.client, &file.sha256, bytes, at).await?;
    Ok(if is_whole {
        Begun::Whole
    } else {
        Begun::Wanted
    })
}

async fn name(tx: &mut Transaction, head: &Head, now: Timestamp) -> Result<EvidenceAdded, Error> {
    let file = &head.evidence;
    let (client, thumbnail) = (&file.client, head.thumbnail.as_deref());
    let at = tx.at(client, now).await?;
    let ticket = match admitted(tx, file).await? {
        Ok(ticket) => ticket,
        Err(answer) => return Ok(answer),
    };
    if !contents::finish(tx, client, &file.sha256, thumbnail, at).await? {
        return Err(Error::unreadable("a file's content", &file.sha256));
    }
    let said = json!({
        "id": file.id,
        "step": file.step,
        "sha256": file.sha256,
        "bytes": file.bytes,
        "kind": file.kind,
        "name": file.name,
        "picture": file.picture,
        "taken-at": file.taken_at,
    });
    let draft = EntryDraft {
        duty: Some(file.ticket.clone()),
        asset: ticket.asset,
        person: Some(file.person.clone()),
        ..EntryDraft::new(EVIDENCE_ADD).with_field("evidence", &said)?
    };
    let entry = tx.append(client, draft, now).await?;
    let picture = file.picture.as_ref();
    let row = args![
        client,
        file.id.as_str(),
        &file.ticket,
        file.step.as_ref(),
        &file.person,
        file.name.as_str(),
        word(&file.kind)?,
        signed(file.bytes)?,
        file.sha256.as_str(),
        picture.map(|picture| picture.hash.as_str()),
        picture.map(|picture| i64::from(picture.width)),
        picture.map(|picture| i64::from(picture.height)),
        file.taken_at,
        at,
        signed(entry.index)?,
    ];
    tx.rows()
        .run(
            "insert into evidence(client, evidence, ticket, step, person, name, kind, bytes, \
             sha256, picture, width, height, taken_at, added_at, idx) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
            row,
        )
        .await?;
    Ok(EvidenceAdded::Added(Box::new(Evidence {
        added_at: at,
        index: entry.index,
        ..file.clone()
    })))
}

/// The ticket, if a file may be added to it; the answer otherwise.
async fn admitted(
    tx: &mut Transaction,
    file: &Evidence,
) -> Result<Result<Ticket, EvidenceAdded>, Error> {
    let (client, ticket) = (&file.client, &file.ticket);
    let Some(found) = tickets::one(tx.rows(), client, ticket).await? else {
        return Ok(Err(EvidenceAdded::NoSuch));
    };
    let again_at = match &file.step {
        Some(id) => {
            let steps = tickets::steps(tx.rows(), client, ticket).await?;
            match steps.into_iter().find(|step| step.id == *id) {
                Some(step) => step.again_at,
                None => return Ok(Err(EvidenceAdded::NoSuch)),
            }
        }
        None => None,
    };
    if !found.is_owed() {
        return Ok(Err(EvidenceAdded::Ended));
    }
    let files = of_ticket(tx.rows(), client, ticket).await?;
    let is_same = |other: &&Evidence| {
        other.step == file.step
            && other.sha256 == file.sha256
            && again_at.is_none_or(|again| other.added_at >= again)
    };
    if let Some(same) = files.iter().find(is_same) {
        return Ok(Err(EvidenceAdded::Already(Box::new(same.clone()))));
    }
    let since = found.rework_at.unwrap_or(Timestamp::MIN);
    let of_round = files.iter().filter(|file| file.added_at >= since).count();
    if of_round >= FILES_PER_TICKET_MAX {
        return Ok(Err(EvidenceAdded::TooMany));
    }
    let sum = tx
        .rows()
        .first(
            "select cast(coalesce(sum(bytes), 0) as bigint) as bytes from content \
             where client = $1 and sha256 <> $2",
            args![client, file.sha256.as_str()],
        )
        .await?;
    let held = sum.map_or(Ok(0), |row| row.count("bytes"))?;
    if held.saturating_add(file.bytes) > CLIENT_BYTES_MAX {
        return Ok(Err(EvidenceAdded::Full));
    }
    Ok(Ok(found))
}

pub(crate) async fn of_ticket(
    rows: &mut Connection,
    client: &ClientId,
    ticket: &DutyId,
) -> Result<Vec<Evidence>, Error> {
    let found = rows
        .all(
            "select evidence, client, ticket, step, person, name, kind, bytes, sha256, picture, \
             width, height, taken_at, added_at, idx from evidence \
             where client = $1 and ticket = $2 order by added_at desc, evidence desc limit $3",
            args![client, ticket, i64::from(ROWS_MAX)],
        )
        .await?;
    // The newest count, if there should be more than fit.
    found.iter().rev().map(row_of).collect()
}

async fn one(
    rows: &mut Connection,
    client: &ClientId,
    id: &str,
) -> Result<Option<Evidence>, Error> {
    let found = rows
        .first(
            "select evidence, client, ticket, step, person, name, kind, bytes, sha256, picture, \
             width, height, taken_at, added_at, idx from evidence \
             where client = $1 and evidence = $2",
            args![client, id],
        )
        .await?;
    found.as_ref().map(row_of).transpose()
}

fn row_of(row: &Row) -> Result<Evidence, Error> {
    let side = |column: &str| -> Result<u32, Error> {
        let side = row.count_or_none(column)?.unwrap_or_default();
        u32::try_from(side).map_err(|_| Error::unreadable(column, side))
    };
    let picture = match row.text_or_none("picture")? {
        Some(hash) => Some(Picture {
            hash,
            width: side("width")?,
            height: side("height")?,
        }),
        None => None,
    };
    Ok(Evidence {
        id: row.text("evidence")?,
        client: row.id("client")?,
        ticket: row.id("ticket")?,
        step: row.id_or_none("step")?,
        person: row.id("person")?,
        name: row.text("name")?,
        kind: row.word("kind")?,
        bytes: row.count("bytes")?,
        sha256: row.text("sha256")?,
        picture,
        taken_at: row.at_or_none("taken_at")?,
        added_at: row.at("added_at")?,
        index: row.count("idx")?,
    })
}
