//! Lists that were handed in and not yet taken: kept while somebody looks at what they would
//! change, a day at most.

use duly_core::id::{ClientId, PersonId};
use jiff::{SignedDuration, Timestamp};

use crate::database::value::args;
use crate::error::{Error, at_most};
use crate::random;
use crate::store::Store;
use crate::transaction::Transaction;
use crate::writer::Lane;

/// Largest list: some thousand rows of a wide export in UTF-16.
pub const UPLOAD_BYTES_MAX: usize = 2 * 1_024 * 1_024;

/// How long a list waits to be taken. Whoever comes back after a day exports a fresh one.
const UPLOAD_FOR: SignedDuration = SignedDuration::from_hours(24);

/// A list that is handed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewUpload {
    /// Whose.
    pub client: ClientId,
    /// Who hands it in.
    pub person: PersonId,
    /// Name of the file.
    pub file: String,
    /// Its bytes, as they came.
    pub body: Vec<u8>,
}

/// A list as it waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// Random.
    pub id: String,
    /// What was handed in.
    pub upload: NewUpload,
    /// When.
    pub uploaded_at: Timestamp,
}

impl Store {
    /// Keeps a list that was handed in, in place of an earlier one of the same person; its id.
    ///
    /// # Errors
    ///
    /// [`Error::TooMuch`] when it is too large.
    pub async fn put_upload(&self, upload: NewUpload, now: Timestamp) -> Result<String, Error> {
        at_most("a list in bytes", upload.body.len(), UPLOAD_BYTES_MAX)?;
        let input = (random::id()?, upload, now);
        self.write(Lane::Acknowledge, input, |tx, (id, upload, now)| {
            Box::pin(put(tx, id, upload, *now))
        })
        .await
    }

    /// A list that waits; nothing once it was taken or a day is over.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn upload(
        &self,
        client: &ClientId,
        upload: &str,
        now: Timestamp,
    ) -> Result<Option<Upload>, Error> {
        let mut rows = self.read().await?;
        let found = rows
            .first(
                "select person, file, uploaded_at, body from upload \
                 where client = $1 and upload = $2 and uploaded_at > $3",
                args![client, upload, now - UPLOAD_FOR],
            )
            .await?;
        found
            .map(|row| {
                Ok(Upload {
                    id: upload.to_owned(),
                    upload: NewUpload {
                        client: client.clone(),
                        person: row.id("person")?,
                        file: row.text("file")?,
                        body: row.bytes("body")?,
                    },
                    uploaded_at: row.at("uploaded_at")?,
                })
            })
            .transpose()
    }

    /// Forgets a list, because it was taken or nobody wants it.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn drop_upload(&self, client: &ClientId, upload: &str) -> Result<(), Error> {
        let input = (client.clone(), upload.to_owned());
        self.write(Lane::Acknowledge, input, |tx, (client, upload)| {
            Box::pin(async move {
                tx.rows()
                    .run(
                        "delete from upload where client = $1 and upload = $2",
                        args![client, upload.as_str()],
                    )
                    .await?;
                Ok(())
            })
        })
        .await
    }
}

async fn put(
    tx: &mut Transaction,
    id: &str,
    upload: &NewUpload,
    now: Timestamp,
) -> Result<String, Error> {
    let client = &upload.client;
    tx.rows()
        .run(
            "delete from upload where client = $1 and (person = $2 or uploaded_at <= $3)",
            args![client, &upload.person, now - UPLOAD_FOR],
        )
        .await?;
    let row = args![
        client,
        id,
        &upload.person,
        upload.file.as_str(),
        now,
        upload.body.as_slice(),
    ];
    tx.rows()
        .run(
            "insert into upload(client, upload, person, file, uploaded_at, body) \
             values ($1, $2, $3, $4, $5, $6)",
            row,
        )
        .await?;
    Ok(id.to_owned())
}
