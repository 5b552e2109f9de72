//! What files hold: in pieces, once for each client, apart from everything that a page lists.
//!
//! A content is written before anything names it, in transactions small enough that nobody who
//! waits for an answer notices, and is whole when all of it is there. What is named by nothing is
//! swept a day later. Content is found by its SHA-256 alone, and checked against it when read.

use duly_core::id::ClientId;
use duly_proof::hash::hash;
use jiff::{SignedDuration, Timestamp};

use crate::database::connection::Connection;
use crate::database::value::args;
use crate::error::Error;
use crate::store::Store;
use crate::transaction::Transaction;
use crate::writer::Lane;

/// Bytes of a piece: small enough for a row, large enough that ten megabytes are forty of them.
const PIECE_BYTES: usize = 256 * 1_024;

/// Pieces in one transaction: a megabyte, which a disk takes in some milliseconds.
const PIECES_AT_A_TIME: usize = 4;

/// How long a content may lie without evidence that names it. Bringing one takes minutes at most.
pub const UNNAMED_FOR_MAX: SignedDuration = SignedDuration::from_hours(24);

/// Contents swept in one transaction: at most 160 MiB of pieces are removed with them.
const SWEPT_AT_A_TIME: i64 = 16;

impl Store {
    /// Writes the pieces of a content that was begun.
    pub(crate) async fn put_pieces(
        &self,
        client: &ClientId,
        sha256: &str,
        content: &[u8],
    ) -> Result<(), Error> {
        let pieces: Vec<&[u8]> = content.chunks(PIECE_BYTES).collect();
        for (place, some) in pieces.chunks(PIECES_AT_A_TIME).enumerate() {
            let mut rows = Vec::with_capacity(some.len());
            for (position, piece) in (place * PIECES_AT_A_TIME..).zip(some) {
                let position = i64::try_from(position).unwrap_or(i64::MAX);
                rows.push((position, piece.to_vec()));
            }
            let input = (client.clone(), sha256.to_owned(), rows);
            self.write(Lane::Bulk, input, |tx, (client, sha256, rows)| {
                Box::pin(put(tx, client, sha256, rows))
            })
            .await?;
        }
        Ok(())
    }

    /// Removes contents of a client that nothing names and that were begun more than
    /// [`UNNAMED_FOR_MAX`] ago: uploads that broke off. How many.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn sweep_contents(&self, client: &ClientId, now: Timestamp) -> Result<usize, Error> {
        let mut swept = 0;
        loop {
            let before = now - UNNAMED_FOR_MAX;
            if unnamed(&mut self.read().await?, client, before)
                .await?
                .is_empty()
            {
                return Ok(swept);
            }
            let input = (client.clone(), before, now);
            swept += self
                .write(Lane::Bulk, input, |tx, (client, before, now)| {
                    Box::pin(sweep(tx, client, *before, *now))
                })
                .await?;
        }
    }
}

/// Begins a content, or keeps one that lies there from being swept; whether it is whole already.
pub(crate) async fn begin(
    tx: &mut Transaction,
    client: &ClientId,
    sha256: &str,
    bytes: i64,
    at: Timestamp,
) -> Result<bool, Error> {
    tx.rows()
        .run(
            "insert into content(client, sha256, bytes, begun_at) values ($1, $2, $3, $4) \
             on conflict (client, sha256) do update set begun_at = excluded.begun_at",
            args![client, sha256, bytes, at],
        )
        .await?;
    let row = tx
        .rows()
        .first(
            "select whole_at from content where client = $1 and sha256 = $2",
            args![client, sha256],
        )
        .await?;
    match row {
        Some(row) => Ok(row.at_or_none("whole_at")?.is_some()),
        None => Ok(false),
    }
}

/// Calls a content whole, if all of it is there; `false` if not.
pub(crate) async fn finish(
    tx: &mut Transaction,
    client: &ClientId,
    sha256: &str,
    thumbnail: Option<&[u8]>,
    at: Timestamp,
) -> Result<bool, Error> {
    let thumbnail = crate::database::value::Value::Bytes(thumbnail.map(<[u8]>::to_vec));
    let finished = tx
        .rows()
        .run(
            "update content set whole_at = coalesce(whole_at, $1), \
             thumbnail = coalesce(thumbnail, $2) where client = $3 and sha256 = $4 \
             and (whole_at is not null or bytes = (select sum(length(p.piece)) \
             from content_piece p where p.client = content.client and p.sha256 = content.sha256))",
            args![at, thumbnail, client, sha256],
        )
        .await?;
    Ok(finished == 1)
}

/// A whole content, held against its hash.
pub(crate) async fn read(
    rows: &mut Connection,
    client: &ClientId,
    sha256: &str,
) -> Result<Vec<u8>, Error> {
    let pieces = rows
        .all(
            "select piece from content_piece where client = $1 and sha256 = $2 order by position",
            args![client, sha256],
        )
        .await?;
    let mut content = Vec::new();
    for row in &pieces {
        content.extend(row.bytes("piece")?);
    }
    if hash(&content).to_hex() == sha256 {
        Ok(content)
    } else {
        Err(Error::unreadable("a file's content", sha256))
    }
}

async fn put(
    tx: &mut Transaction,
    client: &ClientId,
    sha256: &str,
    pieces: &[(i64, Vec<u8>)],
) -> Result<(), Error> {
    for (position, piece) in pieces {
        tx.rows()
            .run(
                "insert into content_piece(client, sha256, position, piece) \
                 values ($1, $2, $3, $4) on conflict do nothing",
                args![client, sha256, *position, piece.as_slice()],
            )
            .await?;
    }
    Ok(())
}

async fn unnamed(
    rows: &mut Connection,
    client: &ClientId,
    before: Timestamp,
) -> Result<Vec<String>, Error> {
    let found = rows
        .all(
            "select c.sha256 from content c where c.client = $1 and c.begun_at < $2 \
             and not exists (select 1 from evidence e where e.client = c.client \
             and e.sha256 = c.sha256) order by c.begun_at limit $3",
            args![client, before, SWEPT_AT_A_TIME],
        )
        .await?;
    found.iter().map(|row| row.text("sha256")).collect()
}

async fn sweep(
    tx: &mut Transaction,
    client: &ClientId,
    before: Timestamp,
    now: Timestamp,
) -> Result<usize, Error> {
    // Takes the log, as whoever names a content does: the two come one after the other.
    tx.at(client, now).await?;
    let unnamed = unnamed(tx.rows(), client, before).await?;
    for sha256 in &unnamed {
        for table in [
            "delete from content_piece where client = $1 and sha256 = $2",
            "delete from content where client = $1 and sha256 = $2",
        ] {
            tx.rows().run(table, args![client, sha256.as_str()]).await?;
        }
    }
    Ok(unnamed.len())
}
